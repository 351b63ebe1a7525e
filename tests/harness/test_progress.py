"""The events of a run, what they come to, and the file that they are kept in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.errors import BadInput
from ppmid_harness.cli import execute
from ppmid_harness.plan import Options, Plan, make_plan
from ppmid_harness.progress import (
    PROGRESS,
    Began,
    Ended,
    Event,
    Finished,
    Progress,
    ProgressFile,
    Started,
    read_event,
    time_left,
    weights,
)
from ppmid_harness.tally import Tally

FEATURE = """@SECMP0038 @REQ-004
Feature: F
  @takes-2m
  Scenario: One
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
  Scenario: Two
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
  @wall
  Scenario: Three
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
"""
CHECK = {"id": "credited-once", "judges": "meter", "reason_code": "not-credited", "reason": "£0.00 of £10.00"}


@pytest.fixture(name="plan")
def make_plan_of_three(tmp_path: Path) -> Plan:
    path = tmp_path / "f.feature"
    path.write_text(FEATURE, encoding="utf-8")
    return make_plan(Options(paths=(path,)))


def ticking(*seconds: float) -> Any:
    at: Iterator[float] = iter(seconds)
    return lambda: next(at)


def entry(id: str, verdict: str, *checks: str) -> dict[str, Any]:
    judged = [CHECK | {"verdict": one} for one in checks]
    return {"id": id, "name": id.upper(), "verdict": verdict, "because": "so", "checks": judged}


def test_scenarios_count_by_the_time_that_they_declare(plan: Plan) -> None:
    assert weights(plan.to_run, "wall") == {"f/one": 120, "f/two": 1}
    assert weights(plan.to_run, "virtual") == {"f/one": 1, "f/two": 1}


def test_the_time_left_is_at_the_pace_of_what_is_done() -> None:
    weighed = {"a": 60.0, "b": 30.0, "c": 30.0}
    assert time_left(30, weighed, ["a"]) == 30
    assert time_left(45, weighed, ["a", "b"]) == 15
    assert time_left(60, weighed, weighed) == 0
    assert time_left(5, weighed, []) is None
    assert time_left(5, weighed, ["not of this run"]) is None


def test_what_is_told_of_a_run(plan: Plan) -> None:
    told: list[Event] = []
    progress = Progress([told.append], {"f/one": 1, "f/two": 1}, ticking(0, 10, 14, 22))
    progress.started(plan, [entry("f/zero", "pass")], 121)
    progress.began(plan.to_run[0])
    progress.ended(entry("f/one", "fail", "pass", "fail", "not_reached"))
    progress.ended(entry("f/two", "pass", "pass"))
    progress.finished(1, {"planned": 2}, interrupted=False)
    started, began, one, two, finished = told
    assert isinstance(started, Started)
    assert (started.planned, started.to_run, started.kept, started.seed) == (3, 2, {"pass": 1}, 1)
    assert started.left_s == 121
    assert isinstance(began, Began)
    assert (began.scenario, began.name) == ("f/one", "One")
    assert isinstance(one, Ended)
    assert (one.done, one.left_s, one.because) == (1, 4, "so")
    assert [(check.id, check.verdict, check.reason) for check in one.checks] == [
        ("credited-once", "fail", "£0.00 of £10.00")
    ], "what passed, and what nobody came to, is not told"
    assert isinstance(two, Ended)
    assert (two.done, two.left_s, two.checks) == (2, 0, [])
    assert isinstance(finished, Finished)
    assert (finished.exit_code, finished.interrupted) == (1, False)


def test_what_events_come_to(plan: Plan) -> None:
    tally = Tally()
    progress = Progress([tally.take], {"f/one": 1, "f/two": 1}, ticking(0, 0, 4, 8))
    assert tally.of is None
    progress.started(plan, left_s=8)
    progress.began(plan.to_run[0])
    assert (tally.of, tally.done, tally.now, tally.left_s) == (2, 0, {"f/one": "One"}, 8)
    progress.ended(entry("f/one", "fail", "fail"))
    progress.ended(entry("f/two", "pass", "pass"))
    assert (tally.done, tally.now, tally.words, tally.left_s) == (2, {}, "1 pass, 1 fail", 0)
    assert [one.scenario for one in tally.failed] == ["f/one"]
    assert tally.over is None
    progress.finished(1, {}, interrupted=False)
    assert tally.over is not None


def test_a_run_that_is_taken_up_again_begins_with_what_it_kept(plan: Plan) -> None:
    tally = Tally()
    Progress([tally.take]).ended(entry("f/one", "fail", "fail"))
    Progress([tally.take]).started(plan, [entry("f/two", "pass")])
    assert (tally.words, tally.failed, tally.done) == ("1 pass", [], 1)


def test_the_file_of_a_run_has_its_events(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "f.feature").write_text(FEATURE, encoding="utf-8")
    out = tmp_path / "out"
    assert execute(["run", str(tmp_path / "f.feature"), "--out", str(out)]) == 0
    lines = (out / PROGRESS).read_bytes().splitlines(keepends=True)
    events = [read_event(line, "here") for line in lines]
    assert [type(event) for event in events] == [Started, Began, Ended, Began, Ended, Finished]
    tally = Tally()
    for event in events:
        tally.take(event)
    assert tally.words == "2 pass"
    assert tally.over is not None
    assert tally.over.summary == json.loads((out / "record.json").read_text())["summary"]


def test_a_text_that_is_no_unicode_is_kept_as_an_escape(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path)
    Progress([file]).ended(entry("f/one", "error") | {"because": "a\udcff\n£"})
    (line,) = (tmp_path / PROGRESS).read_text(encoding="utf-8").splitlines()
    assert "a\\udcff\\n£" in line


def test_a_file_that_takes_no_more_stops_no_run(tmp_path: Path) -> None:
    (tmp_path / PROGRESS).mkdir()
    file = ProgressFile(tmp_path)
    Progress([file]).ended(entry("f/one", "pass"))
    assert file.problem == f"{tmp_path / PROGRESS} cannot be written: Is a directory"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"\xff", "an event in JSON on each line"),
        (b"[" * 100_000, "an event in JSON on each line"),
        (b"[1]", "expected `object`, found `array`"),
        (b'{"event": "moved"}', "event: expected another value, found Invalid value 'moved'"),
        (b'{"event": "began", "at": ""}', "expected a field `scenario`, found none"),
    ],
)
def test_a_line_that_is_no_event(line: bytes, found: str) -> None:
    with pytest.raises(BadInput, match=r"p\.jsonl") as refused:
        read_event(line, "p.jsonl")
    assert found in str(refused.value)
