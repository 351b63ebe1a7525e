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

    What cannot be judged again is told: it is of another version of its check, and nothing but the record's word.
    """
    from ppmid_bench.rejudge import read_record, require_shown

    record = read_record(folder)
    changed = require_shown(folder, record, source)
    if changed:
        emit(
            f"{source}: {changed} check(s) are of another version than today's; taken as the record has them",
            sys.stderr,
        )
    return record
