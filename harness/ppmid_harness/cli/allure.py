"""``ppmid-harness allure``: a run as results for Allure."""

from pathlib import Path
from typing import Annotated

import typer

from ppmid_harness.cli.output import emit

HELP = """Write a run, under whatever runner, as results that Allure makes its report of.

\b
Examples:
  ppmid-harness allure ppmid-runs/today --out allure-results
  ppmid-harness allure bundle.zip --out allure-results
"""


def allure(
    run: Annotated[Path, typer.Argument(help="A run folder, or a bundle.", metavar="RUN")],
    out: Annotated[Path, typer.Option(help="New folder for the results.")],
) -> int:
    """Write results for Allure."""
    from ppmid_harness.cli.new_folder import require_empty, writing
    from ppmid_reports.allure import write_allure
    from ppmid_reports.bundle.opening import laid_out
    from ppmid_reports.run import read_run

    require_empty(out)
    with laid_out(run) as folder:
        read_run(folder)  # what cannot be read is told before anything is made
        with writing(out):
            out.mkdir(parents=True, exist_ok=True)
            number = write_allure(folder, out)
    emit(f"{number} result(s): {out}")
    return 0
