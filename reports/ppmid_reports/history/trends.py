"""Trends: how the verdicts and the measured values of a scenario went on from run to run. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from ppmid_bench.verdict import UNJUDGED
from ppmid_reports.compare import rank
from ppmid_reports.history.rows import Device, Outcome, Version


class Value(msgspec.Struct, frozen=True):
    """A measured value; ``of``: the request that it was measured of."""

    id: str
    value: float
    unit: str
    of: str


class Point(msgspec.Struct, frozen=True):
    """A scenario in one run, with what was measured in it."""

    outcome: Outcome
    values: list[Value]


class Trend(msgspec.Struct, frozen=True):
    """How one scenario went on one device. ``now``: its last verdict, ``since`` the start of the run that first had it.

    ``was``: the verdict before that, empty where it never was another. ``worse``: ``now`` is worse than ``was``.
    ``changes``: how often the verdict changed. ``firmware``: that of the last run.
    """

    scenario: str
    device: Device
    kind: str
    firmware: Version
    runs: int
    verdicts: dict[str, int]
    now: str
    since: str
    since_run: int
    was: str
    worse: bool
    changes: int


def trends(outcomes: Iterable[Outcome]) -> list[Trend]:
    """The trend of each scenario that was judged, by device: what became worse first, the latest of it before all."""
    groups: dict[tuple[object, ...], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        if one.verdict not in UNJUDGED:
            groups[one.scenario, one.device, one.kind].append(one)
    found = [_trend(sorted(group, key=lambda one: (one.started, one.run))) for group in groups.values()]
    found.sort(key=lambda one: (one.scenario, one.device.id))
    found.sort(key=lambda one: one.since, reverse=True)
    return sorted(found, key=lambda one: (not one.worse, not one.changes))


def _trend(group: Sequence[Outcome]) -> Trend:
    last = group[-1]
    changes = [(before, after) for before, after in pairwise(group) if before.verdict != after.verdict]
    was, since = changes[-1] if changes else (None, group[0])
    return Trend(
        scenario=last.scenario,
        device=last.device,
        kind=last.kind,
        firmware=last.firmware,
        runs=len(group),
        verdicts=dict(Counter(one.verdict for one in group)),
        now=last.verdict,
        since=since.started,
        since_run=since.run,
        was=was.verdict if was else "",
        worse=was is not None and rank(last.verdict) > rank(was.verdict),
        changes=len(changes),
    )
