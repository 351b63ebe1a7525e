"""What the scenarios of a run record say of the items of a rule: its checks, threats and measurements. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import Any

from ppmid_bench.answer_rules import Rule
from ppmid_bench.sentences import quantity
from ppmid_bench.verdict import UNJUDGED, Verdict

Scenario = Mapping[str, Any]
"""A scenario's entry in ``record.json``."""


class Sign(Enum):
    """What one finding comes to."""

    HOLDS = "holds"
    FAILS = "fails"
    UNSETTLED = "unsettled"


_NAMED_AT_MOST = 3
_SIGN_OF = {Verdict.PASS: Sign.HOLDS, Verdict.FAIL: Sign.FAILS}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one scenario says of one item of a rule: ``about`` a check, threat or measurement, ``named`` for readers."""

    sign: Sign
    about: str
    named: str
    scenario: Scenario
    assumed: tuple[str, ...] = ()


def settled_by(rule: Rule, scenarios: Sequence[Scenario]) -> dict[str, list[str]]:
    """What settled a rule's items one way or the other: checks, threats and measurements, with their scenarios' ids."""
    found: dict[str, list[str]] = {}
    for one in findings(rule, scenarios):
        if one.sign is not Sign.UNSETTLED:
            found.setdefault(one.about, []).append(one.scenario["id"])
    return found


def ran_for(rule: Rule, scenarios: Sequence[Scenario]) -> list[Scenario]:
    """The scenarios of the rule's modification that ran."""
    return [one for one in scenarios if one["verdict"] not in UNJUDGED and bears(one, rule.modification)]


def findings(rule: Rule, scenarios: Sequence[Scenario]) -> list[Finding]:
    """All that the scenarios which count for a rule say of its items."""
    ran = [one for one in ran_for(rule, scenarios) if _is_home(one, rule, rule.scope)]
    counting = [one for one in ran if bears(one, rule.requirement)]
    return [
        *_of_errors(counting),
        *_by_checks(rule, counting),
        *_by_threats(rule, ran),
        *_by_measure(rule, counting),
    ]


def bears(scenario: Scenario, name: str) -> bool:
    """Whether a scenario has this tag."""
    return name in scenario["tags"] or f"@{name}" in scenario["tags"]


def beyond(scope: Sequence[str], rule: Rule, citing: list[Scenario]) -> bool:
    """Whether the requirement speaks of, or was tried in, nothing but homes that the modification does not claim."""
    if not scope:
        return False
    tried = [one["home"].get("wan") for one in citing]
    return any(set(homes).isdisjoint(scope) for homes in (rule.wan, tried) if homes and None not in homes)


def _is_home(scenario: Scenario, rule: Rule, scope: Sequence[str]) -> bool:
    """Whether the rule speaks of the scenario's home; a scenario that broke before it had one counts, as broken."""
    home = scenario["home"]
    return not home or (
        (not scope or home["wan"] in scope)
        and (not rule.wan or home["wan"] in rule.wan)
        and (not rule.hub or home["hub"] == rule.hub)
    )


def _of_errors(scenarios: Iterable[Scenario]) -> Iterator[Finding]:
    for scenario in scenarios:
        if scenario["verdict"] == Verdict.ERROR:
            yield Finding(Sign.UNSETTLED, "", "an error", scenario)


def _by_checks(rule: Rule, scenarios: Iterable[Scenario]) -> Iterator[Finding]:
    for scenario in scenarios:
        for entry in scenario["checks"]:
            unreached = entry["verdict"] == Verdict.NOT_REACHED
            if entry["id"] in rule.checks and (unreached or rule.counts_as & set(entry["requirements"])):
                yield Finding(_sign(entry), entry["id"], entry["id"], scenario, tuple(entry["assumed"]))


def _by_threats(rule: Rule, scenarios: Iterable[Scenario]) -> Iterator[Finding]:
    for scenario in scenarios:
        for entry in scenario["checks"]:
            for threat in entry["threats"]:
                if threat in rule.threats:
                    named = f"{entry['id']} against {threat}"
                    yield Finding(_sign(entry), threat, named, scenario, tuple(entry["assumed"]))


def _sign(entry: Mapping[str, Any]) -> Sign:
    return _SIGN_OF.get(Verdict(entry["verdict"]), Sign.UNSETTLED)


def _by_measure(rule: Rule, scenarios: Sequence[Scenario]) -> Iterator[Finding]:
    for measure, scenario in product(rule.measures, scenarios):
        for value, unit in _values(scenario, measure.id):
            within = measure.at_least <= value <= measure.at_most
            final = scenario["home"]["wan"] in measure.final_in
            sign = Sign.HOLDS if within else Sign.FAILS if final else Sign.UNSETTLED
            yield Finding(sign, measure.id, f"{measure.id} = {quantity(value, unit)}", scenario)


def _values(scenario: Scenario, id: str) -> list[tuple[float, str]]:
    """The values of a measurement in a scenario, with their unit; of what was measured more than once, the last."""
    measured = [one for one in scenario["measurements"] if one["id"] == id]
    last = {one["of"]: (one["value"], one["unit"]) for one in measured if one["of"]}
    return [*last.values(), *((one["value"], one["unit"]) for one in measured if not one["of"])]


def unmet(rule: Rule, findings: list[Finding]) -> Iterator[str]:
    """What the rule asks for and no finding is about, in words."""
    met = {finding.about for finding in findings}
    met |= {finding.scenario["home"].get("wan", "") for finding in findings}
    measures = tuple(one.id for one in rule.measures)
    for items, sentence in (
        (rule.checks, "nothing was judged by"),
        (rule.threats, "nothing was judged against"),
        (measures, "nothing was measured of"),
        (rule.wan, "nothing was judged in homes of this kind:"),
    ):
        unmet = [item for item in items if item not in met]
        if unmet:
            yield f"{sentence} {', '.join(unmet)}"


def listed(findings: Iterable[Finding]) -> str:
    """``“Scenario” (check, check), “Scenario” (check)``; of many, those that say most, and how many more."""
    by_scenario: dict[str, list[str]] = {}
    for finding in findings:
        by_scenario.setdefault(finding.scenario["name"], []).append(finding.named)
    by_most = sorted(by_scenario.items(), key=lambda one: -len(set(one[1])))
    listed = [f"“{name}” ({', '.join(dict.fromkeys(named))})" for name, named in by_most]
    more = len(listed) - _NAMED_AT_MOST
    return ", ".join(listed[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
