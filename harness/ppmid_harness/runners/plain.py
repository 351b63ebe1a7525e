"""The run that begins when a runner is started plainly, as ``pytest features``, without ``ppmid-harness run``."""

from collections.abc import Sequence
from pathlib import Path

from ppmid_harness.finishers import finishers
from ppmid_harness.plan import Options, make_plan
from ppmid_harness.run_folder import open_run_folder
from ppmid_harness.session import Session


def plain_session(runner: str, paths: Sequence[Path]) -> Session:
    """A session over the features at ``paths``, on the default bench, in a new folder. Raises BadInput."""
    plan = make_plan(Options(paths=tuple(paths)))
    return Session(plan, open_run_folder(None, plan, resume=False), runner=runner, finishers=finishers())
