"""What a check is, and how one is evaluated.

A check is a pure function from a stretch of evidence and its arguments to a finding: no clock, no file, no global. It
names the party it judges, the observation points it needs, and what it counts for. Five rules turn a finding into a
verdict, and each needs nothing but the evidence:

- a limit without a row makes it inconclusive (``no-limit``);
- a point that the bench lacks makes it inconclusive (``not-observable``), and so does one that was lost on the way
  (``point-lost``), since what it did not show may have been anything;
- a fail of a party that is our own plain simulation, and not the one under test, is not a fail: an error where all
  parties are such and no link is disturbed (the fault is ours), else inconclusive (they may have caused it);
- a pass of the party under test cites something that this party has said or shown; where there is nothing in the
  evidence, no device was there: an error (``nothing-authored``);
- it counts only for those of its requirements, threats and purposes that the scenario's tags cite.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ppmid_bench.bench_file import OURS
from ppmid_bench.checks.authored import absence, authored, came_back
from ppmid_bench.evidence import HARNESS, POINT_LOST, Entry, Log
from ppmid_bench.limits import Limit, with_overrides
from ppmid_bench.verdict import Verdict
from ppmid_devices import roles

Judged = Literal[
    "ppmid",
    "hub",
    "meter",
    "dcc",
    "user",
    "hht",
    "delivery-service",
    "carrier",
    "neighbour-hub",
    "coverage-desk",
    "hcalcs",
    "route",
]

_ROLE_OF: dict[str, str] = {
    "ppmid": roles.PPMID,
    "hub": roles.HUB,
    "dcc": roles.DCC,
    "user": roles.DCC_USER,
    "delivery-service": roles.DELIVERY_SERVICE,
    "carrier": roles.CARRIER,
    "hht": roles.HHT,
    "neighbour-hub": roles.NEIGHBOUR_HUB,
    "coverage-desk": roles.COVERAGE_DESK,
    "hcalcs": roles.HCALCS,
}


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured value with its unit. ``of``: what it was measured of, where a later measurement takes its place."""

    id: str
    value: float
    unit: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: its verdict, why, and the entries that show it."""

    verdict: Verdict
    reason_code: str
    reason: str
    evidence: tuple[int, ...] = ()
    measurements: tuple[Measurement, ...] = ()


def passed(reason: str, *entries: Entry, measurements: tuple[Measurement, ...] = ()) -> Finding:
    """It holds; ``entries`` show it."""
    return Finding(Verdict.PASS, "holds", reason, _numbers(entries), measurements)


def failed(reason_code: str, reason: str, *entries: Entry, measurements: tuple[Measurement, ...] = ()) -> Finding:
    """It does not hold, for one of the reasons that the check declares."""
    return Finding(Verdict.FAIL, reason_code, reason, _numbers(entries), measurements)


def inconclusive(reason_code: str, reason: str, *entries: Entry, measurements: tuple[Measurement, ...] = ()) -> Finding:
    """The evidence does not tell."""
    return Finding(Verdict.INCONCLUSIVE, reason_code, reason, _numbers(entries), measurements)


def _numbers(entries: tuple[Entry, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(entry.n for entry in entries))


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check and its declaration. ``reasons`` are the codes with which it can fail.

    ``standing``: it holds of every meter in every scenario, and is judged at the end of each, asked for or not.
    """

    id: str
    version: int
    judges: Judged
    needs: tuple[str, ...]
    reasons: tuple[str, ...]
    requirements: tuple[str, ...]
    threats: tuple[str, ...]
    purposes: tuple[str, ...]
    limits: tuple[str, ...]
    assumed: tuple[str, ...]
    standing: bool
    says: str
    judge: Callable[..., Finding]


CHECKS: dict[str, Check] = {}
"""All checks by id; filled by importing the modules of this package."""

MOST_REQUIREMENTS = 3


def check(
    id: str,
    *,
    judges: Judged,
    needs: tuple[str, ...],
    reasons: tuple[str, ...],
    requirements: tuple[str, ...] = (),
    threats: tuple[str, ...] = (),
    purposes: tuple[str, ...] = (),
    limits: tuple[str, ...] = (),
    assumed: tuple[str, ...] = (),
    standing: bool = False,
    version: int = 1,
) -> Callable[[Callable[..., Finding]], Callable[..., Finding]]:
    """Declare the function below as the check ``id``; the first line of its docstring says what it judges."""

    def declare(judge: Callable[..., Finding]) -> Callable[..., Finding]:
        if id in CHECKS:
            raise ValueError(f"two checks are called {id}")
        if len(requirements) > MOST_REQUIREMENTS:
            raise ValueError(f"{id}: a check judges one thing, so at most {MOST_REQUIREMENTS} requirements")
        CHECKS[id] = Check(
            id=id,
            version=version,
            judges=judges,
            needs=needs,
            reasons=reasons,
            requirements=requirements,
            threats=threats,
            purposes=purposes,
            limits=limits,
            assumed=assumed,
            standing=standing,
            says=(judge.__doc__ or "").strip().partition("\n")[0],
            judge=judge,
        )
        return judge

    return declare


class NoLimit(Exception):
    """The table of limits has no row of this id."""


def limit(log: Log, id: str) -> Limit:
    """The limit that holds on the bench of this log. Raises NoLimit, which leaves the check that asks inconclusive."""
    found = with_overrides(log.home["limits"]).get(id)
    if found is None:
        raise NoLimit(id)
    return found


def evaluate(check: Check, log: Log, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Judge ``log`` by ``check``: the check's entry in ``record.json``. Pure."""
    finding = _finding(check, log, arguments)
    return _entry(check, finding, arguments, len(log.entries) - 1) | {
        "requirements": _cited(check.requirements, log),
        "threats": _cited(check.threats, log),
        "purposes": _cited(check.purposes, log),
        "limits": list(check.limits),
        "assumed": _assumed(check, log.home["limits"]),
    }


def unreached(check: Check) -> dict[str, Any]:
    """The entry of a check that was not come to: it counts for nothing."""
    finding = Finding(Verdict.NOT_REACHED, "not-reached", "an earlier step ended the scenario")
    return _entry(check, finding, {}, 0)


def _entry(check: Check, finding: Finding, arguments: Mapping[str, Any], last: int) -> dict[str, Any]:
    return {
        "id": check.id,
        "version": check.version,
        "args": dict(arguments),
        "judges": check.judges,
        "needs": list(check.needs),
        "window": [0, last],
        "verdict": str(finding.verdict),
        "reason_code": finding.reason_code,
        "reason": finding.reason,
        "requirements": [],
        "threats": [],
        "purposes": [],
        "limits": [],
        "assumed": [],
        "evidence": list(finding.evidence),
        "measurements": [
            {"id": one.id, "value": one.value, "unit": one.unit, "n": 1, "of": one.of} for one in finding.measurements
        ],
    }


def _cited(names: tuple[str, ...], log: Log) -> list[str]:
    """Those of the names that the scenario's tags cite."""
    return [name for name in names if name in log.home["tags"]]


def _assumed(check: Check, overrides: Mapping[str, float]) -> list[str]:
    table = with_overrides(overrides)
    return [
        *check.assumed,
        *(f"limit {name}" for name in check.limits if name in table and table[name].status == "assumed"),
    ]


def _finding(check: Check, log: Log, arguments: Mapping[str, Any]) -> Finding:
    missing = [point for point in check.needs if point not in log.home["points"]]
    if missing:
        return inconclusive("not-observable", f"not observable on this bench: {', '.join(missing)}")
    for entry in log.of(HARNESS, POINT_LOST):
        if entry.fields["point"] in check.needs:
            reason = f"the observation point {entry.fields['point']} was lost: {entry.fields['why']}"
            return inconclusive("point-lost", reason, entry)
    try:
        finding = check.judge(log, **arguments)
    except NoLimit as problem:
        return inconclusive(
            "no-limit", f"nobody says what the limit {problem} is: the table of limits has no row of it"
        )
    if finding.verdict is Verdict.FAIL and finding.reason_code not in check.reasons:
        raise ValueError(f"{check.id} failed for an undeclared reason: {finding.reason_code}")
    role = _judged_role(check.judges, arguments)
    if finding.verdict is Verdict.FAIL and role is not None and _is_our_own(log, role):
        return _not_a_fail(finding, role, _suspects(log))
    if finding.verdict in (Verdict.PASS, Verdict.FAIL) and role is not None and role == log.home["iut"]:
        return _of_a_device(finding, log, role)
    return finding


def _of_a_device(finding: Finding, log: Log, role: str) -> Finding:
    """A pass of the party under test, resting on a sign of it too; without any it is an error, as is a fail.

    A device that answered earlier and falls silent has failed; of one that never answered nobody knows whether it is
    there.
    """
    signs = [entry.n for entry in authored(log, role)]
    if (signs and finding.verdict is Verdict.FAIL) or set(signs) & set(finding.evidence):
        return finding
    if signs:
        return replace(finding, evidence=(*finding.evidence, signs[-1]))
    returned = (one.n for one in came_back(log, role))
    return Finding(Verdict.ERROR, "nothing-authored", absence(log, role), (*finding.evidence, *returned))


def _judged_role(judges: str, arguments: Mapping[str, Any]) -> str | None:
    return arguments.get("meter") if judges == "meter" else _ROLE_OF.get(judges)


def judged_roles(judges: str, arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """The roles that an entry's check judges, or would have: a route nobody's; a meter that it does not name, each."""
    role = _judged_role(judges, arguments)
    if role is None and judges == "meter":
        return (roles.ESME, roles.GSME)
    return () if role is None else (role,)


def _not_a_fail(finding: Finding, role: str, suspects: list[str]) -> Finding:
    if suspects:
        verdict, cause = Verdict.INCONCLUSIVE, f"the cause may lie with {', '.join(suspects)}"
    else:
        verdict, cause = Verdict.ERROR, "it is at fault itself"
    reason = f"our simulated {role}: {finding.reason}; {cause}"
    return Finding(verdict, finding.reason_code, reason, finding.evidence, finding.measurements)


def _suspects(log: Log) -> list[str]:
    """The parties that are not our own plain simulations, and the links that do not carry as they should."""
    parties = [role for role, adapter in log.home["parties"].items() if adapter not in OURS]
    return [*parties, *(f"the {link} link" for link in log.disturbed)]


def _is_our_own(log: Log, role: str) -> bool:
    """Whether a party is the harness's own plain simulation and not the implementation under test."""
    return bool(role != log.home["iut"] and log.home["parties"][role] in OURS)
