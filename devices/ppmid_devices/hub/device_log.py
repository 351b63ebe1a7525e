"""The CHF Device Log: which devices may be on the HAN, and how far each has come. Pure: every change gives a new log.

An entry goes through the life of a link key (``zigbee.joining``); what cannot be in its state changes nothing. Of a
device that is struck off its link key is kept among those of former devices, so that it may come back under it; a
Hand-Held Terminal never is among them (GBCS use case CCS02).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.joining import LinkKeyEvent, LinkKeyState, after

CAPACITY, FORMER = 16, 15
"""Devices that the log holds, and former ones whose link keys are kept, the oldest first to go (use-case tables)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One device. ``first_key``: under which it is let in, None for one that was there when the log began.

    ``own_key``: its link key once it takes part. ``short``: its address, once it has one. ``visitor``: a terminal.
    ``restored``: it was on the HAN of the hub before this one (CCS03).
    """

    state: LinkKeyState
    first_key: Secret | None = None
    own_key: Secret | None = None
    short: int | None = None
    visitor: bool = False
    restored: bool = False


@dataclass(frozen=True, slots=True)
class DeviceLog:
    """``taken``: short addresses that are not to be given out. ``former``: the link keys of those struck off."""

    taken: frozenset[int] = frozenset({0})
    entries: Mapping[Eui, Entry] = field(default_factory=dict)
    former: Mapping[Eui, Secret | None] = field(default_factory=dict)

    @classmethod
    def of(cls, devices: Iterable[Eui]) -> "DeviceLog":
        """The log of a home whose devices take part already."""
        return cls(entries={device: Entry(state=LinkKeyState.AUTHORISED) for device in devices})

    @property
    def full(self) -> bool:
        """Whether no further device has room."""
        return len(self.entries) >= CAPACITY

    def settle(self, device: Eui, own_key: Secret | None, short: int) -> "DeviceLog":
        """The log once it is known by which address and link key a device that it lists takes part."""
        log = replace(self, taken=self.taken | {short})
        entry = self.entries.get(device)
        return log if entry is None else log._with(device, replace(entry, own_key=own_key, short=short))

    def list(self, device: Eui, first_key: Secret, *, visitor: bool = False, restored: bool = False) -> "DeviceLog":
        """The log once a device's first key was given; of one that has joined already, as it was."""
        old = self.entries.get(device)
        state = after(LinkKeyState.UNKNOWN if old is None else old.state, LinkKeyEvent.INSTALL_CODE_GIVEN)
        if state is None or (old is None and self.full):
            return self
        short = None if old is None else old.short
        entry = Entry(state=state, first_key=first_key, short=short, visitor=visitor, restored=restored)
        return self._with(device, entry)

    def address(self, device: Eui) -> "DeviceLog":
        """The log once a listed device has a short address: the next above all others, or the one it has."""
        entry = self.entries[device]
        if entry.short is not None:
            return self
        used = self.taken | {one.short for one in self.entries.values() if one.short is not None}
        return self._with(device, replace(entry, short=max(used, default=0) + 1))

    def after(self, device: Eui, event: LinkKeyEvent, own_key: Secret | None = None) -> "DeviceLog":
        """The log after something has happened to a device's link key; ``own_key``: the one that it has now."""
        entry = self.entries.get(device)
        state = None if entry is None else after(entry.state, event)
        if entry is None or state is None:
            return self
        if state is LinkKeyState.UNKNOWN:
            return self._without(device, entry)
        log = self._with(device, replace(entry, state=state, own_key=own_key or entry.own_key))
        if state is not LinkKeyState.AUTHORISED:
            return log
        return replace(log, former={one: key for one, key in self.former.items() if one != device})

    def may_join(self, device: Eui) -> bool:
        """Whether the hub gives the network key to this device."""
        return device in self.entries

    def authorised(self, device: Eui) -> bool:
        """Whether the device has a link key of its own, so that it may take part."""
        entry = self.entries.get(device)
        return entry is not None and entry.state is LinkKeyState.AUTHORISED

    def _with(self, device: Eui, entry: Entry) -> "DeviceLog":
        return replace(self, entries={**self.entries, device: entry})

    def _without(self, device: Eui, entry: Entry) -> "DeviceLog":
        kept = {one: other for one, other in self.entries.items() if one != device}
        if entry.visitor:
            return replace(self, entries=kept)
        former = {**{one: key for one, key in self.former.items() if one != device}, device: entry.own_key}
        return replace(self, entries=kept, former=dict([*former.items()][-FORMER:]))
