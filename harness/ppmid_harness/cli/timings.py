"""``ppmid-harness timings``: what was measured over several runs, with percentiles."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ppmid_harness.cli.output import emit, emit_json
from ppmid_harness.cli.shown import shown_record

HELP = """Say of each value that runs have measured: how many there are, the least, the greatest, and percentiles.

A percentile for which there are too few values is not given: the 95th needs twenty, the 99th a hundred. Runs under
other seeds, or of one real device again and again, give different values.

\b
Examples:
  ppmid-harness timings seed-*/
  ppmid-harness timings monday/bundle.zip tuesday/bundle.zip --json
"""


def timings(
    runs: Annotated[list[Path], typer.Argument(help="Run folders or bundles.", metavar="RUN…")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Say what runs have measured."""
    from ppmid_reports.percentiles import timings as measured

    found = measured(_records(runs))
    if json:
        emit_json(found)
    else:
        for row in (*found["rows"], *found["outlines"]):
            emit(f"{row['scenario']}\n  {_line(row)}")
        emit(f"{len(found['rows'])} measured value(s) of {found['runs']} run(s)")
    return 0


def _records(runs: list[Path]) -> list[dict[str, Any]]:
    """The records of the runs. Raises BadInput for one that is given twice, whose values would count twice."""
    from ppmid_bench.errors import BadInput
    from ppmid_bench.typed import convert
    from ppmid_reports.percentiles import Measured

    records: list[dict[str, Any]] = []
    for path in runs:
        record = shown_record(path)
        convert(record, Measured, str(path), "")
        if record in records:
            raise BadInput(str(path), "", "a run of its own", f"the same record as {runs[records.index(record)]}")
        records.append(record)
    return records


def _line(row: dict[str, Any]) -> str:
    unit = f" {row['unit']}" if row["unit"] else ""
    percentiles = [f"{name} {row[name]:g}{unit}" for name in ("p50", "p95", "p99") if row[name] is not None]
    spread = [f"least {row['least']:g}{unit}", *percentiles, f"greatest {row['greatest']:g}{unit}"]
    return f"{row['measurement']}: n = {row['n']} of {row['runs']} run(s), {', '.join(spread)}"
