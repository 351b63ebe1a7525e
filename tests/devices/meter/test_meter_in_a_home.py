"""Both meters with our hub and our PPMID: what a person does at the PPMID, and Commands over the SM WAN."""

from random import Random
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_devices import roles
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.gbcs import prepayment
from ppmid_protocols.gbcs.message import decode


@pytest.fixture
def house(clock, home, who, minted) -> SimpleNamespace:
    """Everything is on and has met; ``wan`` is what the DCC hears."""
    wan, avenue = (Link(name, clock, home.tap, Random(2), Conditions()) for name in ("wan", "avenue"))
    heard: list[bytes] = []
    wan.attach(roles.DCC, lambda _, octets: heard.append(octets))
    devices = {who.esme: roles.ESME, who.gsme: roles.GSME, who.ppmid: roles.PPMID}
    hub = SimulatedHub(
        clock=clock,
        credentials=minted.people[who.hub],
        han=home.han,
        membership=home.member(who.hub),
        wan=wan,
        devices=devices,
        settings=HubSettings(),
    )
    ppmid = SimulatedPpmid(
        clock=clock,
        credentials=minted.people[who.ppmid],
        directory=minted.directory,
        key=Ed25519PrivateKey.from_private_bytes(bytes(32)),
        senders={},
        home="home",
        avenue=avenue,
        han=home.han,
        membership=home.member(who.ppmid),
        hub=who.hub,
        meters={who.esme: roles.ESME, who.gsme: roles.GSME},
        settings=PpmidSettings(),
    )
    off = {"balance_mp": -40_000, "supply": "disabled"}
    esme, gsme = home.meter(SimulatedEsme, who.esme, **off), home.meter(SimulatedGsme, who.gsme, **off)
    for party in (hub, ppmid, esme, gsme):
        party.start()
    clock.run_for(60)
    return SimpleNamespace(hub=hub, ppmid=ppmid, esme=esme, gsme=gsme, wan=wan, heard=heard)


def test_a_person_tops_up_both_fuels_at_the_ppmid(clock, house, who, vend) -> None:
    house.ppmid.enter_utrn(who.esme, vend(1))
    house.ppmid.enter_utrn(who.gsme, vend(1, meter=who.gsme))
    clock.run_for(5)
    assert (house.esme.display().balance, house.esme.display().supply) == (960_000, Supply.ARMED)
    assert house.gsme.display().balance == -40_000  # asleep
    house.ppmid.enable_supply(who.esme)
    clock.run_for(1800)
    assert house.esme.display().supply is Supply.ENABLED
    assert (house.gsme.display().balance, house.gsme.display().supply) == (960_000, Supply.ARMED)
    assert sum("accepted" in line for line in house.ppmid.screen().lines) == 2
    alerts = [decode(octets) for octets in house.heard]
    assert [(alert.originator, alert.message_code) for alert in alerts] == [(who.esme, 0x1001), (who.gsme, 0x1001)]
    house.gsme.press_enable()
    assert house.gsme.display().supply is Supply.ENABLED


def test_emergency_credit_for_both_fuels_at_the_ppmid(clock, house, who) -> None:
    for meter in (who.esme, who.gsme):
        house.ppmid.select_emergency_credit(meter)
    clock.run_for(1800)
    assert [meter.display().emergency_credit for meter in (house.esme, house.gsme)] == [1_000_000, 1_000_000]


def test_commands_over_the_wan_are_answered_over_the_wan(clock, house, command) -> None:
    for kind in ("esme", "gsme"):
        house.wan.send(roles.DCC, roles.HUB, command(prepayment.ReadBalance(), 7, kind))
    clock.run_for(1800)
    outcomes = [prepayment.outcome_of(decode(octets)) for octets in house.heard]
    assert [outcome.values["balance"] for outcome in outcomes] == [-40_000, -40_000]
