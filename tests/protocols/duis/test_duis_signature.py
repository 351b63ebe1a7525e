"""The XML signature, both ways: against documents that other tools signed, and against every way to be wrong."""

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.etree import _Element

from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import DECLARATION, Request, Response, from_xml, to_xml
from ppmid_protocols.duis.request_id import RequestId, response_id
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.duis.safe_xml import DS, SR
from ppmid_protocols.duis.signature import SignatureAbsent, Verified, entitled, sign, verify
from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError
from ppmid_protocols.smki import Role
from ppmid_protocols.utrn import Utrn

ISSUER = "CN=Z1,OU=07"
REQUEST_ID = RequestId.parse("90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:12884901888")
TOP_UP = Request(REQUEST_ID, 2, "2.2", bodies.TopUpDevice(Utrn.parse("73946144332040217315")))
ANSWER = Response(REQUEST_ID, response_id(REQUEST_ID), ResponseCode("I0"), 0, bodies.LocalCommand(b"gbcs"), "2.2")

Certificates = Mapping[int, x509.Certificate]


def part(data: bytes, name: str) -> bytes:
    found = etree.fromstring(data).findtext(f".//{{{DS}}}{name}")
    assert found is not None
    return found.encode()


@pytest.fixture(scope="module")
def signed(signers: dict[str, Any]) -> bytes:
    data: bytes = signers["supplier"].sign(TOP_UP)
    return data


@pytest.mark.parametrize(
    ("name", "counter"),
    [
        ("CS01a_2.2_signed_by_dcc_tool_preserveCounter.xml", 12884901888),
        ("ECS09_2.5_signed_by_npm_duis-sign-wrap.xml", 1795612859693),
    ],
)
def test_documents_signed_by_the_dccs_own_tools_hold(
    shared: Path, published: Certificates, name: str, counter: int
) -> None:
    """Dates are unchecked by default, since most published certificates have run out."""
    data = (shared / "data" / "duis_signed" / name).read_bytes()
    verified, document = verify(data, published.get), from_xml(data)
    assert (verified.root, verified.issuer_name, verified.signer.role) == ("Request", ISSUER, Role.XML_SIGN)
    assert isinstance(document, Request)
    assert document.request_id.counter == counter
    assert entitled(verified, document)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"73946144332040217315", b"73946144332040217310"),
        (b":12884901888", b":12884901889"),
        (b"90-A0:", b"90-A1:"),
        (b"Variant>1<", b"Variant>2<"),
        (b"ReferenceVariant>2.2<", b"ReferenceVariant>2.3<"),
        (b'schemaVersion="5.4"', b'schemaVersion="5.3"'),
        (b"<sr:Body>", b'<sr:Body Id="x">'),
        (b"qm53ie69", b"qm53ie6A"),
        (b"h9tSuDDp", b"h9tSuDDq"),
    ],
)
def test_a_copy_altered_anywhere_does_not_hold(shared: Path, published: Certificates, old: bytes, new: bytes) -> None:
    data = (shared / "data" / "duis_signed" / "CS01a_2.2_signed_by_dcc_tool_preserveCounter.xml").read_bytes()
    assert data.count(old) == 1
    with pytest.raises(NotAuthentic, match="signature"):
        verify(data.replace(old, new), published.get)


def test_the_placeholder_signatures_of_the_templates_do_not_hold(shared: Path, published: Certificates) -> None:
    for file in sorted((shared / "data" / "duis_templates").glob("*_2.2_*")):
        with pytest.raises(Malformed, match="DigestValue: expected 32 octets, found 7"):
            verify(file.read_bytes(), published.get)


def test_a_template_signed_anew_holds(shared: Path, signers: dict[str, Any], minted: Certificates) -> None:
    """Signing drops indentation and the old signature, as the DCC's tool does."""
    template = next((shared / "data" / "duis_templates").glob("ECS09_2.5_*")).read_bytes()
    data = signers["supplier"].sign(template)
    assert verify(data, minted.get).signer.eui == REQUEST_ID.originator
    assert b"\n" not in data


def test_signing_is_deterministic_and_does_not_touch_the_document(signers: dict[str, Any], signed: bytes) -> None:
    assert signers["supplier"].sign(TOP_UP) == signed
    assert from_xml(signed) == TOP_UP
    assert signers["supplier"].sign(signed) == signed


def test_an_independent_library_verifies_our_signature(signers: dict[str, Any], signed: bytes) -> None:
    signxml = pytest.importorskip("signxml", reason="signxml, the second verifier of XML signatures, is not installed")
    verifier, certificate = signxml.XMLVerifier(), signers["supplier"].certificate
    assert verifier.verify(signed, x509_cert=certificate).signed_xml.tag == f"{{{SR}}}Request"
    with pytest.raises(signxml.InvalidSignature):
        verifier.verify(signed.replace(b"73946144332040217315", b"73946144332040217310"), x509_cert=certificate)


def test_an_unsigned_document_is_told_apart_from_a_wrong_signature(minted: Certificates) -> None:
    with pytest.raises(SignatureAbsent):
        verify(to_xml(TOP_UP), minted.get)


def test_a_document_indented_after_signing_is_refused(signed: bytes, minted: Certificates) -> None:
    indented = etree.tostring(etree.fromstring(signed), pretty_print=True)
    with pytest.raises(Malformed, match="white space between the elements"):
        verify(indented, minted.get)


def test_base64_with_line_breaks_holds(signed: bytes, minted: Certificates) -> None:
    value = part(signed, "SignatureValue")
    assert verify(signed.replace(value, value[:76] + b"&#13;\n" + value[76:]), minted.get)


def test_the_certificate_is_found_by_serial_number_alone(
    signers: dict[str, Any], signed: bytes, minted: Certificates
) -> None:
    assert verify(signed.replace(ISSUER.encode(), b"CN=anybody"), minted.get).issuer_name == "CN=anybody"
    serial = str(signers["supplier"].certificate.serial_number).encode()
    with pytest.raises(NotAuthentic, match="certificate: none with serial number 7 is known"):
        verify(signed.replace(serial, b"7"), minted.get)
    other = str(signers["network operator"].certificate.serial_number).encode()
    with pytest.raises(NotAuthentic, match="not made by the key"):
        verify(signed.replace(serial, other), minted.get)


def test_dates_are_checked_when_a_time_is_given(signed: bytes, minted: Certificates) -> None:
    year, second = 31_557_600, 10**9
    assert verify(signed, minted.get, at=57 * year * second)
    for years in (55, 67):
        with pytest.raises(NotAuthentic, match="certificate: valid from"):
            verify(signed, minted.get, at=years * year * second)


def encodings(raw: bytes) -> dict[str, bytes]:
    r, s = raw[:32], raw[32:]
    return {
        "DER": encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big")),
        "63 octets": raw[1:],
        "66 octets": b"\0" + r + b"\0" + s,
    }


def test_only_64_raw_octets_are_a_signature(signers: dict[str, Any], minted: Certificates) -> None:
    """One signature in 128 has a part that begins with zero: written in full; shorter ones are refused."""
    leading_zeros = 0
    for counter in range(400):
        request_id = RequestId(REQUEST_ID.originator, REQUEST_ID.target, counter)
        data = signers["supplier"].sign(Request(request_id, 1, "4.18", bodies.ReadMeterBalance()))
        raw = base64.b64decode(part(data, "SignatureValue"), validate=True)
        assert len(raw) == 64
        if 0 not in (raw[0], raw[32]):
            continue
        leading_zeros += 1
        assert verify(data, minted.get)
        for form in encodings(raw).values():
            with pytest.raises(Malformed, match=f"SignatureValue: expected 64 octets, found {len(form)}"):
                verify(data.replace(base64.b64encode(raw), base64.b64encode(form)), minted.get)
    assert leading_zeros > 0


def remade(data: bytes, change: Callable[[_Element, _Element], object]) -> bytes:
    """The document after ``change`` has had its root and its signature."""
    root = etree.fromstring(data)
    change(root, root[-1])
    return etree.tostring(root)


def copied(element: _Element) -> _Element:
    return etree.fromstring(etree.tostring(element))


def wrap_the_document(root: _Element, signature: _Element) -> None:
    """The classic wrapping: what was signed moves into the signature, and something else takes its place."""
    original = copied(root)
    original.remove(original[-1])
    etree.SubElement(signature, f"{{{DS}}}Object").append(original)
    root[1][0][0].text = "73946144332040217310"


# Places in a signature: [0] SignedInfo, [0][1] SignatureMethod, [0][2] Reference, [0][2][0] Transforms, [2] KeyInfo
OUTSIDE_THE_PROFILE: dict[str, Callable[[_Element, _Element], object]] = {
    "signature first": lambda root, signature: root.insert(0, signature),
    "signature in the body": lambda root, signature: root[1].append(signature),
    "two signatures": lambda root, signature: root.append(copied(signature)),
    "a second signature in the body": lambda root, signature: root[1].append(copied(signature)),
    "the document inside an object": wrap_the_document,
    "an object": lambda _, signature: etree.SubElement(signature, f"{{{DS}}}Object"),
    "reference to a part": lambda _, signature: signature[0][2].set("URI", "#body"),
    "two references": lambda _, signature: signature[0].append(copied(signature[0][2])),
    "another transform": lambda _, signature: signature[0][2][0].append(copied(signature[0][2][0][0])),
    "no transform": lambda _, signature: signature[0][2][0].remove(signature[0][2][0][0]),
    "SHA-1": lambda _, signature: signature[0][2][1].set("Algorithm", "http://www.w3.org/2000/09/xmldsig#sha1"),
    "HMAC": lambda _, signature: signature[0][1].set("Algorithm", "http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
    "text in an empty element": lambda _, signature: setattr(signature[0][0], "text", "x"),
    "a serial number in words": lambda _, signature: setattr(signature[2][0][0][1], "text", "seven"),
}


def test_remaking_alone_changes_nothing(signed: bytes, minted: Certificates) -> None:
    assert verify(remade(signed, lambda *_: None), minted.get)


@pytest.mark.parametrize("name", ["two signatures", "a second signature in the body"])
def test_a_second_signature_is_named_as_such(signed: bytes, minted: Certificates, name: str) -> None:
    with pytest.raises(Malformed, match="expected one Signature in the document, found 2"):
        verify(remade(signed, OUTSIDE_THE_PROFILE[name]), minted.get)


@pytest.mark.parametrize("change", OUTSIDE_THE_PROFILE.values(), ids=OUTSIDE_THE_PROFILE)
def test_anything_but_the_profile_is_malformed(
    signed: bytes, minted: Certificates, change: Callable[[_Element, _Element], object]
) -> None:
    with pytest.raises(Malformed, match="Signature"):
        verify(remade(signed, change), minted.get)


@pytest.mark.parametrize(
    ("name", "request_ok", "response_ok"),
    [
        ("supplier", True, False),
        ("supplier's GBCS key", False, False),
        ("supplier's key agreement key", False, False),
        ("network operator", False, False),
        ("DCC", False, True),
        ("ACB", False, True),
    ],
)
def test_a_request_is_its_originators_to_sign_and_a_response_the_dccs(
    signers: dict[str, Any], minted: Certificates, name: str, request_ok: bool, response_ok: bool
) -> None:
    """Each signature holds; the DCC's tools stop there."""
    for document, expected in ((TOP_UP, request_ok), (ANSWER, response_ok)):
        verified = verify(signers[name].sign(document), minted.get)
        assert entitled(verified, document) is expected


def test_a_document_may_not_borrow_the_signature_of_another_root(signers: dict[str, Any], minted: Certificates) -> None:
    verified = verify(signers["DCC"].sign(TOP_UP), minted.get)
    assert not entitled(verified, ANSWER)


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_changed_octet_changes_what_is_believed(signed: bytes, minted: Certificates, data: st.DataObject) -> None:
    changed = bytearray(signed)
    changed[data.draw(st.integers(0, len(signed) - 1))] = data.draw(st.integers(0, 255))
    try:
        verified: Verified = verify(bytes(changed), minted.get)
    except ProtocolError:
        return
    assert verified.serial in minted
    assert from_xml(bytes(changed)) == TOP_UP


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("as it is written", lambda data: data),
        ("another prefix", lambda data: data.replace(b"xmlns:sr", b"xmlns").replace(b"sr:", b"")),
        ("ds not declared", lambda data: data.replace(f' xmlns:ds="{DS}"'.encode(), b"")),
        ("ds under another prefix", lambda data: data.replace(b"xmlns:ds=", b"xmlns:dsig=")),
    ],
)
@pytest.mark.parametrize("issuer", [ISSUER, "CN=A & B <c> \u00e9"])
def test_what_is_signed_is_canonical_and_verifies(
    signers: dict[str, Any], minted: Certificates, name: str, change: Callable[[bytes], bytes], issuer: str
) -> None:
    """The signature is written in its canonical form; lxml's canonicalisation of the whole is the judge."""
    private, serial = signers["supplier"].private, signers["supplier"].certificate.serial_number
    data = sign(change(to_xml(TOP_UP)), private, issuer, serial)
    assert DECLARATION + etree.tostring(etree.fromstring(data), method="c14n") == data, name
    assert verify(data, minted.get).issuer_name == issuer
    assert from_xml(data) == TOP_UP
