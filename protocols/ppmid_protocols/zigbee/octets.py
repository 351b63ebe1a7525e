"""A bounded cursor over octets: every read says what it wanted, so that a truncation is told by field and offset."""

import struct
from binascii import crc_hqx

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui


class Cursor:
    """Reads little-endian fields in order, as ZigBee lays them out (ZCL and ZigBee send the lowest octet first)."""

    __slots__ = ("data", "offset")

    def __init__(self, data: bytes, offset: int = 0) -> None:
        self.data, self.offset = data, offset

    def take(self, count: int, field: str) -> bytes:
        """The next ``count`` octets. Raises Malformed when fewer are left."""
        start, end = self.offset, self.offset + count
        if end > len(self.data):
            raise Malformed(field, f"expected {count} octets, found {len(self.data) - start}", start)
        self.offset = end
        return self.data[start:end]

    def unsigned(self, width: int, field: str) -> int:
        """The next ``width`` octets as an unsigned little-endian integer."""
        return int.from_bytes(self.take(width, field), "little")

    def signed(self, width: int, field: str) -> int:
        """The next ``width`` octets as a two's complement little-endian integer."""
        return int.from_bytes(self.take(width, field), "little", signed=True)

    def eui(self, field: str) -> Eui:
        """The next 8 octets as an EUI-64 (on the air little endian, in Eui big endian)."""
        return Eui(self.take(8, field)[::-1])

    def rest(self) -> bytes:
        """All octets that are left; may be empty."""
        start, self.offset = self.offset, len(self.data)
        return self.data[start:]

    @property
    def more(self) -> bool:
        """Whether any octet is left."""
        return self.offset < len(self.data)

    def end(self, field: str) -> None:
        """Raises Malformed when octets are left over."""
        if self.more:
            raise Malformed(field, f"expected the end, found {len(self.data) - self.offset} more octets", self.offset)


def pack(value: int, width: int, field: str, signed: bool = False) -> bytes:
    """``value`` in ``width`` octets, little endian. Raises Malformed when it does not fit."""
    try:
        return value.to_bytes(width, "little", signed=signed)
    except OverflowError:
        kind = "a signed" if signed else "an unsigned"
        raise Malformed(field, f"expected {kind} value of {width} octets, found {value}") from None


def reflected_crc(octets: bytes, start: int = 0) -> bytes:
    """The CRC-16 of polynomial 0x1021 as radios compute it, lowest bit and lowest octet first; 2 octets.

    ``crc_hqx`` computes the same polynomial highest bit first, so octets go in, and the result comes out, bit-reversed.
    """
    return _HIGHEST_FIRST.pack(crc_hqx(octets.translate(_REVERSED), start)).translate(_REVERSED)


def crc_holds(octets: bytes) -> bool:
    """Whether the last two octets are ``reflected_crc`` of those before them: then that of them all is 0."""
    return not crc_hqx(octets.translate(_REVERSED), 0)


_HIGHEST_FIRST = struct.Struct(">H")
_REVERSED = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))
