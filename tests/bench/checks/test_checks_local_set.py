"""What the check of the whole set comes to."""

from typing import Any

import pytest
from check_cases import Case, Cases, Line, MakeLog

CASES = Cases("local_set")


def _gbcs(counter: int, cra: str, **more: object) -> dict[str, Any]:
    return {"tag": cra, "counter": counter, "code": "0007", "originator": "s", "target": "m", "cra": cra, **more}


def asked(srv: str, counter: int) -> list[Line]:
    """A request, and the Command that the DCC gave for local delivery."""
    name = f"s:m:{counter}"
    given = {"request": name, "kind": "local-command", "gbcs": _gbcs(counter, "command")}
    return [
        ("duis", "dcc-user>dcc", "request", 0, {"request": name, "srv": srv, "cv": 2}),
        ("duis", "dcc>dcc-user", "response", 0, given),
    ]


def by_hht(counter: int, success: bool | None = True) -> list[Line]:
    return [
        ("han", "hht>hub", "tunnel", 0, {"gbcs": _gbcs(counter, "command")}),
        ("han", "hub>hht", "tunnel", 0, {"gbcs": _gbcs(counter, "response", success=success)}),
    ]


def by_route(counter: int, success: bool | None = True) -> list[Line]:
    return [
        ("avenue", "delivery-service>ppmid", "submit-command", 0, {"gbcs": _gbcs(counter, "command")}),
        (
            "avenue",
            "ppmid>delivery-service",
            "command-response",
            0,
            {"gbcs": _gbcs(counter, "response", success=success)},
        ),
    ]


same = CASES.of("same-set-by-both")
same.passes(*asked("4.3", 1), *by_hht(1), *asked("4.3", 2), *by_route(2))
same.passes(*asked("4.3", 1), *by_hht(1, None), *asked("4.3", 2), *by_route(2, None))
same.passes(*asked("4.3", 1), *by_hht(1), *asked("4.3", 2), *by_route(2), *asked("7.4", 3), *by_route(3))
same.fails("missing", *asked("4.3", 1), *by_hht(1))
same.fails("missing", *asked("4.3", 1), *by_hht(1), *asked("4.3", 2), *by_route(2, success=False))
same.fails("missing", *asked("4.3", 1), *by_hht(1), *asked("4.3", 2), *by_route(2)[:1])
same.fails("missing", *asked("4.3", 1), *by_hht(1), *asked("7.4", 2), *by_route(2))
same.cannot_tell("nothing-executed", *asked("4.3", 1), *by_hht(1, success=False))
same.cannot_tell("nothing-executed", *asked("4.3", 2), *by_route(2))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
