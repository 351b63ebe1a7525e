"""The desk of a run: where its questions to operators wait until somebody answers them in the page."""

import json
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_MOST = 1 << 16
_LOOKS_S = 0.5


@dataclass(slots=True)
class Question:
    """One question. ``text`` may hold a UTRN: it is shown, and written nowhere. ``until``: seconds of real time."""

    number: int
    id: str
    text: str
    until: float
    answered: threading.Event = field(default_factory=threading.Event)
    said: str = ""


class Desk:
    """A socket in ``folder``, which must be its owner's alone; see ``ppmid_devices.operator.console.Desk``."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = folder / "desk"
        self._clock = clock
        self._open: dict[int, Question] = {}
        self._count = 0
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        os.chmod(self.path, 0o600)
        self._listener.listen()
        self._listener.settimeout(_LOOKS_S)
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def asked(self) -> Question | None:
        """The question that has waited longest."""
        with self._lock:
            return next(iter(self._open.values()), None)

    def answer(self, number: int, said: str) -> bool:
        """Answer a question; False when nobody waits for it any more."""
        with self._lock:
            question = self._open.pop(number, None)
        if question is None:
            return False
        question.said = said
        question.answered.set()
        return True

    def left_s(self, question: Question) -> int:
        """The seconds that are left to answer it."""
        return max(0, round(question.until - self._clock()))

    def close(self) -> None:
        """Take no more questions; who waits is left without an answer."""
        self._closed.set()
        self._listener.close()
        self.path.unlink(missing_ok=True)

    def _take(self) -> None:
        while not self._closed.is_set():
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:  # closed meanwhile
                return
            threading.Thread(target=self._hold, args=(line,), daemon=True).start()

    def _hold(self, line: socket.socket) -> None:
        """Keep one question until it is answered, its time is over, or who asked is gone."""
        with line:
            question = self._read(line)
            if question is None:
                return
            line.settimeout(_LOOKS_S)
            while not (question.answered.is_set() or self._closed.is_set() or self._clock() > question.until):
                if _gone(line):
                    break
            with self._lock:
                self._open.pop(question.number, None)
            if question.answered.is_set():
                _send(line, {"said": question.said})

    def _read(self, line: socket.socket) -> Question | None:
        line.settimeout(5)
        try:
            with line.makefile("rb") as received:
                asked = json.loads(received.readline(_MOST))
            id, text, seconds = str(asked["id"]), str(asked["text"]), float(asked["seconds"])
        except (OSError, ValueError, LookupError, TypeError, RecursionError):  # no question: who asks hears nothing
            return None
        with self._lock:
            self._count += 1
            question = Question(self._count, id, text, self._clock() + seconds)
            self._open[question.number] = question
        return question


def _gone(line: socket.socket) -> bool:
    """Whether who asked has ended the connection; as long as it waits, it says nothing more."""
    try:
        return line.recv(1, socket.MSG_PEEK) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def _send(line: socket.socket, content: dict[str, Any]) -> None:
    try:
        line.sendall((json.dumps(content) + "\n").encode())
    except OSError:  # who asked has gone: its run says that nobody answered
        return
