"""One scenario alone, without a runner: what the proof asks for thousands of times."""

from pathlib import Path
from typing import Any

from ppmid_bench.bench_file import BenchFile
from ppmid_bench.errors import NotPassed
from ppmid_bench.scenario import ScenarioRun
from ppmid_harness.selection import Planned, PlannedStep
from ppmid_steps.registry import Registry, Table


def run_alone(planned: Planned, registry: Registry, bench: BenchFile, seed: int, folder: Path) -> dict[str, Any]:
    """The scenario's entry in a record, as every runner gives it; its evidence goes into ``folder``."""
    tags = tuple(tag.removeprefix("@") for tag in planned.tags)
    world = ScenarioRun(planned.id, planned.name, tags, bench, seed, folder)
    steps = [(step, registry.match(step.kind, step.text)) for step in planned.steps]
    done = 0
    try:
        for step, (definition, arguments) in steps:
            world.step(step.kind.capitalize(), step.text)
            found = definition.call(world, arguments, _rows(step), step.docstring)
            done += 1
            if definition.judges:
                world.judge(definition.judges, found)
    except NotPassed:
        pass  # the first check that does not pass ends the scenario, and stands in the entry
    except Exception as problem:  # noqa: BLE001 (it becomes the verdict)
        world.crashed(problem)
    world.not_reached([definition.judges for _, (definition, _) in steps[done:] if definition.judges])
    return world.close()


def checks_of(planned: Planned, registry: Registry) -> tuple[str, ...]:
    """The checks that a scenario asks, in their order."""
    return tuple(registry.match(step.kind, step.text)[0].judges for step in planned.steps if step.kind == "then")


def _rows(step: PlannedStep) -> Table | None:
    return None if step.table is None else [list(row) for row in step.table]
