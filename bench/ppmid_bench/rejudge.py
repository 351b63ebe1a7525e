"""Judging a run again from its evidence: each check of ``record.json``, from the lines that it was judged from."""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from ppmid_bench import input_files
from ppmid_bench.checks import CHECKS, evaluate
from ppmid_bench.evidence import Log, digest, read_log
from ppmid_bench.scenario import file_stem
from ppmid_bench.typed import convert
from ppmid_bench.verdict import Verdict

_JUDGEMENT = (
    "verdict",
    "reason_code",
    "reason",
    "requirements",
    "threats",
    "purposes",
    "limits",
    "assumed",
    "evidence",
)


NaturalNumber = Annotated[int, msgspec.Meta(ge=0)]


class _Check(msgspec.Struct):
    """What every check's entry holds, so that it can be judged again."""

    id: str
    version: int
    args: dict[str, Any]
    window: tuple[NaturalNumber, NaturalNumber]
    verdict: Verdict
    reason_code: str
    reason: str
    requirements: list[str]
    threats: list[str]
    purposes: list[str]
    limits: list[str]
    assumed: list[str]
    evidence: list[NaturalNumber]


class _Scenario(msgspec.Struct):
    id: str
    checks: list[_Check]
    evidence_sha256: str = ""


class _Record(msgspec.Struct):
    scenarios: list[_Scenario]
    schema: Literal[1] = 1


def read_record(folder: Path) -> dict[str, Any]:
    """The record of a run folder. Raises BadInput."""
    path = folder / "record.json"
    record: Any = input_files.document(path, "the record of a run")
    convert(record, _Record, str(path), "")
    checked: dict[str, Any] = record
    return checked


def rejudge(folder: Path) -> dict[str, Any]:
    """Judge every check of a run folder again: ``{"checks", "same", "different", "check_changed", "withheld"}``.

    ``different``: what now comes out otherwise, and evidence files that are not as they were recorded.
    ``check_changed``: those whose check has another version today.
    Arguments and lines that are not what a check can judge count as different too.
    Raises BadInput when the record or an evidence file cannot be read.
    """
    different: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    total = same = 0
    for scenario in read_record(folder)["scenarios"]:
        judged = [entry for entry in scenario["checks"] if entry["verdict"] != Verdict.NOT_REACHED]
        if not judged:
            continue
        path = folder / "evidence" / f"{file_stem(scenario['id'])}.jsonl"
        log = read_log(path)
        if digest(path) != scenario.get("evidence_sha256"):
            different.append({"scenario": scenario["id"], "evidence": "the file is not the one that was recorded"})
        for entry in judged:
            total += 1
            name = {"scenario": scenario["id"], "check": entry["id"]}
            check = CHECKS.get(entry["id"])
            if check is None or check.version != entry["version"]:
                changed.append(name | {"was": entry["version"], "is": check.version if check else None})
            elif differences := _differences(entry, log):
                different.append(name | differences)
            else:
                same += 1
    return {
        "checks": total,
        "same": same,
        "different": different,
        "check_changed": changed,
        "withheld": [],
    }


def _differences(entry: dict[str, Any], log: Log) -> dict[str, Any]:
    try:
        now = evaluate(CHECKS[entry["id"]], log.up_to(entry["window"][1]), entry["args"])
    except (LookupError, TypeError, ValueError, AttributeError) as problem:
        # A run's own check has judged these once: they are not what it was given.
        return {"unreadable": f"the check finds other arguments or lines than it was made for: {problem!r}"}
    return {part: {"was": entry[part], "is": now[part]} for part in _JUDGEMENT if entry[part] != now[part]}
