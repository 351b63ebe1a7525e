"""From dataclass to XML element and back: a body is declared once, as a dataclass whose fields name their elements.

Another Service Request is another dataclass and a row in the table of ``bodies``; nothing here changes.
"""

import base64
import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, get_args, get_type_hints

from lxml import etree
from lxml.etree import _Element

from ppmid_protocols.duis import canonical
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.safe_xml import SR, Children, leaf_text, path
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.utrn import Utrn

_BASE64_SPACE = str.maketrans("", "", " \t\r\n")
_DATE_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Shape:
    """How the content of one element is read, and written as canonical XML; ``types`` are what ``write`` takes."""

    read: Callable[[_Element], Any]
    write: Callable[[Any], str]
    types: tuple[type, ...] = ()


def leaf(read_text: Callable[[str], Any], write_text: Callable[[Any], str] = str) -> Shape:
    """An element of text only; a Malformed of ``read_text`` is given the element's path."""

    def read(element: _Element) -> Any:
        try:
            return read_text(leaf_text(element))
        except Malformed as error:
            raise Malformed(path(element), error.problem, error.offset) from error

    return Shape(read, lambda value: canonical.text(write_text(value)))


@dataclass(frozen=True, slots=True)
class Element:
    """Annotation of a dataclass field: the child element that holds it. An optional one is None when absent.

    Where up to ``most`` of more than one may stand, the field is a tuple of at least one.
    """

    name: str
    shape: Shape
    optional: bool = False
    most: int = 1


def record(cls: type) -> Shape:
    """An element whose children are the fields of a dataclass, in this order, each annotated with its ``Element``."""
    hints = get_type_hints(cls, include_extras=True)
    parts: dict[str, Element] = {field.name: get_args(hints[field.name])[1] for field in dataclasses.fields(cls)}

    def read(parent: _Element) -> Any:
        children = Children(parent)
        values: dict[str, Any] = {}
        for attribute, part in parts.items():
            values[attribute] = _read_all(children, part) if part.most > 1 else _read_one(children, part)
        children.end()
        return cls(**values)

    def write(value: Any) -> str:
        written = ""
        for attribute, part in parts.items():
            content = getattr(value, attribute)
            for one in content if part.most > 1 else (content,):
                if one is not None:
                    written += canonical.element(part.name, part.shape.write(one))
        return written

    return Shape(read, write, (cls,))


def _read_one(children: Children, part: Element) -> Any:
    found = (children.take_if if part.optional else children.take)(part.name)
    return None if found is None else part.shape.read(found)


def _read_all(children: Children, part: Element) -> tuple[Any, ...]:
    values = [part.shape.read(children.take(part.name))]
    while len(values) < part.most and children.peek_name() == part.name:
        values.append(part.shape.read(children.take(part.name)))
    return tuple(values)


def text_record(cls: type, shape: Shape) -> Shape:
    """An element whose own text is the only field of a dataclass."""
    (field,) = dataclasses.fields(cls)
    return Shape(
        lambda found: cls(shape.read(found)),
        lambda value: shape.write(getattr(value, field.name)),
        (cls,),
    )


def choice(alternatives: Mapping[str, Shape]) -> Shape:
    """An element with exactly one child out of a table. Reading raises Unsupported on a name outside the table.

    Written is the child that takes values of this type, or else that of the value's own ``name``.
    """
    by_type = {cls: name for name, shape in alternatives.items() for cls in shape.types}

    def read(parent: _Element) -> Any:
        children = Children(parent)
        value = read_alternative(children, parent, alternatives)
        children.end()
        return value

    def write(value: Any) -> str:
        name = by_type.get(type(value)) or value.name
        return canonical.element(name, alternatives[name].write(value))

    return Shape(read, write, tuple(by_type))


def read_alternative(children: Children, parent: _Element, alternatives: Mapping[str, Shape]) -> Any:
    """Take the next child as one of ``alternatives``. Raises Malformed or Unsupported."""
    tag = children.peek()
    if tag is None:
        raise Malformed(path(parent), "expected an element, found nothing")
    qualified = etree.QName(tag)
    if qualified.namespace == SR and qualified.localname not in alternatives:
        raise Unsupported(f"{path(parent)}/{qualified.localname}: this version does not read this element")
    return alternatives[qualified.localname].read(children.take(qualified.localname))


def read_base64(text: str) -> bytes:
    """xs:base64Binary of at least one octet; white space inside is dropped. Raises Malformed."""
    try:
        octets = base64.b64decode(text.translate(_BASE64_SPACE), validate=True)
    except ValueError as error:
        raise Malformed("base64", f"expected base64, {error}") from error
    if not octets:
        raise Malformed("base64", "expected at least one octet")
    return octets


def write_base64(octets: bytes) -> str:
    """Octets -> xs:base64Binary on one line."""
    return base64.b64encode(octets).decode("ascii")


def _matching(pattern: str, what: str) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.ASCII)

    def read(text: str) -> str:
        if not compiled.fullmatch(text):
            raise Malformed(what, f"expected {what}, found {text[:40]!r}")
        return text

    return read


def read_date_time(text: str) -> int:
    """xs:dateTime -> nanoseconds since 1970-01-01 UTC. Raises Malformed, also when it has no time zone (assumed)."""
    match = _DATE_TIME.fullmatch(text)
    try:
        if match is None:
            raise ValueError("not of the form YYYY-MM-DDThh:mm:ss.ffZ")
        seconds, fraction, zone = match.groups()
        moment = datetime.fromisoformat(seconds + zone.replace("Z", "+00:00"))
    except ValueError as error:
        raise Malformed("dateTime", f"expected a date and time with its zone, found {text[:40]!r} ({error})") from error
    return (moment - _EPOCH) // timedelta(seconds=1) * _SECOND + int((fraction or "").ljust(9, "0"))


def write_date_time(nanoseconds: int) -> str:
    """Nanoseconds since 1970-01-01 UTC -> ``2030-01-15T09:00:00.00Z``; two digits of fraction, more when needed."""
    seconds, fraction = divmod(nanoseconds, _SECOND)
    digits = f"{fraction:09d}".rstrip("0").ljust(2, "0")
    moment = _EPOCH + timedelta(seconds=seconds)
    return f"{moment.year:04}-{moment:%m-%dT%H:%M:%S}.{digits}Z"  # %Y gives a year before 1000 fewer digits


BASE64 = leaf(read_base64, write_base64)
"""xs:base64Binary; white space and CR inside, as Java writes them, are dropped."""
REQUEST_ID = leaf(RequestId.parse)
EUI = leaf(Eui.parse)
UTRN = leaf(Utrn.parse, lambda utrn: utrn.digits.decode("ascii"))
DATE_TIME = leaf(read_date_time, write_date_time)
ALERT_CODE = leaf(
    lambda text: int(_matching("[0-9A-Fa-f]{4}", "4 hex digits")(text), 16),
    lambda code: f"{code:04X}",
)
DCC_ALERT_CODE = leaf(
    _matching("AD1|N(?:[1-9]|[12][0-9]|3[013-9]|[45][0-9]|6[0-5]|999)", "a DCC alert code such as AD1 or N12")
)
NUMBER = leaf(lambda text: int(_matching("[0-9]{1,20}", "up to 20 digits")(text)))
TEXT = leaf(_matching("[!-~]{1,64}", "up to 64 printable characters"))
