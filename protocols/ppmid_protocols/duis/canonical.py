"""Canonical XML (inclusive C14N 1.0) of DUIS, written as text: elements of ``sr`` with their attributes and content.

What has to be escaped is left to lxml; nearly no text of a document has.
"""

import re
from collections.abc import Sequence

from lxml import etree

_AS_IT_IS = re.compile(r"[ !#$%'-;=?-~]*")
"""What canonical XML leaves alone in text and in attributes: printable ASCII without quotation mark, & < >."""


def element(name: str, content: str, attributes: Sequence[tuple[str, str]] = ()) -> str:
    """An element of the DUIS namespace around ``content``, which is canonical already."""
    if not attributes:
        return f"<sr:{name}>{content}</sr:{name}>"
    return f"<sr:{name}{''.join(attribute(*one) for one in sorted(attributes))}>{content}</sr:{name}>"


def text(value: str) -> str:
    """Text between tags. Raises ValueError for characters that XML does not have."""
    if _AS_IT_IS.fullmatch(value):
        return value
    holder = etree.Element("a")
    holder.text = value
    return _octets(holder)[len("<a>") : -len("</a>")]


def attribute(name: str, value: str) -> str:
    """An attribute with the space before it. Raises ValueError as ``text`` does."""
    if _AS_IT_IS.fullmatch(value):
        return f' {name}="{value}"'
    return _octets(etree.Element("a", {name: value}))[len("<a") : -len("></a>")]


def _octets(holder: etree._Element) -> str:
    return etree.tostring(holder, method="c14n").decode("utf-8")
