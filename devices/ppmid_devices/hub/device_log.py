"""The CHF Device Log: which devices may join the HAN, and how far each has come. Pure: every change gives a new log.

An entry goes through the life of a link key (``zigbee.joining``); what cannot be in its state changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.joining import LinkKeyEvent, LinkKeyState, after


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One device. ``first_key``: the link key of its install code. ``short``: its address, once it has asked for it."""

    state: LinkKeyState
    first_key: Secret
    short: int | None = None


@dataclass(frozen=True, slots=True)
class DeviceLog:
    """``taken``: short addresses that other devices of the HAN have."""

    taken: frozenset[int]
    entries: Mapping[Eui, Entry] = field(default_factory=dict)

    def list(self, device: Eui, first_key: Secret) -> "DeviceLog":
        """The log once the device's install code was given; of one that has joined already, as it was."""
        old = self.entries.get(device)
        state = after(LinkKeyState.UNKNOWN if old is None else old.state, LinkKeyEvent.INSTALL_CODE_GIVEN)
        if state is None:
            return self
        return self._with(device, Entry(state=state, first_key=first_key, short=None if old is None else old.short))

    def address(self, device: Eui) -> "DeviceLog":
        """The log once a listed device has a short address: the next above all others, or the one it has."""
        entry = self.entries[device]
        if entry.short is not None:
            return self
        used = self.taken | {one.short for one in self.entries.values() if one.short is not None}
        return self._with(device, replace(entry, short=max(used, default=0) + 1))

    def after(self, device: Eui, event: LinkKeyEvent) -> "DeviceLog":
        """The log after something has happened to a device's link key."""
        entry = self.entries.get(device)
        state = None if entry is None else after(entry.state, event)
        if entry is None or state is None:
            return self
        if state is LinkKeyState.UNKNOWN:
            return replace(self, entries={one: kept for one, kept in self.entries.items() if one != device})
        return self._with(device, replace(entry, state=state))

    def may_join(self, device: Eui) -> bool:
        """Whether the hub gives the network key to this device."""
        return device in self.entries

    def authorised(self, device: Eui) -> bool:
        """Whether the device has a link key of its own, so that it may take part."""
        entry = self.entries.get(device)
        return entry is not None and entry.state is LinkKeyState.AUTHORISED

    def _with(self, device: Eui, entry: Entry) -> "DeviceLog":
        return replace(self, entries={**self.entries, device: entry})
