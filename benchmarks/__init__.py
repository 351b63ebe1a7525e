"""Speed, as ratios within one run: ``python -m benchmarks``. No test fails by a time."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table: what was done, the processor's seconds for it, and what they mean."""

    what: str
    seconds: float
    ratio: str


def best(repeats: int, *works: Callable[[], object]) -> list[float]:
    """The shortest time of each work in seconds; the works take turns, so that all meet the same load of others."""
    times = [float("inf")] * len(works)
    for _ in range(repeats):
        for number, work in enumerate(works):
            began = time.process_time()
            work()
            times[number] = min(times[number], time.process_time() - began)
    return times
