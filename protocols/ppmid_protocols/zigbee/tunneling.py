"""Tunneling cluster 0x0704: how GBCS messages cross the HAN (ZigBee Smart Energy; GBCS 10.2.2).

The hub (CHF) is the client of the tunnels to ESME, HCALCS and PPMID; the sleepy GSME is the client of its own tunnel to
the hub, and only there do messages carry the GB-HRGP header (module gb_hrgp). All fields are little endian.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from ppmid_protocols.errors import Malformed
from ppmid_protocols.zigbee.commands import CommandTable
from ppmid_protocols.zigbee.octets import Cursor, pack
from ppmid_protocols.zigbee.zcl import Direction, ZclFrame

CLUSTER = 0x0704
GB_HRGP = 6
"""Protocol id of the GB-HRGP protocol."""
NO_MANUFACTURER = 0xFFFF
LARGEST_TRANSFER = 1500
"""Octets of one TransferData that GB devices take (public device code quoting GBCS 0.8 10.2.2)."""


class OpenStatus(IntEnum):
    """Answers to RequestTunnel."""

    SUCCESS = 0
    BUSY = 1
    NO_MORE_TUNNEL_IDS = 2
    PROTOCOL_NOT_SUPPORTED = 3
    FLOW_CONTROL_NOT_SUPPORTED = 4


class TransferStatus(IntEnum):
    """Why data were not taken."""

    NO_SUCH_TUNNEL = 0
    WRONG_DEVICE = 1
    DATA_OVERFLOW = 2


@dataclass(frozen=True, slots=True)
class RequestTunnel:
    """Client: protocol u8 | manufacturer u16 | flow control u8 | largest incoming transfer u16."""

    protocol: int = GB_HRGP
    manufacturer: int = NO_MANUFACTURER
    flow_control: bool = False
    largest_incoming: int = LARGEST_TRANSFER

    def encode(self) -> bytes:
        return (
            pack(self.protocol, 1, "tunnel protocol")
            + pack(self.manufacturer, 2, "manufacturer code")
            + bytes((self.flow_control,))
            + pack(self.largest_incoming, 2, "largest incoming transfer")
        )

    @classmethod
    def read(cls, cursor: Cursor) -> "RequestTunnel":
        protocol = cursor.unsigned(1, "tunnel protocol")
        manufacturer = cursor.unsigned(2, "manufacturer code")
        flow_control = cursor.unsigned(1, "flow control")
        if flow_control > 1:
            raise Malformed("flow control", f"expected 0 or 1, found {flow_control}", cursor.offset - 1)
        return cls(protocol, manufacturer, bool(flow_control), cursor.unsigned(2, "largest incoming transfer"))


@dataclass(frozen=True, slots=True)
class RequestTunnelResponse:
    """Server: tunnel u16 | status u8 (OpenStatus, or a number it does not know) | largest incoming transfer u16."""

    tunnel: int
    status: int = OpenStatus.SUCCESS
    largest_incoming: int = LARGEST_TRANSFER

    def encode(self) -> bytes:
        return (
            pack(self.tunnel, 2, "tunnel id")
            + pack(self.status, 1, "tunnel status")
            + pack(self.largest_incoming, 2, "largest incoming transfer")
        )

    @classmethod
    def read(cls, cursor: Cursor) -> "RequestTunnelResponse":
        tunnel, status = cursor.unsigned(2, "tunnel id"), cursor.unsigned(1, "tunnel status")
        return cls(tunnel, status, cursor.unsigned(2, "largest incoming transfer"))


@dataclass(frozen=True, slots=True)
class CloseTunnel:
    """Client: tunnel u16."""

    tunnel: int

    def encode(self) -> bytes:
        return pack(self.tunnel, 2, "tunnel id")

    @classmethod
    def read(cls, cursor: Cursor) -> "CloseTunnel":
        return cls(cursor.unsigned(2, "tunnel id"))


@dataclass(frozen=True, slots=True)
class TransferData:
    """Both ways: tunnel u16 | data to the end: a GBCS message, on a gas meter's tunnel behind the GB-HRGP header."""

    tunnel: int
    data: bytes

    def encode(self) -> bytes:
        return pack(self.tunnel, 2, "tunnel id") + self.data

    @classmethod
    def read(cls, cursor: Cursor) -> "TransferData":
        return cls(cursor.unsigned(2, "tunnel id"), cursor.rest())


@dataclass(frozen=True, slots=True)
class TransferDataError:
    """Both ways: tunnel u16 | status u8 (TransferStatus, or a number it does not know)."""

    tunnel: int
    status: int

    def encode(self) -> bytes:
        return pack(self.tunnel, 2, "tunnel id") + pack(self.status, 1, "transfer status")

    @classmethod
    def read(cls, cursor: Cursor) -> "TransferDataError":
        return cls(cursor.unsigned(2, "tunnel id"), cursor.unsigned(1, "transfer status"))


@dataclass(frozen=True, slots=True)
class AckTransferData:
    """Both ways, with flow control only: tunnel u16 | octets that may still come u16."""

    tunnel: int
    octets_left: int

    def encode(self) -> bytes:
        return pack(self.tunnel, 2, "tunnel id") + pack(self.octets_left, 2, "octets left")

    @classmethod
    def read(cls, cursor: Cursor) -> "AckTransferData":
        return cls(cursor.unsigned(2, "tunnel id"), cursor.unsigned(2, "octets left"))


TunnelCommand: TypeAlias = (
    RequestTunnel | RequestTunnelResponse | CloseTunnel | TransferData | TransferDataError | AckTransferData
)

COMMANDS: CommandTable[TunnelCommand] = CommandTable(
    "tunneling",
    {
        (Direction.TO_SERVER, 0x00): RequestTunnel,
        (Direction.TO_SERVER, 0x01): CloseTunnel,
        (Direction.TO_SERVER, 0x02): TransferData,
        (Direction.TO_SERVER, 0x03): TransferDataError,
        (Direction.TO_SERVER, 0x04): AckTransferData,
        (Direction.TO_CLIENT, 0x00): RequestTunnelResponse,
        (Direction.TO_CLIENT, 0x01): TransferData,
        (Direction.TO_CLIENT, 0x02): TransferDataError,
        (Direction.TO_CLIENT, 0x03): AckTransferData,
    },
    unread={
        (Direction.TO_SERVER, 0x05): "ReadyData",
        (Direction.TO_SERVER, 0x06): "GetSupportedTunnelProtocols",
        (Direction.TO_CLIENT, 0x04): "ReadyData",
        (Direction.TO_CLIENT, 0x05): "SupportedTunnelProtocolsResponse",
        (Direction.TO_CLIENT, 0x06): "TunnelClosureNotification",
    },
)


def frame(command: TunnelCommand, direction: Direction, sequence: int) -> ZclFrame:
    """The ZCL frame of ``command``. Raises Malformed when that direction does not know it, or a field does not fit."""
    return COMMANDS.frame(command, direction, sequence)


def read(zcl: ZclFrame) -> TunnelCommand:
    """The tunnel command of a frame. Raises Malformed; Unsupported for a command whose layout is not known here."""
    return COMMANDS.read(zcl)
