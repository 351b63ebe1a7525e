"""APS commands: how the hub hands out keys and devices ask for them and leave (ZigBee R22 4.4.11).

Frame: frame control u8 | APS counter u8 | auxiliary header and seal, if secured | command id u8 | fields, little
endian. Layouts as in R22; Wireshark and scapy read them alike. The commands of SKKE and entity authentication, which
ZigBee withdrew, are not read.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.octets import Cursor, pack
from ppmid_protocols.zigbee.security import KEY_OCTETS

_COMMAND, _RESERVED, _SECURED, _ACK_REQUEST = 1, 0x90, 0x20, 0x40
HEADER_OCTETS = 2


class KeyType(IntEnum):
    """The keys that commands speak of."""

    NETWORK = 1
    APPLICATION_LINK = 3
    TRUST_CENTRE_LINK = 4


class RequestedKey(IntEnum):
    """The keys that a device can ask for, numbered otherwise than ``KeyType``."""

    APPLICATION_LINK = 2
    TRUST_CENTRE_LINK = 4


class DeviceStatus(IntEnum):
    """What a router tells the hub of a device."""

    SECURED_REJOIN = 0
    UNSECURED_JOIN = 1
    LEFT = 2
    UNSECURED_REJOIN = 3


@dataclass(frozen=True, slots=True)
class CommandHeader:
    """The header of an APS command frame, unicast and without endpoints."""

    counter: int
    secured: bool = True
    ack_request: bool = False

    def encode(self) -> bytes:
        """The two octets of the header. Raises Malformed."""
        control = _COMMAND | _SECURED * self.secured | _ACK_REQUEST * self.ack_request
        return bytes((control,)) + pack(self.counter, 1, "APS counter")


def is_command(frame: bytes) -> bool:
    """Whether an APS frame is a command."""
    return bool(frame) and frame[0] & 3 == _COMMAND


def decode_header(frame: bytes) -> CommandHeader:
    """Read the header of an APS command frame. Raises Malformed; Unsupported for other frames and delivery modes."""
    if len(frame) < HEADER_OCTETS:
        raise Malformed("APS command header", f"expected {HEADER_OCTETS} octets, found {len(frame)}", 0)
    control, counter = frame[0], frame[1]
    if control & 0x0F != _COMMAND:
        raise Unsupported(f"APS frame control 0x{control:02X}: expected a command, unicast")
    if control & _RESERVED:
        raise Malformed("APS frame control", f"expected no extended header and no ack format: 0x{control:02X}", 0)
    return CommandHeader(counter, bool(control & _SECURED), bool(control & _ACK_REQUEST))


def _key(cursor: Cursor) -> Secret:
    return Secret(cursor.take(KEY_OCTETS, "key"))


def _checked(key: bytes) -> bytes:
    if len(key) != KEY_OCTETS:
        raise Malformed("key", f"expected {KEY_OCTETS} octets, found {len(key)}")
    return key


@dataclass(frozen=True, slots=True)
class TransportNetworkKey:
    """0x05 with key type 1: key | sequence u8 | destination | source (the hub). Sealed under the key-transport key."""

    key: Secret
    destination: Eui
    source: Eui
    sequence: int = 0

    def encode(self) -> bytes:
        ends = self.destination[::-1] + self.source[::-1]
        return _checked(self.key) + pack(self.sequence, 1, "key sequence number") + ends

    @classmethod
    def read(cls, cursor: Cursor) -> "TransportNetworkKey":
        key, sequence = _key(cursor), cursor.unsigned(1, "key sequence number")
        return cls(key, cursor.eui("destination"), cursor.eui("source"), sequence)


@dataclass(frozen=True, slots=True)
class TransportApplicationKey:
    """0x05 with key type 3: key | partner | initiator u8, whether this device asked. Sealed under the key-load key."""

    key: Secret
    partner: Eui
    initiator: bool

    def encode(self) -> bytes:
        return _checked(self.key) + self.partner[::-1] + bytes((self.initiator,))

    @classmethod
    def read(cls, cursor: Cursor) -> "TransportApplicationKey":
        key, partner, start = _key(cursor), cursor.eui("partner"), cursor.offset
        initiator = cursor.unsigned(1, "initiator")
        if initiator > 1:
            raise Malformed("initiator", f"expected 0 or 1, found {initiator}", start)
        return cls(key, partner, bool(initiator))


@dataclass(frozen=True, slots=True)
class TransportTrustCentreKey:
    """0x05 with key type 4: key | destination | source (the hub). Sealed under the key-load key."""

    key: Secret
    destination: Eui
    source: Eui

    def encode(self) -> bytes:
        return _checked(self.key) + self.destination[::-1] + self.source[::-1]

    @classmethod
    def read(cls, cursor: Cursor) -> "TransportTrustCentreKey":
        return cls(_key(cursor), cursor.eui("destination"), cursor.eui("source"))


@dataclass(frozen=True, slots=True)
class UpdateDevice:
    """0x06, a router to the hub: device | short address u16 | status u8 (DeviceStatus, or another number)."""

    device: Eui
    short: int
    status: int

    def encode(self) -> bytes:
        return self.device[::-1] + pack(self.short, 2, "short address") + pack(self.status, 1, "device status")

    @classmethod
    def read(cls, cursor: Cursor) -> "UpdateDevice":
        device, short = cursor.eui("device"), cursor.unsigned(2, "short address")
        return cls(device, short, cursor.unsigned(1, "device status"))


@dataclass(frozen=True, slots=True)
class RemoveDevice:
    """0x07, the hub to a router: the device that must leave."""

    device: Eui

    def encode(self) -> bytes:
        return self.device[::-1]

    @classmethod
    def read(cls, cursor: Cursor) -> "RemoveDevice":
        return cls(cursor.eui("device"))


@dataclass(frozen=True, slots=True)
class RequestKey:
    """0x08, a device to the hub: kind u8 (RequestedKey) | partner, of an application link key only."""

    partner: Eui | None = None

    def encode(self) -> bytes:
        if self.partner is None:
            return bytes((RequestedKey.TRUST_CENTRE_LINK,))
        return bytes((RequestedKey.APPLICATION_LINK,)) + self.partner[::-1]

    @classmethod
    def read(cls, cursor: Cursor) -> "RequestKey":
        kind = cursor.unsigned(1, "requested key")
        if kind == RequestedKey.TRUST_CENTRE_LINK:
            return cls()
        if kind != RequestedKey.APPLICATION_LINK:
            raise Malformed("requested key", f"expected 2 or 4, found {kind}", cursor.offset - 1)
        return cls(cursor.eui("partner"))


@dataclass(frozen=True, slots=True)
class SwitchKey:
    """0x09, from the hub: the sequence number of the network key to use from now on."""

    sequence: int

    def encode(self) -> bytes:
        return pack(self.sequence, 1, "key sequence number")

    @classmethod
    def read(cls, cursor: Cursor) -> "SwitchKey":
        return cls(cursor.unsigned(1, "key sequence number"))


@dataclass(frozen=True, slots=True)
class Tunnel:
    """0x0E, the hub to a router: destination | the whole APS command frame that it is to pass on, sealed as it is."""

    destination: Eui
    frame: bytes

    def encode(self) -> bytes:
        return self.destination[::-1] + self.frame

    @classmethod
    def read(cls, cursor: Cursor) -> "Tunnel":
        destination = cursor.eui("destination")
        return cls(destination, cursor.rest())


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """0x0F, a device to the hub: key type u8 | the device | what it makes of its link key (``mmo.verification``)."""

    source: Eui
    proof: bytes
    key_type: int = KeyType.TRUST_CENTRE_LINK

    def encode(self) -> bytes:
        return pack(self.key_type, 1, "key type") + self.source[::-1] + _checked(self.proof)

    @classmethod
    def read(cls, cursor: Cursor) -> "VerifyKey":
        key_type, source = cursor.unsigned(1, "key type"), cursor.eui("source")
        return cls(source, cursor.take(KEY_OCTETS, "proof of the key"), key_type)


@dataclass(frozen=True, slots=True)
class ConfirmKey:
    """0x10, the hub to a device: status u8 (0: the proof holds) | key type u8 | the device."""

    destination: Eui
    status: int = 0
    key_type: int = KeyType.TRUST_CENTRE_LINK

    def encode(self) -> bytes:
        return pack(self.status, 1, "status") + pack(self.key_type, 1, "key type") + self.destination[::-1]

    @classmethod
    def read(cls, cursor: Cursor) -> "ConfirmKey":
        status, key_type = cursor.unsigned(1, "status"), cursor.unsigned(1, "key type")
        return cls(cursor.eui("destination"), status, key_type)


_Transport: TypeAlias = TransportNetworkKey | TransportApplicationKey | TransportTrustCentreKey
ApsCommand: TypeAlias = (
    _Transport | UpdateDevice | RemoveDevice | RequestKey | SwitchKey | Tunnel | VerifyKey | ConfirmKey
)

_TRANSPORT_KEY = 0x05
_TRANSPORTS: dict[int, type[_Transport]] = {
    KeyType.NETWORK: TransportNetworkKey,
    KeyType.APPLICATION_LINK: TransportApplicationKey,
    KeyType.TRUST_CENTRE_LINK: TransportTrustCentreKey,
}
_COMMANDS: dict[int, type[ApsCommand]] = {
    0x06: UpdateDevice,
    0x07: RemoveDevice,
    0x08: RequestKey,
    0x09: SwitchKey,
    0x0E: Tunnel,
    0x0F: VerifyKey,
    0x10: ConfirmKey,
}
_PREFIXES = {kind: bytes((_TRANSPORT_KEY, number)) for number, kind in _TRANSPORTS.items()} | {
    kind: bytes((number,)) for number, kind in _COMMANDS.items()
}


def encode(command: ApsCommand) -> bytes:
    """Command id and fields: what an APS command frame seals. Raises Malformed."""
    return _PREFIXES[type(command)] + command.encode()


def decode(octets: bytes) -> ApsCommand:
    """Read command id and fields. Raises Malformed; Unsupported for commands and key types that are not read here."""
    cursor = Cursor(octets)
    number = cursor.unsigned(1, "APS command id")
    if number == _TRANSPORT_KEY:
        number = cursor.unsigned(1, "key type")
        kind: type[ApsCommand] | None = _TRANSPORTS.get(number)
        found = f"transport of a key of type {number}"
    else:
        kind, found = _COMMANDS.get(number), f"APS command 0x{number:02X}"
    if kind is None:
        raise Unsupported(found)
    command = kind.read(cursor)
    cursor.end(kind.__name__)
    return command
