"""``ppmid-harness coverage``: what it prints, and its exit codes."""

import json
from pathlib import Path

import pytest

from ppmid_harness.cli import execute

FEATURE = """@SECMP0038 @REQ-029
Feature: F
  Scenario: One
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
"""


def test_what_one_run_covers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "f.feature").write_text(FEATURE)
    assert execute(["run", str(tmp_path / "f.feature"), "--out", str(tmp_path / "run")]) == 0
    capsys.readouterr()
    assert execute(["coverage", str(tmp_path / "run")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("REQ-029  balance-unmoved in 1 scenarios") for line in lines)
    assert "REQ-007  UNCOVERED; not tried" in "\n".join(lines)
    assert lines[-1].endswith(" covered")
    assert execute(["coverage", str(tmp_path / "run"), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert "REQ-029" not in found["uncovered"]
    assert "REQ-004" in found["uncovered"]


def test_a_folder_that_holds_no_run_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["coverage", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
