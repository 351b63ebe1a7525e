"""A hub that falls back to a stored frame counter (field case C16): what the bench says, and whose fault it is."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.bench_file import BenchFile, PartyEntry
from ppmid_bench.errors import NotPassed
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.ports import MINUTE, SECOND

FALLS_BACK = "ppmid_devices.hub.faulty:ResumesAtStoredCounter"
NOW, STORED = 41_200, 40_000
POUNDS_10 = 1_000_000


def home(adapter: str, folder: Path) -> ScenarioRun:
    """A home whose hub has lost power 1200 frames after it stored its counter, and sends a frame every 2 seconds."""
    bench = BenchFile(parties={roles.HUB: PartyEntry(adapter)})
    world = ScenarioRun("a/b", "b", ("SECMP0038", "REQ-004"), bench, 1, folder)
    world.home.meters = [roles.ESME]
    world.home.hub = HubSituation(can_relay=True, frame_counter=(NOW, STORED), own_frame_s=2)
    world.bed.links.wan.set_up(False)
    world.bed.hub.power_cycle()
    world.bed.wait(MINUTE)
    return world


def top_up(world: ScenarioRun) -> str:
    request: str = world.bed.dcc_user.top_up(world.bed.eui(roles.ESME), POUNDS_10, Way.LOCAL)
    return request


def judged(world: ScenarioRun, check: str, **arguments: Any) -> dict[str, Any]:
    with suppress(NotPassed):
        world.judge(check, arguments)
    entry: dict[str, Any] = world._checks[-1]
    return entry


@pytest.fixture
def fallen_back(tmp_path: Path) -> Iterator[ScenarioRun]:
    world = home(FALLS_BACK, tmp_path)
    yield world
    world.close()


def test_the_verdict_names_the_hub_and_says_what_was_dropped(fallen_back: ScenarioRun) -> None:
    found = judged(fallen_back, "frame-counters-rise")
    assert (found["judges"], found["verdict"], found["reason_code"]) == ("hub", "fail", "fell-back")
    assert f"went on at {STORED}" in found["reason"]
    assert "frames dropped, old frame counter" in found["reason"]


def test_the_evidence_tells_which_frames_the_devices_drop_until_the_old_counter_is_passed(
    fallen_back: ScenarioRun,
) -> None:
    fallen_back.bed.wait(60 * MINUTE)
    assert fallen_back._recorder is not None
    sent = [one for one in fallen_back._recorder.log.log().of("han") if one.sender == roles.HUB]
    back = next(place for place, one in enumerate(sent) if one.fields["counter"] == STORED)
    highest = sent[back - 1].fields["counter"]
    after = sent[back:]
    for receiver in (roles.ESME, roles.PPMID):
        theirs = [one for one in after if one.receiver == receiver]
        last = max(one.fields["counter"] for one in sent[:back] if one.receiver == receiver)
        assert {one.fields.get("dropped") for one in theirs if one.fields["counter"] < last} == {"old frame counter"}
        assert {one.fields.get("dropped") for one in theirs if one.fields["counter"] > last} == {None}
    silent_for = next(one.t for one in after if one.fields["counter"] > highest) - after[0].t
    assert 38 * MINUTE < silent_for < 42 * MINUTE  # 1200 frames at one every 2 seconds
    assert [one for one in sent if one.fields.get("lost") and one.fields["counter"] > highest] == []


def test_a_command_meanwhile_ends_unknown_and_one_after_the_recovery_is_delivered_once(
    fallen_back: ScenarioRun,
) -> None:
    bed = fallen_back.bed
    before = bed.read_meter(roles.ESME).balance
    meanwhile = top_up(fallen_back)
    bed.wait(5 * MINUTE)
    assert bed.dcc_user.record(meanwhile).outcome is Outcome.UNKNOWN
    assert bed.read_meter(roles.ESME).balance == before
    bed.wait(55 * MINUTE)
    after = top_up(fallen_back)
    bed.wait(5 * MINUTE)
    assert bed.dcc_user.record(after).outcome is Outcome.DELIVERED_VERIFIED
    assert bed.read_meter(roles.ESME).balance == before + POUNDS_10


def test_a_command_that_waits_in_the_hub_for_the_recovery_is_delivered_once(fallen_back: ScenarioRun) -> None:
    """It came over the SM WAN, while the devices drop every RequestTunnel: the hub keeps it until one is answered."""
    bed = fallen_back.bed
    before = bed.read_meter(roles.ESME).balance
    bed.links.wan.set_up(True)
    bed.dcc_user.top_up(bed.eui(roles.ESME), POUNDS_10, Way.WAN)
    bed.wait(20 * MINUTE)
    assert bed.read_meter(roles.ESME).balance == before
    bed.wait(40 * MINUTE)
    assert bed.read_meter(roles.ESME).balance == before + POUNDS_10


def test_a_good_hub_goes_on_above_every_counter_and_nothing_is_dropped(tmp_path: Path) -> None:
    world = home("simulated", tmp_path)
    request = top_up(world)
    world.bed.wait(30 * SECOND)
    assert world.bed.dcc_user.record(request).outcome is Outcome.DELIVERED_VERIFIED
    found = judged(world, "frame-counters-rise")
    assert found["verdict"] == "pass"
    assert world._recorder is not None
    assert [one for one in world._recorder.log.log() if "dropped" in one.fields] == []
    world.close()
