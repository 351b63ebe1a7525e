"""A capture that is still being written: from a program that is started for it, a FIFO, a TCP connection or stdin.

A program belongs to one listener. The others go on for as long as the process lives, since a capture's head comes but
once: who listens later is given what comes then.
"""

import os
import select
import shlex
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

from ppmid_devices.lines.datagrams import parse_address
from ppmid_devices.lines.ends import LineFault
from ppmid_protocols.captures.captured import Capture, Frame
from ppmid_protocols.errors import ProtocolError

STDIN = "-"
TCP, COMMAND = "tcp:", "command:"
_AT_ONCE = 1 << 16
_LOOK_S = 0.2
"""How soon the end of a listener, and a writer's silence before its first octet, are noticed."""
_ENDING_S = 5.0

Heard = Callable[[Frame], None]
Ended = Callable[[str], None]


class CaptureSource:
    """``heard`` and ``ended`` are called in the source's own thread; ``ended`` once, with the reason, and last."""

    def __init__(self, source: str, patience_s: float) -> None:
        """``patience_s``: how long the first octet may take. Raises LineFault when there is no such source."""
        self.name, self._patience_s = source, patience_s
        self._capture = Capture()
        self._lock = threading.Lock()
        self._listener: tuple[Heard, Ended] | None = None
        self._why = ""
        self._stopped = False
        self._began = False
        self._process: subprocess.Popen[bytes] | None = None
        self._stream = self._open(source)
        self._thread = threading.Thread(target=self._read, name=f"capture from {source}", daemon=True)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return bool(self._why)

    def listen(self, heard: Heard, ended: Ended) -> None:
        """Give what comes from now on to one listener, in place of the last; of an ended source the end, at once."""
        with self._lock:
            self._listener = heard, ended
            why = self._why
        if why:
            ended(why)
        elif self._thread.ident is None:  # nothing is read before somebody listens
            self._thread.start()

    def leave(self) -> None:
        """Nobody listens any more; what comes is read all the same, so that no writer waits."""
        with self._lock:
            self._listener = None

    def close(self) -> None:
        """End the source, and the program that writes it."""
        self._stopped = True
        if self._process is not None:
            _end(self._process)
        if self._thread.ident is None:
            os.close(self._stream)
        else:
            self._thread.join()

    def _open(self, source: str) -> int:
        try:
            if source == STDIN:
                return os.dup(0)
            if source.startswith(TCP):
                connection = socket.create_connection(parse_address(source.removeprefix(TCP)), self._patience_s)
                connection.setblocking(False)
                return connection.detach()
            if source.startswith(COMMAND):
                self._process = subprocess.Popen(
                    shlex.split(source.removeprefix(COMMAND)),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    start_new_session=True,  # Ctrl-C is for the bench, which ends it
                )
                assert self._process.stdout is not None  # it is a pipe
                return os.dup(self._process.stdout.fileno())
            return os.open(source, os.O_RDONLY | os.O_NONBLOCK)
        except (OSError, ValueError) as problem:
            raise LineFault(f"no capture can be read from {source}: {problem}") from problem

    def _read(self) -> None:
        deadline = time.monotonic() + self._patience_s
        why = ""
        while not why and not self._stopped:
            ready, _, _ = select.select([self._stream], [], [], _LOOK_S)
            if ready:
                why = self._take(deadline)
            elif not self._began:
                why = self._silent(deadline)
        os.close(self._stream)
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.close()
        with self._lock:
            self._why = why or "it was closed"
            listener = self._listener
        if listener is not None and not self._stopped:
            listener[1](self._why)

    def _silent(self, deadline: float) -> str:
        return f"nothing came within {self._patience_s:g} s" if time.monotonic() > deadline else ""

    def _take(self, deadline: float) -> str:
        """Read what is there; gives why the source has ended, empty while it has not."""
        try:
            octets = os.read(self._stream, _AT_ONCE)
            if not octets and not self._began:
                time.sleep(_LOOK_S)  # a FIFO that nobody writes to yet reads as if it had ended
                return self._silent(deadline)
            if not octets:
                self._capture.end()
                return "the capture has ended"
            self._began = True
            for frame in self._capture.feed(octets):
                with self._lock:
                    listener = self._listener
                if listener is not None:
                    listener[0](frame)
        except (OSError, ProtocolError) as problem:
            return f"the capture broke off: {problem}"
        return ""


def _end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    try:
        process.wait(_ENDING_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


_LASTING: dict[str, CaptureSource] = {}


def source_of(source: str, patience_s: float) -> CaptureSource:
    """The source of this name: that of an earlier listener where it lasts and has not ended. Raises LineFault."""
    if source.startswith(COMMAND):
        return CaptureSource(source, patience_s)
    found = _LASTING.get(source)
    if found is None or (found.ended and source != STDIN):
        found = _LASTING[source] = CaptureSource(source, patience_s)
    return found


def give_back(source: CaptureSource) -> None:
    """A listener is done with a source: a program is ended, what lasts goes on."""
    source.leave()
    if _LASTING.get(source.name) is not source:
        source.close()


def close_all() -> None:
    """End every source that lasts."""
    while _LASTING:
        _LASTING.popitem()[1].close()
