"""``run --watch`` in a process of its own, and which files it looks at."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from waiting_wall import LONG_S

from ppmid_bench.errors import BadInput
from ppmid_harness.cli import execute
from ppmid_harness.plan import Options
from ppmid_harness.watching import changed, seen, watched_files

FEATURE = """@SECMP0038 @REQ-004
Feature: F
  Scenario: One
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
"""


@pytest.fixture(name="feature")
def make_feature(tmp_path: Path) -> Path:
    path = tmp_path / "f.feature"
    path.write_text(FEATURE, encoding="utf-8")
    return path


@pytest.fixture(name="watching")
def start(feature: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "ppmid_harness", "run", "f.feature", "--watch"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=feature.parent, start_new_session=True
    ) as run:
        try:
            yield run
        finally:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)


def until(output: IO[str] | None, beginning: str) -> list[str]:
    assert output is not None
    lines: list[str] = []
    for line in output:
        lines.append(line.rstrip("\n"))
        if line.startswith(beginning):
            return lines
    raise AssertionError(f"it ended without {beginning!r}: {lines}")


def save(path: Path, text: str) -> None:
    """All at once: an emptied file that is not written yet would be one change, and what is written another."""
    draft = path.with_name("draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def ctrl_c(run: subprocess.Popen[str]) -> None:
    """As a terminal gives it: to all processes in front."""
    os.killpg(run.pid, signal.SIGINT)


def test_a_run_again_when_the_feature_changes(watching: subprocess.Popen[str], feature: Path) -> None:
    first = until(watching.stdout, "watching")
    assert first[0] == "pass          f/one"
    save(feature, FEATURE.replace("One", "Other"))
    assert "changed: f.feature" in until(watching.stdout, "changed")
    assert "pass          f/other" in until(watching.stdout, "watching")
    save(feature, FEATURE + "    Giv")
    broken = until(watching.stdout, "watching")
    assert any("expected Gherkin" in line for line in broken), "a file that is half written ends nothing"
    save(feature, FEATURE)
    assert "pass          f/one" in until(watching.stdout, "watching")
    ctrl_c(watching)
    assert watching.wait(timeout=LONG_S) == 0, "the exit code of the last run"
    assert len(list((feature.parent / "ppmid-runs").iterdir())) == 3


def test_ctrl_c_within_a_run(feature: Path) -> None:
    command = [sys.executable, "-m", "ppmid_harness", "run", "--watch"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=feature.parent, start_new_session=True
    ) as run:
        until(run.stdout, "pass")
        ctrl_c(run)
        _, error = run.communicate(timeout=LONG_S)
    assert run.returncode == 3
    assert error.splitlines()[-1] == "ppmid-harness: interrupted"
    (folder,) = (feature.parent / "ppmid-runs").iterdir()
    assert (folder / "record.json").is_file(), "the run has ended as a run does"


def test_what_is_looked_at(feature: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (feature.parent / "own_adapter_of_a_test.py").touch()
    monkeypatch.syspath_prepend(str(feature.parent))
    bench, ics = feature.with_name("bench.toml"), feature.with_name("ics.toml")
    bench.write_text('[parties.hub]\nadapter = "own_adapter_of_a_test:Hub"\n[parties.ppmid]\nadapter = "simulated"')
    names = {path.name for path in watched_files(Options(paths=(feature,), bench=bench, ics=ics))}
    assert {"f.feature", "bench.toml", "ics.toml", "own_adapter_of_a_test.py", "top_up.py"} <= names
    bench.write_text("[parties")
    assert bench in watched_files(Options(paths=(feature,), bench=bench)), "to be mended"
    with pytest.raises(BadInput, match="nowhere"):
        watched_files(Options(paths=(Path("nowhere"),)))


def test_a_file_that_goes_has_changed(feature: Path) -> None:
    ics = feature.with_name("ics.toml")
    ics.touch()
    options = Options(paths=(feature,), ics=ics)
    before = seen(options)
    ics.unlink()
    assert changed(before, options) == [ics]


@pytest.mark.parametrize("option", ["--out x", "--resume", "--json"])
def test_what_does_not_go_with_it(option: str, feature: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["run", str(feature), "--watch", *option.split()]) == 2
    line = f"ppmid-harness: --watch: expected runs with a folder each, told to a person, found {option.split()[0]}\n"
    assert capsys.readouterr().err == line
