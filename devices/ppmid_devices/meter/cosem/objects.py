"""Which objects a kind of device has, read from ``data/objects.csv``."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from ppmid_devices.meter import tables
from ppmid_devices.meter.cosem import shapes
from ppmid_devices.meter.variants import variants
from ppmid_protocols.gbcs.axdr import Data
from ppmid_protocols.gbcs.dlms import Choice, Specification
from ppmid_protocols.gbcs.names.notation import Item, read_item
from ppmid_protocols.gbcs.names.tables import obis

_RANGE = re.compile(r"(\d+)\.\.(\d+)")


class Place(NamedTuple):
    """One attribute or method of one object."""

    class_id: int
    obis: bytes
    member: int
    method: bool = False

    @classmethod
    def of(cls, asked: Specification) -> "Place":
        """Where an access goes."""
        return cls(asked.class_id, asked.obis, asked.member, asked.choice is Choice.ACTION)

    def __str__(self) -> str:
        a, b, *rest = self.obis
        return f"{self.class_id}/{a}-{b}:{'.'.join(map(str, rest))}/{self.member}{'()' if self.method else ''}"


@cache
def place(text: str) -> Place:
    """``112/0-0:19.10.0.255/2``, with ``()`` after it where a method is meant."""
    class_id, code, member = text.removesuffix("()").split("/")
    return Place(int(class_id), obis(code), int(member), text.endswith("()"))


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute or method. ``shape``: of its value or argument; None where the class's own handler reads it.

    ``access``: of an attribute, ``r`` and ``w`` as GBCS use cases get and set it, ``p`` where a protected read does.
    ``value``: of an attribute at first.
    """

    shape: Item | None
    access: str = ""
    value: Data | None = None


@cache
def members(device: str) -> Mapping[Place, Member]:
    """The attributes and methods of a variant of ESME, of ``chf``, or of ``esme``: what every ESME has.

    Where a part of a variant has an object of its own, it takes the place of what every ESME has.
    """
    kinds = {"esme", *variants()[device]} if device in variants() else {device}
    rows = (row for row in tables.rows("objects.csv") if kinds & set(row["on"].split()))
    return {one: _member(row) for row in sorted(rows, key=_is_of_a_part) for one in _places(row)}


def _is_of_a_part(row: dict[str, str]) -> bool:
    return "esme" not in row["on"].split()


def _places(row: dict[str, str]) -> Iterator[Place]:
    span = _RANGE.search(row["obis"])
    numbers = range(int(span[1]), int(span[2]) + 1) if span else (0,)
    for number in numbers:
        code = obis(_RANGE.sub(str(number), row["obis"]))
        yield Place(int(row["class"]), code, int(row["member"]), row["kind"] == "method")


def _member(row: dict[str, str]) -> Member:
    if not row["shape"]:
        return Member(None)
    shape = read_item(row["shape"])
    if row["kind"] == "method":
        return Member(shape)
    return Member(shape, row["access"], shapes.default(shape, row["value"]))


class Activation(NamedTuple):
    """``what`` is to come, and what it becomes in force as."""

    what: Place
    becomes: Place


@cache
def activations() -> Mapping[Place, tuple[Activation, ...]]:
    """What is activated together, by the attribute that holds the time or the method that does it at once."""
    found = itertools.groupby(tables.rows("activations.csv"), key=lambda row: row["trigger"])
    return {
        place(trigger): tuple(Activation(place(row["what"]), place(row["becomes"])) for row in group)
        for trigger, group in found
    }
