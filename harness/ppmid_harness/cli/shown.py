"""The records of runs, as commands take them that say what runs have shown: each holds to its evidence."""

import sys
from pathlib import Path
from typing import Any

from ppmid_harness.cli.output import emit


def shown_record(run: Path) -> dict[str, Any]:
    """The record of a run folder or bundle. Raises BadInput for one that says other than its evidence shows."""
    from ppmid_reports.bundle.opening import laid_out

    with laid_out(run) as folder:
        return record_shown_in(folder, str(run))


def record_shown_in(folder: Path, source: str) -> dict[str, Any]:
    """The same of a run folder; ``source``: what the user calls it.

    What cannot be judged again is told: it is by checks or rules of another harness, and nothing but the record's word.
    """
    from ppmid_bench.rejudge import read_record, require_shown
    from ppmid_harness.planning_again import other_plan

    record = read_record(folder)
    tell_of_words(require_shown(folder, record, source, (other_plan,)), source)
    return record


def tell_of_words(taken: int, source: str) -> None:
    """Tell of parts of a record, if there are any, that another harness has judged or told by rules of its own."""
    if taken:
        emit(f"{source}: {taken} part(s) are by rules of another harness; taken as the record has them", sys.stderr)
