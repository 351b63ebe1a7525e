"""The two bands of a HAN: who hears whom, and how long an octet is on the air."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from ppmid_devices.links.channels import QUIET_AIR, Noise
from ppmid_devices.ports import MICROSECOND


class Band(StrEnum):
    """2.4 GHz, and what GB calls sub-GHz."""

    GHZ_2_4 = "2.4 GHz"
    MHZ_868 = "868 MHz"


_GHZ_2_4, _MHZ_868 = Band

OCTET_TIME_2_4 = 32 * MICROSECOND
"""One octet on the air at 250 kbit/s, the 2.4 GHz rate of IEEE 802.15.4."""
OCTET_TIME_868 = 80 * MICROSECOND
"""One octet on the air at 868 MHz, at 100 kbit/s (assumed)."""
PHY_OCTETS = 6
"""Preamble, start delimiter and length before every frame."""


@dataclass(frozen=True, slots=True)
class Bands:
    """``sub_ghz``: the members with a radio for 868 MHz; ``dual``: those with both radios; all others have 2.4 GHz.

    ``noise``: on the channels at 868 MHz.
    """

    sub_ghz: AbstractSet[str] = frozenset()
    dual: AbstractSet[str] = frozenset()
    noise: Noise = QUIET_AIR

    def common(self, one: str, other: str) -> Band | None:
        """The band in which two members hear each other, 2.4 GHz if both have it; None if there is none."""
        if one not in self.sub_ghz and other not in self.sub_ghz:
            return _GHZ_2_4
        return _MHZ_868 if {one, other} <= {*self.sub_ghz, *self.dual} else None


def airtime(octets: int, band: Band | None) -> int:
    """How long a frame of so many octets is on the air, in nanoseconds."""
    octet_time = OCTET_TIME_868 if band is _MHZ_868 else OCTET_TIME_2_4
    return octet_time * (PHY_OCTETS + octets)
