"""What the Supplier came to know of its requests, by how they were asked, where, and with which hub: from the evidence.

A row has all requests of a run that were made in like circumstances. Only those count whose record a scenario read; of
one that was read several times the last reading counts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ppmid_bench.evidence import Entry, Log
from ppmid_devices import roles
from ppmid_devices.ports import SECOND

UTRN = "UTRN to the PPMID"
BY_HHT = "Command with the Hand-Held Terminal"
_WAYS = {
    **dict.fromkeys((1, 5), "Command over the SM WAN"),
    **dict.fromkeys((2, 6), "Command through the PPMID"),
    **dict.fromkeys((3, 7), "Command both ways"),
}


class Circumstances(NamedTuple):
    """How a request was asked. ``home``: as the evidence has it. ``sm_wan``: at that moment, ``up`` or ``down``."""

    asked: str
    home: str
    sm_wan: str
    hub: str


@dataclass(slots=True)
class Known:
    """What came of requests: how many had which outcome, with the way by which it came, and when it was settled.

    ``settled`` are the seconds from asking to the settled outcome, for those that have one.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    settled: list[float] = field(default_factory=list)

    def add(self, record: Mapping[str, Any]) -> None:
        """Count one request by its record."""
        by = f", by {record['verified_by']}" if record["verified_by"] else ""
        self.outcomes[f"{record['outcome']}{by}"] += 1
        if record["settled_at"] is not None:
            self.settled.append((record["settled_at"] - record["asked_at"]) / SECOND)

    @property
    def span(self) -> tuple[float, float] | None:
        """The shortest and the longest time to a settled outcome; None where there is none."""
        return (min(self.settled), max(self.settled)) if self.settled else None


Table = dict[Circumstances, Known]


def knowledge(logs: Iterable[Log]) -> Table:
    """The table of a run, in the order of its circumstances."""
    table: Table = {}
    for log in logs:
        learn(table, log)
    return dict(sorted(table.items()))


def learn(table: Table, log: Log) -> None:
    """Add the requests of one scenario to the table."""
    records = {entry.fields["request"]: entry for entry in log.of("user", "record")}
    seen = _Seen.in_log(log) if records else None
    for name, record in records.items():
        found = _circumstances(log, name, seen) if seen else None
        if found is not None:
            table.setdefault(found, Known()).add(record.fields)


def as_json(table: Table) -> list[dict[str, Any]]:
    """The rows for ``--json``; ``settled`` is the shortest and the longest time, in seconds, or null."""
    return [
        {**circumstances._asdict(), "outcomes": dict(sorted(known.outcomes.items())), "settled": known.span}
        for circumstances, known in table.items()
    ]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What tells how requests were asked. ``loaded``: the names of those that an engineer put into a terminal.

    ``coverage``: by the numbers of the entries that say so, whether the SM WAN was up from then on.
    """

    documents: list[Entry]
    utrns: list[Entry]
    loaded: list[Any]
    coverage: Mapping[int, bool]

    @classmethod
    def in_log(cls, log: Log) -> "_Seen":
        return cls(
            [entry for entry in log.of("duis", "request") if entry.fields["cv"] in _WAYS],
            log.of("avenue", "submit-utrn"),
            [entry.fields["gbcs"].get("request") for entry in log.of(roles.HHT, "loaded")],
            {entry.n: entry.fields["up"] for entry in log.of("wan", "coverage")},
        )


def _circumstances(log: Log, name: str, seen: _Seen) -> Circumstances | None:
    """How the request of this name was asked; None where the bench did not see that."""
    documents = _of(seen.documents, name)
    first = next(iter(documents or _of(seen.utrns, name)), None)
    if first is None:
        return None
    home = log.home["home"]
    up = [is_up for n, is_up in seen.coverage.items() if n < first.n]
    return Circumstances(
        asked=_asked(name, documents, seen),
        home=home["wan"],
        sm_wan=("up" if up[-1] else "down") if up else "not seen",
        hub=home["hub"],
    )


def _of(entries: Iterable[Entry], name: str) -> list[Entry]:
    return [entry for entry in entries if entry.fields.get("request") == name]


def _asked(name: str, documents: list[Entry], seen: _Seen) -> str:
    """By which way. A Command for local delivery went to an engineer if one has put it into a Hand-Held Terminal."""
    if not documents:
        return UTRN
    return BY_HHT if name in seen.loaded else _WAYS[documents[-1].fields["cv"]]
