"""A judge that we did not write reads a run's captures: Wireshark's dissectors, by tshark."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ppmid_bench.bench_file import BenchFile
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.ports import HOUR, MINUTE
from ppmid_steps.delivery import ask
from ppmid_steps.device_log import hub_exchanged
from ppmid_steps.services import SERVICES

SUPPLIER, ESME = "90:b3:d5:1f:30:01:00:00", "00:db:12:34:56:78:90:a0"
TOP_UP_COUNTER = 1 << 32  # the first UTRN counter of the Supplier for this meter
POUNDS_10 = 1_000_000

World = ScenarioRun
Read = Callable[[Path, str, list[str]], list[list[str]]]


@pytest.fixture
def read() -> Read:
    """Reads fields of a capture by tshark, with the keys that lie beside it."""
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed: nobody but ourselves reads the captures here")

    def fields(capture: Path, wanted: str, names: list[str]) -> list[list[str]]:
        (keys,) = capture.parent.glob("keys.*")
        options = [option for line in keys.read_text().splitlines() for option in ("-o", f"uat:zigbee_pc_keys:{line}")]
        options += ["-o", 'uat:user_dlts:"User 0 (DLT=147)","gbcs_message","0","","0",""']
        output = ["-Y", wanted, "-T", "fields", "-E", "separator=|", *(part for name in names for part in ("-e", name))]
        command = ["tshark", "-r", str(capture), *options, *output]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return [line.split("|") for line in done.stdout.splitlines()]

    return fields


def _world(folder: Path) -> World:
    world = ScenarioRun("a/b", "b", ("SECMP0038", "REQ-004"), BenchFile(), 1, folder)
    world.home.meters = [roles.ESME]
    world.home.hub = HubSituation(can_relay=True)
    world.step("When", "the Supplier tops up")
    return world


def _capture(world: World, folder: Path) -> Path:
    world.bed.wait(MINUTE)
    world.close()
    (capture,) = (folder / "captures").glob("*.pcapng")
    return capture


def test_a_top_up_command_on_the_wan_and_in_the_tunnels(read: Read, tmp_path: Path) -> None:
    world = _world(tmp_path)
    world.bed.dcc_user.top_up(world.bed.eui(roles.ESME), POUNDS_10, Way.BOTH)
    header = "gbcs_message.grouping_header."
    names = ["frame.interface_name", header + "cra_flag", header + "business_originator_id"]
    names += [header + "business_target_id", header + "originator_counter", header + "message_code", "frame.comment"]
    seen = read(_capture(world, tmp_path), "gbcs_message", names)
    command = ["0x01", SUPPLIER, ESME, str(TOP_UP_COUNTER), "0x0007"]
    response = ["0x02", ESME, SUPPLIER, str(TOP_UP_COUNTER), "0x0007"]
    by_link = {link: [row[1:6] for row in seen if row[0] == link] for link in ("wan", "han")}
    # On the HAN: DCC's copy to the meter; PPMID to hub, hub to meter; and the answers of both copies on their ways.
    assert by_link["han"].count(command) == 3
    assert by_link["han"].count(response) >= 3
    assert by_link["wan"].count(command) == 1
    assert response in by_link["wan"]
    assert [row for rows in by_link.values() for row in rows if row not in (command, response)] == []
    assert {row[6] for row in seen} == {"When the Supplier tops up [SECMP0038 REQ-004]"}


def test_a_consumer_top_up_and_its_answer(read: Read, tmp_path: Path) -> None:
    world = _world(tmp_path)
    esme = world.bed.eui(roles.ESME)
    utrn = world.bed.dcc_user.vend(esme, POUNDS_10)
    world.bed.ppmid.enter_utrn(esme, utrn.digits.decode())
    names = ["zbee_zcl_se.pp.consumer_top_up.top_up_code", "zbee_zcl_se.pp.consumer_top_up_response.top_up_value"]
    seen = read(_capture(world, tmp_path), "zbee_aps.cluster==0x0705", names)
    assert [row[0] for row in seen if row[0]] == [utrn.digits.hex(":")]
    assert [row[1] for row in seen if row[1]] == [str(POUNDS_10)]


def test_both_networks_of_a_home_whose_hub_is_exchanged(read: Read, tmp_path: Path) -> None:
    world = _world(tmp_path)
    world.home.hub_exchange = True
    esme, codes = world.bed.eui(roles.ESME), []
    for service, wait in (("device log backed up", MINUTE), ("device log restored from the hub before it", HOUR)):
        ask(world, SERVICES[service], roles.HUB, Way.WAN)
        world.bed.wait(wait)
        utrn = world.bed.dcc_user.vend(esme, POUNDS_10)
        codes.append(utrn.digits.hex(":"))
        world.bed.ppmid.enter_utrn(esme, utrn.digits.decode())
        world.bed.wait(MINUTE)
        if len(codes) == 1:
            hub_exchanged(world)
    names = ["zbee_zcl_se.pp.consumer_top_up.top_up_code", "zbee_zcl_se.pp.consumer_top_up_response.top_up_value"]
    seen = read(_capture(world, tmp_path), "zbee_aps.cluster==0x0705", names)
    assert [row[0] for row in seen if row[0]] == codes
    assert [row[1] for row in seen if row[1]] == [str(POUNDS_10)] * 2


def test_without_the_keys_nothing_of_it_can_be_read(read: Read, tmp_path: Path) -> None:
    world = _world(tmp_path)
    world.bed.dcc_user.top_up(world.bed.eui(roles.ESME), POUNDS_10, Way.LOCAL)
    capture = _capture(world, tmp_path)
    (keys,) = capture.parent.glob("keys.*")
    keys.write_text("")
    assert read(capture, 'gbcs_message && frame.interface_name=="han"', ["frame.number"]) == []
