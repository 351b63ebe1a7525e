"""The gas meter on the HAN: asleep, looking into the hub at each wake, answering by PUT."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from home_parts import GSME, PPMID, SUPPLIER, MeterHome, Vend, check_mac_as, genuine_command

from ppmid_bench.clock import VirtualClock
from ppmid_devices.links.tunnel import TunnelServer
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_devices.ports import HOUR, MILLISECOND, MINUTE, SECOND
from ppmid_protocols.gbcs import prepayment
from ppmid_protocols.gbcs.message import Cra, decode
from ppmid_protocols.gbcs.prepayment import ReadBalance, TopUp
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import gb_hrgp, metering, sub_ghz, zcl
from ppmid_protocols.zigbee import prepayment as prepayment_cluster
from ppmid_protocols.zigbee.gb_hrgp import Get, GetResponse, Put
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.values import Typed, ZclType

MakeGsme = Callable[..., SimulatedGsme]


@pytest.fixture
def hub(home: MeterHome, clock: VirtualClock) -> SimpleNamespace:
    """A hub's mailbox: it hands out what waits, and keeps what the meter puts, with the times of its GETs."""
    box = SimpleNamespace(waiting=[], put=[], got=[])

    def heard(data: bytes) -> None:
        match gb_hrgp.decode(data):
            case Get():
                box.got.append(clock.now())
                message = box.waiting.pop(0) if box.waiting else b""
                box.tunnel.send(GetResponse(len(box.waiting), message).encode())
            case Put(message):
                box.put.append(message)

    box.tunnel = TunnelServer(home.hub, GSME, heard)
    return box


@pytest.fixture
def gsme(home: MeterHome, hub: SimpleNamespace) -> MakeGsme:
    """Makes a started gas meter; it wakes after 30 s and then every half hour."""

    def make(kind: type = SimulatedGsme, **settings: Any) -> SimulatedGsme:
        meter: SimulatedGsme = home.meter(kind, GSME, **settings)
        meter.start()
        return meter

    return make


def is_asleep(clock: VirtualClock, home: MeterHome, hub: SimpleNamespace) -> bool:
    """Whether a frame of the hub's is lost on it."""
    hub.tunnel.send(GetResponse().encode())
    clock.advance(10 * MILLISECOND)
    last = home.tap.crossings[-1]
    return (last.sender, last.receiver, last.lost) == ("hub", "gsme", "asleep")


def test_it_looks_into_the_hub_every_half_hour_and_sleeps_between(
    clock: VirtualClock, home: MeterHome, hub: SimpleNamespace, gsme: MakeGsme
) -> None:
    start = clock.now()
    meter = gsme()
    clock.advance(2 * HOUR)
    assert [round((at - start) / SECOND) for at in hub.got] == [30, 1830, 3630, 5430]
    assert meter.exchanges == 8
    assert is_asleep(clock, home, hub)


def test_it_fetches_until_nothing_remains_and_puts_each_response(
    clock: VirtualClock, home: MeterHome, hub: SimpleNamespace, gsme: MakeGsme
) -> None:
    meter = gsme()
    hub.waiting += [genuine_command(ReadBalance(), counter, "gsme") for counter in (1, 2, 3)]
    clock.advance(29 * SECOND)
    assert hub.put == []
    clock.advance(3 * SECOND)
    messages = [decode(octets) for octets in hub.put]
    assert [message.counter for message in messages] == [1, 2, 3]
    assert all(prepayment.outcome_of(message).values["balance"] == 500_000 for message in messages)
    assert len(hub.got) == 3
    assert meter.exchanges == 9
    assert not is_asleep(clock, home, hub)
    clock.advance(10 * SECOND)
    assert is_asleep(clock, home, hub)


def suspend(home: MeterHome, minutes: int) -> None:
    frame = sub_ghz.COMMANDS.frame(sub_ghz.SuspendZclMessages(minutes), zcl.Direction.TO_CLIENT, 1)
    home.hub.send_frame(GSME, sub_ghz.CLUSTER, frame)


def test_it_sleeps_through_its_wakes_while_its_hub_wants_it_silent(
    clock: VirtualClock, home: MeterHome, hub: SimpleNamespace, gsme: MakeGsme
) -> None:
    start = clock.now()
    gsme()
    clock.advance(31 * SECOND)
    suspend(home, 60)
    clock.advance(3 * HOUR)
    assert [round((at - start) / SECOND) for at in hub.got] == [30, 5430, 7230, 9030, 10830]


def test_a_suspension_of_nothing_ends_one_and_a_command_is_still_answered(
    clock: VirtualClock, home: MeterHome, hub: SimpleNamespace, gsme: MakeGsme
) -> None:
    gsme()
    clock.advance(29 * SECOND)
    hub.waiting.append(genuine_command(ReadBalance(), 1, "gsme"))
    clock.advance(SECOND)
    clock.advance(20 * MILLISECOND)
    suspend(home, 255)
    clock.advance(2 * SECOND)
    assert len(hub.put) == 1
    suspend(home, 0)
    clock.advance(HOUR)
    assert len(hub.got) == 3


def test_a_button_wakes_it(clock: VirtualClock, hub: SimpleNamespace, gsme: MakeGsme) -> None:
    meter = gsme(supply="armed")
    clock.advance(MINUTE)
    hub.waiting.append(genuine_command(ReadBalance(), 1, "gsme"))
    meter.press_enable()
    clock.advance(2 * SECOND)
    assert len(hub.put) == 1
    assert meter.display().supply is Supply.ENABLED


def test_top_ups_by_supplier_and_by_ppmid_are_credited_and_answered_to_each(
    clock: VirtualClock, hub: SimpleNamespace, gsme: MakeGsme, vend: Vend
) -> None:
    meter = gsme(balance_mp=-40_000, supply="disabled")
    remote, local = vend(1, meter=GSME), vend(2, meter=GSME)
    hub.waiting += [
        genuine_command(TopUp(Secret(remote.encode())), 1 << 32, "gsme"),
        genuine_command(TopUp(Secret(local.encode())), 10_000, "ppmid-gsme"),
    ]
    clock.advance(35 * SECOND)
    messages = [decode(octets) for octets in hub.put]
    (alert,) = (message for message in messages if message.cra is Cra.ALERT)
    first, second = (message for message in messages if message.cra is Cra.RESPONSE)
    assert (alert.message_code, alert.target, alert.payload[3:5].hex()) == (0x1001, SUPPLIER, "810e")
    assert (first.target, second.target) == (SUPPLIER, PPMID)
    assert len(first.date_time) == 12
    assert second.date_time == b""
    values = [prepayment.outcome_of(message).values for message in (first, second)]
    assert [(value["credited"], value["remaining"], value["source"]) for value in values] == [
        (1_000_000, 960_000, 0),
        (1_000_000, 1_960_000, 2),
    ]
    check_mac_as(second, PPMID, GSME)
    assert meter.display().supply is Supply.ARMED  # needs somebody at the meter


@pytest.mark.parametrize("how", ["silent", "answer"])
def test_a_duplicate_from_the_ppmid_is_answered_as_set(
    clock: VirtualClock, hub: SimpleNamespace, gsme: MakeGsme, vend: Vend, how: str
) -> None:
    gsme(duplicate_from_ppmid=how, local_credit_alert=False)
    digits = Secret(vend(2, meter=GSME).encode())
    hub.waiting += [genuine_command(TopUp(digits), counter, "ppmid-gsme") for counter in (10_000, 10_001)]
    clock.advance(35 * SECOND)
    codes = [prepayment.outcome_of(decode(octets)).code for octets in hub.put]
    assert codes == ([0, 2] if how == "answer" else [0])


def test_a_bad_check_digit_is_answered_as_in_the_rtds(
    clock: VirtualClock, hub: SimpleNamespace, gsme: MakeGsme, rtds: SimpleNamespace
) -> None:
    gsme()
    error = decode(rtds.messages["CS01b_2.2_ERROR_COMMAND"])
    digits = prepayment.read_top_up_digits(error)
    assert digits is not None
    hub.waiting.append(genuine_command(TopUp(digits), error.counter, "gsme"))
    clock.advance(35 * SECOND)
    assert decode(hub.put[0]).payload == decode(rtds.messages["CS01b_2.2_ERROR_RESPONSE"]).payload


def test_a_hub_that_lost_its_tunnel_is_asked_for_a_new_one(
    clock: VirtualClock, hub: SimpleNamespace, gsme: MakeGsme
) -> None:
    gsme()
    clock.advance(MINUTE)
    hub.tunnel.lose()
    hub.waiting.append(genuine_command(ReadBalance(), 1, "gsme"))
    clock.advance(30 * MINUTE)
    assert len(hub.put) == 1


def test_a_cut_of_power_keeps_registers_and_counters(
    clock: VirtualClock, hub: SimpleNamespace, gsme: MakeGsme, vend: Vend
) -> None:
    meter = gsme(duplicate_from_ppmid="answer", local_credit_alert=False)
    digits = Secret(vend(2, meter=GSME).encode())
    hub.waiting.append(genuine_command(TopUp(digits), 10_000, "ppmid-gsme"))
    clock.advance(30_100 * MILLISECOND)
    meter.power_cycle()
    clock.advance(MINUTE)
    hub.waiting += [
        genuine_command(TopUp(digits), 10_001, "ppmid-gsme"),
        genuine_command(TopUp(digits), 10_000, "ppmid-gsme"),
    ]
    clock.advance(30 * MINUTE)
    assert meter.display().balance == 1_500_000
    assert [prepayment.outcome_of(decode(octets)).code for octets in hub.put][-1] == 2
    assert len(meter.security_log) == 2  # the duplicate code, and the repeated Command


def test_a_keypad_entry_reaches_the_supplier_as_an_alert(
    clock: VirtualClock, hub: SimpleNamespace, gsme: MakeGsme, vend: Vend
) -> None:
    meter = gsme()
    assert meter.enter_utrn(vend(1, meter=GSME)) == "Top up successful: £10.00"
    clock.advance(2 * SECOND)
    assert decode(hub.put[0]).message_code == 0x1001


def test_without_power_nothing_can_be_pressed(clock: VirtualClock, gsme: MakeGsme, vend: Vend) -> None:
    meter = gsme(supply="armed")
    meter.power_cycle()
    meter.press_enable()
    assert meter.enter_utrn(vend(1, meter=GSME)) == ""
    assert (meter.display().balance, meter.display().supply) == (500_000, Supply.ARMED)
    clock.advance(6 * SECOND)
    assert meter.enter_utrn(vend(1, meter=GSME)) == "Top up successful: £10.00"


def test_it_reports_its_figures_at_every_regular_wake(
    gsme: MakeGsme, home: MeterHome, hub: SimpleNamespace, clock: VirtualClock
) -> None:
    assert hub.got == []
    reports: list[tuple[int, object]] = []

    def heard(_: object, message: AppMessage) -> None:
        reports.append((clock.now(), zcl.read_general(message.zcl)))

    home.hub.on(prepayment_cluster.CLUSTER, heard)
    home.hub.on(metering.CLUSTER, heard)
    meter = gsme(balance_mp=120_000)
    start = clock.now()
    clock.advance(HOUR)
    at = [(when - start) // SECOND for when, _ in reports]
    assert at == [30, 30, 1_830, 1_830]
    credit, supply = (report for _, report in reports[:2])
    assert isinstance(credit, zcl.ReportAttributes)
    assert isinstance(supply, zcl.ReportAttributes)
    told = {attribute: value.value for attribute, value in credit.reports}
    assert told == {1: meter.display().balance, 2: 1_000_000, 3: 0, 5: 0}
    assert supply.reports == ((0x0014, Typed(ZclType.ENUM8, 2)),)
