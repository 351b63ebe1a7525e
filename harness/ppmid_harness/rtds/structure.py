"""The structure of a Response: how many results, of which types, with which codes; not their values.

Two Responses of equal structure differ in values alone: amounts, times, identifiers, texts, and how many entries a
list, log or set of profiles has. ``parts`` are the opened sealed parts in their order.
"""

from collections.abc import Iterator

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import axdr, dlms, gbz
from ppmid_protocols.gbcs.asn1 import Element
from ppmid_protocols.gbcs.axdr import Bits, CompactArray, Data, Group, Null, Number, Octets
from ppmid_protocols.gbcs.ber import take
from ppmid_protocols.gbcs.crypto import is_sealed
from ppmid_protocols.gbcs.gbz import Component
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.names.notation import Item
from ppmid_protocols.gbcs.names.tables import zcl_command
from ppmid_protocols.gbcs.names.zcl_fields import ATTRIBUTE_TYPES, read_fields, read_value
from ppmid_protocols.gbcs.names.zcl_general import CLUSTER_SPECIFIC
from ppmid_protocols.gbcs.payload import DerPayload, GbzPayload, Payload

_DISABLE_DEFAULT_RESPONSE = 0x10  # a bit of frame control that RTDS 4.5.0 sets here and not there
_CODES = ("result", "status", "failure")
_NOT_FOUND = 0x8B
Structure = tuple[object, ...]


def envelope(message: Message) -> Structure:
    """What a message has around its payload: code, date-time, supplementary elements, how it is authenticated."""
    return (
        f"code {message.message_code:04X}",
        "dated" if message.date_time else "undated",
        "supplementary party" if message.supplementary_party is not None else "known party",
        "counter of the device" if message.supplementary_originator_counter is not None else "counter of the Command",
        "signed" if message.signature else "unsigned",
        "with MAC" if message.mac is not None else "without MAC",
    )


def structure(payload: Payload, parts: Iterator[bytes | None]) -> Structure:
    """The structure of a payload; a sealed part that could not be opened (None) has none. Raises Malformed."""
    match payload:
        case dlms.AccessResponse(_, data, results):
            return tuple(
                (one.choice.name.lower(), one.result, _data(item, parts))
                for one, item in zip(results, data, strict=True)
            )
        case GbzPayload(components):
            return _collapsed([_component(one, parts) for one in components])
        case DerPayload(_, element):
            return (_element(element, True),)
    return (type(payload).__name__,)


def refuses(payload: Payload) -> bool:
    """Whether a Response refuses something for another reason than that there is nothing to be found.

    Raises Malformed for components that are cut short.
    """
    match payload:
        case dlms.AccessResponse(_, _, results):
            return any(one.result for one in results)
        case GbzPayload(components):
            return any(status not in (0, _NOT_FOUND) for one in components for status in _statuses(one))
        case DerPayload(_, element):
            return any(code for code in _codes(element, True))
    return False


def _data(data: Data, parts: Iterator[bytes | None]) -> object:
    match data:
        case Null():
            return "null"
        case Number(tag, _):
            return axdr.NUMBERS[tag][0]
        case Octets(axdr.OCTET_STRING, value) if is_sealed(value):
            plain = next(parts, None)
            return "sealed", None if plain is None else _data(axdr.decode_data(plain), parts)
        case Octets(tag, _):
            return axdr.STRINGS[tag][0]
        case Bits():
            return "bit-string"
        case CompactArray(shape, _):
            return "compact array", _shape(shape)
        case Group(axdr.ARRAY, items):
            return "array", frozenset(_data(item, parts) for item in items)
        case Group(_, items):
            return "structure", *(_data(item, parts) for item in items)


def _shape(shape: axdr.Shape) -> object:
    return shape.tag, tuple(map(_shape, shape.items))


def _component(one: Component, parts: Iterator[bytes | None]) -> Structure:
    control = one.frame_control & ~_DISABLE_DEFAULT_RESPONSE
    head = f"{one.cluster:04X}", f"{control:02X}", one.sequence, f"{one.command:02X}"
    if not one.encrypted:
        return *head, _body(one, one.body)
    plain = next(parts, None)
    return *head, "sealed", None if plain is None else _body(one, plain)


def _body(one: Component, body: bytes) -> object:
    if not one.frame_control & CLUSTER_SPECIFIC:
        return tuple(body) if one.command == gbz.DEFAULT_RESPONSE else _attributes(body)
    known = zcl_command(one.cluster, one.frame_control, one.command)
    fields = read_fields(known.fields if known else (), body)
    return tuple((field.name, field.type, field.value if field.name in _CODES else "") for field in fields)


def _attributes(body: bytes) -> tuple[tuple[int, int, int], ...]:
    """Attribute, status and type of each answer of a Read Attributes Response."""
    found: list[tuple[int, int, int]] = []
    at = 0
    while at < len(body):
        attribute, status = int.from_bytes(take(body, at, 2, "attribute"), "little"), take(body, at + 2, 1, "status")[0]
        at += 3
        type_ = -1
        if not status:
            type_ = take(body, at, 1, "type")[0]
            if type_ not in ATTRIBUTE_TYPES:
                raise Malformed("attribute type", f"expected one of the ZCL's, found {type_:02X}")
            _, at = read_value(Item("value", ATTRIBUTE_TYPES[type_]), body, at + 1)
        found.append((attribute, status, type_))
    return tuple(found)


def _collapsed(components: list[Structure]) -> Structure:
    """Neighbours that are alike count once: how many profiles or snapshots there are is a value."""
    return tuple(one for at, one in enumerate(components) if at == 0 or components[at - 1] != one)


def _statuses(one: Component) -> Iterator[int]:
    if one.encrypted:
        return
    if not one.frame_control & CLUSTER_SPECIFIC:
        if one.command == gbz.DEFAULT_RESPONSE:
            yield take(one.body, 1, 1, "status")[0]
        elif one.command == gbz.READ_ATTRIBUTES_RESPONSE:
            yield from (status for _, status, _ in _attributes(one.body))
    else:
        known = zcl_command(one.cluster, one.frame_control, one.command)
        fields = read_fields(known.fields if known else (), one.body)
        yield from (field.value for field in fields if field.name == "result" and isinstance(field.value, int))


def _element(element: Element, root: bool = False) -> object:
    code = element.number if _is_code(element, root) else None
    if element.type.kind == "ANY":
        return element.name, "any"
    if element.type.kind == "SEQUENCE OF":
        return element.name, "sequence of", frozenset(_element(child) for child in element.children)
    return element.name, element.kind, code, tuple(_element(child) for child in element.children)


def _codes(element: Element, root: bool = False) -> Iterator[int]:
    if _is_code(element, root):
        yield element.number or 0
    for child in element.children:
        yield from _codes(child)


def _is_code(element: Element, root: bool) -> bool:
    return element.number is not None and (root or element.name in _CODES)
