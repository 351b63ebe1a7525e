"""Reachable harm by configuration, class of Command and attacker; and configurations held against each other. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ppmid_bench.risk.effects import Effects
from ppmid_bench.risk.levels import Level, rule_for
from ppmid_bench.risk.privacy import Told

CALM = "nobody"
"""The attacker of a trial without one: what the configuration does for honest people."""

ROUTE, GENERIC = "route", "generic Wi-Fi"
"""Whether an exposure is the route's own, or any Wi-Fi PPMID has it (REQ-002)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one trial came to. ``kind``: the class of Command; ``threat``: the row of the threats that it tries.

    ``read``: by reader what could be read of it.
    """

    configuration: str
    avenue: str
    kind: str
    attacker: str
    act: str
    threat: str
    effects: Effects
    read: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """How bad it is, by the table of rules."""
        return rule_for(self.effects, self.kind).level

    @property
    def why(self) -> str:
        """Why it is that bad, or what stopped it."""
        rule = rule_for(self.effects, self.kind)
        return rule.why if self.effects.stop is None else f"{self.effects.stop}; {rule.why}"


@dataclass(frozen=True, slots=True)
class Cell:
    """The worst that one attacker can cause with one class; ``absent``: why there is nothing to attack, else empty."""

    configuration: str
    kind: str
    attacker: str
    level: Level
    act: str
    threat: str
    why: str
    absent: str = ""


def cells(outcomes: Iterable[Outcome]) -> list[Cell]:
    """One for each configuration, class and attacker that was tried, in the order in which they came.

    Where honest people cannot have a Command of the class carried and no attack went beyond that, the exposure is
    absent, for the reason that stopped them.
    """
    outcomes = list(outcomes)
    calm = {(one.configuration, one.avenue, one.kind): one for one in outcomes if one.attacker == CALM}
    groups: dict[tuple[str, str, str], list[Outcome]] = {}
    for one in outcomes:
        if one.attacker != CALM:
            groups.setdefault((one.configuration, one.kind, one.attacker), []).append(one)
    return [_cell(group, calm[group[0].configuration, group[0].avenue, group[0].kind]) for group in groups.values()]


def _cell(group: Sequence[Outcome], calm: Outcome) -> Cell:
    worst = max(group, key=lambda one: one.level)  # the first of equals
    stop = calm.effects.stop
    if stop is not None and worst.level <= Level.DELAY:
        return Cell(calm.configuration, calm.kind, worst.attacker, Level.NOTHING, "", "", "", str(stop))
    return Cell(calm.configuration, calm.kind, worst.attacker, worst.level, worst.act, worst.threat, worst.why)


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that is worse than the same one of another configuration; ``scope`` says whose it then is."""

    cell: Cell
    before: Level
    scope: str


def differences(found: Iterable[Cell], base: Iterable[Cell]) -> list[Difference]:
    """The cells with more than nothing, each held against that of ``base``: the route's own where that has less."""
    before = {(one.kind, one.attacker): one.level for one in base}
    compared = (
        (one, before.get((one.kind, one.attacker), Level.NOTHING)) for one in found if one.level > Level.NOTHING
    )
    return [Difference(one, level, ROUTE if one.level > level else GENERIC) for one, level in compared]


def counts(found: Iterable[Cell]) -> dict[Level, int]:
    """How many cells are of each level, the worst first."""
    counted = Counter(one.level for one in found)
    return {level: counted[level] for level in sorted(Level, reverse=True)}


def worse(one: Iterable[Cell], other: Iterable[Cell]) -> bool:
    """Whether one configuration is worse than another: it has more cells of the worst level in which they differ."""
    return tuple(counts(one).values())[:-1] > tuple(counts(other).values())[:-1]


def threats_realised(outcomes: Iterable[Outcome], at_least: Level = Level.HARM) -> list[str]:
    """The threats of which a trial came to this level or worse, by their ids."""
    return sorted({one.threat for one in outcomes if one.threat and one.level >= at_least})
