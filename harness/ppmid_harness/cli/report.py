"""``ppmid-harness report``: the report of a run folder, written anew; also as a PDF."""

from pathlib import Path
from typing import Annotated

import typer

from ppmid_harness.cli.output import emit

HELP = """Write the report of a run folder anew: report.html, and a page for each scenario in report/.

With --pdf also report.pdf: the front page and every scenario that failed, is inconclusive or in error, to print and
sign. That needs the extra: pip install 'ppmid-harness[pdf]'. The bundle stays as it was until `bundle make`.

\b
Examples:
  ppmid-harness report ppmid-runs/today
  ppmid-harness report ppmid-runs/today --pdf
  ppmid-harness report ppmid-runs/today --pdf --all-scenarios
  ppmid-harness report ppmid-runs/today --risk risk.json --proof prove.json
"""


def report(
    folder: Annotated[Path, typer.Argument(help="A run folder.", metavar="DIR")],
    pdf: Annotated[bool, typer.Option("--pdf", help="Write report.pdf too.")] = False,
    risk: Annotated[Path | None, typer.Option(help="The document of risk --json, to stand in the report.")] = None,
    proof: Annotated[Path | None, typer.Option(help="The document of prove --json, to stand in the report.")] = None,
    all_scenarios: Annotated[
        bool, typer.Option("--all-scenarios", help="With --pdf: the pages of scenarios that passed too.")
    ] = False,
) -> int:
    """Write the report of a run."""
    from ppmid_bench.errors import BadInput
    from ppmid_harness.cli.new_folder import writing
    from ppmid_harness.finishers import documents, put_in
    from ppmid_reports.html import write_report
    from ppmid_reports.run import read_run

    if all_scenarios and not pdf:
        raise BadInput("--all-scenarios", "", "--pdf beside it", "none")
    if pdf:
        from ppmid_reports.pdf import require_weasyprint, write_pdf

        require_weasyprint()
    given = documents(risk, proof)
    run = read_run(folder)
    with writing(folder):
        put_in(folder, given)
        emit(str(write_report(folder, run)))
        if pdf:
            emit(str(write_pdf(folder, run, all_scenarios=all_scenarios)))
    return 0
