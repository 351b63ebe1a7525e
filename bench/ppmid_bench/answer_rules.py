"""The rules by which requirements are answered, read from ``data/answers.toml``, which explains their fields."""

import datetime
import math
import tomllib
from collections.abc import Mapping
from importlib import resources

import msgspec

from ppmid_bench.typed import convert
from ppmid_devices.links.contract import Kind as WanKind


class Measure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A measurement and the bounds within which its values must lie.

    A value outside refutes the requirement in the homes ``final_in``; elsewhere it may still be made good.
    """

    id: str
    at_least: float = -math.inf
    at_most: float = math.inf
    final_in: tuple[WanKind, ...]


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one requirement is answered for one modification; the fields are explained in ``answers.toml``."""

    modification: str
    requirement: str
    checks: tuple[str, ...] = ()
    counted_for: str = ""
    threats: tuple[str, ...] = ()
    measure: Measure | tuple[Measure, ...] = ()
    wan: tuple[WanKind, ...] = ()
    hub: str = ""
    everywhere: bool = False
    lacks: str = ""
    by: str = ""
    real: dict[str, int] = {}
    recorded: str = ""
    source: str = ""
    date: datetime.date | None = None
    fact: bool = False
    itself: str = ""
    says: str = ""
    closes: str = ""

    @property
    def scope(self) -> tuple[WanKind, ...]:
        """The homes for which the modification is claimed; empty where all count."""
        return () if self.everywhere else SCOPE.get(self.modification, ())

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measurements that decide: one may stand alone in the file."""
        return (self.measure,) if isinstance(self.measure, Measure) else self.measure

    @property
    def counts_as(self) -> frozenset[str]:
        """The requirements of which a check's entry must list one, to count here."""
        return frozenset({self.requirement, self.counted_for} - {""})


class _File(msgspec.Struct, forbid_unknown_fields=True):
    scope: dict[str, tuple[WanKind, ...]]
    rule: list[Rule]


def _read() -> _File:
    source = resources.files("ppmid_bench") / "data" / "answers.toml"
    return convert(tomllib.loads(source.read_text(encoding="utf-8")), _File, str(source), "")


_FILE = _read()
SCOPE: Mapping[str, tuple[WanKind, ...]] = _FILE.scope
RULES: Mapping[tuple[str, str], Rule] = {(rule.modification, rule.requirement): rule for rule in _FILE.rule}
"""The rules by modification and requirement."""

MODIFICATIONS = tuple(dict.fromkeys(rule.modification for rule in _FILE.rule))
