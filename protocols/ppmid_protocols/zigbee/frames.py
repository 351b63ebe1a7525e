"""Headers of the frames on the HAN: IEEE 802.15.4 MAC data frames, ZigBee NWK headers, ZigBee APS headers.

Everything is little endian. Each header is a named tuple that encodes to the very octets it was decoded from:
reserved bits other than 0 are Malformed, and forms outside GB Smart Energy traffic are Unsupported.
"""

import struct
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.octets import Cursor, crc_holds, reflected_crc

BROADCAST = 0xFFF8
"""Short addresses from here on are no device's own (ZigBee R22 3.6.5; 0xFFFF all, 0xFFFD awake, 0xFFFC routers)."""
SMART_ENERGY = 0x0109
"""The ZigBee Smart Energy profile."""


fcs = reflected_crc
"""The frame check sequence: CRC-16/KERMIT of the frame, 2 octets as sent (IEEE 802.15.4 7.2.11)."""


class MacFrame(NamedTuple):
    """A MAC data frame between short addresses. ``source_pan`` None: PAN id compression, as ZigBee sends.

    Both addressing modes must be 2 (short) and the NWK version 2, or Wireshark takes the frame for LwMesh.
    """

    sequence: int
    pan: int
    destination: int
    source: int
    payload: bytes
    ack_request: bool = True
    pending: bool = False
    version: int = 0
    source_pan: int | None = None

    def encode(self, with_fcs: bool = True) -> bytes:
        """The octets of the frame; with the frame check sequence as link type 195 wants it. Raises Malformed."""
        control = (
            _MAC_DATA
            | self.pending << 4
            | self.ack_request << 5
            | (self.source_pan is None) << 6
            | _SHORT << 10
            | self.version << 12
            | _SHORT << 14
        )
        start = control, self.sequence, self.pan, self.destination
        if self.source_pan is None:
            head = _packed(_MAC_COMPRESSED, "MAC header", *start, self.source)
        else:
            head = _packed(_MAC_WHOLE, "MAC header", *start, self.source_pan, self.source)
        frame = head + self.payload
        return frame + fcs(frame) if with_fcs else frame


_U16 = struct.Struct("<H")
_MAC_COMPRESSED, _MAC_WHOLE = struct.Struct("<HBHHH"), struct.Struct("<HBHHHH")
_COMPRESSED_OCTETS, _WHOLE_OCTETS = _MAC_COMPRESSED.size, _MAC_WHOLE.size
_MAC_DATA, _MAC_ACK = 1, 2
_ACK_REQUEST, _COMPRESSED = 0x20, 0x40
_SHORT = 2
_MODE_BITS = 0xCC00
_BOTH_SHORT = _SHORT << 10 | _SHORT << 14
_MAC_RESERVED = 0x0380
_MAC_KINDS = {0: "beacon", 2: "acknowledgement", 3: "command"}
_MODES = ("absent", "reserved", "short", "EUI-64")


def _packed(layout: struct.Struct, field: str, *values: int) -> bytes:
    try:
        return layout.pack(*values)
    except struct.error as error:
        raise Malformed(field, f"a value does not fit its field: {error}") from None


def acknowledgement_for(frame: bytes) -> bytes | None:
    """The MAC acknowledgement that a radio sends for a frame addressed to it; None where it asks for none.

    Frame control 0x0002, the sequence of the frame, the check sequence (IEEE 802.15.4 7.3.3).
    """
    if len(frame) < 5 or not frame[0] & _ACK_REQUEST:
        return None
    acknowledgement = bytes((_MAC_ACK, 0, frame[2]))
    return acknowledgement + fcs(acknowledgement)


def acknowledged(frame: bytes) -> int | None:
    """The sequence that a MAC acknowledgement is for; None for any other frame, and for a damaged one."""
    right = len(frame) == 5 and frame[0] & 7 == _MAC_ACK and frame[3:] == fcs(frame[:3])
    return frame[2] if right else None


LONGEST_FRAME = 2047
"""Octets of the longest frame of any radio of IEEE 802.15.4 (aMaxPHYPacketSize of the Sub-GHz ones)."""


def decode_mac(frame: bytes, with_fcs: bool = True) -> MacFrame:
    """Read a MAC data frame; with ``with_fcs`` its check sequence must hold.

    Raises Malformed; Unsupported for beacons, acknowledgements, MAC commands, MAC security and long addresses.
    """
    head, payload = split_mac(frame, with_fcs)
    return head._replace(payload=payload)


def split_mac(frame: bytes, with_fcs: bool = True) -> tuple[MacFrame, bytes]:
    """As ``decode_mac``, with the payload beside the frame, not in it: headers come again, payloads do not."""
    size = end = len(frame)
    if size < 2:
        raise Malformed("frame control", f"expected 2 octets, found {size}", 0)
    if size > LONGEST_FRAME:
        raise Malformed("MAC frame", f"expected at most {LONGEST_FRAME} octets, found {size}", 0)
    if with_fcs:
        end = size - 2
        if not crc_holds(frame):
            raise Malformed("FCS", f"expected {fcs(frame[:end]).hex()}, found {frame[end:].hex()}", end)
        if end < 2:
            raise Malformed("frame control", f"expected 2 octets, found {end}", 0)
    start = _COMPRESSED_OCTETS if frame[0] & _COMPRESSED else _WHOLE_OCTETS
    return _mac_head(frame[: min(start, end)]), frame[start:end]


@lru_cache(maxsize=4096)
def _mac_head(head: bytes) -> MacFrame:
    """A header, without what it is before. Of all that a device sends to another one, only the sequence differs."""
    control = _U16.unpack_from(head)[0]
    if control & 7 != _MAC_DATA:
        raise Unsupported(f"MAC frame of type {_MAC_KINDS.get(control & 7, control & 7)}: only data frames are read")
    if control & _MAC_RESERVED:
        raise Malformed("frame control", f"expected reserved bits 0, found 0x{control:04X}", 0)
    if control & 8:
        raise Unsupported("MAC security: ZigBee secures NWK and APS instead")
    if control & _MODE_BITS != _BOTH_SHORT:
        modes = _MODES[control >> 10 & 3], _MODES[control >> 14]
        raise Unsupported(f"MAC addresses, destination {modes[0]} and source {modes[1]}: only short ones are read")
    version = control >> 12 & 3
    if version > 1:
        raise Unsupported(f"IEEE 802.15.4 frame version {version}")
    compressed = bool(control & _COMPRESSED)
    layout = _MAC_COMPRESSED if compressed else _MAC_WHOLE
    if len(head) < layout.size:
        raise Malformed("MAC header", f"expected {layout.size} octets, found {len(head)}", len(head))
    _, sequence, pan, destination, *source_pan, source = layout.unpack(head)
    return MacFrame(
        sequence=sequence,
        pan=pan,
        destination=destination,
        source=source,
        payload=b"",
        ack_request=bool(control & _ACK_REQUEST),
        pending=bool(control & 0x10),
        version=version,
        source_pan=None if compressed else source_pan[0],
    )


def is_nwk_secured(frame: bytes) -> bool:
    """Whether the NWK frame in a MAC data frame says that it is secured; of any other frame it says nothing."""
    start = _MAC_COMPRESSED.size if frame[:1] and frame[0] & _COMPRESSED else _MAC_WHOLE.size
    return len(frame) > start + 1 and bool(frame[start + 1] & _NWK_PLAIN >> 8)


class NwkType(IntEnum):
    """What a NWK frame carries."""

    DATA = 0
    COMMAND = 1


class NwkHeader(NamedTuple):
    """The header of a NWK frame (ZigBee R22 3.3.1).

    ``route``: of a source-routed frame the index of the next relay and all relays, else None.
    """

    destination: int
    source: int
    sequence: int
    radius: int = 30
    type: NwkType = NwkType.DATA
    secured: bool = True
    discover_route: int = 1
    end_device_initiator: bool = False
    destination_eui: Eui | None = None
    source_eui: Eui | None = None
    route: tuple[int, tuple[int, ...]] | None = None

    def encode(self) -> bytes:
        """The octets of the header. Raises Malformed."""
        control = (
            self.type
            | _NWK_VERSION << 2
            | self.discover_route << 6
            | self.secured << 9
            | (self.route is not None) << 10
            | (self.destination_eui is not None) << 11
            | (self.source_eui is not None) << 12
            | self.end_device_initiator << 13
        )
        head = _packed(_NWK, "NWK header", control, self.destination, self.source, self.radius, self.sequence)
        if self.destination_eui is None and self.source_eui is None and self.route is None:
            return head
        euis = b"".join(eui[::-1] for eui in (self.destination_eui, self.source_eui) if eui is not None)
        if self.route is None:
            return head + euis
        index, relays = self.route
        return head + euis + _packed(struct.Struct(f"<BB{len(relays)}H"), "source route", len(relays), index, *relays)


_NWK = struct.Struct("<HHHBB")
_NWK_VERSION = 2
_NWK_TYPES = {int(kind): kind for kind in NwkType}
_NWK_PLAIN = 0x0200
"""Of the optional parts' bits, only the security flag: the usual frame."""
_NWK_OPTIONS = 0xFF00
_NWK_WITH_OPTIONS = (_NWK_OPTIONS & ~_NWK_PLAIN) >> 8
"""In the second octet of a header."""


def decode_nwk(frame: bytes) -> tuple[NwkHeader, int]:
    """Read the NWK header at the start of ``frame``; gives it and its length in octets.

    Raises Malformed; Unsupported for other protocol versions, inter-PAN and multicast frames.
    """
    if len(frame) >= _NWK.size and not frame[1] & _NWK_WITH_OPTIONS:
        return _nwk_without_options(frame[: _NWK.size]), _NWK.size
    return _read_nwk(frame)


@lru_cache(maxsize=4096)
def _nwk_without_options(header: bytes) -> NwkHeader:
    """Of all that a device sends to another one, only the sequence differs, which is an octet."""
    return _read_nwk(header)[0]


def _read_nwk(frame: bytes) -> tuple[NwkHeader, int]:
    if len(frame) < _NWK.size:
        raise Malformed("NWK header", f"expected {_NWK.size} octets, found {len(frame)}", 0)
    control, destination, source, radius, sequence = _NWK.unpack_from(frame)
    if control >> 2 & 15 != _NWK_VERSION:
        raise Unsupported(f"NWK protocol version {control >> 2 & 15}: ZigBee PRO is version {_NWK_VERSION}")
    kind = _NWK_TYPES.get(control & 3)
    if kind is None:
        raise Unsupported(f"NWK frame type {control & 3}: only data and command frames are read")
    if control & 0xC000:
        raise Malformed("NWK frame control", f"expected reserved bits 0, found 0x{control:04X}", 0)
    if control & 0x0100:
        raise Unsupported("NWK multicast frame")
    end = _NWK.size
    destination_eui = source_eui = route = None
    if control & _NWK_OPTIONS not in (0, _NWK_PLAIN):
        cursor = Cursor(frame, end)
        if control & 0x0800:
            destination_eui = cursor.eui("NWK destination EUI-64")
        if control & 0x1000:
            source_eui = cursor.eui("NWK source EUI-64")
        if control & 0x0400:
            count, index = cursor.take(2, "source route")
            route = (index, tuple(cursor.unsigned(2, "source route relay") for _ in range(count)))
        end = cursor.offset
    secured, discover_route, initiator = bool(control & 0x0200), control >> 6 & 3, bool(control & 0x2000)
    start = destination, source, sequence, radius, kind, secured, discover_route, initiator
    return NwkHeader(*start, destination_eui, source_eui, route), end


class ApsType(IntEnum):
    """What an APS frame is; APS commands (key transport) and inter-PAN frames are not read."""

    DATA = 0
    ACK = 2


class Delivery(IntEnum):
    """How an APS frame is addressed; group delivery is not used in GB Smart Energy."""

    UNICAST = 0
    BROADCAST = 2


class Fragment(IntEnum):
    """The fragmentation bits of the extended APS header."""

    FIRST = 1
    PART = 2


class Block(NamedTuple):
    """The extended APS header. ``number``: of the first block the count of all blocks, of the others their index.

    ``received``: in an acknowledgement, the bitmap of blocks received in the window that starts at ``number``.
    """

    fragment: Fragment
    number: int
    received: int | None = None


class ApsHeader(NamedTuple):
    """The header of an APS data or acknowledgement frame between endpoints (ZigBee R22 2.2.5)."""

    cluster: int
    counter: int
    type: ApsType = ApsType.DATA
    profile: int = SMART_ENERGY
    destination_endpoint: int = 1
    source_endpoint: int = 1
    delivery: Delivery = Delivery.UNICAST
    secured: bool = True
    ack_request: bool = True
    block: Block | None = None

    def encode(self) -> bytes:
        """The octets of the header. Raises Malformed."""
        control = (
            self.type | self.delivery << 2 | self.secured << 5 | self.ack_request << 6 | (self.block is not None) << 7
        )
        head = _packed(
            _APS,
            "APS header",
            control,
            self.destination_endpoint,
            self.cluster,
            self.profile,
            self.source_endpoint,
            self.counter,
        )
        if self.block is None:
            return head
        if (self.block.received is None) is (self.type is ApsType.ACK):
            raise Malformed("APS block", "the bitmap of received blocks stands in acknowledgements, and only there")
        tail = () if self.block.received is None else (self.block.received,)
        layout = struct.Struct(f"<{2 + len(tail)}B")
        return head + _packed(layout, "APS block", self.block.fragment, self.block.number, *tail)


def with_block(header: bytes, block: Block) -> bytes:
    """The octets of a data header for one block of what they are the header of. Raises Malformed."""
    return bytes((header[0] | _APS_EXTENDED,)) + header[1:] + _packed(_APS_BLOCK, "APS block", *block[:2])


_APS_BLOCK = struct.Struct("<BB")
_APS = struct.Struct("<BBHHBB")
_APS_ACK = ApsType.ACK
_APS_TYPES = {int(kind): kind for kind in ApsType}
_DELIVERIES = {int(delivery): delivery for delivery in Delivery}
_FRAGMENTS = {int(fragment): fragment for fragment in Fragment}
_APS_KINDS = {1: "command", 3: "inter-PAN"}
_APS_EXTENDED = 0x80


def decode_aps(frame: bytes) -> tuple[ApsHeader, int]:
    """Read the APS header at the start of ``frame``; gives it and its length in octets.

    Raises Malformed; Unsupported for APS commands, inter-PAN frames, group delivery and command acknowledgements.
    """
    if len(frame) >= _APS.size and not frame[0] & _APS_EXTENDED:
        return _aps_without_block(frame[: _APS.size]), _APS.size
    return _read_aps(frame)


@lru_cache(maxsize=4096)
def _aps_without_block(header: bytes) -> ApsHeader:
    """Of all that one cluster sends, only the counter differs, which is an octet."""
    return _read_aps(header)[0]


def _read_aps(frame: bytes) -> tuple[ApsHeader, int]:
    if not frame:
        raise Malformed("APS frame control", "expected 1 octet, found 0", 0)
    control = frame[0]
    kind, delivery = _APS_TYPES.get(control & 3), _DELIVERIES.get(control >> 2 & 3)
    if kind is None:
        raise Unsupported(f"APS {_APS_KINDS[control & 3]} frame: only data and acknowledgements are read")
    if delivery is None:
        raise Unsupported(f"APS delivery mode {control >> 2 & 3}: only unicast and broadcast are read")
    if control & 0x10:
        raise Unsupported("APS frame without endpoints (acknowledgement of an APS command)")
    if len(frame) < _APS.size:
        raise Malformed("APS header", f"expected {_APS.size} octets, found {len(frame)}", 0)
    _, destination_endpoint, cluster, profile, source_endpoint, counter = _APS.unpack_from(frame)
    block, end = None, _APS.size
    if control & _APS_EXTENDED:
        if len(frame) < end + 2:
            raise Malformed("APS extended header", f"expected 2 octets, found {len(frame) - end}", end)
        part = _FRAGMENTS.get(frame[end])
        if part is None:
            raise Malformed("APS extended header", f"expected fragmentation 1 or 2, found {frame[end]}", end)
        number, received, end = frame[end + 1], None, end + 2
        if kind is _APS_ACK:
            received = Cursor(frame, end).unsigned(1, "APS acknowledgement bitmap")
            end += 1
        block = Block(part, number, received)
    secured, ack_request = bool(control & 0x20), bool(control & 0x40)
    endpoints = destination_endpoint, source_endpoint
    header = ApsHeader(cluster, counter, kind, profile, *endpoints, delivery, secured, ack_request, block)
    return header, end
