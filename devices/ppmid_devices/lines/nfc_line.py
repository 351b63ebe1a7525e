"""What both sides of NFC share: a thread for as long as the line lives, and the stays at the reader.

A reader that looks for cards cannot be interrupted, so there is one thread. While a tap lasts it takes one APDU at a
time. What belongs to an earlier stay at the reader changes nothing.
"""

import queue
import threading
import time
from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any

from ppmid_devices.lines.ends import End, LineSettings
from ppmid_devices.lines.real_line import RealLine

IDLE_S = 0.05


class NfcLine(RealLine):
    """A thread and the stays at the reader, each with a number."""

    def __init__(self, end: End, settings: LineSettings) -> None:
        self._stay: int | None = None
        self._stays = 0
        self._said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        super().__init__(end, settings)

    def close(self) -> None:
        super().close()
        if self._thread is not None:
            self._thread.join()

    def _open(self) -> None:
        self._stays += 1
        self._said = queue.SimpleQueue()
        self._stay = self._stays
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"{self.name} NFC", daemon=True)
            self._thread.start()

    def _shut(self) -> None:
        self._stay = None

    def _put(self, frame: bytes) -> None:
        self._said.put(frame)

    def _left(self, why: str) -> None:
        super()._left(why)
        self._expect()

    def _of(self, stay: int, run: Callable[[], None]) -> None:
        """From the thread: do this, unless the stay is over by then."""
        self._post(lambda: run() if stay == self._stay else None)

    # In the thread.

    def _run(self) -> None:
        frontend: Any = None
        while not self._closed:
            stay = self._stay
            if stay is None:
                time.sleep(IDLE_S)
                continue
            try:
                frontend = frontend or self._frontend()
                if frontend is None:
                    time.sleep(IDLE_S)
                else:
                    self._look_for(frontend, stay)
            except OSError as problem:
                self._of(stay, partial(self._broken, str(problem)))
                self._give_back(frontend)
                frontend = None
                time.sleep(IDLE_S)
        self._give_back(frontend)

    @abstractmethod
    def _frontend(self) -> Any:
        """The reader, or what emulates the card; None where it may yet come. Raises OSError."""

    def _give_back(self, frontend: Any) -> None:
        """Close what ``_frontend`` gave, if it gave anything."""
        if frontend is not None:
            frontend.close()

    @abstractmethod
    def _look_for(self, frontend: Any, stay: int) -> None:
        """Look for the other side once, and stay with it for as long as it stays. Raises OSError."""

    def _next(self, stay: int, patience_s: float) -> bytes | None:
        """The next octets to say; None when there are none within that time, or the stay is over."""
        deadline = time.monotonic() + patience_s
        while self._is_on(stay) and (left := deadline - time.monotonic()) > 0:
            try:
                return self._said.get(timeout=min(left, IDLE_S))
            except queue.Empty:
                continue
        return None

    def _is_on(self, stay: int) -> bool:
        return stay == self._stay and not self._closed

    # Where the clock runs its calls.

    @abstractmethod
    def _broken(self, why: str) -> None:
        """The reader is gone, or there is none."""


def named(problem: Exception) -> str:
    """What went wrong, with the name of its kind."""
    return f"{type(problem).__name__}: {problem}"
