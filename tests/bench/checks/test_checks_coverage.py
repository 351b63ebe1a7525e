"""What the checks of coverage come to."""

import pytest
from check_cases import Case, Cases, Line, MakeLog

CASES = Cases("coverage")


def coverage(up: bool) -> Line:
    return "wan", "hub>harness", "coverage", 0, {"up": up}


def aerial(fitted: bool) -> Line:
    return "wan", "hub>harness", "aerial", 0, {"aerial": "T1", "installer": "Supplier", "fitted": fitted}


PROPOSED: Line = ("wan", "dcc>harness", "solution-proposed", 0, {})

proposed = CASES.of("no-coverage-by-proposal")
proposed.passes(coverage(False), PROPOSED)
proposed.passes(coverage(True), coverage(False), PROPOSED, aerial(True), coverage(True))
proposed.fails("up-by-proposal", coverage(False), PROPOSED, coverage(True))
proposed.fails("up-by-proposal", coverage(False), PROPOSED, aerial(False), coverage(True))
proposed.fails("up-by-proposal", coverage(False), PROPOSED, coverage(True), aerial(True))
proposed.cannot_tell("nothing-proposed", coverage(False))
proposed.cannot_tell("covered-before", coverage(True), PROPOSED)
proposed.cannot_tell("covered-before", PROPOSED, coverage(True))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
