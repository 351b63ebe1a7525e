"""What is given beside runs says of a requirement: by the name that its rule has for it (``by``). Pure functions.

Nothing that rests on an input which is assumed or open settles anything.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ppmid_bench.beside_runs import Beside, Risk
from ppmid_bench.business_case import Case, Input, case
from ppmid_bench.risk.exposure import GENERIC, ROUTE
from ppmid_bench.sentences import counted
from ppmid_bench.verdict import Verdict

_BASE = "today"
_CALM = "nothing"
_RELAY = "relay "
"""What the names of configurations begin with in which the proposed route is there."""

_AVENUES = {"the Internet": ("internet",), "USB": ("usb-stick", "usb-serial"), "NFC": ("nfc",)}
_SHARES = ("homes", "share_never_wan", "share_intermittent")
_COSTS = (
    "homes",
    "share_never_wan",
    "share_with_avenue",
    "share_prepaying",
    "central_cost",
    "home_cost",
    "visit_cost",
    "visits",
)
Inputs = Mapping[str, Input]
"""Those of a business case, by name."""

_NO_RISK = "no document of ppmid-harness risk was given"
_NO_CASE = "no document of ppmid-harness business-case was given"


@dataclass(frozen=True, slots=True)
class Said:
    """Whether it holds; None: that is not settled. ``sentence`` says why."""

    holds: bool | None
    sentence: str


def _of_risk(judge: Callable[[Risk], Said]) -> Callable[[Beside], Said]:
    """By the last of the documents of ``risk``."""
    return lambda beside: judge(beside.risks[-1][1]) if beside.risks else Said(None, _NO_RISK)


def _repeated(beside: Beside) -> Said:
    pairs = [(one, other) for one, other in combinations(beside.risks, 2) if one[1].seed == other[1].seed]
    if not beside.risks:
        return Said(None, _NO_RISK)
    if not pairs:
        return Said(None, "no two documents of ppmid-harness risk were given that have one seed")
    for one, other in pairs:
        if one[0] != other[0]:
            return Said(False, f"two documents under seed {one[1].seed} differ: {one[0][:12]} and {other[0][:12]}")
    (digest, risk), _ = pairs[0]
    return Said(
        True, f"two documents under seed {risk.seed}, {risk.trials} trials each, are the same octets ({digest[:12]})"
    )


def _scoped(risk: Risk) -> Said:
    cells = [(one.id, cell) for one in risk.configurations if one.id.startswith(_RELAY) for cell in one.cells]
    worse = [(id, cell) for id, cell in cells if cell.level != _CALM]
    astray = [f"{id}, {cell.kind}, {cell.attacker}" for id, cell in worse if cell.scope not in (ROUTE, GENERIC, "")]
    found = Counter(cell.scope for _, cell in worse)
    if astray:
        return Said(False, f"whose they are is not told of: {'; '.join(astray)}")
    scored = Counter({one.id: sum(one.route.values()) for one in risk.differences})
    if any(scored[id] != number for id, number in Counter(id for id, cell in worse if cell.scope == ROUTE).items()):
        return Said(False, "what is counted for the route is not what is told to be the route's")
    if not worse:
        return Said(None, "the document has no exposure by a relay")
    return Said(
        True,
        f"of {counted(len(worse), 'exposure')} {found[ROUTE]} are the route's and alone are counted,"
        f" {found[GENERIC]} are any Wi-Fi PPMID's, {found['']} are no worse than in today's home",
    )


def _levels(found: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {level}" for level, number in found.items() if number) or "nothing"


def _difference(risk: Risk) -> Said:
    own = [one for one in risk.differences if one.against == _BASE]
    if not own:
        return Said(None, "the document holds nothing against today's home")
    listed = "; ".join(f"{one.id}: {_levels(one.route)}" for one in own)
    return Said(True, f"cells that are worse than in today's home, by level: {listed}")


def _by_avenue(risk: Risk) -> Said:
    worst = {one.avenue: one.worst for one in risk.avenues}
    missing = [name for name, ways in _AVENUES.items() if any(worst.get(way) is None for way in ways)]
    if missing:
        return Said(None, f"the document has no level for {', '.join(missing)}")
    listed = (f"{way}: {one.level} ({one.attacker} {one.by})" for way, one in worst.items() if one is not None)
    return Said(True, f"the worst by avenue, where every Command goes: {'; '.join(listed)}")


def _floods(risk: Risk) -> Said:
    rates: dict[str, set[float]] = {}
    for row in risk.service:
        rates.setdefault(row.flood, set()).add(row.each_minute)
    thin = [flood for flood, found in rates.items() if 0 not in found or len(found) < 3]
    if not rates or thin:
        return Said(None, f"not measured without a flood and at two rates: {'; '.join(thin) or 'nothing'}")
    parts = []
    for flood in rates:
        broken = [row.each_minute for row in risk.service if row.flood == flood and not row.kept]
        beyond = f"beyond a limit from {min(broken):g} a minute" if broken else "within every limit"
        parts.append(f"{flood}: {beyond}")
    return Said(True, f"measured at {len(risk.service)} rates: {'; '.join(parts)}")


def _effort(beside: Beside) -> Said:
    if not beside.efforts:
        return Said(None, "no file of ppmid-harness risk --effort was given")
    one = beside.efforts[-1]
    return Said(
        True,
        f"{counted(one.trials, 'trial')} and {counted(one.floods, 'flood')} took {one.seconds:.0f} s,"
        f" and £{one.pounds:.2f} was paid for it",
    )


def _of_case(needs: tuple[str, ...], judge: Callable[[Case, Inputs], Said]) -> Callable[[Beside], Said]:
    """By the business case, if each of these inputs is known."""

    def said(beside: Beside) -> Said:
        inputs = beside.case
        if inputs is None:
            return Said(None, _NO_CASE)
        unknown = [f"{name} is {inputs[name].status}" for name in needs if inputs[name].status != "known"]
        return Said(None, ", ".join(unknown)) if unknown else judge(case(inputs), inputs)

    return said


def _worth(found: Case, _: Inputs) -> Said:
    pays = "at no number of homes" if found.pays_from == math.inf else f"from {found.pays_from or 0:,.0f} homes on"
    cost = found.cost_per_home
    if cost is None:
        return Said(None, "no home is helped")
    return Said(True, f"it helps {found.helped:,.0f} homes at £{cost:,.2f} each, and pays {pays}")


def _each_home(found: Case, _: Inputs) -> Said:
    cost, visits = found.cost_per_home, found.visits_per_home
    if cost is None or visits is None:
        return Said(None, "no home is helped")
    return Said(cost <= visits, f"it costs £{cost:,.2f} for each home that it helps; visits instead £{visits:,.2f}")


def _aerials(_: Case, inputs: Inputs) -> Said:
    share = inputs["share_cured_by_aerials"]
    return Said(True, f"such aerials would cover {100 * (share.value or 0):g} % of these homes ({share.why})")


def _shares(_: Case, inputs: Inputs) -> Said:
    told = (f"{name.replace('_', ' ')} {inputs[name].value:g} ({inputs[name].why})" for name in _SHARES)
    return Said(True, "; ".join(told))


def _profiles(beside: Beside) -> Said:
    """Pass rates of a PPMID that was updated and of one that was not: of all that was planned, what passed."""
    rates: dict[bool, tuple[int, int]] = {}
    for run in beside.runs:
        relays = next((one["declared"] for one in run.get("declared", ()) if one["item"] == "relay"), None)
        if isinstance(relays, bool):
            rates[relays] = _passed_of(run)
    missing = [word for relays, word in ((True, "that relays"), (False, "that does not")) if relays not in rates]
    if missing:
        return Said(None, f"no run of a PPMID {' and none of one '.join(missing)} is among these")
    (updated, planned), (legacy, as_many) = rates[True], rates[False]
    sentence = f"an updated PPMID passes {updated} of {planned} scenarios, one that is not {legacy} of {as_many}"
    if planned != as_many:
        return Said(None, f"{sentence}: not the same suite")
    return Said(updated > legacy, sentence)


def _passed_of(run: Mapping[str, Any]) -> tuple[int, int]:
    verdicts = [one["verdict"] for one in run["scenarios"]]
    return verdicts.count(Verdict.PASS), len(verdicts)


READERS: Mapping[str, Callable[[Beside], Said]] = {
    "risk twice": _repeated,
    "risk by scope": _of_risk(_scoped),
    "risk against today": _of_risk(_difference),
    "risk by avenue": _of_risk(_by_avenue),
    "risk under floods": _of_risk(_floods),
    "effort of risk": _effort,
    "cost of each home": _of_case(_COSTS, _worth),
    "cost beside visits": _of_case(_COSTS, _each_home),
    "share of aerials": _of_case(("share_cured_by_aerials",), _aerials),
    "shares of homes": _of_case(_SHARES, _shares),
    "runs with and without relay": _profiles,
}
"""By the name in a rule's ``by``."""
