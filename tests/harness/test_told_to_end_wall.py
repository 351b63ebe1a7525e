"""A run that is told to end, or is killed, while it or its workers run scenarios: nobody of it stays behind."""

import contextlib
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from waiting_wall import LONG_S, until

PROGRAM = (sys.executable, "-m", "ppmid_harness")
LONG = """@SECMP0038
Feature: Long

  @REQ-004 @takes-2m
  Scenario Outline: A wait of two minutes, <times> times
    Given a prepayment home with an electricity meter
    When <times> minutes pass
    Then the balance of the electricity meter has not moved

    Examples:
      | times |
      | 2     |
      | 1     |
"""


def of_session(leader: int) -> set[str]:
    """The command lines of the processes that live in the session of this leader."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _parent, _group, session = (process / "stat").read_text().rpartition(") ")[2].split()[:4]
            if int(session) == leader and state != "Z":
                found.add((process / "cmdline").read_text().replace("\0", " "))
    return found


@pytest.mark.parametrize(
    ("stop", "how"),
    [(signal.SIGTERM, ["-n", "2"]), (signal.SIGTERM, ["--runner", "robot"]), (signal.SIGKILL, ["-n", "2"])],
)
def test_a_run_that_is_told_to_end_leaves_no_worker_and_no_party_behind(
    stop: signal.Signals, how: list[str], tmp_path: Path
) -> None:
    (tmp_path / "long.feature").write_text(LONG, encoding="utf-8")
    arguments = ["run", "long.feature", "--bench", "rehearsal", *how, "--out", "out"]
    under_way = 2 if "-n" in how else 1
    told = tmp_path / "told"
    with (
        told.open("w") as output,
        subprocess.Popen(
            [*PROGRAM, *arguments], cwd=tmp_path, stdout=output, stderr=output, start_new_session=True
        ) as run,
    ):
        progress = tmp_path / "out/progress.jsonl"
        until(
            lambda: progress.is_file() and progress.read_text().count('"began"') == under_way, told="they are under way"
        )
        run.send_signal(stop)
        run.wait(timeout=LONG_S)
        until(lambda: not of_session(run.pid), told="a run of which nobody is left")
    if stop == signal.SIGKILL:
        return
    assert run.returncode == 3, told.read_text()
    assert "interrupted; the same command with --out and --resume goes on" in told.read_text()
    assert "Traceback" not in told.read_text()
    fault = json.loads((tmp_path / "out/environment.json").read_text(encoding="utf-8"))["fault"]
    assert fault == "the run was interrupted"
