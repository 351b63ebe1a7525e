"""Bodies as trees of named values: of Service Requests, shaped by ``data/bodies.txt``, and what else has a definition.

The text of a leaf is kept as it came (``07`` and ``7`` are one month, but not one document), beside its value.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml.etree import _Element

from ppmid_protocols.duis import canonical
from ppmid_protocols.duis.content import BODIES, Choice, Element, Particle, Sequence, elements
from ppmid_protocols.duis.kinds import Value
from ppmid_protocols.duis.safe_xml import SR, Children, leaf_text, local_name, parse, path
from ppmid_protocols.errors import Malformed, Unsupported

EXECUTION_DATE_TIME = "ExecutionDateTime"
_ORDINAL = re.compile("[0-9]{1,3}")  # what every attribute is


@dataclass(frozen=True, slots=True)
class Node:
    """An element. ``value`` is that of its text, None where it has none; ``attributes`` are pairs of name and text.

    Neither text nor value is printed: some are codes that let a device in.
    """

    name: str
    children: "tuple[Node, ...]" = ()
    text: str = field(default="", repr=False)
    value: Value | None = field(default=None, repr=False, compare=False)
    attributes: tuple[tuple[str, str], ...] = ()

    def all(self, where: str) -> "tuple[Node, ...]":
        """Every element at a path of names such as ``Prepayment/DisablementThreshold``; empty path: this one."""
        found: tuple[Node, ...] = (self,)
        for name in filter(None, where.split("/")):
            found = tuple(one for node in found for one in node.children if one.name == name)
        return found

    def find(self, where: str) -> "Node | None":
        """The first element at a path."""
        return next(iter(self.all(where)), None)

    def at(self, where: str) -> "Node":
        """The first element at a path. Raises Malformed."""
        found = self.find(where)
        if found is None:
            raise Malformed(f"{self.name}/{where}", "expected this element, found nothing")
        return found

    def attribute(self, name: str) -> int:
        """The number in an attribute. Raises Malformed."""
        found = dict(self.attributes).get(name)
        if found is None:
            raise Malformed(f"{self.name}/@{name}", "expected this attribute, found nothing")
        return int(found)


@dataclass(frozen=True, slots=True)
class ServiceBody:
    """The body of a Service Request that has no dataclass of its own."""

    node: Node

    @classmethod
    def of(cls, name: str, plain: "Plain" = None) -> "ServiceBody":
        """The body ``name`` from plain values, as ``make`` takes them. Raises Malformed or Unsupported."""
        return cls(make(name, plain))

    @classmethod
    def decode(cls, octets: bytes) -> "ServiceBody":
        """The body in an XML document of its own. Raises Malformed or Unsupported."""
        return cls(read_node(parse(octets)))

    def encode(self) -> bytes:
        """The body as an XML document of its own, without the Request around it."""
        return write_node(self.node).replace(f"<sr:{self.name}", f'<sr:{self.name} xmlns:sr="{SR}"', 1).encode()

    @property
    def name(self) -> str:
        """The name of its element."""
        return self.node.name

    @property
    def execution_date_time(self) -> int | None:
        """When the Command is to be carried out (ns since 1970-01-01 UTC); None: at once."""
        return execution_of(self.node)


Plain = None | Value | Mapping[str, Any] | list[Any]
"""A leaf's value; a mapping from names to what the element holds; a list of those where it is repeated; None or an
empty mapping for an element without content."""


def execution_of(body: Node) -> int | None:
    """The time in ``ExecutionDateTime`` of a body (ns since 1970-01-01 UTC); None: at once."""
    found = body.find(EXECUTION_DATE_TIME)
    return found.value if found is not None and isinstance(found.value, int) else None


def definition(name: str) -> Element:
    """The definition of a body. Raises Unsupported."""
    found = BODIES.get(name)
    if found is None:
        raise Unsupported(f"Request/Body/{name}: this version does not read this element")
    return found


def read_node(element: _Element) -> Node:
    """Read a body's element. Raises Malformed (with the element's path) or Unsupported."""
    return read_as(element, definition(local_name(element)))


def write_node(node: Node) -> str:
    """A node as canonical XML."""
    content = canonical.text(node.text) + "".join(map(write_node, node.children))
    return canonical.element(node.name, content, node.attributes)


def make(name: str, plain: Plain = None) -> Node:
    """The body ``name`` from plain values.

    An attribute is what the plain values say (``{"@index": 5, …}``), or else the place of its element among those of
    its name. Raises Malformed for what does not fit the definition, Unsupported for a body that has none.
    """
    return make_as(definition(name), plain)


def make_as(wanted: Element, plain: Plain = None) -> Node:
    """As ``make``, by a definition of any table. Raises Malformed."""
    root = etree.Element(f"{{{SR}}}{wanted.name}")
    _fill(root, wanted, plain, 1)
    return read_as(root, wanted)


def _fill(element: _Element, wanted: Element, plain: Plain, position: int) -> None:
    """Write plain values into an element; reading it then says whether they fit."""
    given = dict(plain) if isinstance(plain, Mapping) else {}
    for attribute in wanted.attributes:
        element.set(attribute, str(given.pop(f"@{attribute}", position)))
    if wanted.kind is not None:
        try:
            element.text = wanted.kind.write(plain)
        except (AttributeError, TypeError, ValueError):
            raise Malformed(path(element), f"expected a value of {wanted.kind.name}") from None
        return
    if plain is not None and not isinstance(plain, Mapping):
        raise Malformed(path(element), f"expected a mapping of its elements, found {type(plain).__name__}")
    for part in elements(wanted.content):
        if part.name in given:
            inner = given.pop(part.name)
            for place, item in enumerate(inner if isinstance(inner, list) else [inner], 1):
                _fill(etree.SubElement(element, f"{{{SR}}}{part.name}"), part, item, place)
    if given:
        raise Malformed(path(element), f"expected no {next(iter(given))}")


def read_as(element: _Element, wanted: Element) -> Node:
    """Read an element, whatever its own name, as what a definition says. Raises Malformed, with the element's path."""
    allowed = frozenset(wanted.attributes)
    if wanted.kind is not None:
        text = leaf_text(element, allowed)
        try:
            value = wanted.kind.read(text)
        except Malformed as error:
            raise Malformed(path(element), error.problem, error.offset) from None
        return Node(wanted.name, (), text, value, _attributes(element, wanted))
    children = Children(element, allowed)
    nodes = tuple(_read_content(wanted.content, children, element))
    children.end()
    return Node(wanted.name, nodes, "", None, _attributes(element, wanted))


def _attributes(element: _Element, wanted: Element) -> tuple[tuple[str, str], ...]:
    missing = [name for name in wanted.attributes if name not in element.attrib]
    if missing:
        raise Malformed(path(element), f"expected the attribute {missing[0]}")
    found = tuple((name, str(element.attrib[name])) for name in wanted.attributes)
    for name, text in found:
        if not _ORDINAL.fullmatch(text):
            raise Malformed(f"{path(element)}/@{name}", f"expected a number of up to 3 digits, found {text[:20]!r}")
    return found


def _read_content(particle: Particle | None, children: Children, parent: _Element) -> Iterator[Node]:
    if particle is None:
        return
    count = 0
    while particle.most is None or count < particle.most:
        name = children.peek_name()
        if name not in particle.first:
            if count >= particle.least or particle.may_be_empty:
                return
            expected = " or ".join(sorted(particle.first))
            raise Malformed(f"{path(parent)}/{expected}", f"expected this element, found {name or 'nothing'}")
        yield from _read_once(particle, name, children, parent)
        count += 1


def _read_once(particle: Particle, name: str, children: Children, parent: _Element) -> Iterator[Node]:
    match particle:
        case Element():
            yield read_as(children.take(name), particle)
        case Sequence(parts=parts):
            for part in parts:
                yield from _read_content(part, children, parent)
        case Choice(options=options):
            chosen = next(option for option in options if name in option.first)
            yield from _read_content(chosen, children, parent)
