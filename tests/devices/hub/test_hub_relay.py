"""Relaying for a PPMID: what passes, what the rules refuse, and the way back of the Responses."""

from dataclasses import replace

import pytest
from home_parts import ESME, FOREIGN, GSME, OTHER_PPMID, PPMID, answer_to, command
from hub_home import GAS_TOP_UP, TOP_UP, Home

from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.hub.relay import Refusal, RouteBack
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.ports import HOUR, SECOND
from ppmid_protocols.gbcs.prepayment.requests import CS01A, CS01B, ECS42, ECS82
from ppmid_protocols.zigbee.tunneling import TransferStatus


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


def test_a_scenario_may_ask_for_a_list_or_leave_the_hub_its_own() -> None:
    own = HubSettings(relay_types=(CS01A,))
    assert own.under(HubSituation(can_relay=True, relays=frozenset({CS01B}))).relay_types == (CS01B,)
    assert own.under(HubSituation(can_relay=True)).relay_types == (CS01A,)
    assert own.under(None) == own


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


def test_a_hub_of_today_relays_once_it_runs_other_firmware() -> None:
    home = Home()
    home.send(PPMID, TOP_UP)
    assert home.reasons == [Refusal.NO_RELAY]
    home.hub.update()
    home.run(40 * SECOND)
    home.send(PPMID, TOP_UP)
    assert home.heard[ESME] == [TOP_UP.encode()]
