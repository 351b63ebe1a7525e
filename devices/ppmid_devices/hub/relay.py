"""Which Commands a hub carries for a PPMID, and where Responses go back: pure rules without clock or links.

A hub holds no key of a Command: its MAC is for the meter alone. So it can only judge what stands in clear. Times are
nanoseconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import CommandKey, Cra, Message


class Refusal(StrEnum):
    """Why a hub does not carry what it was brought, or let in who brought it."""

    NO_RELAY = "this hub does not relay"
    NOT_GBCS = "no GBCS message"
    NOT_A_COMMAND = "no Command"
    OTHER_TARGET = "the Command is for another target than its request"
    TARGET_UNKNOWN = "no device of this home"
    TYPE_NOT_ALLOWED = "this Message Code is not allowed"
    TOO_LARGE = "too large"
    TOO_MANY = "too many for this target within an hour"
    TOO_OLD = "waited too long"
    NO_ROOM = "too many wait already"
    JOINING_CLOSED = "the time for joining is over"
    NOT_JOINED = "no device that has joined"
    LOG_FULL = "no room in the device log"
    DUTY_CYCLE = "no airtime left in this hour"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayRules:
    """What may pass. ``types`` None: every Message Code."""

    types: frozenset[int] | None
    octets: int

    def refusal(self, message: Message, octets: int, targets: frozenset[Eui]) -> Refusal | None:
        """Why this message of so many octets may not pass, None when it may. The rate is the RateLimit's to judge."""
        if octets > self.octets:
            return Refusal.TOO_LARGE
        if message.cra is not Cra.COMMAND:
            return Refusal.NOT_A_COMMAND
        if message.target not in targets:
            return Refusal.TARGET_UNKNOWN
        if self.types is not None and message.message_code not in self.types:
            return Refusal.TYPE_NOT_ALLOWED
        return None


@dataclass(frozen=True, slots=True)
class RouteBack:
    """Who brought which Command: at most ``size`` entries, each for ``life``; the oldest makes room.

    A Command that comes again, by whomever, has its latest bringer. A Response does not use its entry up.
    """

    size: int
    life: int
    entries: Mapping[CommandKey, tuple[Eui, int]] = field(default_factory=dict)

    def add(self, command: Message, bringer: Eui, now: int) -> "RouteBack":
        """The table after ``bringer`` brought ``command``."""
        key = command.command_key
        kept = {other: entry for other, entry in self.entries.items() if other != key and self._lives(entry, now)}
        kept[key] = bringer, now
        while len(kept) > self.size:
            del kept[next(iter(kept))]
        return replace(self, entries=kept)

    def bringer(self, response: Message, now: int) -> Eui | None:
        """Who brought the Command that this answers; None when that is not, or no longer, known."""
        return self.of(response.command_key, now)

    def of(self, key: CommandKey, now: int) -> Eui | None:
        """Who brought the Command with this key."""
        entry = self.entries.get(key)
        return entry[0] if entry is not None and self._lives(entry, now) else None

    def _lives(self, entry: tuple[Eui, int], now: int) -> bool:
        return now - entry[1] <= self.life
