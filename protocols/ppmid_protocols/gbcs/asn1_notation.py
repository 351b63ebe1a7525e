"""The ASN.1 notation of ``data/gbcs.asn``: as much of X.680 as that module uses.

Kept apart from any ASN.1 library: what is wanted of a payload is where each element lies and its very octets, which a
compiler to Python values drops (see ``asn1``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

_TOKEN = re.compile(r"--[^\n]*|::=|[A-Za-z][\w-]*|\d+|[{}()\[\],]")
_UNIVERSAL = {
    "INTEGER": 0x02,
    "BIT STRING": 0x03,
    "OCTET STRING": 0x04,
    "NULL": 0x05,
    "ENUMERATED": 0x0A,
    "GeneralizedTime": 0x18,
    "SEQUENCE": 0x30,
    "SEQUENCE OF": 0x30,
}
"""The identifier octet of each type; CHOICE and ANY have none of their own."""

_CONTEXT, _CONSTRUCTED = 0x80, 0x20


@dataclass(frozen=True, slots=True)
class Type:
    """A type. ``tag``: its identifier octet; None for CHOICE and ANY. ``names``: its named numbers or bits."""

    kind: str
    tag: int | None = None
    members: "tuple[Member, ...]" = ()
    names: Mapping[int, str] = field(default_factory=dict)
    size: int | None = None

    def accepts(self, tag: int) -> bool:
        """Whether a value of this type may begin with this identifier octet."""
        if self.kind == "CHOICE":
            return any(member.type.accepts(tag) for member in self.members)
        return self.tag is None or self.tag == tag


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a SEQUENCE or CHOICE, or the element (without a name) of a SEQUENCE OF."""

    name: str
    type: Type
    optional: bool = False


def read_module(text: str) -> dict[str, Type]:
    """The types of a module by their names. Raises ValueError: the text is wrong."""
    return _Reader(text).types()


class _Reader:
    def __init__(self, text: str) -> None:
        found = (match[0] for match in _TOKEN.finditer(text) if not match[0].startswith("--"))
        body = list(found)
        self._tokens = body[body.index("BEGIN") + 1 :]
        starts = [at for at, token in enumerate(self._tokens) if token == "::="]
        self._starts = {self._tokens[at - 1]: at + 1 for at in starts}
        self._types: dict[str, Type] = {}
        self._at = 0

    def types(self) -> dict[str, Type]:
        for name in self._starts:
            self._named(name)
        return self._types

    def _named(self, name: str) -> Type:
        """The type of this name, read where it is defined, wherever the reader stands."""
        if name not in self._types:
            if name not in self._starts:
                raise ValueError(f"expected the definition of {name!r}")
            back, self._at = self._at, self._starts[name]
            self._types[name] = self._type()
            self._at = back
        return self._types[name]

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _skip(self, *expected: str) -> bool:
        """Whether the next tokens are these, which are then behind."""
        end = self._at + len(expected)
        if tuple(self._tokens[self._at : end]) != expected:
            return False
        self._at = end
        return True

    def _type(self) -> Type:
        if self._skip("["):
            number = int(self._next())
            self._next()
            inner = self._type()
            constructed = _CONSTRUCTED if inner.tag is not None and inner.tag & _CONSTRUCTED else 0
            return replace(inner, tag=_CONTEXT | constructed | number)
        word = self._next()
        if word in ("OCTET", "BIT"):
            word = f"{word} {self._next()}"
        if word == "SEQUENCE" and self._skip("OF"):
            return Type("SEQUENCE OF", _UNIVERSAL["SEQUENCE OF"], (Member("", self._type()),))
        if word in ("SEQUENCE", "CHOICE"):
            return Type(word, _UNIVERSAL.get(word), self._members())
        if word == "ANY":
            return Type("ANY")
        if word not in _UNIVERSAL:
            return self._named(word)
        names = self._names() if self._skip("{") else {}
        return Type(word, _UNIVERSAL[word], (), names, self._size())

    def _members(self) -> tuple[Member, ...]:
        self._next()
        members: list[Member] = []
        while not self._skip("}"):
            name, type_ = self._next(), self._type()
            optional = self._skip("OPTIONAL")
            if self._skip("DEFAULT"):
                self._next()
                optional = True
            members.append(Member(name, type_, optional))
            self._skip(",")
        return tuple(members)

    def _names(self) -> dict[int, str]:
        names: dict[int, str] = {}
        while not self._skip("}"):
            name, _, number, _ = (self._next() for _ in range(4))
            names[int(number)] = name
            self._skip(",")
        return names

    def _size(self) -> int | None:
        if not self._skip("(", "SIZE", "("):
            return None
        size = int(self._next())
        self._skip(")", ")")
        return size
