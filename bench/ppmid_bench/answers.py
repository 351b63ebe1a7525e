"""What a run answers of each requirement, for each modification: shown, refuted, open, or out of scope.

The rules are data, ``data/answers.toml``. A rule names the checks, threats and measurements that decide, and the homes
that count; here they are held against the scenarios of a run record. A win in a home outside a modification's scope
counts for nothing. Nothing is shown while something that the requirement asks for was not judged. What no scenario can
tell is answered by what is given beside the runs (``beside_runs``), or by real devices.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from ppmid_bench.answer_findings import (
    Finding,
    Scenario,
    Sign,
    bears,
    beyond,
    findings,
    listed,
    ran_for,
    settled_by,
    unmet,
)
from ppmid_bench.answer_rules import MODIFICATIONS, RULES, SCOPE, Measure, Rule
from ppmid_bench.answers_beside import READERS, Said
from ppmid_bench.beside_runs import NOTHING, Beside
from ppmid_bench.requirements import REQUIREMENTS
from ppmid_bench.sentences import counted
from ppmid_bench.verdict import UNJUDGED, Verdict

__all__ = [
    "MODIFICATIONS",
    "OPEN",
    "OUT_OF_SCOPE",
    "REFUTED",
    "RULES",
    "SCOPE",
    "SHOWN",
    "Measure",
    "Rule",
    "answers",
    "cited_by",
    "settled_by",
    "without_rule",
]

SHOWN, REFUTED, OPEN, OUT_OF_SCOPE = "shown", "refuted", "open", "out of scope"

_OURS = ("simulated", "process")
_DEVICES = ("real", "manual")
"""Kinds of party that are a device of somebody's."""


def answers(
    scenarios: Sequence[Scenario], parties: Iterable[Mapping[str, Any]], beside: Beside = NOTHING
) -> list[dict[str, Any]]:
    """The answers of a run, by modification and requirement: all that a rule knows or a scenario cites. Pure.

    ``parties`` as in the record; their kinds say whether the answers come from simulated or real ones. ``beside``:
    what is given besides.
    """
    there = tuple(parties)
    origin, makes = _origin(there), _makes(there)
    return [_answer(pair, scenarios, origin, makes, beside) for pair in sorted(set(RULES) | set(_all_cited(scenarios)))]


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


def _makes(parties: Iterable[Mapping[str, Any]]) -> Mapping[str, int]:
    """How many different real devices there were of each role."""
    adapters: dict[str, set[str]] = {}
    for party in parties:
        if party["kind"] in _DEVICES:
            adapters.setdefault(party["role"], set()).add(party.get("adapter", ""))
    return {role: len(found) for role, found in adapters.items()}


def _answer(
    pair: tuple[str, str], scenarios: Sequence[Scenario], origin: str, makes: Mapping[str, int], beside: Beside
) -> dict[str, Any]:
    rule = RULES.get(pair)
    answer, because, deciding = _decide(rule, scenarios, makes, beside)
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


def _decide(
    rule: Rule | None, scenarios: Sequence[Scenario], makes: Mapping[str, int], beside: Beside
) -> tuple[str, str, list[Finding]]:
    """The answer, the sentence that explains it, and the findings that it rests on."""
    if rule is None:
        return OPEN, "no rule of this version answers it", []
    said = _said(rule, scenarios, beside)
    if rule.recorded:
        recorded = f"{rule.recorded} ({rule.source}; recorded {rule.date})"
        return SHOWN if rule.fact else _ANSWER[said.holds], _joined(recorded, said.sentence), []
    if rule.itself:
        return _ANSWER[said.holds], _joined(f"{_ITSELF}: {rule.itself}", said.sentence), []
    return _by_scenarios(rule, scenarios, makes, said)


_ITSELF = "no device shows it"
_ANSWER = {True: SHOWN, False: REFUTED, None: OPEN}


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _said(rule: Rule, scenarios: Sequence[Scenario], beside: Beside) -> Said:
    """What was given beside the runs says of it; a word of somebody outside only where no scenario can tell."""
    word = beside.words.get((rule.modification, rule.requirement))
    if word is not None and not rule.fact and (rule.recorded or rule.lacks):
        return Said(word.answer == SHOWN, word.sentence)
    if rule.by == _BY_SCOPE:
        return _of_scope(rule.modification, scenarios)
    return READERS[rule.by](beside) if rule.by else Said(None, "")


def _by_scenarios(
    rule: Rule, scenarios: Sequence[Scenario], makes: Mapping[str, int], said: Said
) -> tuple[str, str, list[Finding]]:
    """The answer by what ran, and of what no scenario tries by what real devices or people say."""
    scope = rule.scope
    if beyond(scope, rule, [one for one in ran_for(rule, scenarios) if bears(one, rule.requirement)]):
        return OUT_OF_SCOPE, f"{rule.modification} is claimed only for homes of this kind: {', '.join(scope)}", []
    found = findings(rule, scenarios)
    holding, failing, unsettled = ([one for one in found if one.sign is sign] for sign in Sign)
    held = f"it holds in {listed(holding)}" if holding else "nothing has shown it"
    if failing:
        return REFUTED, f"it does not hold in {listed(failing)}; elsewhere {held}", failing
    if said.holds is False:
        return REFUTED, _joined(said.sentence, held), holding
    lacking = [f"not settled in {listed(unsettled)}"] if unsettled else []
    lacking += unmet(rule, found)
    if rule.lacks and not said.holds and not _is_real(rule, makes):
        lacking.append(_joined(f"this version does not try {rule.lacks}", said.sentence))
    if lacking:
        return OPEN, f"{'; '.join(lacking)}; so far {held}", [*unsettled, *holding]
    return SHOWN, _joined(held, said.sentence), holding


def _is_real(rule: Rule, makes: Mapping[str, int]) -> bool:
    """Whether the real devices were there that settle what our own cannot."""
    return bool(rule.real) and all(makes.get(role, 0) >= number for role, number in rule.real.items())


_BY_SCOPE = "scope"


def _of_scope(modification: str, scenarios: Sequence[Scenario]) -> Said:
    """Whether the modification is out of scope in homes for which it is not claimed, whatever the verdicts there."""
    own = [rule for (name, _), rule in RULES.items() if name == modification and rule.scope]
    scope = {kind for rule in own for kind in rule.scope}
    there = [one for one in scenarios if bears(one, modification) and one["verdict"] not in UNJUDGED and one["home"]]
    beside = [one for one in there if one["home"]["wan"] not in scope]
    rules = [
        rule
        for rule in own
        if not (rule.recorded or rule.itself) and any(bears(one, rule.requirement) for one in beside)
    ]
    if not rules:
        return Said(None, "no scenario of it ran in a home of another kind")
    for rule, verdict in product(rules, (Verdict.PASS, Verdict.FAIL)):
        turned = [{**one, "checks": [{**entry, "verdict": verdict} for entry in one["checks"]]} for one in beside]
        answer, _, _ = _by_scenarios(rule, turned, {}, Said(None, ""))
        if answer != OUT_OF_SCOPE:
            return Said(
                False, f"{rule.requirement} is {answer} by homes of another kind, were each verdict there {verdict}"
            )
    kinds = " and ".join(sorted({one["home"]["wan"] for one in beside}))
    where = f"{counted(len(beside), 'scenario')} in {kinds} homes"
    which = f"{counted(len(rules), 'requirement')} of it would be out of scope by these alone"
    return Said(True, f"it was tried in {where}: {which}, were every verdict there pass, or every one fail")
