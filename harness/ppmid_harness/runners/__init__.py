"""The three runners' glue: each takes a session and gives its runner exactly the session's scenarios."""

import gc
import importlib
from typing import TYPE_CHECKING, Literal

from ppmid_harness.stopping import told_by_signals

if TYPE_CHECKING:
    from ppmid_harness.session import Session

RunnerName = Literal["pytest", "behave", "robot"]

_GLUE = {
    "pytest": "ppmid_harness.runners.pytest_plugin",
    "behave": "ppmid_harness.runners.behave_runner",
    "robot": "ppmid_harness.runners.robot_run",
}

_ALLOCATIONS = 20_000
"""So many more objects made than forgotten, and the collector of garbage looks at the young ones."""


def run(name: RunnerName, session: "Session") -> None:
    """Run the session's scenarios under one runner, which is imported only then. The session is not finished.

    What is loaded by then stays as long as the run: the collector of garbage need not look through it again and again,
    nor come as often as it would: scenarios leave little that only it can find.
    """
    glue = importlib.import_module(_GLUE[name])
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS)
    try:
        with told_by_signals(session.told_to_end):
            glue.run(session)
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
