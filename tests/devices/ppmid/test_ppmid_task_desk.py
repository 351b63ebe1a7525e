"""What a PPMID itself asks of an electricity meter: top-ups, emergency credit, supply on; and the answers."""

import pytest
from home_parts import ESME, FOREIGN, GSME, PPMID, UTRN
from ppmid_home import ACCEPTED, Home

from ppmid_devices.ports import MINUTE, SECOND
from ppmid_devices.ppmid import texts
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Reason, State, UtrnOutcome, UtrnResult
from ppmid_protocols.zigbee import prepayment, zcl
from ppmid_protocols.zigbee.prepayment import ConsumerTopUpResponse


def test_a_top_up_for_electricity_goes_as_consumer_top_up_with_its_digits() -> None:
    home = Home()
    home.esme.answers = [ACCEPTED]
    home.submit_utrn(ESME)
    (sent,) = home.from_ppmid
    assert (sent.destination, sent.cluster, sent.zcl.header.command) == (ESME, 0x0705, 0x04)
    assert sent.zcl.payload == b"\x02\x14" + UTRN.encode()
    assert home.states == [State.RECEIVED, State.FORWARDED, "UtrnResult"]
    assert home.results == [UtrnResult(b"u", UtrnOutcome.ACCEPTED, 1_000_000, 0, "Top-up accepted: £10.00")]
    assert home.lines == ("Top-up sent", "Top-up accepted: £10.00")


@pytest.mark.parametrize(
    ("answer", "outcome", "line"),
    [
        (
            ConsumerTopUpResponse(0x12, 1_000_000),
            UtrnOutcome.ACCEPTED,
            "Top-up accepted: £10.00, supply waits to be switched on",
        ),
        (ConsumerTopUpResponse(0x00), UtrnOutcome.ACCEPTED, "Top-up accepted: amount not told"),
        (ConsumerTopUpResponse(0x02), UtrnOutcome.REFUSED, "Top-up refused: already used"),
        (ConsumerTopUpResponse(0x05), UtrnOutcome.REFUSED, "Top-up refused: the meter is locked, try again later"),
        (ConsumerTopUpResponse(0x33), UtrnOutcome.REFUSED, "Top-up refused: reason 51"),
    ],
)
def test_every_answer_is_told_as_the_meter_gave_it(
    answer: ConsumerTopUpResponse, outcome: UtrnOutcome, line: str
) -> None:
    home = Home()
    home.esme.answers = [answer]
    home.submit_utrn(ESME)
    assert home.results == [UtrnResult(b"u", outcome, answer.value, answer.result, line)]
    assert home.lines[-1] == line


BAD_CODES = [UTRN[:19], UTRN[:19] + "6", "9" + UTRN[1:], "12345678901234567890", "", "7394614433204021731x", UTRN + "0"]


@pytest.mark.parametrize("digits", BAD_CODES)
@pytest.mark.parametrize("meter", [ESME, GSME])
def test_digits_that_can_be_no_code_never_reach_the_han(meter: Eui, digits: str) -> None:
    home = Home()
    home.ppmid.enter_utrn(meter, digits)
    home.run()
    assert home.on_han == []
    assert home.lines == (texts.NOT_A_CODE,)


def test_a_sender_is_told_that_its_digits_are_no_code() -> None:
    home = Home()
    home.submit_utrn(ESME, UTRN[:19])
    home.submit_utrn(FOREIGN, request_id=b"v")
    assert [one.reason for one in home.said] == [Reason.UTRN_NOT_WELL_FORMED, Reason.UNKNOWN_METER]
    assert home.on_han == []


def test_a_silent_meter_leaves_the_top_up_unknown_not_pending_and_it_is_not_resent() -> None:
    """Field case C07: a duplicate, or a lost frame, may have no answer at all."""
    home = Home()
    home.submit_utrn(ESME)
    home.run(10 * MINUTE)
    assert home.results == [UtrnResult(b"u", UtrnOutcome.UNKNOWN, None, None, texts.NO_ANSWER)]
    assert home.lines == ("Top-up sent", "No answer from the meter")
    assert len(home.from_ppmid) == 1


def test_one_top_up_at_a_time_the_second_waits_for_the_answer_to_the_first() -> None:
    home = Home()
    home.esme.answers = [None, ACCEPTED]
    home.ppmid.enter_utrn(ESME, UTRN)
    home.submit_utrn(ESME)
    home.run(50 * SECOND)
    assert len(home.esme.top_ups) == 1
    assert home.lines[-1] == texts.TURN
    home.run(20 * SECOND)
    assert len(home.esme.top_ups) == 2
    assert home.results[0].outcome is UtrnOutcome.ACCEPTED


def test_a_top_up_beyond_the_queue_of_its_meter_is_refused() -> None:
    home = Home(queued_for_a_meter=2)
    for number in range(4):
        home.submit_utrn(ESME, request_id=bytes([number]))
    assert home.said[-1].reason is Reason.TOO_MANY_REQUESTS
    assert home.said[-1].request_id == b"\x03"


def test_an_answer_that_comes_late_is_for_the_top_up_it_answers() -> None:
    home = Home()
    home.submit_utrn(ESME, request_id=b"1")
    sequence = home.from_ppmid[0].zcl.header.sequence
    home.run(61 * SECOND)
    home.submit_utrn(ESME, request_id=b"2")
    home.esme.node.send_frame(PPMID, prepayment.CLUSTER, prepayment.frame(ACCEPTED, sequence))
    home.run()
    assert [(one.request_id, one.outcome) for one in home.results] == [
        (b"1", UtrnOutcome.UNKNOWN),
        (b"1", UtrnOutcome.ACCEPTED),
    ]


def test_emergency_credit_and_supply_on_are_asked_of_the_electricity_meter() -> None:
    home = Home()
    home.ppmid.select_emergency_credit(ESME)
    home.run()
    home.ppmid.enable_supply(ESME)
    home.run()
    assert [(one.cluster, one.zcl.header.command, one.zcl.payload[-1:]) for one in home.from_ppmid] == [
        (0x0705, 0x00, b"\x02"),
        (0x0702, 0x0C, b"\x02"),  # supply on, and nothing else
    ]
    assert home.lines[1::2] == ("Emergency credit selected", "Supply switched on")


def test_a_meter_that_does_not_allow_them_is_believed() -> None:
    home = Home()
    home.esme.status = zcl.Status.FAILURE
    home.ppmid.select_emergency_credit(ESME)
    home.run()
    home.ppmid.enable_supply(ESME)
    home.run()
    assert home.lines[1::2] == ("Emergency credit not available", "The meter did not switch the supply on")


def test_gas_cannot_be_switched_on_from_the_ppmid() -> None:
    home = Home()
    home.ppmid.enable_supply(GSME)
    home.run()
    assert home.from_ppmid == []
    assert home.lines == (texts.NOT_FOR_GAS,)
