"""What the check of meters' clocks comes to."""

from typing import Any

import pytest
from check_cases import Case, Cases, Line, MakeLog, gbcs

CASES = Cases("clocks")


def over_wan(clock: str | None = "unreliable", request: str = "r7", **more: Any) -> Line:
    dated: dict[str, Any] = {} if clock is None else {"clock": clock, **more}
    return "duis", "dcc>dcc-user", "response", 0, {"request": request, "code": "I0", **gbcs("response", **dated)}


def handed_back(clock: str = "unreliable") -> Line:
    fields = {"request": "r8", "srv": "8.13", "original": "r7", **gbcs("response", clock=clock)}
    return "duis", "dcc-user>dcc", "request", 0, fields


unset = CASES.of("clock-told", meter="esme", request="r7", reliable=False)
unset.passes(over_wan())
unset.passes(handed_back())
unset.fails("hides-the-doubt", over_wan("no doubt said"))
unset.fails("hides-the-doubt", handed_back("no doubt said"))
unset.cannot_tell("no-response", over_wan(request="r9"))
unset.cannot_tell("no-response", ("duis", "dcc>dcc-user", "response", 0, {"request": "r7", "code": "I99"}))
unset.cannot_tell("not-dated", over_wan(None))

set_since = CASES.of("clock-told", meter="esme", request="r7", reliable=True)
set_since.passes(over_wan("no doubt said"))
set_since.fails("doubts-without-cause", over_wan())
NOW = 0  # seconds, of every line here
ASKED: Line = ("duis", "dcc-user>dcc", "request", 0, {"request": "r7", "srv": "4.18"})
for right in (NOW, NOW - 60, NOW + 60):
    set_since.passes(ASKED, over_wan("no doubt said", dated=right))
for wrong in (NOW - 3_600, NOW - 61, NOW + 61, NOW + 3_600):
    set_since.fails("wrong-time", ASKED, over_wan("no doubt said", dated=wrong))
set_since.fails("wrong-time", over_wan("no doubt said", dated=NOW + 3_600))
unset.passes(over_wan(dated=NOW + 3_600))


def alert(code: str = "8F0C", originator: str = "M") -> Line:
    said = {"cra": "alert", "alert": code, "originator": originator, "target": "S"}
    return "duis", "dcc>dcc-user", "response", 1, {"request": None, "code": "I0", "kind": "device-alert", "gbcs": said}


def answer(success: bool = False) -> Line:
    return "duis", "dcc>dcc-user", "response", 0, {"request": "r7", "code": "I0", **gbcs("response", success=success)}


refusal = CASES.of("clock-refusal-alerted", meter="esme", request="r7")
refusal.passes(answer(), alert())
refusal.passes(alert(), answer())
refusal.fails("not-alerted", answer())
refusal.fails("not-alerted", answer(), alert("810E"))
refusal.fails("not-alerted", answer(), alert(originator="N"))
refusal.cannot_tell("was-adjusted", answer(success=True))
refusal.cannot_tell("no-response", alert())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
