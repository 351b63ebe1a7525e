"""A meter's configuration: what it has, what Commands change of it, and what never shows in it."""

import pytest
from asking import AT_ONCE, Asker, access, component, money
from home_parts import ESME, GSME, MakeMeter, Vend

from ppmid_bench.clock import VirtualClock
from ppmid_devices.ports import DAY
from ppmid_protocols.eui import Eui

EVENT, NOW = "804a371c", "00000000"


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


@pytest.mark.parametrize("eui", [ESME, GSME])
def test_money_time_and_a_locked_entry_change_nothing_of_it(
    bare: MakeMeter, clock: VirtualClock, vend: Vend, eui: Eui
) -> None:
    meter = bare(eui, usage_per_hour_mp=1_000, standing_charge_mp=20_000, time_debt_1_mp=90_000)
    before = meter.configuration()
    assert {"firmware", "supplier prepayment", "access control broker agreement", "device log"} <= before.keys()
    assert len(before) > 60
    meter.enter_utrn(vend(1, meter=eui))
    meter.enter_utrn("1234")
    meter.press_enable()
    clock.advance(3 * DAY)
    assert meter.configuration() == before


def test_firmware_shows_in_it(bare: MakeMeter) -> None:
    told = {"firmware", "1/0-0:0.2.1.255/2"}  # and by the object that ECS52 reads
    assert changed(bare().configuration(), bare(firmware=2).configuration()) == told


def test_a_command_shows_by_the_object_that_it_sets(bare: MakeMeter, clock: VirtualClock) -> None:
    meter = bare()
    before = meter.configuration()
    limit = access("set 9000/0-0:94.44.128.2/4", money(300_000)), access("set 9000/0-0:94.44.128.2/6", AT_ONCE)
    assert Asker(meter, clock).results(0x00DE, *limit) == [0, 0]
    assert changed(before, meter.configuration()) == {"112/0-0:19.10.1.255/9"}


def test_a_calendar_of_gas_shows_by_what_was_published(bare: MakeMeter, clock: VirtualClock) -> None:
    meter = bare(GSME)
    before = meter.configuration()
    ids = f"00000000{EVENT}{EVENT}"
    parts = (
        component(0x0707, 0x00, f"{ids}{NOW}030000010101", to_client=True, sequence=0),
        component(0x0707, 0x01, f"{ids}0101000103000001", to_client=True, sequence=1),
    )
    assert Asker(meter, clock).clusters(0x6F, *parts) is not None
    assert changed(before, meter.configuration()) == {"0707 publication 01 non-disablement"}
