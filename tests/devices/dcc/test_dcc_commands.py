"""What comes of each Command Variant: Commands over the SM WAN, for local delivery, Pre-Commands."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from dcc_bench import TOP_UP_COUNTER, UTRN, Bench, enable, local_command, pre_command, top_up, verify_as_meter
from home_parts import (
    BROKER,
    CREDENTIALS,
    ESME,
    GSME,
    HUB,
    PPMID,
    REPOSITORY,
    SUPPLIER,
    answer_to,
    signed_by,
    with_mac_of,
)

from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.simulated import SimulatedDcc
from ppmid_devices.ports import SECOND
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.answers import CinMessage
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId, response_id
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.errors import NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto, prepayment
from ppmid_protocols.gbcs.message import Cra, decode
from ppmid_protocols.gbcs.use_cases import USE_CASES


def test_variant_1_sends_the_command_over_the_wan_and_accepts() -> None:
    bench = Bench()
    answer = bench.ask(top_up(1))
    assert answer is not None
    assert (answer.code, answer.body, answer.request_id) == ("I99", None, top_up(1).request_id)
    assert answer.response_id == response_id(top_up(1).request_id)
    (octets,) = bench.commands
    command = verify_as_meter(octets)
    assert (command.originator, command.target, command.counter) == (SUPPLIER, ESME, TOP_UP_COUNTER)
    assert prepayment.read_top_up_digits(command) == UTRN.digits


def test_variant_2_gives_the_command_back_and_sends_nothing() -> None:
    bench = Bench()
    command = verify_as_meter(local_command(bench.ask(top_up(2, GSME))))
    assert command.message_code == prepayment.CODES["gsme", prepayment.TopUp]
    assert bench.commands == []


def test_variant_3_gives_two_equal_copies() -> None:
    bench = Bench()
    local = local_command(bench.ask(top_up(3)))
    assert bench.commands == [local]


@pytest.mark.parametrize(
    ("srv", "body", "target", "asked"),
    [
        ("4.18", bodies.ReadMeterBalance(), ESME, prepayment.ReadBalance()),
        ("4.18", bodies.ReadMeterBalance(), GSME, prepayment.ReadBalance()),
        ("7.4", bodies.ReadSupplyStatus(), ESME, prepayment.ReadSupplyStatus()),
    ],
)
def test_reads_become_their_commands(
    srv: str, body: bodies.RequestBody, target: Eui, asked: prepayment.Request
) -> None:
    bench = Bench()
    command = verify_as_meter(local_command(bench.ask(Request(RequestId(SUPPLIER, target, 1000), 2, srv, body))))
    assert prepayment.read_command(command) == asked


@pytest.mark.parametrize(("variant", "local", "over_wan"), [(5, False, True), (6, True, False), (7, True, True)])
def test_a_signed_pre_command_becomes_a_command_with_signature_and_mac(
    variant: int, local: bool, over_wan: bool
) -> None:
    bench = Bench()
    octets = signed_by(pre_command(bench, enable(4)), SUPPLIER).encode()
    assert bench.commands == []
    answer = bench.ask(enable(variant, octets))
    assert answer is not None
    assert answer.code == ("I0" if local else "I99")
    copies = bench.commands + ([local_command(answer)] if local else [])
    assert len(copies) == local + over_wan
    for copy in copies:
        command = verify_as_meter(copy)
        crypto.verify_signature(command, REPOSITORY.public_key(SUPPLIER, "signing"))
        assert prepayment.read_command(command) == prepayment.EnableSupply()


def test_arming_a_gas_meter_bears_its_time_of_issue() -> None:
    bench = Bench()
    bench.run(60 * SECOND)
    given = pre_command(bench, Request(RequestId(SUPPLIER, GSME, 1000), 4, "7.3", bodies.ArmSupply()))
    # 26 years from 2000-01-01, seven of them leap years, and the minute
    assert prepayment.read_command(given) == prepayment.ArmSupply(issued=(26 * 365 + 7) * 86_400 + 60)


def test_a_dcc_without_its_keys_is_refused_when_it_is_built() -> None:
    bench = Bench()
    with pytest.raises(NotAuthentic, match="holds no agreement key"):
        SimulatedDcc(
            clock=bench.clock,
            credentials=replace(CREDENTIALS[BROKER], agreement=None),
            directory=REPOSITORY,
            duis=bench.duis,
            wan=bench.wan,
            devices={},
            settings=DccSettings(),
        )


def test_a_join_of_the_ppmid_is_made_in_the_brokers_name_and_signed_by_it() -> None:
    """CS03A2: its device type and certificate come from the inventory and the SMKI repository."""
    bench = Bench()
    body = ServiceBody.of("JoinServiceNonCritical", {"OtherDeviceID": ESME})
    octets = local_command(bench.ask(Request(RequestId(SUPPLIER, PPMID, 7), 2, "8.7.2", body)))
    assert bench.commands == []
    command = verify_as_meter(octets)
    assert (command.originator, command.target, command.message_code) == (BROKER, PPMID, 0x00AB)
    assert (command.supplementary_party, command.supplementary_party_counter) == (SUPPLIER, 7)
    crypto.verify_signature(command, REPOSITORY.public_key(BROKER, "signing"))


def test_the_brokers_own_commands_are_counted_by_the_broker_and_answered_by_request_id() -> None:
    """CCS02: the Response is the broker's to verify, and goes to the User by the RequestID of the Request."""
    bench = Bench()
    body = ServiceBody.of("UpdateHANDeviceLog", {"DeviceID": ESME, "RequestType": "Remove"})
    requests = [Request(RequestId(SUPPLIER, HUB, counter), 1, "8.11", body) for counter in (70, 69)]
    for request in requests:
        assert bench.code_of(request) == "I99"
    first, second = map(verify_as_meter, bench.commands)
    assert second.counter == first.counter + 1
    bench.from_hub(with_mac_of(answer_to(first), HUB, BROKER).encode())
    assert bench.answers[-1].request_id == requests[0].request_id
    bench.from_hub(answer_to(second).encode())  # without a MAC that holds
    assert bench.answers[-1].request_id == requests[0].request_id
    assert "mac: " in bench.dcc.refused[-1]


def test_who_is_unknown_to_the_device_asks_by_the_broker() -> None:
    """An Other User's credentials are in no meter: its Command is the broker's, on its behalf (GBCS 4.3)."""
    bench = Bench(settings=DccSettings(unlisted_roles=("OU",)))
    body = ServiceBody.of("ReadTariffPrimaryElement")
    assert bench.code_of(Request(RequestId(SUPPLIER, ESME, 7), 1, "4.11.1", body)) == "I99"
    command = verify_as_meter(bench.commands[0])
    assert (command.originator, command.supplementary_party) == (BROKER, SUPPLIER)


def test_the_number_that_a_device_shows_comes_with_its_response() -> None:
    """SRV 9.1: the DCC makes the number, and tells it to the User with the device's Response."""
    bench = Bench(settings=DccSettings(unlisted_roles=("OU",)))
    identity = RequestId(SUPPLIER, ESME, 7)
    body = ServiceBody.of("RequestCustomerIdentificationNumber")
    assert bench.code_of(Request(identity, 1, "9.1", body)) == "I99"
    command = verify_as_meter(bench.commands[0])
    response = with_mac_of(answer_to(command), ESME, BROKER).encode()
    bench.from_hub(response)
    told = bench.answers[-1].body
    assert isinstance(told, CinMessage)
    assert told.gbcs == response
    digits = bytes(told.number)
    assert digits.isdigit()
    assert len(digits) == 4
    assert digits in command.payload


def test_a_lower_counter_than_an_earlier_one_is_the_devices_to_refuse() -> None:
    bench = Bench()
    for counter in (5 << 32, 4 << 32):
        assert bench.code_of(top_up(1, counter=counter)) == "I99"
    assert [decode(octets).counter for octets in bench.commands] == [5 << 32, 4 << 32]


def test_an_independent_library_verifies_what_the_dcc_signs() -> None:
    signxml = pytest.importorskip("signxml", reason="signxml, the second verifier of XML signatures, is not installed")
    bench = Bench()
    bench.ask(top_up(3))
    (frame,) = [one.frame for one in bench.sent_on if one.link == "duis"]
    certificate = CREDENTIALS[BROKER].own("xml_signing").certificate
    assert signxml.XMLVerifier().verify(frame, x509_cert=certificate).signed_xml.tag.endswith("Response")
    with pytest.raises(signxml.InvalidSignature):
        signxml.XMLVerifier().verify(frame.replace(b">I0<", b">I99<"), x509_cert=certificate)


def test_the_reference_data_has_the_brokers_signature_just_on_its_critical_commands(shared: Path) -> None:
    """RTDS 4.5.0: what the Access Control Broker asks in its own name it signs where the use case is critical."""
    rows = json.loads((shared / "data" / "rtds" / "messages.json").read_text(encoding="utf-8"))["messages"]
    messages = [decode(bytes.fromhex(row["hex"])) for row in rows]
    own = [one for one in messages if one.cra is Cra.COMMAND and one.mac is not None and one.originator == BROKER]
    assert {bool(one.signature) for one in own} == {True, False}
    for one in own:
        assert bool(one.signature) is bool(USE_CASES[one.message_code].critical)
