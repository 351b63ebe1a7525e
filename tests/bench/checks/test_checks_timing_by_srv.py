"""What the check of all response times of a scenario comes to."""

import pytest
from check_cases import BACK, COMMAND, OUT, RESPONSE, SECOND, Case, Cases, Line, MakeLog, record, tunnel

from ppmid_bench.checks import CHECKS, evaluate

CASES = Cases("timing_by_srv")
ASKED = 100


def timed(whole: float, srv: str = "2.2") -> tuple[Line, ...]:
    """An exchange of a request that takes so many seconds in all, none of them beyond the hub."""
    response = ASKED + whole - 2
    times = {"asked_at": ASKED * SECOND, "settled_at": int((ASKED + whole) * SECOND)}
    return (
        tunnel(OUT, COMMAND, response),
        tunnel(BACK, RESPONSE, response),
        record("delivered-verified", response + 3, srv=srv, **times),
    )


each = CASES.of("each-response-in-time", requests=["r7"], meter="esme")
each.passes(*timed(30))
each.passes(record("pending"), *timed(30))
each.fails("late", *timed(31))
each.fails("no-response", record("unknown"))
each.cannot_tell("nothing-asked")
each.cannot_tell("nothing-asked", *timed(3, srv="4.4.5"))
each.cannot_tell("no-exchange", record("delivered-verified", settled_at=SECOND))
each.cannot_tell("within-uncertainty", *timed(30), uncertainty=SECOND)

another = CASES.of("each-response-in-time", requests=["r7", "r9"], meter="esme")
another.fails("no-response", *timed(30), record("unknown", request="r9"))
another.passes(*timed(30), record("unknown", request="r9", srv="4.4.5"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()


def test_each_variant_is_measured_by_its_name(make_log: MakeLog) -> None:
    log = make_log([list(line) for line in timed(20)])
    entry = evaluate(CHECKS["each-response-in-time"], log, {"requests": ["r7"], "meter": "esme"})
    assert [(one["id"], one["of"], one["value"]) for one in entry["measurements"]] == [
        ("dcc-equivalent-time", "2.2", 20.0)
    ]
