"""The layers that scapy lacks: GBCS messages, and the commands of the Smart Energy clusters.

They share nothing with this project's own codec but the octets, so that each can judge the other. Single commands may
be built from them too, as anywhere in scapy. scapy is imported here and in ``scapy_view`` only; whoever uses these
imports them when they are asked for.
"""

from scapy.fields import (
    ByteEnumField,
    ByteField,
    ConditionalField,
    Field,
    FieldLenField,
    IntField,
    LEIntField,
    LEShortEnumField,
    LEShortField,
    LESignedIntField,
    LongField,
    StrLenField,
    XByteField,
    XLEShortField,
    XLongField,
    XShortField,
    XStrField,
    XStrFixedLenField,
    XStrLenField,
)
from scapy.layers import zigbee
from scapy.packet import Packet, Raw

from ppmid_protocols.gbcs.gbt import is_block

_MAC_TAG, _MAC_OCTETS = b"\xdd", 12


class BerLengthField(Field[int, int]):
    """A length as BER writes it: one octet up to 127, else 81 or 82 and one or two octets."""

    def __init__(self, name: str, default: int = 0) -> None:
        super().__init__(name, default, "B")

    def addfield(self, _pkt: Packet | None, s: bytes, val: int | None) -> bytes:
        length = val or 0
        if length < 0x80:
            return s + bytes((length,))
        return s + (bytes((0x81, length)) if length < 0x100 else b"\x82" + length.to_bytes(2, "big"))

    def getfield(self, _pkt: Packet, s: bytes) -> tuple[bytes, int]:
        more = s[0] - 0x80 if s[0] > 0x80 else 0
        return s[1 + more :], int.from_bytes(s[1 : 1 + more], "big") if more else s[0]


class SignatureField(XStrField):
    """Length and octets of the signature: all that stands between the payload and the MAC, if there is one."""

    def getfield(self, pkt: Packet, s: bytes) -> tuple[bytes, bytes]:
        end = len(s) - _MAC_OCTETS * _has_mac(pkt)
        return s[end:], s[:end]


def _has_mac(packet: Packet) -> bool:
    return packet.original.startswith(_MAC_TAG) or bool(packet.fields.get("mac"))


class GbcsMessage(Packet):
    """A GBCS message: its headers, payload, signature and MAC (GBCS 7.2)."""

    name = "GBCS message"
    fields_desc = [
        ConditionalField(XStrFixedLenField("mac_header", b"\xdd" + bytes(6), 7), _has_mac),
        ConditionalField(BerLengthField("ciphered_length"), _has_mac),
        ConditionalField(XByteField("security_control", 0x11), _has_mac),
        ConditionalField(IntField("invocation_counter", 0), _has_mac),
        XByteField("tag", 0xDF),
        ByteField("transaction_length", 9),
        ByteEnumField("cra", 1, {1: "Command", 2: "Response", 3: "Alert"}),
        LongField("counter", 0),
        ByteField("originator_length", 8),
        XLongField("originator", 0),
        ByteField("target_length", 8),
        XLongField("target", 0),
        FieldLenField("date_time_length", None, length_of="date_time", fmt="B"),
        XStrLenField("date_time", b"", length_from=lambda packet: packet.date_time_length),
        BerLengthField("other_length", 2),
        XShortField("message_code", 0),
        XStrLenField("supplementary", b"", length_from=lambda packet: packet.other_length - 2),
        BerLengthField("content_length"),
        XStrLenField("content", b"", length_from=lambda packet: packet.content_length),
        SignatureField("signature", b"\0"),
        ConditionalField(XStrFixedLenField("mac", b"", _MAC_OCTETS), _has_mac),
    ]


def _carried(payload: bytes) -> type[Packet]:
    """A whole message; or a block of one (General Block Transfer), which no layer takes apart."""
    return Raw if is_block(payload) else GbcsMessage


class GbHrgp(Packet):
    """The header on the gas meter's tunnel."""

    name = "GB-HRGP"
    fields_desc = [
        ByteEnumField("exchange", 3, {1: "GET", 2: "GET-RESPONSE", 3: "PUT"}),
        ConditionalField(ByteField("remaining", 0), lambda packet: packet.exchange == 2),
    ]

    def guess_payload_class(self, payload: bytes) -> type[Packet]:
        return _carried(payload)


class RequestTunnel(Packet):
    name = "Tunneling: Request Tunnel"
    fields_desc = [
        ByteEnumField("protocol", 6, {6: "GB-HRGP"}),
        XLEShortField("manufacturer", 0xFFFF),
        ByteField("flow_control", 0),
        LEShortField("largest_incoming", 1500),
    ]


class RequestTunnelResponse(Packet):
    name = "Tunneling: Request Tunnel Response"
    fields_desc = [
        XLEShortField("tunnel", 0),
        ByteEnumField("status", 0, {0: "ok", 1: "busy", 2: "no more ids", 3: "no such protocol", 4: "no flow control"}),
        LEShortField("largest_incoming", 1500),
    ]


class CloseTunnel(Packet):
    name = "Tunneling: Close Tunnel"
    fields_desc = [XLEShortField("tunnel", 0)]


class TransferData(Packet):
    name = "Tunneling: Transfer Data"
    fields_desc = [XLEShortField("tunnel", 0)]

    def guess_payload_class(self, payload: bytes) -> type[Packet]:
        return GbHrgp if payload[:1] in (b"\x01", b"\x02", b"\x03") else _carried(payload)


class TransferDataError(Packet):
    name = "Tunneling: Transfer Data Error"
    fields_desc = [
        XLEShortField("tunnel", 0),
        ByteEnumField("status", 0, {0: "no such tunnel", 1: "wrong device", 2: "data overflow"}),
    ]


class AckTransferData(Packet):
    name = "Tunneling: Ack Transfer Data"
    fields_desc = [XLEShortField("tunnel", 0), LEShortField("octets_left", 0)]


class SelectAvailableEmergencyCredit(Packet):
    name = "Prepayment: Select Available Emergency Credit"
    fields_desc = [LEIntField("issue_time", 0), ByteField("originator", 2)]


class ConsumerTopUp(Packet):
    name = "Prepayment: Consumer Top Up"
    fields_desc = [
        ByteField("originator", 2),
        FieldLenField("code_length", None, length_of="code", fmt="B"),
        StrLenField("code", b"", length_from=lambda packet: packet.code_length),
    ]


class ConsumerTopUpResponse(Packet):
    name = "Prepayment: Consumer Top Up Response"
    fields_desc = [
        XByteField("result", 0),
        LESignedIntField("value", -1),
        ByteField("source", 2),
        LESignedIntField("credit_remaining", -1),
    ]


class LocalChangeSupply(Packet):
    name = "Metering: Local Change Supply"
    fields_desc = [ByteField("proposed", 2)]


class SuspendZclMessages(Packet):
    name = "Sub-GHz: Suspend ZCL Messages"
    fields_desc = [ByteField("period", 0)]


class GetSuspendStatus(Packet):
    name = "Sub-GHz: Get Suspend Status"
    fields_desc = []


class K163Certificate(Packet):
    name = "Certificate of suite 1"
    fields_desc = [
        XStrFixedLenField("public_key", b"", 22),
        XLongField("subject", 0),
        XStrFixedLenField("issuer", b"", 8),
        XStrFixedLenField("profile_data", b"", 10),
    ]


class K283Certificate(Packet):
    name = "Certificate of suite 2"
    fields_desc = [
        ByteField("type", 0),
        LongField("serial", 0),
        XByteField("curve", 0x0D),
        XByteField("hash", 8),
        XStrFixedLenField("issuer", b"", 8),
        ByteField("valid_from_high", 0),
        IntField("valid_from_low", 0),
        IntField("valid_for", 0xFFFFFFFF),
        XLongField("subject", 0),
        XByteField("key_usage", 8),
        XStrFixedLenField("public_key", b"", 37),
    ]


class Initiate(Packet):
    name = "Key Establishment: Initiate"
    fields_desc = [
        LEShortEnumField("suite", 2, {1: "K163", 2: "K283"}),
        ByteField("ephemeral_seconds", 10),
        ByteField("confirm_seconds", 10),
    ]

    def guess_payload_class(self, _payload: bytes) -> type[Packet]:
        return K163Certificate if self.suite == 1 else K283Certificate


class EphemeralData(Packet):
    name = "Key Establishment: Ephemeral Data"
    fields_desc = [XStrField("public_key", b"")]


class ConfirmKey(Packet):
    name = "Key Establishment: Confirm Key"
    fields_desc = [XStrFixedLenField("mac", b"", 16)]


class Terminate(Packet):
    name = "Key Establishment: Terminate"
    fields_desc = [ByteField("status", 0), ByteField("wait_seconds", 0), LEShortField("suites", 2)]


_TUNNELING, _PREPAYMENT, _METERING, _KEYS, _SUB_GHZ = 0x0704, 0x0705, 0x0702, 0x0800, 0x070B
_TO_SERVER, _TO_CLIENT = 0, 1
_KEY_COMMANDS: tuple[type[Packet], ...] = (Initiate, EphemeralData, ConfirmKey, Terminate)

LAYERS: dict[tuple[int, int, int], type[Packet]] = {
    (_TUNNELING, _TO_SERVER, 0): RequestTunnel,
    (_TUNNELING, _TO_SERVER, 1): CloseTunnel,
    (_TUNNELING, _TO_SERVER, 2): TransferData,
    (_TUNNELING, _TO_SERVER, 3): TransferDataError,
    (_TUNNELING, _TO_SERVER, 4): AckTransferData,
    (_TUNNELING, _TO_CLIENT, 0): RequestTunnelResponse,
    (_TUNNELING, _TO_CLIENT, 1): TransferData,
    (_TUNNELING, _TO_CLIENT, 2): TransferDataError,
    (_TUNNELING, _TO_CLIENT, 3): AckTransferData,
    (_PREPAYMENT, _TO_SERVER, 0): SelectAvailableEmergencyCredit,
    (_PREPAYMENT, _TO_SERVER, 4): ConsumerTopUp,
    (_PREPAYMENT, _TO_CLIENT, 3): ConsumerTopUpResponse,
    (_METERING, _TO_SERVER, 0x0C): LocalChangeSupply,
    (_SUB_GHZ, _TO_SERVER, 0): GetSuspendStatus,
    (_SUB_GHZ, _TO_CLIENT, 0): SuspendZclMessages,
} | {(_KEYS, way, number): kind for way in (0, 1) for number, kind in enumerate(_KEY_COMMANDS)}
"""By cluster, direction and command number. Keep-Alive has none: its attributes come by scapy's general commands."""


class SmartEnergyFrame(zigbee.ZigbeeClusterLibrary):
    """A ZCL frame whose cluster's commands are those of ``LAYERS``; it is given its APS layer as ``_underlayer``."""

    name = "ZigBee Cluster Library (Smart Energy)"

    def guess_payload_class(self, payload: bytes) -> type[Packet]:
        if self.zcl_frametype == 1 and self.underlayer is not None:
            key = self.underlayer.cluster, self.command_direction, self.command_identifier
            if key in LAYERS:
                return LAYERS[key]
        found: type[Packet] = super().guess_payload_class(payload)  # type: ignore[no-untyped-call]
        return found
