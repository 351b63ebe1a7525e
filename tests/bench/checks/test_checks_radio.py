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

TWO_BANDS = {"sub_ghz": ["gsme"]}


def heavy(seconds: float, way: str = "hub>gsme", **more: object) -> Line:
    """A frame of 94 octets, so 100 on the air: 8 ms at 868 MHz."""
    return "han", way, "frame", seconds, {"counter": round(seconds), "bytes": "00" * 94, **more}


kept = CASES.of("duty-cycle-kept", milliseconds=20)
kept.passes(heavy(1), heavy(2), home=TWO_BANDS)
kept.passes(heavy(1), heavy(2), heavy(3601), heavy(3602), home=TWO_BANDS)
kept.passes(heavy(1), heavy(2), heavy(3, lost="line down"), home=TWO_BANDS)  # that one has never been on the air
kept.passes(heavy(1), heavy(2), heavy(3, "hub>esme"), heavy(4, "gsme>hub"), home=TWO_BANDS)
kept.fails("too-long-on-the-air", heavy(1), heavy(2), heavy(3600), home=TWO_BANDS)
kept.fails("too-long-on-the-air", heavy(1), heavy(2), heavy(2, lost="lost"), home=TWO_BANDS)
kept.cannot_tell("nothing-sent", heavy(1), home={"sub_ghz": []})
kept.cannot_tell("nothing-sent", heavy(1, "gsme>hub"), home=TWO_BANDS)


BOTH = {"sub_ghz": ["gsme", "ppmid"]}


def let_in(device: str) -> Line:
    return "han", f"hub>{device}", "confirm-key", 1, {"device": "D", "accepted": True, "counter": 1}


def answered(device: str, accepted: bool = False, seconds: float = 2) -> Line:
    return "han", f"hub>{device}", "rejoin-response", seconds, {"device": "D", "accepted": accepted}


def told(alert: str = "8F2D") -> Line:
    return "wan", "hub>dcc", "gbcs", 3, {"gbcs": {"cra": "alert", "alert": alert}}


room = CASES.of("sub-ghz-room-kept", most=1)
room.passes(let_in("ppmid"), answered("gsme"), told(), home=BOTH)
room.passes(answered("gsme", seconds=0), let_in("ppmid"), let_in("ppmid"), answered("gsme"), told(), home=BOTH)
room.fails("took-too-many", let_in("ppmid"), let_in("gsme"), home=BOTH)
room.fails("took-too-many", let_in("ppmid"), answered("gsme"), told(), let_in("gsme"), home=BOTH)
room.fails("not-told", let_in("ppmid"), answered("gsme"), home=BOTH)
room.fails("not-told", let_in("ppmid"), answered("gsme"), told("8F12"), home=BOTH)
room.cannot_tell("nobody-kept-out", let_in("ppmid"), answered("gsme", accepted=True), home=BOTH)
room.cannot_tell("nobody-kept-out", answered("gsme"), home=BOTH)
room.cannot_tell("nobody-kept-out", let_in("ppmid"), answered("gsme"), told(), home=TWO_BANDS | {"sub_ghz": ["ppmid"]})


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
