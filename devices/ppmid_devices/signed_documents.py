"""DUIS documents as they cross the line between a User and the DCC: signed, and read only when rightly signed."""

from ppmid_devices.credentials import Directory, KeyPair
from ppmid_protocols.duis.documents import Request, Response, from_xml, to_xml
from ppmid_protocols.duis.signature import entitled, sign, verify
from ppmid_protocols.errors import NotAuthentic


def sign_document(document: Request | Response, pair: KeyPair) -> bytes:
    """The signed XML of ``document``; ``pair`` is its sender's XML-signing pair."""
    issuer = pair.certificate.issuer.rfc4514_string()
    return sign(to_xml(document), pair.private, issuer, pair.certificate.serial_number)


def open_document(octets: bytes, directory: Directory) -> Request | Response:
    """Read a document whose signature holds and whose signer may sign it: a Request its originator, a Response the DCC.

    Validity dates of certificates are not looked at. Raises NotAuthentic, Malformed or Unsupported.
    """
    verified = verify(octets, directory.by_serial)
    document = from_xml(octets)
    if not entitled(verified, document):
        raise NotAuthentic("signature", f"{verified.signer.eui} may not sign this {verified.root}")
    return document
