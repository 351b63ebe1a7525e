"""Flaky scenarios: the same device, firmware and suite, and not the same verdict. Pure.

How much that says depends on what else was the same. Under one seed and on one bench a verdict that moves is the
device's, or the bench's, own unrest; under other seeds it may hang on a chance of the scenario, and on another bench
on that bench.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from ppmid_bench.verdict import UNJUDGED
from ppmid_reports.history.rows import Device, Outcome, Version

ONE_SEED, ONE_BENCH, BENCHES = WITHIN = ("one seed", "one bench", "benches")
"""Within what the verdicts differ, what tells most first: one seed on one bench, one bench, several benches only."""


class Seed(msgspec.Struct, frozen=True):
    """What a scenario came to under one seed of one bench (``profile``)."""

    seed: str
    profile: str
    verdicts: dict[str, int]


class Flaky(msgspec.Struct, frozen=True):
    """A scenario whose verdicts differ.

    ``verdicts``: how many runs came to which; ``runs``: their ids, oldest first. ``within``: see ``WITHIN``.
    """

    scenario: str
    device: Device
    firmware: Version
    kind: str
    suite: str
    within: str
    verdicts: dict[str, int]
    seeds: list[Seed]
    runs: list[int]


def flaky(outcomes: Iterable[Outcome]) -> list[Flaky]:
    """The flaky scenarios, those first whose verdicts differ within one seed. What was not judged says nothing."""
    groups: dict[tuple[object, ...], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        if one.verdict not in UNJUDGED:
            groups[one.scenario, one.device, one.firmware, one.kind, one.suite].append(one)
    found = [_row(group) for group in groups.values() if len({one.verdict for one in group}) > 1]
    return sorted(found, key=lambda row: (WITHIN.index(row.within), row.scenario, row.device.id))


def _row(group: Sequence[Outcome]) -> Flaky:
    group = sorted(group, key=lambda one: (one.started, one.run))
    by_seed: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    by_bench: dict[str, set[str]] = defaultdict(set)
    for one in group:
        by_seed[one.seed, one.profile][one.verdict] += 1
        by_bench[one.profile].add(one.verdict)
    if any(len(verdicts) > 1 for verdicts in by_seed.values()):
        within = ONE_SEED
    else:
        within = ONE_BENCH if any(len(verdicts) > 1 for verdicts in by_bench.values()) else BENCHES
    first = group[0]
    return Flaky(
        scenario=first.scenario,
        device=first.device,
        firmware=first.firmware,
        kind=first.kind,
        suite=first.suite,
        within=within,
        verdicts=dict(Counter(one.verdict for one in group)),
        seeds=[Seed(seed, profile, dict(verdicts)) for (seed, profile), verdicts in sorted(by_seed.items())],
        runs=[one.run for one in group],
    )
