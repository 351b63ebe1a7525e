"""Which Responses count, and that each request has one outcome."""

from dataclasses import replace

import pytest
from home_parts import (
    BROKER,
    CREDENTIALS,
    ESME,
    GSME,
    OTHER_SUPPLIER,
    REPOSITORY,
    SUPPLIER,
    signed_by,
    with_mac_of,
)
from user_parts import Bench, altered, credited, refused, respond

from ppmid_devices.dcc_user.contract import Outcome, RequestRecord, Way
from ppmid_devices.ports import SECOND
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.errors import Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto, gbz
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.gbcs.prepayment import esme, gsme
from ppmid_protocols.gbcs.prepayment.requests import ECS42, ECS82, GCS60, Content


def test_a_response_by_the_avenue_settles_and_is_returned_to_the_dcc() -> None:
    bench = Bench()
    name = bench.top_up(Way.LOCAL)
    asked_at = bench.user.record(name).asked_at
    bench.delivery.answer(credited(bench.delivery.commands[0]))
    assert bench.user.record(name) == RequestRecord(
        request=name,
        srv="2.2",
        device=ESME,
        outcome=Outcome.DELIVERED_VERIFIED,
        asked_at=asked_at,
        settled_at=bench.clock.now(),
        verified_by="avenue",
        credits=1,
        settlements=1,
    )
    bench.run(2 * SECOND)
    returned = bench.requests()[-1]
    assert (returned.srv, returned.command_variant, returned.request_id.target) == ("8.13", 8, BROKER)
    original = RequestId(SUPPLIER, ESME, 1 << 32)
    expected = bodies.ReturnLocalCommandResponse(original, credited(bench.delivery.commands[0]))
    assert returned.body == expected
    assert bench.dcc.services()[0].delivered_locally
    bench.run(1_000 * SECOND)  # past the time-out
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


def test_a_response_over_the_wan_settles_and_is_not_returned() -> None:
    bench = Bench()
    name = bench.top_up(Way.WAN)
    bench.over_wan(credited(bench.sent_over_wan[0]))
    record = bench.user.record(name)
    assert (record.outcome, record.verified_by, record.credits) == (Outcome.DELIVERED_VERIFIED, "wan", 1)
    assert [request.srv for request in bench.requests()] == ["2.2"]


def test_a_refusal_of_the_meter_books_nothing() -> None:
    bench = Bench()
    name = bench.top_up(Way.LOCAL)
    bench.delivery.answer(refused(bench.delivery.commands[0]))
    record = bench.user.record(name)
    assert (record.outcome, record.credits, record.settlements) == (Outcome.REFUSED_VERIFIED, 0, 1)
    assert record.detail == "refused: result 1"


@pytest.mark.parametrize("over", ["wan", "avenue"])
def test_a_response_that_does_not_hold_changes_nothing_and_is_not_returned(over: str) -> None:
    bench = Bench()
    name = bench.top_up(Way.BOTH)
    good = credited(bench.sent_over_wan[0])
    message = decode(good)
    stranger = with_mac_of(message, OTHER_SUPPLIER, ESME)
    attempts = [altered(good), stranger.encode(), replace(message, mac=None).encode()]
    if over == "avenue":  # the DCC drops these itself
        attempts += [bench.sent_over_wan[0], replace(message, counter=2 << 32).encode(), b"\xdf\x09"]
    for attempt in attempts:
        if over == "wan":
            bench.over_wan(attempt)
        else:
            bench.delivery.answer(attempt, bench.delivery.names[0])
    record = bench.user.record(name)
    assert (record.outcome, record.credits, record.settlements) == (Outcome.PENDING, 0, 0)
    assert record.unverifiable == record.detail.count("a Response by") == len(attempts)
    assert [request.srv for request in bench.requests()] == ["2.2"]
    bench.delivery.answer(good)
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


def test_a_critical_response_counts_by_the_signature_of_the_meter() -> None:
    bench = Bench()
    name = bench.request("7.1", Way.LOCAL)
    (command,) = bench.delivery.commands
    good = respond(command, esme.response(ECS42, 1_000))
    unsigned = replace(decode(good), signature=b"")
    foreign = signed_by(unsigned, GSME)
    mac_instead = with_mac_of(unsigned, ESME, SUPPLIER)
    for attempt in (foreign, unsigned, mac_instead):
        bench.delivery.answer(attempt.encode())
        assert bench.user.record(name).outcome is Outcome.PENDING
    bench.delivery.answer(good)
    record = bench.user.record(name)
    assert (record.outcome, record.credits) == (Outcome.DELIVERED_VERIFIED, 0)


@pytest.mark.parametrize("meter", [ESME, GSME])
def test_a_verified_balance_is_kept(meter: Eui) -> None:
    bench = Bench()
    name = bench.request("4.18", Way.LOCAL, meter)
    (command,) = bench.delivery.commands
    readings = {"balance": -50_000, "credit_mode_balance": 0}
    content = esme.response(ECS82, 1_000, value=-50_000) if meter == ESME else gsme.read_response(GCS60, readings)
    bench.delivery.answer(respond(command, content))
    assert bench.user.record(name).balance == -50_000
    assert bench.user.record(name).credits == 0


@pytest.mark.parametrize("first", ["wan", "avenue"])
def test_the_first_of_two_responses_settles_and_the_second_changes_nothing(first: str) -> None:
    bench = Bench()
    name = bench.top_up(Way.BOTH)
    good = credited(bench.sent_over_wan[0])
    if first == "wan":
        bench.over_wan(good)
    bench.delivery.answer(good)
    if first == "avenue":
        bench.over_wan(good)
    record = bench.user.record(name)
    assert (record.verified_by, record.credits, record.settlements, record.detail) == (first, 1, 1, "")
    bench.run()
    assert [request.srv for request in bench.requests()] == ["2.2", "8.13"]  # returned whichever came first


def test_a_second_copy_refused_as_a_duplicate_is_noted_and_the_credit_stands() -> None:
    bench = Bench()
    name = bench.top_up(Way.BOTH)
    bench.delivery.answer(credited(bench.delivery.commands[0]))
    bench.over_wan(refused(bench.sent_over_wan[0]))
    record = bench.user.record(name)
    assert (record.outcome, record.credits, record.settlements) == (Outcome.DELIVERED_VERIFIED, 1, 1)
    assert record.verified_by == "avenue"
    assert "by wan: refused" in record.detail


@pytest.mark.parametrize("again", [False, True])
def test_one_copy_refused_proves_nothing_while_another_may_have_been_credited(again: bool) -> None:
    """The Response to the copy that was credited is lost; the other copy is refused, as used already."""
    bench = Bench()
    name = bench.top_up(Way.LOCAL if again else Way.BOTH)
    if again:
        bench.user.deliver_again(name)
    bench.delivery.answer(refused(bench.delivery.commands[0]))
    record = bench.user.record(name)
    assert (record.outcome, record.settlements) == (Outcome.UNKNOWN, 0)
    bench.run(2 * SECOND)
    assert "4.4.5" in [request.srv for request in bench.requests()]  # so the meter's log is asked for
    bench.delivery.answer(credited(bench.delivery.commands[0]), bench.delivery.names[0])
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


def test_the_same_command_is_delivered_again_on_demand() -> None:
    bench = Bench()
    name = bench.top_up(Way.LOCAL)
    bench.user.deliver_again(name)
    assert bench.delivery.commands[0] == bench.delivery.commands[1]
    bench.delivery.answer(credited(bench.delivery.commands[0]), bench.delivery.names[1])
    bench.delivery.answer(refused(bench.delivery.commands[0]), bench.delivery.names[0])
    record = bench.user.record(name)
    assert (record.outcome, record.settlements) == (Outcome.DELIVERED_VERIFIED, 1)
    assert [request.srv for request in bench.requests()] == ["2.2", "8.13"]  # the DCC is told once
    with pytest.raises(Unsupported, match="no Command for local delivery"):
        bench.user.deliver_again(bench.top_up(Way.WAN))


def test_a_response_under_an_unknown_avenue_id_is_found_by_its_header() -> None:
    bench = Bench()
    name = bench.top_up(Way.LOCAL)
    bench.delivery.answer(b"\xff", "ffffffff")
    bench.delivery.answer(credited(bench.delivery.commands[0]), "ffffffff")
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED
    assert len(bench.user.dropped) == 1


def test_what_the_meter_sealed_for_the_user_is_opened_and_kept_secret() -> None:
    """GCS14: the Prepayment attributes come sealed (GBCS 7.2.9; laid out as RTDS 4.5.0 has them)."""
    bench = Bench()
    name = bench.request("4.3", Way.LOCAL, GSME)
    (command,) = bench.delivery.commands
    plain = bytes.fromhex("0100002B40420F00")  # credit remaining: £10.00
    peer = REPOSITORY.public_key(SUPPLIER, "agreement")
    z = crypto.shared_secret(CREDENTIALS[GSME].own("agreement").private, peer)
    sealed = crypto.seal(plain, crypto.encryption_key(z, GSME, SUPPLIER, decode(command).counter), GSME)
    open_part = gbz.Component(
        cluster=0x0700, frame_control=0x08, sequence=0, command=1, body=bytes.fromhex("1706001850")
    )
    closed_part = gbz.Component(cluster=0x0705, frame_control=0x08, sequence=1, command=1, body=sealed, frame_counter=0)
    bench.delivery.answer(respond(command, Content(0x0075, gbz.encode((open_part, closed_part)))))
    record = bench.user.record(name)
    assert (record.outcome, record.readings) == (Outcome.DELIVERED_VERIFIED, (plain,))
    assert "<secret>" in repr(record.readings)
    refused_part = replace(closed_part, body=bytes.fromhex("FF01"), command=0x0B, frame_counter=None)
    other = bench.request("4.3", Way.LOCAL, GSME)
    bench.delivery.answer(respond(bench.delivery.commands[1], Content(0x0075, gbz.encode((open_part, refused_part)))))
    assert bench.user.record(other).outcome is Outcome.REFUSED_VERIFIED


def test_what_was_sealed_for_another_is_no_answer() -> None:
    bench = Bench()
    name = bench.request("4.3", Way.LOCAL, GSME)
    (command,) = bench.delivery.commands
    body = crypto.SEALED_HEADER + bytes(20)
    closed = gbz.Component(cluster=0x0705, frame_control=0x08, sequence=1, command=1, body=body, frame_counter=0)
    bench.delivery.answer(respond(command, Content(0x0075, gbz.encode((closed,)))))
    record = bench.user.record(name)
    assert (record.outcome, record.unverifiable, record.readings) == (Outcome.PENDING, 1, ())
    assert "ciphertext" in record.detail
