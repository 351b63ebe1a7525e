"""What an element may hold, in the notation of ``data/bodies.txt`` and ``data/answers.txt``.

A definition is ``Name = content``, or ``$group = content`` for what several share; indented lines continue it, and
``#`` begins a comment. A content is

- ``Element``, empty; ``Element:kind``, a text (``kinds``); ``Element{content}``; with attributes, ``Element@index…``;
  ``x[8002 8003]…``, the elements ``x8002`` and ``x8003``, one after the other
- ``a, b``: one after the other; ``(a | b)``: either; ``$group``: what the group holds
- with ``?`` none or one, ``*`` any number, ``+`` one or more, ``{7}`` just so many

Like the XML schema that it stands for, a content never needs to look further than the next element.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ppmid_protocols.duis.kinds import Kind, kind_of
from ppmid_protocols.tables import text

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z]\w*(?:\[[^]]*\])?)(?::(?P<kind>-?\d+\.\.-?\d+|\w+(?:\([^)]*\))?))?(?P<attributes>(?:@\w+)*)"
    r"|\$(?P<group>\w+)|\{(?P<count>\d+)\}|(?P<mark>[{}()|,?*+]))"
)
_QUANTITIES = {"?": (0, 1), "*": (0, None), "+": (1, None)}


@dataclass(frozen=True, kw_only=True)
class Element:
    """An element: with text of a ``kind``, with a ``content``, or empty; ``least`` to ``most`` times (None: any)."""

    name: str
    kind: Kind | None = None
    attributes: tuple[str, ...] = ()
    content: "Particle | None" = None
    least: int = 1
    most: int | None = 1

    @cached_property
    def first(self) -> frozenset[str]:
        """The elements that it may begin with."""
        return frozenset({self.name})

    @property
    def may_be_empty(self) -> bool:
        return self.least == 0


@dataclass(frozen=True, kw_only=True)
class Sequence:
    """Parts in this order."""

    parts: "tuple[Particle, ...]" = ()
    least: int = 1
    most: int | None = 1

    @cached_property
    def first(self) -> frozenset[str]:
        """The elements that it may begin with."""
        names: set[str] = set()
        for part in self.parts:
            names |= part.first
            if not part.may_be_empty:
                break
        return frozenset(names)

    @property
    def may_be_empty(self) -> bool:
        return self.least == 0 or all(part.may_be_empty for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of several."""

    options: "tuple[Particle, ...]"
    least: int = 1
    most: int | None = 1

    @cached_property
    def first(self) -> frozenset[str]:
        """The elements that it may begin with."""
        return frozenset().union(*(option.first for option in self.options))

    @property
    def may_be_empty(self) -> bool:
        return self.least == 0 or any(option.may_be_empty for option in self.options)


Particle = Element | Sequence | Choice
"""A part of a content."""


def elements(content: Particle | None) -> Iterator[Element]:
    """The elements that a content may have as children, in its order."""
    match content:
        case Element():
            yield content
        case Sequence(parts=parts) | Choice(options=parts):
            for part in parts:
                yield from elements(part)


def read_definitions(text: str) -> dict[str, Element]:
    """The elements that a text defines. Raises ValueError: the text is wrong."""
    groups: dict[str, Particle] = {}
    found: dict[str, Element] = {}
    lines = (line.split("#")[0].rstrip() for line in text.splitlines())
    whole = re.sub(r"\n\s+", " ", "\n".join(line for line in lines if line))
    for definition in whole.splitlines():
        name, _, content = definition.partition("=")
        parsed = _Parser(content, groups).whole()
        if name.startswith("$"):
            groups[name.strip(" $")] = parsed
        else:
            element, *attributes = name.strip().split("@")
            found[element] = Element(name=element, attributes=tuple(attributes), content=parsed)
    return found


class _Parser:
    def __init__(self, text: str, groups: Mapping[str, Particle]) -> None:
        self._text, self._at, self._groups = text, 0, groups

    def whole(self) -> Particle:
        content = self._sequence() if self._peek("") is not None else Sequence()
        if self._peek("") is not None:
            raise ValueError(f"expected the end, found {self._text[self._at :][:40]!r}")
        return content

    def _peek(self, mark: str) -> re.Match[str] | None:
        """The next token, if it is this mark (empty: any)."""
        found = _TOKEN.match(self._text, self._at)
        return found if found is not None and mark in ("", found["mark"]) else None

    def _skip(self, mark: str) -> bool:
        found = self._peek(mark)
        if found is not None:
            self._at = found.end()
        return found is not None

    def _expect(self, mark: str) -> None:
        if not self._skip(mark):
            raise ValueError(f"expected {mark}, found {self._text[self._at :][:40]!r}")

    def _sequence(self) -> Particle:
        parts = [self._term()]
        while self._skip(","):
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else Sequence(parts=tuple(parts))

    def _term(self) -> Particle:
        if self._skip("("):
            options = [self._sequence()]
            while self._skip("|"):
                options.append(self._sequence())
            self._expect(")")
            return self._counted(options[0] if len(options) == 1 else Choice(options=tuple(options)))
        token = self._peek("")
        if token is None or (token["name"] is None and token["group"] is None):
            raise ValueError(f"expected an element, a group or (, found {self._text[self._at :][:40]!r}")
        self._at = token.end()
        if token["group"] is not None:
            return self._counted(self._groups[token["group"]])
        kind = None if token["kind"] is None else kind_of(token["kind"])
        attributes = tuple(token["attributes"].split("@")[1:])
        content = None
        if self._skip("{"):
            content = self._sequence()
            self._expect("}")
        stem, _, ends = token["name"].partition("[")
        names = [stem + end for end in ends.strip("]").split()] or [stem]
        least, most = self._quantity()
        one = Element(name=names[0], kind=kind, attributes=attributes, content=content, least=least, most=most)
        parts = tuple(replace(one, name=name) for name in names)
        return parts[0] if len(parts) == 1 else Sequence(parts=parts)

    def _counted(self, particle: Particle) -> Particle:
        least, most = self._quantity()
        return particle if (least, most) == (1, 1) else replace(particle, least=least, most=most)

    def _quantity(self) -> tuple[int, int | None]:
        token = self._peek("")
        if token is None or (token["count"] is None and token["mark"] not in _QUANTITIES):
            return 1, 1
        self._at = token.end()
        return (int(token["count"]), int(token["count"])) if token["count"] else _QUANTITIES[token["mark"]]


_PACKAGE = "ppmid_protocols.duis"
_BODIES = text(_PACKAGE, "bodies.txt")
BODIES: Mapping[str, Element] = read_definitions(_BODIES)
"""The bodies of Service Requests by the name of their element."""

ANSWERS: Mapping[str, Element] = {
    name: element
    for name, element in read_definitions(_BODIES + text(_PACKAGE, "answers.txt")).items()
    if name not in BODIES
}
"""What the DCC tells, by the name of its element; it shares the groups of the bodies."""
