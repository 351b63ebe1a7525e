"""Which channel at 868 MHz a hub goes to after a scan, and what it remembers of its changes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from ppmid_devices.links.channels import FIRST
from ppmid_devices.ports import HOUR
from ppmid_protocols.gbcs.axdr import Bits, Data, Group, Number
from ppmid_protocols.zigbee.sub_ghz import ALL_CHANNELS, Channels

WEEK = 7 * 24 * HOUR
LOG_ENTRIES = 100
"""Entries of the sub-GHz channel log; the oldest goes first (public use-case tables give the number)."""


class Trigger(IntEnum):
    """What a scan was asked for by, in the order of the DUIS schema; the others of it are not modelled."""

    COMMAND = 0
    GSME_MISSING = 3


@dataclass(frozen=True, slots=True)
class Agility:
    """What of a hub's configuration (DBCH04) bears on its channel.

    ``allowed``: the channels of the four masks, all where they name none. ``per_week``: changes in seven days.
    ``quieter_db``: by how much another channel must be quieter.
    """

    allowed: tuple[Channels, ...]
    per_week: int
    quieter_db: int

    @classmethod
    def of(cls, configuration: Data) -> "Agility":
        """From the object 0-0:94.44.10.0, whose shape the store has looked at."""
        assert isinstance(configuration, Group)
        *masks, _, _, per_week, _, quieter, _, _, _, _, _, _ = configuration.items
        each = (_channels(mask) for mask in masks)
        allowed = tuple(one for channels in each for one in channels)
        return cls(allowed or ALL_CHANNELS, _whole(per_week), _whole(quieter))

    def choose(self, readings: Mapping[Channels, int], present: Channels) -> Channels | None:
        """The quietest channel that is allowed, where it is quieter by enough than the present one (assumed)."""
        best = min((one for one in self.allowed if one in readings), key=lambda one: readings[one], default=present)
        return best if readings[present] - readings[best] >= self.quieter_db and best != present else None


def _channels(mask: Data) -> tuple[Channels, ...]:
    assert isinstance(mask, Bits)
    return Channels.of_octets(mask.octets).each()


def _whole(number: Data) -> int:
    assert isinstance(number, Number)
    return number.value


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the channel log: when, its alert code, and eight further octets."""

    at: int
    code: int
    further: bytes


@dataclass(slots=True)
class ChannelBook:
    """The channel that a hub is on, and what came of its scans; Commands read both (DBCH01, DBCH02)."""

    channel: Channels = FIRST
    log: list[Event] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)

    def note(self, at: int, code: int, trigger: Trigger) -> None:
        """Enter an event: the channel, what the scan was for, and zeros (assumed)."""
        further = self.channel.octets + bytes((trigger, 0, 0, 0))
        self.log = [*self.log, Event(at, code, further)][-LOG_ENTRIES:]

    def changed(self, to: Channels, at: int) -> None:
        """The hub is on another channel from now on."""
        self.channel = to
        self.changes = [*(one for one in self.changes if one > at - WEEK), at]

    def may_change(self, per_week: int, at: int) -> bool:
        """Whether a change now would still be within so many in seven days."""
        return sum(one > at - WEEK for one in self.changes) < per_week
