"""DUIS documents as they cross the line between a User and the DCC: signed, and read only when rightly signed."""

from functools import lru_cache

from cryptography import x509

from ppmid_devices.credentials import Directory, KeyPair
from ppmid_protocols.duis.documents import Request, Response, from_xml, write_document
from ppmid_protocols.duis.signature import SignatureAbsent, entitled, sign_written, verify
from ppmid_protocols.errors import Malformed, NotAuthentic


def sign_document(document: Request | Response, pair: KeyPair) -> bytes:
    """The signed XML of ``document``; ``pair`` is its sender's XML-signing pair."""
    certificate = pair.certificate
    return sign_written(write_document(document), pair.private, _issuer(certificate), certificate.serial_number)


@lru_cache(maxsize=64)
def _issuer(certificate: x509.Certificate) -> str:
    return certificate.issuer.rfc4514_string()


def open_document(octets: bytes, directory: Directory) -> Request | Response:
    """Read a document whose signature holds and whose signer may sign it: a Request its originator, a Response the DCC.

    Validity dates of certificates are not looked at. Raises NotAuthentic, Malformed or Unsupported.
    """
    verified = verify(octets, directory.by_serial)
    document = from_xml(octets)
    if not entitled(verified, document):
        raise NotAuthentic("signature", f"{verified.signer.eui} may not sign this {verified.root}")
    return document


def open_response(octets: bytes, directory: Directory, *, unsigned_errors: bool = False) -> Response:
    """As ``open_document``, of a Response only.

    ``unsigned_errors``: an error code alone, which claims nothing, needs no signature. The DCC's own validator lets any
    Response without one pass, and its test product has been seen to send such errors.
    """
    try:
        document = open_document(octets, directory)
    except SignatureAbsent:
        document = from_xml(octets)
        error = isinstance(document, Response) and document.body is None and document.code.startswith("E")
        if not (unsigned_errors and error):
            raise
    if not isinstance(document, Response):
        raise Malformed("document", "expected a Response, found a Request")
    return document
