"""How a PPMID reaches the files of a stick, in the place of USB mass storage and FAT, which are not modelled.

It asks for a file by its name; the stick gives the file block by block, and so the PPMID writes one. A block of no
octets, of a file of none, says that there is no such file.
"""

from dataclasses import dataclass

from ppmid_protocols.errors import Malformed

BLOCK_OCTETS = 64
"""Octets of a file in one block: a bulk transaction of full-speed USB (USB 2.0, 5.8.3)."""

_NAME = 12
_HEADER = _NAME + 4 + 4


@dataclass(frozen=True, slots=True)
class Ask:
    """The PPMID wants this file."""

    name: str

    def encode(self) -> bytes:
        """Its name, padded with spaces to 12 octets of ASCII."""
        return self.name.encode("ascii").ljust(_NAME)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a file of ``length`` octets, from ``offset`` on."""

    name: str
    length: int
    offset: int
    data: bytes

    @property
    def last(self) -> bool:
        """Whether the file ends with it."""
        return self.offset + len(self.data) == self.length

    def encode(self) -> bytes:
        """Name as ``Ask`` has it, length and offset (big endian, 4 octets each), and the octets."""
        return Ask(self.name).encode() + self.length.to_bytes(4, "big") + self.offset.to_bytes(4, "big") + self.data


def decode(frame: bytes) -> Ask | Block:
    """Read what either side says. Raises Malformed."""
    name = frame[:_NAME].decode("ascii", "replace").rstrip()
    if len(frame) == _NAME:
        return Ask(name)
    if not _HEADER <= len(frame) <= _HEADER + BLOCK_OCTETS:
        raise Malformed(
            "stick", f"expected {_NAME} or {_HEADER} to {_HEADER + BLOCK_OCTETS} octets, found {len(frame)}"
        )
    length, offset = int.from_bytes(frame[_NAME : _NAME + 4], "big"), int.from_bytes(frame[_NAME + 4 : _HEADER], "big")
    return Block(name, length, offset, frame[_HEADER:])


def blocks(name: str, data: bytes) -> list[bytes]:
    """A file's blocks in their order, as they cross; one without octets where there is no file."""
    starts = range(0, len(data), BLOCK_OCTETS) if data else (0,)
    return [Block(name, len(data), start, data[start : start + BLOCK_OCTETS]).encode() for start in starts]


class Assembly:
    """One file as its blocks bring it. A block that does not go on where the last one ended begins anew."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.data = b""

    def add(self, block: Block) -> bytes | None:
        """The whole file, once it is. Blocks of other files are left alone."""
        if block.name != self._name:
            return None
        if block.offset != len(self.data):
            self.data = b""
        if block.offset == len(self.data):
            self.data += block.data
        return self.data if self.data and block.last else None
