"""The trials of a proof, spread over the processors of this machine."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any, Literal

import msgspec

from ppmid_bench.bench_file import SMALLEST
from ppmid_bench.errors import HarnessFault
from ppmid_harness.plan import Options, Plan, make_plan
from ppmid_harness.proof.faults import Fault
from ppmid_harness.proof.trials import Hunted, Repeated, hunt, repeat

Points = Literal["all", "minimal"]

SCENARIOS_AT_ONCE = 8
"""Scenarios in one piece of work: enough that handing it over costs nothing, few enough to show how it goes on."""


class _Worker:
    """What a process of the pool keeps from one piece of work to the next: the plan, which holds functions."""

    plan: Plan


def _begin(options: Options, points: Points) -> None:
    _Worker.plan = plan_with(options, points)


def _hunt(fault: Fault) -> list[Hunted | Repeated]:
    return [hunt(fault, _Worker.plan)]


def _repeat(ids: Sequence[str], seed: int) -> list[Hunted | Repeated]:
    wanted = set(ids)
    return [repeat(one, seed, _Worker.plan) for one in _Worker.plan.to_run if one.id in wanted]


def plan_with(options: Options, points: Points) -> Plan:
    """The plan of a proof, on a bench with all its observation points or with the smallest bench's alone."""
    plan = make_plan(options)
    if points == "all":
        return plan
    return replace(plan, bench=msgspec.structs.replace(plan.bench, points=plan.bench.points & SMALLEST))


def pieces_of(plan: Plan, seeds: int) -> list[tuple[list[str], int]]:
    """Every scenario of the plan under each of ``seeds`` seeds, from the plan's own up, in pieces of work."""
    ids = [planned.id for planned in plan.to_run]
    starts = range(0, len(ids), SCENARIOS_AT_ONCE)
    return [(ids[at : at + SCENARIOS_AT_ONCE], plan.seed + more) for more in range(seeds) for at in starts]


def trials(
    options: Options, points: Points, faults: Sequence[Fault], pieces: Sequence[tuple[list[str], int]]
) -> Iterator[Hunted | Repeated]:
    """Hunt every fault, and repeat every piece; in no settled order. Raises HarnessFault when a process dies.

    When it ends, whichever way, the pool's processes and its thread have ended too. A thread that goes on closes the
    pipe by which the interpreter, at its own end, wakes it: now and then that came to "Bad file descriptor".
    """
    work: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
        *((_hunt, (fault,)) for fault in faults),
        *((_repeat, piece) for piece in pieces),
    ]
    with ProcessPoolExecutor(os.cpu_count(), initializer=_begin, initargs=(options, points)) as pool:
        started: list[Future[list[Hunted | Repeated]]] = [pool.submit(do, *given) for do, given in work]
        try:
            for one in as_completed(started):
                yield from one.result()
        except BrokenProcessPool as problem:
            raise HarnessFault("a process that ran scenarios for the proof has died") from problem
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
