"""What the check of how often a sleepy PPMID asks its parent comes to."""

import pytest
from check_cases import HOME, IN, TOP_UP, Case, Cases, Line, MakeLog, pcs01, top_up_answer, tunnel

CASES = Cases("polling")


def polls(first: float, last: float, every: float) -> list[Line]:
    times = [first + every * number for number in range(int((last - first) / every) + 1)]
    return [("han", "ppmid>hub", "data-request", at, {}) for at in times]


def asked(seconds: float) -> Line:
    return tunnel(IN, pcs01("command"), seconds)


def answered(seconds: float) -> Line:
    return tunnel(HOME, pcs01("response"), seconds)


def at(line: Line, seconds: float) -> Line:
    return (*line[:3], seconds, line[4])


QUIET = polls(25, 200, 5)

often = CASES.of("polls-in-bounds")
often.passes(asked(0), *polls(3, 18, 7.5), answered(18.1), *QUIET)
often.passes(at(TOP_UP, 0), *polls(0.5, 2, 0.5), at(top_up_answer(), 2.1), *QUIET)  # quick while it waits
often.passes(asked(0), *polls(3, 18, 7.5), answered(18.1), *polls(25, 200, 1))
often.passes(asked(0), *polls(3, 18, 7.5), answered(18.1), *polls(18.6, 60, 0.5), *polls(80, 200, 5))  # and just after
often.fails("too-seldom", asked(0), *polls(3, 21, 9), answered(21.1), *QUIET)
often.fails("too-seldom", asked(0), *polls(8, 18, 5), answered(18.1), *QUIET)
often.fails("too-seldom", asked(0), *polls(3, 10, 7), answered(18), *QUIET)
often.fails("too-often", asked(0), *polls(3, 18, 7.5), answered(18.1), *polls(25, 200, 0.9))
often.fails("too-often", *polls(0, 200, 0.5), asked(200), *polls(203, 210, 5), answered(211))
often.fails("too-often", asked(0), *polls(3, 18, 5), answered(18.1), *QUIET, limits={"poll-shortest": 10})
often.cannot_tell("not-asleep", asked(0), answered(1))
often.cannot_tell("no-time-for-both", *QUIET)
often.cannot_tell("no-time-for-both", asked(0), *polls(3, 18, 7.5), answered(18.1))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
