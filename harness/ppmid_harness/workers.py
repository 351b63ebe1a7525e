"""The scenarios of a run shared out among processes, for benches in wall-clock time: most of a scenario is waiting.

Every worker has a bench of its own, with ports and processes of its own, and puts what it has finished into the one
run folder. The record is written by whoever shares out, and is the same as without workers.
"""

import multiprocessing
import queue
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ppmid_bench.adapters import is_many, kind
from ppmid_bench.bench_file import PROCESS, BenchFile
from ppmid_bench.errors import BadInput
from ppmid_bench.lines import AVENUE
from ppmid_devices import roles
from ppmid_devices.lines.tls_settings import address
from ppmid_devices.lines.zep import ZepSettings
from ppmid_harness.plan import Options, Plan, make_plan
from ppmid_harness.run_folder import RunFolder
from ppmid_harness.selection import Planned, seconds_needed
from ppmid_harness.stopping import end_with_the_parent, terminated_as_interrupted

Runner = Literal["pytest", "behave", "robot"]


@dataclass(frozen=True)
class CannotBegin:
    """A worker has read other files than the run was planned of, or some that are amiss: it runs nothing."""

    because: str


if TYPE_CHECKING:
    from ppmid_harness.session import Entry, Session

    News = str | Entry | CannotBegin
    """What a worker tells: a scenario's id when it begins, its entry when it has ended; or that it cannot begin."""

_LOOKS_S = 0.5
_APART_S = 5.0
"""Between the starts of two workers whose homes have processes: these start with their worker, and are to call the run
within seconds; all at once they would starve each other."""


def require_shareable(bench: BenchFile) -> None:
    """Raise BadInput for a bench of which there is but one: a real party, or a port that its file names."""
    real = [role for role in roles.PARTIES if kind(role, bench) == "real" and not is_many(role, bench)]
    once = {"[lab]": bench.place is not None, "[bench] control": bench.control is not None}
    found = next(iter((*(name for name, there in once.items() if there), *(f"[parties.{role}]" for role in real))), "")
    if found:
        raise BadInput(bench.source, found, "nothing that is there but once, with --workers", "it")
    for place, port in _ports(bench):
        if port:
            raise BadInput(bench.source, place, "port 0, with --workers: each has one that is free", str(port))


def _ports(bench: BenchFile) -> Iterator[tuple[str, int]]:
    """The ports of links of which every worker has an own one, where the file says which."""
    han, avenue = bench.links.get("han"), bench.links.get(AVENUE)
    if han is not None and han.adapter == "zep":
        yield "[links.han] port", han.settings.get("port", ZepSettings().port)
    if avenue is not None and avenue.adapter == "tls" and "listen" in avenue.settings:
        yield f"[links.{AVENUE}] listen", address("listen", avenue.settings["listen"])[1]


def shares(planned: Sequence[Planned], count: int) -> list[list[str]]:
    """The ids for each of ``count`` workers: the longest first, each to whoever has least; in the plan's order."""
    needed = _needed(planned)
    loads: list[list[str]] = [[] for _ in range(min(count, len(needed)))]
    for scenario in sorted(needed, key=lambda one: -needed[one]):
        min(loads, key=lambda load: sum(needed[one] for one in load)).append(scenario)
    order = list(needed)
    return [sorted(load, key=order.index) for load in loads]


def longest_share_s(planned: Sequence[Planned], count: int) -> int | None:
    """After how many seconds the last of ``count`` workers is done, by what scenarios declare; None if none does."""
    if not any(seconds_needed(one.tags) for one in planned):
        return None
    needed = _needed(planned)
    return max(sum(needed[id] for id in share) for share in shares(planned, count))


def _needed(planned: Sequence[Planned]) -> dict[str, int]:
    """The seconds that each declares; one, where it declares none."""
    return {one.id: seconds_needed(one.tags) or 1 for one in planned}


def run(session: "Session", options: Options, runner: Runner, count: int) -> None:
    """Have ``count`` workers run the session's scenarios; gives it each entry as it comes."""
    context = multiprocessing.get_context("spawn")
    told: Queue[News] = context.Queue()
    workers = [
        context.Process(
            target=_work, args=(options, _made_of(session.plan), session.folder.path, runner, ids, number, told)
        )
        for number, ids in enumerate(shares(session.to_run, count), start=1)
    ]
    bench = session.plan.bench
    has_processes = any(bench.party(role).adapter == PROCESS or is_many(role, bench) for role in roles.PARTIES)
    apart_s = _APART_S if has_processes else 0.0
    try:
        for worker in workers:
            worker.start()
            again = time.monotonic() + apart_s
            while time.monotonic() < again:
                _take(session, told)
        _take_until_all_have_ended(session, told, workers)
    except KeyboardInterrupt:
        for worker in workers:
            if worker.pid is not None:  # it was started
                worker.terminate()
        raise
    finally:
        _take_until_all_have_ended(session, told, workers)
    for number, worker in enumerate(workers, start=1):
        if worker.exitcode:
            session.broke(f"worker {number} ended by exit code {worker.exitcode}")


def _take_until_all_have_ended(session: "Session", told: "Queue[News]", workers: Sequence[BaseProcess]) -> None:
    """Whoever waited for their end alone would wait for ever: they end once all that they tell is taken."""
    while any(worker.is_alive() for worker in workers):
        _take(session, told)
    while _take(session, told):
        pass


def _take(session: "Session", told: "Queue[News]") -> bool:
    try:
        news = told.get(timeout=_LOOKS_S)
    except queue.Empty:
        return False
    if isinstance(news, CannotBegin):
        session.broke(news.because)
    elif isinstance(news, str):
        session.elsewhere(news)
    else:
        session.adopt(news)
    return True


class _Told:
    """Progress of a worker: every scenario is told by its id when it begins, and by its entry when it has ended."""

    def __init__(self, told: "Queue[News]") -> None:
        self._told = told

    def began(self, planned: Planned) -> None:
        """Tell its id."""
        self._told.put(planned.id)

    def ended(self, entry: dict[str, Any]) -> None:
        """Tell it."""
        self._told.put(entry)


def _made_of(plan: Plan) -> tuple[str, str]:
    return plan.suite, plan.profile


def _work(
    options: Options,
    made_of: tuple[str, str],
    path: Path,
    runner: Runner,
    ids: list[str],
    number: int,
    told: "Queue[News]",
) -> None:
    from ppmid_harness import runners
    from ppmid_harness.session import Session

    end_with_the_parent()
    try:
        plan = make_plan(options)
    except BadInput as problem:
        told.put(CannotBegin(f"worker {number} cannot begin: {problem}"))
        return
    if _made_of(plan) != made_of:  # the run keeps the files that it was planned of: no other may be what was run
        told.put(CannotBegin(f"worker {number} cannot begin: a file of the run was changed after it had been planned"))
        return
    session = Session(plan, RunFolder.shared(path, number), runner=runner, progress=_Told(told))
    session.share(ids)
    try:
        with terminated_as_interrupted():
            runners.run(runner, session)
    except KeyboardInterrupt:
        session.interrupt()
    finally:
        session.release()
