"""Selection: one pure function from features and wishes to an ordered plan."""

from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.errors import BadInput
from ppmid_bench.ics import Ics, read_ics
from ppmid_harness.features import find_features, own_features, parse_feature, read_feature, slug
from ppmid_harness.selection import OUTSIDE, Choice, PlannedStep, scenarios, select

TEXT = """
@SECMP0038
Feature: The hub's first

  Background:
    Given a home

  @REQ-004 @takes-2h
  Scenario: A Command
    When it goes
      | by  |
      | air |
    Then it is there

  @REQ-005 @ics-gas
  Scenario: Gas
    Then it is there

  Rule: rows
    @takes-90s
    Scenario Outline: Refused as <why>
      When it is <why>
        \"\"\"
        because of <why>
        \"\"\"
      Then it is there

      @wall
      Examples:
        | why     | code |
        | too old | 8F3D |

      Examples:
        | why       | code |
        | too young | 8F3E |
"""
FEATURE = parse_feature(Path("first.feature"), TEXT)
ALL = Ics("the statement", {"gas": True})

COMMAND, GAS = "the-hubs-first/a-command", "the-hubs-first/gas"
OLD, YOUNG = "the-hubs-first/refused-as-why/too-old-8f3d", "the-hubs-first/refused-as-why/too-young-8f3e"


def choose(**wishes: Any) -> dict[str, str]:
    return {one.id: one.status for one in select([FEATURE], Choice(**({"ics": ALL} | wishes)))}


def test_scenarios_as_the_official_compiler_gives_them() -> None:
    command, gas, old, young = scenarios([FEATURE])
    assert [one.id for one in (command, gas, old, young)] == [COMMAND, GAS, OLD, YOUNG]
    assert (command.name, command.line, command.row_line, command.row) == ("A Command", 9, None, {})
    assert command.steps == (
        PlannedStep("given", "a home", line=6),
        PlannedStep("when", "it goes", (("by",), ("air",)), line=10),
        PlannedStep("then", "it is there", line=13),
    )
    assert (old.name, old.line, old.row_line) == ("Refused as too old", 21, 31)
    assert old.row == {"why": "too old", "code": "8F3D"}
    assert old.tags == ("@SECMP0038", "@takes-90s", "@wall")
    assert old.steps[1] == PlannedStep("when", "it is too old", docstring="because of too old", line=22)
    assert young.tags == ("@SECMP0038", "@takes-90s")


@pytest.mark.parametrize(
    ("wishes", "planned"),
    [
        ({}, {COMMAND: "run", GAS: "run", OLD: "not_run", YOUNG: "run"}),
        ({"tags": "@REQ-004 or @wall and not @ics-gas"}, {COMMAND: "run", OLD: "not_run"}),
        ({"tags": "not @takes-2h and not @takes-90s"}, {GAS: "run"}),
        ({"only": (YOUNG, COMMAND)}, {COMMAND: "run", YOUNG: "run"}),
        ({"only": (COMMAND, GAS), "tags": "@REQ-005"}, {GAS: "run"}),
        ({"ics": Ics("x", {"gas": False})}, {COMMAND: "run", GAS: "not_applicable", OLD: "not_run", YOUNG: "run"}),
        ({"time": "wall"}, {COMMAND: "run", GAS: "run", OLD: "run", YOUNG: "run"}),
        ({"time": "wall", "max_wall": 7199}, {COMMAND: "not_run", GAS: "not_run", OLD: "run", YOUNG: "run"}),
        ({"time": "wall", "max_wall": 7200}, {COMMAND: "run", GAS: "not_run", OLD: "run", YOUNG: "run"}),
        ({"time": "virtual", "max_wall": 1}, {COMMAND: "run", GAS: "run", OLD: "not_run", YOUNG: "run"}),
        ({"mode": "certification"}, {COMMAND: "run", GAS: "run", OLD: "not_run", YOUNG: "run"}),
    ],
)
def test_plans(wishes: dict[str, Any], planned: dict[str, str]) -> None:
    assert choose(**wishes) == planned
    assert list(choose(**wishes)) == list(planned)


def test_what_no_device_can_do_by_gbcs_is_not_applicable_on_any_bench() -> None:
    feature = parse_feature(Path("first.feature"), TEXT.replace("@REQ-005 @ics-gas", "@REQ-005 @ics-gas @smets1"))
    for choice in (Choice(ALL), Choice(ALL, mode="certification"), Choice(Ics("x", {"gas": False}))):
        (gas,) = (one for one in select([feature], choice) if one.id == GAS)
        assert (gas.status, gas.because) == ("not_applicable", OUTSIDE["@smets1"])


def test_reasons_name_the_cause() -> None:
    choice = Choice(Ics("x", {"gas": False}), time="wall", max_wall=60)
    with pytest.raises(BadInput, match="one scenario that this bench can run"):
        select([FEATURE], choice)
    planned = select([FEATURE], Choice(Ics("x", {"gas": False}), time="wall", max_wall=90))
    because = {one.id: one.because for one in planned}
    assert because[COMMAND] == "it takes 7200 s, and the limit is 90 s"
    assert because[GAS] == "the ICS declares no support of gas"
    assert because[OLD] == ""


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"tags": "@SEC0009"}, "the selection: expected at least one scenario, found none of 4"),
        ({"tags": "@a and"}, "--tags: expected a tag expression .*, found '@a and'"),
        ({"only": ("the-hubs-first/a-comand",)}, f"nearest is {COMMAND}"),
        ({"only": (OLD,)}, "can run, found it needs a bench in wall-clock time"),
        ({"ics": Ics("our.toml", {})}, r"our.toml: \[ics\]: expected a line for gas, which the-hubs-first/gas needs"),
        ({"mode": "certification", "tags": "@wall"}, "--mode certification: expected the whole suite, found --tags"),
        ({"mode": "certification", "only": (GAS,)}, "--mode certification: expected the whole suite, found --only"),
    ],
)
def test_refused_wishes(wishes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        choose(**wishes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Today's hub: £10.00, over_the WAN", "todays-hub-10-00-over-the-wan"), ("Übergröße", "ubergroe"), ("«»", "")],
)
def test_slug(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "x.feature: line 1: expected a Feature, found none"),
        ("Feature: x\n  Scenario: y\n    Given z\n    zz\n", "x.feature: line 4: expected Gherkin .*, found 'zz'"),
        ("hello", "x.feature: line 1: expected Gherkin .*, found 'hello'"),
    ],
)
def test_features_that_cannot_be_parsed(text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        parse_feature(Path("x.feature"), text)


def test_features_are_found_once_in_an_order_of_their_own(tmp_path: Path) -> None:
    for name in ("b/one.feature", "a/two.feature", "c.feature", "a/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = find_features([tmp_path, tmp_path / "c.feature"])
    assert [file.relative_to(tmp_path).as_posix() for file in found] == ["a/two.feature", "b/one.feature", "c.feature"]
    with pytest.raises(BadInput, match="nothing there"):
        find_features([tmp_path / "d"])


def test_our_own_features_are_found() -> None:
    assert find_features([own_features()])


def test_what_junit_calls_the_harness_s_own_scenarios_is_told_apart() -> None:
    features = [read_feature(path) for path in find_features([own_features()])]
    found = [
        (one.id.split("/")[0], one.name, *one.id.split("/")[2:]) for one in select(features, Choice(read_ics(None)))
    ]
    assert len(found) > 300
    assert len(set(found)) == len(found)


NO_RELAYING = {
    "the-suppliers-command-goes-nowhere-and-the-customer-types-the-code-into-the-meter",
    "a-ppmid-that-was-never-updated-says-so",
    "beside-a-hub-that-relays-it-is-updated-and-then-carries-a-top-up",
    "supply-off-nine-days-old-from-a-stick-where-the-ppmid-cannot-relay",
    "supply-off-nine-days-old-from-a-stick-to-devices-that-know-utrns-only",
    "commands-of-every-other-class-nine-days-old-from-a-stick-to-devices-that-know-utrns-only",
}
"""Scenarios of a PPMID that is given Commands and need not carry any, or comes to do so in the scenario."""


def test_who_declares_that_it_carries_no_commands_is_asked_to_carry_none() -> None:
    planned = scenarios([read_feature(path) for path in find_features([own_features()])])
    asked = {
        one.id.split("/")[1]
        for one in planned
        if not any(tag.lstrip("@") == "ics-relay" for tag in one.tags)
        and any("through the PPMID" in step.text or "both ways" in step.text for step in one.steps)
    }
    assert asked == NO_RELAYING
