"""The clauses of the contract that an adapter keeps, and what came of each: a table, one row a clause."""

import csv
from dataclasses import dataclass
from importlib import resources

from ppmid_bench.verdict import Verdict
from ppmid_devices import roles

ON_THE_WAY = tuple(
    role for role in roles.PARTIES if role not in (roles.NEIGHBOUR_HUB, roles.COVERAGE_DESK, roles.HCALCS)
)
"""Those by whom a top-up goes, in one home or another."""

_SETS = {"every": roles.PARTIES, "on-the-way": ON_THE_WAY}
"""What the table calls several roles at once."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: the roles that it binds, what it expects, and why."""

    id: str
    roles: tuple[str, ...]
    expects: str
    because: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a clause: ``verdict`` is pass, fail, inconclusive or error, and ``cause`` says why."""

    clause: Clause
    verdict: Verdict
    cause: str


class Broken(Exception):
    """A clause is not kept; says what was expected and what was found."""


class CannotTell(Exception):
    """Whether a clause is kept cannot be said on this bench; says why."""


def _read() -> tuple[Clause, ...]:
    text = (resources.files("ppmid_bench") / "data" / "clauses.csv").read_text(encoding="utf-8")
    return tuple(
        Clause(
            row["id"],
            _SETS.get(row["roles"]) or tuple(row["roles"].split()),
            row["expects"],
            row["because"],
        )
        for row in csv.DictReader(text.splitlines())
    )


CLAUSES = _read()
"""Every clause, in the order in which they are tried."""


def clauses_of(role: str) -> list[Clause]:
    """The clauses that bind the adapter of a role."""
    return [clause for clause in CLAUSES if role in clause.roles]
