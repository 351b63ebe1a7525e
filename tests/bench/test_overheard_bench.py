"""Benches whose HAN is only listened to: a capture that is replayed, and a sniffer's stream that can break off."""

import os
import shlex
import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench import adapters
from ppmid_bench.bench_file import POINTS, BenchFile, LinkTable, PartyEntry
from ppmid_bench.errors import BadInput, NotPassed
from ppmid_bench.evidence import Entry, Log, read_log
from ppmid_bench.record import parties
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.lines import capture_source
from ppmid_devices.ports import MINUTE, SECOND, CannotArrange
from ppmid_protocols.captures import pcapng

HAN_ROLES = (roles.PPMID, roles.HUB, roles.ESME)
REPLAYED = {role: PartyEntry("replay") for role in HAN_ROLES}
SEEN = frozenset(POINTS) - {"meter-display", "ppmid-display", "meter-configuration"}


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory, top_up: Callable[..., ScenarioRun]) -> Path:
    """The folder of a run in virtual time: a top-up by UTRN, captured, and its keys."""
    folder = tmp_path_factory.mktemp("captured")
    top_up(folder).close()
    return folder


@pytest.fixture(autouse=True)
def no_source_stays() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    capture_source.close_all()
    assert set(threading.enumerate()) <= before


def capture_of(folder: Path) -> Path:
    return folder / "captures" / "top-up__by-utrn.pcapng"


def keys_of(folder: Path) -> str:
    return str(folder / "captures" / "keys.top-up__by-utrn.zigbee_pc_keys")


def on_the_han(log: Log) -> list[Entry]:
    return [entry for entry in log.of("han") if entry.fields.get("lost") not in ("nobody there", "line down")]


def meanings(entries: list[Entry]) -> list[tuple[str, str, str, object]]:
    """What entries say, but for tags, whose key is another in each run."""
    return [(one.sender, one.receiver, one.what, one.fields.get("counter")) for one in entries]


def replayed(folder: Path, settings: dict[str, Any], run: Path, **more: Any) -> ScenarioRun:
    link = LinkTable(adapter="replay", settings={"capture": str(capture_of(folder)), **settings})
    bench = BenchFile(points=SEEN, parties=REPLAYED, links={"han": link}, **more)
    adapters.require_adapters(bench)
    world = ScenarioRun("captured/again", "Again", ("UTRN-INTERNET",), bench, 1, run)
    world.home.meters = [roles.ESME]
    return world


def test_a_capture_tells_the_same_again_in_its_own_intervals(captured: Path, tmp_path: Path) -> None:
    world = replayed(captured, {"keys": keys_of(captured)}, tmp_path)
    assert world.bed.wait(10 * MINUTE, world.bed.heard_out)
    world.close()
    first = on_the_han(read_log(captured / "evidence" / "top-up__by-utrn.jsonl"))
    again = on_the_han(read_log(tmp_path / "evidence" / "captured__again.jsonl"))
    assert meanings(again) == meanings(first)
    assert {one.what for one in again} >= {"consumer-top-up", "consumer-top-up-response"}
    assert [one.t - again[0].t for one in again] == [one.t - first[0].t for one in first]
    keys = Path(keys_of(captured)).read_text(), (tmp_path / "captures").glob("keys.*")
    assert [path.read_text() for path in keys[1]] == [keys[0]]


def test_what_is_past_cannot_be_driven(captured: Path, tmp_path: Path) -> None:
    world = replayed(captured, {"keys": keys_of(captured)}, tmp_path)
    for ask in (
        lambda: world.bed.ppmid.restart(),
        lambda: world.bed.read_screen(),
        lambda: world.bed.first_balance(roles.ESME),
        lambda: world.bed.links.han.set_up(False),
        lambda: world.bed.links.han.transmit("attacker", b""),
        lambda: world.bed.links.han.join(9, "guest", print),
    ):
        with pytest.raises(CannotArrange) as caught:
            ask()
    world.crashed(caught.value)
    assert world.close()["verdict"] == "inconclusive"


def test_the_record_says_who_was_replayed(captured: Path, tmp_path: Path) -> None:
    world = replayed(captured, {"keys": keys_of(captured)}, tmp_path)
    bench = BenchFile(parties=REPLAYED)
    listed = {one["role"]: one["kind"] for one in parties(bench, [{"home": {"meters": [roles.ESME]}}])}
    assert {listed[role] for role in HAN_ROLES} == {"replay"}
    assert listed[roles.DCC] == "simulated"
    world.close()


def test_a_capture_cut_short_loses_the_point_and_every_check_that_needs_it(captured: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.pcapng"
    short.write_bytes(capture_of(captured).read_bytes()[:-3])
    world = replayed(captured, {"keys": keys_of(captured), "capture": str(short)}, tmp_path)
    world.bed.wait(10 * MINUTE, world.bed.heard_out)
    with pytest.raises(NotPassed) as caught:
        world.judge("no-success-before-the-meter", {})
    assert (caught.value.verdict, caught.value.reason_code) == ("inconclusive", "point-lost")
    world.close()


def test_a_simulated_party_cannot_be_on_a_han_that_is_only_listened_to(captured: Path, tmp_path: Path) -> None:
    link = LinkTable(adapter="replay", settings={"capture": str(capture_of(captured)), "keys": keys_of(captured)})
    world = ScenarioRun("a/b", "B", (), BenchFile(links={"han": link}), 1, tmp_path)
    world.home.meters = [roles.ESME]
    with pytest.raises(CannotArrange, match="only listened to"):
        world.bed.wait(0)
    world.close()


@pytest.mark.parametrize(
    ("settings", "place", "problem"),
    [
        ({}, "[links.han].capture", "a pcap or pcapng file, found none"),
        ({"capture": "nowhere.pcapng"}, "[links.han].capture", "nowhere.pcapng"),
        ({"keys": "nowhere"}, "[links.han].keys", "zigbee_pc_keys"),
        ({"keys": ""}, "[bench] points", "only what can be seen with replay, found han"),
        ({"kyes": ""}, "[links.han]", "settings of ReplaySettings, found kyes"),
    ],
)
def test_each_fault_of_the_settings_is_said_before_anything_runs(
    captured: Path, settings: dict[str, Any], place: str, problem: str
) -> None:
    given = {"capture": str(capture_of(captured)), "keys": keys_of(captured)} if "capture" not in settings else {}
    table = LinkTable(adapter="replay", settings={**(given if settings else {"keys": keys_of(captured)}), **settings})
    if "capture" in settings:
        table = LinkTable(adapter="replay", settings={"keys": keys_of(captured), **settings})
    with pytest.raises(BadInput) as caught:
        adapters.require_adapters(BenchFile(links={"han": table}))
    assert caught.value.place == place
    assert problem in str(caught.value)


# A sniffer, live.


def han_stream(folder: Path, *, now: int) -> bytes:
    """What a sniffer writes who hears the same frames now, a millisecond apart."""
    capture = pcapng.read(capture_of(folder).read_bytes())
    sink = bytearray()
    writer = pcapng.Writer(sink)
    index = writer.add_link(pcapng.Link("radio", pcapng.LinkType.IEEE802_15_4_WITH_FCS))
    heard = [one for one in capture.frames if capture.links[one.link].name == "han"]
    for number, frame in enumerate(heard):
        writer.write(index, now + number * 1_000_000, frame.octets)
    return bytes(sink)


def sniffed(folder: Path, source: str, run: Path, **settings: Any) -> ScenarioRun:
    table = LinkTable(adapter="sniffer", settings={"source": source, "keys": keys_of(folder), **settings})
    bench = BenchFile(time="wall", settling_ms=0, points=SEEN, parties=REPLAYED, links={"han": table})
    adapters.require_adapters(bench)
    world = ScenarioRun("live/sniffed", "Sniffed", ("UTRN-INTERNET",), bench, 1, run)
    world.home.meters = [roles.ESME]
    return world


def wait_lost(world: ScenarioRun) -> Log:
    assert world.bed.wait(300 * SECOND, world.bed.heard_out)
    world.close()
    return read_log(next(iter((world._folder / "evidence").glob("live*"))))


def test_a_fifo_is_heard_at_the_sniffers_time_and_its_end_loses_the_point(captured: Path, tmp_path: Path) -> None:
    fifo = tmp_path / "sniffer"
    os.mkfifo(fifo)
    world = sniffed(captured, str(fifo), tmp_path, addresses={roles.ESME: 0x1001, roles.PPMID: 0x1002})
    assert not world.bed.heard_out()
    start = world.bed.clock.now()
    with fifo.open("wb") as writer:
        writer.write(han_stream(captured, now=start))
        writer.flush()
        assert world.bed.wait(300 * SECOND, lambda: world.bed.seen("han", "consumer-top-up-response"))
    log = wait_lost(world)
    first = on_the_han(read_log(captured / "evidence" / "top-up__by-utrn.jsonl"))
    heard = log.of("han")
    assert meanings(heard) == meanings(first)
    assert [one.t for one in heard] == [start + number * 1_000_000 for number in range(len(heard))]
    (lost,) = log.of("harness", "point-lost")
    assert lost.fields == {"point": "han", "why": "the capture has ended"}


def test_a_program_is_started_for_the_scenario_and_ended_with_it(captured: Path, tmp_path: Path) -> None:
    stream = tmp_path / "stream"
    stream.write_bytes(han_stream(captured, now=5))
    script = (
        "import sys, time; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read()); sys.stdout.flush(); time.sleep(60)"
    )
    world = sniffed(captured, f'command:{sys.executable} -c "{script}" {shlex.quote(str(stream))}', tmp_path)
    assert world.bed.wait(300 * SECOND, lambda: world.bed.seen("han", "consumer-top-up-response"))
    world.close()
    log = read_log(tmp_path / "evidence" / "live__sniffed.jsonl")
    (apart,) = [one for one in log.of("harness", "finding") if "clock" in one.fields["text"]]
    assert "frames stand as they came" in apart.fields["text"]
    assert all(abs(one.t - log.entries[0].t) < 60 * SECOND for one in log.of("han"))
    assert not log.of("harness", "point-lost"), "the bench has ended it, not the sniffer"


def test_a_stream_that_breaks_within_a_frame_is_told_from_one_that_ends(captured: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        world = sniffed(captured, f"tcp:127.0.0.1:{server.getsockname()[1]}", tmp_path)
        world.bed.wait(0)
        connection, _ = server.accept()
        with connection:
            connection.sendall(han_stream(captured, now=world.bed.clock.now())[:-5])
        log = wait_lost(world)
    (lost,) = log.of("harness", "point-lost")
    assert "the capture broke off: capture" in lost.fields["why"]


def test_rubbish_and_silence_lose_the_point_and_nothing_else(captured: Path, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(b"this is no capture at all")
    log = wait_lost(sniffed(captured, str(rubbish), tmp_path / "one"))
    assert "no capture" in log.of("harness", "point-lost")[0].fields["why"]
    fifo = tmp_path / "silent"
    os.mkfifo(fifo)
    log = wait_lost(sniffed(captured, str(fifo), tmp_path / "two", patience_s=1))
    assert [one.fields["why"] for one in log.of("harness", "point-lost")] == ["nothing came within 1 s"]


def test_a_source_that_is_not_there_is_the_benchs_error(captured: Path, tmp_path: Path) -> None:
    world = sniffed(captured, str(tmp_path / "nowhere"), tmp_path)
    with pytest.raises(Exception, match="no capture can be read from"):
        world.bed.wait(0)
    world.close()


def test_a_device_has_its_name_from_its_first_own_frame_on(captured: Path, tmp_path: Path) -> None:
    stream = tmp_path / "stream"
    stream.write_bytes(han_stream(captured, now=5))
    log = wait_lost(sniffed(captured, str(stream), tmp_path))
    ends = [(one.sender, one.receiver) for one in log.of("han")]
    assert ends[0] == (roles.HUB, "0x1001")
    first_own = next(number for number, (sender, _) in enumerate(ends) if sender == roles.ESME)
    assert all(receiver != "0x1001" for _, receiver in ends[first_own:])


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_what_tshark_writes_is_heard(captured: Path, tmp_path: Path) -> None:
    stream = tmp_path / "stream.pcapng"
    stream.write_bytes(han_stream(captured, now=5))
    log = wait_lost(sniffed(captured, f"command:tshark -n -r {shlex.quote(str(stream))} -w -", tmp_path))
    first = on_the_han(read_log(captured / "evidence" / "top-up__by-utrn.jsonl"))
    assert [one.what for one in log.of("han")] == [one.what for one in first]


def test_a_frame_with_an_old_counter_is_told_as_dropped_and_no_device_as_dead(captured: Path, tmp_path: Path) -> None:
    """Field case C16 as a lab has it: a device that falls back to an old frame counter, in a capture."""
    said = on_the_han(read_log(captured / "evidence" / "top-up__by-utrn.jsonl"))
    old = next(
        number
        for number, one in enumerate(said)
        if any((one.sender, one.receiver) == (later.sender, later.receiver) for later in said[number + 1 :])
    )
    capture = pcapng.read(capture_of(captured).read_bytes())
    heard = [one.octets for one in capture.frames if capture.links[one.link].name == "han"]
    sink = bytearray()
    writer = pcapng.Writer(sink)
    index = writer.add_link(pcapng.Link("radio", pcapng.LinkType.IEEE802_15_4_WITH_FCS))
    for number, octets in enumerate([*heard, heard[old]]):
        writer.write(index, 1_000_000 * number, octets)
    (tmp_path / "fallen.pcapng").write_bytes(sink)
    settings = {"keys": keys_of(captured), "capture": str(tmp_path / "fallen.pcapng")}
    world = replayed(captured, settings, tmp_path)
    assert world.bed.wait(10 * MINUTE, world.bed.heard_out)
    world.close()
    log = read_log(tmp_path / "evidence" / "captured__again.jsonl")
    dropped = [one for one in log.of("han") if one.fields.get("dropped")]
    assert [(one.sender, one.receiver, one.fields["dropped"]) for one in dropped] == [
        (said[old].sender, said[old].receiver, "old frame counter")
    ]
    assert log.of("han")[-1].n == dropped[0].n
