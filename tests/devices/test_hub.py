"""The Communications Hub between SM WAN and HAN: tunnels, mailbox, today's functions, relaying, loss of power."""

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from home_parts import (
    ESME,
    FOREIGN,
    GSME,
    HUB,
    METERS,
    OTHER_PPMID,
    PPMID,
    Ground,
    answer_to,
    command,
    membership,
)
from hypothesis import given
from hypothesis import strategies as st

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials
from ppmid_devices.hub import faulty
from ppmid_devices.hub.mailbox import Mailbox, Outbox
from ppmid_devices.hub.relay import Refusal, RouteBack
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.links.link import Conditions
from ppmid_devices.links.tunnel import TunnelClient, TunnelServer
from ppmid_devices.links.wan import Wan
from ppmid_devices.ports import DAY, HOUR, MINUTE, SECOND
from ppmid_devices.rate_limit import RateLimit
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment.requests import CS01A, CS01B, ECS42, ECS82, PCS01
from ppmid_protocols.zigbee.gb_hrgp import Get, GetResponse, Put, decode
from ppmid_protocols.zigbee.tunneling import TransferStatus

DEVICES = {**METERS, PPMID: roles.PPMID, OTHER_PPMID: roles.PPMID}


class Home(Ground):
    """A hub under test, plain ends of its tunnels for the devices, and the far end of the SM WAN."""

    def __init__(self, kind: type[SimulatedHub] = SimulatedHub, wan_up: bool = True, **settings: Any) -> None:
        super().__init__()
        self.wan = Wan("wan", self.clock, self.tap, Random("wan"), Conditions())
        self.wan.set_up(wan_up)
        self.wan.attach(roles.DCC, lambda *_: None)
        self.heard: dict[Eui, list[bytes]] = {device: [] for device in DEVICES}
        self.errors: list[int] = []
        self.servers = {
            device: TunnelServer(self.node(device), HUB, self.heard[device].append, refused=self.errors.append)
            for device in (ESME, PPMID, OTHER_PPMID)
        }
        self.gas = TunnelClient(self.node(GSME), HUB, self.clock, self.heard[GSME].append)
        self.hub = kind(
            clock=self.clock,
            credentials=Credentials(eui=HUB),
            han=self.han,
            membership=membership(HUB),
            wan=self.wan,
            devices=DEVICES,
            settings=HubSettings(**settings),
        )
        self.hub.start()
        self.run(2 * SECOND)
        self.gas.open()
        self.run()

    def from_wan(self, *messages: Message) -> None:
        for one in messages:
            self.wan.send(roles.DCC, roles.HUB, one.encode())
        self.run()

    def send(self, device: Eui, *messages: Message) -> None:
        for one in messages:
            self.servers[device].send(one.encode())
        self.run()

    def get(self) -> GetResponse:
        self.gas.send(Get().encode())
        self.run()
        exchange = decode(self.heard[GSME][-1])
        assert isinstance(exchange, GetResponse)
        return exchange

    def put(self, one: Message) -> None:
        self.gas.send(Put(one.encode()).encode())
        self.run()

    @property
    def to_dcc(self) -> list[bytes]:
        return [one.frame for one in self.tap.carried("wan", roles.HUB)]

    @property
    def reasons(self) -> list[Refusal]:
        return [refused.reason for refused in self.hub.refusals]


TOP_UP, GAS_TOP_UP = command(ESME), command(GSME, code=CS01B)
PPMIDS_TOP_UP = command(GSME, 10_000, code=PCS01, originator=PPMID)


# Between SM WAN and devices


def test_commands_from_the_wan_reach_the_device_that_they_name() -> None:
    home = Home()
    home.from_wan(TOP_UP, command(PPMID, code=0x0129), GAS_TOP_UP)
    assert home.heard[ESME] == [TOP_UP.encode()]
    assert home.heard[PPMID] == [command(PPMID, code=0x0129).encode()]
    assert home.heard[GSME] == []
    assert home.get() == GetResponse(0, GAS_TOP_UP.encode())


def test_commands_for_unknown_devices_and_what_is_no_message_go_nowhere() -> None:
    home = Home()
    home.from_wan(command(FOREIGN))
    home.wan.send(roles.DCC, roles.HUB, b"\xdd\x00rubbish")
    home.run()
    assert home.reasons == [Refusal.TARGET_UNKNOWN, Refusal.NOT_GBCS]
    assert not any(home.heard.values())


def test_the_gas_meters_mailbox_tells_what_remains_and_is_empty_at_the_end() -> None:
    home = Home()
    letters = [command(GSME, counter, code=CS01B) for counter in (1, 2, 3)]
    home.from_wan(*letters)
    got = [home.get() for _ in range(4)]
    assert [(one.remaining, one.message) for one in got] == [
        (2, letters[0].encode()),
        (1, letters[1].encode()),
        (0, letters[2].encode()),
        (0, b""),
    ]


def test_a_gas_meter_that_does_not_come_for_a_day_finds_nothing() -> None:
    early, late = Home(), Home()
    for home, wait in ((early, DAY - MINUTE), (late, DAY + MINUTE)):
        home.from_wan(GAS_TOP_UP)
        home.run(wait)
    assert early.get().message == GAS_TOP_UP.encode()
    assert late.get().message == b""
    assert late.reasons == [Refusal.TOO_OLD]


def test_a_full_mailbox_takes_no_more() -> None:
    home = Home(mailbox_messages=2)
    home.from_wan(*(command(GSME, counter, code=CS01B) for counter in (1, 2, 3)))
    assert home.get().remaining == 1
    assert home.reasons == [Refusal.NO_ROOM]


def test_responses_and_alerts_of_meters_go_over_the_wan() -> None:
    home = Home()
    alert = replace(answer_to(TOP_UP), cra=Cra.ALERT)
    home.send(ESME, answer_to(TOP_UP), alert)
    home.put(answer_to(GAS_TOP_UP))
    assert home.to_dcc == [answer_to(TOP_UP).encode(), alert.encode(), answer_to(GAS_TOP_UP).encode()]


def test_while_the_wan_is_down_answers_wait_and_then_go_one_a_second_in_order() -> None:
    home = Home(wan_up=False)
    answers = [answer_to(command(ESME, counter)) for counter in range(5)]
    home.send(ESME, *answers)
    assert home.to_dcc == []
    home.wan.set_up(True)
    home.send(ESME, answer_to(command(ESME, 5)))  # does not overtake those that wait
    home.run(10 * SECOND)
    assert home.to_dcc == [*(one.encode() for one in answers), answer_to(command(ESME, 5)).encode()]
    times = [one.at for one in home.tap.carried("wan", roles.HUB)]
    assert {later - earlier for earlier, later in pairwise(times)} == {SECOND}


def test_when_too_many_answers_wait_the_oldest_of_that_device_goes() -> None:
    home = Home(wan_up=False, outbox_messages=2)
    home.put(answer_to(GAS_TOP_UP))
    home.send(ESME, *(answer_to(command(ESME, counter)) for counter in (1, 2, 3)))
    home.wan.set_up(True)
    home.run(10 * SECOND)
    kept = [answer_to(GAS_TOP_UP), *(answer_to(command(ESME, counter)) for counter in (2, 3))]
    assert home.to_dcc == [one.encode() for one in kept]
    assert home.hub.dropped_for_wan == 1


def test_a_second_outage_stops_the_release_and_the_next_return_goes_on_with_it() -> None:
    home = Home(wan_up=False)
    home.send(ESME, *(answer_to(command(ESME, counter)) for counter in range(4)))
    home.wan.set_up(True)
    home.run(2 * SECOND)
    home.wan.set_up(False)
    home.run(MINUTE)
    assert len(home.to_dcc) == 2
    home.wan.set_up(True)
    home.run(MINUTE)
    assert len(home.to_dcc) == 4


# What every hub does for a PPMID


def test_a_ppmids_own_gas_top_up_waits_in_the_mailbox_and_its_answer_comes_back() -> None:
    home = Home()
    home.send(PPMID, PPMIDS_TOP_UP)
    assert home.get().message == PPMIDS_TOP_UP.encode()
    home.put(answer_to(PPMIDS_TOP_UP))
    assert home.heard[PPMID] == [answer_to(PPMIDS_TOP_UP).encode()]
    assert home.to_dcc == []


def test_todays_hub_silently_drops_a_command_that_a_ppmid_brings() -> None:
    home = Home()
    home.send(PPMID, TOP_UP, GAS_TOP_UP, replace(PPMIDS_TOP_UP, originator=OTHER_PPMID))
    assert home.heard[ESME] == []
    assert home.get().message == b""
    assert home.errors == []
    assert home.reasons == [Refusal.NO_RELAY] * 3
    assert home.hub.refusals[0].message_code == CS01A


def test_its_variant_answers_with_an_error() -> None:
    home = Home(on_unknown="error")
    home.send(PPMID, TOP_UP)
    assert home.heard[ESME] == []
    assert home.errors == [TransferStatus.WRONG_DEVICE]


# Relaying


def test_a_hub_that_relays_passes_the_same_octets_and_the_answer_comes_back_both_ways() -> None:
    home = Home(relay="commands")
    home.send(PPMID, TOP_UP, GAS_TOP_UP)
    assert home.heard[ESME] == [TOP_UP.encode()]
    assert home.get().message == GAS_TOP_UP.encode()
    home.send(ESME, answer_to(TOP_UP))
    home.put(answer_to(GAS_TOP_UP))
    both = [answer_to(TOP_UP).encode(), answer_to(GAS_TOP_UP).encode()]
    assert home.heard[PPMID] == both
    assert home.to_dcc == both
    assert home.heard[OTHER_PPMID] == []


def test_the_answer_goes_to_the_ppmid_that_brought_the_command_alone_when_set_so() -> None:
    home = Home(relay="commands", also_over_wan=False)
    home.send(OTHER_PPMID, TOP_UP)
    home.send(ESME, answer_to(TOP_UP), answer_to(command(ESME, 2)))
    assert home.heard[OTHER_PPMID] == [answer_to(TOP_UP).encode()]
    assert home.heard[PPMID] == []
    assert home.to_dcc == [answer_to(command(ESME, 2)).encode()]


def test_during_an_outage_the_answer_comes_back_at_once_and_over_the_wan_later() -> None:
    home = Home(wan_up=False, relay="commands")
    home.send(PPMID, TOP_UP)
    home.send(ESME, answer_to(TOP_UP))
    assert home.heard[PPMID] == [answer_to(TOP_UP).encode()]
    assert home.to_dcc == []
    home.wan.set_up(True)
    home.run(5 * SECOND)
    assert home.to_dcc == [answer_to(TOP_UP).encode()]


REFUSED = {
    "another type": (command(ESME, code=ECS42), Refusal.TYPE_NOT_ALLOWED),
    "foreign target": (command(FOREIGN), Refusal.TARGET_UNKNOWN),
    "the PPMID itself": (command(PPMID), Refusal.TARGET_UNKNOWN),
    "too large": (command(ESME, payload=bytes(1380)), Refusal.TOO_LARGE),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_rules_do_not_allow_is_not_relayed_and_silently(case: str) -> None:
    refused, reason = REFUSED[case]
    home = Home(relay="commands", relay_types=(CS01A, CS01B), relay_octets=1400)
    home.send(PPMID, refused, TOP_UP)
    home.run(5 * SECOND)
    assert home.heard[ESME] == [TOP_UP.encode()]
    assert home.reasons == [reason]
    assert home.errors == []


def test_a_refused_relay_is_answered_with_an_error_when_set_so() -> None:
    home = Home(relay="commands", relay_types=(CS01A,), on_refused="error")
    home.send(PPMID, command(ESME, code=ECS42))
    assert home.errors == [TransferStatus.WRONG_DEVICE]


def test_a_meter_cannot_have_commands_relayed() -> None:
    home = Home(relay="commands")
    home.send(ESME, GAS_TOP_UP)
    assert home.get().message == b""
    assert home.reasons == [Refusal.NO_RELAY]


def test_no_more_than_sixty_an_hour_for_each_target() -> None:
    home = Home(relay="commands")
    for counter in range(61):
        home.send(PPMID, command(ESME, counter, code=ECS82))
    home.send(PPMID, GAS_TOP_UP)
    assert len(home.heard[ESME]) == 60
    assert home.reasons == [Refusal.TOO_MANY]
    assert home.get().message == GAS_TOP_UP.encode()
    home.run(HOUR)
    home.send(PPMID, command(ESME, 99, code=ECS82))
    assert len(home.heard[ESME]) == 61


def test_a_relayed_command_that_has_waited_too_long_is_not_delivered() -> None:
    home = Home(relay="commands", relay_age_s=3600)
    home.send(PPMID, GAS_TOP_UP)
    home.run(HOUR)
    assert home.get().message == b""
    assert home.reasons == [Refusal.TOO_OLD]


def test_a_command_for_a_meter_without_a_tunnel_waits_for_it() -> None:
    home = Home(relay="commands")
    home.servers[ESME].lose()
    home.send(PPMID, TOP_UP)  # this one tells the hub that the tunnel is gone
    home.send(PPMID, command(ESME, 2))
    home.run(5 * SECOND)
    assert home.heard[ESME] == [command(ESME, 2).encode()]


# Loss of power


def test_after_a_loss_of_power_the_hub_opens_its_tunnels_anew_and_carries_on() -> None:
    home = Home()
    home.hub.power_cycle()
    home.from_wan(TOP_UP)
    assert home.heard[ESME] == []  # without power
    home.run(40 * SECOND)
    home.from_wan(TOP_UP)
    assert home.heard[ESME] == [TOP_UP.encode()]
    home.gas.open()
    home.run()
    assert home.get().message == b""


@pytest.mark.parametrize("kept", [False, True])
def test_the_mailbox_over_a_loss_of_power(kept: bool) -> None:
    home = Home(queues_survive_power_cycle=kept)
    home.from_wan(GAS_TOP_UP)
    home.hub.power_cycle()
    home.run(40 * SECOND)
    home.gas.open()
    home.run()
    assert home.get().message == GAS_TOP_UP.encode() * kept


@pytest.mark.parametrize("kept", [False, True])
def test_the_way_back_over_a_loss_of_power(kept: bool) -> None:
    home = Home(relay="commands", routes_survive_power_cycle=kept)
    home.send(PPMID, TOP_UP)
    home.hub.power_cycle()
    home.run(40 * SECOND)
    home.send(ESME, answer_to(TOP_UP))
    assert home.heard[PPMID] == [answer_to(TOP_UP).encode()] * kept
    assert home.to_dcc == [answer_to(TOP_UP).encode()]


# Each fault shows, and only as what it is


def test_a_hub_that_relays_though_old() -> None:
    home = Home(faulty.RelaysThoughOld)
    home.send(PPMID, TOP_UP)
    assert home.heard[ESME] == [TOP_UP.encode()]


def test_a_hub_that_alters_what_it_relays() -> None:
    home = Home(faulty.AltersRelayed, relay="commands")
    home.send(PPMID, TOP_UP)
    home.from_wan(TOP_UP)
    relayed, from_wan = home.heard[ESME]
    assert from_wan == TOP_UP.encode()
    assert [place for place, octet in enumerate(relayed) if octet != from_wan[place]] == [len(relayed) - 1]


def test_a_hub_that_drops_what_it_should_relay() -> None:
    home = Home(faulty.DropsRelayed, relay="commands")
    home.send(PPMID, TOP_UP, PPMIDS_TOP_UP)
    assert home.heard[ESME] == []
    assert home.reasons == []
    assert home.get().message == PPMIDS_TOP_UP.encode()


def test_a_hub_that_misroutes_responses() -> None:
    home = Home(faulty.MisroutesResponses, relay="commands")
    home.send(PPMID, TOP_UP)
    home.send(ESME, answer_to(TOP_UP))
    assert home.heard[PPMID] == []
    assert home.to_dcc == [answer_to(TOP_UP).encode()]


def test_a_hub_that_relays_any_type() -> None:
    home = Home(faulty.RelaysAnyType, relay="commands", relay_types=(CS01A,))
    home.send(PPMID, command(ESME, code=ECS42), command(FOREIGN))
    assert home.heard[ESME] == [command(ESME, code=ECS42).encode()]
    assert home.reasons == [Refusal.TARGET_UNKNOWN]


# The pure parts


@given(st.lists(st.integers(0, 300), max_size=40), st.integers(1, 5))
def test_the_rate_never_lets_more_than_its_limit_through_in_any_hour(minutes: list[int], limit: int) -> None:
    rate, passed = RateLimit(limit), []
    for time in sorted(minute * MINUTE for minute in minutes):
        if rate.admits(ESME, time):
            rate = rate.after(ESME, time)
            passed.append(time)
    assert all(sum(begin <= time < begin + HOUR for time in passed) <= limit for begin in passed)
    refused = len(minutes) - len(passed)
    assert refused == 0 or len(passed) >= limit


def test_the_route_back_table_forgets_the_oldest_and_the_old() -> None:
    commands = [command(ESME, counter) for counter in range(4)]
    table = RouteBack(size=3, life=HOUR)
    for time, one in enumerate(commands):
        table = table.add(one, PPMID, time)
    assert [table.bringer(answer_to(one), 10) for one in commands] == [None, PPMID, PPMID, PPMID]
    assert table.bringer(answer_to(commands[3]), 3 + HOUR) == PPMID
    assert table.bringer(answer_to(commands[3]), 4 + HOUR) is None
    assert table.add(commands[3], OTHER_PPMID, 20).bringer(answer_to(commands[3]), 30) == OTHER_PPMID


def test_the_route_back_table_does_not_take_another_meters_answer() -> None:
    table = RouteBack(size=3, life=HOUR).add(TOP_UP, PPMID, 0)
    assert table.bringer(replace(answer_to(TOP_UP), originator=GSME), 1) is None
    assert table.bringer(replace(answer_to(TOP_UP), counter=2), 1) is None


@given(st.lists(st.tuples(st.sampled_from([ESME, GSME]), st.binary(max_size=2)), max_size=30), st.integers(1, 4))
def test_the_outbox_keeps_the_latest_of_each_device_in_order(messages: list[tuple[Eui, bytes]], limit: int) -> None:
    outbox, dropped = Outbox(limit), 0
    for device, octets in messages:
        outbox, more = outbox.put(device, octets)
        dropped += more
    for device in (ESME, GSME):
        own = [octets for sender, octets in messages if sender == device]
        assert [octets for sender, octets in outbox.messages if sender == device] == own[-limit:]
    assert dropped == len(messages) - len(outbox.messages)


def test_a_mailbox_gives_the_oldest_first() -> None:
    box = Mailbox(2).put(b"a", 5).put(b"b", 9).put(b"c", 9)
    assert box.full
    box, stale = box.expire(6)
    assert [letter.message for letter in stale] == [b"a"]
    box, message_ = box.take()
    assert message_ == b"b"
    assert box.take() == (box, None)
