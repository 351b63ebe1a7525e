"""ISO-DEP APDUs (ISO/IEC 7816-4, short form) of the NFC avenue: command, response, and what the numbers mean.

The phone is the reader and speaks first; the PPMID is the card and answers. Octet by octet:

    command    CLA INS P1 P2 [Lc data] [Le]          Lc 1 to 255; Le 1 to 256, written as 00
    response   [data] SW1 SW2
"""

import hashlib
from dataclasses import dataclass
from enum import IntEnum

from ppmid_protocols.errors import Malformed

APPLICATION = bytes.fromhex("F05050 4D4944 4C4349")
"""The application identifier: F0, which ISO/IEC 7816-5 leaves to whoever wants it, and ``PPMIDLCI``."""

FORM = 1
"""The form of what follows; a PPMID says it when it is selected."""

LARGEST_BLOCK = 240
"""The most octets of a message in one APDU, either way."""

ID_OCTETS = 8


class Class(IntEnum):
    """CLA: of ISO, ours, and ours with the bit that says that more of the chain follows (ISO/IEC 7816-4 5.4.1)."""

    ISO = 0x00
    OWN = 0x80
    OWN_MORE = 0x90


class Instruction(IntEnum):
    """INS."""

    SELECT = 0xA4
    BEGIN = 0x10
    BLOCK = 0x12
    FETCH = 0x14
    DONE = 0x16
    GREET = 0x18


class StatusWord(IntEnum):
    """SW1 SW2. ``MORE`` is 61xx, whose second octet says how many octets there are yet, 00 for 256 and above."""

    OK = 0x9000
    MORE = 0x6100
    WRONG_LENGTH = 0x6700
    NOT_BEGUN = 0x6985
    WRONG_DATA = 0x6A80
    NOT_HERE = 0x6A82
    NOTHING_WAITS = 0x6A83
    OTHER_MESSAGE = 0x6A88
    WRONG_OFFSET = 0x6B00
    UNKNOWN_INSTRUCTION = 0x6D00
    UNKNOWN_CLASS = 0x6E00


@dataclass(frozen=True, slots=True)
class Command:
    """A command APDU. ``parameter``: P1 and P2 as one number. ``expected``: Le, 1 to 256, or None for no data."""

    kind: int
    instruction: int
    parameter: int = 0
    data: bytes = b""
    expected: int | None = None

    def encode(self) -> bytes:
        """Its octets. Raises Malformed for what a short APDU cannot say."""
        if not (0 <= self.kind <= 0xFF and 0 <= self.instruction <= 0xFF and 0 <= self.parameter <= 0xFFFF):
            raise Malformed("APDU", "expected CLA and INS of one octet, and P1 P2 of two")
        if len(self.data) > 255 or not (self.expected is None or 1 <= self.expected <= 256):
            raise Malformed("APDU", f"expected at most 255 octets of data and Le 1 to 256, found {len(self.data)}")
        head = bytes((self.kind, self.instruction)) + self.parameter.to_bytes(2, "big")
        body = bytes((len(self.data),)) + self.data if self.data else b""
        return head + body + (b"" if self.expected is None else bytes((self.expected % 256,)))

    @classmethod
    def decode(cls, octets: bytes) -> "Command":
        """Read a command APDU. Raises Malformed unless its lengths are those of one of the four short forms."""
        if len(octets) < 4:
            raise Malformed("APDU", f"expected at least 4 octets, found {len(octets)}")
        kind, instruction, parameter, rest = octets[0], octets[1], int.from_bytes(octets[2:4], "big"), octets[4:]
        if len(rest) <= 1:
            return cls(kind, instruction, parameter, b"", _expected(rest))
        length = rest[0]
        if length == 0 or not length + 1 <= len(rest) <= length + 2:
            raise Malformed("APDU", f"expected {length} octets of data and Le at most, found {len(rest) - 1}", 4)
        return cls(kind, instruction, parameter, rest[1 : length + 1], _expected(rest[length + 1 :]))


def _expected(octets: bytes) -> int | None:
    return (octets[0] or 256) if octets else None


@dataclass(frozen=True, slots=True)
class Response:
    """A response APDU; ``status``: SW1 and SW2 as one number."""

    status: int
    data: bytes = b""

    @property
    def more(self) -> bool:
        """Whether its status is 61xx."""
        return self.status >> 8 == StatusWord.MORE >> 8

    def encode(self) -> bytes:
        """Its octets. Raises Malformed for more data than a short APDU carries."""
        if len(self.data) > 256:
            raise Malformed("APDU", f"expected at most 256 octets of data, found {len(self.data)}")
        return self.data + self.status.to_bytes(2, "big")

    @classmethod
    def decode(cls, octets: bytes) -> "Response":
        """Read a response APDU. Raises Malformed unless it has 2 to 258 octets."""
        if not 2 <= len(octets) <= 258:
            raise Malformed("APDU", f"expected 2 to 258 octets, found {len(octets)}")
        return cls(int.from_bytes(octets[-2:], "big"), octets[:-2])


def message_id(message: bytes) -> bytes:
    """By what the two sides call a message while it crosses: the first eight octets of its SHA-256."""
    return hashlib.sha256(message).digest()[:ID_OCTETS]
