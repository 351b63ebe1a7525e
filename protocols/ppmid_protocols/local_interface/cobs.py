"""Messages on a USB serial line: each with its CRC-32, stuffed by COBS, ended by a zero octet.

COBS (Cheshire and Baker, IEEE/ACM Transactions on Networking 7, 1999) leaves no zero inside a frame, so that whoever
joins in the middle, or has lost octets, finds the next frame behind the next zero.
"""

import zlib

from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface.framing import DEFAULT_LARGEST

_RUN = 254  # octets that one code octet can stand before
_CRC = 4
_END = b"\x00"


def stuff(data: bytes) -> bytes:
    """COBS of ``data``, without the zero that ends a frame."""
    out = bytearray()
    groups = data.split(_END)
    for place, group in enumerate(groups, 1):
        whole, rest = len(group) // _RUN, group[len(group) // _RUN * _RUN :]
        for run in range(whole):
            out += b"\xff" + group[run * _RUN : (run + 1) * _RUN]
        if rest or not whole or place < len(groups):
            out += bytes((len(rest) + 1,)) + rest
    return bytes(out)


def unstuff(data: bytes) -> bytes:
    """What was stuffed. Raises Malformed for a zero inside, or a code octet that promises more than there is.

    A code octet 01 after a last run of 254, which some senders write, is taken too.
    """
    out, place = bytearray(), 0
    while place < len(data):
        code = data[place]
        run = data[place + 1 : place + code]
        if code == 0 or 0 in run:
            raise Malformed("COBS", "expected no zero inside a frame", place)
        if len(run) != code - 1:
            raise Malformed("COBS", f"expected {code - 1} octets after the code, found {len(run)}", place)
        out += run
        place += code
        if code <= _RUN and place < len(data):
            out += _END
    return bytes(out)


def frame(data: bytes, *, largest: int = DEFAULT_LARGEST) -> bytes:
    """``data`` and its CRC-32 (big endian), stuffed, and a zero. Raises Malformed unless 1 to ``largest`` octets."""
    if not 0 < len(data) <= largest:
        raise Malformed("frame", f"expected 1 to {largest} octets, found {len(data)}")
    return stuff(data + zlib.crc32(data).to_bytes(_CRC, "big")) + _END


class CobsDeframer:
    """Takes what a line gives, in pieces of any size, and gives back whole messages.

    A frame that is wrong is given back as its ``Malformed`` and costs itself alone. Between calls it holds less than
    one frame of the largest size. A new line, or one that was cut, takes a new one of these.
    """

    def __init__(self, *, largest: int = DEFAULT_LARGEST) -> None:
        self._largest = largest
        self._most = largest + _CRC + 2 + (largest + _CRC) // _RUN  # what stuffing adds: see ``stuff``
        self._buffer = b""
        self._too_long = False

    @property
    def inside(self) -> bool:
        """Whether the line is inside a frame: what was fed so far of it will be lost where it ends here."""
        return bool(self._buffer) or self._too_long

    def feed(self, data: bytes) -> list[bytes | Malformed]:
        """The messages that these octets complete, and what was wrong with those that are none, in their order.

        Zeros in a row are no frames: a sender may begin with one, to end what a line held before.
        """
        found: list[bytes | Malformed] = []
        *ended, rest = data.split(_END)
        for piece in ended:
            self._add(piece)
            if self.inside:
                found.append(self._take())
        self._add(rest)
        return found

    def _add(self, piece: bytes) -> None:
        if self._too_long or len(self._buffer) + len(piece) > self._most:
            self._buffer, self._too_long = b"", True
        else:
            self._buffer += piece

    def _take(self) -> bytes | Malformed:
        stuffed, too_long = self._buffer, self._too_long
        self._buffer, self._too_long = b"", False
        if too_long:
            return Malformed("frame", f"expected at most {self._most} octets before a zero, found more")
        try:
            return _message(unstuff(stuffed), self._largest)
        except Malformed as problem:
            return problem


def _message(data: bytes, largest: int) -> bytes:
    message, crc = data[:-_CRC], data[-_CRC:]
    if not 0 < len(message) <= largest:
        raise Malformed("frame", f"expected 1 to {largest} octets and a CRC of {_CRC}, found {len(data)} in all")
    if zlib.crc32(message).to_bytes(_CRC, "big") != crc:
        raise Malformed("frame", "its CRC-32 does not hold")
    return message
