"""The XML signature of DUIS documents, in the one profile that the DCC's published tools write and accept.

An enveloped ``ds:Signature``, last child of the root. SignedInfo is canonicalised by exclusive C14N; the only Reference
(``URI=""``) has only the enveloped-signature transform, so the document is digested as *inclusive* C14N 1.0. SHA-256,
ECDSA on P-256, SignatureValue r||s (64 octets). The certificate is named by issuer and serial; it is found by serial.

The DCC's tools drop white space between elements before they digest, so a document that has any is refused here.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from lxml.etree import _Element

from ppmid_protocols import p256, smki
from ppmid_protocols.duis import canonical
from ppmid_protocols.duis.documents import DECLARATION, Request, Response, root_name
from ppmid_protocols.duis.safe_xml import (
    DS,
    MAX_OCTETS,
    drop_white_space_between_elements,
    leaf_text,
    parse,
    path,
    white_space_between_elements,
)
from ppmid_protocols.duis.shapes import BASE64
from ppmid_protocols.errors import Malformed, NotAuthentic
from ppmid_protocols.eui import Eui

DIGEST_OCTETS = 32
DCC_SIGNING_ROLES = frozenset({smki.Role.DSP_XML_SIGN, smki.Role.ACCESS_CONTROL_BROKER})

_SIGNATURE = f"{{{DS}}}Signature"
_SERIAL = re.compile("0|[1-9][0-9]{0,59}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# One signature in the profile: algorithms are fixed, the four texts that vary are empty.
_PROFILE = etree.fromstring(
    f"""<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>
      <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
      <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/>
      <ds:Reference URI="">
        <ds:Transforms>
          <ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
        </ds:Transforms>
        <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
        <ds:DigestValue/>
      </ds:Reference>
    </ds:SignedInfo>
    <ds:SignatureValue/>
    <ds:KeyInfo><ds:X509Data><ds:X509IssuerSerial>
      <ds:X509IssuerName/><ds:X509SerialNumber/>
    </ds:X509IssuerSerial></ds:X509Data></ds:KeyInfo>
  </ds:Signature>""",
    etree.XMLParser(remove_blank_text=True, no_network=True),
)
_VARYING = ("DigestValue", "SignatureValue", "X509IssuerName", "X509SerialNumber")
_VARYING_TAGS = frozenset(f"{{{DS}}}{name}" for name in _VARYING)


class SignatureAbsent(NotAuthentic):
    """The document has no signature at all. The DCC's tools accept that in a Response; the caller decides."""

    def __init__(self) -> None:
        super().__init__("signature", "absent")


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that holds: who made it, and the root (``Request`` or ``Response``) that it covers."""

    serial: int
    issuer_name: str
    signer: smki.CertificateFacts
    root: str


def sign(data: bytes, private: ec.EllipticCurvePrivateKey, issuer_name: str, serial: int) -> bytes:
    """Sign a document: indentation and any earlier signature are dropped, as the DCC's signing tool does.

    ``issuer_name`` and ``serial`` name the certificate of ``private`` (P-256). The same input gives the same octets
    (RFC 6979). Raises Malformed when ``data`` is no DUIS document.
    """
    root = parse(data)
    root_name(root)
    for earlier in root.findall(_SIGNATURE):
        root.remove(earlier)
    drop_white_space_between_elements(root)
    document = _canonical(root, exclusive=False)
    return _signed(document, _WITHIN if root.nsmap.get("ds") == DS else _ALONE, private, issuer_name, serial)


def sign_written(document: bytes, private: ec.EllipticCurvePrivateKey, issuer_name: str, serial: int) -> bytes:
    """As ``sign``, of octets that ``documents.write_document`` gave."""
    return _signed(document, _WITHIN, private, issuer_name, serial)


def _signed(document: bytes, form: bytes, private: ec.EllipticCurvePrivateKey, issuer_name: str, serial: int) -> bytes:
    """A canonical document with its signature behind its last child, in canonical octets too, as ``form`` has it."""
    digest = base64.b64encode(hashlib.sha256(document).digest())
    raw = p256.sign(_SIGNED_INFO % digest, private)
    signature = form % (digest, base64.b64encode(raw), canonical.text(issuer_name).encode(), b"%d" % serial)
    end = document.rindex(b"</")
    return b"".join((DECLARATION, document[:end], signature, document[end:]))


def verify(
    data: bytes,
    find_certificate: Callable[[int], x509.Certificate | None],
    *,
    at: int | None = None,
    limit: int = MAX_OCTETS,
) -> Verified:
    """Verify the signature of a document; whether its signer was entitled is for ``entitled`` to say.

    ``find_certificate`` maps a serial number to a certificate that the caller trusts, or None; chains are not followed.
    ``at`` (ns since 1970-01-01 UTC) turns on the check of its validity; the default, None, leaves dates unchecked,
    since the published test certificates have run out.

    Raises SignatureAbsent; Malformed when the document or its signature departs from the profile; NotAuthentic when
    the certificate is not known or unfit, the document was altered, or the signature is not the certificate's.
    """
    return verify_root(parse(data, limit), find_certificate, at=at)


def verify_root(
    root: _Element, find_certificate: Callable[[int], x509.Certificate | None], *, at: int | None = None
) -> Verified:
    """As ``verify``, from a root that ``safe_xml.parse`` gave; takes the signature out of ``root``."""
    name = root_name(root)
    signature, parts = _only_signature(root)
    digest = _octets(parts["DigestValue"], DIGEST_OCTETS)
    raw = _octets(parts["SignatureValue"], p256.SIGNATURE_OCTETS)
    serial_text = leaf_text(parts["X509SerialNumber"])
    if not _SERIAL.fullmatch(serial_text):
        raise Malformed(path(parts["X509SerialNumber"]), f"expected a decimal number, found {serial_text[:60]!r}")
    issuer_name = leaf_text(parts["X509IssuerName"])
    indented = white_space_between_elements(root)
    if indented is not None:
        raise Malformed(path(indented), "expected no white space between the elements of a signed document")
    serial = int(serial_text)
    signer = _signer(serial, find_certificate, at)
    signed = _signed_octets(signature)
    root.remove(signature)
    if _document_digest(root) != digest:
        raise NotAuthentic("signature", "the document is not the one that was signed: its digest differs")
    try:
        p256.verify(signed, raw, signer.public_key)
    except NotAuthentic:
        raise NotAuthentic("signature", "not made by the key of the certificate that it names") from None
    return Verified(serial, issuer_name, signer, name)


def entitled(verified: Verified, document: Request | Response) -> bool:
    """Whether the signer may sign this document, by the rule of ``is_entitled``; never if it is of another root."""
    originator = document.request_id.originator if isinstance(document, Request) else None
    return verified.root == type(document).__name__ and is_entitled(verified.signer, originator)


def is_entitled(signer: smki.CertificateFacts, originator: Eui | None) -> bool:
    """Whether a certificate may sign a Request of ``originator``, or, with None, a Response.

    A Request's is its originator's XML-signing certificate: the DCC's tools do not look, so this must.
    The DCC signs Responses with a certificate of role 0x89 (137); earlier test products used the Access Control
    Broker's digital signature certificate, and that still counts.
    """
    if signer.usage is not smki.Usage.DIGITAL_SIGNATURE:
        return False
    if originator is None:
        return signer.role in DCC_SIGNING_ROLES
    return signer.role == smki.Role.XML_SIGN and signer.eui == originator


def _only_signature(root: _Element) -> tuple[_Element, dict[str, _Element]]:
    """The one signature, in its place and in the profile, and its elements that vary, by name.

    Copies elsewhere (signature wrapping) are refused.
    """
    found = list(root.iter(_SIGNATURE))
    if not found:
        raise SignatureAbsent
    if len(found) > 1:
        raise Malformed(path(found[1]), f"expected one Signature in the document, found {len(found)}")
    if found[0].getparent() is not root or found[0].getnext() is not None:
        raise Malformed(path(found[0]), "expected the Signature as the last child of the root")
    within = list(found[0].iter())
    if _form(within) != _FORM:
        _require_profile(found[0], _PROFILE)
    return found[0], {name: within[at] for name, at in _VARYING_AT.items()}


def _form(within: list[_Element]) -> list[tuple[object, ...]]:
    """Of each element of a signature, in their order, what the profile fixes: where it is equal, nothing is amiss."""
    return [
        (one.tag, len(one), one.items(), bool(one.text) and (len(one) > 0 or one.tag not in _VARYING_TAGS))
        for one in within
    ]


_FORM = _form(list(_PROFILE.iter()))
_VARYING_AT = {etree.QName(one).localname: at for at, one in enumerate(_PROFILE.iter()) if one.tag in _VARYING_TAGS}
"""Where they stand in a signature: what is in the profile has these elements in this order."""


def _require_profile(found: _Element, profile: _Element) -> None:
    same_elements = [child.tag for child in found] == [child.tag for child in profile]
    if not same_elements or sorted(found.items()) != sorted(profile.items()):
        raise Malformed(path(found), "expected the elements and algorithms of the DUIS signature profile")
    if found.text and not len(profile) and etree.QName(profile).localname not in _VARYING:
        raise Malformed(path(found), "expected no text")
    for found_child, profile_child in zip(found, profile, strict=True):
        _require_profile(found_child, profile_child)


def _octets(element: _Element, length: int) -> bytes:
    octets: bytes = BASE64.read(element)
    if len(octets) != length:
        raise Malformed(path(element), f"expected {length} octets, found {len(octets)}")
    return octets


def _document_digest(root: _Element) -> bytes:
    return hashlib.sha256(_canonical(root, exclusive=False)).digest()


def _signed_octets(signature: _Element) -> bytes:
    return _canonical(signature[0], exclusive=True)


def _canonical(element: _Element, *, exclusive: bool) -> bytes:
    try:
        return etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=False)
    except etree.C14NError as error:
        raise Malformed(path(element), "expected namespaces that are absolute URIs") from error


def _template(element: _Element) -> bytes:
    """The canonical octets of a part of the profile, with ``%b`` for each text that varies."""
    octets = _canonical(element, exclusive=True)
    for name in _VARYING:
        octets = octets.replace(b"<ds:%b></ds:" % name.encode(), b"<ds:%b>%%b</ds:" % name.encode())
    return octets


_SIGNED_INFO, _ALONE = _template(_PROFILE[0]), _template(_PROFILE)
_WITHIN = _ALONE.replace(f' xmlns:ds="{DS}"'.encode(), b"", 1)
"""A signature in a document whose root declares ``ds``; ``_ALONE`` declares it itself."""


def _signer(
    serial: int, find_certificate: Callable[[int], x509.Certificate | None], at: int | None
) -> smki.CertificateFacts:
    certificate = find_certificate(serial)
    if certificate is None:
        raise NotAuthentic("certificate", f"none with serial number {serial} is known")
    if at is not None:
        moment = _EPOCH + timedelta(microseconds=at // 1000)
        first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if not first <= moment <= last:
            raise NotAuthentic("certificate", f"valid from {first} to {last}, not at {moment}")
    try:
        return smki.read(certificate)
    except Malformed as error:
        raise NotAuthentic("certificate", f"that of serial number {serial} is outside the profile: {error}") from error
