"""Running a run again from what its bundle holds, and saying where the two records differ."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from ppmid_bench.errors import BadInput
from ppmid_bench.rejudge import read_record
from ppmid_harness import runners
from ppmid_harness.plan import BENCH, FEATURES, ICS, TOLERANCES, Options, make_plan
from ppmid_harness.run_folder import ENVIRONMENT, INPUTS, RECORD, open_run_folder, read_json
from ppmid_harness.session import Progress, Session

_SIMULATED = "simulated"


def replay(folder: Path, source: str, again: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Run what the run folder ``folder`` was made of into ``again``; ``source`` is what the user calls it.

    Gives ``{"scenarios": n, "same": n, "different": [{"scenario", "what"}]}``. Raises BadInput for a run that no
    machine can repeat, since a party was real or ran in wall-clock time, or whose inputs are not there.
    """
    before = read_record(folder)
    _require_repeatable(before, source)
    inputs = folder / INPUTS
    run = before["run"]
    plan = make_plan(
        Options(
            paths=(inputs / FEATURES,),
            bench=_if_there(inputs / BENCH),
            ics=_if_there(inputs / ICS),
            tolerances=_if_there(inputs / TOLERANCES),
            today=_day(read_json(folder / ENVIRONMENT).get("started")),
            only=tuple(one["id"] for one in before["scenarios"]) if run["mode"] == "regular" else (),
            mode=run["mode"],
            seed=run["seed"] if run["mode"] == "regular" else None,
        )
    )
    runner = _runner(read_json(folder / ENVIRONMENT).get("runner"))
    session = Session(
        plan,
        open_run_folder(again, plan, resume=False),
        runner=runner,
        progress=progress,
    )
    try:
        runners.run(runner, session)
    finally:
        session.finish()
    return _compared(before, read_json(again / RECORD))


def _require_repeatable(record: Mapping[str, Any], source: str) -> None:
    for party in record["parties"]:
        if party["kind"] != _SIMULATED:
            raise BadInput(source, party["role"], "a simulated party, which alone can be run again", party["kind"])
    if record["run"]["time"] != "virtual":
        raise BadInput(source, "time", "virtual time, which alone comes again", record["run"]["time"])


def _day(started: object) -> date | None:
    """The day of the first run, on which its tolerances held."""
    try:
        return datetime.fromisoformat(str(started)).astimezone(UTC).date()
    except ValueError:
        return None


def _runner(name: object) -> Literal["pytest", "behave", "robot"]:
    """The runner of the first run, where there was one; the record does not depend on it."""
    match name:
        case "behave" | "robot":
            return name
        case _:
            return "pytest"


def _if_there(path: Path) -> Path | None:
    return path if path.is_file() else None


def _compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    different = list(_differences(before, after))
    named = {one["scenario"] for one in different}
    total = len(before["scenarios"])
    return {
        "scenarios": total,
        "same": sum(one["id"] not in named for one in before["scenarios"]),
        "different": different,
    }


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """What differs in each scenario; ``scenario`` is empty for the rest of the record."""
    now = {one["id"]: one for one in after["scenarios"]}
    for one in before["scenarios"]:
        other = now.get(one["id"])
        if other is None:
            yield {"scenario": one["id"], "what": "it was not run again"}
        elif fields := [name for name in one if one[name] != other.get(name)]:
            yield {"scenario": one["id"], "what": f"{', '.join(fields)}: {_short(one, other, fields[0])}"}
    for name in before:
        if name != "scenarios" and before[name] != after.get(name):
            yield {"scenario": "", "what": f"{name} of the record"}


def _short(one: Mapping[str, Any], other: Mapping[str, Any], field: str) -> str:
    was, is_ = (json.dumps(entry.get(field))[:80] for entry in (one, other))
    return f"{was} was, {is_} is"
