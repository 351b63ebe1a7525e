"""``ppmid-harness timings``: what it prints, and its exit codes."""

import json
from pathlib import Path

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
"""


def test_what_two_seeds_have_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("f.feature").write_text(FEATURE)
    Path("bench.toml").write_text("[links.avenue]\njitter_ms = 200\n")
    for seed in "12":
        assert execute(["run", "f.feature", "--bench", "bench.toml", "--seed", seed, "--out", seed]) == 0
    capsys.readouterr()
    assert execute(["timings", "1", "2/bundle.zip", "--json"]) == 0
    rows = {row["measurement"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    measured = [
        one["value"]
        for seed in "12"
        for one in json.loads(Path(seed, "record.json").read_text())["scenarios"][0]["measurements"]
        if one["id"] == "dcc-equivalent-time"
    ]
    row = rows["dcc-equivalent-time"]
    assert len(set(measured)) > 1
    assert (row["n"], row["runs"], row["least"], row["greatest"]) == (len(measured), 2, min(measured), max(measured))
    assert row["p95"] is None
    assert execute(["timings", "1", "2"]) == 0
    assert f"dcc-equivalent-time: n = {len(measured)} of 2 run(s), least" in capsys.readouterr().out


def test_a_run_that_is_given_twice_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("f.feature").write_text(FEATURE)
    assert execute(["run", "f.feature", "--out", "1"]) == 0
    capsys.readouterr()
    assert execute(["timings", "1", "1/bundle.zip"]) == 2
    error = capsys.readouterr().err
    assert "1/bundle.zip: expected a run of its own, found the same record as 1" in error
    assert error.count("\n") == 1


def test_a_record_without_values_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "record.json").write_text('{"scenarios": [{"id": "f/one", "checks": []}]}')
    assert execute(["timings", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "found the record: it cannot be made again from its scenarios: KeyError('verdict')" in error
    assert error.count("\n") == 1
