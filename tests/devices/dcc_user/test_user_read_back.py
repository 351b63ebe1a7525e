"""A top-up of which the User does not know: the meter's own log is asked for, and what that proves."""

from dataclasses import replace

import pytest
from home_parts import ESME, GSME, POUND, SUPPLIER
from user_parts import EPOCH, Bench, credited, refused, respond

from ppmid_devices.dcc_user import read_back
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.dcc_user.faulty import NeverReadsBack, ResendsBlindly
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.dcc_user.simulated import SimulatedDccUser
from ppmid_devices.dcc_user.vending import Vended
from ppmid_devices.ports import DAY, SECOND
from ppmid_protocols.duis.bodies import content_of
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, dlms, gbz
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.gbcs.prepayment.credit_log import ECS20D, GCS15E, Credit
from ppmid_protocols.gbcs.prepayment.requests import Content
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import Utrn

YEAR_2000 = 946_684_800
ASKED = EPOCH // SECOND - YEAR_2000
"""When the top-ups of these tests are asked for, in the meter's count: seconds since 2000."""

Entry = tuple[int, int]
"""Seconds after ``ASKED``, and millipence."""


def esme_log(command: bytes, *entries: Entry) -> bytes:
    """ECS20d: rows of date-time and amount, as RTDS 4.5.0 has them."""
    number = axdr.DOUBLE_LONG_UNSIGNED
    shape = axdr.Shape(axdr.STRUCTURE, (axdr.Shape(number), axdr.Shape(number)))
    rows = tuple(axdr.structure(axdr.Number(number, ASKED + at), axdr.Number(number, amount)) for at, amount in entries)
    answer = (dlms.Choice.GET_WITH_SELECTION, 0, axdr.CompactArray(shape, rows))
    return respond(command, Content(ECS20D, dlms.response(decode(command).counter, answer).encode()))


def gsme_log(command: bytes, *codes: Secret) -> bytes:
    """GCS15e: Publish Top Up Log with the codes themselves."""
    entries = b"".join(bytes((len(code),)) + code + bytes(4) + ASKED.to_bytes(4, "little") for code in codes)
    one = gbz.Component(cluster=0x0705, frame_control=0x19, sequence=0, command=5, body=b"\x00\x01" + entries)
    return respond(command, Content(GCS15E, gbz.encode((one,))))


def unknown(
    way: Way = Way.LOCAL, meter: Eui = ESME, kind: type[SimulatedDccUser] = SimulatedDccUser
) -> tuple[Bench, str]:
    """A top-up of £10.00 that nobody has answered, and that the User has given up on."""
    bench = Bench(kind)
    name = bench.top_up(way, meter)
    bench.run((7_200 if meter == GSME else 120) * SECOND)
    assert bench.user.record(name).outcome is Outcome.UNKNOWN
    return bench, name


def answer_log(bench: Bench, *entries: Entry) -> None:
    bench.delivery.answer(esme_log(bench.delivery.commands[1], *entries), bench.delivery.names[1])


@pytest.mark.parametrize("way", Way)
def test_it_asks_for_the_log_both_ways_and_sends_no_top_up_again(way: Way) -> None:
    bench, _ = unknown(way)
    bench.run(DAY)
    top_up, log = bench.requests()
    assert (top_up.srv, log.srv, log.command_variant) == ("2.2", "4.4.5", 3)
    period = content_of(log.body).at("ReadLogPeriod")
    assert period.at("StartDateTime").value == EPOCH - 60 * SECOND
    assert period.at("EndDateTime").value == EPOCH + 120 * SECOND + 7 * DAY


def test_a_utrn_at_the_ppmid_is_asked_after_over_the_sm_wan_alone() -> None:
    bench = Bench()
    bench.user.send_utrn(ESME, bench.user.vend(ESME, 10 * POUND))
    bench.run(130 * SECOND)
    (log,) = bench.requests()
    assert (log.srv, log.command_variant) == ("4.4.5", 1)


def test_the_credit_in_the_log_settles_it_as_delivered_once() -> None:
    bench, name = unknown()
    answer_log(bench, (-3_600, 10 * POUND), (1, 10 * POUND))
    record = bench.user.record(name)
    assert (record.outcome, record.verified_by, record.credits) == (Outcome.DELIVERED_VERIFIED, "log", 1)
    assert record.detail == "no answer in time; the meter's log shows it"
    answer_log(bench, (1, 10 * POUND))  # its other copy
    assert bench.user.record(name) == record
    bench.delivery.answer(refused(bench.delivery.commands[0]), bench.delivery.names[0])  # a second copy: a duplicate
    assert bench.user.record(name).settlements == 1
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


@pytest.mark.parametrize("entries", [(), ((-3_600, 10 * POUND),), ((1, 5 * POUND),)])
def test_a_log_without_it_leaves_it_open(entries: tuple[Entry, ...]) -> None:
    bench, name = unknown()
    answer_log(bench, *entries)
    record = bench.user.record(name)
    assert (record.outcome, record.credits, record.settlements) == (Outcome.UNKNOWN, 0, 0)
    assert record.detail == "no answer in time; the meter's log does not show it"
    bench.delivery.answer(refused(bench.delivery.commands[0]), bench.delivery.names[0])
    assert bench.user.record(name).outcome is Outcome.REFUSED_VERIFIED
    answer_log(bench, *entries)  # its other copy tells nothing new
    assert bench.user.record(name).detail == f"{record.detail}; refused: result 1"


def test_an_entry_that_another_code_may_have_made_is_no_proof() -> None:
    bench = Bench()
    bench.user.vend(ESME, 10 * POUND)  # somebody may have typed it in since
    name = bench.top_up(Way.LOCAL)
    bench.run(120 * SECOND)
    answer_log(bench, (5, 10 * POUND))
    assert bench.user.record(name).outcome is Outcome.UNKNOWN
    answer_log(bench, (5, 10 * POUND), (9, 10 * POUND))
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


def test_a_code_that_was_proven_credited_before_makes_no_doubt() -> None:
    bench = Bench()
    bench.top_up(Way.WAN)
    bench.over_wan(credited(bench.sent_over_wan[0]))
    bench.run(600 * SECOND)
    name = bench.top_up(Way.LOCAL)
    bench.run(120 * SECOND)
    answer_log(bench, (1, 10 * POUND), (604, 10 * POUND))
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


def test_a_gas_meters_log_proves_by_the_code_itself() -> None:
    bench, name = unknown(meter=GSME)
    command, other = bench.delivery.commands[1], Secret(b"73943333457189043313")
    own = Secret(decode(bench.delivery.commands[0]).payload[-20:])
    bench.delivery.answer(gsme_log(command, other), bench.delivery.names[1])
    assert bench.user.record(name).outcome is Outcome.UNKNOWN
    bench.delivery.answer(gsme_log(command, other, own), bench.delivery.names[1])
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


def test_a_forged_log_proves_nothing() -> None:
    bench, name = unknown()
    forged = replace(decode(esme_log(bench.delivery.commands[1], (1, 10 * POUND))), mac=bytes(12))
    bench.delivery.answer(forged.encode(), bench.delivery.names[1])
    assert bench.user.record(name).outcome is Outcome.UNKNOWN


def test_one_that_is_told_not_to_does_not_ask() -> None:
    bench = Bench(settings=DccUserSettings(read_back=False))
    bench.top_up(Way.LOCAL)
    bench.run(DAY)
    assert [request.srv for request in bench.requests()] == ["2.2"]


def test_no_other_request_is_read_back() -> None:
    bench = Bench()
    bench.request("7.1", Way.LOCAL)
    bench.run(DAY)
    assert {request.srv for request in bench.requests()} == {"7.1"}


def test_the_faulty_one_that_resends_makes_two_top_ups_of_one() -> None:
    bench, _ = unknown(kind=ResendsBlindly)
    bench.run(2 * SECOND)
    top_ups = [request.request_id for request in bench.requests() if request.srv == "2.2"]
    assert [(one.originator, one.counter) for one in top_ups] == [(SUPPLIER, 1 << 32), (SUPPLIER, 2 << 32)]


def test_the_faulty_one_that_never_reads_back_leaves_it_open() -> None:
    bench, _ = unknown(kind=NeverReadsBack)
    bench.run(DAY)
    assert [request.srv for request in bench.requests()] == ["2.2"]


def test_the_rule_by_itself() -> None:
    utrn = Utrn.parse("73946144332040217315")  # RTDS 4.5.0: £10.00
    top_up, since = Vended(3, utrn), (YEAR_2000 + 50) * SECOND
    assert read_back.proves([Credit(50, 10 * POUND)], top_up, since, [])
    assert not read_back.proves([Credit(49, 10 * POUND)], top_up, since, [])
    assert not read_back.proves([Credit(50, 10 * POUND)], top_up, since, [Vended(4, utrn)])
    assert read_back.proves([Credit(0, 1, utrn.digits)], top_up, since, [Vended(4, utrn)])
