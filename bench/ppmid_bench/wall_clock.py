"""Wall-clock time: a thread of its own runs every call, and everything else that a step does to a party.

So a party is never called from two threads. A step's thread waits: in ``run_until`` for what it waits for, in
``perform`` for what it does. Other threads (readers of sockets) hand over by ``call_at``, and by nothing else.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from ppmid_bench.errors import HarnessFault
from ppmid_devices.heap_timer import HeapTimer
from ppmid_devices.remote.loop import WallLoop

T = TypeVar("T")


class _Wait:
    """A step that waits until ``done()`` holds."""

    def __init__(self, done: Callable[[], bool]) -> None:
        self.done = done
        self.held: Future[bool] = Future()


class WallClock:
    """A clock whose time passes by itself. Its thread runs from the beginning until ``stop``."""

    def __init__(self, uncertainty: int = 0) -> None:
        self.uncertainty = uncertainty
        """How wrong a reading can be, in nanoseconds, as the bench has it."""
        self._loop = WallLoop()
        self._waits: _Wait | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._loop.run, name="wall clock", daemon=True)
        self._thread.start()

    def now(self) -> int:
        """Nanoseconds since 1970-01-01 00:00 UTC."""
        return self._loop.now()

    def call_at(self, when: int, run: Callable[[], None]) -> HeapTimer:
        """Run ``run`` at ``when``, or next when that has passed; equal times keep their order."""
        return self._loop.call_at(when, lambda: self._run(run))

    def call_later(self, delay: int, run: Callable[[], None]) -> HeapTimer:
        """Run ``run`` after ``delay`` nanoseconds."""
        return self.call_at(self.now() + delay, run)

    def perform(self, action: Callable[[], T]) -> T:
        """Do ``action`` between two calls, and give what it gives; at once from within a call, or after ``stop``."""
        if self._inside() or not self._thread.is_alive():
            return action()
        result: Future[T] = Future()
        self._loop.call_at(self.now(), lambda: _settle(result, action))
        return result.result()

    def run_until(self, deadline: int, done: Callable[[], bool] = lambda: False) -> bool:
        """Wait until ``done()`` holds (asked now and after every call) or ``deadline`` is reached.

        Gives whether ``done()`` held. Whatever a call has raised since the last wait comes out here.
        """
        if self._inside():
            raise HarnessFault("a party waits within a call, so nothing that it waits for can happen")
        wait = _Wait(done)
        self.call_at(self.now(), lambda: self._begin(wait))
        timer = self.call_at(deadline, lambda: self._end(wait))
        try:
            return wait.held.result()
        finally:
            timer.cancel()

    def advance(self, delay: int) -> None:
        """Wait for ``delay`` nanoseconds."""
        self.run_until(self.now() + delay)

    def stop(self) -> None:
        """End the thread; what is still to come is not run. Raises what a call has raised since the last wait."""
        self._loop.stop()
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _inside(self) -> bool:
        return threading.current_thread() is self._thread

    def _run(self, run: Callable[[], None]) -> None:
        try:
            run()
        except BaseException as problem:  # noqa: BLE001 (it comes out of the step that waits)
            self._failure = self._failure or problem
        if self._waits is not None:
            self._look(self._waits)

    def _look(self, wait: _Wait) -> None:
        try:
            if self._failure is not None:
                failure, self._failure = self._failure, None
                raise failure
            held = wait.done()
        except BaseException as problem:  # noqa: BLE001 (it comes out of the step that waits)
            self._waits = None
            wait.held.set_exception(problem)
        else:
            if held:
                self._waits = None
                wait.held.set_result(True)

    def _begin(self, wait: _Wait) -> None:
        self._waits = wait

    def _end(self, wait: _Wait) -> None:
        """The deadline has come; ``done`` was asked after the call before."""
        if self._waits is wait:
            self._waits = None
            wait.held.set_result(False)


def _settle(result: Future[T], action: Callable[[], T]) -> None:
    try:
        result.set_result(action())
    except BaseException as problem:  # noqa: BLE001 (it comes out of the step that asked)
        result.set_exception(problem)
