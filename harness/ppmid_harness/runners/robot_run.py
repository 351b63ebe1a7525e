"""Robot Framework, started by ``ppmid-harness run``."""

import contextlib

from robot.run import run as run_robot

from ppmid_harness.runners.robot_session import OUTPUT, given
from ppmid_harness.session import Session

_LOG = "robot.log"
_INTERRUPTED = 253


def run(session: Session) -> None:
    """Run the session's scenarios under Robot Framework."""
    paths = dict.fromkeys(str(planned.path.resolve()) for planned in session.to_run)
    native = session.folder.native.resolve()
    with (native / _LOG).open("w", encoding="utf-8") as log, contextlib.redirect_stdout(log), given(session):
        status = run_robot(
            *paths,
            parser="ppmid_harness.runners.robot_parser",
            output=str(native / OUTPUT),
            log="NONE",
            report="NONE",
            consolecolors="off",
            stdout=log,
            stderr=log,
        )
    if status == _INTERRUPTED:
        session.interrupt()
