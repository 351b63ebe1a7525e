"""XML from strangers: parsed without DTDs, entities, network or surprises; refusals say where.

A comment is dropped while parsing, so that what is read is what canonical XML (without comments) would sign.
Processing instructions are refused, because canonical XML would sign them and a reader would not see them.
"""

from typing import cast

from lxml import etree
from lxml.etree import _Element

from ppmid_protocols.errors import Malformed

SR = "http://www.dccinterface.co.uk/ServiceUserGateway"
DS = "http://www.w3.org/2000/09/xmldsig#"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
MAX_OCTETS = 1 << 20
"""Largest document that is read (assumed: no public text gives a bound)."""

_SPACE = " \t\r\n"
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    collect_ids=False,
)
"""One for all documents: it keeps nothing of one for the next."""
_PARENTS_WITH_TEXT = etree.XPath("descendant-or-self::*[*][text()]")


def parse(data: bytes, limit: int = MAX_OCTETS) -> _Element:
    """Parse a UTF-8 document of at most ``limit`` octets into its root. Raises Malformed."""
    if len(data) > limit:
        raise Malformed("document", f"expected at most {limit} octets, found {len(data)}")
    # UTF-8 is forced on the parser, so no other encoding can hide these octets from this search.
    if b"<!DOCTYPE" in data:
        raise Malformed("document", "expected no DOCTYPE", data.index(b"<!DOCTYPE"))
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise Malformed("document", f"not well-formed XML: {' '.join(error.msg.split())}") from error
    if root.getprevious() is not None or root.getnext() is not None:
        raise Malformed("document", "expected nothing beside the root, found a processing instruction")
    # Where nothing behind the start begins like one, no node can be one (and none an entity, without a DOCTYPE).
    for node in root.iter() if b"<?" in data[1:] else ():
        if not isinstance(node.tag, str):
            raise Malformed(
                path(node.getparent()), "expected elements and text, found a processing instruction or entity"
            )
    return root


def path(element: _Element | None) -> str:
    """Local names from the root to ``element``, such as ``Request/Header/RequestID``."""
    names: list[str] = []
    while element is not None:
        names.append(etree.QName(element).localname)
        element = element.getparent()
    return "/".join(reversed(names))


def local_name(element: _Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname


def has_text_between_elements(element: _Element) -> bool:
    """Whether an element that has children also has text of its own that is not white space."""
    text = element.text
    if text and text.strip(_SPACE):
        return True
    for child in element:
        text = child.tail
        if text and text.strip(_SPACE):
            return True
    return False


def white_space_between_elements(root: _Element) -> _Element | None:
    """The first element with children that holds white space between them, or None."""
    found = cast(list[_Element], _PARENTS_WITH_TEXT(root))
    return found[0] if found else None


def drop_white_space_between_elements(root: _Element) -> None:
    """Remove, in place, the white space that indents elements; text of leaves stays. Raises Malformed on other text."""
    for element in root.iter():
        if not len(element):
            continue
        if has_text_between_elements(element):
            raise Malformed(path(element), "expected only elements, found text between them")
        element.text = None
        for child in element:
            child.tail = None


class Children:
    """The children of an element that has no attributes or text of its own, taken one after another."""

    def __init__(self, element: _Element, attributes: frozenset[str] = frozenset()) -> None:
        self._element = element
        for name in element.attrib:
            if name not in attributes:
                raise Malformed(path(element), f"expected no attribute {name!s}")
        if has_text_between_elements(element):
            raise Malformed(path(element), "expected only elements, found text between them")
        self._rest = list(element)

    def peek(self) -> str | None:
        """Tag of the next child, ``{namespace}name``; None after the last."""
        return str(self._rest[0].tag) if self._rest else None

    def peek_name(self) -> str:
        """Local name of the next child if it is of the DUIS namespace; empty otherwise."""
        tag = self.peek() or ""
        return tag.removeprefix(f"{{{SR}}}") if tag.startswith(f"{{{SR}}}") else ""

    def take(self, name: str, namespace: str = SR) -> _Element:
        """The next child, which must be ``name``. Raises Malformed."""
        rest = self._rest
        if not rest or rest[0].tag != f"{{{namespace}}}{name}":
            found = (self.peek() or "nothing")[:120]
            raise Malformed(f"{path(self._element)}/{name}", f"expected this element of {namespace}, found {found}")
        return rest.pop(0)

    def take_if(self, name: str, namespace: str = SR) -> _Element | None:
        """The next child if it is ``name``."""
        rest = self._rest
        return rest.pop(0) if rest and rest[0].tag == f"{{{namespace}}}{name}" else None

    def end(self) -> None:
        """Nothing may be left. Raises Malformed."""
        if self._rest:
            raise Malformed(path(self._element), f"expected no further element, found {self.peek()}")


def leaf_text(element: _Element, attributes: frozenset[str] = frozenset()) -> str:
    """Text of an element without children or other attributes, outer white space removed (xs:token).

    Raises Malformed.
    """
    if len(element) or not attributes.issuperset(element.keys()):
        raise Malformed(path(element), "expected only text")
    return (element.text or "").strip(_SPACE)
