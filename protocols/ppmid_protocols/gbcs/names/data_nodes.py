"""A DLMS value as named nodes: A-XDR data against the item that a table gives it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.gbcs import axdr, crypto
from ppmid_protocols.gbcs.ber import length_octets
from ppmid_protocols.gbcs.dlms import Specification
from ppmid_protocols.gbcs.message import MAC_OCTETS
from ppmid_protocols.gbcs.names.kinds import SECRET_KINDS, typed, words
from ppmid_protocols.gbcs.names.notation import UNNAMED, Item
from ppmid_protocols.gbcs.names.tables import value_item
from ppmid_protocols.gbcs.tree import Node, Walk

_SEALED_HEADER_OCTETS = 5
_KEY_OCTETS = 16  # an octet-string of this length may be a key, whatever a table calls it


class DataNodes:
    """Cuts DLMS values. ``plain``: see DlmsNodes; ``protected``: what the next sealed part holds, in its order."""

    def __init__(self, walk: Walk, plain: Iterator[bytes | None]) -> None:
        self._walk, self._plain = walk, plain
        self.protected: Sequence[Specification] = ()

    def node(self, data: axdr.Data, item: Item, name: str, *, tagged: bool = True) -> Node:
        """The node of the value that the walk stands at; ``tagged`` is False for the contents of a compact array."""
        title = item.name or name
        match data:
            case axdr.Null():
                return self._walk.leaf(1, title, "null-data")
            case axdr.Number(tag, value):
                size = axdr.NUMBERS[tag][1]
                meaning = typed(axdr.NUMBERS[tag][0], words(item.kind, value))
                return self._walk.leaf(tagged + size, title, meaning, value, secret=item.kind in SECRET_KINDS)
            case axdr.Bits(count, octets):
                bits = "".join("01"[bit] for bit in data)
                size = tagged + length_octets(count) + len(octets)
                return self._walk.leaf(size, title, "bit-string", bits)
            case axdr.Octets(tag, value):
                return self._string(tag, value, item, title, tagged)
            case axdr.Group(tag, items):
                return self._group(tag, items, item, title, tagged)
            case axdr.CompactArray():
                return self._compact(data, item, title)

    def _string(self, tag: int, value: bytes, item: Item, title: str, tagged: bool) -> Node:
        name, fixed = axdr.STRINGS[tag]
        head = tagged + (length_octets(len(value)) if fixed is None else 0)
        if tag == axdr.OCTET_STRING and crypto.is_sealed(value):
            return self._sealed(value, title, head)
        if item.kind == "utrn":
            digits = value.decode("latin-1")
            return self._walk.leaf(head + len(value), title, f"{name}, UTRN", digits, secret=True)
        text = words(item.kind or ("text" if tag != axdr.OCTET_STRING else ""), value)
        secret = item.kind in SECRET_KINDS or len(value) == _KEY_OCTETS
        return self._walk.leaf(head + len(value), title, typed(name, text), secret=secret)

    def _group(self, tag: int, items: tuple[axdr.Data, ...], item: Item, title: str, tagged: bool) -> Node:
        kind = "array" if tag == axdr.ARRAY else "structure"
        children: list[Node] = []
        if tagged:
            children.append(self._walk.leaf(1 + length_octets(len(items)), kind, value=len(items)))
        shapes = _shapes(item, tag, len(items))
        for number, (part, shape) in enumerate(zip(items, shapes, strict=True)):
            children.append(self.node(part, shape, f"[{number}]", tagged=tagged))
        return self._walk.branch(title, children, kind)

    def _compact(self, data: axdr.CompactArray, item: Item, title: str) -> Node:
        contents = axdr.compact_octets(data)
        children = [
            self._walk.leaf(1, "compact-array", "tag"),
            self._walk.leaf(axdr.shape_octets(data.shape), "type description", _described(data.shape)),
            self._walk.leaf(length_octets(contents), "length", value=contents),
        ]
        shapes = _shapes(item, axdr.ARRAY, len(data.items))
        for number, (part, shape) in enumerate(zip(data.items, shapes, strict=True)):
            children.append(self.node(part, shape, f"[{number}]", tagged=False))
        return self._walk.branch(title, children, "compact-array", len(data.items))

    def _sealed(self, value: bytes, title: str, head: int) -> Node:
        plain = next(self._plain, None)
        children = [
            self._walk.leaf(head, "octet-string", "tag and length", len(value)),
            *sealed_leaves(self._walk, len(value)),
        ]
        node = self._walk.branch(title, children, "sealed")
        if plain is None:
            return node
        inside = plain_nodes(plain, self.protected)
        return replace(node, check="opened", plain=inside)


def sealed_leaves(walk: Walk, size: int) -> list[Node]:
    """The leaves of ``31 00000000 || ciphertext || tag``, together ``size`` octets."""
    return [
        walk.leaf(_SEALED_HEADER_OCTETS, "security header", "authenticated encryption"),
        walk.leaf(size - _SEALED_HEADER_OCTETS - MAC_OCTETS, "ciphertext"),
        walk.leaf(MAC_OCTETS, "authentication tag"),
    ]


def plain_nodes(plain: bytes, protected: Sequence[Specification]) -> tuple[Node, ...]:
    """The nodes of opened DLMS data: a structure of one value for each protected attribute, else just octets."""
    walk = Walk(bytes(plain))
    try:
        data = axdr.decode_data(walk.octets)
    except ProtocolError as problem:
        return (walk.leaf(len(plain), "plain octets", check=str(problem)),)
    names = [value_item(one) for one in protected]
    item = Item("protected data", shape="{", items=tuple(names)) if names else UNNAMED
    return (DataNodes(walk, iter(())).node(data, item, "protected data"),)


def _shapes(item: Item, tag: int, count: int) -> Sequence[Item]:
    """One item for each of the ``count`` members of an array or structure; unnamed ones where the table differs."""
    if tag == axdr.ARRAY and item.shape == "[" and item.items:
        return item.items[:1] * count
    if tag == axdr.STRUCTURE and item.shape == "{":
        if len(item.items) == count:
            return item.items
        present = [one for one in item.items if not one.optional]
        if len(present) == count:
            return present
    return [UNNAMED] * count


def _described(shape: axdr.Shape) -> str:
    inner = ", ".join(map(_described, shape.items))
    if shape.tag == axdr.STRUCTURE:
        return f"structure of {inner}"
    if shape.tag == axdr.ARRAY:
        return f"array of {shape.count} {inner}"
    return (axdr.NUMBERS.get(shape.tag) or axdr.STRINGS.get(shape.tag) or ("bit-string",))[0]
