"""``ppmid-harness coverage``: what runs have judged of the requirements, threats and test purposes."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ppmid_harness.cli.output import emit, emit_json
from ppmid_harness.cli.shown import shown_record

HELP = """Say which requirements, threats and test purposes were judged by the checks and measurements of runs.

Tags prove nothing here: a check counts once it has passed or failed, and its evidence shows it. Exit code 1 while
anything is uncovered.

\b
Examples:
  ppmid-harness coverage ppmid-runs/today
  ppmid-harness coverage monday tuesday.zip --json
"""


def coverage(
    runs: Annotated[list[Path], typer.Argument(help="Run folders, or bundles.", metavar="RUN…")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Say what runs cover."""
    from ppmid_reports.coverage import coverage as covered_by

    found = covered_by([shown_record(run) for run in runs])
    if json:
        emit_json(found)
    else:
        for kind in ("requirements", "threats", "purposes"):
            for row in found[kind]:
                emit(_line(row))
        emit(f"{found['covered']} of {found['of']} covered")
    return 1 if found["uncovered"] else 0


def _line(row: dict[str, Any]) -> str:
    by = ", ".join(f"{name} in {count} scenarios" if count else name for name, count in row["by"].items())
    lacks = "".join(f"; not tried: {sentence}" for sentence in row["lacks"])
    return f"{row['id']:<8} {by or 'UNCOVERED'}{lacks}\n         {row['text']}"
