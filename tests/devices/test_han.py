"""The radio of the HAN and a device's node on it: sealing, freshness, retries, sleep, loss of power."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count

import pytest

from ppmid_devices.links.han import MAC_RETRIES, OCTET_TIME, PHY_OCTETS, QUIET, Han, HanMembership
from ppmid_devices.links.han_node import COUNTER_STORE_INTERVAL, HanNode
from ppmid_devices.ports import MILLISECOND, SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.frames import fcs
from ppmid_protocols.zigbee.han import AppMessage, Dissector, HanKeys, KeyNotHeld, open_frame
from ppmid_protocols.zigbee.zcl import Direction

HUB, ESME, PPMID = (Eui.parse(f"00DB1234567890{last}") for last in ("A2", "A0", "A4"))
ADDRESSES = {HUB: 0, ESME: 1, PPMID: 2}
NAMES = {0: "hub", 1: "esme", 2: "ppmid"}
NETWORK_KEY, HUB_ESME = Secret(b"n" * 16), Secret(b"l" * 16)
CLUSTER, COMMAND = 0x0705, 0x04


class Timer:
    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """Virtual time: a heap of calls."""

    def __init__(self) -> None:
        self._now, self._calls, self._number = 0, [], count()

    def now(self) -> int:
        return self._now

    def call_at(self, when: int, run: Callable[[], None]) -> Timer:
        timer = Timer()
        heapq.heappush(self._calls, (max(when, self._now), next(self._number), timer, run))
        return timer

    def call_later(self, delay: int, run: Callable[[], None]) -> Timer:
        return self.call_at(self._now + delay, run)

    def advance(self, delay: int) -> None:
        end = self._now + delay
        while self._calls and self._calls[0][0] <= end:
            self._now, _, timer, run = heapq.heappop(self._calls)
            if not timer.cancelled:
                run()
        self._now = end


@dataclass
class Tap:
    heard: list[tuple[str, str, bytes, str]] = field(default_factory=list)

    def crossed(self, _: str, sender: str, receiver: str, frame: bytes, lost: str = "") -> None:
        self.heard.append((sender, receiver, frame, lost))


def membership(eui: Eui, keys: dict[Eui, Secret]) -> HanMembership:
    short = ADDRESSES[eui]
    return HanMembership(
        name=NAMES[short],
        eui=eui,
        short=short,
        network_key=NETWORK_KEY,
        link_keys=keys,
        addresses=ADDRESSES,
        names=NAMES,
    )


class Home:
    """A hub and an ESME on one HAN, with all that the ESME's cluster heard."""

    def __init__(self, **conditions: float) -> None:
        self.clock, self.tap = Clock(), Tap()
        self.han = Han("han", self.clock, self.tap, random.Random(1), replace(QUIET, **conditions))
        self.hub = HanNode(self.clock, self.han, membership(HUB, {ESME: HUB_ESME}))
        self.esme = HanNode(self.clock, self.han, membership(ESME, {HUB: HUB_ESME}))
        self.heard: list[tuple[Eui, AppMessage]] = []
        self.esme.on(CLUSTER, lambda sender, message: self.heard.append((sender, message)))

    def send(self, payload: bytes) -> int:
        return self.hub.send(ESME, CLUSTER, COMMAND, payload, to_server=True)

    @property
    def payloads(self) -> list[bytes]:
        return [message.zcl.payload for _, message in self.heard]


def test_a_message_arrives_whole_with_its_sender_and_header() -> None:
    home = Home()
    sequence = home.send(b"top-up")
    home.clock.advance(SECOND)
    ((sender, message),) = home.heard
    assert sender == HUB
    assert message.zcl.payload == b"top-up"
    header = message.zcl.header
    assert (header.command, header.direction, header.sequence) == (COMMAND, Direction.TO_SERVER, sequence)


def test_a_long_message_is_cut_and_only_the_holder_of_both_keys_reads_it() -> None:
    home = Home()
    long = bytes(range(256)) * 5
    home.send(long)
    home.clock.advance(SECOND)
    assert home.payloads == [long]
    frames = [frame for *_, frame, _ in home.tap.heard]
    assert len(frames) == 27  # 3 octets of ZCL header and 1280 of payload, 48 in a frame
    sniffer = Dissector(HanKeys(NETWORK_KEY, HUB, {ESME: HUB_ESME}), {0: HUB, 1: ESME})
    assert [m.zcl.payload for n, frame in enumerate(frames) if (m := sniffer.feed(frame, n))] == [long]
    with pytest.raises(KeyNotHeld):
        open_frame(frames[0], HanKeys(NETWORK_KEY, HUB), {0: HUB, 1: ESME})


def test_a_device_without_a_shared_link_key_cannot_be_written_to() -> None:
    home = Home()
    with pytest.raises(KeyNotHeld):
        home.esme.send(PPMID, CLUSTER, COMMAND, b"", to_server=False)


def test_a_frame_takes_its_time_on_the_air_and_the_next_one_waits_for_it() -> None:
    home = Home()
    times: list[int] = []
    home.esme.on(CLUSTER, lambda *_: times.append(home.clock.now()))
    home.send(b"one")
    home.send(b"two")
    home.clock.advance(SECOND)
    airtime = OCTET_TIME * (PHY_OCTETS + len(home.tap.heard[0][2]))
    assert times == [airtime + QUIET.delay, 2 * airtime + QUIET.delay]


def test_a_lost_frame_is_sent_again_at_most_three_times_each_heard_by_the_tap() -> None:
    home = Home(lost=1.0)
    home.send(b"x")
    home.clock.advance(SECOND)
    assert [lost for *_, lost in home.tap.heard] == ["lost"] * (1 + MAC_RETRIES)
    assert len({frame for *_, frame, _ in home.tap.heard}) == 1
    assert not home.heard


def test_retries_carry_a_long_message_through_a_lossy_home() -> None:
    home = Home(lost=0.2)
    home.send(bytes(700))
    home.clock.advance(2 * SECOND)
    assert home.payloads == [bytes(700)]
    assert any(lost for *_, lost in home.tap.heard)


def test_a_turned_bit_is_noticed_and_the_frame_sent_again() -> None:
    home = Home(altered=0.5)
    for number in range(8):
        home.send(bytes([number]))
    home.clock.advance(2 * SECOND)
    assert home.payloads == [bytes([number]) for number in range(8)]
    assert home.esme.dropped["damaged"] > 0


def test_a_sleeping_device_hears_nothing_until_it_wakes() -> None:
    home = Home()
    home.esme.sleep()
    home.send(b"while asleep")
    home.clock.advance(SECOND)
    home.esme.wake()
    home.send(b"awake")
    home.clock.advance(SECOND)
    assert home.payloads == [b"awake"]
    assert [lost for *_, lost in home.tap.heard] == ["asleep", ""]


@pytest.mark.parametrize(("to", "why"), [(PPMID, "nobody there"), (ESME, "line down")])
def test_the_tap_hears_why_a_frame_goes_nowhere(to: Eui, why: str) -> None:
    home = Home()
    hub = HanNode(home.clock, home.han, membership(HUB, {ESME: HUB_ESME, PPMID: HUB_ESME}))
    home.han.set_up(why != "line down")
    hub.send(to, CLUSTER, COMMAND, b"", to_server=True)
    home.clock.advance(SECOND)
    assert [lost for *_, lost in home.tap.heard] == [why]


def test_a_recorded_frame_is_not_heard_twice() -> None:
    home = Home()
    home.send(b"once")
    home.clock.advance(SECOND)
    home.han.transmit("attacker", home.tap.heard[0][2])
    home.clock.advance(SECOND)
    assert home.payloads == [b"once"]
    assert home.esme.dropped == {"old frame counter": 1}


def test_an_altered_frame_with_a_right_check_sequence_fails_its_mic() -> None:
    home = Home()
    home.send(b"once")
    frame = home.tap.heard[0][2]
    forged = bytearray(frame[:-2])
    forged[-6] ^= 1
    home.han.transmit("attacker", bytes(forged) + fcs(bytes(forged)))
    home.clock.advance(MILLISECOND)
    assert not home.heard
    home.clock.advance(SECOND)
    assert home.payloads == [b"once"]
    assert home.esme.dropped == {"MIC": 1}


def test_after_a_loss_of_power_the_frame_counter_is_beyond_every_one_used() -> None:
    home = Home()
    for number in range(5):
        home.send(bytes([number]))
    home.clock.advance(SECOND)
    home.hub.switch_off()
    home.hub.switch_on()
    home.send(b"back")
    home.clock.advance(SECOND)
    assert home.payloads[-1] == b"back"
    keys = HanKeys(NETWORK_KEY, HUB, {ESME: HUB_ESME})
    counters = [open_frame(frame, keys, {0: HUB, 1: ESME}).nwk_aux for *_, frame, _ in home.tap.heard]
    assert [aux.counter for aux in counters if aux] == [0, 1, 2, 3, 4, COUNTER_STORE_INTERVAL]


def test_a_hub_that_falls_back_to_its_stored_counter_is_ignored_until_it_passes_the_last_one() -> None:
    """Field case C16 in small: the counters start anew, as on a node that is made anew."""
    home = Home()
    for number in range(3):
        home.send(bytes([number]))
    home.clock.advance(SECOND)
    home.hub = HanNode(home.clock, home.han, membership(HUB, {ESME: HUB_ESME}))
    for number in range(10, 14):
        home.send(bytes([number]))
    home.clock.advance(SECOND)
    assert home.payloads == [b"\x00", b"\x01", b"\x02", b"\x0d"]
    assert home.esme.dropped == {"old frame counter": 3}


def test_a_device_without_power_is_not_there() -> None:
    home = Home()
    home.esme.switch_off()
    home.send(b"x")
    home.clock.advance(SECOND)
    home.esme.switch_on()
    home.send(b"y")
    home.clock.advance(SECOND)
    assert home.payloads == [b"y"]
    assert home.tap.heard[0][1::2] == ("0x0001", "nobody there")


def test_a_block_left_over_from_a_broken_message_does_not_spoil_a_later_one() -> None:
    """The APS counter comes round after 256 messages: what waits must have been given up by then."""
    home = Home()
    home.han.set_up(False)
    home.send(bytes(60))  # two blocks: the first is lost, the second arrives
    home.han.set_up(True)
    for number in range(255):
        home.send(bytes([number]))
    home.clock.advance(20 * SECOND)
    assert len(home.heard) == 255
    home.send(b"z" * 100)
    home.clock.advance(SECOND)
    assert home.payloads[-1] == b"z" * 100
