"""What the checks of a PPMID in trouble come to."""

import pytest
from check_cases import COMMAND, IN, RESPONSE, TOP_UP, Case, Cases, Line, MakeLog, gbcs, said, submitted, tunnel
from check_cases import utrn_submitted as utrn_given

CASES = Cases("serving")

CUT: Line = ("ppmid-power", "ppmid>harness", "cut", 0, {})
TYPED: Line = ("keypad", "ppmid>harness", "typed", 0, {"utrn": "utrn:1"})
TAKEN = said("status", state="received")
ANSWERED, RESULT = said("command-response", **RESPONSE), said("utrn-result", result="accepted")


def screen(*lines: str) -> Line:
    return "ppmid-display", "ppmid>harness", "screen", 0, {"lines": list(lines)}


kept = CASES.of("pending-work-kept")
kept.passes(submitted(), TAKEN, tunnel(IN, COMMAND), CUT, ANSWERED)
kept.passes(utrn_given(), TAKEN, CUT, TOP_UP, RESULT)
kept.passes(utrn_given(), TAKEN, CUT, said("status", state="refused"))
kept.fails("forgotten", submitted(), TAKEN, tunnel(IN, COMMAND), CUT)
kept.fails("forgotten", utrn_given(), TAKEN, CUT, TOP_UP)
kept.fails("sent-twice", submitted(), TAKEN, tunnel(IN, COMMAND), CUT, tunnel(IN, COMMAND), ANSWERED)
kept.fails("sent-twice", utrn_given(), TAKEN, TOP_UP, CUT, TOP_UP, RESULT)
kept.cannot_tell("no-cut", submitted(), TAKEN, tunnel(IN, COMMAND), ANSWERED)
kept.cannot_tell("nothing-pending", CUT, submitted(), TAKEN, tunnel(IN, COMMAND), ANSWERED)
kept.cannot_tell("nothing-pending", submitted(), CUT)

RESET: Line = ("ppmid-power", "ppmid>harness", "reset", 0, {})
dropped = CASES.of("work-of-before-dropped")
dropped.passes(submitted(), TAKEN, tunnel(IN, COMMAND), RESET)
dropped.passes(utrn_given(), TAKEN, RESET, utrn_given(request="09"))
dropped.fails("done-nevertheless", utrn_given(), TAKEN, RESET, TOP_UP)
dropped.fails("done-nevertheless", submitted(), TAKEN, RESET, tunnel(IN, COMMAND))
dropped.fails("done-nevertheless", submitted(), TAKEN, RESET, utrn_given(request="09"), TOP_UP)
dropped.fails("told-nevertheless", submitted(), TAKEN, tunnel(IN, COMMAND), RESET, ANSWERED)
dropped.fails("told-nevertheless", utrn_given(), TAKEN, RESET, RESULT)
dropped.cannot_tell("nothing-pending", submitted(), TAKEN)
dropped.cannot_tell("nothing-pending", RESET, submitted(), TAKEN)

served = CASES.of("keypad-served")
served.passes(TYPED, TOP_UP, screen("Top-up sent"))
served.fails("not-sent", TYPED, screen("Top-up sent"))
served.fails("not-sent", TOP_UP, TYPED, screen("Top-up sent"))
served.fails("not-shown", TYPED, TOP_UP, screen())
served.cannot_tell("nothing-typed", TOP_UP, screen("Top-up sent"))
served.cannot_tell("no-reading", TYPED, screen("before"), TOP_UP)


def numbered(number: int) -> dict[str, object]:
    return gbcs(counter=number, tag=f"gbcs:{number}")


def given(number: int) -> Line:
    return submitted(numbered(number), 60 * number, request=str(number))


def relayed(number: int, seconds: int | None = None) -> Line:
    return tunnel(IN, numbered(number), 60 * number if seconds is None else seconds)


REFUSED = said("status", state="refused", request="3")
TWO = {"limits": {"ppmid-relay-rate": 2}}

rate = CASES.of("relayed-within-its-rate")
rate.passes(given(1), relayed(1), given(2), relayed(2), given(3), REFUSED, **TWO)
rate.passes(given(1), relayed(1), given(2), relayed(2), given(4), relayed(4, 3660), given(3), REFUSED, **TWO)
rate.fails("over-rate", given(1), relayed(1), given(2), relayed(2), given(4), relayed(4, 3659), **TWO)
rate.fails("silent", given(1), relayed(1), given(3), said("status", state="received", request="3"), **TWO)
rate.cannot_tell("nothing-refused", given(1), relayed(1), given(2), relayed(2), **TWO)
rate.cannot_tell("nothing-submitted", relayed(1), **TWO)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
