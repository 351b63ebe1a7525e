"""What any capture program wrote, as a stream: pcap and pcapng, either byte order, frame by frame as octets come in.

The captures of this project's own runs are read strictly by module ``pcapng``; here is what sniffers give, where blocks
and options that mean nothing for the conversation are passed over.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ppmid_protocols.captures import zep_in_udp
from ppmid_protocols.errors import Malformed, Unsupported

IEEE802_15_4_WITH_FCS, IEEE802_15_4_BARE, IEEE802_15_4_TAP = 195, 230, 283
"""Link types of HAN captures, by the numbers of the registry at tcpdump.org."""
LONGEST_BLOCK = 1 << 20
"""Octets of a block or record; a longer one is damage (a setting; assumed)."""

_SECOND = 10**9
_STRIDE = 1 << 14  # what is held is copied once a frame: little at a time keeps the cost in step with the size


@dataclass(frozen=True, slots=True)
class Frame:
    """One captured frame. ``number`` counts from 1 as capture programs do; ``time``: nanoseconds since 1970, UTC.

    ``cut``: whether the capture kept only a part of it. The octets are left out of ``repr``: they may hold a UTRN.
    """

    number: int
    time: int
    link_type: int
    octets: bytes = field(repr=False)
    link: str = ""
    comments: tuple[str, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True)
class _Interface:
    link_type: int
    name: str
    per_second: int
    offset: int


_PCAPNG = b"\x0a\x0d\x0d\x0a"
_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 10**6),
    b"\xa1\xb2\xc3\xd4": (">", 10**6),
    b"\x4d\x3c\xb2\xa1": ("<", _SECOND),
    b"\xa1\xb2\x3c\x4d": (">", _SECOND),
}
_PCAP_HEADER, _PCAP_RECORD = 24, 16
_SECTION, _INTERFACE, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 3, 6
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_COMMENT, _NAME, _RESOLUTION, _OFFSET = 1, 2, 9, 14


class Capture:
    """Takes the octets of a capture as they come, and gives the frames that they complete."""

    def __init__(self) -> None:
        self._held = b""
        self._at = 0
        self._order = "<"
        self._frames = 0
        self._format = ""
        self._pcap = _Interface(0, "", 10**6, 0)
        self._interfaces: list[_Interface] = []

    def feed(self, octets: bytes) -> Iterator[Frame]:
        """Take the next octets. Raises Malformed where they are no capture; Unsupported for other formats."""
        for start in range(0, len(octets), _STRIDE):
            self._held += octets[start : start + _STRIDE]
            if self._format or self._begin():
                yield from self._whole_ones()

    def end(self) -> None:
        """No more octets come. Raises Malformed when they end within a frame, or before the first header's end."""
        if self._held or not self._format:
            what = "a whole block" if self._format else "the header of a pcap or pcapng capture"
            raise Malformed("capture", f"expected {what}, found {len(self._held)} octets", self._at)

    def _whole_ones(self) -> Iterator[Frame]:
        step = self._block if self._format == "pcapng" else self._record
        while (taken := step()) is not None:
            size, frame = taken
            self._held, self._at = self._held[size:], self._at + size
            if frame is not None:
                yield frame

    def _begin(self) -> bool:
        magic = self._held[:4]
        if magic == _PCAPNG:
            self._format = "pcapng"
            return True
        if len(magic) == 4 and magic not in _MAGICS:
            raise Unsupported(f"no capture: expected pcap or pcapng, found a file that begins {magic.hex()}")
        if len(self._held) < _PCAP_HEADER:
            return False
        self._order, per_second = _MAGICS[magic]
        network = struct.unpack_from(f"{self._order}I", self._held, 20)[0]
        self._pcap = _Interface(network & 0xFFFF, "", per_second, 0)
        self._format, self._held, self._at = "pcap", self._held[_PCAP_HEADER:], _PCAP_HEADER
        return True

    def _record(self) -> tuple[int, Frame | None] | None:
        if len(self._held) < _PCAP_RECORD:
            return None
        seconds, fraction, kept, original = struct.unpack_from(f"{self._order}4I", self._held)
        self._check_size(kept)
        size = _PCAP_RECORD + kept
        if len(self._held) < size:
            return None
        time = seconds * self._pcap.per_second + fraction
        return size, self._frame(self._pcap, time, self._held[_PCAP_RECORD:size], kept < original)

    def _block(self) -> tuple[int, Frame | None] | None:
        if len(self._held) < 12:
            return None
        if self._held[:4] == _PCAPNG:
            order = _ORDERS.get(self._held[8:12])
            if order is None:
                raise Malformed("section header", f"expected its magic, found {self._held[8:12].hex()}", self._at + 8)
            self._order, self._interfaces = order, []
        kind, size = struct.unpack_from(f"{self._order}II", self._held)
        self._check_size(size)
        if size < 12 or size % 4:
            raise Malformed("block length", f"expected at least 12 in fours, found {size}", self._at + 4)
        if len(self._held) < size:
            return None
        if self._held[size - 4 : size] != self._held[4:8]:
            raise Malformed("block length", f"expected {size} again at the end", self._at + size - 4)
        body = self._held[8 : size - 4]
        try:
            return size, self._read_block(kind, body)
        except (struct.error, IndexError):
            raise Malformed(
                f"block of type {kind}", f"its {len(body)} octets do not hold its fields", self._at
            ) from None

    def _read_block(self, kind: int, body: bytes) -> Frame | None:
        if kind == _INTERFACE:
            self._interfaces.append(self._interface(body))
        elif kind == _ENHANCED:
            number, high, low, kept, original = struct.unpack_from(f"{self._order}5I", body)
            end = 20 + kept
            options = self._options(body, end + -kept % 4)
            comments = tuple(value.decode(errors="replace") for code, value in options if code == _COMMENT)
            octets = struct.unpack_from(f"{kept}s", body, 20)[0]
            return self._frame(self._interfaces[number], high << 32 | low, octets, kept < original, comments)
        elif kind == _SIMPLE:
            original = struct.unpack_from(f"{self._order}I", body)[0]
            return self._frame(self._interfaces[0], 0, body[4 : 4 + original], original > len(body) - 4)
        return None

    def _interface(self, body: bytes) -> _Interface:
        link_type, _, _ = struct.unpack_from(f"{self._order}HHI", body)
        options = dict(self._options(body, 8))
        resolution = options.get(_RESOLUTION, b"\x06")[0]
        base = 2 if resolution & 0x80 else 10
        offset = struct.unpack(f"{self._order}q", options.get(_OFFSET, bytes(8)))[0]
        return _Interface(
            link_type, options.get(_NAME, b"").decode(errors="replace"), base ** (resolution & 0x7F), offset
        )

    def _options(self, body: bytes, at: int) -> Iterator[tuple[int, bytes]]:
        while at < len(body):
            code, size = struct.unpack_from(f"{self._order}HH", body, at)
            if code == 0:
                return
            yield code, struct.unpack_from(f"{size}s", body, at + 4)[0]
            at += 4 + size + -size % 4

    def _frame(
        self, interface: _Interface, ticks: int, octets: bytes, cut: bool, comments: tuple[str, ...] = ()
    ) -> Frame:
        self._frames += 1
        time = interface.offset * _SECOND + ticks * _SECOND // interface.per_second
        return Frame(self._frames, time, interface.link_type, octets, interface.name, comments, cut)

    def _check_size(self, size: int) -> None:
        if size > LONGEST_BLOCK:
            raise Malformed("capture", f"expected a block of at most {LONGEST_BLOCK} octets, found {size}", self._at)


def mac_frame(frame: Frame) -> tuple[bytes, bool] | None:
    """The MAC frame in a captured frame, and whether its check sequence stands at the end; None where there is none.

    Raises Malformed for a damaged radio header (link type 283), and as ``zep_in_udp`` does.
    """
    if frame.link_type in zep_in_udp.LINK_TYPES:
        found = zep_in_udp.mac_frame(frame.link_type, frame.octets)
        return None if found is None else (found, True)
    if frame.link_type != IEEE802_15_4_TAP:
        with_fcs = frame.link_type == IEEE802_15_4_WITH_FCS
        return (frame.octets, with_fcs) if with_fcs or frame.link_type == IEEE802_15_4_BARE else None
    size = int.from_bytes(frame.octets[2:4], "little")
    if not 4 <= size <= len(frame.octets):
        raise Malformed("radio header", f"expected a length of 4 to {len(frame.octets)}, found {size}", 2)
    at, fcs_type = 4, 0
    while at + 4 <= size:
        kind, length = struct.unpack_from("<HH", frame.octets, at)
        if kind == 0 and length:
            fcs_type = frame.octets[at + 4]
        at += 4 + length + -length % 4
    return frame.octets[size:], fcs_type == 1
