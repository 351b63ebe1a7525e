"""What the checks of the User's record come to."""

from typing import Any

import pytest
from check_cases import (
    ALTERED_RESPONSE,
    BACK,
    RESPONSE,
    Case,
    Cases,
    Line,
    MakeLog,
    balance,
    record,
    returned,
    said,
    tunnel,
)

from ppmid_bench.checks import CHECKS, evaluate

CASES = Cases("outcomes")

verified = CASES.of("response-verified", request="r7")
verified.passes(record("pending"), record("delivered-verified"))
verified.fails("no-response", record("unknown"))
verified.fails("no-response", record("pending"))
verified.fails("unverified", record("reported-unverified"))
verified.fails("refused", record("refused-verified"))
verified.cannot_tell("no-record", record("delivered-verified", request="another"))

unknown = CASES.of("outcome-is", request="r7", outcome="unknown")
unknown.passes(record("pending"), record("unknown"))
unknown.fails("claims-too-much", record("delivered-verified"))
unknown.fails("claims-too-much", record("reported-unverified"))
unknown.cannot_tell("no-record")
CAME = ("avenue", "ppmid>delivery-service", "command-response", 0, {"request": "01", **RESPONSE})
OVER_WAN = ("duis", "dcc>dcc-user", "response", 0, {"request": "r7", "kind": "gbcs", **RESPONSE})
for way in (CAME, OVER_WAN):
    unknown.cannot_tell("proof-came", tunnel(BACK, RESPONSE), way, record("delivered-verified"))
    unknown.fails("claims-too-much", tunnel(BACK, RESPONSE), way, record("refused-verified"))
    unknown.fails("claims-too-much", tunnel(BACK, RESPONSE), record("delivered-verified"), way)
    unknown.fails("claims-too-much", way, record("delivered-verified"))  # the meter has not said it
    unknown.fails("claims-too-much", tunnel(BACK, ALTERED_RESPONSE), way, record("delivered-verified"))
delivered = CASES.of("outcome-is", request="r7", outcome="delivered-verified")
delivered.passes(record("delivered-verified"))
delivered.fails("claims-too-little", tunnel(BACK, RESPONSE), CAME, record("unknown"))
delivered.cannot_tell("no-proof-came", record("unknown"))
delivered.cannot_tell("no-proof-came", tunnel(BACK, RESPONSE), record("unknown"))
delivered.cannot_tell("no-proof-came", tunnel(BACK, ALTERED_RESPONSE), CAME, record("unknown"))
delivered.fails("claims-too-little", record("unknown"), points=["user", "avenue", "han"])
reported = CASES.of("outcome-is", request="01", outcome="reported-unverified")
WORD = said("utrn-result", result="accepted")
reported.passes(WORD, record("reported-unverified", request="01"))
reported.fails("claims-too-little", WORD, record("unknown", request="01"))
for silence in (said("utrn-result", result="unknown"), said("utrn-result", result="accepted", lost="line down")):
    reported.cannot_tell("no-word-came", silence, record("unknown", request="01"))
reported.cannot_tell("no-word-came", record("unknown", request="01"), WORD)
not_known = CASES.of("outcome-is", request="01", outcome="unknown")
not_known.cannot_tell("word-came", WORD, record("reported-unverified", request="01"))
not_known.fails("claims-too-much", WORD, record("delivered-verified", request="01"))

one_outcome = CASES.of("one-outcome", request="r7")
one_outcome.passes(record("delivered-verified"))
one_outcome.passes(record("refused-verified", credits=0))
one_outcome.passes(record("unknown", settlements=0, credits=0))
one_outcome.fails("settled-twice", record("delivered-verified", settlements=2))
one_outcome.fails("credited-twice", record("delivered-verified", credits=2))
one_outcome.cannot_tell("no-record")


def top_up(request: str = "r7", **more: Any) -> Line:
    return "duis", "dcc-user>dcc", "request", 0, {"request": request, "srv": "2.2", **more}


def utrn(request: str = "01", way: str = "delivery-service>ppmid") -> Line:
    return "avenue", way, "submit-utrn", 0, {"request": request}


once = CASES.of("no-blind-resend", requests=["r7", "01"])
once.passes(top_up(), record("pending"), record("unknown"))
once.passes(utrn(), record("unknown", request="01"), record("delivered-verified", request="01"))
once.passes(utrn(), utrn("99", way="stranger>ppmid"), record("unknown", request="01"))
once.passes(top_up(), top_up("r8", srv="4.4.5"), record("unknown"))
once.passes(top_up(), record("quarantined"))
once.fails("sent-again", top_up(), record("unknown"), top_up("r8"))
once.fails("sent-again", top_up(), record("quarantined"), top_up("r8"))
once.fails("sent-again", utrn(), record("unknown", request="01"), utrn("02"))
once.cannot_tell("nothing-unknown", top_up(), record("delivered-verified"))
once.cannot_tell("nothing-unknown", top_up(), top_up("r8", lost="line down"), record("pending"))

no_route = CASES.of("told-of-no-route", request="r7")
no_route.passes(record("pending"), record("not-sent", 9.9, detail="none here"), record("unknown", 90))
no_route.fails("late", record("pending"), record("not-sent", 10.1, detail="none here"))
no_route.fails("not-told", record("pending", 1), record("unknown", 120))
no_route.fails("not-told", record("not-sent", 1, detail=""))
no_route.cannot_tell("no-record")

logged = CASES.of("found-in-log", request="r7")
logged.passes(record("unknown"), record("delivered-verified", verified_by="log"))
logged.fails("still-open", record("unknown", verified_by=""))
logged.fails("still-open", record("reported-unverified", verified_by="avenue"))
logged.cannot_tell("answered-otherwise", record("delivered-verified", verified_by="wan"))
logged.cannot_tell("no-record")

forgery = CASES.of("forgery-not-believed", request="r7")
forgery.passes(record("unknown", unverifiable=1))
forgery.fails("forgery-believed", record("delivered-verified", unverifiable=0))
forgery.fails("forgery-believed", record("refused-verified", unverifiable=1))
forgery.cannot_tell("nothing-forged", record("unknown", unverifiable=0))
forgery.cannot_tell("no-record")


ACKNOWLEDGED: Line = ("duis", "dcc>dcc-user", "response", 0, {"request": "r8", "code": "I0"})
returned_to_dcc = CASES.of("response-returned", request="r7")
returned_to_dcc.passes(returned(), ACKNOWLEDGED)
returned_to_dcc.fails("not-returned", returned())
returned_to_dcc.fails("not-returned", returned(original="another"), ACKNOWLEDGED)
returned_to_dcc.fails("not-returned", returned(lost="line down"), ACKNOWLEDGED)
returned_to_dcc.needs("duis")

read = CASES.of("balance-read", request="r7", meter="esme")
read.passes(balance(-125_000), record("delivered-verified", balance=-125_000), balance(-125_000))
read.passes(balance(5), record("delivered-verified", balance=-125_000), balance(-125_000))
read.fails("no-balance", record("unknown", balance=None), balance(0))
for outcome in ("reported-unverified", "refused-verified", "unknown"):
    read.fails("no-balance", record(outcome, balance=5), balance(5))
read.fails("no-balance", record("delivered-verified", balance=None), balance(0))
read.fails("other-balance", record("delivered-verified", balance=0), balance(5), balance(-125_000))
read.fails("other-balance", record("delivered-verified", balance=0), balance(5))
read.cannot_tell("no-record", balance(0))
read.cannot_tell("no-reading", record("delivered-verified", balance=0), balance(0, meter="gsme"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()


@pytest.mark.parametrize(
    ("outcome", "proven"),
    [("delivered-verified", 1), ("refused-verified", 1), ("reported-unverified", 0), ("unknown", 0), ("pending", 0)],
)
def test_whether_an_outcome_is_proven_is_measured(make_log: MakeLog, outcome: str, proven: int) -> None:
    log = make_log([record(outcome)])
    for check in (("response-verified", {}), ("outcome-is", {"outcome": "unknown"})):
        entry = evaluate(CHECKS[check[0]], log, {"request": "r7", **check[1]})
        assert entry["measurements"] == [{"id": "outcome-proven", "value": proven, "unit": "share", "n": 1, "of": "r7"}]


@pytest.mark.parametrize(
    ("detail", "reason"),
    [
        ("", "the User holds: unknown"),
        ("no answer in time", "the User holds: unknown; noted: no answer in time"),
        ("unknown: not heard", "the User holds: unknown; noted: unknown: not heard"),
    ],
)
def test_what_is_held_and_what_is_noted_stand_apart(make_log: MakeLog, detail: str, reason: str) -> None:
    log = make_log([record("unknown", detail=detail)])
    for check in ("response-verified", "found-in-log"):
        assert evaluate(CHECKS[check], log, {"request": "r7"})["reason"] == reason
