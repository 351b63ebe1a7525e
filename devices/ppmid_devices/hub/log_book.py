"""The one device log of a hub: Commands and terminals change it, and whoever serves devices is told of each change."""

from collections.abc import Callable, Iterable, Mapping

from ppmid_devices.hub.device_log import DeviceLog
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import mmo
from ppmid_protocols.zigbee.joining import LinkKeyEvent

Changed = Callable[[Eui, bool], None]
"""Called with a device, and whether it is in the log now."""
_NO_KEY_YET = bytes(16)
"""In a back up, for a device that has no link key of its own yet."""


class LogBook:
    """``devices``: those that take part when it begins. It outlives a loss of power, but for terminals (assumed)."""

    def __init__(self, devices: Iterable[Eui] = ()) -> None:
        self._log = DeviceLog.of(devices)
        self._told: list[Changed] = []
        self._permit: list[Callable[[int], None]] = []
        self.join_s = 0
        """Seconds that a joining time lasts, as the last CCS01 said."""

    @property
    def log(self) -> DeviceLog:
        """The log as it is."""
        return self._log

    def watch(self, changed: Changed) -> None:
        """Tell of each device that is entered or struck off from now on."""
        self._told.append(changed)

    def on_permit(self, permit: Callable[[int], None]) -> None:
        """Call ``permit`` with the joining time, in seconds, whenever a Command lets devices join."""
        self._permit.append(permit)

    def permit_joining(self) -> None:
        """Let devices that are listed join, for the joining time."""
        for permit in self._permit:
            permit(self.join_s)

    def add(self, device: Eui, first_key: Secret, *, visitor: bool = False, restored: bool = False) -> bool:
        """Enter a device with the key under which it may join; false when the log is full.

        A device that is listed already is left as it is where it takes part; else its key is corrected.
        """
        new = device not in self._log.entries
        self._log = self._log.list(device, first_key, visitor=visitor, restored=restored)
        if new and device in self._log.entries:
            self._tell(device, True)
        return device in self._log.entries

    def remove(self, device: Eui) -> bool:
        """Strike a device off; false when it was not there."""
        if device not in self._log.entries:
            return False
        self._log = self._log.after(device, LinkKeyEvent.REMOVED)
        self._tell(device, False)
        return True

    def settle(self, device: Eui, own_key: Secret | None, short: int) -> None:
        """Note the address and the link key by which a device takes part."""
        self._log = self._log.settle(device, own_key, short)

    def address(self, device: Eui) -> int:
        """The short address of a listed device, a new one if it has none."""
        self._log = self._log.address(device)
        short = self._log.entries[device].short
        assert short is not None  # it was given one just now
        return short

    def happened(self, device: Eui, event: LinkKeyEvent, own_key: Secret | None = None) -> None:
        """Note what has happened to a device's link key."""
        self._log = self._log.after(device, event, own_key)

    def present(self) -> Mapping[Eui, bytes]:
        """What a back up tells of the devices listed: the hash of each link key (CCS07, CS14)."""
        return {device: _hashed(entry.own_key) for device, entry in self._log.entries.items()}

    def former(self) -> Mapping[Eui, bytes]:
        """The same of those that were struck off."""
        return {device: _hashed(key) for device, key in self._log.former.items()}

    def _tell(self, device: Eui, there: bool) -> None:
        for told in self._told:
            told(device, there)


def _hashed(key: Secret | None) -> bytes:
    return _NO_KEY_YET if key is None else mmo.hash_of(key)
