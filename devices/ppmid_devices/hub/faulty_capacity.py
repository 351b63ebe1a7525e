"""Hubs that find no room for a device at 868 MHz, and make nothing of it."""

from ppmid_devices.hub.capacity import Capacity
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_protocols.eui import Eui


class _Boundless(Capacity):
    def admits(self, device: Eui) -> bool:  # noqa: ARG002 - whoever it is
        return True


class TakesMoreThanItCan(SimulatedHub):
    """Lets more devices in at 868 MHz than it has room for. Breaks: a device without room does not join (DBCH11)."""

    capacity = _Boundless


class _Silent(Capacity):
    def admits(self, device: Eui) -> bool:
        there = [one for one in self._sub_ghz if one != device and self._book.log.authorised(one)]
        return device not in self._sub_ghz or len(there) < self._most


class TellsNobodyThatItIsFull(SimulatedHub):
    """Keeps a device out for want of room, and tells nobody. Breaks: the DCC is told (DBCH11)."""

    capacity = _Silent
