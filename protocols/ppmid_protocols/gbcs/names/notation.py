"""How the tables write the shape of a value.

An item is a name, in ZCL tables a type after a colon, a kind in brackets that says how to read the value, and what it
is made of: ``{a, b}`` for a structure of these items, ``[a]`` for any number of them::

    entries [{start(clock), script(obis), selector}]
    start time:utc, days:[{date:u32(date), day:u8}]

An item with ``?`` is left out by some senders.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"[{}\[\],]|\(([^)]*)\)|:(\w+)|\?|[^{}\[\](),:?]+|:")
_CLOSING = {"{": "}", "[": "]"}


@dataclass(frozen=True, slots=True)
class Item:
    """One item: ``shape`` is ``{`` or ``[`` where it is made of ``items``, else empty."""

    name: str = ""
    type: str = ""
    kind: str = ""
    shape: str = ""
    items: "tuple[Item, ...]" = ()
    optional: bool = False


UNNAMED = Item()
"""What is not in a table."""


@lru_cache(maxsize=1024)  # tables write the same shape for many objects
def read_items(text: str) -> tuple[Item, ...]:
    """The items of a line such as ``a, b(utc)``; none of an empty one. Raises ValueError: a table is wrong."""
    tokens = [match for match in _TOKEN.finditer(text) if match[0].strip()]
    items, at = _items(tokens, 0)
    if at != len(tokens):
        raise ValueError(f"expected the end of the items before {tokens[at][0]!r} in {text!r}")
    return items


def read_item(text: str) -> Item:
    """The only item of a line; ``UNNAMED`` of an empty one. Raises ValueError."""
    items = read_items(text)
    if len(items) > 1:
        raise ValueError(f"expected one item, found {text!r}")
    return items[0] if items else UNNAMED


def _items(tokens: list[re.Match[str]], at: int) -> tuple[tuple[Item, ...], int]:
    items: list[Item] = []
    while at < len(tokens) and tokens[at][0] not in _CLOSING.values():
        item, at = _item(tokens, at)
        items.append(item)
        if at < len(tokens) and tokens[at][0] == ",":
            at += 1
    return tuple(items), at


def _item(tokens: list[re.Match[str]], at: int) -> tuple[Item, int]:
    name = kind = type_ = shape = ""
    optional = False
    items: tuple[Item, ...] = ()
    while at < len(tokens) and tokens[at][0] not in (",", "}", "]"):
        token = tokens[at]
        at += 1
        if token[0] in _CLOSING:
            shape = token[0]
            items, at = _items(tokens, at)
            if at == len(tokens) or tokens[at][0] != _CLOSING[shape]:
                raise ValueError(f"expected {_CLOSING[shape]!r} in {token.string!r}")
            at += 1
        elif token[0] == "?":
            optional = True
        elif token[1] is not None:
            kind = token[1]
        elif token[2] is not None:
            type_ = token[2]
        elif token[0] != ":":
            name = token[0].strip()
    return Item(name, type_, kind, shape, items, optional), at
