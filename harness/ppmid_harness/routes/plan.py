"""The cells of the matrix: which are tried, which are left out and why, and what must come of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import product

import msgspec

from ppmid_bench.typed import read_toml

CLASSES = ("credit", "debt and configuration", "supply off", "supply on", "credentials and joins", "read")
AXES = ("avenue", "target", "class", "wan", "hub")
"""The axes of the matrix, in the order of a cell's name."""


class Avenue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way into the home. ``before``: what is done before the asking; ``back``: to have the answer brought back."""

    name: str
    when: list[str]
    given: list[str] = []
    before: list[str] = []
    back: list[str] = []


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A device that Commands are for. ``so``: by class how it must be. ``wakes``: it sleeps else."""

    name: str
    words: str
    home: list[str]
    asks: dict[str, str]
    so: dict[str, list[str]] = {}
    wakes: bool = False


class Situation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A state of the SM WAN, or a hub."""

    name: str
    given: list[str]


class Fit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which cells a row is about: an axis without names is any."""

    why: str
    avenue: list[str] = []
    target: list[str] = []
    kind: list[str] = msgspec.field(default_factory=list, name="class")
    wan: list[str] = []
    hub: list[str] = []

    def fits(self, name: Sequence[str]) -> bool:
        """Whether a cell, named along ``AXES``, is among them."""
        axes = (self.avenue, self.target, self.kind, self.wan, self.hub)
        return all(not names or one in names for names, one in zip(axes, name, strict=True))


class Expected(Fit, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must come of it: whether the target acts, and which outcome the Supplier holds; empty: none is asked for."""

    acts: bool
    outcome: str


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    avenue: list[Avenue]
    target: list[Target]
    wan: list[Situation]
    hub: list[Situation]
    left_out: list[Fit]
    expect: list[Expected]


Name = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is tried. ``prepare`` and ``when`` are Whens; what is judged begins with the first of ``when``."""

    name: Name
    target: Target
    expected: Expected
    given: tuple[str, ...]
    prepare: tuple[str, ...]
    when: tuple[str, ...]

    @property
    def id(self) -> str:
        """What its keys and chances derive from, together with the seed."""
        return "routes/" + "/".join(part.replace(" ", "-") for part in self.name)


def read_table() -> Table:
    """The project's own table. Raises BadInput."""
    with resources.as_file(resources.files("ppmid_harness") / "data" / "routes.toml") as path:
        return read_toml(path, Table)


def names(table: Table) -> Iterator[Name]:
    """Every cell of the product, tried or not, in the order of the table."""
    yield from product(
        [one.name for one in table.avenue],
        [one.name for one in table.target],
        CLASSES,
        [one.name for one in table.wan],
        [one.name for one in table.hub],
    )


def left_out(table: Table, name: Name) -> str:
    """Why a cell is not tried; empty for one that is."""
    return next((row.why for row in table.left_out if row.fits(name)), "")


def cells(table: Table) -> Iterator[Cell]:
    """Every cell that is tried. Raises KeyError for one of which the table does not say what is asked."""
    avenues = {one.name: one for one in table.avenue}
    targets = {one.name: one for one in table.target}
    wans, hubs = ({one.name: one for one in group} for group in (table.wan, table.hub))
    for name in names(table):
        if not left_out(table, name):
            avenue, target = avenues[name[0]], targets[name[1]]
            expected = next(row for row in table.expect if row.fits(name))
            yield _cell(name, avenue, target, wans[name[3]], hubs[name[4]], expected)


_BY_THEN, _BY_WAKE = "10 minutes pass", "70 minutes pass"


def _cell(name: Name, avenue: Avenue, target: Target, wan: Situation, hub: Situation, expected: Expected) -> Cell:
    words = {"ask": target.asks.get(name[2], ""), "target": target.words}
    pause = _BY_WAKE if target.wakes else _BY_THEN
    when = [*(sentence.format(**words) for sentence in avenue.when), pause, *avenue.back]
    given = (*target.home, *target.so.get(name[2], ()), *hub.given, *avenue.given, *wan.given)
    return Cell(name, target, expected, given, tuple(avenue.before), tuple(when))
