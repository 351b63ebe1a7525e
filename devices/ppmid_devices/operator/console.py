"""Where a person is asked, and answers: a terminal, a desk such as ``ppmid-harness console``, or a file of answers."""

import json
import os
import select
import socket
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


class Desk:
    """A socket of this machine at which somebody takes questions.

    Each question is a connection of its own: one line of JSON goes out, with ``id``, ``text`` and ``seconds``, and one
    comes back, with what was ``said``. A text may hold a UTRN: it is for the person's eyes, and to be kept nowhere.
    Raises CannotArrange where nobody takes it, or the answer is something else.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def ask(self, id: str, text: str, seconds: float) -> str | None:
        question = json.dumps({"id": id, "text": text, "seconds": seconds}) + "\n"
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(self._path)
                line.sendall(question.encode())
                answer = _answer(line, time.monotonic() + seconds)
        except OSError as problem:
            raise CannotArrange(
                f"nobody can be asked: nobody is at the desk {self._path} ({problem.strerror or problem})"
            ) from problem
        return None if answer is None else self._said(answer)

    def _said(self, answer: bytes) -> str:
        try:
            content = json.loads(answer)
            said = content["said"]
        except (ValueError, LookupError, TypeError, RecursionError) as problem:
            raise CannotArrange(f"the desk {self._path} has left a question unanswered") from problem
        if not isinstance(said, str):
            raise CannotArrange(f"the desk {self._path} has said what is no text")
        return said.strip()


def _answer(line: socket.socket, deadline: float) -> bytes | None:
    """What comes by ``line`` until its first end of line or its end; None when neither comes in time."""
    received = b""
    while not received.endswith(b"\n") and len(received) <= _MOST:
        ready, _, _ = select.select([line], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        more = line.recv(_MOST)
        if not more:
            break
        received += more
    return received


_MOST = 1 << 16
"""Octets of an answer."""


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
