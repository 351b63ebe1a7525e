"""Cases of the checks: small logs made by hand, the lines that they are made of, and what must hold of every case.

Each test file has the cases of one module of checks, one for each reason to fail, one that passes, one that does not
tell; ``Cases.are_complete`` holds that none is forgotten.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ppmid_bench.checks import CHECKS, evaluate
from ppmid_bench.evidence import Log
from ppmid_bench.verdict import Verdict

Line = tuple[str, str, str, float, Mapping[str, Any]]
"""Link, ``sender>receiver``, what, seconds, fields."""
MakeLog = Callable[..., Log]

PASS, FAIL, INCONCLUSIVE = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
SECOND = 10**9


@dataclass(frozen=True)
class Case:
    """A log and what a check makes of it."""

    check: str
    verdict: Verdict
    reason_code: str
    lines: tuple[Line, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    home: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.check}: {self.reason_code}"

    def holds(self, make_log: MakeLog) -> None:
        """The check comes to this verdict; also among what others do, and by the lines alone that it cites."""
        log = self._log(make_log, ())
        entry = evaluate(CHECKS[self.check], log, self.arguments)
        expected = self.verdict, self.reason_code
        assert verdict_of(entry) == expected, entry["reason"]
        assert entry["reason"]
        if self.verdict is PASS:
            assert entry["evidence"], "a pass shows what it rests on"
        among = evaluate(CHECKS[self.check], self._log(make_log, OTHERS), self.arguments)
        assert verdict_of(among) == expected, f"among what others do: {among['reason']}"
        cited = Log(tuple(one for one in log.entries if one.n in {0, *entry["evidence"]}))
        assert len(cited.entries) == 1 + len(set(entry["evidence"]))
        alone = evaluate(CHECKS[self.check], cited, self.arguments)
        assert verdict_of(alone) == expected, f"by the cited lines alone: {alone['reason']}"

    def _log(self, make_log: MakeLog, among: tuple[Line, ...]) -> Log:
        """The case's log, which has been through JSON as a written one has; whether a device was there is no matter."""
        lines, home = json.loads(json.dumps([[*among, *self.lines, *among], self.home]))
        return make_log(lines, **({"iut": "nobody"} | home))


def verdict_of(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The verdict and reason code of a check's entry."""
    return entry["verdict"], entry["reason_code"]


class Cases:
    """The cases of the checks of one module."""

    def __init__(self, module: str) -> None:
        self._module = f"ppmid_bench.checks.{module}"
        self._cases: list[Case] = []

    def __iter__(self) -> Iterator[Case]:
        return iter(self._cases)

    def __len__(self) -> int:
        return len(self._cases)

    def __contains__(self, case: object) -> bool:
        return case in self._cases

    def of(self, check: str, **arguments: Any) -> "Group":
        """Begin cases of one check, with the arguments that they share."""
        return Group(self._cases, check, arguments)

    def are_complete(self) -> None:
        """Each reason of each check of the module has a case, and each check one that passes and one that is unsure."""
        checks = [check for check in CHECKS.values() if check.judge.__module__ == self._module]
        failing = {(case.check, case.reason_code) for case in self if case.verdict is FAIL}
        assert failing == {(check.id, reason) for check in checks for reason in check.reasons}
        for verdict in (PASS, INCONCLUSIVE):
            assert {case.check for case in self if case.verdict is verdict} == {check.id for check in checks}, verdict


class Group:
    """Adds cases of one check."""

    def __init__(self, cases: list[Case], check: str, arguments: Mapping[str, Any]) -> None:
        self._cases, self._check, self._arguments = cases, check, arguments

    def passes(self, *lines: Line, **home: Any) -> None:
        self._add(PASS, "holds", lines, home)

    def fails(self, reason_code: str, *lines: Line, **home: Any) -> None:
        self._add(FAIL, reason_code, lines, home)

    def cannot_tell(self, reason_code: str, *lines: Line, **home: Any) -> None:
        self._add(INCONCLUSIVE, reason_code, lines, home)

    def needs(self, missing: str) -> None:
        """It has nothing to be unsure of by itself, but the bench may lack a point."""
        self.cannot_tell("not-observable", points=[point for point in CHECKS[self._check].needs if point != missing])

    def _add(self, verdict: Verdict, reason_code: str, lines: tuple[Line, ...], home: Mapping[str, Any]) -> None:
        self._cases.append(Case(self._check, verdict, reason_code, lines, self._arguments, home))


# The lines that logs are made of.


def balance(millipence: int, meter: str = "esme") -> Line:
    fields = {"meter": meter, "balance": millipence, "supply": "enabled", "emergency_credit": None}
    return "meter-display", f"{meter}>harness", "reading", 0, fields


def display(**changes: Any) -> Line:
    link, way, what, seconds, fields = balance(0)
    return link, way, what, seconds, {**fields, **changes}


def record(outcome: str, seconds: float = 0, **changes: Any) -> Line:
    fields = {
        "request": "r7",
        "srv": "2.2",
        "outcome": outcome,
        "asked_at": 0,
        "settled_at": None,
        "verified_by": "avenue",
        "credits": 1,
        "settlements": 1,
        "unverifiable": 0,
        "detail": "",
    }
    return "user", "dcc-user>harness", "record", seconds, fields | changes


def gbcs(cra: str = "command", **changes: Any) -> dict[str, Any]:
    """A top-up Command of Supplier S to meter M, or the meter's Response to it."""
    ends = {"originator": "S", "target": "M"} if cra == "command" else {"originator": "M", "target": "S"}
    fields = {
        "cra": cra,
        "code": "0007",
        "use_case": "CS01a",
        "counter": 7 << 32,
        "signed": False,
        "request": "r7",
    } | ends
    answer = {"success": True} if cra == "response" else {"utrn": "utrn:1"}
    return {"gbcs": fields | answer | {"tag": f"gbcs:{cra}"} | changes}


def tunnel(way: str, content: Mapping[str, Any], seconds: float = 0, **more: Any) -> Line:
    return "han", way, "tunnel", seconds, {**content, **more}


COMMAND, RESPONSE = gbcs(), gbcs("response")
EIGHTH = gbcs(counter=8, tag="gbcs:8", request="r8")
ALTERED, ALTERED_RESPONSE = gbcs(tag="gbcs:other"), gbcs("response", tag="gbcs:other")
IN, OUT, BACK, HOME = "ppmid>hub", "hub>esme", "esme>hub", "hub>ppmid"


def submitted(content: Mapping[str, Any] = COMMAND, seconds: float = 0, **more: Any) -> Line:
    return "avenue", "delivery-service>ppmid", "submit-command", seconds, {"request": "01", **content, **more}


def utrn_submitted(**more: Any) -> Line:
    return "avenue", "delivery-service>ppmid", "submit-utrn", 0, {"request": "01", "utrn": "utrn:1", **more}


def said(what: str, seconds: int = 0, **fields: Any) -> Line:
    return "avenue", "ppmid>delivery-service", what, seconds, {"request": "01", **fields}


TOP_UP: Line = ("han", "ppmid>esme", "consumer-top-up", 0, {"utrn": "utrn:1"})


def top_up_answer(accepted: bool = True) -> Line:
    return "han", "esme>ppmid", "consumer-top-up-response", 0, {"accepted": accepted}


def pcs01(cra: str, **changes: Any) -> dict[str, Any]:
    return gbcs(cra, use_case="PCS01", code="009B", **changes)


def asked(content: Mapping[str, Any] = COMMAND, **more: Any) -> Line:
    fields = {"request": "r7", "kind": "local-command", "code": "I0", **content, **more}
    return "duis", "dcc>dcc-user", "response", 0, fields


def returned(**more: Any) -> Line:
    return "duis", "dcc-user>dcc", "request", 0, {"request": "r8", "srv": "8.13", "original": "r7", **more}


def on_wan(content: Mapping[str, Any] = COMMAND, way: str = "dcc>hub", **more: Any) -> Line:
    return "wan", way, "gbcs", 0, {**content, **more}


def wanted(variant: int = 2, **more: Any) -> Line:
    return "duis", "dcc-user>dcc", "request", 0, {"request": "r7", "srv": "2.2", "cv": variant, **more}


def quarantine_alert(about: str = "r7", event: str = "user-threshold-breach", **more: Any) -> Line:
    fields = {"request": None, "kind": "dcc-alert", "code": "I0", "event": event, "about": about, **more}
    return "duis", "dcc>dcc-user", "response", 0, fields


def _of_others(name: str) -> tuple[Line, ...]:
    """What others do under a name, which may come before or after that of who or what is judged."""
    stray = gbcs(tag=f"gbcs:{name}", request=name)
    return (
        balance(77, name),
        record("delivered-verified", request=name, settlements=2, credits=2),
        asked(stray, kind=name, request=name),
        returned(original=name, request=name),
        wanted(8, srv=name, request=name),
        quarantine_alert(name),
        on_wan(stray),
        *(on_wan(gbcs(cra, tag=f"gbcs:{name}"), way=f"dcc>{name}") for cra in ("response", name)),
        *(tunnel(way, COMMAND) for way in (f"{name}>hub", f"hub>{name}")),
        *(tunnel(way, RESPONSE) for way in (f"esme>{name}", f"{name}>hub", f"hub>{name}")),
        *(tunnel(way, gbcs(name)) for way in (IN, HOME)),
        ("han", f"{name}>ppmid", name, 0, {}),
        ("han", f"esme>{name}", "consumer-top-up-response", 0, {"accepted": True}),
        said("status", state="refused", request=name),
        ("avenue", f"{name}>delivery-service", "status", 0, {"request": "01", "state": "unknown", "text": "[utrn:1]"}),
        ("keypad", f"{name}>harness", name, 0, {}),
    )


OTHERS = (*_of_others("a"), *_of_others("z"))
