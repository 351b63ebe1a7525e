"""What a run answers of each requirement, for each modification: shown, refuted, open, or out of scope.

The rules are data, ``data/answers.toml``. A rule names the checks, threats and measurements that decide, and the homes
that count; here they are held against the scenarios of a run record. A win in a home outside a modification's scope
counts for nothing. Nothing is shown while something that the requirement asks for was not judged.
"""

import datetime
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib import resources
from itertools import product
from typing import Any

import msgspec

from ppmid_bench.requirements import REQUIREMENTS
from ppmid_bench.typed import convert
from ppmid_bench.verdict import UNJUDGED, Verdict
from ppmid_devices.links.contract import Kind as WanKind

Scenario = Mapping[str, Any]
"""A scenario's entry in ``record.json``."""

SHOWN, REFUTED, OPEN, OUT_OF_SCOPE = "shown", "refuted", "open", "out of scope"

_OURS = ("simulated", "process")


class Measure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A measurement and the bounds within which its values must lie.

    A value outside refutes the requirement in the homes ``final_in``; elsewhere it may still be made good.
    """

    id: str
    at_least: float = -math.inf
    at_most: float = math.inf
    final_in: tuple[WanKind, ...]


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one requirement is answered for one modification; the fields are explained in ``answers.toml``."""

    modification: str
    requirement: str
    checks: tuple[str, ...] = ()
    counted_for: str = ""
    threats: tuple[str, ...] = ()
    measure: Measure | tuple[Measure, ...] = ()
    wan: tuple[WanKind, ...] = ()
    hub: str = ""
    everywhere: bool = False
    lacks: str = ""
    recorded: str = ""
    source: str = ""
    date: datetime.date | None = None
    fact: bool = False
    itself: str = ""
    says: str = ""
    closes: str = ""

    @property
    def scope(self) -> tuple[WanKind, ...]:
        """The homes for which the modification is claimed; empty where all count."""
        return () if self.everywhere else SCOPE.get(self.modification, ())

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measurements that decide: one may stand alone in the file."""
        return (self.measure,) if isinstance(self.measure, Measure) else self.measure

    @property
    def counts_as(self) -> frozenset[str]:
        """The requirements of which a check's entry must list one, to count here."""
        return frozenset({self.requirement, self.counted_for} - {""})


class _File(msgspec.Struct, forbid_unknown_fields=True):
    scope: dict[str, tuple[WanKind, ...]]
    rule: list[Rule]


def _read() -> _File:
    source = resources.files("ppmid_bench") / "data" / "answers.toml"
    return convert(tomllib.loads(source.read_text(encoding="utf-8")), _File, str(source), "")


_FILE = _read()
SCOPE: Mapping[str, tuple[WanKind, ...]] = _FILE.scope
RULES: Mapping[tuple[str, str], Rule] = {(rule.modification, rule.requirement): rule for rule in _FILE.rule}
"""The rules by modification and requirement."""

MODIFICATIONS = tuple(dict.fromkeys(rule.modification for rule in _FILE.rule))


class _Sign(Enum):
    HOLDS = "holds"
    FAILS = "fails"
    UNSETTLED = "unsettled"


_NAMED_AT_MOST = 3
_SIGN_OF = {Verdict.PASS: _Sign.HOLDS, Verdict.FAIL: _Sign.FAILS}


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one scenario says of one item of a rule: ``about`` a check, threat or measurement, ``named`` for readers."""

    sign: _Sign
    about: str
    named: str
    scenario: Scenario
    assumed: tuple[str, ...] = ()


def answers(scenarios: Sequence[Scenario], parties: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The answers of a run, by modification and requirement: all that a rule knows or a scenario cites. Pure.

    ``parties`` as in the record; their kinds say whether the answers come from simulated or real ones.
    """
    origin = _origin(parties)
    return [_answer(pair, scenarios, origin) for pair in sorted(set(RULES) | set(_all_cited(scenarios)))]


def without_rule(cited: Iterable[tuple[str, str]]) -> list[str]:
    """A sentence for each (modification, requirement) that scenarios cite and no rule can answer."""
    return [
        f"{modification} cites {requirement}, which no rule of answers.toml answers"
        for modification, requirement in sorted(set(cited) - set(RULES))
    ]


def cited_by(tags: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The pairs of modification and requirement that a scenario with these tags cites; with or without ``@``."""
    names = {tag.removeprefix("@") for tag in tags}
    for modification in MODIFICATIONS:
        if modification in names:
            yield from ((modification, name) for name in sorted(names) if name in REQUIREMENTS)


def _all_cited(scenarios: Sequence[Scenario]) -> Iterator[tuple[str, str]]:
    for scenario in scenarios:
        yield from cited_by(scenario["tags"])


def _origin(parties: Iterable[Mapping[str, Any]]) -> str:
    ours = {party["kind"] in _OURS for party in parties}
    return "mixed" if len(ours) == 2 else "real" if ours == {False} else "simulated"


def _answer(pair: tuple[str, str], scenarios: Sequence[Scenario], origin: str) -> dict[str, Any]:
    rule = RULES.get(pair)
    answer, because, deciding = _decide(rule, scenarios)
    if answer == SHOWN and deciding and origin == "simulated":
        because += "; all parties were simulated"
    if rule is not None and rule.says:
        because += f". {rule.says}"
    modification, requirement = pair
    return {
        "modification": modification,
        "requirement": requirement,
        "text": REQUIREMENTS[requirement].text,
        "answer": answer,
        "because": because,
        "closes": _closes(rule) if answer == OPEN else "",
        "from": origin,
        "evidence": list(dict.fromkeys(finding.scenario["id"] for finding in deciding)),
        "assumed": list(dict.fromkeys(name for finding in deciding for name in finding.assumed)),
    }


def _closes(rule: Rule | None) -> str:
    """What would close an answer that is open."""
    return (rule.closes if rule else "a rule") or "a run in which that is judged"


def _decide(rule: Rule | None, scenarios: Sequence[Scenario]) -> tuple[str, str, list[_Finding]]:
    """The answer, the sentence that explains it, and the findings that it rests on."""
    if rule is None:
        return OPEN, "no rule of this version answers it", []
    if rule.recorded:
        return SHOWN if rule.fact else OPEN, f"{rule.recorded} ({rule.source}; recorded {rule.date})", []
    if rule.itself:
        return OPEN, f"it speaks of the harness itself, which no device shows: {rule.itself}", []
    scope = rule.scope
    if _beyond(scope, rule, [one for one in _ran(rule, scenarios) if _bears(one, rule.requirement)]):
        return OUT_OF_SCOPE, f"{rule.modification} is claimed only for homes of this kind: {', '.join(scope)}", []
    findings = _findings(rule, scenarios)
    holding, failing, unsettled = ([one for one in findings if one.sign is sign] for sign in _Sign)
    held = f"it holds in {_listed(holding)}" if holding else "nothing has shown it"
    if failing:
        return REFUTED, f"it does not hold in {_listed(failing)}; elsewhere {held}", failing
    lacking = [f"not settled in {_listed(unsettled)}"] if unsettled else []
    lacking += _unmet(rule, findings)
    if lacking:
        return OPEN, f"{'; '.join(lacking)}; so far {held}", [*unsettled, *holding]
    return SHOWN, held, holding


def settled_by(rule: Rule, scenarios: Sequence[Scenario]) -> dict[str, list[str]]:
    """What settled a rule's items one way or the other: checks, threats and measurements, with their scenarios' ids."""
    found: dict[str, list[str]] = {}
    for one in _findings(rule, scenarios):
        if one.sign is not _Sign.UNSETTLED:
            found.setdefault(one.about, []).append(one.scenario["id"])
    return found


def _ran(rule: Rule, scenarios: Sequence[Scenario]) -> list[Scenario]:
    return [one for one in scenarios if one["verdict"] not in UNJUDGED and _bears(one, rule.modification)]


def _findings(rule: Rule, scenarios: Sequence[Scenario]) -> list[_Finding]:
    """All that the scenarios which count for a rule say of its items."""
    ran = [one for one in _ran(rule, scenarios) if _is_home(one, rule, rule.scope)]
    counting = [one for one in ran if _bears(one, rule.requirement)]
    return [
        *_of_errors(counting),
        *_by_checks(rule, counting),
        *_by_threats(rule, ran),
        *_by_measure(rule, counting),
    ]


def _bears(scenario: Scenario, name: str) -> bool:
    return name in scenario["tags"] or f"@{name}" in scenario["tags"]


def _beyond(scope: Sequence[str], rule: Rule, citing: list[Scenario]) -> bool:
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


def _of_errors(scenarios: Iterable[Scenario]) -> Iterator[_Finding]:
    for scenario in scenarios:
        if scenario["verdict"] == Verdict.ERROR:
            yield _Finding(_Sign.UNSETTLED, "", "an error", scenario)


def _by_checks(rule: Rule, scenarios: Iterable[Scenario]) -> Iterator[_Finding]:
    for scenario in scenarios:
        for entry in scenario["checks"]:
            unreached = entry["verdict"] == Verdict.NOT_REACHED
            if entry["id"] in rule.checks and (unreached or rule.counts_as & set(entry["requirements"])):
                yield _Finding(_sign(entry), entry["id"], entry["id"], scenario, tuple(entry["assumed"]))


def _by_threats(rule: Rule, scenarios: Iterable[Scenario]) -> Iterator[_Finding]:
    for scenario in scenarios:
        for entry in scenario["checks"]:
            for threat in entry["threats"]:
                if threat in rule.threats:
                    named = f"{entry['id']} against {threat}"
                    yield _Finding(_sign(entry), threat, named, scenario, tuple(entry["assumed"]))


def _sign(entry: Mapping[str, Any]) -> _Sign:
    return _SIGN_OF.get(Verdict(entry["verdict"]), _Sign.UNSETTLED)


def _by_measure(rule: Rule, scenarios: Sequence[Scenario]) -> Iterator[_Finding]:
    for measure, scenario in product(rule.measures, scenarios):
        for value in _values(scenario, measure.id):
            within = measure.at_least <= value <= measure.at_most
            final = scenario["home"]["wan"] in measure.final_in
            sign = _Sign.HOLDS if within else _Sign.FAILS if final else _Sign.UNSETTLED
            yield _Finding(sign, measure.id, f"{measure.id} = {value:g}", scenario)


def _values(scenario: Scenario, id: str) -> list[float]:
    """The values of a measurement in a scenario; of what was measured more than once, the last."""
    measured = [one for one in scenario["measurements"] if one["id"] == id]
    last = {one["of"]: one["value"] for one in measured if one["of"]}
    return [*last.values(), *(one["value"] for one in measured if not one["of"])]


def _unmet(rule: Rule, findings: list[_Finding]) -> Iterator[str]:
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
    if rule.lacks:
        yield f"this version does not try {rule.lacks}"


def _listed(findings: Iterable[_Finding]) -> str:
    """``“Scenario” (check, check), “Scenario” (check)``; of many, the first few and how many more there are."""
    by_scenario: dict[str, list[str]] = {}
    for finding in findings:
        by_scenario.setdefault(finding.scenario["name"], []).append(finding.named)
    listed = [f"“{name}” ({', '.join(dict.fromkeys(named))})" for name, named in by_scenario.items()]
    more = len(listed) - _NAMED_AT_MOST
    return ", ".join(listed[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
