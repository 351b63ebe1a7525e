"""A quick yes: whether a payload reads and holds nothing sealed, found without making an object of any value in it.

Verifying a file needs no values, and making them costs more than all its MACs. False means no more than "read it":
every refusal, with its field and offset, is ``payload.read_payload``'s alone, and so is all that is rare (selective
access, compact arrays of strings, strings and groups longer than 127, Alerts in GBZ).
"""

from collections.abc import Callable
from functools import partial

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import asn1, axdr, crypto, dlms, gbz
from ppmid_protocols.gbcs.asn1_notation import Type
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
_CHOICES = bytes(dlms.Choice)
_PLAIN_CHOICES = bytes((dlms.Choice.GET, dlms.Choice.SET, dlms.Choice.ACTION))
_FROM_DATE_TIME, _LAST = 0x10, 0x01  # in the control octet of a GBZ component
_ZCL_OCTETS = 3  # frame control, sequence and command of a GBZ component

_ANY, _NONE = Type("ANY"), Type("", -1)


class _Unusual(Exception):
    """Something that is not skimmed."""


def reads_in_clear(message: Message) -> bool:
    """Whether the payload is for certain one that ``read_payload`` reads and ``sealed_parts`` finds nothing in."""
    use_case, payload = USE_CASES.get(message.message_code), message.payload
    if use_case is None or crypto.SEALED_HEADER in payload:
        return False
    if use_case.payload is PayloadKind.GBZ:
        return message.cra is not Cra.ALERT and payload.startswith(gbz.PROFILE) and _fills(payload, _components, 2)
    if use_case.payload is PayloadKind.DER:
        structure = asn1.structure_of(message.message_code, message.cra)
        type_ = _ANY if structure is None else asn1.types()[structure]
        return _fills(payload, partial(_element_end, len(payload), type_), 0)
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
    if choices.strip(_PLAIN_CHOICES) or payload[end] != count:
        raise _Unusual
    return _values(payload, end + 1, count)


def _response(payload: bytes, at: int) -> int:
    """The offset after an Access-Response."""
    count = _short(payload[at + 1])
    end = _values(payload, at + 2, count)
    choices = payload[end + 1 : end + 1 + 2 * count : 2]
    if payload[at] or payload[end] != count or choices.strip(_CHOICES):
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
    sizes = _SIZES
    for _ in range(count):
        tag = payload[at]
        if sizes[tag]:
            at += sizes[tag]
            continue
        length = payload[at + 1]  # of octets, items or bits
        if length >= _SHORT:
            raise _Unusual
        if tag in _COUNTED:
            at += 2 + length
        elif tag in _GROUPS and depth < axdr.DEEPEST:
            at = _values(payload, at + 2, length, depth + 1)
        elif tag == axdr.BIT_STRING:
            at += 2 + (length + 7) // 8
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


def _element_end(end: int, type_: Type, octets: bytes, at: int, depth: int = 0) -> int:
    """The offset after the ASN.1 element at ``at``, which ends at ``end`` or before."""
    tag, kind = octets[at], type_.kind
    if kind == "CHOICE":
        type_ = next((one.type for one in type_.members if one.type.accepts(tag)), _NONE)
        return _element_end(end, type_, octets, at, depth)
    if tag & 0x1F == 0x1F or (kind != "ANY" and type_.tag != tag):
        raise _Unusual
    length, start = octets[at + 1], at + 2
    if length >= _SHORT:
        length, start = read_length(octets, at + 1, "length", minimal=False)
    stop = start + length
    if stop > end or depth == asn1.DEEPEST:
        raise _Unusual
    if tag & 0x20:
        _members(octets, start, stop, type_, depth + 1)
    elif kind != "ANY":
        _primitive(kind, type_.size, octets[start:stop])
    return stop


def _members(octets: bytes, at: int, stop: int, type_: Type, depth: int) -> None:
    """Go over the elements that fill a constructed one."""
    if type_.kind != "SEQUENCE":
        inner = type_.members[0].type if type_.members else _ANY
        if inner.kind == "ANY":
            _anything(octets, at, stop, depth)
            return
        while at < stop:
            at = _element_end(stop, inner, octets, at, depth)
        return
    for member in type_.members:
        if not member.optional or (at < stop and member.type.accepts(octets[at])):
            at = _element_end(stop, member.type, octets, at, depth)
    if at != stop:
        raise _Unusual


def _anything(octets: bytes, at: int, stop: int, depth: int) -> None:
    """Go over elements of any type, such as a certificate's."""
    while at < stop:
        tag, length, at = octets[at], octets[at + 1], at + 2
        if length >= _SHORT:
            length, at = read_length(octets, at - 1, "length", minimal=False)
        end = at + length
        if end > stop or tag & 0x1F == 0x1F or depth == asn1.DEEPEST:
            raise _Unusual
        if tag & 0x20:
            _anything(octets, at, end, depth + 1)
        at = end


def _primitive(kind: str, size: int | None, contents: bytes) -> None:
    """Refuse contents of a primitive element that may not be of its type."""
    match kind:
        case "OCTET STRING":
            right = True
        case "INTEGER" | "ENUMERATED":
            right = contents != b""
        case "BIT STRING":
            right = len(contents) > 1 and contents[0] < 8
        case "GeneralizedTime":
            right = len(contents) == 15 and contents[:-1].isdigit() and contents.endswith(b"Z")
        case _:
            right = kind == "NULL" and not contents
    if not right or size not in (None, len(contents)):
        raise _Unusual
