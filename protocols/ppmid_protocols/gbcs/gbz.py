"""GBZ payloads: ZCL commands for GSME and GPF within a GBCS message (GBCS 7.2.8-7.2.10; RTDS 4.5.0).

The envelope (profile, counts, control, cluster, lengths) is big endian, what stands within a ZCL command little endian.
"""

import struct
from dataclasses import dataclass, field
from enum import IntEnum

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs.ber import take

PROFILE = bytes.fromhex("0109")  # ZigBee Smart Energy
READ_ATTRIBUTES, READ_ATTRIBUTES_RESPONSE, DEFAULT_RESPONSE = 0x00, 0x01, 0x0B


class Cluster(IntEnum):
    """The clusters that GBCS messages speak to, by the ids of ZigBee Smart Energy."""

    BASIC = 0x0000
    PRICE = 0x0700
    METERING = 0x0702
    MESSAGING = 0x0703
    PREPAYMENT = 0x0705
    CALENDAR = 0x0707
    DEVICE_MANAGEMENT = 0x0708
    EVENTS = 0x0709


_LAST, _ENCRYPTED, _FROM_DATE_TIME = 0x01, 0x02, 0x10
_OPENING_OCTETS = 3  # profile and count
ALERT_OCTETS = 9
"""Octets of an Alert before what it adds: profile, count, alert code and time."""
_COMPONENT = struct.Struct(">BHH")  # control, cluster, length
_HEADER_OCTETS = 3  # frame control, sequence number, command


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One ZCL command.

    ``frame_control``: 00 and 08 for global commands, 01 and 09 for those of the cluster (08 and 09: server to client).
    ``body``: what follows the command octet; with ``frame_counter`` (0, 1, … over a message's encrypted components) it
    is the sealed octets ``31 00000000 || ciphertext || tag``. ``from_date_time``: UTC seconds since 2000-01-01.
    """

    cluster: int
    frame_control: int
    sequence: int
    command: int
    body: bytes = field(repr=False)  # may hold UTRN digits
    from_date_time: int | None = None
    frame_counter: int | None = None

    @property
    def encrypted(self) -> bool:
        return self.frame_counter is not None

    def encode(self, last: bool) -> bytes:
        """The octets in a payload; the ``last`` component of a payload says so."""
        zcl = bytes((self.frame_control, self.sequence, self.command))
        control = last * _LAST
        if self.frame_counter is not None:
            control |= _ENCRYPTED
            zcl = bytes((0, self.frame_counter)) + zcl + len(self.body).to_bytes(2, "big")
        if self.from_date_time is not None:
            control |= _FROM_DATE_TIME
            zcl = self.from_date_time.to_bytes(4, "big") + zcl
        zcl += self.body
        return bytes((control,)) + self.cluster.to_bytes(2, "big") + len(zcl).to_bytes(2, "big") + zcl


@dataclass(frozen=True, slots=True)
class Alert:
    """An Alert's payload: ``time`` is UTC seconds since 2000-01-01; ``count`` and ``extra`` are kept as they came."""

    code: int
    time: int
    count: int = 0
    extra: bytes = b""

    def encode(self) -> bytes:
        fixed = self.code.to_bytes(2, "big") + self.time.to_bytes(4, "big")
        return PROFILE + bytes((self.count,)) + fixed + self.extra


def encode(components: tuple[Component, ...]) -> bytes:
    """The payload of a Command or Response. Raises Malformed for none or more than 255 components."""
    if not 0 < len(components) < 256:
        raise Malformed("GBZ payload", f"expected 1 to 255 components, found {len(components)}")
    final = len(components) - 1
    encoded = (component.encode(last=at == final) for at, component in enumerate(components))
    return PROFILE + bytes((len(components),)) + b"".join(encoded)


def decode(payload: bytes) -> tuple[Component, ...]:
    """Read the payload of a Command or Response; encodes to the same octets. Raises Malformed with field and offset."""
    count = _opening(payload)
    if count == 0:
        raise Malformed("component count", "expected 1 to 255, found 0", 2)
    return read_components(payload, _OPENING_OCTETS, count)


def read_components(payload: bytes, at: int, count: int) -> tuple[Component, ...]:
    """Read ``count`` components that fill ``payload`` from ``at``. Raises Malformed with field and offset."""
    components: list[Component] = []
    for number in range(1, count + 1):
        component, at = _read_component(payload, at, last=number == count)
        components.append(component)
    if at != len(payload):
        raise Malformed("GBZ payload", f"expected its end, found {len(payload) - at} more octets", at)
    return tuple(components)


def decode_alert(payload: bytes) -> Alert:
    """Read the payload of an Alert; encodes to the same octets. Raises Malformed with field and offset."""
    count = _opening(payload)
    code = int.from_bytes(take(payload, _OPENING_OCTETS, 2, "alert code"), "big")
    time = int.from_bytes(take(payload, _OPENING_OCTETS + 2, 4, "alert time"), "big")
    return Alert(code, time, count, payload[ALERT_OCTETS:])


def _opening(payload: bytes) -> int:
    if payload[:2] != PROFILE:
        raise Malformed("profile", f"expected 0109, found {payload[:2].hex() or 'nothing'}", 0)
    return take(payload, 2, 1, "component count")[0]


def _read_component(payload: bytes, at: int, last: bool) -> tuple[Component, int]:
    try:
        control, cluster, length = _COMPONENT.unpack_from(payload, at)
    except struct.error:
        raise Malformed("component header", f"expected 5 octets, found {len(payload) - at}", at) from None
    if control & ~(_LAST | _ENCRYPTED | _FROM_DATE_TIME):
        raise Malformed("component control", f"expected the bits 01, 02 and 10 only, found {control:02X}", at)
    if bool(control & _LAST) != last:
        problem = f"expected the bit 01 in the last component only, found {control:02X}"
        raise Malformed("component control", problem, at)
    start = at + _COMPONENT.size
    end = start + length
    if end > len(payload):
        raise Malformed("component", f"expected {length} octets, found {len(payload) - start}", start)
    component = payload[:end]  # so that nothing below reads past this component
    from_date_time = frame_counter = None
    if control & _FROM_DATE_TIME:
        from_date_time = int.from_bytes(take(component, start, 4, "From-Date-Time"), "big")
        start += 4
    if control & _ENCRYPTED:
        additional = take(component, start, 2, "additional header")
        if additional[0]:
            raise Malformed("additional header control", f"expected 00, found {additional[0]:02X}", start)
        frame_counter = additional[1]
        start += 2
    frame_control, sequence, command = take(component, start, _HEADER_OCTETS, "ZCL header")
    start += _HEADER_OCTETS
    if frame_counter is not None:
        sealed = int.from_bytes(take(component, start, 2, "sealed length"), "big")
        start += 2
        if sealed != end - start:
            raise Malformed("sealed length", f"expected {end - start}, found {sealed}", start - 2)
    return Component(
        cluster=cluster,
        frame_control=frame_control,
        sequence=sequence,
        command=command,
        body=payload[start:end],
        from_date_time=from_date_time,
        frame_counter=frame_counter,
    ), end
