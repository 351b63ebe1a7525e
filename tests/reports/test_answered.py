"""A run that was given a document of risk: what rests on it is answered by it, in report, CLI and sign-off."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ppmid_harness.cli import execute
from ppmid_reports.answered import with_its_risk
from ppmid_reports.run import read_run
from ppmid_reports.signoff.submission import answers_of, submissions

RISK: dict[str, Any] = {
    "schema": 1,
    "seed": 7,
    "trials": 9,
    "floods": 0,
    "from": "simulated",
    "configurations": [
        {
            "id": "relay every Command",
            "name": "relays all",
            "counts": {"harm": 1},
            "threats": [],
            "cells": [{"level": "harm", "scope": "route", "class": "credit", "attacker": "network"}],
        }
    ],
    "differences": [{"id": "relay every Command", "against": "today", "route": {"harm": 1}, "generic": 0}],
    "residual": [],
}
ONE = "utrns-through-the-ppmid/a-home-that-coverage/has-no-sm-wan-yet"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one scenario, with a document of risk."""
    folder = tmp_path_factory.mktemp("given")
    (folder / "risk.json").write_text(json.dumps(RISK))
    assert execute(["run", "--only", ONE, "--risk", str(folder / "risk.json"), "--out", str(folder / "run")]) == 0
    return folder / "run"


def word(answers: list[Any], requirement: str, get: Callable[[Any, str], Any]) -> str:
    (found,) = [
        get(one, "answer")
        for one in answers
        if (get(one, "modification"), get(one, "requirement")) == ("SECMP0038", requirement)
    ]
    return str(found)


def test_the_report_has_them_and_the_record_stays_as_it_ran(run: Path) -> None:
    read = read_run(run)
    told = with_its_risk(read)
    assert word(list(read.record.answers), "REQ-002", getattr) == "open"
    assert word(list(told.record.answers), "REQ-002", getattr) == "shown"
    assert word(list(told.record.answers), "REQ-001", getattr) == "open"  # one document repeats nothing
    assert word(list(told.record.answers), "REQ-010", getattr) == "open"  # it has no avenue
    assert [one.requirement for one in told.record.answers] == [one.requirement for one in read.record.answers]
    assert "of 1 exposure 1 are the route" in (run / "report.html").read_text(encoding="utf-8")


def test_a_run_without_one_is_as_it_is(run: Path, tmp_path: Path) -> None:
    read = read_run(run)
    (run / "risk.json").rename(tmp_path / "away.json")
    assert with_its_risk(read) is read
    (tmp_path / "away.json").rename(run / "risk.json")


def test_answers_and_the_sign_off_take_it_from_the_bundle(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert execute(["answers", str(run / "bundle.zip"), "--json"]) == 0
    assert word(json.loads(capsys.readouterr().out)["answers"], "REQ-002", dict.__getitem__) == "shown"
    assert word(answers_of(submissions([run / "bundle.zip"])), "REQ-002", dict.__getitem__) == "shown"
