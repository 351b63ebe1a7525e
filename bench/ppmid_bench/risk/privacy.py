"""What those who mean ill can read of a request and its answer, out of a trial's evidence. Pure.

Who sits where sees what, by a table (``data/risk_sight.csv``): everything that crosses there, its addresses alone, or
no more than that something crosses. What is then read are the things that did cross there in the trial.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Literal

import msgspec

from ppmid_bench.evidence import Entry, Log

ANY = "*"
READ = "read"
"""The class of Commands whose Responses hold values that the customer's life shows in."""


class Told(StrEnum):
    """What can be learnt, the gravest first."""

    CODE = "the digits of a top-up"
    VALUES = "what the meter reads"
    KIND = "what is asked"
    OUTCOME = "whether it was done"
    METER = "at which meter"
    EVENT = "that something is under way"


@dataclass(frozen=True, slots=True)
class Sight:
    """What a reader sees on a link of one avenue; ``end``: only what this role gives or takes there, empty: all."""

    reader: str
    avenue: str
    link: str
    end: str
    sight: Literal["content", "addresses", "event"]
    why: str

    def sees(self, entry: Entry) -> bool:
        """Whether what crossed there crossed before this reader."""
        return entry.link == self.link and (not self.end or self.end in (entry.sender, entry.receiver))


def _read() -> tuple[Sight, ...]:
    text = (resources.files("ppmid_bench") / "data" / "risk_sight.csv").read_text(encoding="utf-8")
    return tuple(msgspec.convert(row, Sight) for row in csv.DictReader(text.splitlines()))


SIGHTS = _read()


def read_by(log: Log, asked: int, avenue: str, kind: str) -> Mapping[str, tuple[Told, ...]]:
    """By reader what can be read since ``asked`` (ns) of a request of the class ``kind`` on this avenue."""
    since = [entry for entry in log if entry.t >= asked]
    code = _code(since)
    found: dict[str, set[Told]] = {}
    for sight in SIGHTS:
        if sight.avenue in (ANY, avenue):
            seen = [entry for entry in since if sight.sees(entry)]
            found.setdefault(sight.reader, set()).update(_told(seen, sight, kind, code))
    return {reader: tuple(one for one in Told if one in told) for reader, told in found.items()}


def _code(since: Iterable[Entry]) -> str | None:
    """The Message Code of what was asked; None where it is a UTRN alone."""
    made = (one for one in since if one.link == "duis" and one.fields.get("kind") == "local-command")
    first = next(made, None)
    return None if first is None else first.fields["gbcs"]["code"]


def _told(seen: Iterable[Entry], sight: Sight, kind: str, code: str | None) -> Iterator[Told]:
    about = [entry for entry in seen if _is_about(entry, code)]
    if about:
        yield Told.EVENT
    if about and sight.sight in ("content", "addresses"):
        yield Told.METER
    if sight.sight == "content":
        for entry in about:
            yield from _content(entry, kind)


_OF_A_CODE = ("submit-utrn", "utrn-result", "consumer-top-up", "consumer-top-up-response")


def _is_about(entry: Entry, code: str | None) -> bool:
    return entry.what in _OF_A_CODE or (code is not None and entry.fields.get("gbcs", {}).get("code") == code)


def _content(entry: Entry, kind: str) -> Iterator[Told]:
    gbcs = entry.fields.get("gbcs", {})
    yield Told.KIND
    if "utrn" in entry.fields or "utrn" in gbcs:
        yield Told.CODE
    if entry.what in ("utrn-result", "consumer-top-up-response") or gbcs.get("cra") == "response":
        yield Told.OUTCOME
    if kind == READ and gbcs.get("cra") == "response" and gbcs.get("encrypted") == 0:
        yield Told.VALUES
