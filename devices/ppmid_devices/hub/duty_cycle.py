"""How much of an hour a hub may be on the air at 868 MHz, and what it does when it has been there long. Pure.

| level    | reached at        | then                                                                         |
|----------|-------------------|------------------------------------------------------------------------------|
| normal   |                   | everything goes                                                              |
| limited  | ``limited`` used  | the device that has had most is suspended, its messages dropped; DCC is told |
| critical | ``critical`` used | messages for all devices in the band are dropped, and the DCC is told        |

That the levels are so named, and that messages are dropped, is in the tables of GBCS; where they lie is a setting.
Times are nanoseconds.
"""

from collections import Counter
from dataclasses import dataclass, replace
from enum import IntEnum

from ppmid_devices.ports import HOUR
from ppmid_protocols.eui import Eui


class Level(IntEnum):
    """How near a hub is to what it may."""

    NORMAL = 0
    LIMITED = 1
    CRITICAL = 2


@dataclass(frozen=True, slots=True)
class Spell:
    """One frame's time on the air, and the device that it was for."""

    at: int
    airtime: int
    device: Eui


@dataclass(frozen=True, slots=True)
class DutyCycle:
    """``limited`` and ``critical``: airtime in any hour, nanoseconds. ``spells``: what lies within the last hour."""

    limited: int
    critical: int
    spells: tuple[Spell, ...] = ()

    def after(self, device: Eui, airtime: int, now: int) -> "DutyCycle":
        """The state after a frame for ``device``."""
        recent = tuple(spell for spell in self.spells if spell.at > now - HOUR)
        return replace(self, spells=(*recent, Spell(now, airtime, device)))

    def used(self, now: int) -> int:
        """Airtime within the hour before."""
        return sum(spell.airtime for spell in self.spells if spell.at > now - HOUR)

    def level(self, now: int) -> Level:
        """How near it is now."""
        used = self.used(now)
        return Level((used >= self.limited) + (used >= self.critical))

    def admits(self, airtime: int, now: int) -> bool:
        """Whether a message that takes so long may still go."""
        return self.used(now) + airtime <= self.critical

    def busiest(self, now: int) -> Eui | None:
        """The device that most of the last hour's airtime was for."""
        shares: Counter[Eui] = Counter()
        for spell in self.spells:
            if spell.at > now - HOUR:
                shares[spell.device] += spell.airtime
        return shares.most_common(1)[0][0] if shares else None

    def next_change(self, now: int) -> int | None:
        """When the oldest frame of the last hour leaves it; None when there is none."""
        return next((spell.at + HOUR for spell in self.spells if spell.at > now - HOUR), None)
