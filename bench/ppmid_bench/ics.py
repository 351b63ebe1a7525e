"""What the maker of the device under test declares: the conformance statement (ICS), and values for testing (IXIT).

    [ics]
    relay = true            # passes Commands from the avenue into the HAN
    utrn-internet = true    # takes UTRNs from the avenue

    [ixit]
    esme-answer-s = 90      # how long it may take to say what became of a request for an electricity meter

``data/declarations.csv`` is the table of what can be declared. A scenario names what it needs by tags such as
``@ics-relay`` and ``@ixit-esme-answer-s``. False makes it not applicable, naming the item; a missing line is an error:
silence is never a declaration. Items that cannot both be true are refused before anything runs.
"""

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import msgspec

from ppmid_bench.errors import BadInput
from ppmid_bench.typed import read_toml

Value = bool | float | str


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be declared. ``default``: what is so of our simulated PPMID.

    ``needs``: where it is declared (a boolean: as true), one of these must be too. ``at_most``: the item that it may
    not exceed. ``observed``: the observation that can contradict it (``declared.OBSERVATIONS``), empty where none can.
    """

    id: str
    table: Literal["ics", "ixit"]
    type: Literal["boolean", "seconds", "text"]
    default: Value
    needs: tuple[str, ...]
    at_most: str
    observed: str
    text: str


def _read() -> dict[str, Item]:
    text = (resources.files("ppmid_bench") / "data" / "declarations.csv").read_text(encoding="utf-8")
    return {row["id"]: _item(row) for row in csv.DictReader(text.splitlines())}


def _item(row: Mapping[str, str]) -> Item:
    given = row["default"]
    read: dict[str, Callable[[str], Value]] = {"boolean": "true".__eq__, "seconds": float, "text": str}
    default = read[row["type"]](given)
    return msgspec.convert({**row, "default": default, "needs": tuple(row["needs"].split())}, Item)


DECLARABLE: Mapping[str, Item] = _read()
"""Everything that can be declared."""

ITEMS = {item.id: item.text for item in DECLARABLE.values() if item.table == "ics"}
"""The items of the conformance statement."""

IXIT = {item.id: item.text for item in DECLARABLE.values() if item.table == "ixit"}
"""The values for testing."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    ics: dict[str, Any]
    ixit: dict[str, Any] = {}


class Ics(msgspec.Struct, frozen=True):
    """A statement, checked. ``by_maker``: it was given, and is not the one that stands for our simulated PPMID."""

    source: str
    items: Mapping[str, bool]
    ixit: Mapping[str, Value] = {}
    by_maker: bool = True

    def declared(self) -> dict[str, Value]:
        """Both tables together."""
        return {**self.items, **self.ixit}


def read_ics(path: Path | None) -> Ics:
    """Read a statement; without one, that of our simulated PPMID, which can do everything. Raises BadInput."""
    if path is None:
        ixit = {item: DECLARABLE[item].default for item in IXIT}
        return Ics("the default statement", dict.fromkeys(ITEMS, True), ixit, by_maker=False)
    content, source = read_toml(path, _File), str(path)
    for place, known, given in (("[ics]", ITEMS, content.ics), ("[ixit]", IXIT, content.ixit)):
        for item in given:
            if item not in known:
                raise BadInput(source, place, f"one of {', '.join(known)}", repr(item))
    if not content.ics:
        raise BadInput(source, "[ics]", "at least one line, such as relay = true", "none")
    for item, value in content.ics.items():
        if not isinstance(value, bool):
            raise BadInput(source, f"[ics] {item}", "true or false", repr(value))
    ics = Ics(source, content.ics, {item: _typed(source, item, value) for item, value in content.ixit.items()})
    for problem in _contradictions(ics):
        raise problem
    return ics


def _typed(source: str, item: str, value: Any) -> Value:
    if DECLARABLE[item].type == "seconds":
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise BadInput(source, f"[ixit] {item}", "a number of seconds from 0 up", repr(value))
        return float(value)
    if not isinstance(value, str) or not value:
        raise BadInput(source, f"[ixit] {item}", "a text that is not empty", repr(value))
    return value


def _contradictions(ics: Ics) -> Iterator[BadInput]:
    """What cannot be true together."""
    given = ics.declared()
    for name, value in given.items():
        item, place = DECLARABLE[name], f"[{DECLARABLE[name].table}] {name}"
        denied = [other for other in item.needs if given.get(other) is False]
        if value is not False and item.needs and len(denied) == len(item.needs):
            wanted = " or ".join(f"{other} = true" for other in item.needs)
            yield BadInput(ics.source, place, f"{wanted} beside it", " and ".join(f"{one} = false" for one in denied))
        most = given.get(item.at_most)
        if isinstance(value, float) and isinstance(most, float) and value > most:
            yield BadInput(ics.source, place, f"at most {item.at_most}, {most:g} s", f"{value:g} s")
