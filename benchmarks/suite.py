"""The whole suite on simulated parties on one core, and its median scenario beside the same runner's trivial steps.

The suite is what ``ppmid-harness run`` does, from reading the features to the bundle, without the interpreter's start.
Those of its scenarios that have no long waits are then run again, some at a time, by the same runner with steps that do
nothing, and as they are: what they cost in any case and what they cost meet the same load of others.
Times are of the processor: what one core needs.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import Row
from ppmid_bench.evidence import read_log
from ppmid_bench.scenario import file_stem
from ppmid_devices.ports import HOUR
from ppmid_harness import runners
from ppmid_harness.finishers import finishers
from ppmid_harness.plan import Options, Plan, make_plan
from ppmid_harness.run_folder import open_run_folder
from ppmid_harness.selection import Planned
from ppmid_harness.session import Entry, Session

_RUNNER: runners.RunnerName = "pytest"
_LONG_WAIT = HOUR
"""A scenario that lets more virtual time pass than this has long waits."""

_AT_A_TIME = 20
"""So many scenarios are run with steps that do nothing, then as they are, then the next."""

Finisher = Callable[[Path], object]


def rows(_repeats: int) -> Iterator[Row]:
    """The table's lines. The suite is run once, however often all else is."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        plan, each = make_plan(Options()), _Each()
        session = _session(Session, plan, Path(folder), each, finishers())
        runners.run(_RUNNER, session)
        ran = time.process_time()
        session.finish()
        ended = time.process_time()
        yield Row(
            f"the whole suite, {len(each.seconds)} scenarios, on one core",
            ended - began,
            f"{(ended - began) / len(each.seconds) * 1e3:.0f} ms each",
        )
        yield Row("of it record, reports and bundle", ended - ran, f"{(ended - ran) / (ended - began):.2f} x")
        short = [id for id in each.seconds if _passed(Path(folder), id) <= _LONG_WAIT]
    trivial, ours = (statistics.median(seconds.values()) for seconds in _by_turns(plan, short))
    yield Row(f"the median of its {len(short)} scenarios without long waits, steps trivial", trivial, "1 x")
    yield Row("the same, steps as they are", ours, f"{ours / trivial:.1f} x")


def _by_turns(plan: Plan, ids: Sequence[str]) -> tuple[dict[str, float], dict[str, float]]:
    """What each of these scenarios takes with steps that do nothing, and as it is."""
    trivial: dict[str, float] = {}
    ours: dict[str, float] = {}
    for first in range(0, len(ids), _AT_A_TIME):
        for kind, seconds in ((_Idle, trivial), (Session, ours)):
            with tempfile.TemporaryDirectory() as folder:
                each = _Each()
                session = _session(kind, plan, Path(folder), each)
                session.narrow(ids[first : first + _AT_A_TIME])
                runners.run(_RUNNER, session)
                session.release()
                seconds |= each.seconds
    return trivial, ours


def _session(
    kind: type[Session], plan: Plan, folder: Path, each: "_Each", finishers: Iterable[Finisher] = ()
) -> Session:
    run_folder = open_run_folder(folder, plan, resume=False)
    return kind(plan, run_folder, runner=_RUNNER, finishers=finishers, progress=each)


class _Each:
    """The processor's seconds from the end of one scenario to the end of the next: the runner's work is in them."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = 0.0

    def began(self, _planned: Planned) -> None:
        """The first one begins once all are collected, which belongs to none."""
        self._last = self._last or time.process_time()

    def ended(self, entry: Entry) -> None:
        """One is at its end."""
        now = time.process_time()
        self.seconds[entry["id"]], self._last = now - self._last, now


class _Idle(Session):
    """A session in which no step does anything: what is left is the runner."""

    _id = ""

    def begin(self, scenario_id: str) -> None:
        self._id = scenario_id
        self.elsewhere(scenario_id)

    def run_step(self, *_: Any) -> None:
        pass

    def end(self) -> Entry:
        entry = {"id": self._id}
        self.adopt(entry)
        return entry


def _passed(folder: Path, id: str) -> int:
    """How much virtual time has passed in a scenario, in nanoseconds."""
    entries = read_log(folder / "evidence" / f"{file_stem(id)}.jsonl").entries
    return entries[-1].t - entries[0].t
