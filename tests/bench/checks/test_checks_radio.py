"""What the checks of the hub's radio come to."""

import pytest
from check_cases import Case, Cases, Line, MakeLog

CASES = Cases("radio")


def frame(counter: int, way: str = "hub>esme", **more: object) -> Line:
    return "han", way, "frame", 0, {"counter": counter, **more}


rising = CASES.of("frame-counters-rise")
rising.passes(frame(7), frame(8, "hub>ppmid"), frame(4096))
rising.passes(frame(7), frame(7))  # the radio's own repeat of a frame
rising.passes(frame(7), frame(3, "esme>hub"), frame(8))
rising.fails("fell-back", frame(41_200), frame(40_000, dropped="old frame counter"), frame(40_001, "hub>ppmid"))
rising.fails("fell-back", frame(7), frame(8, "hub>ppmid"), frame(7))
rising.cannot_tell("nothing-sent", frame(7, "ppmid>hub"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
