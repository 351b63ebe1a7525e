"""What the checks of coverage come to."""

import pytest
from check_cases import Case, Cases, Line, MakeLog

from ppmid_bench.checks import CHECKS, evaluate

CASES = Cases("coverage")


def coverage(up: bool, seconds: float = 0) -> Line:
    return "wan", "hub>harness", "coverage", seconds, {"up": up}


def aerial(fitted: bool, seconds: float = 0) -> Line:
    return "wan", "hub>harness", "aerial", seconds, {"aerial": "T1", "installer": "Supplier", "fitted": fitted}


PROPOSED: Line = ("wan", "dcc>harness", "solution-proposed", 0, {})

LENT = {"home": {"wan": "no-wan", "neighbour_hub": "mesh"}}
TO_COME = {"home": {"wan": "no-wan", "neighbour_hub": None}}
NEVER = {"home": {"wan": "never-wan", "neighbour_hub": None}}
STEADY = {"home": {"wan": "intermittent", "neighbour_hub": None}}
kinds = CASES.of("wan-of-its-kind")
kinds.passes(coverage(True), coverage(False), **STEADY)
kinds.passes(coverage(False), **NEVER)
kinds.passes(coverage(False), aerial(False), **TO_COME)
kinds.passes(coverage(False), coverage(True, 1), aerial(True, 1), **TO_COME)
kinds.passes(coverage(False), coverage(True), **LENT)
kinds.fails("up-though-never", coverage(False), aerial(True), coverage(True), **NEVER)
kinds.fails("up-though-never", coverage(True), **NEVER)
kinds.fails("up-unaided", coverage(True), **TO_COME)
kinds.fails("up-unaided", coverage(False), coverage(True), **TO_COME)
kinds.fails("up-unaided", coverage(False), aerial(False), coverage(True), **TO_COME)
kinds.fails("up-unaided", coverage(False), coverage(True, 1), aerial(True, 2), **TO_COME)
kinds.cannot_tell("not-seen-both", coverage(True), **STEADY)
kinds.cannot_tell("not-seen-both", coverage(False), **STEADY)
kinds.cannot_tell("not-looked", **NEVER)
kinds.cannot_tell("not-looked", coverage(True), **LENT)

proposed = CASES.of("no-coverage-by-proposal")
proposed.passes(coverage(False), PROPOSED)
proposed.passes(coverage(True), coverage(False), PROPOSED, aerial(True), coverage(True))
proposed.fails("up-by-proposal", coverage(False), PROPOSED, coverage(True))
proposed.fails("up-by-proposal", coverage(False), PROPOSED, aerial(False), coverage(True))
proposed.fails("up-by-proposal", coverage(False), PROPOSED, coverage(True), aerial(True))
proposed.cannot_tell("nothing-proposed", coverage(False))
proposed.cannot_tell("covered-before", coverage(True), PROPOSED)
proposed.cannot_tell("covered-before", PROPOSED, coverage(True))


DAYS = 24 * 3600.0


def acts(*done: tuple[str, str, str, float, dict[str, str]], at: float = 0) -> Line:
    """A reading of the record; each act with premise, mode, name and day."""
    lines = [
        {
            "premise": premise,
            "mode": mode,
            "act": act,
            "at": int(day * DAYS) * 10**9,
            "detail": "",
            "by": "",
            "refused": "",
            "before": "cellular",
            **more,
        }
        for premise, mode, act, day, more in done
    ]
    return "dcc", "coverage-desk>harness", "coverage-acts", at * DAYS, {"home": "home-1", "acts": lines}


def act(premise: str, mode: str, what: str, day: float, **more: str) -> tuple[str, str, str, float, dict[str, str]]:
    return premise, mode, what, day, more


PRE, CREDIT = ("home-1", "prepayment"), ("home-2", "credit")
READY = [act(*home, what, day) for home in (PRE, CREDIT) for what, day in (("advised", 5), ("consented", 5))]
MESH = {"detail": "cellular+mesh"}

first = CASES.of("prepayment-first")
first.passes(acts(*READY, act(*PRE, "exchanged", 7, **MESH), act(*CREDIT, "exchanged", 14, **MESH)))
first.passes(
    acts(
        *READY[2:],
        act(*PRE, "advised", 5),
        act(*CREDIT, "exchanged", 7, **MESH),
        act(*PRE, "consented", 8),
        act(*PRE, "exchanged", 14, **MESH),
    )
)
first.fails("credit-before-prepayment", acts(*READY, act(*CREDIT, "exchanged", 7, **MESH)))
first.cannot_tell("nothing-to-compare", acts(*READY, act(*PRE, "exchanged", 7, **MESH)))
first.cannot_tell("nothing-to-compare")

consent = CASES.of("consent-before-exchange")
consent.passes(acts(act(*PRE, "exchanged", 7, refused="the customer has not consented", **MESH)))
consent.passes(acts(act(*PRE, "consented", 1), act(*PRE, "exchanged", 7, **MESH)))
consent.fails("without-consent", acts(act(*PRE, "exchanged", 7, **MESH)))
consent.fails("without-consent", acts(act(*CREDIT, "consented", 1), act(*PRE, "exchanged", 7, **MESH)))
consent.fails("without-consent", acts(act(*PRE, "exchanged", 7, **MESH), act(*PRE, "consented", 8)))
consent.cannot_tell("no-visit", acts(act(*PRE, "exchanged", 7, before="cellular+mesh", **MESH)))
consent.cannot_tell("no-visit")

fitted = CASES.of("fitted-by-whom-it-is-for")
fitted.passes(acts(act(*PRE, "aerial", 1, detail="T3", by="DCC"), act(*PRE, "aerial", 2, detail="T1", by="Supplier")))
fitted.passes(acts(act(*PRE, "aerial", 1, detail="T3", by="Supplier", refused="not theirs")))
fitted.fails("not-theirs", acts(act(*PRE, "aerial", 1, detail="T3", by="Supplier")))
fitted.fails("not-theirs", acts(act(*PRE, "aerial", 1, detail="T2", by="DCC")))
fitted.cannot_tell("nobody-came", acts(act(*PRE, "reported", 0)))

UP: Line = ("wan", "hub>harness", "coverage", 14 * DAYS, {"up": True})
REPORTED = act(*PRE, "reported", 0)

advised = CASES.of("advised-in-time")
advised.passes(UP, acts(REPORTED, act(*PRE, "advised", 30), at=31))
advised.fails("late", acts(REPORTED, act(*PRE, "advised", 31), at=40))
advised.fails("not-advised", acts(REPORTED, act(*CREDIT, "advised", 1), at=31))
advised.cannot_tell("not-due", acts(REPORTED, at=30))
advised.cannot_tell("not-reported", acts(act(*CREDIT, "reported", 0), at=40))

in_ninety = CASES.of("proposed-in-time")
in_ninety.passes(acts(REPORTED, act(*PRE, "proposed", 90), at=97))
in_ninety.fails("late", acts(REPORTED, act(*PRE, "proposed", 91), at=97))
in_ninety.fails("no-proposal", acts(REPORTED, at=91))
in_ninety.cannot_tell("not-due", acts(REPORTED, at=90))
in_ninety.cannot_tell("not-reported")


def test_the_days_without_coverage_are_counted_from_the_report_to_the_coverage(make_log: MakeLog) -> None:
    record = acts(REPORTED, act(*PRE, "advised", 5), at=31)
    for lines, days in (((UP, record), 14.0), ((record,), 31.0)):
        entry = evaluate(CHECKS["advised-in-time"], make_log([list(line) for line in lines]), {})
        assert [(one["id"], one["value"], one["unit"]) for one in entry["measurements"]] == [
            ("days-until-advised", 5.0, "d"),
            ("days-without-coverage", days, "d"),
        ]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
