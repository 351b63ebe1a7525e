"""What the check of a gas customer's wait comes to."""

import pytest
from check_cases import COMMAND, RESPONSE, Case, Cases, Line, MakeLog, asked, gbcs, said, tunnel, wanted

from ppmid_bench.checks import CHECKS, evaluate

CASES = Cases("gas_wait")


def answer(seconds: float, **more: object) -> Line:
    return tunnel("gsme>hub", gbcs("response", **more), seconds)


waits = CASES.of("gas-acted-at-a-wake", request="r7")
waits.passes(wanted(), asked(), answer(1700))
waits.passes(wanted(), asked(), answer(1700), answer(9000))
waits.fails("not-acted", wanted(), asked())
waits.fails("not-acted", wanted(), asked(), answer(10, success=False))
waits.fails("not-acted", wanted(), asked(), answer(10, counter=1))
waits.fails("late", wanted(), asked(), answer(7201))
waits.cannot_tell("not-given", wanted())
waits.cannot_tell("not-given", asked(), answer(10))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()


def test_the_wait_is_from_the_asking_to_the_act(make_log: MakeLog) -> None:
    log = make_log([wanted(), asked(), answer(1700.5)])
    (measured,) = evaluate(CHECKS["gas-acted-at-a-wake"], log, {"request": "r7"})["measurements"]
    assert (measured["id"], measured["value"], measured["unit"]) == ("gas-customer-wait", 1700.5, "s")


def test_by_the_dccs_reckoning_the_hubs_waiting_counts_and_what_lies_beyond_it_does_not(make_log: MakeLog) -> None:
    """Asked at 0, handed over at 1700, answered at 1703, with the User at 1705: 1702 by hand."""
    handed = tunnel("hub>gsme", COMMAND, 1700)
    log = make_log([wanted(), asked(), handed, answer(1703), said("command-response", 1705, **RESPONSE)])
    entry = evaluate(CHECKS["gas-acted-at-a-wake"], log, {"request": "r7"})
    assert {one["id"]: one["value"] for one in entry["measurements"]} == {
        "gas-customer-wait": 1703,
        "gas-equivalent-time": 1702,
    }
