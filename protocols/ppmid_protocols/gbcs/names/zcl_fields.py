"""The fields of ZCL commands and attribute values, as the tables lay them out, both ways (ZCL 2.6; little endian).

``read_fields`` gives named fields that ``encode_fields`` makes the same octets of. What does not fit the layout is
kept: the rest of a body is one field of the type ``rest``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs.ber import take
from ppmid_protocols.gbcs.names.notation import Item

REST, LIST = "rest", "list"
"""Types of fields: what no layout tells of, and the elements of a list."""

_NUMBERS = {f"{letter}{8 * size}": (size, letter == "i") for letter in "ubei" for size in (1, 2, 3, 4, 6)}
_NUMBERS["utc"] = (4, False)
_STRINGS = ("octets", "chars")
_NO_STRING = 0xFF  # as a length: there is no string
_COUNTS: Mapping[str, Callable[[int], int]] = {
    "count": lambda number: number,
    "low nibble": lambda number: number & 15,
    "nibbles": lambda number: (number >> 4) * (number & 15),
}
"""Kinds of numbers that say how many elements the list after them has."""

ATTRIBUTE_TYPES = {
    0x10: "u8",
    0x18: "b8",
    0x19: "b16",
    0x1B: "b32",
    0x20: "u8",
    0x21: "u16",
    0x22: "u24",
    0x23: "u32",
    0x25: "u48",
    0x28: "i8",
    0x29: "i16",
    0x2A: "i24",
    0x2B: "i32",
    0x30: "e8",
    0x31: "e16",
    0x41: "octets",
    0x42: "chars",
    0xE2: "utc",
}
"""The types of attribute values by their ZCL number."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: a number, octets, or the elements of a list, each a tuple of fields."""

    name: str
    type: str
    value: "int | bytes | tuple[tuple[Field, ...], ...]" = field(repr=False)
    kind: str = ""


def read_fields(items: Sequence[Item], body: bytes) -> tuple[Field, ...]:
    """The fields of a whole body; those that its octets end before are missing, those after the layout are ``rest``."""
    fields: list[Field] = []
    at = 0
    try:
        for item in items:
            one, at = _read(item, body, at, fields)
            fields.append(one)
    except Malformed:
        pass  # what is left does not have the layout: it is kept as it came
    return with_rest(fields, body)


def with_rest(fields: Sequence[Field], body: bytes) -> tuple[Field, ...]:
    """The fields that ``body`` begins with, and what is left of it as one more."""
    done = sum(map(field_octets, fields))
    return tuple(fields) if done == len(body) else (*fields, Field("further octets", REST, body[done:]))


def read_value(item: Item, body: bytes, at: int) -> tuple[Field, int]:
    """A value of a plain type at ``at`` and the offset after it. Raises Malformed."""
    return _read(item, body, at, ())


def encode_fields(fields: Iterable[Field]) -> bytes:
    """The octets of fields. Raises Malformed for a number that does not fit its type."""
    return b"".join(map(_encode, fields))


def field_octets(one: Field) -> int:
    """The number of octets of a field."""
    return len(_encode(one))


def _read(item: Item, body: bytes, at: int, before: Sequence[Field]) -> tuple[Field, int]:
    if item.shape == "[":
        return _read_list(item, body, at, before)
    kind = item.kind or ("utc" if item.type == "utc" else "")
    if item.type in _STRINGS:
        length = take(body, at, 1, item.name)[0]
        octets = b"\xff" if length == _NO_STRING else take(body, at, 1 + length, item.name)
        return Field(item.name, item.type, octets, kind), at + len(octets)
    size, signed = _NUMBERS[item.type]
    number = int.from_bytes(take(body, at, size, item.name), "little", signed=signed)
    return Field(item.name, item.type, number, kind), at + size


def _read_list(item: Item, body: bytes, at: int, before: Sequence[Field]) -> tuple[Field, int]:
    """As many elements as the number before says, else as many as there are octets for."""
    element = item.items[0]
    members = element.items if element.shape == "{" else (element,)
    left = _count(before)
    elements: list[tuple[Field, ...]] = []
    while left and at < len(body):
        fields: list[Field] = []
        end = at
        try:
            for member in members:
                one, end = _read(member, body, end, fields)
                fields.append(one)
        except Malformed:
            break  # what is left is less than an element, or cut
        elements.append(tuple(fields))
        at, left = end, left - 1
    return Field(item.name, LIST, tuple(elements), item.kind), at


def _count(before: Sequence[Field]) -> int:
    """The number of elements that the field before a list gives; -1 (no end) where it gives none."""
    if not before or before[-1].kind not in _COUNTS:
        return -1
    number = before[-1].value
    return _COUNTS[before[-1].kind](number) if isinstance(number, int) else -1


def _encode(one: Field) -> bytes:
    match one.value:
        case int(number):
            size, signed = _NUMBERS[one.type]
            try:
                return number.to_bytes(size, "little", signed=signed)
            except OverflowError as problem:
                raise Malformed(one.name, f"expected a number of the type {one.type}, found {number}") from problem
        case bytes(octets):
            return octets
        case elements:
            return b"".join(map(encode_fields, elements))
