"""Calls in wall-clock time, run one after the other by one thread."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable

from ppmid_devices.heap_timer import HeapTimer
from ppmid_devices.ports import SECOND


class WallLoop:
    """A ``ports.Clock``. Calls may be asked for from any thread; all are run by the one that is in ``run``.

    It starts from the system's time and then follows the monotonic clock, so that a correction of the system's time
    moves nothing.
    """

    def __init__(self) -> None:
        self._start = time.time_ns() - time.monotonic_ns()
        self._changed = threading.Condition()
        self._calls: list[tuple[int, int, HeapTimer]] = []
        self._order = itertools.count()
        self._stopped = False

    def now(self) -> int:
        """Nanoseconds since 1970-01-01 00:00 UTC."""
        return self._start + time.monotonic_ns()

    def call_at(self, when: int, run: Callable[[], None]) -> HeapTimer:
        """Run ``run`` at ``when``, or next when that has passed; equal times keep their order."""
        timer = HeapTimer(run)
        with self._changed:
            heapq.heappush(self._calls, (max(when, self.now()), next(self._order), timer))
            self._changed.notify()
        return timer

    def call_later(self, delay: int, run: Callable[[], None]) -> HeapTimer:
        """Run ``run`` after ``delay`` nanoseconds."""
        return self.call_at(self.now() + delay, run)

    def run(self) -> None:
        """Run calls as they come due, until ``stop``. Whatever a call raises comes out here."""
        while (timer := self._next()) is not None:
            timer.run()

    def stop(self) -> None:
        """Let ``run`` return after the call that it is in; what is still to come is not run."""
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def _next(self) -> HeapTimer | None:
        with self._changed:
            while not self._stopped:
                if not self._calls:
                    self._changed.wait()
                elif (wait := self._calls[0][0] - self.now()) > 0:
                    self._changed.wait(wait / SECOND)
                elif not (timer := heapq.heappop(self._calls)[2]).cancelled:
                    return timer
            return None
