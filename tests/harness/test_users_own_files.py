"""What a user has in folder and environment for a runner of their own changes nothing of a run that is ours."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from ppmid_harness.cli import execute

FEATURE = """@SECMP0038 @REQ-004
Feature: F
  Scenario: One
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has risen by £10.00, once

  Scenario: Two
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
"""
FILES = {
    "features/conftest.py": """
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.skip)
""",
    "features/__init__.py": "raise RuntimeError('not ours')\n",
    "features/environment.py": "def before_scenario(context, scenario): scenario.skip()\n",
    "features/steps/own.py": "raise RuntimeError('not ours')\n",
    "features/__init__.robot": "*** Settings ***\nSuite Setup    Fail\n",
    "environment.py": "def before_scenario(context, scenario): scenario.skip()\n",
    "pytest.ini": "[pytest]\naddopts = -k nothing_like_it\n",
    "behave.ini": "[behave]\ntags = @nothing_like_it\ndry_run = true\n",
}
VARIABLES = {
    "PYTEST_ADDOPTS": "-k nothing_like_it",
    "PYTEST_PLUGINS": "no_such_plugin",
    "ROBOT_OPTIONS": "--skip SECMP0038 --dryrun",
    "BEHAVE_STAGE": "elsewhere",
}


@pytest.mark.parametrize("runner", ["pytest", "behave", "robot"])
def test_neither_files_nor_variables_of_the_user_move_a_verdict(
    runner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in {"features/f.feature": FEATURE, **FILES}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    assert execute(["run", "features", "--runner", runner, "--out", "run"]) == 4
    found = json.loads((tmp_path / "run" / "record.json").read_text())["scenarios"]
    assert {one["id"]: one["verdict"] for one in found} == {"f/one": "inconclusive", "f/two": "pass"}


def test_a_python_without_docstrings_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f.feature").write_text(FEATURE)
    monkeypatch.setattr("ppmid_harness.plan.sys", SimpleNamespace(flags=SimpleNamespace(optimize=2)))
    assert execute(["run", str(tmp_path / "f.feature"), "--out", str(tmp_path / "run")]) == 2
    assert "Python: expected its docstrings, which the reports quote, found -OO" in capsys.readouterr().err
