"""A-XDR coding of DLMS data (IEC 62056-6-2 clause 4.1.5; IEC 61334-6), the types that GBCS messages use.

Numbers are big endian, signed ones in two's complement, and exact at every width.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.gbcs.ber import encode_length, read_length, take

DEEPEST = 16
"""Levels of arrays and structures that are read (assumed; RTDS 4.5.0 has at most 6)."""

ARRAY, STRUCTURE, BIT_STRING, COMPACT_ARRAY = 0x01, 0x02, 0x04, 0x13
BOOLEAN, DOUBLE_LONG, DOUBLE_LONG_UNSIGNED, BCD, INTEGER, LONG, UNSIGNED = 0x03, 0x05, 0x06, 0x0D, 0x0F, 0x10, 0x11
LONG_UNSIGNED, LONG64, LONG64_UNSIGNED, ENUM = 0x12, 0x14, 0x15, 0x16
OCTET_STRING, VISIBLE_STRING, UTF8_STRING, DATE_TIME, DATE, TIME = 0x09, 0x0A, 0x0C, 0x19, 0x1A, 0x1B

NUMBERS = {
    BOOLEAN: ("boolean", 1, False),  # the octet itself: RTDS has both 01 and FF for true
    DOUBLE_LONG: ("double-long", 4, True),
    DOUBLE_LONG_UNSIGNED: ("double-long-unsigned", 4, False),
    BCD: ("bcd", 1, False),
    INTEGER: ("integer", 1, True),
    LONG: ("long", 2, True),
    UNSIGNED: ("unsigned", 1, False),
    LONG_UNSIGNED: ("long-unsigned", 2, False),
    LONG64: ("long64", 8, True),
    LONG64_UNSIGNED: ("long64-unsigned", 8, False),
    ENUM: ("enum", 1, False),
}
"""Tag of each numeric type: name, octets, signed."""

STRINGS = {
    OCTET_STRING: ("octet-string", None),
    VISIBLE_STRING: ("visible-string", None),
    UTF8_STRING: ("utf8-string", None),
    DATE_TIME: ("date-time", 12),
    DATE: ("date", 5),
    TIME: ("time", 4),
}
"""Tag of each octet type: name, octets (None: its length comes before it)."""

_UNREAD = {0x17: "float32", 0x18: "float64", 0xFF: "dont-care", 0x07: "floating-point"}


@dataclass(frozen=True, slots=True)
class Null:
    """null-data."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the type ``tag`` (a key of NUMBERS)."""

    tag: int
    value: int

    def __post_init__(self) -> None:
        name, octets, signed = NUMBERS[self.tag]
        lowest, highest = (-(1 << 8 * octets - 1), (1 << 8 * octets - 1) - 1) if signed else (0, (1 << 8 * octets) - 1)
        if not lowest <= self.value <= highest:
            raise Malformed(name, f"expected {lowest} to {highest}, found {self.value}")


@dataclass(frozen=True, slots=True)
class Octets:
    """Octets of the type ``tag`` (a key of STRINGS); not printed, for they may be UTRN digits or a key."""

    tag: int
    value: bytes = field(repr=False)

    def __post_init__(self) -> None:
        name, octets = STRINGS[self.tag]
        if octets is not None and len(self.value) != octets:
            raise Malformed(name, f"expected {octets} octets, found {len(self.value)}")


@dataclass(frozen=True, slots=True)
class Bits:
    """A bit-string: ``count`` bits, first bit highest; unused bits of the last octet are kept as they came."""

    count: int
    octets: bytes

    def __post_init__(self) -> None:
        if len(self.octets) != (self.count + 7) // 8:
            raise Malformed("bit-string", f"expected {(self.count + 7) // 8} octets, found {len(self.octets)}")

    def __iter__(self) -> Iterator[bool]:
        return (bool(self.octets[at // 8] >> 7 - at % 8 & 1) for at in range(self.count))


@dataclass(frozen=True, slots=True)
class Group:
    """An array (tag 01) or a structure (tag 02)."""

    tag: int
    items: "tuple[Data, ...]"


@dataclass(frozen=True, slots=True)
class Shape:
    """The type description of a compact array's elements; ``count`` matters for arrays only."""

    tag: int
    items: "tuple[Shape, ...]" = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class CompactArray:
    """Elements of one shape, coded without their tags."""

    shape: Shape
    items: "tuple[Data, ...]"


Data = Null | Number | Octets | Bits | Group | CompactArray

_T = TypeVar("_T")
_V = TypeVar("_V")


def _checked(made: Callable[[int, _V], _T]) -> Callable[[int, _V], _T]:
    """A maker of the class ``made`` whose fields the decoder has checked: in a quarter of the constructor's time."""
    new: Any = object.__new__
    set_tag, set_value = (vars(made)[name].__set__ for name in vars(made)["__slots__"])

    def make(tag: int, value: _V) -> _T:
        one: _T = new(made)
        set_tag(one, tag)
        set_value(one, value)
        return one

    return make


_number, _octets, _group = _checked(Number), _checked(Octets), _checked(Group)
_NULL = Null()
_FORMATS = {1: "Bb", 2: "Hh", 4: "Ii", 8: "Qq"}  # by octets: unsigned and signed
_UNPACK = {
    tag: (struct.Struct(">" + _FORMATS[size][signed]).unpack_from, size) for tag, (_, size, signed) in NUMBERS.items()
}


def structure(*items: Data) -> Group:
    """A structure of these items."""
    return Group(STRUCTURE, items)


def array(*items: Data) -> Group:
    """An array of these items."""
    return Group(ARRAY, items)


def octet_string(value: bytes) -> Octets:
    """An octet-string."""
    return Octets(OCTET_STRING, value)


def encode_data(data: Data) -> bytes:
    """The octets of a value, its tag first."""
    match data:
        case Number() | Octets():
            return bytes((data.tag,)) + _scalar(data)
        case Group(tag, items):
            return bytes((tag,)) + encode_length(len(items)) + b"".join(map(encode_data, items))
        case Null():
            return b"\0"
        case Bits():
            return bytes((BIT_STRING,)) + _scalar(data)
        case CompactArray(shape, items):
            contents = b"".join(_contents(item, shape) for item in items)
            return bytes((COMPACT_ARRAY,)) + _encode_shape(shape) + encode_length(len(contents)) + contents


def decode_data(octets: bytes) -> Data:
    """Read one value that fills ``octets``. Raises Malformed with field and offset, Unsupported for floats."""
    data, at = read_data(octets, 0)
    if at != len(octets):
        raise Malformed("DLMS data", f"expected its end, found {len(octets) - at} more octets", at)
    return data


def read_data(octets: bytes, at: int, depth: int = 0) -> tuple[Data, int]:
    """Read the value at ``at``: the value and the offset after it."""
    try:
        tag = octets[at]
    except IndexError:
        raise Malformed("DLMS data", "expected 1 octets, found 0", at) from None
    if tag in (STRUCTURE, ARRAY):
        count, after = read_length(octets, at + 1, "array" if tag == ARRAY else "structure")
        return _read_items(octets, after, tag, count, _deeper(depth, at))
    if tag == COMPACT_ARRAY:
        return _read_compact(octets, at, _deeper(depth, at))
    return _read_scalar(octets, at + 1, tag, at)


def _deeper(depth: int, at: int) -> int:
    if depth >= DEEPEST:
        raise Malformed("DLMS data", f"expected at most {DEEPEST} levels of arrays and structures", at)
    return depth + 1


def _read_items(octets: bytes, at: int, tag: int, count: int, depth: int) -> tuple[Data, int]:
    if count > len(octets) - at:
        raise Malformed("array or structure", f"expected {count} items, found {len(octets) - at} octets", at)
    items: list[Data] = []
    for _ in range(count):
        item, at = read_data(octets, at, depth)
        items.append(item)
    return _group(tag, tuple(items)), at


def _read_scalar(octets: bytes, at: int, tag: int, tag_at: int) -> tuple[Data, int]:
    """Read a value of the type ``tag`` whose contents begin at ``at``."""
    if tag == 0:
        return _NULL, at
    if tag in _UNPACK:
        unpack, size = _UNPACK[tag]
        try:
            return _number(tag, unpack(octets, at)[0]), at + size
        except struct.error:
            raise Malformed(NUMBERS[tag][0], f"expected {size} octets, found {len(octets) - at}", at) from None
    if tag in STRINGS:
        name, fixed = STRINGS[tag]
        length, at = (fixed, at) if fixed is not None else read_length(octets, at, name)
        return _octets(tag, take(octets, at, length, name)), at + length
    if tag == BIT_STRING:
        count, at = read_length(octets, at, "bit-string")
        length = (count + 7) // 8
        return Bits(count, take(octets, at, length, "bit-string")), at + length
    if tag in _UNREAD:
        raise Unsupported(f"DLMS data of the type {_UNREAD[tag]}: not among those of RTDS 4.5.0")
    raise Malformed("DLMS data", f"expected the tag of a type, found {tag:02X}", tag_at)


def _scalar(data: Number | Octets | Bits) -> bytes:
    """The contents of a value, without its tag."""
    match data:
        case Number(tag, value):
            _, size, signed = NUMBERS[tag]
            return value.to_bytes(size, "big", signed=signed)
        case Octets(tag, value):
            return value if STRINGS[tag][1] is not None else encode_length(len(value)) + value
        case Bits(count, octets):
            return encode_length(count) + octets


def _read_compact(octets: bytes, at: int, depth: int) -> tuple[CompactArray, int]:
    shape, at = _read_shape(octets, at + 1, depth)
    length, at = read_length(octets, at, "compact-array")
    contents = take(octets, at, length, "compact-array")
    items: list[Data] = []
    position = 0
    while position < length:
        item, position = _read_contents(contents, position, shape)
        items.append(item)
    return CompactArray(shape, tuple(items)), at + length


def _read_shape(octets: bytes, at: int, depth: int) -> tuple[Shape, int]:
    """Read a type description. Each shape has contents of at least one octet, so that contents bound the elements."""
    tag = take(octets, at, 1, "type description")[0]
    if tag in NUMBERS or tag in STRINGS or tag == BIT_STRING:
        return Shape(tag), at + 1
    if tag == ARRAY:
        count = int.from_bytes(take(octets, at + 1, 2, "type description"), "big")
        members, after = 1, at + 3
    elif tag == STRUCTURE:
        count, after = read_length(octets, at + 1, "type description")
        members = count
    else:
        raise Malformed("type description", f"expected the tag of a type with contents, found {tag:02X}", at)
    if count == 0:
        raise Malformed("type description", "expected at least one member, found 0", at)
    items: list[Shape] = []
    for _ in range(members):
        item, after = _read_shape(octets, after, _deeper(depth, at))
        items.append(item)
    return Shape(tag, tuple(items), count if tag == ARRAY else 0), after


def _encode_shape(shape: Shape) -> bytes:
    count = {ARRAY: shape.count.to_bytes(2, "big"), STRUCTURE: encode_length(len(shape.items))}.get(shape.tag, b"")
    return bytes((shape.tag,)) + count + b"".join(map(_encode_shape, shape.items))


def _members(shape: Shape) -> tuple[Shape, ...]:
    return shape.items * shape.count if shape.tag == ARRAY else shape.items


def _read_contents(octets: bytes, at: int, shape: Shape) -> tuple[Data, int]:
    if shape.tag not in (ARRAY, STRUCTURE):
        return _read_scalar(octets, at, shape.tag, at)
    members = _members(shape)
    if len(members) > len(octets) - at:
        raise Malformed("compact-array", f"expected {len(members)} members, found {len(octets) - at} octets", at)
    items: list[Data] = []
    for member in members:
        item, at = _read_contents(octets, at, member)
        items.append(item)
    return _group(shape.tag, tuple(items)), at


def _contents(data: Data, shape: Shape) -> bytes:
    match data:
        case Null():
            return b""
        case Group(_, items):
            return b"".join(_contents(item, member) for item, member in zip(items, _members(shape), strict=True))
        case CompactArray():
            raise Malformed("compact-array", "expected no compact-array within another")
        case Number() | Octets() | Bits():
            return _scalar(data)


def compact_octets(data: CompactArray) -> int:
    """The number of octets of a compact array's contents."""
    return sum(len(_contents(item, data.shape)) for item in data.items)


def shape_octets(shape: Shape) -> int:
    """The number of octets of a type description."""
    return len(_encode_shape(shape))
