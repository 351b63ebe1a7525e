"""What the checks of hubs next door come to."""

import pytest
from check_cases import Case, Cases, Line, MakeLog

CASES = Cases("neighbours")


def message(way: str, tag: str = "a", at: float = 0, **more: object) -> Line:
    gbcs = {"tag": tag, "counter": 1, "code": "0007", "originator": "s", "target": "m", "cra": "command"}
    return "wan", way, "gbcs", at, {"gbcs": gbcs, **more}


def coverage(up: bool, at: float = 0) -> Line:
    return "wan", "hub>harness", "coverage", at, {"up": up}


IN, OUT = message("dcc>neighbour-hub"), message("neighbour-hub>hub")
OFF: Line = ("neighbour-power", "neighbour-hub>harness", "off", 10, {})
ON: Line = ("neighbour-power", "neighbour-hub>harness", "on", 20, {})

unaltered = CASES.of("neighbour-passed-on-unaltered")
unaltered.passes(IN, OUT)
unaltered.passes(IN, OUT, OFF)
unaltered.fails("altered", IN, message("neighbour-hub>hub", "b"))
unaltered.fails("not-passed-on", IN)
unaltered.fails("not-passed-on", OFF, IN)
unaltered.cannot_tell("nothing-carried", IN, OFF)
unaltered.cannot_tell("nothing-carried", message("dcc>hub"))
unaltered.cannot_tell("nothing-carried", message("dcc>neighbour-hub", lost="line down"))

lives = CASES.of("wan-lives-on-neighbour")
lives.passes(coverage(True), OFF, coverage(False))
lives.passes(coverage(True), OFF, coverage(False), ON, coverage(True))
lives.fails("still-up", coverage(True), OFF)
lives.fails("not-back", coverage(True), OFF, coverage(False), ON)
lives.cannot_tell("never-off", coverage(True))
lives.cannot_tell("down-before", coverage(False), OFF)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
