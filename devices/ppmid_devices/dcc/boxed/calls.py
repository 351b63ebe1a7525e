"""Calls under way: each has a thread of its own, and what comes of it enters the bench by the clock."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from ppmid_devices.dcc.boxed.call import Call, HttpAnswer
from ppmid_devices.dcc.boxed.fault import BoxedFault
from ppmid_devices.ports import SECOND, Clock, Timer

Answered = Callable[[HttpAnswer], None]


@dataclass(slots=True, eq=False)
class _UnderWay:
    """``over``: it was answered or given up, and what still comes of it counts no more."""

    name: str
    call: Call
    answered: Answered
    limit: Timer
    thread: threading.Thread
    over: bool = False


class Calls:
    """Makes POSTs. One that fails, or has no answer within ``within_s``, raises its BoxedFault in the clock's thread.

    The time counts from the call to the last octet of its answer, however slowly they come.
    """

    def __init__(self, clock: Clock, within_s: float) -> None:
        self._clock, self._within_s = clock, within_s
        self._under_way: list[_UnderWay] = []

    def post(self, name: str, url: str, body: bytes, answered: Answered) -> None:
        """POST ``body``; ``answered`` is called in the clock's thread. ``name`` says in a fault what had no answer."""
        call = Call(url, body, self._within_s)

        def run() -> None:
            outcome: HttpAnswer | Exception
            try:
                outcome = call.run()
            except Exception as problem:  # noqa: BLE001 (it comes out where the bench waits)
                outcome = problem
            enter(self._clock, lambda: self._come_in(one, outcome))

        limit = self._clock.call_later(round(self._within_s * SECOND), lambda: self._too_slow(one))
        one = _UnderWay(name, call, answered, limit, threading.Thread(target=run, name=f"POST {url}", daemon=True))
        self._under_way.append(one)
        one.thread.start()

    def close(self) -> None:
        """End all that is under way."""
        for one in self._under_way:
            one.over = True
            one.call.abort()
        for one in self._under_way:
            one.thread.join(self._within_s)

    def _come_in(self, one: _UnderWay, outcome: HttpAnswer | Exception) -> None:
        if one.over:
            return
        self._end(one)
        if isinstance(outcome, Exception):
            raise outcome
        one.answered(outcome)

    def _too_slow(self, one: _UnderWay) -> None:
        if not one.over:
            self._end(one)
            one.call.abort()
            found = f"no answer to {one.name} within {self._within_s:g} s"
            raise BoxedFault(one.call.url, found, "that it is up to it, or set `answer_s`")

    def _end(self, one: _UnderWay) -> None:
        one.over = True
        one.limit.cancel()
        self._under_way.remove(one)


def enter(clock: Clock, run: Callable[[], None]) -> None:
    """Have ``run`` done in the clock's thread; the only way in from another."""
    clock.call_at(clock.now(), run)
