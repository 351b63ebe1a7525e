"""How many devices a hub lets in at 868 MHz, and what it says of one too many."""

import pytest
from home_parts import BROKER, ESME, GSME, HUB, PPMID, check_mac_as
from hub_home import Home

from ppmid_devices.hub.capacity import DBCH11, Capacity
from ppmid_devices.hub.faulty_capacity import TakesMoreThanItCan, TellsNobodyThatItIsFull
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import dlms
from ppmid_protocols.gbcs.axdr import Group, Number, Octets
from ppmid_protocols.gbcs.message import decode

BAND = frozenset({GSME, PPMID})


def room(home: Home, most: int) -> Capacity:
    hub = home.hub
    return hub.capacity(most, BAND, hub._book, hub._alerts)


@pytest.mark.parametrize(
    ("most", "asking", "admitted"), [(1, GSME, False), (2, GSME, True), (1, ESME, True), (0, PPMID, False)]
)
def test_who_is_in_the_band_comes_in_while_there_is_room(most: int, asking: Eui, admitted: bool) -> None:
    """Both devices of the band take part; each counts for the other."""
    home = Home(sub_ghz=BAND)
    assert room(home, most).admits(asking) is admitted


def test_the_dcc_is_told_by_an_alert_of_its_own_which_names_the_device() -> None:
    home = Home(sub_ghz=BAND)
    before = len(home.to_dcc)
    assert not room(home, 1).admits(GSME)
    home.run()
    (alert,) = map(decode, home.to_dcc[before:])
    assert (alert.message_code, alert.originator, alert.target) == (DBCH11, HUB, BROKER)
    check_mac_as(alert, BROKER, HUB)
    said = dlms.decode(alert.payload)
    assert isinstance(said, dlms.DataNotification)
    match said.body:
        case Group(_, (Number(_, code), Octets(), Octets(_, device))):
            assert (code, device) == (0x8F2D, bytes(GSME))
        case _:
            pytest.fail("expected the code, the time and the device")


def test_each_fault_shows() -> None:
    boundless, silent = Home(TakesMoreThanItCan, sub_ghz=BAND), Home(TellsNobodyThatItIsFull, sub_ghz=BAND)
    assert room(boundless, 1).admits(GSME)
    before = len(silent.to_dcc)
    assert not room(silent, 1).admits(GSME)
    silent.run()
    assert len(silent.to_dcc) == before
