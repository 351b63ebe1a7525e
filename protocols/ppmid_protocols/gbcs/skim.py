"""A quick yes: whether a payload reads and holds nothing sealed, found without making an object of any value in it.

Verifying a file needs no values, and making them costs more than all its MACs. False means no more than "read it":
every refusal, with its field and offset, is ``payload.read_payload``'s alone, and so is all that is rare (selective
access, compact arrays of strings, strings and groups longer than 127, Alerts in GBZ) or ASN.1.
"""

from collections.abc import Callable

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import axdr, crypto, dlms, gbz
from ppmid_protocols.gbcs.ber import read_length
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.use_cases import USE_CASES, PayloadKind

_FIXED = {0: 1} | {tag: 1 + size for tag, (_, size, _) in axdr.NUMBERS.items()}
_FIXED |= {tag: 1 + size for tag, (_, size) in axdr.STRINGS.items() if size is not None}
_SIZES = tuple(_FIXED.get(tag, 0) for tag in range(256))
"""Octets of a value with its tag, by its tag, where that settles it; else 0."""
_COUNTED = frozenset(tag for tag, (_, size) in axdr.STRINGS.items() if size is None)
_GROUPS = frozenset((axdr.ARRAY, axdr.STRUCTURE))
_SHORT = 0x80  # lengths and counts below it have one octet
_OPENING_OCTETS = 6  # tag, long-invoke-id, and the length 00 of the date-time
_SPECIFICATION_OCTETS = 10
_FROM_DATE_TIME, _LAST = 0x10, 0x01  # in the control octet of a GBZ component
_ZCL_OCTETS = 3  # frame control, sequence and command of a GBZ component


class _Unusual(Exception):
    """Something that is not skimmed."""


def reads_in_clear(message: Message) -> bool:
    """Whether the payload is for certain one that ``read_payload`` reads and ``sealed_parts`` finds nothing in."""
    use_case, payload = USE_CASES.get(message.message_code), message.payload
    if use_case is None or crypto.SEALED_HEADER in payload:
        return False
    if use_case.payload is PayloadKind.GBZ:
        return message.cra is not Cra.ALERT and payload.startswith(gbz.PROFILE) and _fills(payload, _components, 2)
    if use_case.payload is not PayloadKind.DLMS:
        return False
    if payload[1:_OPENING_OCTETS] != dlms.invoke_id(message.counter).to_bytes(4, "big") + b"\0":
        return False
    end = _END.get(payload[0])
    return end is not None and _fills(payload, end, _OPENING_OCTETS)


def is_value(octets: bytes) -> bool:
    """Whether octets are for certain one DLMS value that ``axdr.decode_data`` reads."""
    return _fills(octets, _notification, 0)


def _fills(octets: bytes, end: Callable[[bytes, int], int], at: int) -> bool:
    try:
        return end(octets, at) == len(octets)
    except (IndexError, Malformed, _Unusual):
        return False


def _request(payload: bytes, at: int) -> int:
    """The offset after an Access-Request."""
    count = _short(payload[at])
    end = at + 1 + count * _SPECIFICATION_OCTETS
    choices = payload[at + 1 : end : _SPECIFICATION_OCTETS]
    if not all(dlms.Choice.GET <= choice <= dlms.Choice.ACTION for choice in choices) or payload[end] != count:
        raise _Unusual
    return _values(payload, end + 1, count)


def _response(payload: bytes, at: int) -> int:
    """The offset after an Access-Response."""
    count = _short(payload[at + 1])
    end = _values(payload, at + 2, count)
    choices = payload[end + 1 : end + 1 + 2 * count : 2]
    if payload[at] or payload[end] != count or not all(1 <= choice <= 4 for choice in choices):
        raise _Unusual
    return end + 1 + 2 * count


def _notification(payload: bytes, at: int) -> int:
    """The offset after a Data-Notification."""
    return _values(payload, at, 1)


_END = {dlms.ACCESS_REQUEST: _request, dlms.ACCESS_RESPONSE: _response, dlms.DATA_NOTIFICATION: _notification}


def _components(payload: bytes, at: int) -> int:
    """The offset after a count of GBZ components and the components themselves."""
    count = payload[at]
    at += 1
    for number in range(1, count + 1):
        control, length = payload[at], payload[at + 3] << 8 | payload[at + 4]
        dated = control & _FROM_DATE_TIME
        if control & ~_FROM_DATE_TIME != (_LAST if number == count else 0) or length < _ZCL_OCTETS + 4 * bool(dated):
            raise _Unusual
        at += 5 + length
    if not count:
        raise _Unusual
    return at


def _values(payload: bytes, at: int, count: int, depth: int = 0) -> int:
    """The offset after ``count`` values; one beyond the payload is found by whoever compares it with the length."""
    for _ in range(count):
        tag = payload[at]
        size = _SIZES[tag]
        if size:
            at += size
        elif tag in _COUNTED:
            at += 2 + _short(payload[at + 1])
        elif tag in _GROUPS and depth < axdr.DEEPEST:
            at = _values(payload, at + 2, _short(payload[at + 1]), depth + 1)
        elif tag == axdr.BIT_STRING:
            at += 2 + (_short(payload[at + 1]) + 7) // 8
        elif tag == axdr.COMPACT_ARRAY and depth < axdr.DEEPEST:
            size, at = _element(payload, at + 1, depth + 1)
            length, at = read_length(payload, at, "compact-array")
            if length % size:
                raise _Unusual
            at += length
        else:
            raise _Unusual
    return at


def _element(payload: bytes, at: int, depth: int) -> tuple[int, int]:
    """The octets of a compact array's elements, where their type description settles it, and the offset after that."""
    tag = payload[at]
    if _SIZES[tag] > 1:
        return _SIZES[tag] - 1, at + 1
    count = _short(payload[at + 1])
    if tag != axdr.STRUCTURE or not count or depth >= axdr.DEEPEST:
        raise _Unusual
    total, at = 0, at + 2
    for _ in range(count):
        size, at = _element(payload, at, depth + 1)
        total += size
    return total, at


def _short(octet: int) -> int:
    """A length or count of one octet."""
    if octet >= _SHORT:
        raise _Unusual
    return octet
