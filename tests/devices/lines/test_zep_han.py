"""A HAN over ZEP: members in the bench and elsewhere hear each other, strangers are seen, rubbish breaks nothing."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from home_parts import ADDRESSES, ESME, EUIS, HUB, PPMID, RecordingTap, heard_on_the_han, membership, send_zcl
from waiting_wall import LONG_S

from ppmid_bench.wall_clock import WallClock
from ppmid_devices.lines.datagrams import parse_address
from ppmid_devices.lines.ends import LineFault
from ppmid_devices.lines.zep import ZepHan, ZepSettings
from ppmid_devices.lines.zep_node import GREETING_INTERVAL, ZepNode, ZepNodeSettings
from ppmid_devices.links.han import QUIET, Place
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import MILLISECOND, SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import zep
from ppmid_protocols.zigbee.frames import MacFrame, acknowledged
from ppmid_protocols.zigbee.zcl import Direction

CLUSTER, COMMAND = 0x0705, 0x04
SOON = 60 * SECOND
PLACES = {name: Place(eui, ADDRESSES[eui]) for eui, name in ((HUB, "hub"), (ESME, "esme"), (PPMID, "ppmid"))}


class Station:
    """A node elsewhere that speaks bare ZEP."""

    def __init__(self, medium: tuple[str, int]) -> None:
        self._medium = medium
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(LONG_S)

    def say(self, octets: bytes) -> None:
        self.socket.sendto(octets, self._medium)

    def send(self, frame: bytes) -> None:
        self.say(zep.encode(zep.Data(frame=frame)))

    def hear(self) -> zep.Datagram:
        return zep.decode(self.socket.recv(1000))

    def frame(self) -> bytes:
        heard = self.hear()
        assert isinstance(heard, zep.Data)
        return heard.frame


class Air:
    """A bench's HAN with a hub in it. ``elsewhere`` gives a device of the home in another process."""

    def __init__(self, **conditions: Any) -> None:
        self.clock = WallClock()
        self.tap = RecordingTap(self.clock)  # type: ignore[arg-type]  # it asks for the time alone
        self.han: ZepHan = self.clock.perform(lambda: self._medium(conditions))
        self.hub = self.clock.perform(lambda: HanNode(self.clock, self.han, membership(HUB)))
        self.heard: list[bytes] = []
        self.hub.on(CLUSTER, lambda _, message: self.heard.append(message.zcl.payload))
        self._closing: list[Callable[[], None]] = []

    def _medium(self, conditions: dict[str, Any]) -> ZepHan:
        given = replace(QUIET, **conditions)
        return ZepHan("han", self.clock, self.tap, Random(7), given, settings=ZepSettings(port=0), places=PLACES)

    def elsewhere(self, eui: Eui) -> "Elsewhere":
        found = Elsewhere(eui, "{}:{}".format(*self.han.address))
        self._closing.append(found.close)
        self.wait(lambda: found.radio.up)
        return found

    def station(self) -> Station:
        found = Station(self.han.address)
        self._closing.append(found.socket.close)
        found.say(zep.encode(zep.Hello(about=b"station")))
        assert found.hear() == zep.Hello()
        return found

    def send(self, payload: bytes, to: Eui = ESME) -> None:
        self.clock.perform(lambda: send_zcl(self.hub, to, CLUSTER, COMMAND, payload, Direction.TO_SERVER))

    def wait(self, done: Callable[[], bool], time: int = SOON) -> None:
        assert self.clock.run_until(self.clock.now() + time, _often(self.clock, done)), self.tap.crossings

    @property
    def crossings(self) -> list[tuple[str, str, str]]:
        return [(one.sender, one.receiver, one.lost) for one in self.tap.crossings]

    def close(self) -> None:
        for close in self._closing:
            close()
        self.clock.perform(self.han.close)
        self.clock.stop()


class Elsewhere:
    """A device of the home with a clock of its own."""

    def __init__(self, eui: Eui, medium: str) -> None:
        self.clock = WallClock()
        self.radio = self.clock.perform(lambda: ZepNode("han", self.clock, ZepNodeSettings(medium=medium)))
        self.node = self.clock.perform(lambda: HanNode(self.clock, self.radio, membership(eui)))  # type: ignore[arg-type]
        self.heard: list[bytes] = []
        self.node.on(CLUSTER, lambda _, message: self.heard.append(message.zcl.payload))

    def send(self, payload: bytes, to: Eui = HUB) -> None:
        self.clock.perform(lambda: send_zcl(self.node, to, CLUSTER, COMMAND, payload, Direction.TO_CLIENT))

    def close(self) -> None:
        self.clock.perform(self.radio.close)
        self.clock.stop()


def _often(clock: WallClock, done: Callable[[], bool]) -> Callable[[], bool]:
    """``done``, asked every few milliseconds: what it looks at may happen by another clock."""

    def again() -> None:
        clock.call_later(5 * MILLISECOND, again)

    clock.call_later(0, again)
    return done


@pytest.fixture
def make() -> Iterator[Callable[..., Air]]:
    made: list[Air] = []

    def air(**conditions: Any) -> Air:
        made.append(Air(**conditions))
        return made[-1]

    yield air
    for one in made:
        one.close()


def test_a_device_elsewhere_and_a_hub_in_the_bench_hear_each_other_and_the_tap_hears_both(
    make: Callable[..., Air],
) -> None:
    air = make()
    esme = air.elsewhere(ESME)
    air.send(b"top-up")
    air.wait(lambda: esme.heard == [b"top-up"])
    esme.send(b"accepted")
    air.wait(lambda: air.heard == [b"accepted"])
    assert air.crossings == [("hub", "esme", ""), ("esme", "hub", "")]
    assert [message.zcl.payload for message in heard_on_the_han(air.tap.crossings)] == [b"top-up", b"accepted"]
    assert air.han.findings == ()


def test_two_devices_elsewhere_hear_each_other(make: Callable[..., Air]) -> None:
    air = make()
    esme, ppmid = air.elsewhere(ESME), air.elsewhere(PPMID)
    ppmid.send(b"from the display", to=ESME)
    air.wait(lambda: esme.heard == [b"from the display"])
    assert air.crossings == [("ppmid", "esme", "")]


def test_long_messages_get_through_losses_both_ways_by_the_radios_own_repeats(make: Callable[..., Air]) -> None:
    air = make(lost=0.2)
    esme = air.elsewhere(ESME)
    long = bytes(range(256)) * 2
    air.send(long)
    esme.send(long)
    air.wait(lambda: (esme.heard, air.heard) == ([long], [long]))
    assert ("esme", "hub", "lost") in air.crossings
    assert ("hub", "esme", "lost") in air.crossings


def test_a_frame_of_an_unknown_node_is_seen_under_its_address_and_taken_by_nobody(make: Callable[..., Air]) -> None:
    air = make()
    stranger = air.station()
    frame = MacFrame(sequence=9, pan=0x1A62, destination=0, source=0x7777, payload=b"\x48\x02who?").encode()
    stranger.send(frame)
    air.wait(lambda: bool(air.tap.crossings))
    assert air.crossings == [("0x7777", "hub", "")]
    assert air.tap.crossings[0].frame == frame
    assert acknowledged(stranger.frame()) == 9, "a radio acknowledges whoever it is that sends"
    air.wait(lambda: sum(air.hub.dropped.values()) == 1)
    assert not air.heard
    assert air.han.findings == ("frames of 0x7777, no device of this home elsewhere: 1",)


def test_who_uses_the_address_of_a_member_in_the_bench_does_not_get_its_name(make: Callable[..., Air]) -> None:
    air = make()
    esme, forger = air.elsewhere(ESME), air.station()
    forger.send(MacFrame(sequence=1, pan=0x1A62, destination=1, source=0, payload=b"\x48\x02").encode())
    air.wait(lambda: sum(esme.node.dropped.values()) == 1)
    assert air.crossings == [("0x0000", "esme", "")]


def test_rubbish_is_counted_by_sender_and_the_home_goes_on(make: Callable[..., Air]) -> None:
    air = make()
    esme = air.elsewhere(ESME)
    rubbish = air.station()
    for octets in (b"", b"EX", b"EX\x02\x01" + bytes(40), bytes(2000)):
        rubbish.say(octets)
    rubbish.send(b"")
    rubbish.send(b"\x61")
    air.send(b"top-up")
    air.wait(lambda: esme.heard == [b"top-up"])
    host, port = rubbish.socket.getsockname()
    assert f"datagrams from {host}:{port} that are no ZEP: 4" in air.han.findings
    assert "frames of nobody, no device of this home elsewhere: 2" in air.han.findings


def test_a_listener_hears_what_members_in_the_bench_and_elsewhere_send_but_not_itself(
    make: Callable[..., Air],
) -> None:
    air = make()
    esme, listener = air.elsewhere(ESME), air.station()
    air.send(b"one")
    air.wait(lambda: esme.heard == [b"one"])
    esme.send(b"two")
    air.wait(lambda: air.heard == [b"two"])
    frames = [listener.frame() for _ in range(4)]
    assert [frame for frame in frames if acknowledged(frame) is None] == [one.frame for one in air.tap.crossings]
    listener.send(MacFrame(sequence=1, pan=1, destination=0xFFFF, source=0x55, payload=b"x").encode())
    esme.send(b"three")
    heard = next(frame for frame in iter(listener.frame, b"") if acknowledged(frame) is None)
    assert heard == air.tap.crossings[-1].frame


@pytest.mark.parametrize("up", [True, False])
def test_what_is_down_carries_nothing_from_either_side(make: Callable[..., Air], up: bool) -> None:
    air = make()
    esme = air.elsewhere(ESME)
    air.clock.perform(lambda: air.han.set_up(up))
    air.send(b"x")
    esme.send(b"y")
    air.wait(lambda: len(air.crossings) >= 2)
    air.clock.advance(300 * MILLISECOND)
    assert (esme.heard, air.heard) == (([b"x"], [b"y"]) if up else ([], []))
    assert {lost for *_, lost in air.crossings} == ({""} if up else {"line down"})


def test_nobody_elsewhere_is_told_as_in_a_home_without_the_device(make: Callable[..., Air]) -> None:
    air = make()
    air.send(b"x")
    air.wait(lambda: bool(air.crossings))
    assert air.crossings == [("hub", "esme", "nobody there")]


def test_a_device_that_sleeps_elsewhere_hears_nothing_and_repeats_are_given_up(make: Callable[..., Air]) -> None:
    air = make()
    esme, ppmid = air.elsewhere(ESME), air.elsewhere(PPMID)
    esme.clock.perform(esme.node.sleep)
    ppmid.send(b"while asleep", to=ESME)
    air.wait(lambda: ppmid.radio.dropped["not acknowledged"] == 1)
    assert air.crossings == [("ppmid", "esme", "")] * 4
    esme.clock.perform(esme.node.wake)
    ppmid.send(b"awake", to=ESME)
    air.wait(lambda: esme.heard == [b"awake"])


def test_a_node_notices_whether_the_medium_is_there(make: Callable[..., Air]) -> None:
    air = make()
    esme = air.elsewhere(ESME)
    changes: list[bool] = []
    esme.clock.perform(lambda: esme.radio.watch(changes.append))
    address = air.han.address
    air.clock.perform(air.han.close)
    air.wait(lambda: changes == [False], 5 * GREETING_INTERVAL)
    again = ZepHan("han", air.clock, air.tap, Random(1), QUIET, settings=ZepSettings(port=address[1]))
    air.wait(lambda: changes == [False, True], 5 * GREETING_INTERVAL)
    again.close()


def test_nothing_stays_behind_of_a_medium_and_a_node_that_are_closed() -> None:
    before = set(threading.enumerate())
    air = Air()
    address = air.han.address
    node = air.elsewhere(ESME).radio.address
    air.close()
    assert set(threading.enumerate()) <= before
    for one in (address, node):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
            again.bind(one)


def test_a_port_that_another_has_is_named(make: Callable[..., Air]) -> None:
    air = make()
    taken = ZepSettings(port=air.han.address[1])
    with pytest.raises(LineFault, match=rf"the han link: cannot listen on UDP 127.0.0.1:{taken.port}: "):
        ZepHan("han", air.clock, air.tap, Random(1), QUIET, settings=taken)


def test_a_frame_that_no_radio_carries_is_noted_and_not_sent(make: Callable[..., Air]) -> None:
    air = make()
    air.elsewhere(ESME)
    frame = MacFrame(sequence=1, pan=1, destination=1, source=0, payload=bytes(200)).encode()
    air.clock.perform(lambda: air.han.transmit("attacker", frame))
    air.wait(lambda: air.han.findings == ("frames too long for ZEP, not sent: 1",))


@pytest.mark.parametrize("text", ["", "host", ":17754", "host:", "host:0", "host:65536", "host:x", "host:-1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected HOST:PORT"):
        ZepSettings(nodes=(text,))
    with pytest.raises(ValueError, match="expected HOST:PORT"):
        ZepNodeSettings(medium=text)


def test_addresses_are_read() -> None:
    assert parse_address("127.0.0.1:17754") == ("127.0.0.1", 17754)
    assert parse_address("[::1]:9") == ("::1", 9)
    assert set(EUIS) >= {place.short for place in PLACES.values()}
