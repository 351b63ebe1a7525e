"""Who may move a verdict: a fault of the bench in every report alike, the ICS by a named item, and nobody else."""

import json
import re
import sys
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_harness.cli import execute
from ppmid_harness.features import own_features

RUNNERS = ("pytest", "behave", "robot")
GAS = "utrns-through-the-ppmid/a-utrn-waits-for-the-gas-meter-to-wake"
FEATURE = """@SECMP0038 @REQ-004
Feature: F
  Scenario: One
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
  Scenario: Two
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
"""

Capture = pytest.CaptureFixture[str]


class AnotherHub(SimulatedHub):
    """A hub under another adapter: not the harness's own any more."""


class BreaksAtFirst(SimulatedHub):
    def start(self) -> None:
        raise OSError("the radio is not there")


class BreaksAtLast(SimulatedHub):
    def close(self) -> None:
        raise OSError("the radio does not let go")


@pytest.fixture(autouse=True)
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    module = ModuleType("lab")
    module.__dict__.update(BreaksAtFirst=BreaksAtFirst, BreaksAtLast=BreaksAtLast, AnotherHub=AnotherHub)
    monkeypatch.setitem(sys.modules, "lab", module)


def record_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "record.json").read_text())  # type: ignore[no-any-return]


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(
    ("adapter", "because"),
    [("BreaksAtFirst", "OSError: the radio is not there"), ("BreaksAtLast", "OSError: the radio does not let go")],
)
def test_a_bench_that_breaks_at_first_or_at_last_is_an_error_everywhere(
    adapter: str, because: str, runner: str, tmp_path: Path
) -> None:
    (tmp_path / "f.feature").write_text(FEATURE)
    (tmp_path / "bench.toml").write_text(f'[parties.hub]\nadapter = "lab:{adapter}"\n')
    assert execute(["run", "f.feature", "--bench", "bench.toml", "--runner", runner, "--out", "run"]) == 3
    record = record_of(tmp_path / "run")
    assert [(one["verdict"], one["because"]) for one in record["scenarios"]] == [("error", because)] * 2
    assert (record["summary"]["error"], record["summary"]["planned"]) == (2, 2)
    top = ET.parse(tmp_path / "run" / "junit.xml").getroot()
    assert {name: top.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "2",
        "failures": "0",
        "errors": "2",
    }
    assert {suite.get("skipped") for suite in top.iter("testsuite")} == {"0"}
    page = (tmp_path / "run" / "report.html").read_text()
    assert "planned=2 pass=0 fail=0 inconclusive=0 error=2 not_applicable=0 not_run=0" in page
    _the_runners_own_output_is_not_green(runner, tmp_path / "run" / "native")


def _the_runners_own_output_is_not_green(runner: str, native: Path) -> None:
    """Whoever reads it alone sees two scenarios that did not pass, and none that was skipped."""
    if runner == "pytest":
        (suite,) = ET.parse(native / "pytest.xml").getroot().iter("testsuite")
        broken = [case for case in suite.iter("testcase") if {"failure", "error"} & {one.tag for one in case}]
        assert (len(broken), suite.get("skipped")) == (2, "0")
    elif runner == "behave":
        (feature,) = json.loads((native / "behave.json").read_text())
        assert feature["status"] not in ("passed", "skipped", "untested")
    else:
        text = (native / "output.xml").read_text()
        tests = re.findall("<test .*?</test>", text, re.DOTALL)
        statuses = [re.findall(r'<status status="(\w+)"', one)[-1] for one in tests]
        assert statuses == ["FAIL", "FAIL"]


def _gas(out: str, bench: str, ics: str) -> int:
    Path("bench.toml").write_text(bench)
    Path("ics.toml").write_text(f"[ics]\nutrn-internet = true\n{ics}")
    feature = own_features() / "utrn_internet" / "utrn_to_ppmid.feature"
    return execute(["run", str(feature), "--only", GAS, "--bench", "bench.toml", "--ics", "ics.toml", "--out", out])


def test_what_fails_on_every_bench_stays_a_fail_and_the_ics_alone_moves_it(tmp_path: Path, capsys: Capture) -> None:
    ppmid = '[parties.ppmid]\nadapter = "ppmid_devices.ppmid.faulty:ResendsGasUtrn"\n'
    hubs = {"ours": "", "another": '[parties.hub]\nadapter = "lab:AnotherHub"\n'}
    for name, hub in hubs.items():
        assert _gas(name, ppmid + hub, "gas = true\n") == 1
        (scenario,) = record_of(tmp_path / name)["scenarios"]
        failed = [(one["id"], one["judges"]) for one in scenario["checks"] if one["verdict"] == "fail"]
        assert (scenario["verdict"], failed) == ("fail", [("few-gas-exchanges", "ppmid")])
        assert record_of(tmp_path / name)["plan"] == [{"id": GAS, "status": "run", "because": ""}]
    capsys.readouterr()
    assert _gas("silent", ppmid, "") == 2
    assert f"[ics]: expected a line for gas, which {GAS} needs, found none" in capsys.readouterr().err
    assert not (tmp_path / "silent").exists()
    assert _gas("denied", ppmid, "gas = false\n") == 2, "nothing else is left to judge"
    assert "the ICS declares no support of gas" in capsys.readouterr().err


def test_times_are_in_utc_with_their_offset_and_a_run_takes_no_folder_of_another(
    tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "f.feature").write_text(FEATURE)
    assert execute(["run", "f.feature", "--out", "a"]) == 0
    environment = json.loads((tmp_path / "a" / "environment.json").read_text())
    for name in ("started", "ended"):
        assert datetime.fromisoformat(environment[name]).utcoffset() == timedelta(0)
    suites = ET.parse(tmp_path / "a" / "junit.xml").getroot().findall("testsuite")
    assert {datetime.fromisoformat(one.get("timestamp", "")).utcoffset() for one in suites} == {timedelta(0)}
    capsys.readouterr()
    assert execute(["run", "f.feature", "--only", "f/one", "--out", "a"]) == 2
    assert "expected a new or empty folder, or --resume, found a folder that is not empty" in capsys.readouterr().err
    assert len(record_of(tmp_path / "a")["scenarios"]) == 2
    assert execute(["run", "f.feature", "--tags", "@SEC0009", "--out", "c"]) == 2
    assert "the selection: expected at least one scenario, found none of 2" in capsys.readouterr().err
    assert record_of(tmp_path / "c")["summary"]["planned"] == 0
    suites = ET.parse(tmp_path / "c" / "junit.xml").getroot()
    assert int(suites.get("tests", "0")) == int(suites.get("errors", "0")) > 0, "never a pass"
    told = "the selection: expected at least one scenario, found none of 2"
    assert [one.get("message") for one in suites.iter("error")] == [told, "the run has no scenarios"]
    page = (tmp_path / "c" / "report.html").read_text(encoding="utf-8")
    assert told in page
    assert "<b>0</b> planned" in page
    assert execute(["verify", str(tmp_path / "c" / "bundle.zip")]) == 0


def test_a_selection_of_which_nothing_can_run_says_why_of_each_scenario(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "f.feature").write_text(FEATURE)
    (tmp_path / "w.feature").write_text(
        FEATURE.replace("Feature: F", "Feature: W").replace("@SECMP", "@wall @SECMP", 1)
    )
    capsys.readouterr()
    for runner in ("pytest", "behave", "robot"):
        assert execute(["run", "w.feature", "--runner", runner, "--out", runner]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.count("\n") == 1
        record = record_of(tmp_path / runner)
        assert record["summary"]["planned"] == record["summary"]["not_run"] == 2
        assert {one["because"] for one in record["scenarios"]} == {"it needs a bench in wall-clock time"}
        page = (tmp_path / runner / "report.html").read_text(encoding="utf-8")
        assert "expected at least one scenario that this bench can run" in page
    assert execute(["run", "w.feature"]) == 2
    assert not (tmp_path / "ppmid-runs").exists(), "nobody has said where to look"
