"""What the checks of who may ask what come to."""

from typing import Any

import pytest
from check_cases import EIGHTH, RESPONSE, Case, Cases, Line, MakeLog, asked, gbcs, on_wan, submitted, wanted
from check_cases import said as avenue_said

CASES = Cases("users")


def answered(code: str, **more: Any) -> Line:
    fields = {"request": "r7", "kind": "acknowledgement", "code": code, **more}
    return "duis", "dcc>dcc-user", "response", 0, fields


PRE_COMMAND = answered("I0", kind="pre-command")

refused = CASES.of("refused-with-code", request="r7", code="E4")
refused.passes(wanted(), answered("E4"))
refused.passes(wanted(4), PRE_COMMAND, wanted(6), answered("E4"))
refused.passes(wanted(), answered("E4"), on_wan(EIGHTH))
refused.passes(wanted(), answered("E4"), on_wan(way="hub>dcc"))
refused.fails("served", wanted(), asked())
refused.fails("served", wanted(1), answered("I99"))
refused.fails("served", wanted(1), answered("I99"), answered("E20"))
refused.fails("command-sent", wanted(1), answered("E4"), on_wan())
refused.fails("other-code", wanted(), answered("E2"))
refused.fails("other-code", wanted(), answered("E5"))
refused.fails("other-code", wanted(4), PRE_COMMAND, answered("E4"), wanted(6), answered("E17"))
refused.cannot_tell("not-answered", wanted())
refused.cannot_tell("not-answered", wanted(4), PRE_COMMAND)
refused.cannot_tell("not-answered", wanted(), answered("E4", request="r8"))
refused.cannot_tell("not-answered", wanted(lost="line down"))

given = CASES.of("command-given", request="r7")
given.passes(wanted(), asked())
given.passes(wanted(), answered("I99"), asked())
given.fails("refused", wanted(), answered("E2"))
given.fails("refused", wanted(4), PRE_COMMAND, wanted(6), answered("E17"))
given.fails("not-given", wanted())
given.fails("not-given", wanted(), answered("I99"))
given.fails("not-given", wanted(), asked(request="r8"))
given.cannot_tell("not-asked", wanted(lost="line down"), asked())
given.cannot_tell("not-asked", wanted(request="r8"))


told = CASES.of("dcc-took-it", request="r7")
told.passes(wanted(8), answered("I0"))
told.fails("refused", wanted(8), answered("E100"))
told.fails("not-answered", wanted(8))
told.cannot_tell("not-asked", answered("I0"))


BACK_AGAIN = "command-response"
done = CASES.of("others-command-done", request="r7")
done.passes(asked(), submitted(), avenue_said(BACK_AGAIN, **RESPONSE))
done.passes(asked(), submitted(), avenue_said(BACK_AGAIN, **gbcs("response", success=None)))
done.fails("no-response", asked(), submitted())
done.fails("no-response", asked(), submitted(), avenue_said(BACK_AGAIN, **gbcs("response", counter=8)))
done.fails("not-done", asked(), submitted(), avenue_said(BACK_AGAIN, **gbcs("response", success=False)))
done.cannot_tell("not-brought", asked())
done.cannot_tell("not-brought", asked(), submitted(EIGHTH))
done.cannot_tell("not-brought", submitted())


def said(seconds: int, kind: str, receiver: str = "network-operator", **more: Any) -> Line:
    fields = {"request": None, "kind": kind, "code": "I0", **more}
    return "duis", f"dcc>{receiver}", "response", seconds, fields


SCHEDULE = said(1, "schedule-id", request="r7")
FAILURE = said(90_000, "dcc-alert", event="command-failure", about="r9")

scheduled = CASES.of("scheduled-over-wan-alone", request="r7", user="network-operator")
scheduled.passes(SCHEDULE, FAILURE)
scheduled.passes(SCHEDULE, FAILURE, FAILURE, asked(request="r8"))
scheduled.fails("given-locally", SCHEDULE, FAILURE, said(2, "local-command"))
scheduled.cannot_tell("not-told", SCHEDULE)
scheduled.cannot_tell("not-told", SCHEDULE, said(2, "dcc-alert", event="schedule-removal"))
scheduled.cannot_tell("not-told", SCHEDULE, said(2, "dcc-alert", "dcc-user", event="command-failure"))
scheduled.cannot_tell("not-told", FAILURE, SCHEDULE)
scheduled.cannot_tell("not-told", SCHEDULE, said(2, "dcc-alert", event="change-of-supplier"))
scheduled.cannot_tell("no-schedule", said(1, "acknowledgement", request="r7", code="E2"), FAILURE)
scheduled.cannot_tell("no-schedule", said(1, "schedule-id", request="r8"), FAILURE)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
