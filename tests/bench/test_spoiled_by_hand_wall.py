"""A cable and a card that a scenario spoils in mid-run: slow, lossy, dark, or cut inside a message.

The PPMID is a process of its own, on a rehearsal's real lines. In the end one top-up is credited, once.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.bench_file import PROCESS, BenchFile, LinkTable, PartyEntry
from ppmid_bench.evidence import read_log
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.lines.table import LINES
from ppmid_devices.ports import MILLISECOND, SECOND
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_steps import carrying, spoiling

LINE = {"usb-serial": "serial", "nfc": "nfc"}
SOON = 60 * SECOND
AMOUNT = 1_000_000
_PER_S = {"usb-serial": 20, "nfc": 150}
"""Octets: a message takes many seconds at that, longer than a machine stands still; each APDU has to come in five."""


@pytest.fixture(params=LINE)
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScenarioRun]:
    """A home with a UTRN for its meter on board of what carries, which is on its way."""
    if LINES[LINE[request.param]].missing:
        pytest.skip(f"the extra {LINES[LINE[request.param]].missing} is not installed")
    bench = BenchFile(
        source=str(tmp_path / "bench.toml"),
        time="wall",
        settling_ms=1_000,
        links={"avenue": LinkTable("rehearsal", settings={"proxy": {}})},
        parties={roles.PPMID: PartyEntry(PROCESS)},
    )
    made = ScenarioRun("spoiled/one", "Spoiled", ("UTRN-INTERNET", "REQ-026"), bench, 1, tmp_path)
    made.home.meters, made.home.wan, made.home.carrier = [roles.ESME], "never-wan", True
    made.home.ppmid = PpmidSituation(port=request.param)
    monkeypatch.setattr(made, "close", cache(made.close))  # whoever fails closes it too
    try:
        user, meter = made.bed.dcc_user, made.bed.eui(roles.ESME)
        user.send_utrn(meter, user.vend(meter, AMOUNT))
        assert made.bed.wait(SOON, lambda: made.bed.seen("avenue", "submit-utrn"))
        made.bed.wait(SECOND)  # until it is on board
        made.bed.take_carrier_away()
        yield made
    finally:
        made.close()


def credited_once(world: ScenarioRun) -> None:
    """The PPMID has said so within some time, and the meter has it once; all passes."""
    accepted = lambda: world.bed.seen("avenue", "utrn-result", result="accepted")  # noqa: E731
    assert world.bed.wait(SOON, accepted), world.bed.links.avenue.findings
    world.bed.read_meter(roles.ESME)
    world.judge("credited-once", {"meter": roles.ESME, "amount": AMOUNT})
    entry = world.close()
    assert entry["verdict"] == "pass", entry["because"]


def spoiled(folder: Path) -> list[dict[str, Any]]:
    log = read_log(folder / "evidence" / "spoiled__one.jsonl")
    return [dict(one.fields) for one in log.of("harness", "spoiled")]


def half_way(world: ScenarioRun) -> None:
    """It is brought, so slowly that its end is far when its first piece is seen."""
    spoiling.throttled(world, _PER_S[world.bed._plan.ppmid.port])
    world.bed.bring_carrier()
    assert world.bed.wait(SOON, lambda: world.bed.halves() > 0), world.bed.links.avenue.findings
    assert not world.bed.seen("han", "consumer-top-up")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda world: spoiling.slow(world, 100 * MILLISECOND),
        lambda world: spoiling.throttled(world, 500),
    ],
    ids=["slow", "narrow"],
)
def test_a_slow_one_gets_there(world: ScenarioRun, spoil: Callable[[ScenarioRun], None], tmp_path: Path) -> None:
    spoil(world)
    world.bed.bring_carrier()
    credited_once(world)
    assert len(spoiled(tmp_path)) == 1


def test_one_that_is_cut_inside_a_message_does_nothing_by_half_and_gets_there_the_next_time(
    world: ScenarioRun,
) -> None:
    half_way(world)
    world.bed.take_carrier_away()
    world.bed.wait(3 * SECOND)
    world.judge("half-not-acted-on", {})
    spoiling.good(world)
    world.bed.bring_carrier()
    credited_once(world)


def test_one_that_is_dark_inside_a_message_gets_there_once_it_is_brought_again(
    world: ScenarioRun, tmp_path: Path
) -> None:
    half_way(world)
    spoiling.dark(world)
    spoiling.good(world)
    world.bed.wait(3 * SECOND)
    assert not world.bed.seen("han", "consumer-top-up")
    spoiling.light(world)
    world.bed.take_carrier_away()
    world.bed.bring_carrier()
    credited_once(world)
    assert [one.get("dark") for one in spoiled(tmp_path)] == [None, True, None, False]


def test_one_that_loses_all_gets_there_once_it_loses_nothing(world: ScenarioRun) -> None:
    spoiling.lossy(world, 100)
    world.bed.bring_carrier()
    world.bed.wait(3 * SECOND)
    assert not world.bed.seen("avenue", "utrn-result")
    spoiling.good(world)
    world.bed.take_carrier_away()
    world.bed.bring_carrier()
    credited_once(world)


@pytest.mark.parametrize("world", ["nfc"], indirect=True)
def test_after_a_tap_that_broke_off_another_homes_phone_leaves_nothing_and_the_same_one_goes_on(
    world: ScenarioRun,
) -> None:
    half_way(world)
    world.bed.take_carrier_away()
    spoiling.good(world)
    carrying.foreign_tap(world)
    world.judge("other-home-ignored", {})
    world.bed.bring_carrier()
    credited_once(world)
