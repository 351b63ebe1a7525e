"""A device that sleeps and asks for its frames: what is kept for it, how long, how much; and the frame it asks by."""

from home_parts import ESME, HUB, PPMID, Ground, RecordingTap, membership, send_zcl
from ppmid_home import Home as PpmidHome

from ppmid_devices import roles
from ppmid_devices.links.han import KEPT_FRAMES, NOT_FETCHED, PARENT_FULL
from ppmid_devices.links.polling import LISTENS, Polling
from ppmid_devices.ports import MILLISECOND, SECOND
from ppmid_devices.ppmid.faulty_joining import Oversleeps
from ppmid_protocols.zigbee import mac_poll
from ppmid_protocols.zigbee.frames import fcs
from ppmid_protocols.zigbee.zcl import Direction

CLUSTER = 0x0705


class Home(Ground):
    """A hub, and an ESME that sleeps, as no ESME does."""

    def __init__(self) -> None:
        super().__init__()
        self.hub, self.esme = self.node(HUB), self.node(ESME)
        self.payloads: list[bytes] = []
        self.esme.on(CLUSTER, lambda _, message: self.payloads.append(message.zcl.payload))

    def send(self, payload: bytes) -> None:
        send_zcl(self.hub, ESME, CLUSTER, 0, payload, Direction.TO_SERVER)

    @property
    def losses(self) -> list[str]:
        return [one.lost for one in self.tap.crossings]


class Sleeper(Home):
    """Here it asks every so often."""

    def __init__(self, interval: int = 5 * SECOND) -> None:
        super().__init__()
        self.polling = Polling(self.clock, self.han, membership(ESME), self.esme, interval)
        self.polling.power(True)
        self.run(SECOND)

    @property
    def polls(self) -> list[int]:
        return [one.at for one in self.tap.crossings if mac_poll.asked_by(one.frame) is not None]


def test_the_frame_by_which_it_asks_is_that_of_the_standard() -> None:
    frame = mac_poll.data_request(0x1002, 0, 0x1A62, 7)
    body = bytes.fromhex("6388" + "07" + "621a" + "0000" + "0210" + "04")  # IEEE 802.15.4 7.3.4
    assert frame == body + fcs(body)
    assert mac_poll.asked_by(frame) == 0x1002
    for other in (frame[:-1], frame[:-1] + b"\x00\x00", body[:-1] + b"\x05" + fcs(body[:-1] + b"\x05"), b""):
        assert mac_poll.asked_by(other) is None


def test_what_is_sent_while_it_sleeps_is_kept_until_it_asks_and_crosses_the_air_once() -> None:
    home = Sleeper()
    assert not home.esme.awake
    home.send(b"top-up")
    home.run(3 * SECOND)
    assert home.payloads == []
    home.run(2 * SECOND)
    assert home.payloads == [b"top-up"]
    assert home.losses == [""] * 3  # twice asked, one frame


def test_a_long_message_is_fetched_whole_while_it_listens() -> None:
    home = Sleeper()
    home.send(bytes(1_200))
    home.run(5 * SECOND)
    assert home.payloads == [bytes(1_200)]
    home.run(LISTENS + SECOND)
    assert not home.esme.awake


def test_what_is_not_fetched_in_time_is_dropped_and_so_is_what_finds_no_room() -> None:
    home = Sleeper(interval=60 * SECOND)
    for _ in range(KEPT_FRAMES + 1):
        home.send(b"x")
    home.run(mac_poll.PERSISTENCE_MS * MILLISECOND - 2 * SECOND)
    assert home.losses.count(PARENT_FULL) == 1
    assert NOT_FETCHED not in home.losses
    home.run(3 * SECOND)
    assert home.losses.count(NOT_FETCHED) == KEPT_FRAMES
    home.run(120 * SECOND)
    assert home.payloads == []


def test_one_that_never_asked_has_no_parent_that_keeps_anything() -> None:
    home = Home()
    home.esme.sleep()
    home.send(b"x")
    home.run(SECOND)
    assert home.losses == ["asleep"]


def test_without_power_it_asks_no_more_and_with_it_at_once() -> None:
    home = Sleeper()
    home.polling.power(False)
    home.run(20 * SECOND)
    assert len(home.polls) == 1
    home.polling.power(True)
    home.run(SECOND)
    assert len(home.polls) == 2


def _hears(home: PpmidHome) -> list[str]:
    tap: RecordingTap = home.tap
    return [one.lost for one in tap.crossings if one.receiver == roles.PPMID]


def test_a_ppmid_sleeps_where_it_is_so_set_and_hears_its_hub_all_the_same() -> None:
    awake, asleep, late = PpmidHome(), PpmidHome(sleepy=True), PpmidHome(Oversleeps, sleepy=True)
    for home in (awake, asleep, late):
        home.run(800 * SECOND)  # the hub asks for a tunnel again and again
        send_zcl(home.hub._node, PPMID, 0x000A, 0, b"", Direction.TO_CLIENT)
        home.run(20 * SECOND)
    assert awake.ppmid._node.awake
    assert not asleep.ppmid._node.awake
    assert asleep.ppmid._tunnel.is_open
    assert set(_hears(asleep)) == {""}
    assert NOT_FETCHED in _hears(late)
    assert HUB in asleep.ppmid._node.link_keys
