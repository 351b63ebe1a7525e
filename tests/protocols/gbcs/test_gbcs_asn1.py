"""DER payloads: against RTDS 4.5.0 and asn1tools on the same module text, odd lengths, damage, and values made anew."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import asn1
from ppmid_protocols.gbcs.asn1_notation import read_module
from ppmid_protocols.gbcs.message import Cra
from ppmid_protocols.gbcs.payload import DerPayload, read_payload

FIRMWARE = "ActivateFirmwareCommand"


def der(rtds):
    for sample in rtds.values():
        if isinstance(read_payload(sample.message), DerPayload):
            yield sample


def plain(element: asn1.Element) -> object:
    """The Python value that asn1tools gives for an element."""
    kind = element.type.kind
    if kind == "ANY":
        return element.encode()
    if kind == "SEQUENCE":
        return {child.name: plain(child) for child in element.children}
    if kind == "SEQUENCE OF":
        return [plain(child) for child in element.children]
    return {
        "OCTET STRING": element.contents,
        "GeneralizedTime": element.contents,
        "NULL": None,
        "BIT STRING": element.contents[1:],
    }.get(kind, element.named if kind == "ENUMERATED" else element.number)


def normal(value: object, element: asn1.Element) -> object:
    """A value of asn1tools in the same form: without defaults that were left out, choices and bit counts."""
    if element.type.kind == "SEQUENCE" and isinstance(value, dict):
        parts = {child.name: child for child in element.children}
        return {name: normal(value[name], child) for name, child in parts.items()}
    if element.type.kind == "SEQUENCE OF" and isinstance(value, list):
        return [normal(one, child) for one, child in zip(value, element.children, strict=True)]
    if element.type.kind == "BIT STRING":
        return value[0]
    if element.type.kind == "GeneralizedTime":
        return value.strftime("%Y%m%d%H%M%SZ").encode()
    return value


def test_rtds_and_asn1tools_agree(rtds):
    asn1tools = pytest.importorskip("asn1tools")
    text = files("ppmid_protocols.gbcs").joinpath("data", "gbcs.asn").read_text()
    module = asn1tools.compile_string(text, "der")
    count = 0
    for sample in der(rtds):
        message = sample.message
        structure = asn1.structure_of(message.message_code, message.cra)
        assert structure is not None, sample.name
        element = asn1.read(structure, message.payload)
        assert element.encode() == message.payload
        value = module.decode(structure, message.payload)
        if asn1.types()[structure].kind == "CHOICE":
            assert value[0] == element.name
            value = value[1]
        assert normal(value, element) == plain(element), sample.name
        count += 1
    assert count == 91


def test_every_listed_structure_is_known(shared):
    import csv

    with (shared / "data/asn1_use_cases.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if not row["field_path"]:
                code, cra = int(row["message_code"], 16), Cra[row["message"].upper()]
                assert asn1.structure_of(code, cra) == row["structure"]


def test_lengths_that_der_would_not_write_are_kept(rtds):
    odd = [sample.name for sample in der(rtds) if sample.message.payload[1:4] == bytes.fromhex("82009f")]
    assert odd
    element = asn1.read(None, bytes.fromhex("3082000402810101"))
    assert element.encode().hex() == "3082000402810101"
    assert element.children[0].number == 1


def test_values_by_name(rtds):
    element = asn1.read("UpdateSecurityCredentialsCommand", rtds[
        "CS02bSupplierBySupplierHandover_6.21_SUCCESS_COMMAND"].message.payload)  # fmt: skip
    assert element.find("mode").named == "supplierBySupplier"
    cells = [child.children[1] for child in element.find("replacements").children]
    assert [cell.find("role").named for cell in cells] == ["supplier"] * len(cells)
    assert {cell.find("keyUsage").named for cell in cells} == {"digitalSignature", "keyAgreement"}
    assert element.find("executionTime") is None


@pytest.mark.parametrize(
    ("structure", "octets", "field", "offset"),
    [
        (None, "", "element", 0),
        (None, "04", "element", 1),
        (None, "0480", "element", 1),
        (None, "0402ff", "element", 2),
        (None, "0400ff", "DER payload", 2),
        (None, "1f8100", "element", 0),
        (None, "3003020200", "element", 4),
        (None, "3002020500", "element", 4),
        ("ReadFirmwareVersionCommand", "0401ff", "ReadFirmwareVersionCommand", 0),
        ("ReadFirmwareVersionCommand", "050100", "ReadFirmwareVersionCommand", 2),
        ("UnjoinDeviceCommand", "040700112233445566", "UnjoinDeviceCommand", 2),
        ("UnjoinDeviceResponse", "0200", "UnjoinDeviceResponse", 2),
        ("IssueSecurityCredentialsCommand", "3003030108", "keyUsage", 4),
        ("IssueSecurityCredentialsResponse", "0400", "IssueSecurityCredentialsResponse", 0),
        ("SetTimeCommand", "3003180130", "earliest", 4),
        ("SetTimeResponse", "3000", "deviceTime", 2),
        ("ReadFirmwareVersionResponse", "300c040401020304020100020100", "SEQUENCE", 11),
    ],
)
def test_damage_is_named(structure, octets, field, offset):
    with pytest.raises(Malformed) as problem:
        asn1.read(structure, bytes.fromhex(octets))
    assert (problem.value.field, problem.value.offset) == (field, offset)


def test_nested_elements_end_somewhere():
    octets = b""
    for _ in range(asn1.DEEPEST):
        octets = b"\x30\x82" + len(octets).to_bytes(2, "big") + octets
    assert asn1.read(None, octets).encode() == octets
    with pytest.raises(Malformed, match="expected at most 32 levels"):
        asn1.read(None, b"\x30\x82" + len(octets).to_bytes(2, "big") + octets)
    with pytest.raises(Malformed, match="expected 65531 octets of contents"):
        asn1.read(None, b"\x30\x82\xff\xfb" * 16383)


@given(st.binary(max_size=40), st.sampled_from([None, *sorted(asn1.types())]))
def test_any_octets_are_read_exactly_or_refused(octets, structure):
    try:
        element = asn1.read(structure, octets)
    except Malformed:
        return
    assert element.encode() == octets


def test_made_structures():
    made = asn1.make(FIRMWARE, {"imageHash": bytes(32), "originatorCounter": 1000})
    assert made.encode().hex() == "3026" + "0420" + "00" * 32 + "020203e8"
    assert (
        asn1.make("IssueSecurityCredentialsCommand", {"keyUsage": "digitalSignature"}).encode().hex() == "300403020780"
    )
    assert asn1.make("UnjoinDeviceResponse", "notInDeviceLog").encode().hex() == "020101"
    assert asn1.make("UnjoinDeviceResponse", 128).encode().hex() == "02020080"
    assert asn1.make("ActivateFirmwareResponse", {"accepted": None}).encode().hex() == "0500"
    keys = {"cells": [], "role": 2, "status": "badCertificate"}
    assert asn1.make("ProvideSecurityCredentialDetailsResponse", [keys]).encode().hex() == "300a30080201020a01053000"


@pytest.mark.parametrize(
    ("structure", "value", "field"),
    [
        (FIRMWARE, {"imageHash": bytes(31), "originatorCounter": 1}, "imageHash"),
        (FIRMWARE, {"imageHash": bytes(32)}, "originatorCounter"),
        (FIRMWARE, {"imageHash": bytes(32), "originatorCounter": 1, "other": 2}, FIRMWARE),
        ("UnjoinDeviceResponse", "no such name", "UnjoinDeviceResponse"),
        ("ActivateFirmwareResponse", {"neither": None}, "ActivateFirmwareResponse"),
        ("IssueSecurityCredentialsCommand", {"keyUsage": "sign"}, "keyUsage"),
    ],
)
def test_values_that_do_not_fit_are_refused(structure, value, field):
    with pytest.raises(Malformed) as problem:
        asn1.make(structure, value)
    assert problem.value.field == field


def test_rtds_payloads_of_short_lengths_are_made_anew(rtds):
    structure = "SetTimeCommand"
    payload = rtds["GCS28_6.11_SUCCESS_COMMAND"].message.payload
    element = asn1.read(structure, payload)
    times = {child.name: child.contents.decode() for child in element.children}
    assert asn1.make(structure, times).encode() == payload


def test_a_name_without_definition_is_a_wrong_module():
    with pytest.raises(ValueError, match="expected the definition of 'Missing'"):
        read_module("M DEFINITIONS ::= BEGIN A ::= SEQUENCE { b Missing } END")
