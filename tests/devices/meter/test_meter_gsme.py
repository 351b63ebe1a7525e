"""The gas meter on the HAN: asleep, looking into the hub at each wake, answering by PUT."""

from types import SimpleNamespace

import pytest

from ppmid_devices.links.tunnel import TunnelServer
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_protocols.gbcs import crypto, prepayment
from ppmid_protocols.gbcs.message import Cra, decode
from ppmid_protocols.gbcs.prepayment import ReadBalance, TopUp
from ppmid_protocols.zigbee import gb_hrgp
from ppmid_protocols.zigbee.gb_hrgp import Get, GetResponse, Put


@pytest.fixture
def hub(home, who, clock) -> SimpleNamespace:
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

    box.tunnel = TunnelServer(home.hub, who.gsme, heard)
    return box


@pytest.fixture
def gsme(home, who, hub):
    """Makes a started gas meter; it wakes after 30 s and then every half hour."""

    def make(kind: type = SimulatedGsme, **settings: object) -> SimulatedGsme:
        meter: SimulatedGsme = home.meter(kind, who.gsme, **settings)
        meter.start()
        return meter

    return make


def is_asleep(clock, home, hub) -> bool:
    """Whether a frame of the hub's is lost on it."""
    hub.tunnel.send(GetResponse().encode())
    clock.run_for(0.01)
    return home.tap.frames[-1] == ("hub", "gsme", "asleep")


def test_it_looks_into_the_hub_every_half_hour_and_sleeps_between(clock, home, hub, gsme) -> None:
    start = clock.now()
    meter = gsme()
    clock.run_for(2 * 3600)
    assert [round((at - start) / 10**9) for at in hub.got] == [30, 1830, 3630, 5430]
    assert meter.exchanges == 8
    assert is_asleep(clock, home, hub)


def test_it_fetches_until_nothing_remains_and_puts_each_response(clock, home, hub, gsme, command) -> None:
    meter = gsme()
    hub.waiting += [command(ReadBalance(), counter, "gsme") for counter in (1, 2, 3)]
    clock.run_for(29)
    assert hub.put == []
    clock.run_for(3)
    messages = [decode(octets) for octets in hub.put]
    assert [message.counter for message in messages] == [1, 2, 3]
    assert all(prepayment.outcome_of(message).values["balance"] == 500_000 for message in messages)
    assert len(hub.got) == 3
    assert meter.exchanges == 9
    assert not is_asleep(clock, home, hub)
    clock.run_for(10)
    assert is_asleep(clock, home, hub)


def test_a_button_wakes_it(clock, hub, gsme, command) -> None:
    meter = gsme(supply="armed")
    clock.run_for(60)
    hub.waiting.append(command(ReadBalance(), 1, "gsme"))
    meter.press_enable()
    clock.run_for(2)
    assert len(hub.put) == 1
    assert meter.display().supply is Supply.ENABLED


def test_top_ups_by_supplier_and_by_ppmid(clock, hub, gsme, command, vend, minted, who) -> None:
    meter = gsme(balance_mp=-40_000, supply="disabled")
    remote, local = vend(1, meter=who.gsme), vend(2, meter=who.gsme)
    hub.waiting += [command(TopUp(remote), 1 << 32, "gsme"), command(TopUp(local), 10_000, "ppmid-gsme")]
    clock.run_for(35)
    messages = [decode(octets) for octets in hub.put]
    (alert,) = (message for message in messages if message.cra is Cra.ALERT)
    first, second = (message for message in messages if message.cra is Cra.RESPONSE)
    assert (alert.message_code, alert.target, alert.payload[3:5].hex()) == (0x1001, who.supplier, "810e")
    assert (first.target, second.target) == (who.supplier, who.ppmid)
    assert len(first.date_time) == 12
    assert second.date_time == b""
    values = [prepayment.outcome_of(message).values for message in (first, second)]
    assert [(value["credited"], value["remaining"], value["source"]) for value in values] == [
        (1_000_000, 960_000, 0),
        (1_000_000, 1_960_000, 2),
    ]
    peer = minted.directory.public_key(who.gsme, "agreement")
    crypto.verify_mac(second, minted.people[who.ppmid].agreement.private, peer)
    assert meter.display().supply is Supply.ARMED  # needs somebody at the meter


@pytest.mark.parametrize("how", ["silent", "answer"])
def test_a_duplicate_from_the_ppmid(clock, hub, gsme, command, vend, who, how: str) -> None:
    gsme(duplicate_from_ppmid=how, local_credit_alert=False)
    digits = vend(2, meter=who.gsme)
    hub.waiting += [command(TopUp(digits), counter, "ppmid-gsme") for counter in (10_000, 10_001)]
    clock.run_for(35)
    codes = [prepayment.outcome_of(decode(octets)).code for octets in hub.put]
    assert codes == ([0, 2] if how == "answer" else [0])


def test_a_bad_check_digit_is_answered_as_in_the_rtds(clock, hub, gsme, command, rtds) -> None:
    gsme()
    error = decode(rtds.messages["CS01b_2.2_ERROR_COMMAND"])
    hub.waiting.append(command(TopUp(prepayment.read_top_up_digits(error)), error.counter, "gsme"))
    clock.run_for(35)
    assert decode(hub.put[0]).payload == decode(rtds.messages["CS01b_2.2_ERROR_RESPONSE"]).payload


def test_a_hub_that_lost_its_tunnel_is_asked_for_a_new_one(clock, hub, gsme, command) -> None:
    gsme()
    clock.run_for(60)
    hub.tunnel.lose()
    hub.waiting.append(command(ReadBalance(), 1, "gsme"))
    clock.run_for(1800)
    assert len(hub.put) == 1


def test_a_cut_of_power_keeps_registers_and_counters(clock, hub, gsme, command, vend, who) -> None:
    meter = gsme(duplicate_from_ppmid="answer", local_credit_alert=False)
    digits = vend(2, meter=who.gsme)
    hub.waiting.append(command(TopUp(digits), 10_000, "ppmid-gsme"))
    clock.run_for(30.1)
    meter.restart()
    clock.run_for(60)
    hub.waiting += [command(TopUp(digits), 10_001, "ppmid-gsme"), command(TopUp(digits), 10_000, "ppmid-gsme")]
    clock.run_for(1800)
    assert meter.display().balance == 1_500_000
    assert [prepayment.outcome_of(decode(octets)).code for octets in hub.put][-1] == 2
    assert len(meter.security_log) == 2  # the duplicate code, and the repeated Command


def test_a_keypad_entry_reaches_the_supplier_as_an_alert(clock, hub, gsme, vend, who) -> None:
    meter = gsme()
    assert meter.enter_utrn(vend(1, meter=who.gsme)) == "Top up successful: £10.00"
    clock.run_for(2)
    assert decode(hub.put[0]).message_code == 0x1001


def test_without_power_nothing_can_be_pressed(clock, gsme, vend, who) -> None:
    meter = gsme(supply="armed")
    meter.restart()
    meter.press_enable()
    assert meter.enter_utrn(vend(1, meter=who.gsme)) == ""
    assert (meter.display().balance, meter.display().supply) == (500_000, Supply.ARMED)
    clock.run_for(6)
    assert meter.enter_utrn(vend(1, meter=who.gsme)) == "Top up successful: £10.00"
