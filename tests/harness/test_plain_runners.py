"""pytest, behave and robot started plainly, as a user in a clone starts them: each writes a run folder by itself."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from waiting_wall import LONG_S

FEATURE = """@SECMP0038 @REQ-004
Feature: Plain
  Scenario: First
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved

  Scenario: Second
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
"""

PROJECT = """
[tool.pytest.ini_options]
testpaths = ["tests"]
addopts = "-p ppmid_harness.runners.pytest_plugin --strict-markers"
filterwarnings = ["error"]

[tool.behave]
runner = "ppmid_harness.runners.behave_runner:HarnessRunner"
paths = ["features"]
"""

PARSER = "ppmid_harness.runners.robot_parser"
COMMANDS = {
    "pytest": ["pytest", "features"],
    "behave": ["behave"],
    "robot": ["robot", "--parser", PARSER, "features"],
}
NARROWED = {
    "pytest": ["pytest", "features", "-k", "second"],
    "behave": ["behave", "--name", "Second"],
    "robot": ["robot", "--parser", PARSER, "--test", "Second", "features"],
}


@pytest.fixture(name="clone")
def make_clone(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "plain.feature").write_text(FEATURE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_own.py").write_text("def test_own() -> None: pass\n")
    return tmp_path


def start(clone: Path, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    argv = [sys.executable, "-m", *command]
    return subprocess.run(argv, cwd=clone, env=environment, capture_output=True, text=True, timeout=LONG_S, check=False)


def runs(clone: Path) -> list[Path]:
    return sorted((clone / "ppmid-runs").glob("*"))


def record(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "record.json").read_text())
    return content


def test_one_record_whatever_runner(clone: Path) -> None:
    for command in COMMANDS.values():
        done = start(clone, command)
        assert done.returncode == 0, done.stdout + done.stderr
    assert [json.loads((run / "environment.json").read_text())["runner"] for run in runs(clone)] == list(COMMANDS)
    first, *others = [(run / "record.json").read_bytes() for run in runs(clone)]
    assert others == [first, first]
    assert record(runs(clone)[0])["summary"]["pass"] == 2
    native = [sorted(path.name for path in (run / "native").iterdir()) for run in runs(clone)]
    assert native == [["pytest.xml"], ["behave.json"], ["output.xml"]]


@pytest.mark.parametrize("runner", NARROWED)
def test_what_the_runner_left_out_is_not_planned(clone: Path, runner: str) -> None:
    done = start(clone, NARROWED[runner])
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = runs(clone)
    assert [entry["id"] for entry in record(run)["scenarios"]] == ["plain/second"]
    assert record(run)["summary"]["planned"] == 1


def test_where_nothing_is_left_to_run_the_folder_says_so_itself(clone: Path) -> None:
    done = start(clone, ["pytest", "features", "-k", "nothing_like_it"])
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    (folder,) = runs(clone)
    assert record(folder)["summary"]["planned"] == 0
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "the run has no scenarios" in page
    assert 'name="ppmid-counts" content="planned=0 ' in page
    assert '<error type="error" message="the run has no scenarios">' in (folder / "junit.xml").read_text()


def test_a_run_of_behave_that_selects_nothing_is_no_success(clone: Path) -> None:
    assert start(clone, ["behave", "--tags=@SEC0009"]).returncode == 1
    (folder,) = runs(clone)
    assert record(folder)["summary"]["planned"] == 0


@pytest.mark.parametrize("mark", ["skip", "xfail"])
def test_what_pytest_passes_over_is_no_success(clone: Path, mark: str) -> None:
    """The features' own verdicts stand: what was skipped was never run, and what was to fail is not passed."""
    hook = f"    for item in items:\n        item.add_marker(pytest.mark.{mark})\n"
    (clone / "features" / "conftest.py").write_text(
        f"import pytest\n\ndef pytest_collection_modifyitems(items):\n{hook}"
    )
    second = FEATURE.rindex("has not moved")
    (clone / "features" / "plain.feature").write_text(f"{FEATURE[:second]}has risen by £10.00, once\n")
    done = start(clone, COMMANDS["pytest"])
    assert done.returncode == 1, done.stdout
    (folder,) = runs(clone)
    found = [entry["verdict"] for entry in record(folder)["scenarios"]]
    assert found == {"skip": ["error", "error"], "xfail": ["pass", "inconclusive"]}[mark]


@pytest.mark.parametrize("arguments", [[], ["."], ["features", "--collect-only"]])
def test_pytest_without_features_to_run_makes_no_run(clone: Path, arguments: list[str]) -> None:
    done = start(clone, ["pytest", *arguments])
    assert done.returncode == 0, done.stdout
    assert runs(clone) == []
    assert ("test_own.py" in done.stdout) == ("--collect-only" not in arguments)


def test_pytest_in_several_processes_is_refused_for_features_alone(clone: Path) -> None:
    pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    done = start(clone, ["pytest", "features", "-n", "2"])
    assert done.returncode == 4
    assert done.stderr.strip() == "ERROR: the features run in one process: leave -n away"
    assert start(clone, ["pytest", "-n", "2"]).returncode == 0
    assert runs(clone) == []


@pytest.mark.parametrize(("runner", "code"), [("pytest", 4), ("behave", 1), ("robot", 252)])
def test_a_broken_feature_is_one_clear_line(clone: Path, runner: str, code: int) -> None:
    (clone / "features" / "plain.feature").write_text(FEATURE.replace("has not moved", "is what it was", 1))
    done = start(clone, COMMANDS[runner])
    assert done.returncode == code
    output = done.stdout + done.stderr
    assert "plain.feature: line 5: expected one step definition, found no step definition fits then" in output
    assert "Traceback" not in output
    assert runs(clone) == []
