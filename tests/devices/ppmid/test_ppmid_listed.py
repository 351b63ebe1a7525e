"""Which meters a PPMID lists over its avenue: those that it is joined to just then."""

import pytest
from home_parts import ESME, GSME
from ppmid_home import Home

from ppmid_devices.ppmid import faulty_joining
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Capabilities, Fuel, Meter

ELECTRICITY, GAS = Meter(ESME, Fuel.ELECTRICITY), Meter(GSME, Fuel.GAS)


def listed(home: Home) -> tuple[Meter, ...]:
    """What it says when its avenue comes up again."""
    home.sealed.clear()
    home.avenue.set_up(False)
    home.avenue.set_up(True)
    home.run()
    (said,) = [one for one in home.said if isinstance(one, Capabilities)]
    return said.meters


def after(kind: type[SimulatedPpmid], *parted: Eui, joined: bool = True) -> tuple[Meter, ...]:
    home = Home(kind, joined=joined)
    listed(home)
    for meter in parted:
        home.ppmid._function.functions.documents.log.remove(meter)
    return listed(home)


def test_it_lists_those_that_it_is_joined_to_and_none_that_it_has_parted_from() -> None:
    assert after(SimulatedPpmid) == (ELECTRICITY, GAS)
    assert after(SimulatedPpmid, GSME) == (ELECTRICITY,)
    assert after(SimulatedPpmid, joined=False) == ()


@pytest.mark.parametrize(
    ("kind", "parted", "lists"),
    [
        (faulty_joining.ListsEveryMeter, (GSME, ESME), (ELECTRICITY, GAS)),
        (faulty_joining.ListsNoGasMeter, (), (ELECTRICITY,)),
        (faulty_joining.ListsThePartedStill, (GSME,), (ELECTRICITY, GAS)),
    ],
)
def test_each_fault_shows(kind: type[SimulatedPpmid], parted: tuple[Eui, ...], lists: tuple[Meter, ...]) -> None:
    assert after(kind, *parted) == lists
