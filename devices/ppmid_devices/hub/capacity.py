"""How many devices a hub takes at 868 MHz, and whom it tells of one that it has no room for (DBCH11)."""

from ppmid_devices.hub.alerts import Alerts
from ppmid_devices.hub.log_book import LogBook
from ppmid_devices.hub.voice import Event
from ppmid_protocols.eui import Eui

DBCH11 = 0x0115
"""Message Code: no more sub-GHz device capacity."""


class Capacity:
    """``sub_ghz``: the devices whose radio is in that band. Who takes part keeps its place; others are let in while
    there is room, in the order in which they ask.

    The Alert names the device, as DBCH06 of the same clause does (assumed).
    """

    def __init__(self, most: int, sub_ghz: frozenset[Eui], book: LogBook, alerts: Alerts) -> None:
        self._most, self._sub_ghz, self._book, self._alerts = most, sub_ghz, book, alerts

    def admits(self, device: Eui) -> bool:
        """Whether a device may come in; where it may not, the DCC is told."""
        there = [one for one in self._sub_ghz if one != device and self._book.log.authorised(one)]
        if device not in self._sub_ghz or len(there) < self._most:
            return True
        self._alerts.tell(Event.NO_SUB_GHZ_CAPACITY, bytes(device), DBCH11)
        return False
