"""Virtual time: a heap of calls, and a clock that jumps from one to the next.

A thirty-day outage costs what its events cost. Nothing here waits, and while a virtual clock runs, nothing in the
process may wait for the real world either: sockets and new threads are refused (see ``no_real_io``).
"""

import heapq
import sys
import threading
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from ppmid_bench.errors import HarnessFault
from ppmid_devices.heap_timer import HeapTimer

T = TypeVar("T")


def never() -> bool:
    """For whoever waits for a time, and for nothing else."""
    return False


class VirtualClock:
    """A clock whose time passes only while ``run_until`` or ``advance`` is called."""

    uncertainty = 0
    """How wrong a reading can be, in nanoseconds: not at all."""

    def __init__(self, epoch: int) -> None:
        self._now = epoch
        self._calls: list[tuple[int, int, HeapTimer]] = []
        self._order = 0

    def now(self) -> int:
        """Nanoseconds since 1970-01-01 00:00 UTC."""
        return self._now

    def call_at(self, when: int, run: Callable[[], None]) -> HeapTimer:
        """Run ``run`` at ``when``, or next when that has passed; equal times keep their order."""
        timer = HeapTimer(run)
        self._order += 1
        heapq.heappush(self._calls, (when if when > self._now else self._now, self._order, timer))
        return timer

    def call_later(self, delay: int, run: Callable[[], None]) -> HeapTimer:
        """Run ``run`` after ``delay`` nanoseconds."""
        return self.call_at(self._now + delay, run)

    def run_until(self, deadline: int, done: Callable[[], bool] = never) -> bool:
        """Let time pass until ``done()`` holds (asked now and after every call) or ``deadline`` is reached.

        Gives whether ``done()`` held; ``never`` is not asked. Whatever a call raises comes out here.
        """
        asks = done is not never
        with no_real_io():
            if asks and done():
                return True
            calls, next_of = self._calls, heapq.heappop
            while calls and calls[0][0] <= deadline:
                when, _, timer = next_of(calls)
                if timer.cancelled:
                    continue
                self._now = when
                timer.run()
                if asks and done():
                    return True
            self._now = max(self._now, deadline)
            return False

    def perform(self, action: Callable[[], T]) -> T:
        """Do ``action`` now: calls are run in the thread of whoever waits, so there is nothing to wait for."""
        return action()

    def stop(self) -> None:
        """Forget the calls that are still to come."""
        self._calls.clear()

    def advance(self, delay: int) -> None:
        """Let ``delay`` nanoseconds pass."""
        self.run_until(self._now + delay)


_REFUSED = {
    "socket.__new__": "open a socket",
    "socket.connect": "connect",
    "_thread.start_new_thread": "start a thread",
    "_thread.start_joinable_thread": "start a thread",
}
"""Audit events of the interpreter, and what they mean. Python 3.11 has none for threads: see ``no_real_io``."""

_virtual_depth = 0


def _refuse(what: str) -> NoReturn:
    raise HarnessFault(f'a party tried to {what} in virtual time: such a bench needs time = "wall"')


def _refuse_thread(_thread: threading.Thread) -> None:
    _refuse("start a thread")


def _refuse_real_io(event: str, _arguments: tuple[Any, ...]) -> None:
    if _virtual_depth and event in _REFUSED:
        _refuse(_REFUSED[event])


sys.addaudithook(_refuse_real_io)


class no_real_io:
    """Refuse sockets and new threads while the body runs, by raising HarnessFault where they are asked for.

    Real waiting under a virtual clock gives false time-outs and deadlocks. An interpreter's audit hook sees every
    way of asking, and cannot be taken out again; it does nothing outside of the body. ``Thread.start`` is replaced
    for as long, since older interpreters do not audit it.
    """

    __slots__ = ("_start",)

    def __enter__(self) -> None:
        global _virtual_depth
        self._start = threading.Thread.start
        threading.Thread.start = _refuse_thread  # type: ignore[method-assign, assignment]
        _virtual_depth += 1

    def __exit__(self, *_: object) -> None:
        global _virtual_depth
        _virtual_depth -= 1
        threading.Thread.start = self._start  # type: ignore[method-assign]
