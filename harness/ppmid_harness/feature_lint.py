"""What the three runners would read differently, or lose, is refused here before any of them sees it.

pytest-bdd silently drops a scenario whose name comes twice; behave cannot read a doc string fenced by backticks;
pytest-bdd stops at a leading ``*``; placeholders in tags are expanded by behave alone; an ambiguous step is an error
in one runner and chance in the others.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gherkin.dialect import DIALECTS

from ppmid_bench.answers import MODIFICATIONS, cited_by, without_rule
from ppmid_bench.certificate import WATCH
from ppmid_bench.errors import BadInput
from ppmid_bench.ics import ITEMS, IXIT
from ppmid_bench.requirements import PURPOSES, REQUIREMENTS, THREATS
from ppmid_harness.features import Feature, slug
from ppmid_harness.selection import OUTSIDE, TAKES, Planned, scenarios
from ppmid_steps.registry import AmbiguousStep, Registry, UndefinedStep

KNOWN_TAGS = frozenset(
    f"@{name}"
    for name in (
        *MODIFICATIONS,
        *REQUIREMENTS,
        *THREATS,
        *PURPOSES,
        *(f"ics-{item}" for item in ITEMS),
        *(f"ixit-{item}" for item in IXIT),
        "wall",
        WATCH,
    )
) | frozenset(OUTSIDE)
"""The tags that features may carry, besides ``@takes-<n>s|m|h|d``."""

_KNOWN = (
    "the id of a modification, requirement, threat, purpose or ICS item, @takes-<n>s|m|h|d, @wall, @watch or @smets1"
)

LONGEST_ID = 200
"""Octets of a scenario id; it names files."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a feature does not hold to a rule."""

    path: Path
    line: int
    expected: str
    found: str

    @property
    def sentence(self) -> str:
        """What is wrong, in words."""
        return f"expected {self.expected}, found {self.found}"

    def as_bad_input(self) -> BadInput:
        """The same, to be raised."""
        return BadInput(str(self.path), f"line {self.line}", self.expected, self.found)


def lint(features: Sequence[Feature], registry: Registry) -> list[Finding]:
    """Every finding, in the order of files and lines."""
    order = {feature.path: number for number, feature in enumerate(features)}
    rules = (_fences, _first_words, _names, _titles, _tags, _emptiness)
    findings = [finding for feature in features for rule in rules for finding in rule(feature)]
    planned = scenarios(features)
    findings += _same(planned, lambda scenario: scenario.id, "an id of its own")
    findings += [finding for scenario in planned for finding in _scenario(scenario, registry)]
    return sorted(dict.fromkeys(findings), key=lambda finding: (order[finding.path], finding.line))


def _step_holders(feature: Feature) -> Iterator[Mapping[str, Any]]:
    yield from feature.backgrounds()
    yield from feature.scenarios()


def _fences(feature: Feature) -> Iterator[Finding]:
    for holder in _step_holders(feature):
        for step in holder["steps"]:
            if step.get("docString", {}).get("delimiter", '"""') != '"""':
                line = step["docString"]["location"]["line"]
                yield Finding(feature.path, line, 'a doc string fenced by """', "backticks, which behave cannot read")


def _first_words(feature: Feature) -> Iterator[Finding]:
    for holder in _step_holders(feature):
        for number, step in enumerate(holder["steps"]):
            word, line = step["keyword"].strip(), step["location"]["line"]
            if word == "*":
                yield Finding(feature.path, line, "Given, When, Then, And or But", "*")
            elif number == 0 and step["keywordType"] == "Conjunction":
                yield Finding(feature.path, line, "a first step with Given, When or Then", word)


def _names(feature: Feature) -> Iterator[Finding]:
    nodes = list(feature.scenarios())
    for key in (_words, _python_name):
        yield from _repeats(feature, nodes, key)


def _words(node: Mapping[str, Any]) -> str:
    return slug(node["name"])


def _python_name(node: Mapping[str, Any]) -> str:
    """What pytest-bdd calls the test of a scenario."""
    return re.sub(r"\W", "", node["name"].replace(" ", "_")).lower().lstrip("0123456789_")


def _repeats(
    feature: Feature, nodes: Sequence[Mapping[str, Any]], key: Callable[[Mapping[str, Any]], str]
) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for node in nodes:
        line = node["location"]["line"]
        if key(node) in first:
            found = f'"{node["name"]}", too like the one in line {first[key(node)]}'
            yield Finding(feature.path, line, "a scenario name of its own", found)
        first.setdefault(key(node), line)


def _titles(feature: Feature) -> Iterator[Finding]:
    for node in (feature.tree, *feature.scenarios()):
        if not slug(node["name"]):
            found = repr(node["name"])
            yield Finding(feature.path, node["location"]["line"], f"a {node['keyword']} with a name in letters", found)


def _tags(feature: Feature) -> Iterator[Finding]:
    for node in (feature.tree, *feature.rules(), *feature.scenarios()):
        for holder in (node, *node.get("examples", ())):
            for tag in holder["tags"]:
                if tag["name"] not in KNOWN_TAGS and not TAKES.fullmatch(tag["name"]):
                    yield Finding(feature.path, tag["location"]["line"], _KNOWN, tag["name"])


def _emptiness(feature: Feature) -> Iterator[Finding]:
    for node in feature.scenarios():
        if not node["steps"]:
            yield Finding(feature.path, node["location"]["line"], "a scenario with steps", "none")
        outline = _is_outline(feature, node)
        if outline != bool(node["examples"]):
            said = ("Examples", "none") if outline else ("a Scenario Outline for its Examples", node["keyword"])
            yield Finding(feature.path, node["location"]["line"], *said)
        for examples in node["examples"]:
            if not examples.get("tableBody"):
                yield Finding(feature.path, examples["location"]["line"], "Examples with rows", "none")
            yield from _cells(feature, examples)


def _is_outline(feature: Feature, node: Mapping[str, Any]) -> bool:
    """Whether its keyword is that of an outline, in the feature's language: behave minds it, and the others do not."""
    words = DIALECTS[feature.tree["language"]]
    return node["keyword"] in words["scenarioOutline"] and node["keyword"] not in words["scenario"]


def _cells(feature: Feature, examples: Mapping[str, Any]) -> Iterator[Finding]:
    """What the runners fill in otherwise: headings that come twice, and placeholders in what they are filled with."""
    heading = examples.get("tableHeader", {"cells": []})
    names = [cell["value"] for cell in heading["cells"]]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield Finding(feature.path, heading["location"]["line"], "headings of their own", f"{name!r} twice")
    for row in examples.get("tableBody", ()):
        cells = [cell["value"] for cell in row["cells"]]
        line = row["location"]["line"]
        if not slug(" ".join(cells)):
            yield Finding(feature.path, line, "a row with letters or digits, for its id", repr(" ".join(cells)))
        for cell in cells:
            if any(f"<{name}>" in cell for name in names):
                yield Finding(feature.path, line, "a cell without a placeholder", repr(cell))


def _same(planned: Iterable[Planned], key: Callable[[Planned], Hashable], expected: str) -> Iterator[Finding]:
    places: dict[Hashable, list[Planned]] = defaultdict(list)
    for scenario in planned:
        places[key(scenario)].append(scenario)
    for name, (first, *others) in places.items():
        where = f"{first.path.name}, line {_line(first)}"
        for other in others:
            yield Finding(other.path, _line(other), expected, f"{name}, as in {where}")


def _line(scenario: Planned) -> int:
    return scenario.row_line or scenario.line


def _scenario(scenario: Planned, registry: Registry) -> Iterator[Finding]:
    path = scenario.path
    if len(scenario.id) > LONGEST_ID:
        yield Finding(path, _line(scenario), f"names that make an id of at most {LONGEST_ID} letters", scenario.id)
    if not any(step.kind == "then" for step in scenario.steps):
        yield Finding(path, scenario.line, "a scenario with a Then", "none: it would judge nothing")
    for what, names in (("a modification", MODIFICATIONS), ("a requirement", REQUIREMENTS)):
        if not any(tag.removeprefix("@") in names for tag in scenario.tags):
            yield Finding(path, scenario.line, f"a tag that names {what}", " ".join(scenario.tags) or "no tag")
    for sentence in without_rule(cited_by(scenario.tags)):
        yield Finding(
            path, scenario.line, "requirements of its modifications, each with a rule that answers it", sentence
        )
    for step in scenario.steps:
        try:
            definition, _ = registry.match(step.kind, step.text)
            definition.require(step.carried())
        except (UndefinedStep, AmbiguousStep) as problem:
            yield Finding(path, step.line, "one step definition", str(problem))
