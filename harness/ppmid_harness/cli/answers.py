"""``ppmid-harness answers``: what one or more runs answer of each requirement."""

from pathlib import Path
from typing import Annotated

import typer

from ppmid_harness.cli.output import emit, emit_json
from ppmid_harness.cli.shown import record_shown_in

HELP = """Answer every requirement of each modification from the scenarios of one or more runs: shown, refuted, open or
out of scope, and why. Answers never change the exit code: a refuted requirement is a finding, no failure.

What no scenario tells is settled by what is given beside the runs: the JSON of risk, of risk --effort or of
business-case, or a .toml with what somebody outside has said.

\b
Examples:
  ppmid-harness answers ppmid-runs/today
  ppmid-harness answers hub-a.zip hub-b.zip --json
  ppmid-harness answers ppmid-runs/today --with risk.json --with said.toml
"""


def answers(
    runs: Annotated[list[Path], typer.Argument(help="Run folders, or bundles.", metavar="RUN…")],
    given: Annotated[
        list[Path] | None, typer.Option("--with", help="A document or words given beside the runs.", metavar="FILE")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Answer the requirements."""
    from dataclasses import replace

    from ppmid_bench import answers as rules
    from ppmid_bench import beside_runs
    from ppmid_reports.attached import RISK
    from ppmid_reports.bundle.opening import laid_out

    records, own = [], beside_runs.NOTHING
    for run in runs:
        with laid_out(run) as folder:
            records.append(record_shown_in(folder, str(run)))
            own = beside_runs.read([folder / RISK], ()) if (folder / RISK).is_file() else own
    beside = beside_runs.read(given or (), records)
    scenarios = [one for record in records for one in record["scenarios"]]
    parties = [one for record in records for one in record["parties"]]
    found = rules.answers(scenarios, parties, replace(beside, risks=beside.risks or own.risks))
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
