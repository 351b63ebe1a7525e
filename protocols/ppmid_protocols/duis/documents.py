"""DUIS Requests and Responses as objects, and as XML (DUIS schema 5.4).

Writing gives white-space-free canonical XML without a signature: the same object, the same octets. Reading accepts
indentation and ignores the signature, which is the business of ``signature``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml.etree import _Element

from ppmid_protocols.duis import canonical
from ppmid_protocols.duis.bodies import (
    ALERT_BODIES,
    MESSAGE_BODIES,
    DccAlert,
    DeviceAlert,
    RequestBody,
    ResponseBody,
    read_request_body,
    write_request_body,
)
from ppmid_protocols.duis.canonical import element
from ppmid_protocols.duis.kinds import kind_of
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.duis.safe_xml import DS, MAX_OCTETS, SR, XSI, Children, leaf_text, parse, path
from ppmid_protocols.duis.shapes import DATE_TIME, REQUEST_ID, choice, leaf, read_alternative
from ppmid_protocols.errors import Malformed, Unsupported

SCHEMA_VERSIONS = ("5.0", "5.1", "5.2", "5.3", "5.4")
"""Values of ``schemaVersion`` that are read; documents of all five validate against schema 5.4."""

_SRV = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2}){1,2}")
_VARIANT = re.compile("[1-9]")
_SCHEMA_VERSION = "schemaVersion"
_ROOT_ATTRIBUTES = frozenset({_SCHEMA_VERSION, f"{{{XSI}}}schemaLocation"})
_NAMESPACES = "".join(
    canonical.attribute(f"xmlns:{prefix}", uri) for prefix, uri in (("ds", DS), ("sr", SR), ("xsi", XSI))
)
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'
_ALERT_BODY = choice(ALERT_BODIES)
_MESSAGE_BODY = choice(MESSAGE_BODIES)
_RESPONSE_CODE = leaf(ResponseCode)
_BOOLEAN = leaf(kind_of("bool").read, kind_of("bool").write)


@dataclass(frozen=True, slots=True)
class Request:
    """A Service Request or signed Pre-Command; ``srv`` is its Service Reference Variant, such as ``2.2``.

    ``first_in_sequence`` and ``preceding`` (FirstInSequence, PrecedingServiceRequestID) say where it stands in a
    sequence; None where its header does not.
    """

    request_id: RequestId
    command_variant: int
    srv: str
    body: RequestBody
    schema_version: str = "5.4"
    first_in_sequence: bool | None = None
    preceding: RequestId | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.command_variant <= 9:
            raise Malformed("CommandVariant", f"expected 1..9, found {self.command_variant}")
        _require_srv(self.srv)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer or alert of the DCC. ``date_time``: ns since 1970-01-01 UTC.

    ``request_id`` is None in an alert. ``srv`` is None in alerts, and only there; ``body`` is None in a plain
    acknowledgement or error.
    """

    request_id: RequestId | None
    response_id: RequestId | None
    code: ResponseCode
    date_time: int
    body: ResponseBody | None
    srv: str | None
    schema_version: str = "5.4"

    def __post_init__(self) -> None:
        if (self.srv is None) != isinstance(self.body, DeviceAlert | DccAlert):
            raise Malformed(
                "ServiceReferenceVariant", "expected in every Response that is not an alert, and only there"
            )
        if self.srv is not None:
            _require_srv(self.srv)


def to_xml(document: Request | Response) -> bytes:
    """White-space-free UTF-8 XML, canonical (inclusive C14N 1.0) behind an XML declaration; no signature."""
    return DECLARATION + write_document(document)


def write_document(document: Request | Response) -> bytes:
    """As ``to_xml``, without the declaration."""
    if isinstance(document, Request):
        kind, header, body = "Request", _request_header(document), write_request_body(document.body)
    else:
        kind, header, body = "Response", _response_header(document), _response_body(document)
    version = canonical.attribute(_SCHEMA_VERSION, document.schema_version)
    content = f"<sr:Header>{header}</sr:Header><sr:Body>{body}</sr:Body>"
    return f"<sr:{kind}{_NAMESPACES}{version}>{content}</sr:{kind}>".encode()


@lru_cache(maxsize=16)
def from_xml(data: bytes, limit: int = MAX_OCTETS) -> Request | Response:
    """Read a document of at most ``limit`` octets.

    Raises Malformed (with the element's path), Unsupported (an element, service or version that is not read here),
    NotAuthentic (the check digit of a UTRN). None of them quotes a UTRN.

    Who looks on and whom it is for read the same document, one soon after the other.
    """
    root = parse(data, limit)
    kind = root_name(root)
    version = str(root.attrib[_SCHEMA_VERSION])
    if version not in SCHEMA_VERSIONS:
        raise Unsupported(f"{kind}: schemaVersion {version[:20]!r} is none of {', '.join(SCHEMA_VERSIONS)}")
    parts = Children(root, _ROOT_ATTRIBUTES)
    header, body = parts.take("Header"), parts.take("Body")
    parts.take_if("Signature", DS)
    parts.end()
    return (_read_request if kind == "Request" else _read_response)(header, body, version)


def root_name(root: _Element) -> str:
    """``Request`` or ``Response``. Raises Malformed for any other root, namespace, or a missing schemaVersion."""
    for kind in ("Request", "Response"):
        if root.tag == f"{{{SR}}}{kind}":
            if _SCHEMA_VERSION not in root.attrib:
                raise Malformed(kind, "expected the attribute schemaVersion")
            return kind
    raise Malformed("document", f"expected Request or Response of {SR}, found {str(root.tag)[:120]}")


def request_id_of(root: _Element) -> RequestId | None:
    """RequestID in the header of a document whose body need not be known here. Raises Malformed."""
    header = Children(root, _ROOT_ATTRIBUTES).take("Header")
    found = header.find(f"{{{SR}}}RequestID")
    return None if found is None else REQUEST_ID.read(found)


def gbcs_elements(root: _Element) -> Iterator[_Element]:
    """The elements of a document that hold a GBCS message in base64, in their order."""
    return root.iter(f"{{{SR}}}GBCSPayload", f"{{{SR}}}DeviceGBCSResponse")


def service_reference(srv: str) -> str:
    """Service Reference of a Service Reference Variant: its first two numbers (``6.2.9`` -> ``6.2``)."""
    return ".".join(srv.split(".")[:2])


def _require_srv(srv: str) -> None:
    if not _SRV.fullmatch(srv):
        raise Malformed("ServiceReferenceVariant", f"expected a variant such as 2.2 or 6.2.9, found {srv[:20]!r}")


def _write_service(srv: str) -> str:
    return (
        f"<sr:ServiceReference>{service_reference(srv)}</sr:ServiceReference>"
        f"<sr:ServiceReferenceVariant>{srv}</sr:ServiceReferenceVariant>"
    )


def _read_service(children: Children) -> str:
    reference, variant = children.take("ServiceReference"), children.take("ServiceReferenceVariant")
    srv = leaf_text(variant)
    _require_srv(srv)
    if leaf_text(reference) != service_reference(srv):
        raise Malformed(path(reference), f"expected {service_reference(srv)} for variant {srv}")
    return srv


def _request_header(request: Request) -> str:
    first, preceding = request.first_in_sequence, request.preceding
    place = "" if first is None else element("FirstInSequence", _BOOLEAN.write(first))
    place += "" if preceding is None else element("PrecedingServiceRequestID", str(preceding))
    return (
        f"<sr:RequestID>{request.request_id}</sr:RequestID>{place}"
        f"<sr:CommandVariant>{request.command_variant}</sr:CommandVariant>{_write_service(request.srv)}"
    )


def _read_request(header: _Element, body: _Element, version: str) -> Request:
    children = Children(header)
    request_id = REQUEST_ID.read(children.take("RequestID"))
    first, preceding = children.take_if("FirstInSequence"), children.take_if("PrecedingServiceRequestID")
    variant = children.take("CommandVariant")
    if not _VARIANT.fullmatch(leaf_text(variant)):
        raise Malformed(path(variant), f"expected 1..9, found {leaf_text(variant)[:20]!r}")
    srv = _read_service(children)
    children.end()
    return Request(
        request_id,
        int(leaf_text(variant)),
        srv,
        read_request_body(body),
        version,
        first_in_sequence=None if first is None else _BOOLEAN.read(first),
        preceding=None if preceding is None else REQUEST_ID.read(preceding),
    )


def _response_header(response: Response) -> str:
    identifiers = (("RequestID", response.request_id), ("ResponseID", response.response_id))
    told = "".join(element(name, str(identifier)) for name, identifier in identifiers if identifier is not None)
    code, moment = canonical.text(response.code), DATE_TIME.write(response.date_time)
    return f"{told}<sr:ResponseCode>{code}</sr:ResponseCode><sr:ResponseDateTime>{moment}</sr:ResponseDateTime>"


def _response_body(response: Response) -> str:
    if response.srv is None:
        return _ALERT_BODY.write(response.body)
    content = "" if response.body is None else _MESSAGE_BODY.write(response.body)
    return element("ResponseMessage", _write_service(response.srv) + content)


def _read_response(header: _Element, body: _Element, version: str) -> Response:
    children = Children(header)
    identifiers = [
        None if found is None else REQUEST_ID.read(found)
        for found in (children.take_if("RequestID"), children.take_if("ResponseID"))
    ]
    code = _RESPONSE_CODE.read(children.take("ResponseCode"))
    date_time = DATE_TIME.read(children.take("ResponseDateTime"))
    children.end()
    srv, content = _read_response_body(body)
    return Response(identifiers[0], identifiers[1], code, date_time, content, srv, version)


def _read_response_body(body: _Element) -> tuple[str | None, ResponseBody | None]:
    parts = Children(body)
    message = parts.take_if("ResponseMessage")
    if message is None:
        alert: ResponseBody = _ALERT_BODY.read(body)
        return None, alert
    parts.end()
    children = Children(message)
    srv = _read_service(children)
    content = None if children.peek() is None else read_alternative(children, message, MESSAGE_BODIES)
    children.end()
    return srv, content
