"""What the checks of Commands that go both ways come to."""

from typing import Any

import pytest
from check_cases import (
    BACK,
    HOME,
    IN,
    OUT,
    Case,
    Cases,
    Line,
    MakeLog,
    gbcs,
    on_wan,
    record,
    tunnel,
)

from ppmid_bench.checks import CHECKS, evaluate

CASES = Cases("both_ways")
UPDATE, READ = "001C", "0026"  # ECS04a, which its counter protects; ECS17a, a read


def to_meter(counter: int, code: str = UPDATE) -> Line:
    return tunnel(OUT, gbcs(counter=counter, code=code, tag=f"gbcs:command{counter}"))


def from_meter(counter: int, code: str = UPDATE, *, success: bool = True) -> Line:
    return tunnel(BACK, gbcs("response", counter=counter, code=code, tag=f"gbcs:response{counter}", success=success))


FIFTH, SIXTH = (to_meter(5), from_meter(5)), (to_meter(6), from_meter(6))

once = CASES.of("each-done-once", meter="esme")
once.passes(*FIFTH, to_meter(5))
once.passes(*FIFTH, *SIXTH, to_meter(5), to_meter(6))
once.passes(*FIFTH, to_meter(5), from_meter(5, success=False))
once.passes(*FIFTH, to_meter(5), to_meter(7, READ), from_meter(7, READ), to_meter(7, READ), from_meter(7, READ))
once.fails("done-twice", *FIFTH, *FIFTH)
once.fails("done-twice", *FIFTH, to_meter(5), *SIXTH, *SIXTH)
once.cannot_tell("no-second-copy", *FIFTH, *SIXTH)
once.cannot_tell("no-second-copy", to_meter(7, READ), from_meter(7, READ), to_meter(7, READ), from_meter(7, READ))

later = CASES.of("later-taken", meter="esme")
later.passes(*FIFTH, to_meter(5), *SIXTH)
later.passes(*FIFTH, to_meter(5), to_meter(6), from_meter(6, success=False))  # its state may not allow it
later.fails("not-taken", *FIFTH, to_meter(5), to_meter(6))
later.fails("not-taken", to_meter(5))
later.cannot_tell("perhaps-lost", *FIFTH, to_meter(5), to_meter(6), disturbed=["han"])
later.cannot_tell("no-copy-before", *FIFTH, *SIXTH)
later.cannot_tell("no-copy-before", *FIFTH, *SIXTH, to_meter(5))
later.cannot_tell("no-copy-before", *FIFTH, to_meter(2, READ), *SIXTH)


def coverage(up: bool) -> Line:
    return "wan", "hub>harness", "coverage", 0, {"up": up}


COMMAND, RESPONSE = gbcs(counter=8), gbcs("response", counter=8)
LOCAL, OVER_WAN = tunnel(IN, COMMAND), on_wan(COMMAND)
ANSWER, TO_PPMID, TO_DCC = tunnel(BACK, RESPONSE), tunnel(HOME, RESPONSE), on_wan(RESPONSE, way="hub>dcc")

asker = CASES.of("response-to-each-asker", meter="esme")
asker.passes(LOCAL, ANSWER, TO_PPMID)
asker.passes(LOCAL, OVER_WAN, ANSWER, TO_PPMID, TO_DCC)
asker.passes(LOCAL, ANSWER, TO_PPMID, OVER_WAN)  # a copy that comes afterwards may have no answer of its own
asker.passes(LOCAL, OVER_WAN, ANSWER, TO_PPMID, coverage(up=False))
asker.fails("not-to-ppmid", LOCAL, OVER_WAN, ANSWER, TO_DCC)
asker.fails("not-to-ppmid", LOCAL, TO_PPMID, ANSWER)
asker.fails("not-to-dcc", LOCAL, OVER_WAN, ANSWER, TO_PPMID)
asker.fails("not-to-dcc", LOCAL, OVER_WAN, ANSWER, TO_PPMID, coverage(up=False), coverage(up=True))
asker.fails("to-others", OVER_WAN, ANSWER, TO_PPMID, TO_DCC)
asker.cannot_tell("perhaps-lost", LOCAL, ANSWER, disturbed=["han"])
asker.cannot_tell("no-response", OVER_WAN, ANSWER, TO_DCC)
asker.cannot_tell("no-response", LOCAL)

settled = CASES.of("each-settled-once", requests=["r1", "r2"])
settled.passes(record("delivered-verified", request="r1"), record("unknown", request="r2", settlements=0))
settled.fails("settled-twice", record("unknown", request="r1"), record("unknown", request="r2", settlements=2))
settled.fails("credited-twice", record("unknown", request="r1", credits=2), record("unknown", request="r2"))
settled.cannot_tell("no-record", record("delivered-verified", request="r1"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()


def test_of_no_request_nothing_is_said(make_log: MakeLog) -> None:
    entry = evaluate(CHECKS["each-settled-once"], make_log((), iut="nobody"), {"requests": []})
    assert (entry["verdict"], entry["reason_code"]) == ("inconclusive", "no-record")


@pytest.mark.parametrize(
    ("check", "lines", "measured"),
    [
        ("each-done-once", (*FIFTH, to_meter(5), to_meter(5)), {"copies": 2}),
        (
            "response-to-each-asker",
            (LOCAL, OVER_WAN, ANSWER, TO_PPMID, TO_DCC),
            {"answered-after-both": 1, "first-over-wan": 0},
        ),
        (
            "response-to-each-asker",
            (OVER_WAN, LOCAL, ANSWER, TO_PPMID, TO_DCC),
            {"answered-after-both": 1, "first-over-wan": 1},
        ),
        (
            "response-to-each-asker",
            (LOCAL, ANSWER, TO_PPMID, OVER_WAN),
            {"answered-after-both": 0, "first-over-wan": 0},
        ),
    ],
)
def test_which_way_came_first_and_how_many_copies_is_measured(
    make_log: MakeLog, check: str, lines: tuple[Line, ...], measured: dict[str, Any]
) -> None:
    entry = evaluate(CHECKS[check], make_log(lines, iut="nobody"), {"meter": "esme"})
    assert {one["id"]: one["value"] for one in entry["measurements"]} == measured
