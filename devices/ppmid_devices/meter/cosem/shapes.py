"""The shapes of COSEM values as ``data/objects.csv`` writes them: which data have a shape, and data made of JSON.

The notation is that of the tables of names (``gbcs.names.notation``), with a type for each item: ``[{:u16, :octets}]``
is an array of structures, with ``(log)`` after it a compact array, in which ``[:u32](48)`` are 48 numbers.
In JSON numbers are numbers, octets are hex digits, bits are their count and hex digits as ``7:fe``, arrays and
structures are lists.
"""

import json
from typing import Any

from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.axdr import Bits, CompactArray, Data, Group, Null, Number, Octets, Shape
from ppmid_protocols.gbcs.names.notation import Item

LOG = "log"

TAGS = {
    "bool": axdr.BOOLEAN,
    "i8": axdr.INTEGER,
    "u8": axdr.UNSIGNED,
    "i16": axdr.LONG,
    "u16": axdr.LONG_UNSIGNED,
    "i32": axdr.DOUBLE_LONG,
    "u32": axdr.DOUBLE_LONG_UNSIGNED,
    "enum": axdr.ENUM,
    "octets": axdr.OCTET_STRING,
    "text": axdr.VISIBLE_STRING,
    "utf8": axdr.UTF8_STRING,
    "bits": axdr.BIT_STRING,
    "null": 0,
}


def fits(item: Item, data: Data) -> bool:
    """Whether a value has the shape: the same types all through. Arrays may have any number of elements."""
    match data:
        case CompactArray(shape, _):
            return item.kind == LOG and shape == element_shape(item.items[0])
        case Group(axdr.ARRAY, items):
            return item.shape == "[" and item.kind != LOG and all(fits(item.items[0], one) for one in items)
        case Group(axdr.STRUCTURE, items):
            alike = item.shape == "{" and len(items) == len(item.items)
            return alike and all(fits(part, one) for part, one in zip(item.items, items, strict=True))
        case Null():
            return item.type == "null"
        case Bits():
            return item.type == "bits"
        case Number(tag, _) | Octets(tag, _):
            return not item.shape and TAGS.get(item.type) == tag
    return False


def make(item: Item, value: Any) -> Data:
    """The value of a shape from JSON. Raises ValueError, KeyError: a table is wrong."""
    if item.kind == LOG:
        return CompactArray(element_shape(item.items[0]), tuple(make(item.items[0], one) for one in value))
    if item.shape == "[":
        return axdr.array(*(make(item.items[0], one) for one in value))
    if item.shape == "{":
        return axdr.structure(*(make(part, one) for part, one in zip(item.items, value, strict=True)))
    tag = TAGS[item.type]
    if tag in axdr.NUMBERS:
        return Number(tag, value)
    if tag in axdr.STRINGS:
        return Octets(tag, bytes.fromhex(value))
    if tag == axdr.BIT_STRING:
        count, _, digits = value.partition(":")
        return Bits(int(count), bytes.fromhex(digits))
    return Null()


def default(item: Item, text: str) -> Data:
    """The value that a table gives in JSON, or without one that of a register that nobody has set: zeros."""
    return make(item, json.loads(text)) if text else make(item, _zero(item))


def element_shape(item: Item) -> Shape:
    """The type description of a compact array's elements."""
    if item.shape == "{":
        return Shape(axdr.STRUCTURE, tuple(map(element_shape, item.items)))
    if item.shape == "[":
        return Shape(axdr.ARRAY, (element_shape(item.items[0]),), int(item.kind))
    return Shape(TAGS[item.type])


def _zero(item: Item) -> Any:
    if item.kind == LOG:
        return []
    if item.shape == "[":
        return [_zero(item.items[0])]
    if item.shape == "{":
        return [_zero(part) for part in item.items]
    return {"octets": "", "text": "", "utf8": "", "bits": "0:"}.get(item.type, 0)
