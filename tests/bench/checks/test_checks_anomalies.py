"""What the checks of the DCC's anomaly detection come to."""

from typing import Any

import pytest
from check_cases import EIGHTH, Case, Cases, Line, MakeLog, asked, on_wan, quarantine_alert, submitted, wanted

from ppmid_bench.checks import CHECKS, evaluate

CASES = Cases("anomalies")


def answered(**more: Any) -> Line:
    return "duis", "dcc>dcc-user", "response", 0, {"request": "r7", "kind": "acknowledgement", "code": "I99", **more}


def counts(number: int, srv: str = "2.2") -> Line:
    of_others = {"user": "S", "srv": "4.18", "count": 9}
    return (
        "dcc",
        "dcc>harness",
        "anomaly-counts",
        0,
        {"counts": [{"user": "S", "srv": srv, "count": number}, of_others]},
    )


HELD: Line = ("dcc", "dcc>harness", "quarantine", 0, {"requests": []})
BY_WAN, LOCALLY, BOTH = ((wanted(cv, request=f"r{cv}"), answered(request=f"r{cv}")) for cv in (1, 2, 3))

creations = CASES.of("creations-counted", srv="2.2", count=2)
creations.passes(*BY_WAN, *LOCALLY, counts(2), HELD)
creations.passes(*BY_WAN, counts(1), *BOTH, counts(2))
creations.passes(wanted(4), answered(code="I0"), wanted(6), answered(code="I0"), *BY_WAN, counts(2))
creations.passes(*LOCALLY, *LOCALLY, *BY_WAN, counts(2))  # a copy of a request is the same request
creations.passes(
    *BY_WAN, wanted(), answered(code="E2"), *LOCALLY[1:], wanted(2, request="r8"), asked(request="r8"), counts(2)
)
creations.passes(*BY_WAN, wanted(), answered(code="E100"), quarantine_alert(), counts(2))
creations.fails("not-counted", *BY_WAN, *LOCALLY, counts(1))
creations.fails("not-counted", *BY_WAN, counts(2), *LOCALLY, counts(1))
creations.fails("counted-too-often", *BY_WAN, *LOCALLY, counts(3))
creations.cannot_tell("no-reading", *BY_WAN, *LOCALLY)
creations.cannot_tell("other-number", *BY_WAN, counts(2))
creations.cannot_tell("other-number", *BY_WAN, wanted(lost="line down"), counts(2))
creations.cannot_tell("other-number", *BY_WAN, answered(), wanted(), counts(2))
creations.cannot_tell("other-number", *BY_WAN, wanted(srv="4.18"), answered(), counts(2))

deliveries = CASES.of("deliveries-uncounted", srv="2.2")
MADE = (wanted(), asked(srv="2.2"))
deliveries.passes(*MADE, submitted(), submitted(), submitted(), counts(1))
deliveries.passes(*MADE, submitted(), submitted(), counts(0))
deliveries.fails("counted-too-often", *MADE, submitted(), submitted(), counts(2))
deliveries.fails("counted-too-often", *MADE, submitted(), counts(1), submitted(), counts(2))
deliveries.cannot_tell("no-second-delivery", *MADE, submitted(), counts(1))
deliveries.cannot_tell("no-second-delivery", *MADE, submitted(), submitted(lost="lost"), counts(2))
deliveries.cannot_tell("no-second-delivery", *MADE, submitted(), submitted(EIGHTH), counts(2))
deliveries.cannot_tell("no-reading", *MADE, submitted(), submitted())

held = CASES.of("quarantined", request="r7", breach="user-threshold-breach")
held.passes(wanted(), answered(), quarantine_alert())
held.passes(wanted(), answered(), asked(EIGHTH, request="r8"), on_wan(EIGHTH), quarantine_alert())
held.passes(wanted(), quarantine_alert(), on_wan(way="hub>dcc"))
held.fails("command-handed-out", wanted(), asked(), quarantine_alert())
held.fails("command-handed-out", wanted(), asked(lost="line down"), quarantine_alert())
held.fails("command-sent", wanted(), answered(), quarantine_alert(), on_wan())
held.fails("no-alert", wanted(), answered())
held.fails("no-alert", wanted(), answered(), quarantine_alert("r8"))
held.fails("no-alert", wanted(), answered(), quarantine_alert(event="command-failure"))
held.fails("other-breach", wanted(), answered(), quarantine_alert(event="dcc-threshold-breach"))
held.fails("other-breach", wanted(), quarantine_alert(), quarantine_alert(event="dcc-threshold-breach"))
held.cannot_tell("not-asked", quarantine_alert())
held.cannot_tell("not-asked", wanted(lost="line down"), quarantine_alert())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()


def test_how_many_deliveries_nobody_has_counted_is_measured(make_log: MakeLog) -> None:
    log = make_log([*MADE, submitted(), submitted(), submitted(), counts(1)])
    entry = evaluate(CHECKS["deliveries-uncounted"], log, {"srv": "2.2"})
    assert {one["id"]: one["value"] for one in entry["measurements"]} == {"local-deliveries": 3, "deliveries-unseen": 2}
