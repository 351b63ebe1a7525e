"""One trial without a runner: its sentences are steps of the features, and its evidence says what came of it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from ppmid_bench.bench_file import BenchFile
from ppmid_bench.came_to import crash_in
from ppmid_bench.errors import HarnessFault
from ppmid_bench.evidence import Log, read_log
from ppmid_bench.limits import with_overrides
from ppmid_bench.risk.effects import effects
from ppmid_bench.risk.exposure import Outcome
from ppmid_bench.risk.privacy import read_by
from ppmid_bench.scenario import ScenarioRun, file_stem
from ppmid_harness.risk.plan import Trial
from ppmid_steps.registry import Registry


def outcome(trial: Trial, registry: Registry, bench: BenchFile, seed: int) -> Outcome:
    """Run one trial, and read what it came to. Raises HarnessFault where the bench itself broke."""
    given = [("given", text) for text in trial.given] + [("when", text) for text in trial.prepare]
    log, asked = evidence(trial.id, given, [("when", text) for text in trial.when], registry, bench, seed)
    return Outcome(
        configuration=trial.configuration.id,
        avenue=trial.avenue,
        kind=trial.kind.name,
        attacker=trial.attack.attacker,
        act=trial.attack.act,
        threat=trial.attack.threat,
        effects=effects(log, asked, with_overrides(bench.limits)["held-back"].value),
        read=read_by(log, asked, trial.avenue, trial.kind.name),
    )


def evidence(
    id: str,
    before: Sequence[tuple[str, str]],
    then: Sequence[tuple[str, str]],
    registry: Registry,
    bench: BenchFile,
    seed: int,
) -> tuple[Log, int]:
    """The evidence of these steps, each a kind and its text, and when the first of ``then`` began (ns)."""
    with tempfile.TemporaryDirectory(prefix="ppmid-risk-") as name:
        world = ScenarioRun(id, id, (), bench, seed, Path(name))
        try:
            _do(world, before, registry)
            asked = world.bed.clock.now()
            _do(world, then, registry)
        except Exception as problem:
            world.crashed(problem)
            world.close()
            raise HarnessFault(f"the trial {id} broke: {type(problem).__name__}: {problem}") from problem
        world.close()
        log = read_log(Path(name) / "evidence" / f"{file_stem(id)}.jsonl")
    if broken := crash_in(log):
        raise HarnessFault(f"the trial {id} broke: {broken}")
    return log, asked


def _do(world: ScenarioRun, steps: Sequence[tuple[str, str]], registry: Registry) -> None:
    for kind, text in steps:
        definition, arguments = registry.match(kind, text)
        world.step(kind.capitalize(), text)
        definition.call(world, arguments, None, None)
