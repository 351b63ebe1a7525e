"""ZEP, the ZigBee Encapsulation Protocol: a MAC frame in a UDP datagram, as sniffers and simulators exchange it.

Two versions are read, the second is written. Big endian, as Wireshark's dissector has it, the one public description:

    "EX" | version u8 = 2 | type u8 = 1 | channel u8 | device u16 | CRC/LQI mode u8 | LQI u8 | NTP time u64 |
        sequence u32 | reserved, 10 octets | length u8 | frame
    "EX" | 2 | type u8 = 2 (acknowledgement) | sequence u32
    "EX" | version u8 = 1 | channel u8 | device u16 | CRC/LQI mode u8 | LQI u8 | reserved, 7 octets | length u8 | frame

In CRC mode (1) the frame ends with its check sequence. In LQI mode (0) a radio has put what it knows of the reception
there instead: RSSI, and one octet of which the highest bit says whether the check sequence held.

A hello has the form of a datagram of type 255 with ``HELLO`` in the reserved octets: a node that has nothing to say yet
makes itself known to a dispatcher (RIOT's native simulator has it so; others pass it over).
"""

import struct
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.zigbee.frames import fcs

PORT = 17754
LARGEST = 127
"""Octets of the longest frame of a 2.4 GHz radio, check sequence included (aMaxPHYPacketSize, IEEE 802.15.4)."""
HIGHEST_LQI = 255

_PREAMBLE = b"EX"
_VERSION_1, _VERSION_2 = 1, 2
_DATA, _ACK, _HELLO = 1, 2, 255
_HEAD_1 = struct.Struct(">2sBBHBB7sB")
_HEAD_2 = struct.Struct(">2sBBBHBBQI10sB")
_ACK_FORM = struct.Struct(">2sBBI")
_CRC, _LQI = 1, 0
_GREETING = b"HELLO"
_CRC_HELD = 0x80
_LENGTH_BITS = 0x7F
_NTP_OF_1970 = 2_208_988_800
_SECOND = 10**9
_ERA = 1 << 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """A MAC frame with its check sequence, as a radio sent or heard it.

    ``time``: nanoseconds since 1970 UTC; None in version 1, which has none. ``sequence``: the sender's number of the
    datagram. The frame is left out of ``repr``: it may hold a UTRN.
    """

    frame: bytes = field(repr=False)
    channel: int = 11
    device: int = 0
    lqi: int = HIGHEST_LQI
    time: int | None = 0
    sequence: int | None = 0


@dataclass(frozen=True, slots=True)
class Ack:
    """The datagram of this number has been received."""

    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """A node is there. ``about``: what it says of itself, such as its EUI-64; may be empty."""

    about: bytes = b""


Datagram: TypeAlias = Data | Ack | Hello


def encode(datagram: Datagram) -> bytes:
    """The octets of a datagram in version 2. Raises Malformed when a number does not fit, or a frame is too long."""
    match datagram:
        case Ack(sequence=sequence):
            return _packed(_ACK_FORM, _PREAMBLE, _VERSION_2, _ACK, sequence)
        case Hello(about=about):
            return _with_head(_HELLO, 0, 0, 0, 0, 0, _GREETING, about)
    time = _to_ntp(datagram.time or 0)
    head = datagram.channel, datagram.device, datagram.lqi, time, datagram.sequence or 0
    return _with_head(_DATA, *head, b"", datagram.frame)


def _with_head(
    kind: int, channel: int, device: int, lqi: int, time: int, sequence: int, reserved: bytes, content: bytes
) -> bytes:
    if len(content) > LARGEST:
        raise Malformed("ZEP length", f"expected at most {LARGEST} octets, found {len(content)}")
    head = _PREAMBLE, _VERSION_2, kind, channel, device, _CRC, lqi, time, sequence, reserved, len(content)
    return _packed(_HEAD_2, *head) + content


def _packed(layout: struct.Struct, *values: int | bytes) -> bytes:
    try:
        return layout.pack(*values)
    except struct.error as problem:
        raise Malformed("ZEP header", f"a value does not fit its field: {problem}") from None


def decode(octets: bytes) -> Datagram:
    """Read one datagram; its frame then ends with a check sequence, in whatever mode it came.

    Where a radio says that the check sequence did not hold, the frame is given one that does not. Raises Malformed;
    Unsupported for other versions and types.
    """
    if octets[:2] != _PREAMBLE:
        raise Malformed("ZEP preamble", f"expected {_PREAMBLE.hex()}, found {octets[:2].hex()}", 0)
    version = octets[2] if len(octets) > 2 else None
    if version == _VERSION_1:
        _, _, channel, device, mode, lqi, _, size = _unpacked(_HEAD_1, octets)
        frame = _frame(octets[_HEAD_1.size :], size, mode)
        return Data(frame=frame, channel=channel, device=device, lqi=lqi, time=None, sequence=None)
    if version != _VERSION_2:
        raise Unsupported(f"ZEP version {version}: 1 and 2 are read")
    kind = octets[3] if len(octets) > 3 else None
    if kind == _ACK:
        return Ack(_unpacked(_ACK_FORM, octets)[3])
    if kind not in (_DATA, _HELLO):
        raise Unsupported(f"ZEP datagram of type {kind}")
    _, _, _, channel, device, mode, lqi, time, sequence, reserved, size = _unpacked(_HEAD_2, octets)
    content = octets[_HEAD_2.size :]
    if kind == _HELLO:
        if not reserved.startswith(_GREETING):
            raise Unsupported("ZEP datagram of type 255 that is no hello")
        return Hello(about=_content(content, size))
    frame = _frame(content, size, mode)
    return Data(frame=frame, channel=channel, device=device, lqi=lqi, time=_from_ntp(time), sequence=sequence)


def _unpacked(layout: struct.Struct, octets: bytes) -> tuple[Any, ...]:
    if len(octets) < layout.size:
        raise Malformed("ZEP header", f"expected {layout.size} octets, found {len(octets)}", 0)
    return layout.unpack_from(octets)


def _content(octets: bytes, size: int) -> bytes:
    size &= _LENGTH_BITS
    if len(octets) != size:
        raise Malformed("ZEP length", f"expected {size} octets, found {len(octets)}")
    return octets


def _frame(octets: bytes, size: int, mode: int) -> bytes:
    frame = _content(octets, size)
    if mode not in (_CRC, _LQI):
        raise Malformed("ZEP mode", f"expected 0 or 1, found {mode}")
    if mode == _CRC:
        return frame
    if len(frame) < 2:
        raise Malformed("ZEP frame", f"expected at least 2 octets, found {len(frame)}")
    body = frame[:-2]
    held = frame[-1] & _CRC_HELD
    return body + (fcs(body) if held else bytes(octet ^ 0xFF for octet in fcs(body)))


def _to_ntp(time: int) -> int:
    """Nanoseconds since 1970 as NTP has it: seconds since 1900, and a binary fraction; modulo an era of 2^32 s."""
    seconds, rest = divmod(time, _SECOND)
    return ((seconds + _NTP_OF_1970 << 32) + -(-(rest << 32) // _SECOND)) % _ERA


def _from_ntp(time: int) -> int:
    """The inverse, in the era that lies from 1968 to 2104, as NTP's readers take it (RFC 4330, 3)."""
    seconds, rest = time >> 32, time & 0xFFFFFFFF
    if not seconds & 0x80000000:
        seconds += 1 << 32
    return (seconds - _NTP_OF_1970) * _SECOND + (rest * _SECOND >> 32)
