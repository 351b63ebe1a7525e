"""Each rule of the lint: a sample that keeps it, and one that breaks it with the line and the reason."""

# ruff: noqa: ARG005 (a step's arguments are matched by their names)

from pathlib import Path

import pytest

from ppmid_harness.feature_lint import lint
from ppmid_harness.features import find_features, own_features, parse_feature, read_feature
from ppmid_steps.load import all_steps
from ppmid_steps.registry import Registry, StepDef

GOOD = '''@SECMP0038 @REQ-004
Feature: Good
  Background:
    Given a home
  Rule: one
    @I1a @PP-001 @ics-relay @takes-2h @wall
    Scenario: First
      When it is red
      Then it holds
    Scenario Outline: Second <what>
      When it says
        """
        <what>
        """
      And these
        | <what> |
      Then it holds
      @I1b
      Examples:
        | what |
        | x    |
        | y    |
'''


@pytest.fixture(name="registry")
def make_registry() -> Registry:
    registry = Registry()
    registry.add(StepDef("given", "a home", lambda world: None))
    registry.add(StepDef("when", "it is {colour}", lambda world, colour: None))
    registry.add(StepDef("when", "it {what} dark", lambda world, what: None))
    registry.add(StepDef("when", "it says", lambda world, text: None))
    registry.add(StepDef("when", "these", lambda world, table: None))
    registry.add(StepDef("then", "it holds", lambda world: {}, "holding"))
    return registry


def found(registry: Registry, *texts: str) -> list[tuple[int, str]]:
    features = [parse_feature(Path(f"{number}.feature"), text) for number, text in enumerate(texts)]
    return [(finding.line, finding.sentence) for finding in lint(features, registry)]


def test_a_good_feature_has_no_finding(registry: Registry) -> None:
    assert found(registry, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ('"""', "```", 12, "backticks"),
        ("    Given a home", "    * a home", 4, "found *"),
        ("      When it is red", "      And it is red", 8, "a first step with Given, When or Then, found And"),
        ("Scenario Outline: Second <what>", "Scenario Outline: First", 10, "too like the one in line 7"),
        ("Scenario Outline: Second <what>", "Scenario Outline: first!", 10, "too like the one in line 7"),
        ("Scenario Outline: Second <what>", "Scenario Outline: 1 _First", 10, "too like the one in line 7"),
        ("Scenario: First", "Scenario: «»", 7, "a Scenario with a name in letters"),
        ("@I1b", "@<what>", 18, "found @<what>"),
        ("@I1a", "@I1aa", 6, "found @I1aa"),
        ("@ics-relay", "@ics-flight", 6, "found @ics-flight"),
        ("@REQ-004", "@REQ-004 @REQ-999", 1, "found @REQ-999"),
        ("@I1b", "@UTRN-INTERNET", 10, "UTRN-INTERNET cites REQ-004, which no rule"),
        ("@takes-2h", "@takes-2w", 6, "found @takes-2w"),
        ("@PP-001", "@needs-a-lab", 6, "found @needs-a-lab"),
        ("| y    |", "| x    |", 22, "good/second-what/x, as in 0.feature, line 21"),
        ("        | x    |\n        | y    |\n", "", 19, "Examples with rows"),
        (
            "        | x    |\n        | y    |\n",
            "        | . |\n",
            21,
            "a row with letters or digits, for its id, found '.'",
        ),
        ("| y    |", "| <what> |", 22, "a cell without a placeholder, found '<what>'"),
        (
            "        | what |\n        | x    |\n        | y    |",
            "        | what | what |\n        | x | z |",
            20,
            "headings of their own, found 'what' twice",
        ),
        ("Scenario Outline: Second", "Scenario: Second", 10, "a Scenario Outline for its Examples, found Scenario"),
        ("Scenario: First", "Scenario Outline: First", 7, "expected Examples, found none"),
        ("When it is red\n      Then it holds", "When it is red", 7, "a scenario with a Then"),
        ("      When it is red\n      Then it holds\n", "", 7, "a scenario with steps"),
        ("@SECMP0038 ", "", 7, "a tag that names a modification"),
        (" @REQ-004", "", 7, "a tag that names a requirement"),
        ("it is red", "it was red", 8, "no step definition fits"),
        ("it is red", "it is dark", 8, 'fits "it is {colour}" and "it {what} dark"'),
        ("When it is red", "When it holds", 8, "it is a then"),
        ('        """\n        <what>\n        """\n', "", 11, "takes text; it was given none"),
        ("First", "First " + "of many " * 30, 7, "an id of at most 200 letters"),
    ],
)
def test_each_rule(registry: Registry, old: str, new: str, line: int, part: str) -> None:
    assert old in GOOD
    findings = found(registry, GOOD.replace(old, new))
    assert any(at == line and part in sentence for at, sentence in findings), findings


def test_one_id_in_two_features(registry: Registry) -> None:
    other = GOOD.replace("Feature: Good", "Feature: GOOD")
    findings = found(registry, GOOD, other)
    assert (7, "expected an id of its own, found good/first, as in 0.feature, line 7") in findings
    assert found(registry, GOOD, GOOD.replace("Feature: Good", "Feature: Better")) == []


def test_our_own_features_keep_the_rules() -> None:
    features = [read_feature(path) for path in find_features([own_features()])]
    assert [finding.sentence for finding in lint(features, all_steps())] == []
