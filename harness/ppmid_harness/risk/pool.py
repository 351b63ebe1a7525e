"""All trials, spread over the processors of this machine; in the order in which they were planned."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import TypeVar

from ppmid_bench.bench_file import BenchFile, read_bench
from ppmid_bench.errors import HarnessFault
from ppmid_steps.load import all_steps
from ppmid_steps.registry import Registry

Work = TypeVar("Work")
Result = TypeVar("Result")
AT_ONCE = 12
"""Trials in one piece of work: enough that handing it over costs nothing."""


def run_all(
    run: Callable[[Work, Registry, BenchFile, int], Result], work: Iterable[Work], seed: int
) -> Iterator[Result]:
    """``run`` for each of ``work``, on the simulated bench. Raises HarnessFault when one breaks, or a process dies."""
    every = list(work)
    pieces = [every[at : at + AT_ONCE] for at in range(0, len(every), AT_ONCE)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        try:
            for results in pool.map(partial(_piece, run, seed), pieces):
                yield from results
        except BrokenProcessPool as problem:
            raise HarnessFault("a process that ran trials has died") from problem


def _piece(run: Callable[[Work, Registry, BenchFile, int], Result], seed: int, work: Sequence[Work]) -> list[Result]:
    registry, bench = all_steps(), read_bench(None)
    return [run(one, registry, bench, seed) for one in work]
