"""Where a person is asked, and answers: a terminal, or a file of answers for runs that nobody attends."""

import os
import select
import time
import tomllib
from pathlib import Path
from typing import Protocol

from ppmid_devices.ports import CannotArrange

TERMINAL = "/dev/tty"
"""The terminal itself: a runner may have taken standard input and output for itself."""


class Console(Protocol):
    """Where one question after the other is put. ``monotonic``: seconds of real time."""

    def ask(self, id: str, text: str, seconds: float) -> str | None:
        """Put a question; gives the line that was answered, None when there was none within ``seconds``."""


class Terminal:
    """A terminal. Raises CannotArrange where there is none."""

    def __init__(self, path: str = TERMINAL) -> None:
        self._path = path

    def ask(self, id: str, text: str, seconds: float) -> str | None:  # noqa: ARG002 - a person reads the text
        try:
            line = os.open(self._path, os.O_RDWR | os.O_NOCTTY)
        except OSError as problem:
            raise CannotArrange(f"nobody can be asked: there is no terminal ({problem.strerror})") from problem
        try:
            os.write(line, f"\n{text} [{seconds:.0f} s] ".encode())
            return _line(line, time.monotonic() + seconds)
        finally:
            os.close(line)


def _line(terminal: int, deadline: float) -> str | None:
    """The next line, which the terminal gives whole."""
    ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
    if not ready:
        return None
    octets = os.read(terminal, 4096)
    return octets.decode("utf-8", "replace").strip() if octets else None


class AnswerFile:
    """A TOML file: by the id of a question its answer, for always, or a list of answers, one after the other.

    Raises CannotArrange for a file that cannot be read so.
    """

    def __init__(self, path: Path) -> None:
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
            raise CannotArrange(f"the file of answers {path} cannot be read: {problem}") from problem
        for id, answer in content.items():
            if not all(isinstance(one, str) for one in (answer if isinstance(answer, list) else [answer])):
                raise CannotArrange(f"the file of answers {path}: {id}: expected a text, or a list of texts")
        self._always = {id: answer for id, answer in content.items() if isinstance(answer, str)}
        self._in_turn = {id: list(answer) for id, answer in content.items() if isinstance(answer, list)}

    def ask(self, id: str, text: str, seconds: float) -> str | None:  # noqa: ARG002 - a file goes by the id alone
        in_turn = self._in_turn.get(id)
        return in_turn.pop(0) if in_turn else self._always.get(id)
