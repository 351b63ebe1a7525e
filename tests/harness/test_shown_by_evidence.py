"""A record that says more than its evidence shows is found, and nothing is said of it; nor is it taken up again."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ppmid_harness.cli import execute

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
"""
READERS = ("coverage", "answers", "timings")
Capture = pytest.CaptureFixture[str]
Entry = dict[str, Any]
Edit = Callable[[Entry, Entry], object]


@pytest.fixture(name="ran", scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two scenarios, the second inconclusive, under two seeds."""
    place = tmp_path_factory.mktemp("ran")
    (place / "f.feature").write_text(FEATURE)
    for seed in "12":
        made = execute(["run", str(place / "f.feature"), "--seed", seed, "--out", str(place / seed)])
        assert made == 4
    return place


@pytest.fixture(name="run")
def copied(ran: Path, tmp_path: Path) -> Path:
    shutil.copytree(ran / "1", tmp_path / "run")
    (tmp_path / "run" / "bundle.zip").unlink()
    return tmp_path / "run"


def edit(run: Path, change: Edit) -> None:
    path = run / "record.json"
    record = json.loads(path.read_text())
    change(record, record["scenarios"][1])
    path.write_text(json.dumps(record))


def _pass(_: Entry, two: Entry) -> None:
    two.update(verdict="pass")


def _nothing_judged(_: Entry, two: Entry) -> None:
    two.update(verdict="pass", checks=[])


def _without_what_did_not_pass(_: Entry, two: Entry) -> None:
    two.update(verdict="pass", checks=two["checks"][1:])


def _without_the_standing(_: Entry, two: Entry) -> None:
    two.update(checks=two["checks"][:1])


def _without_evidence(_: Entry, two: Entry) -> None:
    two.update(verdict="pass", checks=[], evidence_sha256="")


def _measured_faster(record: Entry, _: Entry) -> None:
    for one in record["scenarios"][0]["measurements"]:
        one["value"] = 0.001


def _other_party(record: Entry, _: Entry) -> None:
    for one in record["parties"]:
        one.update(adapter="lab:Device", kind="real")


EDITS: dict[str, tuple[Edit, str]] = {
    "verdict": (_pass, "verdict"),
    "nothing judged": (_nothing_judged, "verdict, checks"),
    "what did not pass left out": (_without_what_did_not_pass, "checks"),
    "standing checks left out": (_without_the_standing, "checks"),
    "without evidence": (_without_evidence, "evidence"),
    "measurements": (_measured_faster, "measurements"),
    "tags": (lambda _, two: two["tags"].append("SEC0009"), "tags"),
    "home": (lambda _, two: two["home"].update(wan="never-wan"), "home"),
    "observed": (lambda _, two: two.update(observed=[{"item": "relay", "value": True, "evidence": 1}]), "observed"),
    "seed": (lambda record, _: record["run"].update(seed=7), "seed"),
    "parties": (_other_party, "adapter of"),
    "requirements": (lambda _, two: two["checks"][0].update(requirements=["REQ-020"]), "requirements"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_record_that_says_more_is_different_and_nothing_is_said_of_it(name: str, run: Path, capsys: Capture) -> None:
    change, part = EDITS[name]
    edit(run, change)
    capsys.readouterr()
    assert execute(["rejudge", str(run), "--json"]) == 1
    (first, *_) = json.loads(capsys.readouterr().out)["different"]
    assert ", ".join(one for one in first if one not in ("scenario", "check")).startswith(part)
    for command in READERS:
        assert execute([command, str(run)]) == 2
        error = capsys.readouterr().err
        assert f"record.json: expected what its evidence shows (see rejudge), found {first.get('check', '')}" in error
        assert f"with another {part}" in error
        assert error.count("\n") == 1
    assert execute(["compare", str(run), str(run)]) == 2


def test_a_record_as_it_was_made_holds(run: Path, ran: Path, capsys: Capture) -> None:
    assert execute(["rejudge", str(run)]) == 0
    assert execute(["compare", str(run), str(ran / "1")]) == 0
    assert execute(["answers", str(run)]) == 0
    assert execute(["timings", str(run), str(ran / "2" / "bundle.zip")]) == 0


def test_what_another_version_of_a_check_said_is_the_records_word_and_told(run: Path, capsys: Capture) -> None:
    edit(run, lambda _, two: two["checks"][0].update(version=99))
    of_another = json.loads((run / "environment.json").read_text()) | {"harness": {"version": "0", "sha256": "0"}}
    (run / "environment.json").write_text(json.dumps(of_another))
    capsys.readouterr()
    assert execute(["answers", str(run)]) == 0
    assert "1 part(s) are by rules of another harness; taken as the record has them" in capsys.readouterr().err


def test_a_value_that_is_no_number_is_one_line(run: Path, capsys: Capture) -> None:
    edit(run, lambda record, _: record["scenarios"][0]["measurements"][0].update(value=float("nan")))
    capsys.readouterr()
    for command in ("rejudge", *READERS, "report"):
        assert execute([command, str(run)]) == 2
        assert "record.json: expected JSON, found NaN is no number" in capsys.readouterr().err


@pytest.mark.parametrize("name", [*(one for one in EDITS if one not in ("seed", "parties")), "another name"])
def test_an_entry_that_was_altered_is_not_taken_up_again(name: str, run: Path, ran: Path, capsys: Capture) -> None:
    change, part = EDITS.get(name, (lambda _, two: two.update(name="Three"), "name"))
    edit(run, change)
    capsys.readouterr()
    assert resumed(run, ran) == 2
    error = capsys.readouterr().err
    assert "expected the entry that its evidence shows, found one with another " in error
    assert part.partition(",")[0] in error


def test_evidence_of_another_seed_is_not_taken_up(run: Path, ran: Path, capsys: Capture) -> None:
    """Entry and evidence go together: both are of a run under seed 2."""
    others = json.loads((ran / "2" / "record.json").read_text())["scenarios"]
    shutil.copytree(ran / "2" / "evidence", run / "evidence", dirs_exist_ok=True)
    edit(run, lambda record, _: record.update(scenarios=others))
    capsys.readouterr()
    assert resumed(run, ran) == 2
    assert "with another seed" in capsys.readouterr().err


def test_what_is_said_not_to_be_applicable_is_run_all_the_same(run: Path, ran: Path) -> None:
    edit(run, lambda _, two: two.update(verdict="not_applicable", checks=[], evidence_sha256="", measurements=[]))
    assert resumed(run, ran) == 4
    assert json.loads((run / "record.json").read_text())["summary"]["inconclusive"] == 1


def resumed(run: Path, ran: Path) -> int:
    return execute(["run", str(ran / "f.feature"), "--seed", "1", "--out", str(run), "--resume"])
