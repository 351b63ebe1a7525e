"""``ppmid-harness duis``: what it prints, its exit codes, and one clear line for whatever is wrong."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from ppmid_harness.cli import duis, execute
from ppmid_harness.cli.app import app
from ppmid_protocols import smki
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request, to_xml
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.signature import sign
from ppmid_protocols.eui import Eui
from ppmid_protocols.utrn import Utrn

SUPPLIER, STRANGER = Eui.parse("90-B3-D5-1F-30-01-00-00"), Eui.parse("90-B3-D5-1F-30-02-00-00")
_NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
METER = Eui.parse("00-DB-12-34-56-78-90-A0")
TOP_UP = to_xml(
    Request(RequestId(SUPPLIER, METER, 3 << 32), 2, "2.2", bodies.TopUpDevice(Utrn.parse("73946144332040217315")))
)
CS01A = (
    "DF090100000003000000000890B3D51F300100000800DB1234567890A00002000728"
    "D92000000000010300730000132800FF010109143733393436313434333332303430323137333135"
    "00"
)

Capture = pytest.CaptureFixture[str]


def run(*arguments: object) -> int:
    if all(group.name != "duis" for group in app.registered_groups):
        app.add_typer(duis.app, name="duis")
    return execute(["duis", *map(str, arguments)])


def document(capsys: Capture) -> Any:
    return json.loads(capsys.readouterr().out)


@pytest.fixture(name="signed", scope="module")
def sign_documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of requests and, in ``certs``, the certificates of those who signed them."""
    folder = tmp_path_factory.mktemp("signed")
    (folder / "certs").mkdir()
    issuer = smki.mint_issuer("Z1", smki.derive_private_key(b"duis cli", "issuer"), not_before=_NOT_BEFORE)
    signed = {}
    for name, eui in (("supplier", SUPPLIER), ("stranger", STRANGER)):
        private = smki.derive_private_key(b"duis cli", name)
        usage = smki.Usage.DIGITAL_SIGNATURE
        certificate = smki.mint_organisation(
            eui, smki.Role.XML_SIGN, usage, private.public_key(), issuer, not_before=_NOT_BEFORE
        )
        (folder / "certs" / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        signed[name] = sign(TOP_UP, private, "CN=Z1,OU=07", certificate.serial_number)
    (folder / "certs" / "scratch.pem").write_text("no certificate")
    right = signed["supplier"]
    documents = {
        "right": right,
        "another's": signed["stranger"],
        "unsigned": TOP_UP,
        "altered": right.replace(b":12884901888<", b":17179869184<"),
        "pretty": right.replace(b"<sr:Header>", b"\n  <sr:Header>"),
        "xxe": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + right[38:],
        "laughs": b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><a>&b;</a>',
        "namespace": TOP_UP.replace(b"www.dccinterface", b"www.elsewhere"),
        "version": TOP_UP.replace(b'"5.4"', b'"6.0"'),
        "service": TOP_UP.replace(b">2.2<", b">9.9<"),
        "body": TOP_UP.replace(b"TopUpDevice>", b"TopUpEverything>"),
        "oversized": TOP_UP.replace(b"<sr:Body>", b"<sr:Body>" + b" " * (1 << 20)),
        "text": b"top up, please",
    }
    for name, octets in documents.items():
        (folder / f"{name}.xml").write_bytes(octets)
    return folder


def test_verify_says_who_signed_and_whether_they_may(signed: Path, capsys: Capture) -> None:
    assert run("verify", signed / "right.xml", "--certs", signed / "certs", "--json") == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert {name: found[name] for name in ("root", "signer", "role", "signature", "signer_entitled")} == {
        "root": "Request",
        "signer": str(SUPPLIER),
        "role": "XML_SIGN",
        "signature": "holds",
        "signer_entitled": True,
    }
    assert printed.err.startswith("warning: scratch.pem is left out")
    assert "73946144332040217315" not in printed.out


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("another's", 1, "the signer is not entitled to sign it"),
        ("unsigned", 1, "signature absent"),
        ("altered", 1, "the document is not the one that was signed"),
        ("pretty", 1, "expected no white space between the elements"),
        ("xxe", 2, "expected no DOCTYPE"),
        ("laughs", 2, "expected no DOCTYPE"),
        ("namespace", 2, "expected Request or Response"),
        ("oversized", 2, "expected at most"),
        ("text", 2, "not well-formed XML"),
        ("missing", 2, "expected a readable file"),
    ],
)
def test_verify_refuses_with_the_right_code_and_a_clear_line(
    name: str, code: int, says: str, signed: Path, capsys: Capture
) -> None:
    assert run("verify", signed / f"{name}.xml", "--certs", signed / "certs") == code
    printed = capsys.readouterr()
    assert says in printed.out + printed.err
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("version", "schemaVersion '6.0'"),
        ("service", "SRV 9.9"),
        ("body", "Request/Body/TopUpEverything"),
        ("xxe", "expected no DOCTYPE"),
        ("oversized", "expected at most"),
    ],
)
def test_transform_refuses_in_one_line(name: str, says: str, signed: Path, capsys: Capture) -> None:
    assert run("transform", signed / f"{name}.xml") == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_transform_prints_the_command_by_hand(signed: Path, capsys: Capture) -> None:
    assert run("transform", signed / "right.xml", "--json") == 0
    assert document(capsys) == {
        "srv": "2.2",
        "use_case": "CS01a",
        "message_code": "0007",
        "kind": "command",
        "hex": CS01A,
    }


def test_transform_is_told_what_the_target_is(signed: Path, capsys: Capture) -> None:
    elsewhere = signed / "elsewhere.xml"
    elsewhere.write_bytes(TOP_UP.replace(b"90-A0", b"77-77"))
    assert run("transform", elsewhere) == 2
    assert "expected to be told which of ESME, GSME" in capsys.readouterr().err
    assert run("transform", elsewhere, "--target", "gsme") == 0
    assert "CS01b (0097), a command" in capsys.readouterr().out


def test_a_document_is_checked_by_a_schema_that_is_given(signed: Path, tmp_path: Path, capsys: Capture) -> None:
    root = '<xs:element name="Request"><xs:complexType/></xs:element>'
    space = (
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.dccinterface.co.uk/ServiceUserGateway"'
    )
    (tmp_path / "Small Schema.xsd").write_text(f"<xs:schema {space}>{root}</xs:schema>")
    assert run("verify", signed / "right.xml", "--certs", signed / "certs", "--schema", tmp_path, "--json") == 1
    assert document(capsys)["schema"].startswith("by the schema: Request: Element 'Request'")


def test_coverage_counts_templates_and_compares_payloads(shared: Path, capsys: Capture) -> None:
    data = shared / "data"
    rtds = data / "rtds"
    options = ("--templates", data / "duis_templates", "--rtds", rtds / "messages.json", "--keys", rtds / "keys.json")
    assert run("coverage", *options, "--json") == 0
    found = document(capsys)
    assert list(found) == ["templates", "transformed", "payload_equal", "comparable", "srvs"]
    assert (found["templates"], found["comparable"]) == (297, 186)
    rows = {row["srv"]: row for row in found["srvs"]}
    assert len(rows) == 129
    assert rows["2.2"] == {
        "srv": "2.2",
        "transformed": True,
        "payload_equal": True,
        "answered": True,
        "deliverable": True,
        "local": "yes",
    }
    assert all(rows[srv]["transformed"] for srv in ("8.7.1", "8.7.2"))
    assert [srv for srv, row in rows.items() if row["transformed"] and not row["answered"]] == ["6.2.10"]
    assert (rows["8.13"]["deliverable"], rows["8.13"]["local"]) == (False, "no")
    assert (rows["8.1.1"]["transformed"], rows["8.1.1"]["deliverable"]) == (True, False)


def test_coverage_without_templates_goes_by_the_tables(capsys: Capture) -> None:
    assert run("coverage", "--json") == 0
    found = document(capsys)
    assert (found["templates"], found["transformed"], found["comparable"]) == (0, 0, 0)
    rows = {row["srv"]: row for row in found["srvs"]}
    assert (rows["7.1"]["transformed"], rows["7.1"]["answered"], rows["7.1"]["payload_equal"]) == (True, True, False)
    assert rows["7.7"]["transformed"] is False


def test_coverage_of_a_folder_without_requests_is_bad_input(tmp_path: Path, capsys: Capture) -> None:
    assert run("coverage", "--templates", tmp_path) == 2
    assert "expected files that end in .XML" in capsys.readouterr().err
    (tmp_path / "a.xml").write_text("<a/>")
    assert run("coverage", "--templates", tmp_path) == 2
    assert "a.xml: document" in capsys.readouterr().err
    (tmp_path / "keys.json").write_text("[]")
    assert run("coverage", "--keys", tmp_path / "keys.json") == 2
    assert "expected JSON with certificates" in capsys.readouterr().err


def test_roles_lists_every_role_for_people_and_for_programs(capsys: Capture) -> None:
    assert run("roles", "--json") == 0
    rows = {row["role"]: row for row in json.loads(capsys.readouterr().out)["roles"]}
    assert list(rows) == ["IS", "ES", "GS", "RSA", "ED", "GT", "OU"]
    assert rows["ES"] == {
        "role": "ES",
        "obtains": 12,
        "by_signature": 0,
        "by_own_mac": 0,
        "dcc_alone": 12,
        "returns": False,
    }
    assert run("roles") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1].startswith("ES: obtains 12, verifies 0 by signature and 0 by its own MAC; 12 the DCC alone; cannot")
