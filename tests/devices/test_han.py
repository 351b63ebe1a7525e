"""The radio of the HAN and a device's node on it: sealing, freshness, retries, sleep, loss of power."""

from dataclasses import replace
from typing import Any

import pytest
from home_parts import ESME, EUIS, GSME, HAN_KEYS, HUB, PPMID, Ground, heard_on_the_han, membership, send_zcl

from ppmid_devices.links.bands import OCTET_TIME_2_4, PHY_OCTETS
from ppmid_devices.links.han import MAC_RETRIES, QUIET
from ppmid_devices.links.han_node import COUNTER_STORE_INTERVAL, HanNode
from ppmid_devices.ports import MILLISECOND, SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.frames import fcs
from ppmid_protocols.zigbee.han import AppMessage, HanKeys, KeyNotHeld, open_frame
from ppmid_protocols.zigbee.zcl import Direction

CLUSTER, COMMAND = 0x0705, 0x04


class Home(Ground):
    """A hub and an ESME on one HAN, with all that the ESME's cluster heard."""

    def __init__(self, **conditions: Any) -> None:
        super().__init__(han=replace(QUIET, **conditions))
        self.hub, self.esme = self.node(HUB), self.node(ESME)
        self.heard: list[tuple[Eui, AppMessage]] = []
        self.esme.on(CLUSTER, lambda sender, message: self.heard.append((sender, message)))

    def send(self, payload: bytes) -> int:
        return send_zcl(self.hub, ESME, CLUSTER, COMMAND, payload, Direction.TO_SERVER)

    @property
    def frames(self) -> list[bytes]:
        return [one.frame for one in self.tap.crossings]

    @property
    def losses(self) -> list[str]:
        return [one.lost for one in self.tap.crossings]

    @property
    def payloads(self) -> list[bytes]:
        return [message.zcl.payload for _, message in self.heard]


def test_a_message_arrives_whole_with_its_sender_and_header() -> None:
    home = Home()
    sequence = home.send(b"top-up")
    home.run()
    ((sender, message),) = home.heard
    assert sender == HUB
    assert message.zcl.payload == b"top-up"
    header = message.zcl.header
    assert (header.command, header.direction, header.sequence) == (COMMAND, Direction.TO_SERVER, sequence)


def test_a_long_message_is_cut_and_only_the_holder_of_both_keys_reads_it() -> None:
    home = Home()
    long = bytes(range(256)) * 5
    home.send(long)
    home.run()
    assert home.payloads == [long]
    assert len(home.frames) == 27  # 3 octets of ZCL header and 1280 of payload, 48 in a frame
    (sniffed,) = heard_on_the_han(home.tap.crossings)
    assert sniffed.zcl.payload == long
    with pytest.raises(KeyNotHeld):
        open_frame(home.frames[0], HanKeys(HAN_KEYS.network_key, HUB), EUIS)


def test_a_device_without_a_shared_link_key_cannot_be_written_to() -> None:
    home = Home()
    with pytest.raises(KeyNotHeld):
        send_zcl(home.esme, GSME, CLUSTER, COMMAND, b"", Direction.TO_CLIENT)


def test_a_frame_takes_its_time_on_the_air_and_the_next_one_waits_for_it() -> None:
    home = Home()
    times: list[int] = []
    home.esme.on(CLUSTER, lambda *_: times.append(home.clock.now()))
    home.send(b"one")
    home.send(b"two")
    home.run()
    airtime = OCTET_TIME_2_4 * (PHY_OCTETS + len(home.frames[0]))
    assert times == [airtime + QUIET.delay, 2 * airtime + QUIET.delay]


def test_a_frame_that_comes_while_the_radio_sends_goes_once_it_is_free_and_one_that_comes_later_at_once() -> None:
    home = Home()
    times: list[int] = []
    home.esme.on(CLUSTER, lambda *_: times.append(home.clock.now()))
    home.send(b"one")
    airtime = OCTET_TIME_2_4 * (PHY_OCTETS + len(home.frames[0]))
    home.clock.advance(airtime // 3)
    home.send(b"two")
    assert len(home.frames) == 1
    home.clock.advance(airtime - airtime // 3)
    assert len(home.frames) == 2
    home.clock.advance(airtime + 1)
    home.send(b"six")
    assert len(home.frames) == 3
    home.run()
    assert times == [airtime + QUIET.delay, 2 * airtime + QUIET.delay, 3 * airtime + 1 + QUIET.delay]


def test_a_lost_frame_is_sent_again_at_most_three_times_each_heard_by_the_tap() -> None:
    home = Home(lost=1.0)
    home.send(b"x")
    home.run()
    assert home.losses == ["lost"] * (1 + MAC_RETRIES)
    assert len(set(home.frames)) == 1
    assert not home.heard


def test_retries_carry_a_long_message_through_a_lossy_home() -> None:
    home = Home(lost=0.2)
    home.send(bytes(700))
    home.run(2 * SECOND)
    assert home.payloads == [bytes(700)]
    assert "lost" in home.losses


def test_a_turned_bit_is_noticed_and_the_frame_sent_again() -> None:
    home = Home(altered=0.2)
    for number in range(8):
        home.send(bytes([number]))
    home.run(2 * SECOND)
    assert home.payloads == [bytes([number]) for number in range(8)]
    assert home.esme.dropped["damaged"] > 0


def test_a_sleeping_device_hears_nothing_until_it_wakes() -> None:
    home = Home()
    home.esme.sleep()
    home.send(b"while asleep")
    home.run()
    home.esme.wake()
    home.send(b"awake")
    home.run()
    assert home.payloads == [b"awake"]
    assert home.losses == ["asleep", ""]


@pytest.mark.parametrize(("to", "why"), [(PPMID, "nobody there"), (ESME, "line down")])
def test_the_tap_hears_why_a_frame_goes_nowhere(to: Eui, why: str) -> None:
    home = Home()
    home.han.set_up(why != "line down")
    send_zcl(home.hub, to, CLUSTER, COMMAND, b"", Direction.TO_SERVER)
    home.run()
    assert home.losses == [why]


def test_a_recorded_frame_is_not_heard_twice() -> None:
    home = Home()
    home.send(b"once")
    home.run()
    home.han.transmit("attacker", home.frames[0])
    home.run()
    assert home.payloads == [b"once"]
    assert home.esme.dropped == {"old frame counter": 1}


def test_an_altered_frame_with_a_right_check_sequence_fails_its_mic() -> None:
    home = Home()
    home.send(b"once")
    frame = home.frames[0]
    forged = bytearray(frame[:-2])
    forged[-6] ^= 1
    home.han.transmit("attacker", bytes(forged) + fcs(bytes(forged)))
    home.run(MILLISECOND)
    assert not home.heard
    home.run()
    assert home.payloads == [b"once"]
    assert home.esme.dropped == {"MIC": 1}


def test_after_a_loss_of_power_the_frame_counter_is_beyond_every_one_used() -> None:
    home = Home()
    for number in range(5):
        home.send(bytes([number]))
    home.run()
    home.hub.switch_off()
    home.hub.switch_on()
    home.send(b"back")
    home.run()
    assert home.payloads[-1] == b"back"
    counters = [open_frame(frame, HAN_KEYS, EUIS).nwk_aux for frame in home.frames]
    assert [aux.counter for aux in counters if aux] == [0, 1, 2, 3, 4, COUNTER_STORE_INTERVAL]


@pytest.mark.parametrize("sent", [0, 2, 3, 9])
def test_a_device_of_long_standing_goes_on_behind_what_it_last_stored(sent: int) -> None:
    """Stored at 40, and from there every 4 frames; the next to be used is 41."""
    home = Home()
    node = HanNode(home.clock, home.han, membership(PPMID), counter_store_interval=4, counters=(41, 40))
    for _ in range(sent):
        send_zcl(node, ESME, CLUSTER, COMMAND, b"", Direction.TO_SERVER)
    node.switch_off()
    node.switch_on()
    send_zcl(node, ESME, CLUSTER, COMMAND, b"back", Direction.TO_SERVER)
    home.run()
    counters = [aux.counter for frame in home.frames if (aux := open_frame(frame, HAN_KEYS, EUIS).nwk_aux)]
    assert counters[:-1] == list(range(41, 41 + sent))
    assert counters[-1] == {0: 44, 2: 44, 3: 48, 9: 52}[sent]
    assert home.payloads[-1] == b"back"


def test_a_hub_that_falls_back_to_its_stored_counter_is_ignored_until_it_passes_the_last_one() -> None:
    """Field case C16 in small: the counters start anew, as on a node that is made anew."""
    home = Home()
    for number in range(3):
        home.send(bytes([number]))
    home.run()
    home.hub = home.node(HUB)
    for number in range(10, 14):
        home.send(bytes([number]))
    home.run()
    assert home.payloads == [b"\x00", b"\x01", b"\x02", b"\x0d"]
    assert home.esme.dropped == {"old frame counter": 3}


def test_a_device_without_power_is_not_there() -> None:
    home = Home()
    home.esme.switch_off()
    home.send(b"x")
    home.run()
    home.esme.switch_on()
    home.send(b"y")
    home.run()
    assert home.payloads == [b"y"]
    assert (home.tap.crossings[0].receiver, home.losses) == ("0x0001", ["nobody there", ""])


def test_a_block_left_over_from_a_broken_message_does_not_spoil_a_later_one() -> None:
    """The APS counter comes round after 256 messages: what waits must have been given up by then."""
    home = Home()
    home.han.set_up(False)
    home.send(bytes(60))  # two blocks: the first is lost, the second arrives
    home.han.set_up(True)
    for number in range(255):
        home.send(bytes([number]))
    home.run(20 * SECOND)
    assert len(home.heard) == 255
    home.send(b"z" * 100)
    home.run()
    assert home.payloads[-1] == b"z" * 100
