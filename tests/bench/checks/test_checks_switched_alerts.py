"""What the check of Alerts that a Supplier can switch comes to."""

from typing import Any

import pytest
from check_cases import Case, Cases, Line, MakeLog, balance, gbcs, wanted

CASES = Cases("switched_alerts")


def switches() -> Line:
    return wanted(1, srv="6.22", request="r9")


def answered(success: bool = True) -> Line:
    fields = {"request": "r9", "kind": "response", "code": "I0", **gbcs("response", success=success)}
    return "duis", "dcc>dcc-user", "response", 0, fields


def alert(code: str = "810E", originator: str = "M") -> Line:
    fields: dict[str, Any] = {"request": None, "kind": "alert", "gbcs": {"alert": code, "originator": originator}}
    return "duis", "dcc>dcc-user", "response", 0, fields


BEFORE = (balance(0), switches(), answered())
off = CASES.of("alerts-as-switched", meter="esme", code="810E", on=False)
off.passes(*BEFORE, balance(1))
off.passes(*BEFORE, alert("81AB"), alert(originator="N"), balance(1))
off.passes(balance(0), switches(), alert(), answered(), balance(1))
off.fails("told-though-off", *BEFORE, balance(1), alert())
off.cannot_tell("not-switched", balance(0), switches(), answered(success=False), balance(1))
off.cannot_tell("nothing-happened", *BEFORE, balance(0))
off.cannot_tell("nothing-happened", *BEFORE, alert())

on = CASES.of("alerts-as-switched", meter="esme", code="810E", on=True)
on.passes(*BEFORE, balance(1), alert())
on.fails("not-told", *BEFORE, balance(1))
on.fails("not-told", balance(0), alert(), switches(), answered(), balance(1))
on.cannot_tell("not-switched", balance(0), alert(), balance(1))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
