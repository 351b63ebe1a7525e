"""The kinds of text that stand in the leaves of a body, by their notation in ``data/bodies.txt``.

``bool`` · ``u8 u16 u32 u64 i8 i16 i32`` · ``1..12`` · ``decimal`` · ``text(1..116)`` · ``digits(20)`` ·
``one(START|STOP)`` · ``switch`` (Disable or Enable) · ``hex(32)`` · ``secret(6..16)`` (hex that is not shown) ·
``base64`` · ``eui`` · ``euis`` · ``request`` · ``moment`` · ``date`` · ``time``
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.shapes import read_base64, read_date_time, write_base64, write_date_time
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret


class Date(NamedTuple):
    """A day; the year 65535 stands for any year."""

    year: int
    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}Z"


class Time(NamedTuple):
    """A time of day, UTC."""

    hour: int
    minute: int
    second: int = 0

    def __str__(self) -> str:
        return f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}.00Z"


Value = bool | int | str | bytes | Decimal | Eui | tuple[Eui, ...] | RequestId | Date | Time


@dataclass(frozen=True, slots=True)
class Kind:
    """How a leaf's text becomes a value and a value text. Both raise Malformed; a ``secret`` one quotes nothing."""

    name: str
    read: Callable[[str], Value]
    write: Callable[[Any], str] = str


_ANY_YEAR = 65535
_DATE = re.compile(r"(\d{4,5})-(\d\d)-(\d\d)(?:Z|\+00:00)?", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d):(\d\d)(?:\.0{1,9})?(?:Z|\+00:00)?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,20}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,9})?", re.ASCII)
_NOTATION = re.compile(r"(\w+)(?:\((.*)\))?")
_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_LONGEST = 10_240_000
"""Octets of the largest firmware image (DUIS schema 5.4)."""


@cache
def kind_of(notation: str) -> Kind:
    """The kind of a notation. Raises ValueError: the table is wrong."""
    span = _RANGE.fullmatch(notation)
    if span is not None:
        return _integer(notation, int(span[1]), int(span[2]))
    parts = _NOTATION.fullmatch(notation)
    if parts is None or parts[1] not in _MAKERS:
        raise ValueError(f"expected a kind of text, found {notation!r}")
    return _MAKERS[parts[1]](notation, parts[2] or "")


def _integer(name: str, lowest: int, highest: int) -> Kind:
    def read(text: str) -> int:
        if not _INTEGER.fullmatch(text) or not lowest <= int(text) <= highest:
            raise Malformed(name, f"expected a number of {lowest} to {highest}, found {text[:40]!r}")
        return int(text)

    return Kind(name, read)


def _bits(name: str, _: str) -> Kind:
    """``u16``, ``i32``: by sign and number of bits."""
    bits = int(name[1:])
    return _integer(name, *((0, 2**bits - 1) if name[0] == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)))


def _lengths(span: str, longest: int) -> tuple[int, int]:
    if not span:
        return 0, longest
    least, _, most = span.partition("..")
    return int(least), int(most or least)


def _text(name: str, span: str) -> Kind:
    least, most = _lengths(span, 120_000)

    def read(text: str) -> str:
        if not least <= len(text) <= most or not all(" " <= letter <= "~" for letter in text):
            raise Malformed(name, f"expected {least} to {most} printable characters, found {len(text)}")
        return text

    return Kind(name, read)


def _digits(name: str, span: str) -> Kind:
    least, most = _lengths(span, 20)

    def read(text: str) -> str:
        if not least <= len(text) <= most or not re.fullmatch("[0-9]*", text):
            raise Malformed(name, f"expected {least} to {most} digits, found {len(text)} characters")
        return text

    return Kind(name, read)


def _one(name: str, names: str) -> Kind:
    allowed = tuple(names.split("|"))

    def read(text: str) -> str:
        if text not in allowed:
            raise Malformed(name, f"expected one of {', '.join(allowed)}, found {text[:40]!r}")
        return text

    return Kind(name, read)


def _hex(name: str, span: str) -> Kind:
    least, most = _lengths(span, 1024)
    made = Secret if name.startswith("secret") else bytes

    def read(text: str) -> bytes:
        try:
            octets = made(bytes.fromhex(text))
        except ValueError:
            raise Malformed(name, f"expected hex digits, found {len(text)} characters") from None
        if not least <= len(octets) <= most:
            raise Malformed(name, f"expected {least} to {most} octets, found {len(octets)}")
        return octets

    return Kind(name, read, lambda octets: bytes(octets).hex().upper())


def _base64(name: str, span: str) -> Kind:
    most = _lengths(span, _LONGEST)[1]

    def read(text: str) -> bytes:
        octets = read_base64(text)
        if len(octets) > most:
            raise Malformed(name, f"expected at most {most} octets, found {len(octets)}")
        return octets

    return Kind(name, read, write_base64)


def _euis(name: str, _: str) -> Kind:
    """Identifiers, one at least, with commas between them."""

    def read(text: str) -> tuple[Eui, ...]:
        return tuple(map(Eui.parse, text.split(",")))

    return Kind(name, read, lambda euis: ",".join(map(str, euis)))


def _boolean(name: str, _: str) -> Kind:
    def read(text: str) -> bool:
        if text not in _BOOLEANS:
            raise Malformed(name, f"expected true or false, found {text[:40]!r}")
        return _BOOLEANS[text]

    return Kind(name, read, lambda value: "true" if value else "false")


def _decimal(name: str, _: str) -> Kind:
    def read(text: str) -> Decimal:
        if not _DECIMAL.fullmatch(text):
            raise Malformed(name, f"expected a decimal number, found {text[:40]!r}")
        return Decimal(text)

    return Kind(name, read)


def _date(name: str, _: str) -> Kind:
    def read(text: str) -> Date:
        found = _DATE.fullmatch(text)
        numbers = Date(*map(int, found.groups())) if found else Date(0, 0, 0)
        if not (numbers.year <= _ANY_YEAR and 1 <= numbers.month <= 12 and 1 <= numbers.day <= 31):
            raise Malformed(name, f"expected a date such as 2030-01-15Z, found {text[:40]!r}")
        return numbers

    return Kind(name, read)


def _time(name: str, _: str) -> Kind:
    def read(text: str) -> Time:
        found = _TIME.fullmatch(text)
        numbers = Time(*map(int, found.groups())) if found else Time(24, 0)
        if not (numbers.hour < 24 and numbers.minute < 60 and numbers.second < 60):
            raise Malformed(name, f"expected a time of day such as 09:30:00.00Z, found {text[:40]!r}")
        return numbers

    return Kind(name, read)


_MAKERS: dict[str, Callable[[str, str], Kind]] = {
    **dict.fromkeys(("u8", "u16", "u32", "u64", "i8", "i16", "i32"), _bits),
    "bool": _boolean,
    "decimal": _decimal,
    "text": _text,
    "digits": _digits,
    "one": _one,
    "switch": lambda name, _: _one(name, "Disable|Enable"),
    "hex": _hex,
    "secret": _hex,
    "base64": _base64,
    "eui": lambda name, _: Kind(name, Eui.parse),
    "euis": _euis,
    "request": lambda name, _: Kind(name, RequestId.parse),
    "moment": lambda name, _: Kind(name, read_date_time, write_date_time),
    "date": _date,
    "time": _time,
}
