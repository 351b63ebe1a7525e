"""Both meters with our hub and our PPMID: what a person does at the PPMID, and Commands over the SM WAN."""

from types import SimpleNamespace

import pytest
from home_parts import (
    ESME,
    GSME,
    HUB,
    HUB_HOLDS,
    KEYS,
    METERS,
    PPMID,
    PPMID_HOLDS,
    MeterHome,
    Vend,
    genuine_command,
    membership,
)

from ppmid_bench.clock import VirtualClock
from ppmid_devices import roles
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.firmware import MAKERS, Activation
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.distribution import Distribution
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import prepayment
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.zigbee.ota import contents_hash


@pytest.fixture
def house(clock: VirtualClock, home: MeterHome) -> SimpleNamespace:
    """Everything is on and has met; ``wan`` is what the DCC hears."""
    wan, avenue = home.line("wan"), home.line("avenue")
    heard: list[bytes] = []
    wan.attach(roles.DCC, lambda _, octets: heard.append(octets))
    hub = SimulatedHub(
        clock=clock,
        **HUB_HOLDS,
        han=home.han,
        membership=membership(HUB),
        wan=wan,
        devices={**METERS, PPMID: roles.PPMID},
        hhts={},
        settings=HubSettings(),
    )
    ppmid = SimulatedPpmid(
        clock=clock,
        **PPMID_HOLDS,
        key=KEYS.avenue_key(roles.PPMID),
        senders={},
        home="home",
        avenue=avenue,
        han=home.han,
        membership=membership(PPMID),
        meters=METERS,
        settings=PpmidSettings(),
    )
    off = {"balance_mp": -40_000, "supply": "disabled"}
    esme, gsme = home.meter(SimulatedEsme, ESME, **off), home.meter(SimulatedGsme, GSME, **off)
    for party in (hub, ppmid, esme, gsme):
        party.start()
    clock.advance(MINUTE)
    return SimpleNamespace(hub=hub, ppmid=ppmid, esme=esme, gsme=gsme, wan=wan, heard=heard)


def test_a_person_tops_up_both_fuels_at_the_ppmid(clock: VirtualClock, house: SimpleNamespace, vend: Vend) -> None:
    house.ppmid.enter_utrn(ESME, vend(1))
    house.ppmid.enter_utrn(GSME, vend(1, meter=GSME))
    clock.advance(5 * SECOND)
    assert (house.esme.display().balance, house.esme.display().supply) == (960_000, Supply.ARMED)
    assert house.gsme.display().balance == -40_000  # asleep
    house.ppmid.enable_supply(ESME)
    clock.advance(30 * MINUTE)
    assert house.esme.display().supply is Supply.ENABLED
    assert (house.gsme.display().balance, house.gsme.display().supply) == (960_000, Supply.ARMED)
    assert sum("accepted" in line for line in house.ppmid.screen().lines) == 2
    alerts = [decode(octets) for octets in house.heard]
    assert [(alert.originator, alert.message_code) for alert in alerts] == [(ESME, 0x1001), (GSME, 0x1001)]
    house.gsme.press_enable()
    assert house.gsme.display().supply is Supply.ENABLED


def test_emergency_credit_for_both_fuels_at_the_ppmid(clock: VirtualClock, house: SimpleNamespace) -> None:
    for meter in (ESME, GSME):
        house.ppmid.select_emergency_credit(meter)
    clock.advance(30 * MINUTE)
    assert [meter.display().emergency_credit for meter in (house.esme, house.gsme)] == [1_000_000, 1_000_000]


def test_commands_over_the_wan_are_answered_over_the_wan(clock: VirtualClock, house: SimpleNamespace) -> None:
    for kind in ("esme", "gsme"):
        house.wan.send(roles.DCC, roles.HUB, genuine_command(prepayment.ReadBalance(), 7, kind))
    clock.advance(30 * MINUTE)
    outcomes = [prepayment.outcome_of(decode(octets)) for octets in house.heard]
    assert [outcome.values["balance"] for outcome in outcomes] == [-40_000, -40_000]


# Firmware that comes over the HAN.


def bring(house: SimpleNamespace, meter: Eui, image: bytes) -> None:
    house.hub._from_wan(Distribution(meter, image).encode())


def told(house: SimpleNamespace) -> list[int]:
    """The Message Codes of what the DCC has heard about firmware."""
    codes = (decode(octets).message_code for octets in house.heard)
    return [code for code in codes if code in (0x00CE, 0x00CF, 0x0128)]


def test_an_image_comes_to_the_electricity_meter_and_its_supplier_is_told(
    clock: VirtualClock, house: SimpleNamespace
) -> None:
    image = house.esme.image()
    bring(house, ESME, image)
    clock.advance(MINUTE)
    assert told(house) == [0x00CE]  # and nothing of the hub's: CCS08 is for others than meters
    assert house.esme._firmware.activate(contents_hash(image)) is Activation.DONE
    assert house.esme._firmware.version == 2


def test_the_gas_meter_fetches_an_image_when_it_wakes_next(clock: VirtualClock, house: SimpleNamespace) -> None:
    image = house.gsme.image()
    bring(house, GSME, image)
    clock.advance(MINUTE)
    assert told(house) == []
    clock.advance(31 * MINUTE)
    assert told(house) == [0x00CF]
    assert house.gsme._firmware.activate(contents_hash(image)) is Activation.DONE
    assert not house.gsme._node.awake  # asleep again


def test_an_image_survives_a_power_cut_on_its_way(clock: VirtualClock, house: SimpleNamespace) -> None:
    """The Alert is lost where the hub has opened no new tunnel yet."""
    image = house.esme.image()
    bring(house, ESME, image)
    clock.advance(50_000_000)  # ns: some blocks are there
    house.esme.power_cycle()
    clock.advance(SECOND)
    assert house.esme._firmware.activate(contents_hash(image)) is Activation.NO_IMAGE
    clock.advance(5 * MINUTE)
    assert house.esme._firmware.activate(contents_hash(image)) is Activation.DONE


@pytest.mark.parametrize(
    "image",
    [
        MAKERS["esme"].image(1),  # what runs already
        MAKERS["gsme"].image(2),  # another meter's
        MAKERS["esme"].image(2)[:-1] + b"\0",
    ],
    ids=["no newer", "another's", "altered"],
)
def test_an_image_that_is_not_its_makers_or_no_newer_is_not_held(
    clock: VirtualClock, house: SimpleNamespace, image: bytes
) -> None:
    bring(house, ESME, image)
    clock.advance(MINUTE)
    assert told(house) == []
    assert house.esme._firmware.activate(contents_hash(image)) is Activation.NO_IMAGE
