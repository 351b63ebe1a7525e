"""One run, from its plan to its folder: the one place where the three runners meet.

A runner's glue says which scenario begins, hands over each step as its own parser read it, and says when the scenario
ends. Matching, typing, judging and what the record says are here, so they are the same for all. The first check that
does not pass, and any crash, ends the scenario; the runner learns of it by an exception, never by a skip.
"""

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from ppmid_bench import lab, record
from ppmid_bench.bench_file import BenchFile
from ppmid_bench.came_to import BEGAN_TWICE
from ppmid_bench.control import ControlPort
from ppmid_bench.errors import BadInput, HarnessFault, NotPassed
from ppmid_bench.labgrid_client import LabPlace
from ppmid_bench.scenario import ScenarioRun
from ppmid_bench.verdict import EXIT_ERROR, Verdict
from ppmid_harness import run_outcome
from ppmid_harness.environment import environment
from ppmid_harness.plan import Plan
from ppmid_harness.run_folder import ADAPTER_CHECK, ENVIRONMENT, RECORD, RunFolder, write_json
from ppmid_harness.selection import Planned, PlannedStep
from ppmid_reports.text import cut, shown
from ppmid_steps.registry import StepDef, Table

Entry = dict[str, Any]

_MOST_TOLD = 2000


class StepCrashed(Exception):
    """A step, the harness or a party crashed in a scenario: its verdict is error. Its text says why, and where."""


class World(Protocol):
    """What the session needs of a scenario's bench; ``ppmid_bench.scenario.ScenarioRun`` is one."""

    def step(self, keyword: str, text: str) -> None:
        """Mark the beginning of a step in the evidence."""

    def judge(self, check_id: str, arguments: Mapping[str, Any]) -> None:
        """Judge the evidence so far by one check. Raises NotPassed."""

    def crashed(self, problem: BaseException) -> None:
        """The scenario ended by a crash."""

    def not_reached(self, check_ids: Sequence[str]) -> None:
        """These checks were not come to."""

    def close(self) -> Entry:
        """Switch everything off; the scenario's entry in ``record.json``."""


class MakeWorld(Protocol):
    """How a scenario's bench is made."""

    def __call__(
        self, *, scenario_id: str, name: str, tags: tuple[str, ...], bench: BenchFile, seed: int, folder: Path
    ) -> World:
        """Make it."""


class Progress(Protocol):
    """Who wants to know how the run goes on."""

    def began(self, planned: Planned) -> None:
        """A scenario begins."""

    def ended(self, entry: Entry) -> None:
        """A scenario has ended, with this entry in the record."""


class _Scenario:
    """The scenario that runs now."""

    def __init__(self, planned: Planned, world: World | None) -> None:
        self.planned = planned
        self.world = world
        self.done = 0
        self.stopped = False
        self.crash: BaseException | None = None

    @property
    def rest(self) -> tuple[PlannedStep, ...]:
        """The steps that have not come to an end."""
        return self.planned.steps[self.done :]


class Session:
    """One run. ``finishers`` are given the run folder when the record is written (JUnit, report)."""

    def __init__(
        self,
        plan: Plan,
        folder: RunFolder,
        *,
        runner: str,
        make_world: MakeWorld | None = None,
        finishers: Iterable[Callable[[Path], object]] = (),
        progress: Progress | None = None,
    ) -> None:
        self.plan = plan
        self.folder = folder
        self.interrupted = False
        self.refused: BadInput | None = None
        self.record: dict[str, Any] = {}
        self._runner = runner
        self._control = ControlPort(plan.bench)
        self._place = None if plan.bench.place is None else LabPlace(plan.bench.place)
        self._bench: BenchFile | None = None
        self._faults: list[str] = []
        self._make_world: MakeWorld = make_world or partial(ScenarioRun, control=self._control)
        self._finishers = tuple(finishers)
        self._progress = progress
        self._started = datetime.now(UTC)
        self._entries: dict[str, Entry] = dict(folder.kept)
        self._offered = {planned.id: planned for planned in plan.to_run if planned.id not in folder.kept}
        self._now: _Scenario | None = None
        self._in_a_step = False

    @property
    def to_run(self) -> tuple[Planned, ...]:
        """The scenarios that a runner is to be given, in their order."""
        return tuple(self._offered.values())

    def narrow(self, ids: Iterable[str]) -> None:
        """The user of a runner has chosen among the scenarios by the runner's own means: forget the others.

        Not where the suite fixes the selection: there, what a runner leaves out is an error.
        """
        if self.plan.mode != "certification":
            self.share(ids)

    def share(self, ids: Iterable[str]) -> None:
        """Have only these: another worker of the run has the others."""
        chosen = set(ids)
        self._offered = {id: planned for id, planned in self._offered.items() if id in chosen}

    def broke(self, because: str) -> None:
        """The run itself is no good, whatever its scenarios say: environment and reports tell why."""
        self._faults.append(because)

    def acquire(self) -> BenchFile:
        """Have the lab's place, if the bench has one, from now until ``release``; gives the bench as it is then.

        Raises HarnessFault, the same again when it is asked again.
        """
        if self._faults:
            raise HarnessFault(self._faults[0])
        if self._bench is None:
            try:
                self._bench = self._at_place()
            except HarnessFault as problem:
                self._faults.append(str(problem))
                raise
        return self._bench

    def _at_place(self) -> BenchFile:
        bench, place = self.plan.bench, self._place
        return bench if place is None else lab.at_place(bench, place.acquire(), place.power_cycle)

    def begin(self, scenario_id: str) -> World | None:
        """Begin a planned scenario. What goes wrong with its bench shows in its entry, and at its first step."""
        if self._now is not None:
            raise HarnessFault(f"{scenario_id} begins within {self._now.planned.id}")
        planned = self._offered[scenario_id]
        if scenario_id in self._entries:
            self._twice(scenario_id)
        self._now = _Scenario(planned, None)
        if self._progress is not None:
            self._progress.began(planned)
        if self.interrupted:
            self.interrupt()
            return None
        try:
            self._now.world = self._make_world(
                scenario_id=planned.id,
                name=planned.name,
                tags=tuple(tag.removeprefix("@") for tag in planned.tags),
                bench=self.acquire(),
                seed=self.plan.seed,
                folder=self.folder.path,
            )
        except Exception as problem:  # noqa: BLE001 (kept, and told by the first step and the entry)
            self._crashed(self._now, problem)
        return self._now.world

    def _twice(self, scenario_id: str) -> None:
        """A runner that tries again until it passes would choose its verdict. Raises HarnessFault."""
        because = f"{self._runner} {BEGAN_TWICE}"
        entry = {**self._entries[scenario_id], "verdict": str(Verdict.ERROR), "because": because}
        self._entries[scenario_id] = entry
        self.folder.keep(entry)
        raise HarnessFault(f"{scenario_id}: {because}")

    def run_step(self, kind: str, text: str, table: Table | None = None, docstring: str | None = None) -> None:
        """Run one step as a runner read it. Raises NotPassed, or StepCrashed for anything that is no judgement."""
        now = self._now
        if now is None:
            raise HarnessFault(f'{kind} "{text}" comes outside any scenario')
        self._in_a_step = True
        try:
            definition, arguments = self._next(now, PlannedStep(kind, text, _frozen(table), docstring))
            assert now.world is not None
            now.world.step(kind.capitalize(), text)
            result = definition.call(now.world, arguments, table, docstring)
            if definition.judges:
                now.world.judge(definition.judges, _arguments(definition, result))
            now.done += 1
        except NotPassed:
            now.done += 1
            now.stopped = True
            raise
        except KeyboardInterrupt:
            self.interrupt()
            raise
        except BaseException as problem:  # noqa: BLE001 (kept, and told to the runner)
            self._crashed(now, problem)
            now.stopped = True
            raise StepCrashed(_for_the_runner(problem)) from None
        finally:
            self._in_a_step = False

    def _crashed(self, now: _Scenario, problem: BaseException) -> None:
        now.crash = now.crash or problem
        if isinstance(problem, BadInput):
            self.refused = self.refused or problem

    def told_to_end(self, *_: object) -> None:
        """Take a signal that ends the run: the next step is interrupted, and by a second signal whatever runs.

        Where time is virtual a step is done in a moment, and one that broke off anywhere would leave evidence half
        written; so would a runner break that is interrupted within its own work. In wall-clock time a step may wait for
        days, and does nothing else in this thread: it is interrupted at once.
        """
        again = self.interrupted
        self.interrupt()
        if again or (self._in_a_step and self.plan.bench.time == "wall"):
            raise KeyboardInterrupt

    def interrupt(self) -> None:
        """The user stops the run: the scenario that runs now ends in error, later ones are not run."""
        self.interrupted = True
        if self._now is not None:
            self._now.crash, self._now.stopped = KeyboardInterrupt("the run was interrupted"), True

    def _next(self, now: _Scenario, step: PlannedStep) -> tuple[StepDef, dict[str, Any]]:
        if now.crash is not None:
            raise now.crash
        if now.stopped:
            raise HarnessFault(f'the runner went on after the scenario had ended, with "{step.text}"')
        expected = now.rest[0] if now.rest else None
        if expected is None or not step.same_as(expected):
            raise HarnessFault(f"the runner read the step {step}, where the plan has {expected}")
        return self.plan.registry.match(step.kind, step.text)

    def end(self) -> Entry:
        """End the scenario; gives its entry. Raises StepCrashed when it did not pass and no step has said so."""
        now, self._now = self._now, None
        if now is None:
            raise HarnessFault("a scenario ends that has not begun")
        told = now.stopped
        if now.rest and not told and now.crash is None:
            now.crash = HarnessFault(
                f"the runner ended the scenario after {now.done} of {len(now.planned.steps)} steps"
            )
        entry = self._close(now)
        self._entries[now.planned.id] = entry
        if not isinstance(now.crash, KeyboardInterrupt):
            self.folder.keep(entry)
        if self._progress is not None:
            self._progress.ended(entry)
        if entry["verdict"] != Verdict.PASS and not told:
            raise StepCrashed(shown(cut(f"{entry['verdict']}: {entry['because']}", _MOST_TOLD, RECORD)))
        return entry

    def _close(self, now: _Scenario) -> Entry:
        if now.world is None:
            return _entry(now.planned, Verdict.ERROR, _named(now.crash))
        try:
            if now.crash is not None:
                now.world.crashed(now.crash)
            now.world.not_reached(self._checks_of(now.rest))
            return now.world.close()
        except Exception as problem:  # noqa: BLE001 (it becomes the verdict)
            return _entry(now.planned, Verdict.ERROR, _named(problem))

    def _checks_of(self, steps: Iterable[PlannedStep]) -> list[str]:
        return [self.plan.registry.match(step.kind, step.text)[0].judges for step in steps if step.kind == "then"]

    def elsewhere(self, scenario_id: str) -> None:
        """Somebody else begins a scenario."""
        if self._progress is not None:
            self._progress.began(self._offered[scenario_id])

    def adopt(self, entry: Entry) -> None:
        """A scenario that somebody else has run and put into the folder has this entry."""
        self._entries[entry["id"]] = entry
        if self._progress is not None:
            self._progress.ended(entry)

    def release(self) -> None:
        """Give back what the bench holds of the real world; ``finish`` does so too."""
        if self._now is not None:
            self.interrupt()
            self.end()
        self._control.close()
        if self._place is not None:
            try:
                self._place.release()
            except HarnessFault as problem:
                self._faults.append(str(problem))

    def finish(self) -> dict[str, Any]:
        """Write the record, the environment and what the finishers make of them; gives the record."""
        self.release()
        plan = self.plan
        planned = [one for one in plan.planned if self._is_planned(one)]
        entries = [{**self._final(one), "feature": one.feature} for one in planned]
        self.record = run_outcome.record_of(plan, planned, entries)
        if plan.adapter_check is not None:
            (self.folder.path / ADAPTER_CHECK).write_bytes(plan.adapter_check.content)
        record.write(self.folder.path / RECORD, self.record)
        self._faults += run_outcome.lost_evidence(self.folder.path, entries)
        fault = "; ".join(["the run was interrupted"] * self.interrupted + self._faults)
        surroundings = environment(self._runner, self._started, self.folder.path, fault)
        write_json(self.folder.path / ENVIRONMENT, surroundings)
        self.folder.keep_inputs(plan.inputs)
        for finisher in self._finishers:
            finisher(self.folder.path)
        if not self.interrupted:
            self.folder.complete()
        self.folder.close()
        return self.record

    def _is_planned(self, planned: Planned) -> bool:
        return planned.status != "run" or planned.id in self._offered or planned.id in self._entries

    def _final(self, planned: Planned) -> Entry:
        if planned.id in self._entries:
            return self._entries[planned.id]
        if planned.status != "run":
            return _entry(planned, planned.status, planned.because)
        if self.interrupted:
            return _entry(planned, "not_run", "the run was interrupted before it")
        return _entry(planned, Verdict.ERROR, f"{self._runner} never ran it")

    @property
    def exit_code(self) -> int:
        """The exit code of the run, once it is finished.

        A tolerance that is stale fails the run. A regular run does not fail by a scenario that is ``excused``; its
        verdict stays what it is.
        """
        if self.interrupted or self._faults:
            return EXIT_ERROR
        return run_outcome.code(self.record, self.excused)

    @property
    def excused(self) -> list[str]:
        """The ids of the scenarios that failed, and fail the run no more; none where the suite fixes what counts."""
        return run_outcome.excused_in(self.record, self.plan.mode)


def _entry(planned: Planned, verdict: str, because: str) -> Entry:
    """The entry of a scenario that has no bench."""
    tags = [tag.removeprefix("@") for tag in planned.tags]
    return record.unrun_entry(planned.id, planned.name, tags, str(verdict), because)


def _for_the_runner(problem: BaseException) -> str:
    """A crash as a runner may write it into files of its own: no octet in it breaks them, and no UTRN stands in it."""
    where = "".join(traceback.format_tb(problem.__traceback__))
    return shown(f"{cut(_named(problem), _MOST_TOLD, RECORD)}\n{where}")


def _named(problem: BaseException | None) -> str:
    return f"{type(problem).__name__}: {problem}"


def _frozen(table: Table | None) -> tuple[tuple[str, ...], ...] | None:
    return None if table is None else tuple(map(tuple, table))


def _arguments(definition: StepDef, result: object) -> dict[str, Any]:
    if not isinstance(result, dict):
        raise HarnessFault(f'then "{definition.pattern}" must return the arguments of its check, found {result!r}')
    return result
