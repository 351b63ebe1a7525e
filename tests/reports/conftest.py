"""A small run folder, made by hand, in which every verdict occurs."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ppmid_bench.evidence import EvidenceLog, Log, digest, read_log
from ppmid_bench.scenario import file_stem

SECOND = 1_000_000_000
EPOCH = 1_780_000_000 * SECOND
USER, METER = "90-B3-D5-1F-30-01-00-00", "00-DB-12-34-56-78-90-A0"

Line = tuple[float, str, str, str, str, Mapping[str, Any]]
"""Seconds since the beginning, link, sender, receiver, what, fields."""


def gbcs(cra: str, use_case: str = "CS01a", tag: str = "gbcs:1", **more: Any) -> dict[str, Any]:
    """What is read of a GBCS message."""
    originator, target = (USER, METER) if cra == "command" else (METER, USER)
    ends = {"originator": originator, "target": target, "counter": 7, "signed": False}
    return {"code": "0007", "use_case": use_case, "cra": cra, **ends, "tag": tag, **more}


def step(second: float, text: str) -> Line:
    """A step as the harness notes it."""
    return second, "harness", "harness", "harness", "step", {"text": text}


def reading(second: float, balance: int, meter: str = "esme") -> Line:
    """A reading of a meter's display."""
    fields = {"meter": meter, "balance": balance, "supply": "enabled", "emergency_credit": None}
    return second, "meter-display", meter, "harness", "reading", fields


TOP_UP: tuple[Line, ...] = (
    step(0, "Given a home"),
    reading(5, 500_000),
    step(7205, "When the Supplier has the meter topped up by £10.00 through the PPMID"),
    (7205, "duis", "dcc-user", "dcc", "request", {"srv": "2.2", "cv": 2, "kind": "top-up-device", "tag": "frame:a"}),
    step(7205, "Then the balance has risen by £10.00, once"),
    (7205.55, "duis", "dcc", "dcc-user", "response", {"code": "I0", "kind": "local-command", "gbcs": gbcs("command")}),
    (7205.6, "avenue", "delivery-service", "ppmid", "submit-command", {"gbcs": gbcs("command"), "tag": "frame:b"}),
    (7205.64, "han", "ppmid", "hub", "frame", {"tag": "frame:c", "frame": 31}),
    (7205.65, "han", "ppmid", "hub", "tunnel", {"tunnel": 1, "gbcs": gbcs("command"), "tag": "frame:d"}),
    reading(7215, 1_500_000),
    step(7215, "Then the Response came within the target response time"),
)


def check(id: str, verdict: str, **more: Any) -> dict[str, Any]:
    """A judged check."""
    entry = {"id": id, "version": 1, "args": {}, "judges": "ppmid", "needs": [], "window": [0, 9], "verdict": verdict}
    lists = ("requirements", "threats", "purposes", "limits", "assumed", "evidence")
    entry |= {"reason_code": "holds", "reason": "so it is"} | {name: [] for name in lists}
    return entry | more


def scenario(id: str, verdict: str, because: str, *checks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The entry of a scenario."""
    name = id.split("/")[1].replace("-", " ").capitalize()
    entry = {"id": id, "name": name, "tags": ["SECMP0038", "REQ-004"], "home": {}, "verdict": verdict}
    return entry | {"because": because, "checks": list(checks), "measurements": []} | more


def answer(requirement: str, word: str, because: str, **more: Any) -> dict[str, Any]:
    """An answer for SECMP0038."""
    entry = {"modification": "SECMP0038", "requirement": requirement, "answer": word, "because": because}
    return entry | {"from": "simulated", "evidence": [], "assumed": []} | more


CREDITED = check("credited-once", "pass", judges="meter", args={"meter": "esme"}, evidence=[2, 10])
IN_TIME = check(
    "response-in-time",
    "pass",
    judges="route",
    args={"meter": "esme"},
    limits=["response-on-demand"],
    assumed=["limit response-on-demand"],
)
SCENARIOS = (
    scenario(
        "first/passes",
        "pass",
        "2 check(s) hold",
        CREDITED,
        IN_TIME,
        measurements=[
            {"id": "dcc-equivalent-time", "value": 29.25, "unit": "s", "n": 1, "of": ""},
            {"id": "outcome-proven", "value": 1.0, "unit": "share", "n": 1, "of": "r7"},
        ],
    ),
    scenario(
        "first/fails",
        "fail",
        "forwarded-unaltered: other octets came out",
        check("forwarded-unaltered", "fail", reason_code="altered", reason="other octets came out", evidence=[7, 8]),
        check("response-in-time", "not_reached", reason_code="not-reached", judges="route"),
    ),
    scenario(
        "first/does-not-tell",
        "inconclusive",
        "credited-once: not observable",
        check("credited-once", "inconclusive", judges="meter", args={"meter": "esme"}),
    ),
    scenario("second/breaks", "error", "HarnessFault: a step broke"),
    scenario("second/not-for-us", "not_applicable", "the ICS declares no support of gas"),
    scenario("second/too-long", "not_run", "it takes 90 s, and the limit is 60 s"),
)
ANSWERS = (
    answer("REQ-004", "refuted", "forwarded-unaltered failed", evidence=["first/fails"], text="A hub forwards it."),
    answer("REQ-059", "shown", "it holds in first/passes", assumed=["limit response-on-demand"]),
    answer("REQ-049", "open", "nothing was measured"),
    answer("REQ-018", "out of scope", "a home that is never served", modification="SEC0009"),
)
VERDICTS = ("pass", "fail", "inconclusive", "error", "not_applicable", "not_run")
ENVIRONMENT = {
    "started": "2026-11-25T15:16:10.136083+00:00",
    "ended": "2026-11-25T15:16:12+00:00",
    "runner": "pytest",
    "host": "bench-1",
    "python": "3.12.1",
    "versions": {"ppmid-harness": "0.1.0"},
}


def write_evidence(path: Path, lines: tuple[Line, ...], **home: Any) -> Log:
    """Write an evidence file, its first line included."""
    log = EvidenceLog(path)
    facts: dict[str, Any] = {
        "parties": dict.fromkeys(("dcc-user", "dcc", "delivery-service", "ppmid", "hub", "esme"), "simulated")
    }
    facts |= {"limits": {}, "uncertainty": 0} | home
    log.append(EPOCH, "harness", "harness", "harness", "home", facts)
    for second, link, sender, receiver, what, fields in lines:
        log.append(EPOCH + round(second * SECOND), link, sender, receiver, what, fields)
    log.close()
    return read_log(path)


@pytest.fixture(scope="session")
def build() -> ModuleType:
    """The functions above, for tests: lines of evidence, entries of a record."""
    return sys.modules[__name__]


@pytest.fixture
def log_of(tmp_path: Path) -> Callable[..., Log]:
    """Makes the log of a scenario from lines."""
    return lambda *lines, **home: write_evidence(tmp_path / "log.jsonl", lines, **home)


def run_in(
    place: Path,
    scenarios: tuple[dict[str, Any], ...] = SCENARIOS,
    lines: tuple[Line, ...] = TOP_UP,
    home: Mapping[str, Any] | None = None,
    record: Mapping[str, Any] | None = None,
    environment: Mapping[str, Any] | None = None,
) -> Path:
    """Make a run folder in ``place``; ``record`` and ``environment`` change what stands in its two files."""
    folder = place / "run"
    entries = [entry | _evidence_of(entry, folder, lines, home or {}) for entry in scenarios]
    counts = Counter(entry["verdict"] for entry in entries)
    parties: list[dict[str, Any]] = [
        {"role": role, "adapter": "simulated", "kind": "simulated", "points": []} for role in ("hub", "ppmid")
    ]
    content = {
        "schema": 1,
        "run": {"seed": 5, "mode": "regular", "iut": "ppmid", "suite": "ab" * 32, "time": "virtual"},
        "parties": parties,
        "assumptions": [{"where": "hub.relay_age_s", "value": 86400, "why": "assumed: nothing public says so"}],
        "summary": {"planned": len(entries)} | {verdict: counts[verdict] for verdict in VERDICTS},
        "scenarios": entries,
        "answers": list(ANSWERS),
    }
    folder.mkdir(exist_ok=True)
    (folder / "record.json").write_text(json.dumps(content | dict(record or {})), encoding="utf-8")
    (folder / "environment.json").write_text(json.dumps(ENVIRONMENT | dict(environment or {})), encoding="utf-8")
    return folder


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Path]:
    """``run_in`` the folder of this test."""
    return partial(run_in, tmp_path)


def _evidence_of(
    entry: Mapping[str, Any], folder: Path, lines: tuple[Line, ...], home: Mapping[str, Any]
) -> dict[str, str]:
    if not entry["checks"]:
        return {}
    path = folder / "evidence" / f"{file_stem(entry['id'])}.jsonl"
    write_evidence(path, lines, **home)
    return {"evidence_sha256": digest(path)}
