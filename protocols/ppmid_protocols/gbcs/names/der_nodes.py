"""A DER payload as named nodes."""

from ppmid_protocols.gbcs.asn1 import Element
from ppmid_protocols.gbcs.names.kinds import typed, words
from ppmid_protocols.gbcs.tree import Node, Walk

_SECRET = frozenset(("symmetricKey",))
_EUI_OCTETS = 8


def der_node(walk: Walk, element: Element, name: str = "") -> Node:
    """The node of the element that the walk stands at; ``name`` where it has none of its own."""
    title, kind = element.name or name or element.kind, element.kind
    if not element.children:
        secret = element.name in _SECRET
        size = len(element.header) + len(element.contents)
        return walk.leaf(size, title, _meaning(element), element.number, secret=secret)
    children = [walk.leaf(len(element.header), kind, "tag and length", sum(map(_octets, element.children)))]
    for number, child in enumerate(element.children):
        children.append(der_node(walk, child, f"[{number}]"))
    return walk.branch(title, children, kind)


def _octets(element: Element) -> int:
    return len(element.header) + len(element.contents) + sum(map(_octets, element.children))


def _meaning(element: Element) -> str:
    text = element.named
    if element.name == "alertCode":
        text = words("alert", element.number or 0)
    elif element.kind == "OCTET STRING" and len(element.contents) == _EUI_OCTETS:
        text = words("eui", element.contents)
    elif element.kind in ("GeneralizedTime", "UTCTime", "UTF8String", "PrintableString"):
        text = words("text", element.contents)
    return typed(element.kind, text)
