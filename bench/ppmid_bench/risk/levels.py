"""How bad what happened is, by a table: one rule for each fact and class of Command, each with its reason."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from importlib import resources

from ppmid_bench.risk.effects import Effects, Fact

ANY = "*"
"""A rule for the classes that have none of their own."""


class Level(IntEnum):
    """What an attacker can cause, the least first."""

    NOTHING = 0
    DELAY = 1
    REPEAT = 2
    HARM = 3
    OFF_SUPPLY = 4

    def __str__(self) -> str:
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a fact means for a class of Command, and why."""

    fact: Fact
    kind: str
    level: Level
    why: str


def _read() -> dict[tuple[Fact, str], Rule]:
    text = (resources.files("ppmid_bench") / "data" / "risk_levels.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    rules = (
        Rule(Fact(row["fact"]), row["class"], Level[row["level"].upper().replace(" ", "_")], row["why"]) for row in rows
    )
    return {(rule.fact, rule.kind): rule for rule in rules}


RULES: Mapping[tuple[Fact, str], Rule] = _read()


def rule_for(found: Effects, kind: str) -> Rule:
    """The rule for what happened to a Command of this class: its own, else that of all classes."""
    own = RULES.get((found.fact, kind))
    return RULES[found.fact, ANY] if own is None else own
