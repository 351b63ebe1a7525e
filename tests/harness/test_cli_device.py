"""``device``: a party alone serves scenarios of a run until it is stopped, and says what it does."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting_wall import LONG_S

from ppmid_harness.cli import execute

Play = Callable[..., dict[str, Any]]
PROGRAM = (sys.executable, "-m", "ppmid_harness", "device")

FEATURE = """@SECMP0038
Feature: Soon

  @REQ-004 @takes-10s
  Scenario: A top-up Command
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 10 milliseconds
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the Supplier holds the meter's own Response

  @REQ-004 @takes-10s
  Scenario: A top-up Command again
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 10 milliseconds
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the Supplier holds the meter's own Response
"""

BENCH = """[bench]
time = "wall"
settling_ms = 300
control = "127.0.0.1:{port}"
muster_s = {wait}
[parties.dcc]
processing_ms = 20
[parties.hub]
adapter = "process"
start = "by hand"
tunnels_after_s = 0
[parties.esme]
processing_ms = 20
"""
WAIT = 8


@pytest.fixture
def bench() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return BENCH.format(port=listener.getsockname()[1], wait=WAIT)


@pytest.fixture
def hub(bench: str, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The hub of the bench, alone; it has begun to call."""
    path = tmp_path / "own" / "bench.toml"
    path.parent.mkdir()
    path.write_text(bench, encoding="utf-8")
    with subprocess.Popen([*PROGRAM, "hub", "--bench", str(path)], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("hub: waits for a run on bench bench-")
        yield process
        if process.poll() is None:
            process.kill()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_hub_alone_serves_scenarios_until_it_is_stopped(
    stop: signal.Signals, bench: str, hub: subprocess.Popen[str], play: Play
) -> None:
    record = play(bench, feature=FEATURE)
    assert [one["verdict"] for one in record["scenarios"]] == ["pass", "pass"], record["scenarios"]
    hub.send_signal(stop)
    _, said = hub.communicate(timeout=LONG_S)
    assert hub.returncode == 0
    lines = said.splitlines()
    assert lines[0].startswith("hub: bench bench-")
    assert [line for line in lines if "scenario" in line] == [
        "hub: a scenario begins",
        "hub: the scenario has ended",
    ] * 2
    assert lines[-1] == "hub: stopped"


def test_a_hub_that_dies_costs_its_scenario_and_the_next_is_told_that_it_is_not_there(
    bench: str, hub: subprocess.Popen[str], play: Play
) -> None:
    def kill() -> None:
        assert hub.stderr is not None
        next(line for line in hub.stderr if "a scenario begins" in line)
        hub.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    first, second = play(bench, feature=FEATURE.replace("for 10 milliseconds", "for 8 seconds", 1))["scenarios"]
    killer.join()
    assert (first["verdict"], second["verdict"]) == ("error", "error")
    assert first["because"].startswith("PeerGone: hub has closed the line")
    assert "no hub has called 127.0.0.1:" in second["because"]
    assert f"within {WAIT} s; start it by: ppmid-harness device hub --bench " in second["because"]
    assert (first["checks"][0]["verdict"], second["checks"][0]["verdict"]) == ("not_reached", "not_reached")


def test_a_run_on_another_bench_is_refused_by_both(bench: str, hub: subprocess.Popen[str], play: Play) -> None:
    first, _ = play(bench.replace("settling_ms = 300", "settling_ms = 301"), feature=FEATURE)["scenarios"]
    assert first["verdict"] == "error"
    assert "expected hub of bench bench-" in first["because"]
    _, said = hub.communicate(timeout=LONG_S)
    assert hub.returncode == 3
    assert "ppmid-harness: expected bench of bench bench-" in said


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("ihd",), "device: ROLE: expected one of dcc-user, dcc"),
        (("esme",), '[parties.esme]: expected adapter = "process" and start = "by hand"'),
        (("hub", "--connect", "10.0.0.1:7465"), "--connect: expected HOST:PORT with one of 127.0.0.1, localhost"),
    ],
)
def test_wrong_usage_is_one_line(
    arguments: tuple[str, ...], line: str, bench: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b.toml").write_text(bench, encoding="utf-8")
    assert execute(["device", *arguments, "--bench", str(tmp_path / "b.toml")]) == 2
    said = capsys.readouterr().err
    assert line in said
    assert said.count("\n") == 1
