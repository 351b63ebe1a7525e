"""Typed attribute values of the ZigBee Cluster Library (ZCL 2.6.2), little endian.

Each type but the bitmaps keeps one bit pattern for "no value": unsigned, enumeration, time and EUI-64 all ones, signed
the most negative number, boolean and string length 0xFF. It reads as None and None writes it.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple, TypeAlias

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.octets import Cursor, pack

Value: TypeAlias = int | bool | bytes | str | Eui | None


class ZclType(IntEnum):
    """The data types that prepayment and metering attributes use."""

    BOOLEAN = 0x10
    BITMAP8 = 0x18
    BITMAP16 = 0x19
    BITMAP32 = 0x1B
    UINT8 = 0x20
    UINT16 = 0x21
    UINT24 = 0x22
    UINT32 = 0x23
    UINT48 = 0x25
    INT8 = 0x28
    INT16 = 0x29
    INT24 = 0x2A
    INT32 = 0x2B
    ENUM8 = 0x30
    ENUM16 = 0x31
    OCTET_STRING = 0x41
    CHARACTER_STRING = 0x42
    UTC_TIME = 0xE2
    EUI64 = 0xF0


_BITMAPS = {ZclType.BITMAP8: 1, ZclType.BITMAP16: 2, ZclType.BITMAP32: 4}
_UNSIGNED = {
    ZclType.BOOLEAN: 1,
    ZclType.UINT8: 1,
    ZclType.UINT16: 2,
    ZclType.UINT24: 3,
    ZclType.UINT32: 4,
    ZclType.UINT48: 6,
    ZclType.ENUM8: 1,
    ZclType.ENUM16: 2,
    ZclType.UTC_TIME: 4,
}
_SIGNED = {ZclType.INT8: 1, ZclType.INT16: 2, ZclType.INT24: 3, ZclType.INT32: 4}
_NO_STRING = 0xFF
_CODES = {kind: bytes((kind,)) for kind in ZclType}
_NO_EUI = b"\xff" * 8


class Typed(NamedTuple):
    """A value with its type. Value by type: boolean bool, octet string bytes, character string str (UTF-8), EUI-64 Eui,
    UTC time int (seconds since 2000-01-01), all others int; None is "no value".
    """

    type: ZclType
    value: Value

    def encode(self) -> bytes:
        """Type u8 | value. Raises Malformed when the value does not fit the type."""
        return _CODES[self.type] + self._value()

    def _value(self) -> bytes:
        kind, value = self.type, self.value
        if value is None:
            return _no_value(kind)
        if type(value) is int and kind in _WIDTHS:
            return _number(kind, value)
        if kind is ZclType.BOOLEAN and isinstance(value, bool):
            return bytes((value,))
        if kind is ZclType.CHARACTER_STRING and isinstance(value, str):
            return _string(value.encode(), kind.name)
        if kind is ZclType.EUI64 and isinstance(value, Eui):
            octets = value[::-1]
        elif kind is ZclType.OCTET_STRING and isinstance(value, bytes):
            return _string(value, kind.name)
        elif isinstance(value, int) and not isinstance(value, bool) and kind in _BITMAPS:
            return pack(value, _BITMAPS[kind], kind.name)
        elif isinstance(value, int) and not isinstance(value, bool) and kind in _WIDTHS:
            return _number(kind, value)
        else:
            raise Malformed(kind.name, f"expected a value of this type, found {type(value).__name__}")
        return _with_value(kind, value, octets)


def _number(kind: ZclType, value: int) -> bytes:
    return _with_value(kind, value, pack(value, _WIDTHS[kind], _NAMES[kind], signed=kind in _SIGNED))


def _with_value(kind: ZclType, value: Value, octets: bytes) -> bytes:
    if octets == _NO_VALUES[kind]:
        raise Malformed(kind.name, f"{value!s} is the pattern for no value: write None")
    return octets


_READ_WIDTHS = {**_UNSIGNED, **_SIGNED, ZclType.EUI64: 8}
_WIDTHS: Mapping[ZclType, int] = {
    kind: width for kind, width in (_UNSIGNED | _SIGNED).items() if kind is not ZclType.BOOLEAN
}
_KINDS = {int(kind): kind for kind in ZclType}
_NAMES = {kind: kind.name for kind in ZclType}
"""An enumeration looks its members' names up anew each time."""


def _no_value(kind: ZclType) -> bytes:
    if kind in _BITMAPS:
        raise Malformed(kind.name, "a bitmap has no pattern for no value")
    return _NO_VALUES[kind]


_NO_VALUES = {
    **{kind: b"\xff" * _UNSIGNED.get(kind, 1) for kind in ZclType},
    **{kind: b"\0" * (width - 1) + b"\x80" for kind, width in _SIGNED.items()},
    ZclType.EUI64: _NO_EUI,
}


def _string(octets: bytes, name: str) -> bytes:
    if len(octets) >= _NO_STRING:
        raise Malformed(name, f"expected at most 254 octets, found {len(octets)}")
    return bytes((len(octets),)) + octets


def read_typed(cursor: Cursor) -> Typed:
    """Read type u8 | value. Raises Malformed; Unsupported for a type that this project's attributes do not use."""
    start = cursor.offset
    number = cursor.unsigned(1, "data type")
    kind = _KINDS.get(number)
    if kind is None:
        raise Unsupported(f"ZCL data type 0x{number:02X} at offset {start}")
    return Typed(kind, _read_value(cursor, kind))


def _read_value(cursor: Cursor, kind: ZclType) -> Value:
    name, start = _NAMES[kind], cursor.offset
    if kind in _BITMAPS:
        return cursor.unsigned(_BITMAPS[kind], name)
    if kind in (ZclType.OCTET_STRING, ZclType.CHARACTER_STRING):
        return _read_string(cursor, kind)
    octets = cursor.take(_READ_WIDTHS[kind], name)
    if octets == _no_value(kind):
        return None
    if kind is ZclType.EUI64:
        return Eui(octets[::-1])
    number = int.from_bytes(octets, "little", signed=kind in _SIGNED)
    if kind is not ZclType.BOOLEAN:
        return number
    if number > 1:
        raise Malformed(name, f"expected 0, 1 or 255, found {number}", start)
    return bool(number)


def _read_string(cursor: Cursor, kind: ZclType) -> Value:
    length = cursor.unsigned(1, f"{kind.name} length")
    if length == _NO_STRING:
        return None
    start = cursor.offset
    octets = cursor.take(length, kind.name)
    if kind is ZclType.OCTET_STRING:
        return octets
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        raise Malformed(kind.name, "expected UTF-8", start + error.start) from None
