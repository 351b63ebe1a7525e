"""``ppmid-harness outcomes``: what the Supplier came to know of its requests in a run."""

from pathlib import Path
from typing import Annotated

import typer

from ppmid_harness.cli.output import emit, emit_json

HELP = """Count what the Supplier came to know of its requests, by way, home, SM WAN and hub, and when it was settled.

\b
Example:
  ppmid-harness outcomes ppmid-runs/today --json
"""


def outcomes(
    run: Annotated[Path, typer.Argument(help="A run folder, or a bundle.", metavar="RUN")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Count the outcomes of a run."""
    from ppmid_reports.bundle.opening import laid_out
    from ppmid_reports.knowledge import as_json, knowledge
    from ppmid_reports.run import read_run

    with laid_out(run) as folder:
        rows = as_json(knowledge(read_run(folder).logs()))
    if json:
        emit_json({"rows": rows})
        return 0
    for row in rows:
        settled = "" if row["settled"] is None else " (settled after {:g} to {:g} s)".format(*row["settled"])
        counts = "; ".join(f"{number} {outcome}" for outcome, number in row["outcomes"].items())
        emit(f"{row['asked']}, {row['home']} home, SM WAN {row['sm_wan']}, hub: {row['hub']}: {counts}{settled}")
    return 0
