"""NWK commands by which a device leaves a network and comes back to it (ZigBee R22 3.4.4, 3.4.6, 3.4.7).

    leave            04 | options u8: 0x20 it is to rejoin, 0x40 a request to leave, else the sender itself leaves
    rejoin request   06 | capability u8
    rejoin response  07 | short address u16, little endian | status u8

A device that has lost the network key sends its rejoin request in clear, with its EUI-64 in the NWK header.
"""

from dataclasses import dataclass
from typing import TypeAlias

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.frames import MacFrame, NwkHeader, NwkType, decode_mac, decode_nwk
from ppmid_protocols.zigbee.octets import Cursor, pack

SUCCESS, REFUSED = 0x00, 0x02
"""Status of a rejoin response: an address is given, access is denied (IEEE 802.15.4 7.3.2.3)."""

_LEAVE, _REQUEST, _RESPONSE = 0x04, 0x06, 0x07
_TO_REJOIN, _REQUESTED, _RESERVED = 0x20, 0x40, 0x9F
_RECEIVER_ON = 0x88
"""Capability of an end device whose receiver is on, and that asks for an address."""


@dataclass(frozen=True, slots=True)
class Leave:
    """``requested``: the receiver is to leave; else the sender leaves, and says so. ``rejoin``: and comes back."""

    requested: bool
    rejoin: bool = False

    def encode(self) -> bytes:
        return bytes((_LEAVE, _REQUESTED * self.requested | _TO_REJOIN * self.rejoin))


@dataclass(frozen=True, slots=True)
class RejoinRequest:
    """A device asks to be let in again, at the address that it has had."""

    capability: int = _RECEIVER_ON

    def encode(self) -> bytes:
        return bytes((_REQUEST,)) + pack(self.capability, 1, "capability")


@dataclass(frozen=True, slots=True)
class RejoinResponse:
    """The answer: the device's address from now on, and a status."""

    short: int
    status: int = SUCCESS

    def encode(self) -> bytes:
        return bytes((_RESPONSE,)) + pack(self.short, 2, "short address") + pack(self.status, 1, "rejoin status")


NwkCommand: TypeAlias = Leave | RejoinRequest | RejoinResponse


def is_known(octets: bytes) -> bool:
    """Whether a NWK command is one of those that are read here."""
    return bool(octets) and octets[0] in (_LEAVE, _REQUEST, _RESPONSE)


def decode(octets: bytes) -> NwkCommand:
    """Read what a NWK command frame carries. Raises Malformed; Unsupported for other commands."""
    cursor = Cursor(octets)
    number = cursor.unsigned(1, "NWK command")
    command: NwkCommand
    if number == _LEAVE:
        options = cursor.unsigned(1, "leave options")
        if options & _RESERVED:
            raise Malformed("leave options", f"expected reserved bits 0, found 0x{options:02X}", 1)
        command = Leave(bool(options & _REQUESTED), bool(options & _TO_REJOIN))
    elif number == _REQUEST:
        command = RejoinRequest(cursor.unsigned(1, "capability"))
    elif number == _RESPONSE:
        short = cursor.unsigned(2, "short address")
        command = RejoinResponse(short, cursor.unsigned(1, "rejoin status"))
    else:
        raise Unsupported(f"NWK command 0x{number:02X}")
    cursor.end("NWK command")
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class InClear:
    """A NWK command without security, in one hop. ``device``: who is outside, the sender or the one it is for."""

    device: Eui
    source: int
    destination: int
    pan: int
    sequence: int
    command: RejoinRequest | RejoinResponse


def encode_in_clear(frame: InClear) -> bytes:
    """The MAC frame, with its check sequence. Raises Malformed."""
    asks = isinstance(frame.command, RejoinRequest)
    nwk = NwkHeader(
        destination=frame.destination,
        source=frame.source,
        sequence=frame.sequence,
        radius=1,
        type=NwkType.COMMAND,
        secured=False,
        discover_route=0,
        destination_eui=None if asks else frame.device,
        source_eui=frame.device if asks else None,
    )
    return MacFrame(
        sequence=frame.sequence,
        pan=frame.pan,
        destination=frame.destination,
        source=frame.source,
        payload=nwk.encode() + frame.command.encode(),
    ).encode()


def read_in_clear(octets: bytes) -> InClear | None:
    """Read what ``encode_in_clear`` makes; None for a frame of another kind.

    Raises Malformed, Unsupported where the frame cannot be read at all.
    """
    mac = decode_mac(octets)
    nwk, size = decode_nwk(mac.payload)
    if nwk.secured or nwk.type is not NwkType.COMMAND:
        return None
    command = decode(mac.payload[size:])
    device = nwk.source_eui if isinstance(command, RejoinRequest) else nwk.destination_eui
    if isinstance(command, Leave) or device is None:
        return None
    return InClear(
        device=device,
        source=nwk.source,
        destination=nwk.destination,
        pan=mac.pan,
        sequence=nwk.sequence,
        command=command,
    )
