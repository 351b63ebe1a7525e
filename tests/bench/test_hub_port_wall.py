"""A wire and NFC into a hub in a process of its own: a Command goes in by a real line, its Response comes out."""

from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.bench_file import PROCESS, BenchFile, LinkTable, PartyEntry
from ppmid_bench.evidence import read_log
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.lines.nfc_reader import NfcHarnessEnd
from ppmid_devices.lines.serial_port import SerialHarnessEnd
from ppmid_devices.lines.table import LINES
from ppmid_devices.ports import SECOND

SOON = 60 * SECOND
LINE = {"serial": SerialHarnessEnd, "nfc": NfcHarnessEnd}


@pytest.mark.parametrize("port", LINE)
def test_a_command_goes_into_the_hub_by_a_real_line_and_its_response_comes_back(port: Any, tmp_path: Path) -> None:
    if LINES[port].missing:
        pytest.skip(f"the extra {LINES[port].missing} is not installed")
    bench = BenchFile(
        source=str(tmp_path / "bench.toml"),
        time="wall",
        settling_ms=1_500,
        links={"avenue": LinkTable("rehearsal")},
        parties={role: PartyEntry(PROCESS) for role in (roles.PPMID, roles.HUB)},
    )
    world = ScenarioRun("port/one", "Into the hub", ("SEC0009", "REQ-063"), bench, 1, tmp_path)
    world.home.meters, world.home.wan, world.home.carrier = [roles.ESME], "never-wan", True
    world.home.ask_hub(can_relay=True, port=port)
    try:
        bed = world.bed
        assert type(bed.links.avenue._target) is LINE[port]
        request = bed.dcc_user.top_up(bed.eui(roles.ESME), 1_000_000, Way.LOCAL)
        world.requests.append(request)
        assert bed.wait(SOON, lambda: bed.seen("avenue", "submit-command"))
        bed.wait(SECOND)  # until it is on board
        bed.take_carrier_away()
        bed.bring_carrier()
        assert bed.wait(SOON, lambda: bed.seen("avenue", "command-response"))
        bed.wait(2 * SECOND)  # until the carrier has all of it
        bed.take_carrier_away()
        bed.links.handover.set_up(True)
        assert bed.wait(SOON, lambda: bed.dcc_user.record(request).outcome is not Outcome.PENDING)
        bed.read_record(request)
        bed.read_meter(roles.ESME)
        for check in ("port-passed-on-unaltered", "port-passed-back-unaltered"):
            world.judge(check, {"meter": roles.ESME})
        world.judge("credited-once", {"meter": roles.ESME, "amount": 1_000_000})
        world.judge("carried-as-given", {"back": True})
    finally:
        entry = world.close()
    assert entry["verdict"] == "pass", entry["because"]
    log = read_log(tmp_path / "evidence" / "port__one.jsonl")
    assert log.arrived("avenue", "submit-command")[-1].receiver == roles.HUB
    assert {one.sender for one in log.arrived("avenue", "command-response")} == {roles.HUB, roles.CARRIER}
