"""What people give beside runs so that requirements are answered which no scenario settles.

| file | what it is |
|---|---|
| JSON of ``risk --json`` | exposures, floods, avenues; two of one seed show that it can be repeated |
| JSON of ``risk --effort`` | what a risk assessment took where somebody made it |
| JSON of ``business-case --json`` | cost and homes, from inputs that are known, assumed or open |
| TOML | what somebody outside has said: ``[[said]]`` with modification, requirement, answer, words, by, source, date |
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec

from ppmid_bench import input_files
from ppmid_bench.business_case import Input, whole
from ppmid_bench.errors import BadInput
from ppmid_bench.requirements import REQUIREMENTS
from ppmid_bench.typed import convert, read_toml


class Cell(msgspec.Struct, frozen=True):
    """What one attacker can cause with one class of Command; ``scope`` empty: no more than in today's home."""

    level: str
    scope: str
    kind: str = msgspec.field(name="class")
    attacker: str


class Configuration(msgspec.Struct, frozen=True):
    """A way of delivery and its cells."""

    id: str
    cells: list[Cell] = []


class Difference(msgspec.Struct, frozen=True):
    """What of a configuration is worse than ``against``: of the route by level, and ``generic`` to Wi-Fi PPMIDs."""

    id: str
    against: str
    route: dict[str, int]
    generic: int


class Worst(msgspec.Struct, frozen=True):
    """The worst act on an avenue."""

    level: str
    attacker: str
    by: str


class Avenue(msgspec.Struct, frozen=True):
    """An avenue and the worst that can be caused there."""

    avenue: str
    worst: Worst | None


class Flood(msgspec.Struct, frozen=True):
    """One flood at one rate (Commands a minute), and whether each of four limits was kept under it."""

    flood: str
    each_minute: float
    lost: int
    recovery_s: float | None
    within_limit: bool
    latency_within_limit: bool
    mailbox_within_limit: bool
    recovery_within_limit: bool

    @property
    def kept(self) -> bool:
        """Whether all four were."""
        return (
            self.within_limit and self.latency_within_limit and self.mailbox_within_limit and self.recovery_within_limit
        )


class Risk(msgspec.Struct, frozen=True):
    """The document of ``risk --json``, as far as answers rest on it."""

    schema: Literal[1]
    seed: int
    trials: int
    floods: int
    configurations: list[Configuration]
    differences: list[Difference]
    avenues: list[Avenue] = []
    service: list[Flood] = []


class Effort(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a risk assessment took: ``seconds`` of that machine, and pounds."""

    assessment: Literal["risk"]
    seed: int
    trials: int
    floods: int
    seconds: float
    pounds: float


class _Case(msgspec.Struct, frozen=True):
    """The document of ``business-case --json``: what it was reckoned from, which is reckoned anew."""

    inputs: dict[str, Input]


class Word(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody outside has said of one requirement. ``words`` is a sentence, ``by`` who, ``source`` where."""

    modification: str
    requirement: str
    answer: Literal["shown", "refuted"]
    words: str
    by: str
    source: str
    date: datetime.date

    @property
    def sentence(self) -> str:
        """It as an answer has it."""
        return f"{self.by} says: {self.words} ({self.source}; {self.date})"


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    said: list[Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """All of it. ``risks``: with the SHA-256 of each file. ``case``: the inputs of a business case, by name.

    ``runs``: the records that are answered from.
    """

    risks: tuple[tuple[str, Risk], ...] = ()
    efforts: tuple[Effort, ...] = ()
    case: Mapping[str, Input] | None = None
    words: Mapping[tuple[str, str], Word] = field(default_factory=dict)
    runs: tuple[Mapping[str, Any], ...] = ()


NOTHING = Beside()


def read(paths: Iterable[Path], runs: Iterable[Mapping[str, Any]] = ()) -> Beside:
    """What is in these files. Raises BadInput for one that is none of them, or is given twice."""
    risks: dict[Path, tuple[str, Risk]] = {}
    efforts: list[Effort] = []
    case: Mapping[str, Input] | None = None
    words: dict[tuple[str, str], Word] = {}
    for path in paths:
        if path.suffix == ".toml":
            _take_words(words, path)
            continue
        octets = input_files.octets(path)
        content = input_files.document_in(octets, path)
        names = set(content) if isinstance(content, dict) else set()
        if "trials" in names and "configurations" in names:
            if path.resolve() in risks:
                raise BadInput(str(path), "", "each document once", "it again")
            risks[path.resolve()] = sha256(octets).hexdigest(), convert(content, Risk, str(path), "")
        elif "assessment" in names:
            efforts.append(convert(content, Effort, str(path), ""))
        elif "pays_from" in names:
            if case is not None:
                raise BadInput(str(path), "", "one business case", "a second one")
            case = whole(convert(content, _Case, str(path), "").inputs, str(path), "inputs.{}")
        else:
            expected = "the JSON of risk, risk --effort or business-case, or a .toml with [[said]]"
            raise BadInput(str(path), "", expected, "another document")
    return Beside(risks=tuple(risks.values()), efforts=tuple(efforts), case=case, words=words, runs=tuple(runs))


def _take_words(words: dict[tuple[str, str], Word], path: Path) -> None:
    for number, one in enumerate(read_toml(path, _Words).said, 1):
        place, pair = f"[[said]] {number}", (one.modification, one.requirement)
        if one.requirement not in REQUIREMENTS:
            raise BadInput(str(path), place, "a requirement", one.requirement)
        if not (one.words.strip() and one.by.strip() and one.source.strip()):
            raise BadInput(str(path), place, "words, by and source that say something", "an empty one")
        if pair in words:
            raise BadInput(str(path), place, "each requirement of a modification once", " ".join(pair))
        words[pair] = one
