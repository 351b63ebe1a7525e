"""Sub-GHz cluster 0x070B: how a hub in the 868 MHz band tells its devices where to move, and when to be silent.

Bands and duty cycles are the radio's; here are channels and messages only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import TypeAlias

from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.zigbee import zcl
from ppmid_protocols.zigbee.commands import CommandTable
from ppmid_protocols.zigbee.octets import Cursor, pack
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import Direction, ReportAttributes, Scope, ZclFrame

CLUSTER = 0x070B

_CHANNEL_BITS = 27

PAGES: Mapping[int, range] = MappingProxyType({28: range(27), 29: range(27, 35), 30: range(35, 62), 31: range(27)})
"""The channels of each page, by their numbers in DUIS: 28 to 30 are the lower band, 31 is the upper one.

That a page's first channel is bit 0 of its mask is assumed: DUIS numbers them through.
"""
_UPPER = 31


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

    @property
    def octets(self) -> bytes:
        """The same number in four octets, big endian: the bit string of DLMS. Raises Malformed as ``pack`` does."""
        return self.pack().to_bytes(4, "big")

    @classmethod
    def of_octets(cls, octets: bytes) -> "Channels":
        """From such a bit string."""
        return cls.unpack(int.from_bytes(octets, "big"))

    def each(self) -> tuple["Channels", ...]:
        """Every channel by itself, those alone that its page has."""
        bits = range(len(PAGES.get(self.page, ())))
        return tuple(Channels(self.page, 1 << bit) for bit in bits if self.mask & 1 << bit)

    def __str__(self) -> str:
        """``lower 35`` or ``upper 3``, as DUIS numbers them."""
        band = "upper" if self.page == _UPPER else "lower"
        numbers = PAGES.get(self.page, range(_CHANNEL_BITS))
        return f"{band} {' '.join(str(numbers[one.mask.bit_length() - 1]) for one in self.each())}"


def channel(page: int, number: int) -> Channels:
    """A channel by its page and the number that DUIS gives it. Raises Malformed for one that the page has not."""
    if number not in PAGES.get(page, ()):
        raise Malformed("channel", f"expected one of page {page}, found {number}")
    return Channels(page, 1 << PAGES[page].index(number))


ALL_CHANNELS = tuple(channel(page, number) for page, numbers in PAGES.items() for number in numbers)
"""Every channel of both bands."""


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


def announce(to: Channels, sequence: int) -> ZclFrame:
    """A hub's report of the channel that it is about to move to. Raises Malformed."""
    report = ReportAttributes(((Attribute.CHANNEL_CHANGE, Typed(ZclType.BITMAP32, to.pack())),))
    return zcl.general_frame(report, Direction.TO_CLIENT, sequence)


def announced(frame: ZclFrame) -> Channels | None:
    """The one channel of a report that ``announce`` makes; None for anything else."""
    if frame.header.scope is not Scope.GENERAL or frame.header.direction is not Direction.TO_CLIENT:
        return None
    try:
        report = zcl.read_general(frame)
    except ProtocolError:
        return None
    said = dict(report.reports).get(Attribute.CHANNEL_CHANGE) if isinstance(report, ReportAttributes) else None
    if said is None or said.type is not ZclType.BITMAP32 or not isinstance(said.value, int):
        return None
    channels = Channels.unpack(said.value)
    return channels if channels.each() == (channels,) else None
