"""The kinds of field that a message or header can have: each reads a decoded CBOR item or refuses it."""

from collections.abc import Callable
from enum import IntEnum
from typing import TypeVar

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret

T = TypeVar("T")
E = TypeVar("E", bound=IntEnum)

Reader = Callable[[str, object], T]
"""Takes the field's name and the item, gives the value; raises Malformed naming the field."""


def octets(smallest: int, largest: int) -> Reader[bytes]:
    """A byte string of ``smallest`` to ``largest`` octets."""

    def read(name: str, item: object) -> bytes:
        if type(item) is not bytes or not smallest <= len(item) <= largest:
            raise Malformed(name, f"expected a byte string of {smallest} to {largest} octets, found {_shape(item)}")
        return item

    return read


def text(smallest: int, largest: int) -> Reader[str]:
    """A text string of ``smallest`` to ``largest`` octets of UTF-8."""

    def read(name: str, item: object) -> str:
        if type(item) is not str or not smallest <= len(item.encode()) <= largest:
            raise Malformed(name, f"expected text of {smallest} to {largest} octets, found {_shape(item)}")
        return item

    return read


def whole(smallest: int, largest: int) -> Reader[int]:
    """An integer from ``smallest`` to ``largest``."""

    def read(name: str, item: object) -> int:
        if type(item) is not int or not smallest <= item <= largest:
            raise Malformed(name, f"expected an integer from {smallest} to {largest}, found {_shape(item)}")
        return item

    return read


def flag(name: str, item: object) -> bool:
    """True or false."""
    if type(item) is not bool:
        raise Malformed(name, f"expected true or false, found {_shape(item)}")
    return item


_EIGHT = octets(8, 8)


def eui(name: str, item: object) -> Eui:
    """A byte string of eight octets."""
    return Eui(_EIGHT(name, item))


_TWENTY = octets(1, 20)


def digits(name: str, item: object) -> Secret:
    """A byte string of 1 to 20 ASCII digits, which nobody may read in a log."""
    value = _TWENTY(name, item)
    if not value.isdigit():
        raise Malformed(name, "expected ASCII digits only")
    return Secret(value)


def member(kind: type[E]) -> Reader[E]:
    """The number of a member of ``kind``."""
    known = {int(one): one for one in kind}

    def read(name: str, item: object) -> E:
        if type(item) is not int or item not in known:
            raise Malformed(name, f"expected one of {sorted(known)}, found {_shape(item)}")
        return known[item]

    return read


def optional(reader: Reader[T]) -> Reader[T | None]:
    """What ``reader`` reads, or null."""

    def read(name: str, item: object) -> T | None:
        return None if item is None else reader(name, item)

    return read


def listed(reader: Reader[T], largest: int) -> Reader[tuple[T, ...]]:
    """An array of at most ``largest`` items, each as ``reader`` reads it."""

    def read(name: str, item: object) -> tuple[T, ...]:
        if not isinstance(item, list) or len(item) > largest:
            raise Malformed(name, f"expected an array of at most {largest} items, found {_shape(item)}")
        return tuple(reader(f"{name}[{place}]", one) for place, one in enumerate(item))

    return read


def _shape(item: object) -> str:
    """What an item is, without showing octets or text that might be secret."""
    if isinstance(item, bool | int | float | None):
        return repr(item)
    if isinstance(item, bytes | str | list | dict):
        return f"{type(item).__name__} of length {len(item)}"
    return type(item).__name__
