"""Tolerances: fails that somebody answers for, as data. They stand beside verdicts, and never move one.

    [[tolerance]]
    id = "T-1"
    requirement = "REQ-004"
    check = "credited-once"
    owner = "A. Name"
    reason = "the meter of bench 2 has firmware 1"
    expires = 2026-12-31
    rectification = "firmware 2, ordered"

One that has expired, or that speaks of a requirement or check that there is not, is refused before anything runs. One
is stale when its check was judged and nothing of it failed: then it is to be taken out, and the run fails until it is.
A scenario whose every fail is tolerated, for all that it counts for, no longer fails a regular run (``excused``).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec

from ppmid_bench.checks import CHECKS
from ppmid_bench.errors import BadInput
from ppmid_bench.requirements import REQUIREMENTS
from ppmid_bench.typed import read_toml
from ppmid_bench.verdict import Verdict

APPLIED, STALE, NOT_JUDGED = "applied", "stale", "not judged"

Said = Annotated[str, msgspec.Meta(min_length=1)]


class Tolerance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One tolerance: which fails, who answers for them, why, until which day, and what will mend them."""

    id: Said
    requirement: Said
    check: Said
    owner: Said
    reason: Said
    expires: date
    rectification: Said


class _File(msgspec.Struct, forbid_unknown_fields=True):
    tolerance: list[Tolerance]


def read_tolerances(path: Path, today: date) -> tuple[Tolerance, ...]:
    """Read the tolerances that hold on ``today``, in UTC. Raises BadInput."""
    source, known = str(path), read_toml(path, _File).tolerance
    if not known:
        raise BadInput(source, "", "at least one [[tolerance]]", "none")
    for number, one in enumerate(known):
        if any(one.id == other.id for other in known[:number]):
            raise BadInput(source, one.id, "an id of its own", "one that is there already")
        _require(source, one, today)
    return tuple(known)


def _require(source: str, one: Tolerance, today: date) -> None:
    if one.requirement not in REQUIREMENTS:
        raise BadInput(source, f"{one.id} requirement", "the id of a requirement", repr(one.requirement))
    if one.check not in CHECKS:
        raise BadInput(source, f"{one.id} check", "the id of a check", repr(one.check))
    counts_for = CHECKS[one.check].requirements
    if one.requirement not in counts_for:
        expected = f"one that {one.check} counts for: {', '.join(counts_for) or 'none'}"
        raise BadInput(source, f"{one.id} requirement", expected, one.requirement)
    if one.expires < today:
        raise BadInput(source, f"{one.id} expires", f"a day from {today} on", str(one.expires))


def beside(tolerances: Sequence[Tolerance], scenarios: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each tolerance with its ``state``, and the ids of the scenarios in which it is ``tolerated`` that it failed."""
    entries = list(scenarios)
    return [msgspec.to_builtins(one) | state_of(one.check, one.requirement, entries) for one in tolerances]


def state_of(check_id: str, requirement: str, scenarios: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """``state`` and ``tolerated`` of a tolerance of this check for this requirement, beside these scenarios."""
    found = [
        (scenario["id"], check["verdict"])
        for scenario in scenarios
        for check in scenario["checks"]
        if check["id"] == check_id and requirement in check["requirements"]
    ]
    tolerated = [id for id, verdict in found if verdict == Verdict.FAIL]
    judged = any(verdict == Verdict.PASS for _, verdict in found)
    state = APPLIED if tolerated else STALE if judged else NOT_JUDGED
    return {"state": state, "tolerated": list(dict.fromkeys(tolerated))}


def excused(rows: Sequence[Mapping[str, Any]], scenarios: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of the failed scenarios in which somebody answers for every fail, and for each requirement of it."""
    covered = {
        (scenario, one["check"], one["requirement"])
        for one in rows
        if one["state"] == APPLIED
        for scenario in one["tolerated"]
    }
    return [
        scenario["id"]
        for scenario in scenarios
        if scenario["verdict"] == Verdict.FAIL
        and all(_is_covered(scenario["id"], check, covered) for check in scenario["checks"])
    ]


def _is_covered(scenario: str, check: Mapping[str, Any], covered: Collection[tuple[str, str, str]]) -> bool:
    """Whether a check has not failed, or has and everything that it counts for is tolerated."""
    if check["verdict"] != Verdict.FAIL:
        return True
    counts_for = check["requirements"]
    return bool(counts_for) and all((scenario, check["id"], one) in covered for one in counts_for)


def is_stale(rows: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of them tolerates nothing any more."""
    return any(one["state"] == STALE for one in rows)
