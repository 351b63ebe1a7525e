"""The channels at 868 MHz: where a HAN begins, how noisy each is, and what noise does to a frame. Pure.

Noise is in dBm, as a radio's energy scan reads it. How many frames are lost in how much of it no public text says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ppmid_protocols.zigbee.sub_ghz import ALL_CHANNELS, Channels

FIRST = ALL_CHANNELS[0]
"""The channel that every hub begins on (assumed)."""
FLOOR = -100
"""What an energy scan reads where nobody else is (assumed)."""
DROWNED = -70
"""The noise in which no frame is heard any more (assumed)."""

_NO_NOISE: Mapping[Channels, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Noise:
    """``levels``: of single channels, in dBm; ``others``: of all others."""

    levels: Mapping[Channels, int] = field(default_factory=lambda: _NO_NOISE)
    others: int = FLOOR

    def level(self, channel: Channels) -> int:
        """What an energy scan reads on a channel."""
        return max(self.levels.get(channel, self.others), FLOOR)

    @property
    def facts(self) -> dict[str, int]:
        """The noise in dBm by channel, where there is any."""
        named = {str(channel): self.level(channel) for channel in self.levels}
        return {**named, "others": self.others} if named or self.others > FLOOR else {}

    def lost(self, channel: Channels) -> float:
        """The share of frames that noise on a channel swallows, 0 to 1; it grows evenly from the floor (assumed)."""
        return min((self.level(channel) - FLOOR) / (DROWNED - FLOOR), 1.0)


QUIET_AIR = Noise()
"""No channel is noisy."""
