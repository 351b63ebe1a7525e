"""What the answers speak of: requirements, threats and test purposes, in the project's own words, by their ids."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of a modification. ``kind``: T test, M measurement, R recorded answer, or two of them."""

    id: str
    modification: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Threat:
    """One threat on an interface. ``objection``: which of the objections O1 to O8 it stands for."""

    id: str
    interface: str
    objection: str
    text: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a conformant PPMID does, and at which ``points`` that shows."""

    id: str
    points: str
    text: str


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (resources.files("ppmid_bench") / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


REQUIREMENTS: Mapping[str, Requirement] = {row["id"]: Requirement(**row) for row in _rows("requirements.csv")}
THREATS: Mapping[str, Threat] = {row["id"]: Threat(**row) for row in _rows("threats.csv")}
PURPOSES: Mapping[str, Purpose] = {row["id"]: Purpose(**row) for row in _rows("purposes.csv")}
