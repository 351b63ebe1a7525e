"""Real time, by which it is judged how long an adapter keeps the home's one thread waiting, and what it leaves behind.

The clock of a bench cannot tell: in virtual time nothing takes any.
"""

import threading
import time
from collections.abc import Callable, Collection
from typing import TypeVar

T = TypeVar("T")

_TO_END_S = 2.0
"""How long a thread may take to end once its party is closed."""


class Stopwatch:
    """``slowest``: the longest so far, in seconds of real time, and what took it."""

    def __init__(self) -> None:
        self.slowest: tuple[float, str] = (0.0, "")

    def measure(self, what: str, action: Callable[[], T]) -> T:
        """Do ``action``; gives what it gives."""
        begun = time.monotonic()
        value = action()
        self.slowest = max(self.slowest, (time.monotonic() - begun, what))
        return value

    def reset(self) -> None:
        """Forget what was measured."""
        self.slowest = (0.0, "")


def threads_left(before: Collection[threading.Thread]) -> list[str]:
    """The threads that have come since ``before`` and do not end, by name."""
    deadline = time.monotonic() + _TO_END_S
    while (left := _new(before)) and time.monotonic() < deadline:
        left[0].join(max(0.0, deadline - time.monotonic()))
    return sorted(thread.name for thread in left)


def _new(before: Collection[threading.Thread]) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread not in before]
