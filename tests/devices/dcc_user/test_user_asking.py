"""Asking: which Command Variants, and what is signed and delivered of what the DCC gives."""

from dataclasses import replace
from typing import Any

import pytest
from home_parts import (
    BROKER,
    CREDENTIALS,
    ESME,
    GSME,
    HUB,
    OTHER_SUPPLIER,
    POUND,
    PPMID,
    REPOSITORY,
    SUPPLIER,
    check_mac_as,
    with_mac_of,
)
from user_parts import EPOCH, Bench

from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.ports import SECOND
from ppmid_devices.signed_documents import sign_document
from ppmid_protocols.duis import bodies, response_code
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS, Target
from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto, prepayment
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.prepayment.requests import ECS42, ECS44, Content
from ppmid_protocols.secret import Secret
from ppmid_protocols.transforms import Circumstances, transform


@pytest.mark.parametrize(("way", "variant", "local", "wan"), [("wan", 1, 0, 1), ("local", 2, 1, 0), ("both", 3, 1, 1)])
def test_a_top_up_goes_the_way_that_was_asked_for(way: str, variant: int, local: int, wan: int) -> None:
    bench = Bench(settings=DccUserSettings(utrn_counter_start=7))
    name = bench.top_up(Way(way))
    (request,) = bench.requests()
    assert (str(request.request_id), request.command_variant, request.srv) == (name, variant, "2.2")
    assert request.request_id == RequestId(SUPPLIER, ESME, 7 << 32)
    assert (len(bench.delivery.commands), len(bench.sent_over_wan)) == (local, wan)
    assert bench.user.record(name).outcome is Outcome.PENDING


def test_both_copies_are_the_same_octets() -> None:
    bench = Bench()
    bench.top_up(Way.BOTH)
    assert bench.delivery.commands == bench.sent_over_wan


@pytest.mark.parametrize(("way", "variant", "local", "wan"), [("wan", 5, 0, 1), ("local", 6, 1, 0), ("both", 7, 1, 1)])
def test_a_critical_request_is_transformed_signed_and_sent_by_one_request_id(
    way: str, variant: int, local: int, wan: int
) -> None:
    bench = Bench()
    name = bench.request("7.1", Way(way))
    asked, signed = bench.requests()
    assert (asked.command_variant, signed.command_variant) == (4, variant)
    assert {str(asked.request_id), str(signed.request_id)} == {name}
    assert asked.request_id.counter == 1_000
    commands = bench.delivery.commands + bench.sent_over_wan
    assert len(commands) == local + wan
    for command in commands:
        crypto.verify_signature(decode(command), REPOSITORY.public_key(SUPPLIER, "signing"))


def pre_command(identity: RequestId, content: Content) -> Response:
    message = Message(
        cra=Cra.COMMAND,
        counter=identity.counter,
        originator=SUPPLIER,
        target=identity.target,
        message_code=content.message_code,
        payload=content.payload,
    )
    body = bodies.PreCommand("4.3", message.encode())
    return Response(RequestId(SUPPLIER, ESME, 1_000), None, response_code.SUCCESS, EPOCH, body, "7.1")


ENABLE = prepayment.command("esme", 1_000, prepayment.EnableSupply())
ARM = prepayment.command("esme", 1_000, prepayment.ArmSupply())


@pytest.mark.parametrize(
    ("identity", "content", "reason"),
    [
        (RequestId(SUPPLIER, ESME, 1_001), prepayment.command("esme", 1_001, prepayment.EnableSupply()), "Counter"),
        (RequestId(SUPPLIER, GSME, 1_000), ENABLE, "target"),
        (RequestId(SUPPLIER, ESME, 1_000), ARM, "Message Code"),
        (RequestId(SUPPLIER, ESME, 1_000), Content(ECS42, ARM.payload), "another payload"),
    ],
)
def test_a_pre_command_that_was_not_asked_for_is_not_signed(identity: RequestId, content: Content, reason: str) -> None:
    bench = Bench()
    name = bench.user.request("7.1", ESME, Way.LOCAL)
    bench.from_dcc(pre_command(identity, content))
    assert "Pre-Command not signed" in bench.user.record(name).detail
    assert reason in bench.user.record(name).detail
    signed = [request for request in bench.requests() if request.command_variant != 4]
    assert len(signed) == 1  # the one that the real DCC gave a moment later
    assert ECS44 not in [decode(command).message_code for command in bench.delivery.commands]


@pytest.mark.parametrize("change", [{"target": GSME}, {"counter": 2 << 32}, {"cra": Cra.RESPONSE}, {"message_code": 1}])
def test_a_local_command_for_something_else_is_not_delivered(change: dict[str, Any]) -> None:
    bench = Bench()
    name = bench.top_up(Way.WAN)
    other = replace(decode(bench.sent_over_wan[0]), **change)
    identity = RequestId(SUPPLIER, ESME, 1 << 32)
    body = bodies.LocalCommand(other.encode())
    bench.from_dcc(Response(identity, None, response_code.SUCCESS, EPOCH, body, "2.2"))
    assert "Command not delivered" in bench.user.record(name).detail
    assert bench.delivery.commands == []


ADJUST = ServiceBody.of("UpdateMeterBalance", {"PrepaymentMode": {"AdjustMeterBalance": 100}})


@pytest.mark.parametrize(
    ("srv", "device", "body", "problem"),
    [
        ("2.2", ESME, None, "SRV 2.2: expected a Service Request to a device, and for a top-up to be vended"),
        ("8.13", ESME, None, "SRV 8.13: expected a Service Request to a device"),
        ("9.9", ESME, None, "SRV 9.9: expected a Service Request to a device"),
        ("7.1", GSME, None, "SRV 7.1 to GSME: this version has no use case"),
        ("1.5", ESME, None, "UpdateMeterBalance/CreditMode or PrepaymentMode: expected this element, found nothing"),
        ("2.3", ESME, ADJUST, "expected UpdateDebt for SRV 2.3, found UpdateMeterBalance"),
        ("4.18", OTHER_SUPPLIER, None, "expected a device of this User's customers"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(srv: str, device: Eui, body: ServiceBody | None, problem: str) -> None:
    user = Bench().user
    with pytest.raises(ProtocolError, match=problem):
        user.request(srv, device, Way.WAN, body)


def test_names_of_no_request_and_no_meter_are_refused() -> None:
    user = Bench().user
    with pytest.raises(Malformed, match="a meter of this User"):
        user.top_up(BROKER, POUND, Way.WAN)
    with pytest.raises(Malformed, match="a meter of this User"):
        user.vend(HUB, POUND)
    with pytest.raises(Malformed, match="the name of a request"):
        user.record("no such request")


@pytest.mark.parametrize(
    ("srv", "device", "body", "code"),
    [
        ("1.5", ESME, ADJUST, 0x001C),  # ECS04a
        ("1.5", GSME, ADJUST, 0x0086),  # GCS40a
        ("7.2", GSME, None, 0x0081),  # GCS32: holds the time of issue, which the User does not know
        ("8.7.1", GSME, ServiceBody.of("JoinServiceCritical", {"OtherDeviceID": PPMID}), 0x00AF),  # CS03C
        ("3.5", GSME, None, 0x0073),  # GCS11
        ("6.2.9", ESME, None, 0x00BE),  # ECS26j
    ],
)
def test_any_service_request_becomes_one_command_on_both_ways(
    srv: str, device: Eui, body: ServiceBody | None, code: int
) -> None:
    bench = Bench()
    bench.user.request(srv, device, Way.BOTH, body)
    bench.run(3 * SECOND)
    assert bench.delivery.commands == bench.sent_over_wan
    (command,) = map(decode, bench.delivery.commands)
    assert (command.message_code, command.originator, command.target) == (code, SUPPLIER, device)
    assert bool(command.signature) == SERVICE_REQUESTS[srv].critical
    check_mac_as(command, device, BROKER)


def test_a_pre_command_with_another_value_than_asked_for_is_not_signed() -> None:
    """The DCC's own transform of another Request: £2.00 where £1.00 was asked for."""
    bench = Bench()
    name = bench.user.request("1.5", ESME, Way.LOCAL, ADJUST)
    double = ServiceBody.of("UpdateMeterBalance", {"PrepaymentMode": {"AdjustMeterBalance": 200}})
    identity = RequestId(SUPPLIER, ESME, 1_000)
    known = Circumstances(target=Target.ESME, now=EPOCH, broker=BROKER)
    made = transform(Request(identity, 4, "1.5", double), known).message
    body = bodies.PreCommand("4.3", made.encode())
    bench.from_dcc(Response(identity, None, response_code.SUCCESS, EPOCH, body, "1.5"))
    assert "found another payload" in bench.user.record(name).detail
    bench.run(2 * SECOND)
    assert len(bench.delivery.commands) == 1  # of what the real DCC gave
    assert decode(bench.delivery.commands[0]).payload != made.payload


@pytest.mark.parametrize(("off", "signed"), [(-1, True), (1, True), (-3, False), (5, False)])
def test_a_pre_command_may_be_issued_when_the_dccs_clock_is_a_second_off(off: int, signed: bool) -> None:
    """GCS39 holds its time of issue; it comes one second after the Request, and the User allows one second more."""
    bench = Bench()
    name = bench.user.request("7.3", GSME, Way.LOCAL)
    identity = RequestId(SUPPLIER, GSME, 1_000)
    known = Circumstances(target=Target.GSME, now=EPOCH + off * SECOND, broker=BROKER)
    made = transform(Request(identity, 4, "7.3", bodies.ArmSupply()), known).message
    body = bodies.PreCommand("4.3", made.encode())
    frame = sign_document(
        Response(identity, None, response_code.SUCCESS, EPOCH, body, "7.3"), CREDENTIALS[BROKER].own("xml_signing")
    )
    bench.duis.send(roles.DCC, roles.DCC_USER, frame)
    bench.run(SECOND // 10)
    assert (bench.user.record(name).detail == "") == signed
    assert [request.command_variant for request in bench.requests()] == [4, 6][: 1 + signed]


def test_a_command_in_the_brokers_name_names_the_user_and_its_response_counts_when_the_dcc_brings_it() -> None:
    bench = Bench()
    name = bench.user.request("11.2", PPMID, Way.BOTH)
    bench.run(3 * SECOND)
    (command,) = map(decode, bench.delivery.commands)
    assert (command.originator, command.supplementary_party, command.message_code) == (BROKER, SUPPLIER, 0x0129)
    assert command.supplementary_party_counter == 1_000
    answer = replace(
        command,
        cra=Cra.RESPONSE,
        originator=PPMID,
        target=BROKER,
        mac=None,
        payload=bytes.fromhex("300904040123ABCD020100"),  # version 0123ABCD, success
    )
    forged, own = replace(answer, mac=bytes(12)), with_mac_of(answer, PPMID, BROKER)
    bench.delivery.answer(own.encode())
    record = bench.user.record(name)
    assert (record.outcome, record.unverifiable) == (Outcome.PENDING, 1)
    assert "the Access Control Broker, which alone can verify it" in record.detail
    bench.run(2 * SECOND)
    returned = bench.requests()[-1]
    assert returned.body == bodies.ReturnLocalCommandResponse(RequestId(SUPPLIER, PPMID, 1_000), own.encode())
    assert bench.dcc.services()[0].delivered_locally  # the DCC could verify it
    bench.over_wan(forged.encode())
    assert bench.user.record(name).outcome is Outcome.PENDING  # the DCC dropped it
    bench.over_wan(own.encode())
    record = bench.user.record(name)
    assert (record.outcome, record.verified_by) == (Outcome.DELIVERED_VERIFIED, "wan")


def test_the_hub_is_told_of_a_device_by_a_command_in_the_brokers_name() -> None:
    """SRV 8.11 to the Communications Hub: CCS01."""
    bench = Bench()
    whitelist = {"JoinTimePeriod": 3600, "InstallCode": Secret(bytes(16))}
    plain = {"DeviceID": GSME, "RequestType": "Add", "AddDeviceToCHFWhitelist": whitelist}
    bench.user.request("8.11", HUB, Way.WAN, ServiceBody.of("UpdateHANDeviceLog", plain))
    bench.run(3 * SECOND)
    (command,) = map(decode, bench.sent_over_wan)
    assert (command.message_code, command.originator, command.target) == (0x0001, BROKER, HUB)
    assert (command.supplementary_party, command.supplementary_party_counter) == (SUPPLIER, 1_000)
    check_mac_as(command, HUB, BROKER)


def test_what_an_engineer_brings_back_for_the_broker_is_returned_by_the_party_it_names() -> None:
    bench = Bench()
    name = bench.user.request("8.9", HUB, Way.HHT)
    bench.run(3 * SECOND)
    command = decode(bench.user.local_command(name))
    assert (command.originator, command.supplementary_party) == (BROKER, SUPPLIER)
    answer = replace(command, cra=Cra.RESPONSE, originator=HUB, target=BROKER, mac=None)
    stranger = replace(answer, supplementary_party=OTHER_SUPPLIER)
    bench.user.bring_back(with_mac_of(stranger, HUB, BROKER).encode())
    bench.run(2 * SECOND)
    assert [one.srv for one in bench.requests()] == ["8.9"]
    own = with_mac_of(answer, HUB, BROKER).encode()
    bench.user.bring_back(own)
    bench.run(2 * SECOND)
    returned = bench.requests()[-1]
    assert returned.body == bodies.ReturnLocalCommandResponse(RequestId(SUPPLIER, HUB, 1_000), own)
    assert bench.user.record(name).outcome is Outcome.PENDING


def test_what_the_dcc_is_told_goes_to_it_by_command_variant_eight_and_is_no_request_to_a_device() -> None:
    bench = Bench()
    body = ServiceBody.of("DecommissionDevice", {"DeviceID": ESME})
    name = bench.user.tell_dcc("8.3", body)
    bench.run(2 * SECOND)
    (told,) = bench.requests()
    assert (told.command_variant, told.srv, told.body, str(told.request_id)) == (8, "8.3", body, name)
    assert told.request_id.target == BROKER
    with pytest.raises(Unsupported, match=r"SRV 7\.1: expected a Service Request that the DCC answers itself"):
        bench.user.tell_dcc("7.1", body)
    with pytest.raises(Malformed, match=r"expected \w+ for SRV 8\.14\.2, found DecommissionDevice"):
        bench.user.tell_dcc("8.14.2", body)
