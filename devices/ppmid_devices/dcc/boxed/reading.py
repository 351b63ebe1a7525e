"""What may be believed of a document that comes over DCC Boxed's interface, and what is odd about it."""

from dataclasses import dataclass

from ppmid_devices.credentials import Directory
from ppmid_devices.dcc.boxed.call import HttpAnswer
from ppmid_devices.dcc.boxed.fault import BoxedFault
from ppmid_devices.dcc.boxed.http_service import XML
from ppmid_protocols.duis.documents import Request, Response, from_xml, request_id_of, root_name
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.safe_xml import parse
from ppmid_protocols.duis.signature import SignatureAbsent, is_entitled, verify
from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError, Unsupported

UNSIGNED = "it bears no signature"
NOT_READ = "it holds what this version does not read"


@dataclass(frozen=True, slots=True)
class Document:
    """A Response that may be handed to the User. ``response`` is None for one of a kind that is not read here."""

    octets: bytes
    request_id: RequestId | None
    response: Response | None
    odd: tuple[str, ...] = ()


def read_response(octets: bytes, directory: Directory) -> Document:
    """Read what should be a Response of the DCC. An unsigned one is let pass, as the DCC's own validator does.

    Raises Malformed, or NotAuthentic when a signature does not hold or is not the DCC's.
    """
    root = parse(octets)
    if root_name(root) != "Response":
        raise Malformed("document", "expected a Response, found a Request")
    request_id = request_id_of(root)
    odd = _signature(octets, directory)
    try:
        response = from_xml(octets)
    except Unsupported as problem:
        return Document(octets, request_id, None, (*odd, f"{NOT_READ}: {problem}"))
    assert not isinstance(response, Request)  # by its root
    return Document(octets, request_id, response, odd)


def _signature(octets: bytes, directory: Directory) -> tuple[str, ...]:
    try:
        signer = verify(octets, directory.by_serial).signer
    except SignatureAbsent:
        return (UNSIGNED,)
    if not is_entitled(signer, None):
        raise NotAuthentic("signature", f"{signer.eui} may not sign a Response")
    return ()


def read_answer(answer: HttpAnswer, request_id: RequestId, directory: Directory) -> Document:
    """The synchronous answer to the Request with this RequestID. Raises BoxedFault for anything else."""
    if not 200 <= answer.status < 300:
        raise BoxedFault(answer.url, f"status {answer.status}", "what DCC Boxed's own log says of this Request")
    if answer.content_type != XML:
        found = f"Content-Type {answer.content_type!r} in place of {XML}"
        raise BoxedFault(answer.url, found, "that `url` is DCC Boxed's DUIS interface, and no proxy's page")
    try:
        document = read_response(answer.body, directory)
    except NotAuthentic as problem:
        keys = "that the folder of keys holds the certificate with which this DCC signs"
        raise BoxedFault(answer.url, f"an answer that is not authentic: {problem}", keys) from problem
    except ProtocolError as problem:
        raise BoxedFault(answer.url, f"no DUIS Response: {problem}", "that it speaks DUIS 5.0 to 5.4") from problem
    if document.request_id != request_id:
        code = "" if document.response is None else f" with {document.response.code}"
        found = f"an answer{code} to {document.request_id or 'no Request'}, where {request_id} was asked"
        raise BoxedFault(answer.url, found, "what stands between, which mixes up answers")
    return document
