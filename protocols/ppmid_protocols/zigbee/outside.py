"""What a device and a hub say to each other while the device is on no network: inter-PAN frames, and association.

The sender stands in every one of them as an EUI-64, which no frame of a joined device has in its MAC header. Little
endian (IEEE 802.15.4 7.2 and 7.3; inter-PAN stubs: ZigBee Smart Energy annex B):

    frame control u16 | sequence u8 | PAN u16 | destination u16 or EUI-64 | source PAN u16, unless compressed | source
    inter-PAN: NWK stub u16 | APS stub: control u8, cluster u16, profile u16 | auxiliary header and seal, if secured
    association: request 01 | capability u8; response 02 | short address u16 | status u8
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.frames import SMART_ENERGY, fcs
from ppmid_protocols.zigbee.octets import Cursor, pack
from ppmid_protocols.zigbee.security import Aux, open_aps, secure_aps

ANY_PAN = 0xFFFF
HUB_SHORT = 0x0000
"""A hub is the coordinator of its network, which is always at this address."""

_DATA, _COMMAND = 1, 3
_ACK_REQUEST, _COMPRESSED = 0x20, 0x40
_SHORT, _LONG = 2, 3
_ADDRESS_OCTETS = 0, 0, 2, 8
_NWK_STUB = 0x000B
"""Frame type inter-PAN, protocol version 2."""
_APS_STUB, _SECURED = 0x03, 0x20
_STUB_OCTETS = 5
_REQUEST, _RESPONSE = 1, 2
_CAPABILITY = 0x88
"""A device with its receiver on, which asks for a short address."""


class AssociationStatus(IntEnum):
    """How a hub answers a device that asks to come in (IEEE 802.15.4 7.3.2.3)."""

    SUCCESS = 0
    AT_CAPACITY = 1
    ACCESS_DENIED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class InterPan:
    """An inter-PAN frame. ``destination`` None: the hub at address 0 of whatever network.

    ``aps``: from the APS stub on, sealed or not; left out of ``repr``, it may hold an install code.
    """

    source: Eui
    destination: Eui | None
    sequence: int
    aps: bytes

    def __repr__(self) -> str:
        return f"InterPan(source={self.source}, destination={self.destination}, {len(self.aps)} octets)"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationRequest:
    """A device asks the hub of a network to be let in."""

    source: Eui
    pan: int
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationResponse:
    """The hub's answer; ``short`` is the device's address from now on, 0xFFFF where it was refused."""

    source: Eui
    destination: Eui
    pan: int
    sequence: int
    short: int
    status: int


Outside: TypeAlias = InterPan | AssociationRequest | AssociationResponse


def is_outside(frame: bytes) -> bool:
    """Whether the sender of a MAC frame stands in it as an EUI-64."""
    return len(frame) > 1 and frame[1] >> 6 == _LONG


def destination_of(frame: bytes) -> int:
    """The address that a MAC frame names as its destination: short, or an EUI-64 as a number; 0xFFFF where neither."""
    if len(frame) > 1 and frame[1] >> 2 & 3 == _LONG:
        return int.from_bytes(frame[5:13], "little")
    return frame[5] | frame[6] << 8 if len(frame) >= 7 else 0xFFFF


def source_of(frame: bytes) -> int | Eui | None:
    """The address that a MAC frame names as its sender: short, or an EUI-64; None where it has none, or is cut."""
    if len(frame) < 3:
        return None
    mode, destination = frame[1] >> 6, frame[1] >> 2 & 3
    at = 3 + (2 + _ADDRESS_OCTETS[destination] if destination else 0)
    at += 0 if frame[0] & _COMPRESSED and destination else 2
    octets = frame[at : at + _ADDRESS_OCTETS[mode]][::-1]
    if not octets or len(octets) < _ADDRESS_OCTETS[mode]:
        return None
    return Eui(octets) if mode == _LONG else int.from_bytes(octets, "big")


def encode(message: Outside) -> bytes:
    """The MAC frame of a message, with its check sequence. Raises Malformed."""
    match message:
        case InterPan(source=source, destination=destination, sequence=sequence, aps=aps):
            head = _head(_DATA, sequence, ANY_PAN, destination, ANY_PAN, source)
            frame = head + pack(_NWK_STUB, 2, "NWK stub") + aps
        case AssociationRequest(source=source, pan=pan, sequence=sequence):
            frame = _head(_COMMAND, sequence, pan, None, ANY_PAN, source) + bytes((_REQUEST, _CAPABILITY))
        case AssociationResponse(source=source, destination=destination, pan=pan, sequence=sequence):
            fields = pack(message.short, 2, "short address") + pack(message.status, 1, "association status")
            frame = _head(_COMMAND, sequence, pan, destination, None, source) + bytes((_RESPONSE,)) + fields
    return frame + fcs(frame)


def _head(kind: int, sequence: int, pan: int, destination: Eui | None, source_pan: int | None, source: Eui) -> bytes:
    """``destination`` None: the hub. ``source_pan`` None: the same, compressed."""
    mode = _SHORT if destination is None else _LONG
    control = kind | _ACK_REQUEST | _COMPRESSED * (source_pan is None) | mode << 10 | _LONG << 14
    to = pack(HUB_SHORT, 2, "destination") if destination is None else destination[::-1]
    back = b"" if source_pan is None else pack(source_pan, 2, "source PAN")
    head = pack(control, 2, "frame control") + pack(sequence, 1, "MAC sequence") + pack(pan, 2, "PAN")
    return head + to + back + source[::-1]


def decode(frame: bytes) -> Outside:
    """Read the MAC frame of a device outside, or of a hub to it; its check sequence must hold.

    Raises Malformed; Unsupported for other MAC frames and commands, and inter-PAN frames to a group.
    """
    body = frame[:-2]
    if (check := fcs(body)) != frame[-2:]:
        raise Malformed("FCS", f"expected {check.hex()}, found {frame[-2:].hex()}", len(body))
    cursor = Cursor(body)
    control = cursor.unsigned(2, "frame control")
    if not is_outside(frame) or control & 8:
        raise Unsupported("MAC frame whose sender is no EUI-64 in clear")
    sequence, pan = cursor.unsigned(1, "MAC sequence"), cursor.unsigned(2, "PAN")
    destination = _destination(cursor, control >> 10 & 3)
    if not control & _COMPRESSED:
        cursor.unsigned(2, "source PAN")
    source = cursor.eui("MAC source")
    if control & 7 == _DATA:
        if (stub := cursor.unsigned(2, "NWK stub")) != _NWK_STUB:
            raise Unsupported(f"NWK frame control 0x{stub:04X}: expected an inter-PAN stub")
        return InterPan(source=source, destination=destination, sequence=sequence, aps=cursor.rest())
    if control & 7 != _COMMAND:
        raise Unsupported(f"MAC frame of type {control & 7} from an EUI-64")
    return _command(cursor, source, destination, pan, sequence)


def _destination(cursor: Cursor, mode: int) -> Eui | None:
    if mode == _LONG:
        return cursor.eui("MAC destination")
    if mode != _SHORT or cursor.unsigned(2, "MAC destination") != HUB_SHORT:
        raise Unsupported("MAC destination: expected an EUI-64 or the hub's short address")
    return None


def _command(cursor: Cursor, source: Eui, destination: Eui | None, pan: int, sequence: int) -> Outside:
    number = cursor.unsigned(1, "MAC command")
    if number == _REQUEST and destination is None:
        cursor.unsigned(1, "capability")
        cursor.end("association request")
        return AssociationRequest(source=source, pan=pan, sequence=sequence)
    if number != _RESPONSE or destination is None:
        raise Unsupported(f"MAC command {number}: association alone is read")
    short, status = cursor.unsigned(2, "short address"), cursor.unsigned(1, "association status")
    cursor.end("association response")
    return AssociationResponse(
        source=source, destination=destination, pan=pan, sequence=sequence, short=short, status=status
    )


def stub(cluster: int, octets: bytes) -> bytes:
    """``octets`` (a ZCL frame) in clear, behind the APS stub of an inter-PAN frame. Raises Malformed."""
    return _stub(cluster, _APS_STUB) + octets


def sealed_stub(cluster: int, octets: bytes, key: bytes, source: Eui, counter: int) -> bytes:
    """As ``stub``, sealed under a link key as an APS frame is. Raises Malformed."""
    return secure_aps(_stub(cluster, _APS_STUB | _SECURED), octets, key, source, counter)


def _stub(cluster: int, control: int) -> bytes:
    return bytes((control,)) + pack(cluster, 2, "cluster") + pack(SMART_ENERGY, 2, "profile")


@dataclass(frozen=True, slots=True)
class Stub:
    """The APS stub of an inter-PAN frame."""

    cluster: int
    secured: bool


def decode_stub(aps: bytes) -> tuple[Stub, bytes]:
    """The stub at the start of ``aps``, and what is behind it.

    Raises Malformed; Unsupported for groups and other profiles.
    """
    cursor = Cursor(aps)
    control = cursor.unsigned(1, "APS stub")
    if control & ~_SECURED != _APS_STUB:
        raise Unsupported(f"APS frame control 0x{control:02X}: expected an inter-PAN stub, unicast")
    cluster, profile = cursor.unsigned(2, "cluster"), cursor.unsigned(2, "profile")
    if profile != SMART_ENERGY:
        raise Unsupported(f"profile 0x{profile:04X}: Smart Energy alone is read")
    return Stub(cluster, bool(control & _SECURED)), cursor.rest()


def open_stub(aps: bytes, key: bytes, source: Eui) -> tuple[Aux, bytes]:
    """Open what ``sealed_stub`` has made. Raises Malformed, Unsupported, and NotAuthentic("mac")."""
    return open_aps(aps, _STUB_OCTETS, key, source)
