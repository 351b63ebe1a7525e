"""Each kind of leaf of a record is edited in turn, and each edit is found: by ``rejudge`` and those who ask it, or
else by ``verify``.
"""

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.errors import BadInput
from ppmid_bench.rejudge import rejudge
from ppmid_harness.cli import execute
from ppmid_harness.planning_again import other_plan
from ppmid_reports.consistency import inconsistencies

FEATURE = """@SECMP0038 @REQ-004
Feature: F
  Scenario: One
    Given a prepayment home with an electricity meter
    And a hub that can relay
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    And the Response to the electricity meter's Command came within the target response time

  Scenario: Two
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has risen by £10.00, once
    And the balance of the electricity meter has risen by £10.00, once

  @wall
  Scenario: Three
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has risen by £10.00, once
"""
BENCH = """[bench]
device = "Maker, model"
lab = "A lab"
[links.wan]
delay_ms = 700
[limits]
response-on-demand = 31
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
OTHERWISE = {
    "pass": "fail",
    "inconclusive": "pass",
    "not_reached": "pass",
    "shown": "refuted",
    "open": "shown",
    "simulated": "real",
    "certification": "regular",
    "regular": "certification",
    "virtual": "wall",
    "run": "not_run",
}
Path_ = tuple[str | int, ...]


@pytest.fixture(name="place", scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("every-leaf")
    for name, text in (("f.feature", FEATURE), ("bench.toml", BENCH), ("tolerances.toml", TOLERANCE)):
        (place / name).write_text(text)
    return place


def run(place: Path, *options: str) -> Path:
    bench = ["--bench", str(place / "bench.toml"), "--tolerances", str(place / "tolerances.toml")]
    assert execute(["run", str(place / "f.feature"), *bench, *options, "--out", str(place / "run")]) in (1, 4)
    (place / "run" / "bundle.zip").unlink()
    return place / "run"


def leaves(content: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Each leaf of a document, and each list as a whole."""
    parts = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    if not isinstance(content, dict) or not content:
        yield path, content
    for name, part in parts:
        yield from leaves(part, (*path, name))


def edits(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1]
    if isinstance(value, str):
        return [OTHERWISE.get(value, f"{value}x")]
    if isinstance(value, list):
        return [value[:-1], [*value, value[-1]]] if value else [["x"]]
    return [{"x": 1}] if isinstance(value, dict) else ["x"]


def of_each_kind(record: Any) -> Iterator[tuple[Path_, Any]]:
    """The first leaf of each kind of path, and the last; those of unlike values may be made in unlike ways."""
    kinds: dict[Path_, list[tuple[Path_, Any]]] = {}
    for path, value in leaves(record):
        kind = tuple("*" if isinstance(one, int) else one for one in path)
        kinds.setdefault(kind, []).append((path, value))
    for found in kinds.values():
        yield found[0]
        if len(found) > 1:
            yield found[-1]


def edited(record: Any, path: Path_, value: Any) -> Any:
    content = copy.deepcopy(record)
    place = content
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return content


def is_found(folder: Path) -> bool:
    try:
        return bool(rejudge(folder, (other_plan,))["different"]) or any((*inconsistencies(folder), *other_plan(folder)))
    except BadInput:
        return True


@pytest.mark.parametrize("options", [(), ("--mode", "certification")])
def test_no_leaf_of_a_record_can_be_edited_unseen(options: tuple[str, ...], place: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.move(run(place, *options), folder)
    path = folder / "record.json"
    record = json.loads(path.read_text())
    assert not is_found(folder)
    unseen = []
    for where, value in of_each_kind(record):
        for other in edits(value):
            path.write_text(json.dumps(edited(record, where, other)))
            if not is_found(folder):
                unseen.append((where, value, other))
    assert unseen == []


def test_keys_that_nobody_knows_say_nothing(place: Path, tmp_path: Path) -> None:
    """They may be added, as docs/record.md has it: no reader asks for them."""
    folder = tmp_path / "run"
    shutil.move(run(place), folder)
    path = folder / "record.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"approved_by": "A. Name"}))
    assert not is_found(folder)
