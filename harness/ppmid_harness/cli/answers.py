"""``ppmid-harness answers``: what one or more runs answer of each requirement."""

from pathlib import Path
from typing import Annotated

import typer

from ppmid_harness.cli.output import emit, emit_json

HELP = """Answer every requirement of each modification from the scenarios of one or more runs: shown, refuted, open or
out of scope, and why. Answers never change the exit code: a refuted requirement is a finding, no failure.

\b
Examples:
  ppmid-harness answers ppmid-runs/today
  ppmid-harness answers hub-a.zip hub-b.zip --json
"""


def answers(
    runs: Annotated[list[Path], typer.Argument(help="Run folders, or bundles.", metavar="RUN…")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Answer the requirements."""
    from ppmid_bench import answers as rules
    from ppmid_bench.rejudge import read_record
    from ppmid_reports.bundle.opening import laid_out

    scenarios, parties = [], []
    for run in runs:
        with laid_out(run) as folder:
            record = read_record(folder)
        scenarios += record["scenarios"]
        parties += record["parties"]
    found = rules.answers(scenarios, parties)
    if json:
        emit_json({"runs": [str(run) for run in runs], "answers": found})
        return 0
    for modification in dict.fromkeys(one["modification"] for one in found):
        emit(modification)
        for one in (one for one in found if one["modification"] == modification):
            emit(f"  {one['requirement']} {one['answer']}, from {one['from']} parties: {one['text']}")
            emit(f"      {one['because']}")
            if one["closes"]:
                emit(f"      what would close it: {one['closes']}")
    return 0
