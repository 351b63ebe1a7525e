"""What every hub carries: between SM WAN and devices, for a PPMID, over outages and losses of power."""

from dataclasses import replace
from itertools import pairwise

import pytest
from home_parts import (
    BROKER,
    ESME,
    FOREIGN,
    GSME,
    HUB,
    OTHER_PPMID,
    PPMID,
    answer_to,
    check_mac_as,
    command,
    heard_on_the_han,
)
from hub_home import GAS_TOP_UP, PPMIDS_TOP_UP, TOP_UP, Home

from ppmid_devices import roles
from ppmid_devices.dcc.alerts import alert_code
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.ports import DAY, MINUTE, SECOND
from ppmid_protocols.gbcs import gbt
from ppmid_protocols.gbcs.message import Cra, decode
from ppmid_protocols.gbcs.prepayment.requests import CS01A, CS01B
from ppmid_protocols.zigbee.gb_hrgp import Get, GetResponse
from ppmid_protocols.zigbee.tunneling import TransferStatus


def test_commands_from_the_wan_reach_the_device_that_they_name() -> None:
    home = Home()
    home.from_wan(TOP_UP, command(PPMID, code=0x0129), GAS_TOP_UP)
    assert home.heard[ESME] == [TOP_UP.encode()]
    assert home.heard[PPMID] == [command(PPMID, code=0x0129).encode()]
    assert home.heard[GSME] == []
    assert home.get() == GetResponse(0, GAS_TOP_UP.encode())


def test_the_blocks_of_a_long_command_are_carried_one_by_one_and_refused_like_a_message() -> None:
    """GBCS 7.2.11: each block says for whom it is."""
    home, long = Home(), bytes(2000)
    for target in (ESME, GSME, FOREIGN):
        for octets in gbt.transfers(command(target, payload=long)):
            home.wan.send(roles.DCC, roles.HUB, octets)
    home.run()
    assert home.heard[ESME] == list(gbt.transfers(command(ESME, payload=long)))
    first, second = gbt.transfers(command(GSME, payload=long))
    assert [home.get(), home.get()] == [GetResponse(1, first), GetResponse(0, second)]
    assert home.reasons == [Refusal.TARGET_UNKNOWN] * 2


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


def test_a_short_cut_of_power_does_not_change_the_pace_of_what_waits_for_the_wan() -> None:
    home = Home(wan_up=False, queues_survive_power_cycle=True, power_off_s=1, outbox_interval_s=60)
    home.send(ESME, *(answer_to(command(ESME, counter)) for counter in range(4)))
    home.wan.set_up(True)
    home.run(10 * SECOND)
    home.hub.power_cycle()
    home.run(10 * MINUTE)
    times = [one.at for one in home.tap.carried("wan", roles.HUB)]
    assert [later - earlier for earlier, later in pairwise(times)] == [MINUTE] * 3


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


def test_what_a_hub_sends_of_its_own_goes_to_each_device_in_turn_while_there_is_power() -> None:
    home = Home(start=2_000_000_000 * SECOND, own_frame_s=10, power_off_s=30)
    home.run(60 * SECOND)
    home.hub.power_cycle()
    home.run(60 * SECOND)
    reports = [one for one in heard_on_the_han(home.tap.crossings) if one.cluster == 0x000A]
    times = [int.from_bytes(one.zcl.payload[3:], "little") + 946_684_800 - 2_000_000_000 for one in reports]
    assert times == [*range(10, 61, 10), 103, 113, 123]
    assert [one.destination for one in reports] == [ESME, PPMID, OTHER_PPMID] * 3


def test_a_gas_meters_command_that_was_not_fetched_in_time_is_told_to_the_dcc_once() -> None:
    home = Home()
    home.from_wan(GAS_TOP_UP, TOP_UP)
    home.run(DAY - MINUTE)
    assert home.to_dcc == []
    home.run(2 * MINUTE)
    (octets,) = home.to_dcc
    alert = decode(octets)
    assert (alert.cra, alert.originator, alert.target, alert.message_code) == (Cra.ALERT, HUB, BROKER, 0x1001)
    assert alert_code(alert) == 0x819D
    check_mac_as(alert, BROKER, HUB)
    assert home.get().message == b""
    home.run(DAY)
    assert len(home.to_dcc) == 1


@pytest.mark.parametrize("case", ["told to keep quiet", "fetched", "without power"])
def test_nothing_is_told_when(case: str) -> None:
    home = Home(alerts=case != "told to keep quiet", power_off_s=10 * 3600, queues_survive_power_cycle=True)
    home.from_wan(GAS_TOP_UP)
    if case == "fetched":
        home.get()
    home.run(DAY - MINUTE)
    if case == "without power":
        home.hub.power_cycle()
    home.run(5 * MINUTE)
    assert home.to_dcc == []


def test_alerts_have_counters_of_their_own_that_rise() -> None:
    home = Home(alert_counter_start=7)
    home.from_wan(*(command(GSME, counter, code=CS01B) for counter in (1, 2, 3)))
    home.run(DAY + MINUTE)
    assert [decode(octets).counter for octets in home.to_dcc] == [7, 8, 9]


@pytest.mark.parametrize(("octets", "taken"), [(1498, True), (1499, False)])
def test_a_gas_meters_message_has_room_behind_the_header_of_its_transfer(octets: int, taken: bool) -> None:
    home = Home()
    message = command(GSME, code=CS01B)
    fitting = replace(message, payload=message.payload + bytes(octets - len(message.encode()) - 4))
    assert len(fitting.encode()) == octets
    home.from_wan(fitting)
    home.run(5 * SECOND)
    home.gas.send(Get().encode())
    home.run(5 * SECOND)
    assert home.heard[GSME] == [GetResponse(0, fitting.encode() if taken else b"").encode()]
    assert home.reasons == ([] if taken else [Refusal.TOO_LARGE])
