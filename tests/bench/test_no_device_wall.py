"""Where there is no device, nothing passes: nobody at the port, somebody who says nothing, a loop of our own frames."""

import os
import sys
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from waiting_wall import LONG_S

from ppmid_bench.bench_file import BenchFile, LinkTable, PartyEntry
from ppmid_bench.checks import CHECKS, evaluate
from ppmid_bench.evidence import Log, read_log
from ppmid_bench.scenario import ScenarioRun
from ppmid_bench.verdict import Verdict
from ppmid_devices import roles
from ppmid_devices.lines.ends import LineFault
from ppmid_devices.ports import SECOND
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_devices.ppmid.simulated import SimulatedPpmid

pytest.importorskip("serial", reason="the extra usb is not installed")

_ID = "top-up/by-cable"


class Absent(SimulatedPpmid):
    """The adapter of a device that nobody has connected."""

    def start(self) -> None:
        """There is nothing to switch on."""


@contextmanager
def port(echo: bool) -> Iterator[str]:
    """A serial port that takes everything; it says nothing, or gives everything back."""
    own, host = os.openpty()
    tty.setraw(host)
    device = os.ttyname(host)
    enough = threading.Event()

    def serve() -> None:
        while not enough.is_set():
            octets = os.read(own, 4096)
            if echo and not enough.is_set():
                os.write(own, octets)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield device
    finally:
        enough.set()
        os.write(host, b"\0")  # lets the last read end
        thread.join(LONG_S)
        os.close(host)
        os.close(own)


@contextmanager
def world(folder: Path, device: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScenarioRun]:
    """A home with a meter and a carrier, whose cable leads to ``device``."""
    lab = ModuleType("lab")
    lab.__dict__["Absent"] = Absent
    monkeypatch.setitem(sys.modules, "lab", lab)
    bench = BenchFile(
        source=str(folder / "bench.toml"),
        time="wall",
        settling_ms=500,
        links={"avenue": LinkTable("serial", settings={"device": device, "patience_s": 2})},
        parties={roles.PPMID: PartyEntry("lab:Absent")},
    )
    made = ScenarioRun(_ID, "By cable", ("UTRN-INTERNET", "REQ-026"), bench, 1, folder)
    made.home.meters, made.home.carrier = [roles.ESME], True
    made.home.ppmid = PpmidSituation(port="usb-serial")
    yield made


def bring_utrn(made: ScenarioRun) -> None:
    """A UTRN goes to the carrier, and by the cable on."""
    user, meter = made.bed.dcc_user, made.bed.eui(roles.ESME)
    user.send_utrn(meter, user.vend(meter, 1_000_000))
    made.bed.wait(2 * SECOND)
    made.bed.links.handover.set_up(False)
    made.bed.links.avenue.set_up(True)
    made.bed.wait(4 * SECOND)


def findings(log: Log) -> list[dict[str, Any]]:
    """What every check that judges the PPMID, and asks nothing of its step, makes of it."""
    found = []
    for check in CHECKS.values():
        if check.judges == "ppmid":
            try:
                found.append(evaluate(check, log, {}))
            except TypeError:  # it asks for what a step would give it
                continue
    return found


def passes(log: Log) -> list[str]:
    return [one["id"] for one in findings(log) if one["verdict"] == Verdict.PASS]


def log_of(folder: Path) -> Log:
    return read_log(folder / "evidence" / "top-up__by-cable.jsonl")


def test_a_port_where_nobody_is_ends_in_an_error_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with world(tmp_path, "/dev/ttyNobody", monkeypatch) as made:
        with pytest.raises(LineFault, match="no ppmid within 2 s") as caught:
            bring_utrn(made)
        made.crashed(caught.value)
        assert made.close()["verdict"] == "error"
    assert passes(log_of(tmp_path)) == []


@pytest.mark.parametrize("echo", [False, True])
def test_a_port_that_is_silent_or_gives_our_own_frames_back_passes_nothing(
    echo: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with port(echo) as device, world(tmp_path, device, monkeypatch) as made:
        bring_utrn(made)
        entry = made.close()
    log = log_of(tmp_path)
    assert any(one.what == "submit-utrn" and one.receiver == roles.PPMID for one in log.of("avenue"))
    assert any(one.sender == roles.PPMID for one in log.of("avenue")) is echo
    assert passes(log) == []
    errors = [one for one in findings(log) if one["verdict"] == Verdict.ERROR]
    assert {one["reason_code"] for one in errors} == {"nothing-authored"}
    reason = "what seems to come from the ppmid is what was sent to it: our own frames come back, and no device"
    expected = reason if echo else "nothing that was observed comes from the ppmid"
    assert {one["reason"] for one in errors} == {expected}
    assert [one["verdict"] for one in entry["checks"]] == ["pass", "pass"], "those of every meter"
    assert (entry["verdict"], entry["because"]) == ("error", expected)
    returned = [one.what for one in log if echo and one.n in errors[0]["evidence"]]
    assert ("submit-utrn" in returned) is echo
