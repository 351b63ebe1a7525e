"""``record.json``: what a run planned, ran and judged. Equal for one seed, whatever runner, order, host or folder."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ppmid_bench.adapters import kind
from ppmid_bench.assumptions import assumptions
from ppmid_bench.bench_file import BenchFile
from ppmid_bench.errors import HarnessFault
from ppmid_bench.verdict import UNJUDGED, Verdict
from ppmid_devices import roles

SCHEMA = 1
VERDICTS = ("pass", "fail", "inconclusive", "error", *UNJUDGED)
"""What a planned scenario can come to; these counts add up to ``planned``."""


def unrun_entry(scenario_id: str, name: str, tags: Iterable[str], verdict: str, because: str) -> dict[str, Any]:
    """The entry of a planned scenario that no runner was given: ``not_applicable`` or ``not_run``."""
    return {
        "id": scenario_id,
        "name": name,
        "tags": list(tags),
        "home": {},
        "verdict": verdict,
        "because": because,
        "evidence_sha256": "",
        "checks": [],
        "measurements": [],
        "observed": [],
    }


def summary(entries: Iterable[Mapping[str, Any]], planned: int) -> dict[str, int]:
    """The counts of a run. Raises HarnessFault when they do not add up to what was planned."""
    counts = Counter(entry["verdict"] for entry in entries)
    result = {"planned": planned} | {verdict: counts.pop(verdict, 0) for verdict in VERDICTS}
    if counts or sum(result[verdict] for verdict in VERDICTS) != planned:
        raise HarnessFault(
            f"{planned} scenarios were planned and the verdicts do not add up to that: {result} {dict(counts)}"
        )
    return result


def parties(bench: BenchFile, scenarios: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The parties of the bench, with the observation points that each one's side of it offers."""
    homes = [scenario.get("home", {}) for scenario in scenarios]
    present = {role for home in homes for role in home.get("meters", ())}
    present |= {roles.CARRIER for home in homes if home.get("carrier")}
    present |= {roles.HCALCS for home in homes if home.get("hcalcs")}
    present |= {roles.HHT for home in homes if home.get("engineer")}
    present |= {roles.NEIGHBOUR_HUB for home in homes if home.get("neighbour_hub")}
    present |= {roles.COVERAGE_DESK for home in homes if home.get("coverage_desk")}
    beside = {home["avenue_end"]: {"avenue"} for home in homes if "avenue_end" in home}
    listed = [role for role in roles.PARTIES if role not in roles.NOT_EVERYWHERE or role in present]
    return [
        {
            "role": role,
            "adapter": bench.party(role).adapter,
            "kind": kind(role, bench),
            "points": sorted(bench.points & (POINTS_AT[role] | beside.get(role, set()))),
        }
        for role in listed
    ]


POINTS_AT = {
    roles.DCC_USER: {"user", "duis"},
    roles.DCC: {"duis", "wan", "dcc"},
    roles.DELIVERY_SERVICE: {"avenue"},
    roles.PPMID: {"avenue", "han", "ppmid-display"},
    roles.HUB: {"wan", "han"},
    roles.ESME: {"han", "meter-display", "meter-configuration"},
    roles.GSME: {"han", "meter-display", "meter-configuration"},
    roles.CARRIER: {"avenue"},
    roles.HHT: {"han"},
    roles.NEIGHBOUR_HUB: {"wan"},
    roles.COVERAGE_DESK: {"dcc"},
    roles.HCALCS: {"han"},
}
"""The observation points at which each party can be seen."""


def run_record(
    bench: BenchFile,
    *,
    seed: int,
    mode: str,
    suite: str,
    profile: str = "",
    plan: list[dict[str, str]],
    entries: list[dict[str, Any]],
    answers: list[dict[str, Any]],
) -> dict[str, Any]:
    """The whole record of a run. ``assumptions``: all that the bench assumes, whether or not a check leans on it.

    ``plan``: every planned scenario, by id, with what was decided of it before the run, and why.
    """
    facts = {"seed": seed, "mode": mode, "iut": bench.iut, "suite": suite, "profile": profile}
    return {
        "schema": SCHEMA,
        "run": {**facts, "time": bench.time, "kind": bench.kind, "device": bench.device, "lab": bench.lab},
        "parties": parties(bench, entries),
        "assumptions": assumptions(bench),
        "summary": summary(entries, len(plan)),
        "plan": plan,
        "scenarios": entries,
        "answers": answers,
    }


def verdicts(record: Mapping[str, Any]) -> list[Verdict]:
    """The verdicts of the scenarios that were judged."""
    known = set(Verdict)
    return [Verdict(entry["verdict"]) for entry in record["scenarios"] if entry["verdict"] in known]


def write(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record, replacing an older one in one step."""
    draft = path.with_suffix(".tmp")
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    draft.write_text(text, encoding="utf-8", errors="backslashreplace")  # a lone surrogate becomes its JSON escape
    draft.replace(path)
