"""What spoils a tap: the reader itself, APDU by APDU.

Nothing can stand between a card and the field of a reader, and what answers a RATS late is no card at all (ISO/IEC
14443-4:2018, 5.6). So slow is a reader that lets time pass around an APDU, lossy one that loses some, which ends the
tap, and dark one that has switched its field off.
"""

from ppmid_devices.links.contract import Impairments
from ppmid_devices.ports import CannotArrange, Random

_MS_PER_S = 1000


class TapSpoiler:
    """Told by the clock's thread, asked by the reader's."""

    def __init__(self, impairments: Impairments, random: Random) -> None:
        self._impairments, self._random, self.dark = impairments, random, False

    def impair(self, impairments: Impairments) -> None:
        """From now on do this to each APDU."""
        self._impairments = impairments

    def set_dark(self, dark: bool) -> None:
        """Switch the field off, or on again."""
        self.dark = dark

    def reset(self) -> None:
        """Raises CannotArrange: a tap has no connection."""
        raise CannotArrange("a tap has no connection that could be reset")

    def loses(self) -> bool:
        """Whether this APDU is lost."""
        return bool(self._impairments.dropped) and self._random.random() < self._impairments.dropped

    def holds_s(self, octets: int) -> float:
        """How long an APDU of so many octets is held, in seconds."""
        rate = self._impairments.octets_per_s
        return self._impairments.delay_ms / _MS_PER_S + (octets / rate if rate else 0.0)
