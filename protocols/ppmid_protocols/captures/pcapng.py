"""Captures as pcapng (IETF draft-ietf-opsawg-pcapng): one section, an interface per link, nanosecond times, comments.

Pure: the writer appends blocks to what it is given, the reader takes octets. Little endian and deterministic: nothing
stands in the file but what the caller says.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import BinaryIO

from ppmid_protocols.errors import Malformed, Unsupported


class LinkType(IntEnum):
    """What the octets of a link's captures are."""

    IEEE802_15_4_WITH_FCS = 195
    GBCS = 147
    """DLT USER0: bare GBCS messages, as on the SM WAN."""
    DUIS = 148
    """DLT USER1: DUIS XML documents."""
    LOCAL_COMMAND_INTERFACE = 150
    """DLT USER3: CBOR messages of the PPMID local command interface (readers take USER2 for another one, PKTAP)."""
    BROUGHT_BY_HAND = 151
    """DLT USER4: pieces of such messages as a stick, a cable or a tap brings them."""


@dataclass(frozen=True, slots=True)
class Link:
    """An interface of the capture."""

    name: str
    type: LinkType
    description: str = ""


@dataclass(frozen=True, slots=True)
class Captured:
    """Octets that crossed a link. ``link``: index of its interface; ``time``: nanoseconds since 1970-01-01 UTC.

    The octets are left out of ``repr``: they may hold a UTRN.
    """

    link: int
    time: int
    octets: bytes = field(repr=False)
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capture:
    """A whole capture file."""

    links: tuple[Link, ...]
    frames: tuple[Captured, ...]


_SECTION, _INTERFACE, _ENHANCED = 0x0A0D0D0A, 1, 6
_MAGIC = 0x1A2B3C4D
_UNKNOWN_LENGTH = -1
_NO_LIMIT = 0
_NANOSECONDS = b"\x09"
_END, _COMMENT = 0, 1
_IF_NAME, _IF_DESCRIPTION, _IF_RESOLUTION = 2, 3, 9
_LARGEST_OPTION = 0xFFFF
_BLOCK = struct.Struct("<II")
_SECTION_BODY = struct.Struct("<IHHq")
_INTERFACE_BODY = struct.Struct("<HHI")
_ENHANCED_BODY = struct.Struct("<IIIII")
_OPTION = struct.Struct("<HH")
_LENGTH = struct.Struct("<I")
_ENHANCED_HEAD = struct.Struct("<IIIIIII")
_ENHANCED_OCTETS = _ENHANCED_HEAD.size + _LENGTH.size
_PADDING = tuple(bytes(count) for count in range(4))


def _padded(octets: bytes) -> bytes:
    return octets + bytes(-len(octets) % 4)


def _block(kind: int, body: bytes) -> bytes:
    size = len(body) + 12
    return _BLOCK.pack(kind, size) + body + _LENGTH.pack(size)


def _options(options: Iterable[tuple[int, bytes]]) -> bytes:
    written = b""
    for code, value in options:
        if len(value) > _LARGEST_OPTION:
            raise Malformed("pcapng option", f"expected at most {_LARGEST_OPTION} octets, found {len(value)}")
        written += _OPTION.pack(code, len(value)) + _padded(value)
    return written + _OPTION.pack(_END, 0) if written else b""


def section_header() -> bytes:
    """The block that begins a file."""
    return _block(_SECTION, _SECTION_BODY.pack(_MAGIC, 1, 0, _UNKNOWN_LENGTH))


def interface(link: Link) -> bytes:
    """The block that describes a link: name, description, nanosecond times. Raises Malformed for too long a text."""
    options = [(_IF_NAME, link.name.encode())]
    if link.description:
        options.append((_IF_DESCRIPTION, link.description.encode()))
    options.append((_IF_RESOLUTION, _NANOSECONDS))
    return _block(_INTERFACE, _INTERFACE_BODY.pack(link.type, 0, _NO_LIMIT) + _options(options))


def enhanced(frame: Captured) -> bytes:
    """The block that holds captured octets and their comments. Raises Malformed when a number does not fit."""
    return _enhanced(frame.link, frame.time, frame.octets, frame.comments)


def _enhanced(link: int, time: int, octets: bytes, comments: tuple[str, ...]) -> bytes:
    size, options = len(octets), _comments(comments)
    whole = _ENHANCED_OCTETS + size + -size % 4 + len(options)
    try:
        head = _ENHANCED_HEAD.pack(_ENHANCED, whole, link, time >> 32, time & 0xFFFFFFFF, size, size)
    except struct.error:
        raise Malformed(
            "captured frame", f"expected a link below 2^32 and 0 <= time < 2^64, found {link} and {time}"
        ) from None
    return b"".join((head, octets, _PADDING[-size % 4], options, _LENGTH.pack(whole)))


@lru_cache(maxsize=64)
def _comments(comments: tuple[str, ...]) -> bytes:
    """As options; thousands of frames after one another have the same ones."""
    return _options((_COMMENT, comment.encode()) for comment in comments)


class Writer:
    """Appends a capture, block by block, to a bytearray or a binary file; begins the section at once."""

    def __init__(self, sink: bytearray | BinaryIO) -> None:
        self._append = sink.extend if isinstance(sink, bytearray) else sink.write
        self._links = 0
        self._append(section_header())

    def add_link(self, link: Link) -> int:
        """Describe a link; gives the index that its frames are written under."""
        self._append(interface(link))
        self._links += 1
        return self._links - 1

    def write(self, link: int, time: int, octets: bytes, *comments: str) -> None:
        """Write octets that crossed ``link`` at ``time`` (nanoseconds since 1970-01-01 UTC). Raises Malformed."""
        if not 0 <= link < self._links:
            raise Malformed("link", f"expected the index of one of {self._links} links, found {link}")
        self._append(_enhanced(link, time, octets, comments))


def read(data: bytes) -> Capture:
    """Read a capture that this module wrote.

    Raises Malformed where the file is damaged or cut; Unsupported for what other programs may write and this one does
    not: big-endian sections, other block kinds, other time resolutions, frames cut by a snap length.
    """
    links: list[Link] = []
    frames: list[Captured] = []
    for kind, start, body in _blocks(data):
        if (kind == _SECTION) is not (start == 0):
            raise Malformed("section header", "expected one, at the start of the file", start)
        if kind == _SECTION:
            _check_section(body)
        elif kind == _INTERFACE:
            links.append(_read_link(body, start))
        elif kind == _ENHANCED:
            frames.append(_read_frame(body, start, len(links)))
        else:
            raise Unsupported(f"pcapng block of type {kind} at offset {start}")
    return Capture(tuple(links), tuple(frames))


def _blocks(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    start = 0
    while start < len(data) or start == 0:
        if len(data) - start < 12:
            raise Malformed("pcapng block", f"expected at least 12 octets, found {len(data) - start}", start)
        kind, size = _BLOCK.unpack_from(data, start)
        if kind == _SECTION and data[start + 8 : start + 12] == _MAGIC.to_bytes(4, "big"):
            raise Unsupported("big-endian pcapng section")
        if size < 12 or size % 4 or size > len(data) - start:
            raise Malformed("block length", f"expected 12..{len(data) - start} in fours, found {size}", start + 4)
        end = start + size
        again = int.from_bytes(data[end - 4 : end], "little")
        if again != size:
            raise Malformed("block length", f"expected {size} again at the end, found {again}", end - 4)
        yield kind, start, data[start + 8 : end - 4]
        start = end


def _check_section(body: bytes) -> None:
    expected = _SECTION_BODY.pack(_MAGIC, 1, 0, _UNKNOWN_LENGTH)
    if body != expected:
        raise Malformed("section header", f"expected {expected.hex()}, found {body[:32].hex()}", 8)


def _read_options(body: bytes, at: int, start: int) -> Iterator[tuple[int, bytes]]:
    """The options of a block's ``body`` from ``at`` on; ``start`` is the block's own offset."""
    while at < len(body):
        place = start + 8 + at
        if len(body) - at < _OPTION.size:
            raise Malformed("pcapng option", f"expected 4 octets, found {len(body) - at}", place)
        code, size = _OPTION.unpack_from(body, at)
        at += _OPTION.size
        if code == _END:
            if size or at != len(body):
                raise Malformed("pcapng option", "expected the end of the block after the end of options", place)
            return
        if size > len(body) - at:
            raise Malformed("pcapng option", f"expected {size} octets, found {len(body) - at}", place)
        yield code, body[at : at + size]
        at += size + -size % 4


def _text(octets: bytes, name: str, start: int) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        raise Malformed(name, "expected UTF-8", start) from None


def _read_link(body: bytes, start: int) -> Link:
    if len(body) < _INTERFACE_BODY.size:
        raise Malformed("interface block", f"expected {_INTERFACE_BODY.size} octets, found {len(body)}", start + 8)
    number, _, limit = _INTERFACE_BODY.unpack_from(body)
    options = dict(_read_options(body, _INTERFACE_BODY.size, start))
    try:
        kind = LinkType(number)
    except ValueError:
        raise Unsupported(f"pcapng link type {number} at offset {start}") from None
    if limit != _NO_LIMIT or options.get(_IF_RESOLUTION) != _NANOSECONDS:
        raise Unsupported(f"pcapng interface at offset {start} with a snap length, or not in nanoseconds")
    name, description = (options.get(code, b"") for code in (_IF_NAME, _IF_DESCRIPTION))
    return Link(_text(name, "interface name", start), kind, _text(description, "interface description", start))


def _read_frame(body: bytes, start: int, links: int) -> Captured:
    if len(body) < _ENHANCED_BODY.size:
        raise Malformed("frame block", f"expected {_ENHANCED_BODY.size} octets, found {len(body)}", start + 8)
    link, high, low, size, original = _ENHANCED_BODY.unpack_from(body)
    if link >= links:
        raise Malformed("interface of frame", f"expected the index of one of {links} links, found {link}", start + 8)
    if size != original:
        raise Unsupported(f"pcapng frame at offset {start} cut to {size} of {original} octets")
    end = _ENHANCED_BODY.size + size
    if end > len(body):
        raise Malformed("captured octets", f"expected {size}, found {len(body) - _ENHANCED_BODY.size}", start + 28)
    options = _read_options(body, end + -size % 4, start)
    comments = tuple(_text(value, "comment", start) for code, value in options if code == _COMMENT)
    return Captured(link, high << 32 | low, body[_ENHANCED_BODY.size : end], comments)
