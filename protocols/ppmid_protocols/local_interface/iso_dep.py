"""The card's side of ISO-DEP (ISO/IEC 14443-4:2018), without I/O: blocks of the reader in, blocks of the card out.

A block is one octet, the PCB, and what it carries; the CRC behind it is the reader's and the card's hardware's.

    I    000c001n   c: more follows, n: block number
    R    101k001n   k: 0 acknowledged, 1 not
    S    11000010   deselect; 11110010 and one octet: more time is wanted
"""

from dataclasses import dataclass

from ppmid_protocols.errors import Malformed

RATS = 0xE0
_ATS_LENGTH, _T0_ALL, _ONE_RATE, _NO_CID = 5, 0x70, 0x80, 0x00
_MORE = 0x10  # in an R block: not acknowledged
_I, _R, _DESELECT, _MORE_TIME = 0x02, 0xA2, 0xC2, 0xF2
_FRAME_OCTETS = (16, 24, 32, 40, 48, 64, 96, 128, 256)
_EDGES = 3  # PCB and two octets of CRC


@dataclass(frozen=True, slots=True)
class Asked:
    """A command APDU has come whole; ``IsoDepCard.answer`` gives the block that answers it."""

    apdu: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """The reader has deselected the card, once ``block`` is said."""

    block: bytes


class IsoDepCard:
    """``frame``: the code (0 to 8) of the largest frame that the card takes, ``waiting``: FWI, of how long it may need.

    What a block calls for: a block to say, ``Asked``, ``Ended``, or None where a card keeps silent.
    """

    def __init__(self, *, frame: int = 8, waiting: int = 10) -> None:
        self._frame, self._waiting = frame, waiting
        self._reader_takes = _FRAME_OCTETS[0]
        self._number = 1  # rule C
        self._coming = b""
        self._last = b""
        self._left: list[bytes] = []

    @property
    def waiting_s(self) -> float:
        """Within which time a card must say something: FWT (7.2)."""
        return 4096 / 13.56e6 * (1 << self._waiting)

    def start(self, rats: bytes) -> bytes:
        """The answer to select (ATS, 5.2). Raises Malformed for what is no RATS."""
        if len(rats) != 2 or rats[0] != RATS:
            raise Malformed("RATS", f"expected E0 and a parameter, found {rats.hex()}")
        self._reader_takes = _FRAME_OCTETS[min(rats[1] >> 4, 8)]
        return bytes((_ATS_LENGTH, _T0_ALL | self._frame, _ONE_RATE, self._waiting << 4, _NO_CID))

    def take(self, block: bytes) -> bytes | Asked | Ended | None:
        """What a block of the reader's calls for (7.5)."""
        pcb, carried = block[:1], block[1:]
        if not pcb:
            return None
        kind, number, bit = pcb[0] & 0xEE, pcb[0] & 1, bool(pcb[0] & _MORE)
        if kind == _I:
            return self._information(carried, more=bit)
        if kind == _R:
            return self._ready(number, acknowledged=not bit)
        if pcb[0] == _DESELECT:
            return Ended(block[:1])
        return None

    def answer(self, response: bytes) -> bytes:
        """The block, the first of several if it must, that says a response APDU."""
        most = self._reader_takes - _EDGES
        self._left = [response[start : start + most] for start in range(0, len(response), most)] or [b""]
        return self._next()

    def more_time(self) -> bytes:
        """The block that asks for more time, as much again; the reader says the same in return."""
        return bytes((_MORE_TIME, 1))

    def is_more_time(self, block: bytes) -> bool:
        """Whether the reader grants more time."""
        return block[:1] == bytes((_MORE_TIME,))

    def _information(self, carried: bytes, *, more: bool) -> bytes | Asked:
        self._number ^= 1  # rule D
        self._coming += carried
        if more:
            return self._say(bytes((_R | self._number,)))  # rule 2
        apdu, self._coming = self._coming, b""
        return Asked(apdu)

    def _ready(self, number: int, *, acknowledged: bool) -> bytes | None:
        if number == self._number:
            return self._last or None  # rule 11
        if not acknowledged:
            return bytes((_R | self._number,))  # rule 12
        if not self._left:
            return None
        self._number ^= 1  # rule E
        return self._next()  # rule 13

    def _next(self) -> bytes:
        part = self._left.pop(0)
        return self._say(bytes((_I | (_MORE if self._left else 0) | self._number,)) + part)

    def _say(self, block: bytes) -> bytes:
        self._last = block
        return block
