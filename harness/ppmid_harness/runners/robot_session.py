"""What the parser and the library of Robot Framework share: Robot makes both by name, and tells neither of the other.

Under ``ppmid-harness run`` the session is there before Robot starts. When Robot is started plainly, the parser sees one
feature file after the other; the session begins with the first suite, and is finished when Robot has ended and has
written its output.
"""

import atexit
import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from ppmid_harness.plan import Options, make_plan
from ppmid_harness.runners.plain import plain_session
from ppmid_harness.selection import Planned
from ppmid_harness.session import Session

OUTPUT = "output.xml"


class _Current:
    """The one run of this process."""

    def __init__(self) -> None:
        self.session: Session | None = None
        self.plain = True
        self._paths: list[Path] = []

    def planned(self, path: Path) -> list[Planned]:
        """The scenarios of one feature file that Robot is to run. Raises BadInput."""
        if self.session is not None:
            return [planned for planned in self.session.to_run if planned.path.resolve() == path.resolve()]
        self._paths.append(path)
        return list(make_plan(Options(paths=(path,))).to_run)

    def begun(self, chosen: list[str], output: str) -> Session:
        """The session; a plain one begins here, with the scenarios that Robot has chosen. Raises BadInput."""
        if self.session is None:
            self.session = plain_session("robot", self._paths)
            self.session.narrow(chosen)
            atexit.register(self._finish, self.session, Path(output))
        return self.session

    @staticmethod
    def _finish(session: Session, output: Path) -> None:
        if output.is_file():
            shutil.copyfile(output, session.folder.native / OUTPUT)
        session.finish()
        print(f"Run folder: {session.folder.path}")


CURRENT = _Current()


@contextlib.contextmanager
def given(session: Session) -> Iterator[None]:
    """Let Robot run this session."""
    CURRENT.session, CURRENT.plain = session, False
    try:
        yield
    finally:
        CURRENT.session, CURRENT.plain = None, True
