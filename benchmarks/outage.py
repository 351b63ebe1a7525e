"""A thirty-day outage of a home with hub, ESME and a polling gas meter, in virtual time."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import Row
from ppmid_bench.bench_file import BenchFile
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.ports import DAY, SECOND


def _thirty_days(points: frozenset[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        world = ScenarioRun("benchmark/outage", "Thirty days", (), BenchFile(points=points), 1, Path(folder))
        world.home.meters = [roles.ESME, roles.GSME]
        world.bed.links.wan.set_up(False)
        began = time.process_time()
        world.bed.wait(30 * DAY)
        return time.process_time() - began


def rows(repeats: int) -> Iterator[Row]:
    """The best of some repetitions, as virtual seconds for each second of the processor."""
    virtual = 30 * DAY / SECOND
    for what, points in (
        ("30 days without WAN: hub, ESME, GSME; frames into the capture", frozenset[str]()),
        ("the same, every HAN frame also read into the evidence", frozenset({"han"})),
    ):
        best = min(_thirty_days(points) for _ in range(repeats))
        yield Row(what, best, f"{virtual / best:,.0f} x")
