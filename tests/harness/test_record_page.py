"""docs/record.md has the keys of a real record and its evidence, all of them and no other."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ppmid_harness.cli import execute

PAGE = Path(__file__).parents[2] / "docs" / "record.md"
FEATURE = """@SECMP0038 @REQ-004
Feature: F
  Scenario: Run
    Given a prepayment home with an electricity meter
    And a hub that can relay
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    And the Response to the electricity meter's Command came within the target response time
  @wall
  Scenario: Not run
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
"""


TOLERANCE = """[[tolerance]]
id = "T-1"
requirement = "REQ-004"
check = "credited-once"
owner = "A. Name"
reason = "firmware 1"
expires = 9999-12-31
rectification = "firmware 2"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one scenario, and of one that this bench does not run."""
    place = tmp_path_factory.mktemp("run")
    (place / "f.feature").write_text(FEATURE, encoding="utf-8")
    (place / "bench.toml").write_text("[parties.hub]\nadapter = 'simulated'", encoding="utf-8")
    bench = ["--bench", str(place / "bench.toml")]
    assert execute(["adapter", "check", *bench]) == 0
    assert execute(["run", str(place / "f.feature"), *bench, "--out", str(place / "out")]) == 0
    (place / "tolerances.toml").write_text(TOLERANCE, encoding="utf-8")
    tolerances = ["--tolerances", str(place / "tolerances.toml")]
    certification = [*tolerances, "--mode", "certification", "--out", str(place / "mode")]
    assert execute(["run", str(place / "f.feature"), *certification]) == 1, "it is stale"
    return place / "out"


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, list[Mapping[str, Any]]]:
    """Every object of the record and its evidence, by the heading under which the page has it."""
    record, certified = (
        json.loads((place / "record.json").read_text(encoding="utf-8")) for place in (folder, folder.parent / "mode")
    )
    lines = (folder / "evidence" / "f__run.jsonl").read_text(encoding="utf-8").splitlines()
    scenarios, entries = record["scenarios"], [json.loads(line) for line in lines]
    told = [json.loads(line) for line in (folder / "progress.jsonl").read_text(encoding="utf-8").splitlines()]
    progress = {
        f"progress: {event}": [one for one in told if one["event"] == event]
        for event in ("started", "began", "ended", "finished")
    }
    return {
        **progress,
        "progress": [],
        "What a record vouches for": [],
        "record": [record],
        "run": [record["run"]],
        "planned": record["plan"],
        "tolerance": certified["tolerances"],
        "certificate": [certified["certificate"]],
        "party": record["parties"],
        "assumption": record["assumptions"],
        "summary": [record["summary"]],
        "scenario": scenarios,
        "home": [one["home"] for one in scenarios if one["home"]],
        "check": [check for one in scenarios for check in one["checks"]],
        "measurement": [value for one in scenarios for value in one["measurements"]],
        "answer": record["answers"],
        "declared": record["declared"],
        "observed": [one for scenario in scenarios for one in scenario["observed"]],
        "adapter check": [record["adapter_check"]],
        "entry": entries,
        "first line": [entries[0]["fields"]],
    }


def tables() -> dict[str, list[str]]:
    """The keys of each table of the page, by the heading that it stands under."""
    sections = re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return {heading: re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) for heading, text in sections}


def keys(objects: Iterable[Mapping[str, Any]]) -> set[str]:
    return {key for one in objects for key in one}


def test_each_kind_of_object_has_a_table_with_all_its_keys(found: dict[str, list[Mapping[str, Any]]]) -> None:
    told = tables()
    assert {heading: set(listed) for heading, listed in told.items()} == {
        heading: keys(objects) for heading, objects in found.items()
    }
    assert all(len(listed) == len(set(listed)) for listed in told.values())


def test_every_object_has_every_key(found: dict[str, list[Mapping[str, Any]]]) -> None:
    """But an entry, whose octets may be a secret."""
    for heading, objects in found.items():
        for one in objects:
            assert keys(objects) - set(one) <= ({"bytes"} if heading == "entry" else set()), (heading, one)


def test_what_crosses_a_link_has_the_fields_that_the_page_names(found: dict[str, list[Mapping[str, Any]]]) -> None:
    crossed = [one for one in found["entry"] if "harness" not in (one["from"], one["to"])]
    assert crossed
    assert all({"frame", "tag"} <= set(one["fields"]) for one in crossed if "lost" not in one["fields"])
    assert any("gbcs" in one["fields"] for one in crossed)
