"""The PPMID's Internet side on a bench: scanned for open ports, and rehearsed by TLS, or said to be out of reach."""

import socket
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.bench_file import BenchFile, PartyEntry
from ppmid_bench.evidence import Entry, read_log
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.ports import CannotArrange
from ppmid_devices.ppmid.simulated import SimulatedPpmid


class AnswersForAnything(SimulatedPpmid):
    """A party that stands for one elsewhere: it has every attribute, and none of them is its own."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def home(folder: Path, **bench: Any) -> ScenarioRun:
    world = ScenarioRun("a/scan", "A scan", ("REQ-011",), BenchFile(**bench), 1, folder)
    world.home.meters = [roles.ESME]
    return world


def noted(world: ScenarioRun, folder: Path, point: str) -> list[Entry]:
    world.close()
    return read_log(folder / "evidence" / "a__scan.jsonl").of(point)


def test_our_own_ppmid_listens_nowhere_and_speaks_to_its_service(tmp_path: Path) -> None:
    world = home(tmp_path)
    world.bed.scan_ppmid()
    world.bed.have_ppmid_call()
    world.bed.have_ppmid_call("a certificate of another name")
    (scan,) = noted(world, tmp_path, "network-scan")
    assert scan.fields["ports"] == []
    service, other = read_log(tmp_path / "evidence" / "a__scan.jsonl").of("tls")
    assert (service.fields["genuine"], service.fields["refused"]) == (True, "")
    assert (other.fields["genuine"], other.fields["answers"]) == (False, "a certificate of another name")
    assert "mismatch" in other.fields["refused"]


def test_an_address_of_the_bench_file_is_scanned(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        world = home(tmp_path, time="wall", scan="127.0.0.1", settling_ms=0)
        world.bed.scan_ppmid()
        (scan,) = noted(world, tmp_path, "network-scan")
        assert listener.getsockname()[1] in scan.fields["ports"]


def test_a_ppmid_elsewhere_without_an_address_cannot_be_tried(tmp_path: Path) -> None:
    world = home(tmp_path, parties={roles.PPMID: PartyEntry(f"{__name__}:AnswersForAnything")})
    with pytest.raises(CannotArrange, match=r"\[bench\] scan"):
        world.bed.scan_ppmid()
    with pytest.raises(CannotArrange, match="for our own PPMID alone"):
        world.bed.have_ppmid_call()
    world.close()
