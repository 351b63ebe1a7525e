"""Sub-GHz cluster 0x070B: how a hub in the 868 MHz band tells its devices where to move, and when to be silent.

Bands and duty cycles are the radio's; here are the messages only.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from ppmid_protocols.errors import Malformed
from ppmid_protocols.zigbee.commands import CommandTable
from ppmid_protocols.zigbee.octets import Cursor, pack
from ppmid_protocols.zigbee.zcl import Direction

CLUSTER = 0x070B

_CHANNEL_BITS = 27


class Attribute(IntEnum):
    """Attributes of the hub's server, all BITMAP32 in the form of ``Channels``."""

    CHANNEL_CHANGE = 0x0000
    PAGE_28_MASK = 0x0001
    PAGE_29_MASK = 0x0002
    PAGE_30_MASK = 0x0003
    PAGE_31_MASK = 0x0004


@dataclass(frozen=True, slots=True)
class Channels:
    """Channels of one page: the page in the five highest bits, a bit for each channel 0 to 26 in the others."""

    page: int
    mask: int

    def pack(self) -> int:
        """As one number of 32 bits. Raises Malformed when page or mask does not fit."""
        if not 0 <= self.page < 32 or not 0 <= self.mask < 1 << _CHANNEL_BITS:
            raise Malformed("channels", f"expected a page below 32 and 27 bits, found {self.page} and 0x{self.mask:X}")
        return self.page << _CHANNEL_BITS | self.mask

    @classmethod
    def unpack(cls, number: int) -> "Channels":
        return cls(number >> _CHANNEL_BITS, number & (1 << _CHANNEL_BITS) - 1)


@dataclass(frozen=True, slots=True)
class SuspendZclMessages:
    """To the client 0x00: period u8, minutes (by public device code); 0: not suspended."""

    period: int

    def encode(self) -> bytes:
        return pack(self.period, 1, "suspension period")

    @classmethod
    def read(cls, cursor: Cursor) -> "SuspendZclMessages":
        return cls(cursor.unsigned(1, "suspension period"))


@dataclass(frozen=True, slots=True)
class GetSuspendStatus:
    """To the server 0x00: no fields. Answered by SuspendZclMessages."""

    def encode(self) -> bytes:
        return b""

    @classmethod
    def read(cls, cursor: Cursor) -> "GetSuspendStatus":
        cursor.end("GetSuspendStatus")
        return cls()


SubGhzCommand: TypeAlias = SuspendZclMessages | GetSuspendStatus

COMMANDS: CommandTable[SubGhzCommand] = CommandTable(
    "sub-GHz",
    {(Direction.TO_CLIENT, 0x00): SuspendZclMessages, (Direction.TO_SERVER, 0x00): GetSuspendStatus},
)
