"""Outputs that take no more and signals: one clear line, the right exit code; in processes where they need one."""

import importlib.abc
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from waiting_wall import LONG_S

from ppmid_harness import finishers
from ppmid_harness.cli import execute
from ppmid_harness.cli.output import emit, emit_json

FEATURE = """@SECMP0038 @REQ-004
Feature: F
  Scenario: One
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
  Scenario: Two
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
"""
PROGRAM = (sys.executable, "-m", "ppmid_harness")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a feature and a finished run of it."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "f.feature").write_text(FEATURE)
    assert execute(["run", str(folder / "f.feature"), "--out", str(folder / "ran")]) == 0
    return folder


@pytest.fixture(name="here")
def go_there(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(made)
    return made


def test_an_output_that_knows_few_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    octets = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(octets, encoding="ascii"))
    emit("£10 → meter")
    emit_json({"top-up": "£10"})
    lines, document = octets.getvalue().decode("ascii").split("\n", 1)
    assert lines == "\\xa310 \\u2192 meter"
    assert json.loads(document) == {"top-up": "£10"}


def test_an_output_that_takes_no_more(here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert execute(["utrn", "check", "73951773847901038897"]) == 3
        assert capsys.readouterr().err == ("ppmid-harness: the output cannot be written: No space left on device\n")
        monkeypatch.undo()
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())  # for what is still in its buffer


def test_ctrl_c_while_the_program_still_starts(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pressed(importlib.abc.MetaPathFinder):
        def find_spec(self, name: str, *_: object) -> None:
            if name == "ppmid_harness.cli.app":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "ppmid_harness.cli.app", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Pressed(), *sys.meta_path])
    assert execute(["checks"]) == 3
    assert capsys.readouterr() == ("", "ppmid-harness: interrupted\n")


def test_ctrl_c_while_a_command_reads(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    arguments = [*PROGRAM, "gbcs", "decode", tmp_path / "pipe"]
    with (
        subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as command,
        (tmp_path / "pipe").open("wb"),  # waits until the command has opened it
    ):
        command.send_signal(signal.SIGINT)
        _, error = command.communicate(timeout=LONG_S)
    assert (command.returncode, error) == (3, "ppmid-harness: interrupted\n")


def test_ctrl_c_while_a_run_writes_its_reports_lets_it_write_them(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(_: Path) -> None:
        signal.raise_signal(signal.SIGINT)

    made = finishers.finishers()
    monkeypatch.setattr(finishers, "finishers", lambda *_, **__: (pressed, *made))
    assert execute(["run", "f.feature", "--out", "pressed"]) == 0
    told = capsys.readouterr()
    assert "2 planned, 2 pass" in told.out
    assert "no more scenarios are run; record and reports are being written: once more gives them up" in told.err
    assert (here / "pressed/bundle.zip").is_file()
    assert '"interrupted": false' in (here / "pressed/progress.jsonl").read_text()


@pytest.mark.parametrize("runner", ["behave", "robot"])
def test_ctrl_c_in_a_run_is_one_line_under_any_runner(runner: str, tmp_path: Path) -> None:
    arguments = [*PROGRAM, "run", "--runner", runner, "--out", tmp_path / "out"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline().startswith("pass")
        run.send_signal(signal.SIGINT)
        _, error = run.communicate(timeout=LONG_S)
    assert (run.returncode, error) == (3, "interrupted; the same command with --out and --resume goes on\n")


@pytest.mark.parametrize("arguments", ["checks --json", "rejudge ran", "run --help", "duis roles", "duis coverage"])
def test_a_reader_that_takes_one_line(arguments: str, here: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, *arguments.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as command:
        assert command.stdout is not None
        assert command.stderr is not None
        assert command.stdout.read(1)
        command.stdout.close()
        assert command.stderr.read() == b""
        assert command.wait(timeout=LONG_S) == 0


def test_warnings_as_errors_are_no_interruption(here: Path, tmp_path: Path) -> None:
    """The tags of the scenario left out are marks that nobody has declared."""
    command = [
        sys.executable,
        "-W",
        "error",
        *PROGRAM[1:],
        "run",
        "f.feature",
        "--only",
        "f/one",
        "--out",
        tmp_path / "o",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONG_S, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_runs_in_one_process_do_not_disturb_each_other(
    here: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> NoReturn:
        raise RuntimeError("pytest-bdd has a bad day")

    for number, runner in enumerate(["pytest", "behave", "robot", "pytest"]):
        assert execute(["run", "f.feature", "--runner", runner, "--out", str(tmp_path / str(number))]) == 0
    with monkeypatch.context() as patch:
        patch.setattr("pytest_bdd.scenarios", broken)
        assert execute(["run", "f.feature", "--out", str(tmp_path / "broken")]) == 3
    printed = capsys.readouterr()
    assert "2 planned, 2 error" in printed.out
    assert printed.err == "", "a broken collection is no interruption"
    assert execute(["run", "f.feature", "--out", str(tmp_path / "after")]) == 0
