"""``ppmid-harness prove``: what it prints, and its exit codes."""

import json
from pathlib import Path

import pytest

from ppmid_harness.cli import execute

Capture = pytest.CaptureFixture[str]

SURVIVOR = """[[fault]]
role = "dcc"
adapter = "ppmid_devices.dcc.simulated:SimulatedDcc"
check = "pre-command-in-time"
reason = "late"
"""


def test_a_check_is_proven(capsys: Capture) -> None:
    assert execute(["prove", "--only", "pre-command-in-time", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["faulty"], document["killed"], document["checks"]) == (1, 1, 1)
    assert document["conformant_scenario_runs"] == document["seeds_per_scenario"] == 0


def test_a_fault_that_is_not_observable_is_said_and_is_no_kill(capsys: Capture) -> None:
    assert execute(["prove", "--only", "TakesItsTime", "--points", "minimal"]) == 1
    out = capsys.readouterr().out
    assert "not observable on this bench: TakesItsTime by pre-command-in-time\n" in out
    assert "0 of 1 faulty parties killed, in 0 scenario runs" in out


def test_no_seeds_with_a_choice_is_what_it_is_anyway(capsys: Capture) -> None:
    assert execute(["prove", "--only", "TakesItsTime", "--points", "minimal", "--seeds", "0"]) == 1
    assert "0 false alarms in 0 conformant scenario runs (0 seeds each)" in capsys.readouterr().out


def test_a_party_of_somebody_elses_that_survives_is_named(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "ours.toml").write_text(SURVIVOR)
    command = ["prove", "--faults", str(tmp_path / "ours.toml"), "--only", "SimulatedDcc"]
    assert execute(command) == 1
    out = capsys.readouterr().out
    assert "survived, though it should have been caught: SimulatedDcc by pre-command-in-time\n" in out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--only", "nobody"], "expected the id of a check or the class of a faulty party, found nobody"),
        (["--faults", "absent.toml"], "absent.toml"),
        (["--seeds", "-1"], "--seeds"),
        (
            ["--only", "one-outcome", "--seeds", "3"],
            "expected none with --only, which runs faulty parties alone, found 3",
        ),
        (["--points", "some"], "--points"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], complaint: str, capsys: Capture) -> None:
    assert execute(["prove", *arguments]) == 2
    printed = capsys.readouterr()
    assert complaint in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""
