"""A person who moves a real stick, and a PPMID on a real serial line: at a table, with what goes wrong there.

Our PPMID has an end of its own of the line, in the place of the bench's.
"""

import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any, Unpack

import pytest

from ppmid_bench.bench_file import BenchFile, LinkTable, PartyEntry
from ppmid_bench.errors import NotPassed
from ppmid_bench.evidence import read_log
from ppmid_bench.home_keys import EUIS
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.lines.ends import LineFault
from ppmid_devices.lines.pty import PtySettings
from ppmid_devices.lines.stick_folder import PpmidStickSettings
from ppmid_devices.lines.table import home_end
from ppmid_devices.needs import CarrierNeeds, PpmidNeeds
from ppmid_devices.operator.carrier import OperatorCarrier
from ppmid_devices.operator.questions import Operator
from ppmid_devices.operator.settings import OperatorSettings
from ppmid_devices.ports import SECOND
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.local_interface import cobs

PPMID = EUIS[roles.PPMID]
FOLDER: list[Path] = []
"""Where the stick and the port of the present test are."""


class _AtATable(SimulatedPpmid, ABC):
    """Our PPMID behind an end of its own."""

    adapter, settings = "", Any

    def __init__(self, *, settings: PpmidSettings, **needs: Unpack[PpmidNeeds]) -> None:
        self._line = home_end(self.adapter, self.made(), device=PPMID, clock=needs["clock"], random=Random(1))
        needs["avenue"] = self._line
        super().__init__(settings=settings, **needs)

    @abstractmethod
    def made(self) -> Any:
        """The settings of its end."""

    def close(self) -> None:
        self._line.close()


class OnStick(_AtATable):
    adapter = "stick"

    def made(self) -> Any:
        return PpmidStickSettings(folder=str(FOLDER[0] / "ppmid"))


class OnPort(_AtATable):
    adapter = "serial"

    def made(self) -> Any:
        return PtySettings(device=str(FOLDER[0] / "ttyPPMID"))


class Dead(SimulatedPpmid):
    """A device whose port is there, and that says nothing."""

    def start(self) -> None:
        """It hangs."""


class Moves:
    """A person who moves the stick when asked to."""

    def ask(self, id: str, text: str, seconds: float) -> str | None:
        here, there = FOLDER[0] / "computer", FOLDER[0] / "ppmid"
        (here if id == "carry-there" else there).rename(there if id == "carry-there" else here)
        if id == "carry-back":
            time.sleep(0.5)  # a computer takes a while to mount it
        return "done"


class Person(OperatorCarrier):
    def __init__(self, *, settings: OperatorSettings, **needs: Unpack[CarrierNeeds]) -> None:
        super().__init__(settings=settings, **needs)
        self._operator = Operator("A. Tester", Moves(), needs["clock"], 5)


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    module = ModuleType("table")
    module.__dict__.update(OnStick=OnStick, OnPort=OnPort, Dead=Dead, Person=Person)
    monkeypatch.setitem(sys.modules, "table", module)
    FOLDER.append(tmp_path)
    yield
    FOLDER.clear()


@contextmanager
def world_of(
    folder: Path, port: Any, line: str, settings: dict[str, Any], parties: dict[str, PartyEntry]
) -> Iterator[ScenarioRun]:
    """A home with a meter whose PPMID is brought its messages over a real line."""
    bench = BenchFile(
        source=str(folder / "bench.toml"),
        time="wall",
        settling_ms=1_000,
        links={"avenue": LinkTable(line, settings=settings)},
        parties=parties,
    )
    world = ScenarioRun("carried/one", "Carried", ("UTRN-INTERNET", "REQ-026"), bench, 1, folder)
    world.home.meters, world.home.carrier = [roles.ESME], True
    world.home.ppmid = PpmidSituation(port=port)
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(world, "close", cache(world.close))  # whoever fails closes it too
    try:
        yield world
    finally:
        world.close()


def give_utrn(world: ScenarioRun) -> None:
    user, meter = world.bed.dcc_user, world.bed.eui(roles.ESME)
    user.send_utrn(meter, user.vend(meter, 1_000_000))
    assert world.bed.wait(60 * SECOND, lambda: world.bed.seen("avenue", "submit-utrn"))
    world.bed.wait(SECOND)  # until it is on board
    world.bed.take_carrier_away()


def accepted(world: ScenarioRun) -> Callable[[], bool]:
    return lambda: world.bed.seen("avenue", "utrn-result", result="accepted")


def test_a_stick_that_a_person_moves_there_and_back_tops_up(tmp_path: Path) -> None:
    (tmp_path / "computer").mkdir()
    parties = {
        roles.PPMID: PartyEntry("table:OnStick"),
        roles.CARRIER: PartyEntry("table:Person", {"name": "A. Tester"}),
    }
    settings = {"folder": "computer", "patience_s": 40}
    with world_of(tmp_path, "usb-stick", "stick", settings, parties) as world:
        give_utrn(world)
        world.bed.bring_carrier()
        world.bed.wait(10 * SECOND)
        world.bed.take_carrier_away()
        world.bed.links.handover.set_up(True)
        assert world.bed.wait(60 * SECOND, accepted(world))
        world.bed.read_meter(roles.ESME)
        world.judge("credited-once", {"meter": roles.ESME, "amount": 1_000_000})
        entry = world.close()
    assert entry["verdict"] == "pass", entry["because"]
    answers = read_log(tmp_path / "evidence" / "carried__one.jsonl").of("operator", "answer")
    assert [one.fields["id"] for one in answers] == ["carry-there", "carry-back"]


class Device:
    """A port of no software at all: the test says what it does."""

    def __init__(self) -> None:
        self.own, self.host = os.openpty()
        self.link = FOLDER[0] / "ttyPPMID"
        self.link.symlink_to(os.ttyname(self.host))

    def unplug(self) -> None:
        self.link.unlink()
        os.close(self.own)
        os.close(self.host)


SERIAL = {roles.PPMID: PartyEntry("table:Dead")}


def settings_of(patience_s: int) -> dict[str, Any]:
    return {"device": str(FOLDER[0] / "ttyPPMID"), "patience_s": patience_s}


def test_a_device_that_is_unplugged_inside_a_message_is_an_error_that_says_what_to_look_at(tmp_path: Path) -> None:
    pytest.importorskip("serial", reason="the extra usb is not installed")
    device = Device()
    with world_of(tmp_path, "usb-serial", "serial", settings_of(2), SERIAL) as world:
        give_utrn(world)
        world.bed.bring_carrier()
        assert os.read(device.own, 4096)[:1] == b"\0"
        os.write(device.own, cobs.frame(b"half of what it says")[:-5])
        world.bed.wait(SECOND)
        device.unplug()
        with pytest.raises(LineFault) as caught:
            world.bed.wait(60 * SECOND)
        world.crashed(caught.value)
        entry = world.close()
    assert entry["verdict"] == "error"
    assert "avenue: no ppmid within 2 s. Look at the cable, and whether its port is" in entry["because"]
    assert "the last thing noticed: ppmid is gone" in entry["because"]


def test_after_it_the_next_scenario_has_the_line_again(tmp_path: Path) -> None:
    pytest.importorskip("serial", reason="the extra usb is not installed")
    device = Device()
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
    with world_of(tmp_path / "first", "usb-serial", "serial", settings_of(1), SERIAL) as world:
        give_utrn(world)
        world.bed.bring_carrier()
        assert os.read(device.own, 4096)
        device.unplug()
        with pytest.raises(LineFault) as caught:
            world.bed.wait(60 * SECOND)
        world.crashed(caught.value)
    parties = {roles.PPMID: PartyEntry("table:OnPort")}
    with world_of(tmp_path / "second", "usb-serial", "serial", settings_of(20), parties) as world:
        give_utrn(world)
        world.bed.bring_carrier()
        world.bed.wait(60 * SECOND, lambda: world.bed.seen("han", "utrn-result"))
        world.bed.take_carrier_away()
        world.bed.links.handover.set_up(True)
        world.bed.wait(2 * SECOND)
        world.bed.read_meter(roles.ESME)
        world.judge("credited-once", {"meter": roles.ESME, "amount": 1_000_000})
        assert world.close()["verdict"] == "pass"


def test_a_device_that_falls_silent_is_judged_and_its_line_stays(tmp_path: Path) -> None:
    pytest.importorskip("serial", reason="the extra usb is not installed")
    device = Device()
    with world_of(tmp_path, "usb-serial", "serial", settings_of(2), SERIAL) as world:
        give_utrn(world)
        world.bed.bring_carrier()
        world.bed.wait(4 * SECOND)  # longer than the line's patience: it is there, and says nothing
        assert world.bed.links.avenue.up
        world.bed.read_meter(roles.ESME)
        with pytest.raises(NotPassed):
            world.judge("credited-once", {"meter": roles.ESME, "amount": 1_000_000})
        entry = world.close()
    device.unplug()
    assert entry["verdict"] == "inconclusive"  # nobody saw the UTRN reach the meter
    assert entry["because"].endswith(
        "the balance has not moved, and no top-up was seen to reach the meter as it was given"
    )
    log = read_log(tmp_path / "evidence" / "carried__one.jsonl")
    assert log.of("avenue", "submit-utrn", receiver=roles.PPMID) or log.of("avenue", "chunk")
    assert not [one for one in log.of("avenue") if one.sender == roles.PPMID]


def test_a_port_that_another_program_reads_is_an_error_that_says_so(tmp_path: Path) -> None:
    serial = pytest.importorskip("serial", reason="the extra usb is not installed")
    device = Device()
    with (
        serial.Serial(str(device.link), exclusive=True),
        world_of(tmp_path, "usb-serial", "serial", settings_of(2), SERIAL) as world,
    ):
        give_utrn(world)
        world.bed.bring_carrier()
        with pytest.raises(LineFault) as caught:
            world.bed.wait(60 * SECOND)
        world.crashed(caught.value)
        entry = world.close()
    device.unplug()
    assert entry["verdict"] == "error"
    assert "the last thing noticed: the port cannot be opened: " in entry["because"]
    assert "lock" in entry["because"]
