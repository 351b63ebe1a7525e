"""``ppmid-harness compare``: what changed from one run to another."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ppmid_harness.cli.output import emit, emit_json

HELP = """Say what changed from run A to run B: verdicts, answers, coverage and measured values, new failures first.

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
    from ppmid_bench.rejudge import read_record
    from ppmid_reports.bundle.opening import laid_out
    from ppmid_reports.compare import compare as compared

    with laid_out(before) as first, laid_out(after) as second:
        result = compared(read_record(first), read_record(second))
    if json:
        emit_json(result)
    else:
        _tell(result)
    return int(result["worse"] if worse else not result["same"])


def _tell(result: dict[str, Any]) -> None:
    from ppmid_reports.compare import requirements_first

    hit = requirements_first(result["verdicts"])
    if hit:
        emit(f"new failures count against {', '.join(hit)}")
    for row in result["verdicts"]:
        emit(f"{row['was']} -> {row['is']}: {row['scenario']}\n    {row['because']}")
    for row in result["answers"]:
        emit(f"{row['was']} -> {row['is']}: {row['modification']} {row['requirement']}\n    {row['because']}")
    for row in result["coverage"]:
        emit(f"{row['was']} -> {row['is']}: {row['id']}")
    for row in result["measurements"]:
        of = f" of {row['of']}" if row["of"] else ""
        emit(f"{row['measurement']}{of}: {row['was']:g} -> {row['is']:g} {row['unit']}: {row['scenario']}")
    if result["run"]:
        emit(f"the runs differ in {', '.join(result['run'])}")
    changed = {name: len(result[name]) for name in ("verdicts", "answers", "coverage", "measurements")}
    emit("; ".join(f"{number} {name} changed" for name, number in changed.items()))
