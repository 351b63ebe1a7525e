"""Runs at a place of a real labgrid coordinator with a real exporter, on this machine: acquired, used, released.

Skipped where labgrid is not installed; LABGRID_BIN names the folder of its programs (an environment of its own).
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from ppmid_devices import mains
from ppmid_harness.cli import execute
from ppmid_harness.plan import Options, make_plan
from ppmid_harness.run_folder import open_run_folder
from ppmid_harness.session import Session

FEATURE = """@SECMP0038
Feature: At a place

  @REQ-004 @REQ-012 @REQ-013 @REQ-014 @takes-10s
  Scenario: A top-up Command
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 10 milliseconds
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the PPMID passed the Command on unaltered
    And the Supplier holds the meter's own Response
"""
EXPORTED = """
ppmid-1:
  NetworkSerialPort: {{host: 127.0.0.1, port: 5999, protocol: raw, speed: 9600}}
  NetworkPowerPort: {{model: simplerest, host: 'http://127.0.0.1:{port}/{{index}}/{{value}}', index: 3}}
"""
_SOON_S = 180
"""Longer than anything takes, however busy the machine: each call of labgrid's client begins a Python of its own."""


def _program(name: str) -> str:
    found = shutil.which(name, path=os.environ.get("LABGRID_BIN")) or shutil.which(name)
    if found is None:
        pytest.skip("labgrid is not installed, and LABGRID_BIN names no folder of its programs")
    return found


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SOON_S
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)


class Lab:
    """A coordinator with an exporter, a place ``ppmid-1``, and a relay that keeps what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.client = folder, _program("labgrid-client")
        self.relay: list[str] = []
        lab = self

        class Relay(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                lab.relay.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Relay)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        (folder / "exported.yaml").write_text(EXPORTED.format(port=self.server.server_port))
        self.processes = [self._start("labgrid-coordinator", "-l", self.address)]
        _until(lambda: self.ask("places").returncode == 0)
        assert self.processes[0].poll() is None, "who has answered is another: this one has ended"
        exporter = ("labgrid-exporter", "-c", self.address, "-n", "exp1", str(folder / "exported.yaml"))
        self.processes.append(self._start(*exporter))
        _until(lambda: "NetworkPowerPort" in self.ask("resources").stdout)
        self.ask("-p", "ppmid-1", "create")
        self.ask("-p", "ppmid-1", "add-match", "*/ppmid-1/*")

    def _start(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        return subprocess.Popen([_program(program), *words], cwd=self.folder, stdout=quiet, stderr=quiet)

    def ask(self, *words: str, user: str = "somebody") -> subprocess.CompletedProcess[str]:
        surroundings = os.environ | {"LG_USERNAME": user}
        whole = [self.client, "-x", self.address, *words]
        return subprocess.run(whole, capture_output=True, text=True, env=surroundings, timeout=_SOON_S, check=False)

    def is_free(self) -> bool:
        return "acquired: None" in self.ask("-p", "ppmid-1", "show").stdout

    def bench(self, more: str = "", settling_ms: int = 3000, **lab: Any) -> Path:
        """A bench file at the place."""
        table = {"place": "ppmid-1", "coordinator": self.address, "client": self.client, "answer_s": 60} | lab
        words = "\n".join(f"{name} = {value!r}" for name, value in table.items())
        path = self.folder / "bench.toml"
        path.write_text(
            f'[bench]\ntime = "wall"\nsettling_ms = {settling_ms}\n[lab]\n{words}\n{more}', encoding="utf-8"
        )
        return path

    def feature(self) -> Path:
        path = self.folder / "at.feature"
        path.write_text(FEATURE, encoding="utf-8")
        return path

    def close(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait(_SOON_S)
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    made = Lab(tmp_path_factory.mktemp("lab"))
    yield made
    made.close()


def test_a_run_has_the_place_from_before_its_first_scenario_until_its_end(lab: Lab, tmp_path: Path) -> None:
    plan = make_plan(Options(paths=(lab.feature(),), bench=lab.bench(wait_s=10)))
    session = Session(plan, open_run_folder(tmp_path / "run", plan, resume=False), runner="by hand")
    session.acquire()
    assert "acquired: None" not in lab.ask("-p", "ppmid-1", "show").stdout
    assert lab.ask("-p", "ppmid-1", "acquire").returncode == 1
    session.finish()
    assert lab.is_free()
    assert lab.ask("reservations").stdout.strip() == ""


def test_the_serial_port_and_the_power_are_those_of_the_place(lab: Lab, tmp_path: Path) -> None:
    pytest.importorskip("serial", reason="the extra usb is not installed")
    points = 'points = ["user", "avenue", "han"]\n'
    ppmid = '[parties.ppmid]\nadapter = "ppmid_devices.elsewhere:RealPpmid"\npower = "place"\n'
    path = lab.bench(f'{ppmid}[links.avenue]\nadapter = "serial"\ndevice = "place"\n')
    path.write_text(path.read_text().replace("[lab]", f"{points}[lab]"))
    plan = make_plan(Options(paths=(lab.feature(),), bench=path))
    session = Session(plan, open_run_folder(tmp_path / "run", plan, resume=False), runner="by hand")
    bench = session.acquire()
    assert bench.links["avenue"].settings == {"device": "socket://127.0.0.1:5999", "baud": 9600}
    lab.relay.clear()
    mains.cycle(bench.party("ppmid").settings["power"], 30)
    assert lab.relay == ["/3/0", "/3/1"]
    session.finish()
    assert lab.is_free()


def test_a_place_that_somebody_has_is_one_line_and_stays_theirs(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lab.ask("-p", "ppmid-1", "acquire", user="bob").returncode == 0
    try:
        words = ["run", str(lab.feature()), "--bench", str(lab.bench(wait_s=2)), "--out", str(tmp_path / "run")]
        assert execute(words) == 3
        complaint = complaint_in(capsys.readouterr().err)
        assert "place ppmid-1, acquire: Error: Place ppmid-1 is already acquired by" in complaint
        assert "/bob" in complaint
        assert not lab.is_free()
    finally:
        assert lab.ask("-p", "ppmid-1", "release", user="bob").returncode == 0
    assert lab.ask("reservations").stdout.strip() == ""


def complaint_in(told: str) -> str:
    """The one line of complaint, behind that of how long the run takes."""
    takes, complaint = told.splitlines()
    assert "of wall-clock time" in takes
    return complaint


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"coordinator": "127.0.0.1:9"}, "Could not connect to coordinator"),
        ({"place": "nowhere"}, "place pattern nowhere matches nothing"),
    ],
)
def test_no_coordinator_and_no_place_are_one_line(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str], table: dict[str, str], problem: str
) -> None:
    words = ["run", str(lab.feature()), "--bench", str(lab.bench(**table)), "--out", str(tmp_path / "run")]
    assert execute(words) == 3
    assert problem in complaint_in(capsys.readouterr().err)


def test_a_run_that_is_interrupted_gives_the_place_back(lab: Lab, tmp_path: Path) -> None:
    bench = lab.bench(settling_ms=600_000)  # it goes on when it is interrupted, however long that takes
    words = ["run", str(lab.feature()), "--bench", str(bench), "--out", str(tmp_path / "run")]
    process = subprocess.Popen([sys.executable, "-m", "ppmid_harness", *words], stderr=subprocess.PIPE, text=True)
    try:
        _until(lambda: any((tmp_path / "run").glob("evidence/*")))
        assert not lab.is_free()
        process.send_signal(signal.SIGINT)
        assert process.wait(_SOON_S) == 3
    finally:
        process.kill()
        process.communicate()
    assert lab.is_free()


def test_a_run_at_a_place_passes(lab: Lab, tmp_path: Path) -> None:
    words = ["run", str(lab.feature()), "--bench", str(lab.bench()), "--out", str(tmp_path / "run")]
    assert execute(words) == 0
    assert lab.is_free()
