"""Results for Allure, made from a run folder: the same whichever runner ran it, and without any library of Allure.

One ``<uuid>-result.json`` for each planned scenario, its checks as steps, its evidence attached; beside them
``environment.properties`` and ``categories.json``. What is inconclusive is ``unknown``, a fault of harness, bench or
simulated party ``broken``. Captures are left out: of real devices they hold secrets. Ids come from the scenario, so
that Allure knows a test again; the record has no time of day for a scenario, so each begins and ends with the run.
"""

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from ppmid_bench.answers import MODIFICATIONS
from ppmid_bench.requirements import REQUIREMENTS
from ppmid_reports.page import kind_of_bench
from ppmid_reports.record import Check, Scenario
from ppmid_reports.run import Run, read_run
from ppmid_reports.text import cut, in_markdown, shown
from ppmid_reports.words import MARKS

_STATUS = {
    "pass": "passed",
    "fail": "failed",
    "inconclusive": "unknown",
    "error": "broken",
    "not_applicable": "skipped",
    "not_run": "skipped",
    "not_reached": "skipped",
}
_CATEGORIES = (
    ("A party failed", "failed"),
    ("The evidence does not tell", "unknown"),
    ("The harness, the bench or a simulated party is at fault", "broken"),
)
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "ppmid-harness.invalid")
_MOST_TEXT = 4000
_OF_THE_RUN = "the run itself"


def write_allure(run_folder: Path, out: Path) -> int:
    """Write the results of a run into ``out``, a folder that is there; gives their number. Raises BadInput, OSError."""
    run = read_run(run_folder)
    results = [*_of_the_run(run), *(_of_scenario(run, one, out) for one in run.record.scenarios)]
    for one in results:
        _write(out / f"{one['uuid']}-result.json", one)
    _write(out / "categories.json", [{"name": name, "matchedStatuses": [status]} for name, status in _CATEGORIES])
    facts = {"bench": _bench(run), "run": run.id, "seed": str(run.record.run.seed), "harness": run.environment.harness}
    lines = [f"{name}={' '.join(shown(value).split())}\n" for name, value in facts.items()]
    text = "".join(lines).encode("ascii", "backslashreplace")
    (out / "environment.properties").write_bytes(text)
    return len(results)


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1), encoding="ascii")


def _bench(run: Run) -> str:
    return kind_of_bench(run.record.parties, run.record.run.kind)


def _of_the_run(run: Run) -> Iterator[dict[str, Any]]:
    """What broke, or is stale, beside all scenarios: never green."""
    for fault in run.faults:
        yield _result(run, f"{_OF_THE_RUN}: {fault}", _OF_THE_RUN, "broken", fault, _OF_THE_RUN)
    for one in run.record.stale:
        name = f"tolerance {one.id}"
        yield _result(run, f"{_OF_THE_RUN}: {name}", name, "failed", "it is stale: nothing that it tolerates failed")


def _of_scenario(run: Run, scenario: Scenario, out: Path) -> dict[str, Any]:
    because = "" if scenario.verdict == "pass" else f"{MARKS[scenario.verdict][1]}: {scenario.because}"
    feature = scenario.feature or scenario.feature_slug
    result = _result(run, scenario.id, scenario.name, _STATUS[scenario.verdict], because, feature)
    result["labels"] += [_label("tag", tag) for tag in scenario.tags]
    result["labels"] += [_label("epic", tag) for tag in scenario.tags if tag in MODIFICATIONS]
    result["labels"] += [_label("story", tag) for tag in scenario.tags if tag in REQUIREMENTS]
    times = {name: result[name] for name in ("start", "stop")}
    result["steps"] = [_step(check) | times for check in scenario.checks]
    evidence = run.folder / scenario.evidence_path
    if scenario.evidence_sha256 and evidence.is_file():
        source = f"{result['uuid']}-attachment.jsonl"
        shutil.copyfile(evidence, out / source)
        result["attachments"] = [{"name": "evidence", "source": source, "type": "text/plain"}]
    return result


def _result(run: Run, id: str, name: str, status: str, because: str, suite: str = _OF_THE_RUN) -> dict[str, Any]:
    known = hashlib.sha256(id.encode("utf-8", "backslashreplace")).hexdigest()
    start, stop = _milliseconds(run.environment.started), _milliseconds(run.environment.ended)
    return {
        "uuid": str(uuid.uuid5(_NAMESPACE, f"{run.id} {known}")),
        "historyId": known,
        "testCaseId": known,
        "fullName": shown(id),
        "name": shown(name),
        "status": status,
        "statusDetails": {"message": _text(because)} if because else {},
        "stage": "finished",
        "description": in_markdown(_bench(run)),
        "labels": [_label("framework", "ppmid-harness"), _label("suite", suite)],
        "steps": [],
        "attachments": [],
        "parameters": [],
        "links": [],
        "start": start,
        "stop": stop,
    }


def _step(check: Check) -> dict[str, Any]:
    return {
        "name": f"{check.id} ({check.judged})",
        "status": _STATUS[check.verdict],
        "statusDetails": {"message": _text(f"{check.reason_code}: {check.reason}")},
        "stage": "finished",
        "steps": [],
        "attachments": [],
        "parameters": [],
    }


def _label(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": shown(value)}


def _text(text: str) -> str:
    return shown(cut(text, _MOST_TEXT, "the report"))


def _milliseconds(moment: str) -> int:
    """Since 1970; 0 where the run does not say."""
    try:
        return round(datetime.fromisoformat(moment).timestamp() * 1000)
    except ValueError:
        return 0
