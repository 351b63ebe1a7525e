"""Noise on the channels at 868 MHz, and devices that stay with their hub when it leaves one."""

from dataclasses import replace

import pytest
from home_parts import ESME, GSME, HUB, Ground, membership, send_zcl

from ppmid_devices.hub.keep_alive_desk import KeepAliveDesk
from ppmid_devices.links.bands import Bands
from ppmid_devices.links.channel_follower import CHECKED, DWELL, PATIENCE, ChannelFollower, WakefulFollower
from ppmid_devices.links.channels import DROWNED, FIRST, FLOOR, Noise
from ppmid_devices.links.han import OTHER_CHANNEL
from ppmid_devices.links.link import LOST
from ppmid_devices.ports import MILLISECOND, SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import keep_alive, sub_ghz
from ppmid_protocols.zigbee.sub_ghz import ALL_CHANNELS, Channels, channel
from ppmid_protocols.zigbee.zcl import Direction

QUIETER = channel(31, 4)
SEARCH = PATIENCE + len(ALL_CHANNELS) * DWELL + SECOND


@pytest.mark.parametrize(("dbm", "share"), [(-120, 0.0), (-100, 0.0), (-85, 0.5), (-70, 1.0), (-10, 1.0)])
def test_the_louder_the_noise_the_more_is_lost(dbm: int, share: float) -> None:
    noise = Noise({FIRST: dbm})
    assert noise.lost(FIRST) == share
    assert (noise.level(QUIETER), noise.lost(QUIETER)) == (FLOOR, 0.0)
    assert Noise({QUIETER: FLOOR}, others=dbm).lost(FIRST) == share


class Home(Ground):
    """A hub with both bands, a GSME and an ESME at 868 MHz; the hub answers whoever asks whether it is there."""

    def __init__(self, noise: Noise = Noise()) -> None:  # noqa: B008 (it is frozen)
        super().__init__(bands=Bands(frozenset({"gsme", "esme"}), frozenset({"hub"}), noise))
        self.hub, self.gas, self.esme = self.node(HUB), self.node(GSME), self.node(ESME)
        KeepAliveDesk(self.hub)
        self.found: list[int] = []
        self.busy: list[int] = []

    def follower(self) -> ChannelFollower:
        return ChannelFollower(
            self.clock,
            self.han,
            membership(GSME),
            self.gas,
            busy=lambda: self.busy.append(self.clock.now()),
            found=lambda: self.found.append(self.clock.now()),
        )

    def announce(self, to: Channels, device: Eui = GSME) -> None:
        self.hub.send_frame(device, sub_ghz.CLUSTER, sub_ghz.announce(to, 1))
        self.run(100 * MILLISECOND)

    def goes_through(self) -> bool:
        """Whether the gas meter's next frame reaches its hub."""
        before = self.hub.heard
        send_zcl(self.gas, HUB, 0x0705, 0, b"x", Direction.TO_SERVER)
        self.run()
        return self.hub.heard > before


def test_who_is_on_another_channel_is_not_heard_and_who_measures_neither() -> None:
    home = Home()
    assert home.goes_through()
    home.han.tune("hub", QUIETER)
    assert not home.goes_through()
    assert home.tap.crossings[-1].lost == OTHER_CHANNEL
    home.han.tune("gsme", QUIETER)
    assert home.goes_through()
    home.han.tune("gsme", None)
    home.han.tune("hub", None)
    assert not home.goes_through()


def test_in_noise_the_radio_repeats_and_where_it_drowns_nothing_comes() -> None:
    home = Home(Noise({FIRST: -85}))
    came = sum(home.goes_through() for _ in range(200))
    assert 170 < came < 200  # 15 in 16 by four attempts at one half
    assert sum(one.lost == LOST for one in home.tap.crossings) > 150
    assert not any(Home(Noise({FIRST: DROWNED})).goes_through() for _ in range(3))


def test_a_device_that_hears_where_its_hub_goes_goes_there_too() -> None:
    home = Home()
    home.follower()
    home.announce(QUIETER)
    home.han.tune("hub", QUIETER)
    assert home.goes_through()


def test_what_another_device_announces_is_not_heeded() -> None:
    home = Home()
    home.follower()
    peers = replace(membership(ESME), link_keys={**membership(ESME).link_keys, GSME: membership(GSME).link_keys[HUB]})
    home.gas.meet(ESME, peers.short, peers.link_keys[GSME])
    home.esme.meet(GSME, membership(GSME).short, peers.link_keys[GSME])
    home.esme.send_frame(GSME, sub_ghz.CLUSTER, sub_ghz.announce(QUIETER, 1))
    home.run()
    assert home.goes_through()


@pytest.mark.parametrize("to", [ALL_CHANNELS[1], channel(30, 40), ALL_CHANNELS[-1]])
def test_a_device_that_slept_finds_its_hub_wherever_it_went(to: Channels) -> None:
    home = Home()
    follower = home.follower()
    home.han.tune("hub", to)
    assert not home.goes_through()
    follower.miss()
    home.run(SEARCH)
    assert home.goes_through()
    assert len(home.found) == 1
    assert len(home.busy) == ALL_CHANNELS.index(to)


def test_a_hub_that_answers_is_not_looked_for() -> None:
    home = Home()
    follower = home.follower()
    follower.miss()
    send_zcl(home.hub, GSME, 0x0705, 0, b"x", Direction.TO_CLIENT)
    home.run(SEARCH)
    assert (home.busy, home.found) == ([], [])


def test_where_nobody_answers_it_goes_back_and_tries_again_another_time() -> None:
    home = Home()
    follower = home.follower()
    home.hub.switch_off()
    follower.miss()
    home.run(SEARCH)
    assert (len(home.busy), home.found) == (len(ALL_CHANNELS) - 1, [])
    home.hub.switch_on()
    assert home.goes_through()
    home.han.tune("hub", QUIETER)
    follower.miss()
    home.run(SEARCH)
    assert home.goes_through()


def test_a_loss_of_power_ends_a_search() -> None:
    home = Home()
    follower = home.follower()
    home.han.tune("hub", QUIETER)
    follower.miss()
    home.run(PATIENCE + SECOND)
    assert home.busy
    home.gas.switch_off()
    home.run(SEARCH)
    asked = len(home.busy)
    home.gas.switch_on()
    follower.miss()
    home.run(SEARCH)
    assert len(home.busy) == asked + ALL_CHANNELS.index(QUIETER)
    assert home.goes_through()


def test_off_its_network_it_listens_by_turns_where_it_was_and_where_hubs_begin() -> None:
    home = Home()
    follower = home.follower()
    home.announce(QUIETER)
    home.gas.leave(lambda _: None)
    tuned = []
    for _ in range(3):
        follower.miss()
        tuned.append(home.han._tuned["gsme"])
    assert tuned == [FIRST, QUIETER, FIRST]


def test_a_device_that_is_awake_notices_by_itself_that_its_hub_is_gone() -> None:
    home = Home()
    WakefulFollower(home.clock, home.han, membership(GSME), home.gas)
    questions = []
    home.hub.on(keep_alive.CLUSTER, lambda *_: questions.append(home.clock.now()))
    home.run(CHECKED + SECOND)
    assert len(questions) == 1
    home.han.tune("hub", QUIETER)
    home.run(CHECKED + SEARCH)
    assert home.goes_through()
