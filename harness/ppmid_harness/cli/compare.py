"""``ppmid-harness compare``: what changed from one run to another."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ppmid_harness.cli.output import emit, emit_json
from ppmid_harness.cli.shown import shown_record

HELP = """Say what changed from run A to run B: verdicts, answers, coverage and measured values, new failures first.

A scenario that fails for another reason than before is a new failure too.

For another firmware, another hub, or a modification before and after. Exit code 1 when anything changed; with
--worse only when something became worse.

\b
Examples:
  ppmid-harness compare ppmid-runs/monday ppmid-runs/tuesday
  ppmid-harness compare before.zip after.zip --worse --json
"""


def compare(
    before: Annotated[Path, typer.Argument(help="A run folder, or a bundle.", metavar="A")],
    after: Annotated[Path, typer.Argument(help="Another.", metavar="B")],
    worse: Annotated[bool, typer.Option("--worse", help="Exit 1 only when something became worse.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Compare two runs."""
    from ppmid_reports.compare import compare as compared

    result = compared(_record(before), _record(after))
    if json:
        emit_json(result)
    else:
        _tell(result)
    return int(result["worse"] if worse else not result["same"])


def _record(path: Path) -> dict[str, Any]:
    """The record of a run. Raises BadInput for one that lacks what is compared."""
    from ppmid_bench.typed import convert
    from ppmid_reports.compare import Compared

    record = shown_record(path)
    convert(record, Compared, str(path), "")
    return record


def _tell(result: dict[str, Any]) -> None:
    from ppmid_reports.compare import requirements_first

    hit = requirements_first(result["verdicts"])
    if hit:
        emit(f"new failures count against {', '.join(hit)}")
    for row in result["verdicts"]:
        was = f"{row['was']} ({', '.join(row['was_checks'])})" if row["was"] == row["is"] else row["was"]
        emit(f"{was} -> {row['is']}: {row['scenario']}\n    {row['because']}")
    for row in result["answers"]:
        emit(f"{row['was']} -> {row['is']}: {row['modification']} {row['requirement']}\n    {row['because']}")
    for row in result["coverage"]:
        emit(f"{row['was']} -> {row['is']}: {row['id']}")
    for row in result["measurements"]:
        of = f" of {row['of']}" if row["of"] else ""
        emit(f"{row['measurement']}{of}: {row['was']:g} -> {row['is']:g} {row['unit']}: {row['scenario']}")
    if result["run"]:
        emit(f"the runs differ in {', '.join(result['run'])}")
    for row in result["between"]:
        emit(f"    {row['name']}: {row['was']} -> {row['is']}")
    changed = {name: len(result[name]) for name in ("verdicts", "answers", "coverage", "measurements")}
    emit("; ".join(f"{number} {name} changed" for name, number in changed.items()))
