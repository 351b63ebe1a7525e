"""A bench whose HAN is ZEP over UDP: a whole top-up with a meter that is reached by datagrams alone."""

import socket
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any, Unpack

import pytest

from ppmid_bench import adapters
from ppmid_bench.bench_file import BenchFile, LinkTable, PartyEntry
from ppmid_bench.errors import BadInput
from ppmid_bench.evidence import read_log
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.lines.zep_node import ZepNode, ZepNodeSettings
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.needs import MeterNeeds
from ppmid_devices.ports import SECOND


class EsmeByZep(SimulatedEsme):
    """Our meter with a radio of its own: the bench's medium knows it by its datagrams only."""

    def __init__(self, *, settings: MeterSettings, **needs: Unpack[MeterNeeds]) -> None:
        medium: Any = needs["han"]
        address = "{}:{}".format(*medium.address)
        self.radio: Any = ZepNode("han", needs["clock"], ZepNodeSettings(medium=address))
        needs["han"] = self.radio
        super().__init__(settings=settings, **needs)

    def close(self) -> None:
        self.radio.close()


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> BenchFile:
    lab = ModuleType("zep_lab")
    lab.__dict__["EsmeByZep"] = EsmeByZep
    monkeypatch.setitem(sys.modules, "zep_lab", lab)
    return BenchFile(
        time="wall",
        settling_ms=1500,
        parties={roles.ESME: PartyEntry("zep_lab:EsmeByZep", {"processing_ms": 20})},
        links={"han": LinkTable(adapter="zep", settings={"port": 0})},
    )


def test_a_top_up_reaches_a_meter_elsewhere_and_stands_in_the_evidence_under_its_name(
    bench: BenchFile, tmp_path: Path
) -> None:
    before = set(threading.enumerate())
    world = ScenarioRun("top-up/zep", "Zep", ("UTRN-INTERNET", "REQ-026"), bench, 1, tmp_path)
    world.home.meters = [roles.ESME]
    world.step("When", "the Supplier sends a UTRN of £10.00")
    user, meter = world.bed.dcc_user, world.bed.eui(roles.ESME)
    han: Any = world.bed.links.han
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"rubbish", han.address)
    world.requests.append(user.send_utrn(meter, user.vend(meter, 1_000_000)))
    assert world.bed.wait(20 * SECOND, lambda: world.bed.seen("avenue", "utrn-result"))
    world.bed.read_meter(roles.ESME)
    world.judge("credited-once", {"meter": roles.ESME, "amount": 1_000_000})
    world.judge("no-success-before-the-meter", {})
    assert world.close()["verdict"] == "pass"
    assert set(threading.enumerate()) <= before
    log = read_log(tmp_path / "evidence" / "top-up__zep.jsonl")
    (top_up,) = log.arrived("han", "consumer-top-up")
    (answer,) = log.arrived("han", "consumer-top-up-response")
    assert (top_up.sender, top_up.receiver) == (roles.PPMID, roles.ESME)
    assert (answer.sender, answer.receiver) == (roles.ESME, roles.PPMID)
    assert log.home["disturbed"] == ["han"]
    (finding,) = log.of("harness", "finding")
    assert finding.sender == "han"
    assert "that are no ZEP: 1" in finding.fields["text"]


def test_zep_needs_wall_clock_time_and_settings_of_its_own() -> None:
    table = LinkTable(adapter="zep", settings={"port": 0})
    adapters.require_adapters(BenchFile(time="wall", links={"han": table}))
    with pytest.raises(BadInput, match=r'\[links.han\] adapter: expected time = "wall" with zep'):
        adapters.require_adapters(BenchFile(links={"han": table}))
    for wrong in ({"nodes": ["here"]}, {"port": -1}, {"ports": 1}):
        with pytest.raises(BadInput, match=r"\[links.han\]"):
            adapters.require_adapters(BenchFile(time="wall", links={"han": LinkTable(adapter="zep", settings=wrong)}))
    with pytest.raises(BadInput, match=r"expected module:Class, or one of simulated"):
        adapters.require_adapters(BenchFile(time="wall", links={"avenue": LinkTable(adapter="zep")}))
