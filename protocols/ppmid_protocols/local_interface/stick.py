"""Messages on a USB stick: a pair of files for each PPMID, of which either side writes one and reads the other.

A file holds messages as a stream does, between a header that gives its length and a CRC-32. So one that was copied by
half, or whose stick was pulled while it was written, is refused as a whole. The CRC guards against accidents alone;
against everybody else each message has its seal.
"""

import zlib
from collections.abc import Sequence
from enum import IntEnum

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface.framing import DEFAULT_LARGEST, Deframer, frame

MOST_MESSAGES = 64
"""The most messages of one file."""

_MAGIC = b"PPMIDLCI"
_FORM = 1
_HEADER = 16
_CRC = 4
LARGEST_FILE = _HEADER + MOST_MESSAGES * (4 + DEFAULT_LARGEST) + _CRC
"""The most octets of one file."""


class Direction(IntEnum):
    """Who reads a file."""

    TO_PPMID = 1
    FROM_PPMID = 2


_ENDINGS = {Direction.TO_PPMID: "IN", Direction.FROM_PPMID: "OUT"}


def file_name(ppmid: Eui, direction: Direction) -> str:
    """The name of a PPMID's file in the root folder: the end of its identifier in hex, ``.IN`` or ``.OUT``.

    Like every short name of a FAT volume it means the same in capitals and in small letters.
    """
    return f"{bytes(ppmid)[4:].hex().upper()}.{_ENDINGS[direction]}"


def write_file(direction: Direction, messages: Sequence[bytes]) -> bytes:
    """A file of 1 to 64 sealed messages, oldest first. Raises Malformed for another number, or a message too long."""
    if not 0 < len(messages) <= MOST_MESSAGES:
        raise Malformed("file", f"expected 1 to {MOST_MESSAGES} messages, found {len(messages)}")
    body = b"".join(map(frame, messages))
    length = _HEADER + len(body) + _CRC
    data = _MAGIC + bytes((_FORM, direction)) + len(messages).to_bytes(2, "big") + length.to_bytes(4, "big") + body
    return data + zlib.crc32(data).to_bytes(_CRC, "big")


def read_file(direction: Direction, data: bytes) -> tuple[bytes, ...]:
    """The messages of a whole file. Raises Malformed when it is none, is for the other side, or is damaged."""
    if length_of(direction, data) != len(data):
        raise Malformed("file", f"expected {length_of(direction, data)} octets as its header says, found {len(data)}")
    body, crc = data[_HEADER:-_CRC], data[-_CRC:]
    if zlib.crc32(data[:-_CRC]).to_bytes(_CRC, "big") != crc:
        raise Malformed("file", "its CRC-32 does not hold")
    deframer = Deframer()
    messages = tuple(deframer.feed(body))
    deframer.finish()
    count = int.from_bytes(data[10:12], "big")
    if len(messages) != count:
        raise Malformed("file", f"expected {count} messages as its header says, found {len(messages)}")
    return messages


def length_of(direction: Direction, start: bytes) -> int:
    """How long a file is that begins so; its header, 16 octets, is enough. Raises Malformed for a wrong header."""
    if len(start) < _HEADER:
        raise Malformed("file", f"expected a header of {_HEADER} octets, found {len(start)}")
    if start[:8] != _MAGIC or start[8] != _FORM:
        raise Malformed("file", f"expected {_MAGIC.decode()} and the form {_FORM}", 0)
    if start[9] != direction:
        raise Malformed("file", f"expected the direction {direction:d}, found {start[9]}", 9)
    count, length = int.from_bytes(start[10:12], "big"), int.from_bytes(start[12:16], "big")
    if not 0 < count <= MOST_MESSAGES:
        raise Malformed("file", f"expected 1 to {MOST_MESSAGES} messages, found {count}", 10)
    if not _HEADER + _CRC < length <= LARGEST_FILE:
        raise Malformed("file", f"expected at most {LARGEST_FILE} octets, found {length}", 12)
    return length
