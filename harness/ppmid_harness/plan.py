"""The plan of a run: what was asked for, read and checked, before anything is started."""

import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from ppmid_bench import input_files
from ppmid_bench.adapter_check.result import Checked, read_result
from ppmid_bench.adapters import is_our_own, require_adapters
from ppmid_bench.bench_file import BenchFile, read_bench
from ppmid_bench.checks import CHECKS
from ppmid_bench.errors import BadInput
from ppmid_bench.ics import Ics, read_ics
from ppmid_bench.kinds import find
from ppmid_bench.limits import with_overrides
from ppmid_bench.operator_desk import asked_at
from ppmid_bench.tolerances import Tolerance, read_tolerances
from ppmid_devices import roles
from ppmid_harness.feature_lint import lint
from ppmid_harness.features import SUFFIX, Feature, find_features, own_features, read_feature
from ppmid_harness.selection import Choice, Mode, NothingSelected, Planned, select
from ppmid_steps.load import all_steps
from ppmid_steps.registry import Registry

SUITE_SEED = 1
"""The seed of every certification run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a user asks of a run. Without ``paths`` the project's own features; ``max_wall`` is in seconds.

    ``today``: the day on which tolerances have to hold, in UTC; without it the day it is. ``desk``: the socket at which
    operators are asked, in place of the terminal.
    """

    paths: tuple[Path, ...] = ()
    bench: Path | None = None
    ics: Path | None = None
    tags: str | None = None
    only: tuple[str, ...] = ()
    mode: Mode = "regular"
    seed: int | None = None
    max_wall: int | None = None
    tolerances: Path | None = None
    today: date | None = None
    desk: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run to be made: ``planned`` in their order, ``suite`` the hash of features, checks and limits.

    ``own_suite``: the hash of the harness's own suite, in certification mode. ``by_maker``: whether the statement was
    given by the device's maker.
    ``adapter_check``: what came of the last check of the bench's adapters, None where there was none.
    ``inputs``: the files that it was made of, by the names under which the run folder keeps them.
    """

    planned: tuple[Planned, ...]
    bench: BenchFile
    seed: int
    mode: Mode
    suite: str
    registry: Registry
    inputs: Mapping[str, str]
    by_maker: bool
    own_suite: str = ""
    tolerances: tuple[Tolerance, ...] = ()
    adapter_check: Checked | None = None

    @property
    def profile(self) -> str:
        """The hash of what was given besides the features; two runs of one suite and one profile have one plan."""
        return profile_hash({name: text for name, text in self.inputs.items() if not name.startswith(f"{FEATURES}/")})

    @property
    def to_run(self) -> tuple[Planned, ...]:
        """Those that a runner is given."""
        return tuple(planned for planned in self.planned if planned.status == "run")


class NothingToRun(NothingSelected):
    """The same of a plan, which is right but for having nothing to run."""

    def __init__(self, plan: Plan, because: NothingSelected) -> None:
        super().__init__(plan.planned, because.expected, because.found)
        self.plan = plan


def make_plan(options: Options, registry: Registry | None = None) -> Plan:
    """Read everything that a run needs and select its scenarios.

    Raises BadInput with the first thing amiss; NothingToRun where all is right, and nothing is selected.
    """
    if sys.flags.optimize > 1:
        raise BadInput("Python", "", "its docstrings, which the reports quote", "-OO, or PYTHONOPTIMIZE=2")
    options = replace(options, bench=options.bench and find(options.bench))
    steps = all_steps() if registry is None else registry
    features = read_features(options.paths)
    for finding in lint(features, steps):
        raise finding.as_bad_input()
    bench, ics = read_bench(options.bench), read_ics(options.ics)
    require_adapters(bench)
    choice = Choice(ics, bench.time, options.mode, options.tags, options.only, options.max_wall)
    nothing: NothingSelected | None = None
    try:
        planned = select(features, choice)
    except NothingSelected as problem:
        planned, nothing = problem.planned, problem
    plan = Plan(
        planned=planned,
        bench=msgspec.structs.replace(asked_at(bench, options.desk), declared=declared_of(bench, ics)),
        seed=_seed(options, bench),
        mode=options.mode,
        suite=suite_hash(features, bench),
        registry=steps,
        adapter_check=read_result(bench, options.bench),
        inputs=_inputs(options, features),
        by_maker=ics.by_maker,
        own_suite=own_suite_hash() if options.mode == "certification" else "",
        tolerances=_tolerances(options),
    )
    if nothing is not None:
        raise NothingToRun(plan, nothing)
    return plan


def _tolerances(options: Options) -> tuple[Tolerance, ...]:
    today = options.today or datetime.now(UTC).date()
    return read_tolerances(options.tolerances, today) if options.tolerances else ()


def declared_of(bench: BenchFile, ics: Ics) -> dict[str, Any]:
    """What is declared of the bench's PPMID: by its maker, or of our own simulation; of another nothing."""
    return ics.declared() if ics.by_maker or is_our_own(bench.party(roles.PPMID).adapter) else {}


def read_features(paths: Sequence[Path]) -> list[Feature]:
    """The features at ``paths``, or the project's own. Raises BadInput, also when there are none."""
    places = paths or [own_features()]
    found = find_features(places)
    if not found:
        raise BadInput(", ".join(map(str, places)), "", f"at least one {SUFFIX} file", "none")
    return [read_feature(path) for path in found]


def suite_hash(features: Sequence[Feature], bench: BenchFile) -> str:
    """One hash over the texts of the features, the checks with their versions, and the limits of the bench."""
    content = {
        "features": sorted(feature.text for feature in features),
        "checks": sorted((check.id, check.version) for check in CHECKS.values()),
        "limits": sorted((limit.id, limit.value) for limit in with_overrides(bench.limits).values()),
    }
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def profile_hash(given: Mapping[str, str]) -> str:
    """One hash over the texts of the files that were given besides the features, by name; empty without any."""
    return hashlib.sha256(json.dumps(sorted(given.items())).encode()).hexdigest() if given else ""


def own_suite_hash() -> str:
    """The hash of the suite of this harness: its own features and checks, and the limits as they stand in its table."""
    return suite_hash(read_features(()), BenchFile())


BENCH, ICS, TOLERANCES, FEATURES = "bench.toml", "ics.toml", "tolerances.toml", "features"
"""What the files of a plan are called."""


def _inputs(options: Options, features: Sequence[Feature]) -> dict[str, str]:
    files = ((BENCH, options.bench), (ICS, options.ics), (TOLERANCES, options.tolerances))
    given = {name: path for name, path in files if path is not None}
    above = os.path.commonpath([feature.path.resolve().parent for feature in features])
    texts = {name: input_files.text(path) for name, path in given.items()}
    return texts | {
        f"{FEATURES}/{feature.path.resolve().relative_to(above).as_posix()}": feature.text for feature in features
    }


def _seed(options: Options, bench: BenchFile) -> int:
    if options.mode == "certification":
        if options.seed is not None:
            raise BadInput("--mode certification", "", f"the suite's own seed, {SUITE_SEED}", "--seed")
        return SUITE_SEED
    return bench.seed if options.seed is None else options.seed
