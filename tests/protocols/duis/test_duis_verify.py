"""``duis verify``: one report for any document, whatever is wrong with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request, Response, to_xml
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.duis.verify import report
from ppmid_protocols.errors import Malformed

Certificates = Mapping[int, x509.Certificate]
REQUEST_ID = RequestId.parse("90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:12884901888")
READ = Request(REQUEST_ID, 1, "4.18", bodies.ReadMeterBalance())


def test_a_request_of_its_originator_is_accepted_and_its_signer_named(
    signers: dict[str, Any], minted: Certificates
) -> None:
    found = report(signers["supplier"].sign(READ), minted.get)
    assert found.accepted
    assert found.as_json() == {
        "root": "Request",
        "signer": "90-B3-D5-1F-30-01-00-00",
        "role": "XML_SIGN",
        "signature": "holds",
        "signer_entitled": True,
        "problem": None,
        "gbcs": {},
    }


def test_a_request_that_another_party_signed_holds_and_is_not_accepted(
    signers: dict[str, Any], minted: Certificates
) -> None:
    found = report(signers["network operator"].sign(READ), minted.get)
    assert (found.signature, found.signer_entitled, found.accepted) == ("holds", False, False)
    assert str(found.signer) == "90-B3-D5-1F-30-02-00-00"


def test_an_altered_request_names_no_signer(signers: dict[str, Any], minted: Certificates) -> None:
    found = report(signers["supplier"].sign(READ).replace(b":12884901888", b":12884901889"), minted.get)
    assert (found.signature, found.signer, found.role, found.accepted) == ("does not hold", None, None, False)
    assert found.problem is not None
    assert "digest differs" in found.problem


def test_an_unsigned_response_is_reported_as_such_and_not_accepted(minted: Certificates) -> None:
    found = report(to_xml(Response(None, None, ResponseCode("E20"), 0, None, "2.2")), minted.get)
    assert (found.root, found.signature, found.accepted) == ("Response", "absent", False)


def test_the_gbcs_message_inside_is_told_though_the_signature_does_not_hold(
    shared: Path, published: Certificates
) -> None:
    """The template's payload is the ESME's Response to counter 1000 (0x3E8), message code 0x0012."""
    template = next((shared / "data" / "duis_templates").glob("8.13_*")).read_bytes()
    found = report(template, published.get)
    assert found.signature == "does not hold"
    assert found.gbcs == {
        "message_code": "0012",
        "cra": "RESPONSE",
        "originator": "00-DB-12-34-56-78-90-A0",
        "target": "90-B3-D5-1F-30-01-00-00",
        "counter": 1000,
    }


def test_octets_that_are_no_gbcs_message_are_told_as_a_problem_alone(
    signers: dict[str, Any], minted: Certificates
) -> None:
    document = Response(REQUEST_ID, None, ResponseCode("I0"), 0, bodies.GbcsPayload(b"\0\1"), "2.2")
    found = report(signers["DCC"].sign(document), minted.get)
    assert found.accepted
    assert list(found.gbcs) == ["problem"]


def test_no_signature_of_a_published_template_holds_whatever_its_service(shared: Path, published: Certificates) -> None:
    """Also of services whose bodies are not read: the header and the signature are enough."""
    files = sorted((shared / "data" / "duis_templates").iterdir())
    assert {report(file.read_bytes(), published.get).signature for file in files} == {"does not hold"}


@pytest.mark.parametrize("data", [b"", b"<a/>", b"\xdf\x09", to_xml(READ).replace(b"RequestID", b"ID")])
def test_what_is_no_duis_document_is_malformed(data: bytes, minted: Certificates) -> None:
    with pytest.raises(Malformed):
        report(data, minted.get)
