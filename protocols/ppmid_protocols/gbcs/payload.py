"""The payload of a message, read by its use case, and the sealed parts within (GBCS 7.2)."""

from collections.abc import Iterator
from dataclasses import dataclass

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import asn1, axdr, crypto, dlms, gbz
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.use_cases import USE_CASES, PayloadKind

_BILLING_DATA_ALERT = 0x008B  # GCS53: components follow the alert code
_DLMS_TAGS = (dlms.ACCESS_REQUEST, dlms.ACCESS_RESPONSE, dlms.DATA_NOTIFICATION)


@dataclass(frozen=True, slots=True)
class GbzPayload:
    """The components of a Command or Response; ``alert`` before them in an Alert."""

    components: tuple[gbz.Component, ...]
    alert: gbz.Alert | None = None


@dataclass(frozen=True, slots=True)
class DerPayload:
    """One DER element, by its use case's structure where it has one."""

    octets: bytes
    element: asn1.Element


Payload = dlms.Apdu | GbzPayload | DerPayload


def read_payload(message: Message) -> Payload:
    """Read the payload as the Message Code says, or by its first octets where the code does not settle it.

    Raises Malformed; also when a DLMS invoke-id does not repeat the Originator Counter.
    """
    kind = _kind(message)
    if kind is PayloadKind.DLMS:
        apdu = dlms.decode(message.payload)
        expected = dlms.invoke_id(message.counter)
        if apdu.invoke_id != expected:
            problem = f"expected {expected:08X} by the Originator Counter, found {apdu.invoke_id:08X}"
            raise Malformed("long-invoke-id", problem, 1)
        return apdu
    if kind is PayloadKind.GBZ:
        return _read_gbz(message)
    structure = asn1.structure_of(message.message_code, message.cra)
    return DerPayload(message.payload, asn1.read(structure, message.payload))


def sealed_parts(payload: Payload) -> tuple[bytes, ...]:
    """Every ``31 00000000 || ciphertext || tag`` in a payload, in its order."""
    match payload:
        case dlms.AccessResponse(_, data):
            return tuple(part for item in data for part in _sealed(item))
        case dlms.DataNotification(_, body):
            return tuple(_sealed(body))
        case GbzPayload(components):
            return tuple(one.body for one in components if one.encrypted)
    return ()


def check_plain(payload: Payload, plain: bytes) -> axdr.Data | None:
    """Read what was sealed: DLMS data, or None for GBZ, whose plain octets need not be read. Raises Malformed."""
    return None if isinstance(payload, GbzPayload) else axdr.decode_data(plain)


_SETTLED = {
    code: use_case.payload
    for code, use_case in USE_CASES.items()
    if use_case.payload in (PayloadKind.DLMS, PayloadKind.GBZ, PayloadKind.DER)
}


def _kind(message: Message) -> PayloadKind:
    settled = _SETTLED.get(message.message_code)
    if settled is not None:
        return settled
    if message.payload[:2] == gbz.PROFILE:
        return PayloadKind.GBZ
    return PayloadKind.DLMS if message.payload and message.payload[0] in _DLMS_TAGS else PayloadKind.DER


def _read_gbz(message: Message) -> GbzPayload:
    if message.cra is not Cra.ALERT:
        return GbzPayload(gbz.decode(message.payload))
    alert = gbz.decode_alert(message.payload)
    if message.message_code != _BILLING_DATA_ALERT:
        return GbzPayload((), alert)
    return GbzPayload(gbz.read_components(message.payload, gbz.ALERT_OCTETS, alert.count), alert)


def _sealed(data: axdr.Data) -> Iterator[bytes]:
    match data:
        case axdr.Group(_, items):
            for item in items:
                yield from _sealed(item)
        case axdr.Octets(axdr.OCTET_STRING, value) if crypto.is_sealed(value):
            yield value
