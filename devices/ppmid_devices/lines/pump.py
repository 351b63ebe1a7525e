"""Octets between one stream and whoever owns it: one thread alone reads and writes the stream, and neither waits."""

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable
from typing import Protocol

_LOOKS_S = 0.2
"""How often a pump looks whether the other end still takes what it is given."""


class Stream(Protocol):
    """Something that octets come from and go to, without waiting."""

    def fileno(self) -> int:
        """What can be waited for."""

    def read(self) -> bytes:
        """What has come; nothing when that is nothing. Raises EOFError at the end, OSError for all else."""

    def write(self, octets: bytes) -> int:
        """How many of these octets, from the first on, it has taken. Raises OSError."""

    def close(self) -> None:
        """Give it back."""


class Pump:
    """``heard`` is called with what comes and ``ended`` once with why it ended, both in the thread that is in ``run``.

    ``heard`` may raise OSError to end it.

    ``stalled_s``: how long the other end may take nothing of what waits for it.
    """

    def __init__(
        self, stream: Stream, *, heard: Callable[[bytes], None], ended: Callable[[str], None], stalled_s: float
    ) -> None:
        self._stream, self._heard, self._ended, self._stalled = stream, heard, ended, stalled_s
        self._waits = bytearray()
        self._lock = threading.Lock()
        self._stopped = False
        self._here, self._there = socket.socketpair()
        self._here.setblocking(False)
        self._there.setblocking(False)

    def put(self, octets: bytes) -> None:
        """Have these octets written after all that wait already. From any thread."""
        with self._lock:
            self._waits += octets
        self._poke()

    def stop(self) -> None:
        """Have ``run`` end soon, and give the stream back. From any thread; ``ended`` is not called."""
        self._stopped = True
        self._poke()

    def run(self) -> None:
        """In the pump's own thread: move octets until the stream ends or ``stop``; gives the stream back."""
        try:
            why = self._move()
        except EOFError:
            why = "the other end has closed it"
        except OSError as problem:
            why = str(problem)
        finally:
            self._stream.close()
            self._here.close()
            with self._lock:
                self._there.close()
        if not self._stopped:
            self._ended(why)

    def _move(self) -> str:
        came, taken_at = b"", time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self._here, selectors.EVENT_READ)
            selector.register(self._stream.fileno(), selectors.EVENT_READ)
            while not self._stopped:
                writable = selectors.EVENT_WRITE if self._waits else 0
                selector.modify(self._stream.fileno(), selectors.EVENT_READ | writable)
                selector.select(0 if came else _LOOKS_S)  # a stream may hold more than the system knows of
                self._drain()
                came = self._stream.read()
                if came:
                    self._heard(came)
                if self._write() or not self._waits:
                    taken_at = time.monotonic()
                elif time.monotonic() > taken_at + self._stalled:
                    return f"the other end has taken nothing for {self._stalled:g} s"
        return ""

    def _write(self) -> int:
        """Give what waits; how many octets were taken."""
        with self._lock:
            octets = bytes(self._waits)
        taken = self._stream.write(octets) if octets else 0
        with self._lock:
            del self._waits[:taken]
        return taken

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._here.recv(1024)

    def _poke(self) -> None:
        with self._lock, contextlib.suppress(OSError):  # it has ended, or has been poked often enough
            self._there.send(b"\0")
