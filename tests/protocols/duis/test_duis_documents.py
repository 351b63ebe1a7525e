"""Requests and Responses: published templates come back unchanged, every body round-trips, bad documents say where."""

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request, Response, from_xml, to_xml
from ppmid_protocols.duis.request_id import RequestId, response_id
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.duis.safe_xml import DS, MAX_OCTETS, SR
from ppmid_protocols.duis.services import SERVICE_REQUESTS
from ppmid_protocols.duis.shapes import read_date_time, write_date_time
from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.utrn import Utrn, check_digit

REQUEST_ID = RequestId.parse("90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:12884901888")
UTRN = "73946144332040217315"
TOP_UP = Request(REQUEST_ID, 1, "2.2", bodies.TopUpDevice(Utrn.parse(UTRN)))
TOP_UP_XML = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<sr:Request xmlns:ds="http://www.w3.org/2000/09/xmldsig#" '
    b'xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway" '
    b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" schemaVersion="5.4">'
    b"<sr:Header><sr:RequestID>90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:12884901888</sr:RequestID>"
    b"<sr:CommandVariant>1</sr:CommandVariant><sr:ServiceReference>2.2</sr:ServiceReference>"
    b"<sr:ServiceReferenceVariant>2.2</sr:ServiceReferenceVariant></sr:Header>"
    b"<sr:Body><sr:TopUpDevice><sr:UTRN>73946144332040217315</sr:UTRN></sr:TopUpDevice></sr:Body></sr:Request>"
)
ACKNOWLEDGED = Response(REQUEST_ID, response_id(REQUEST_ID), ResponseCode("I99"), 0, None, "2.2")

euis = st.binary(min_size=8, max_size=8).map(Eui)
request_ids = st.builds(RequestId, euis, euis, st.integers(0, 2**64 - 1))
octets = st.binary(min_size=1, max_size=200)
moments = st.integers(0, 4_000_000_000 * 10**9)
utrns = (
    st.integers(0, 2**57 - 1).map(lambda n: str(7394156990786306048 + n)).map(lambda n: Utrn.parse(n + check_digit(n)))
)
twenty_digits = st.integers(0, 10**20 - 1)
request_bodies = st.one_of(
    st.builds(bodies.TopUpDevice, utrns),
    st.sampled_from([bodies.ActivateEmergencyCredit(), bodies.EnableSupply(), bodies.ArmSupply()]),
    st.just(bodies.ReadSupplyStatus()),
    st.builds(bodies.ReadMeterBalance, execution_date_time=st.none() | moments),
    st.builds(bodies.ReturnLocalCommandResponse, st.none() | request_ids, octets),
    st.builds(bodies.SignedPreCommand, octets, execution_date_time=st.none() | moments),
)
message_bodies = st.one_of(
    st.none(),
    st.builds(bodies.GbcsPayload, octets),
    st.builds(bodies.PreCommand, st.just("4.3"), octets),
    st.builds(bodies.LocalCommand, octets),
)
breaches = st.sampled_from(get_args(bodies.Breach)).flatmap(lambda kind: st.builds(kind, request_ids, twenty_digits))
failures = st.builds(bodies.CommandFailure, request_ids, euis, schedule_id=st.none() | twenty_digits)
throttling = {"throttled_sequence": st.none() | st.integers(0, 99), "throttled_count": st.none() | st.integers(0, 99)}
alert_bodies = st.one_of(
    st.builds(bodies.DeviceAlert, st.integers(0, 0xFFFF), octets, **throttling),
    st.builds(bodies.DccAlert, st.sampled_from(["AD1", "N1", "N999"]), failures | breaches, **throttling),
)
codes = st.sampled_from(["I0", "I99", "E17", "E081301", "W110101"]).map(ResponseCode)
services = st.sampled_from(["2.2", "6.2.9", "8.13"])
documents = st.one_of(
    st.builds(
        Request,
        request_ids,
        st.integers(1, 9),
        services,
        request_bodies,
        first_in_sequence=st.none() | st.booleans(),
        preceding=st.none() | request_ids,
    ),
    st.builds(Response, st.none() | request_ids, st.none() | request_ids, codes, moments, message_bodies, services),
    st.builds(Response, st.none(), st.none() | request_ids, codes, moments, alert_bodies, st.none()),
)


def canonical_template(data: bytes) -> bytes:
    """Canonical form of a template without its signature, comments and indentation; not by the code under test."""
    root = etree.fromstring(data, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    root.remove(root[-1])
    return etree.tostring(root, method="c14n")


def changed(old: bytes, new: bytes) -> bytes:
    assert TOP_UP_XML.count(old) >= 1
    return TOP_UP_XML.replace(old, new)


def test_a_request_is_written_octet_by_octet() -> None:
    assert to_xml(TOP_UP) == TOP_UP_XML


@given(documents)
def test_any_document_comes_back_from_its_xml_and_gives_the_same_octets_again(document: Request | Response) -> None:
    data = to_xml(document)
    assert from_xml(data) == document
    assert to_xml(from_xml(data)) == data


def test_every_template_comes_back_unchanged(shared: Path) -> None:
    seen: set[str] = set()
    for file in sorted((shared / "data" / "duis_templates").iterdir()):
        data = file.read_bytes()
        document = from_xml(data)
        assert isinstance(document, Request)
        written = etree.tostring(etree.fromstring(to_xml(document)), method="c14n")
        assert (file.name, written) == (file.name, canonical_template(data))
        seen.add(document.srv)
    assert seen == set(SERVICE_REQUESTS)


def test_a_local_command_holds_the_octets_of_its_payload() -> None:
    text = base64.b64encode(bytes(range(60))).decode()
    body = f"<LocalCommand><GBCSPayload>{text[:76]}&#13;\n{text[76:]}\r\n</GBCSPayload></LocalCommand>"
    found = from_xml(response_xml("I0", body))
    assert isinstance(found, Response)
    assert found.body == bodies.LocalCommand(bytes(range(60)))
    assert (found.code, found.srv, found.date_time) == ("I0", "2.2", 1_767_225_600_250_000_000)


def response_xml(code: str, content: str) -> bytes:
    return (
        f'<Response xmlns="{SR}" schemaVersion="5.4">\n<Header><RequestID>{REQUEST_ID}</RequestID>'
        f"<ResponseID>{response_id(REQUEST_ID)}</ResponseID><ResponseCode>{code}</ResponseCode>"
        "<ResponseDateTime>2026-01-01T00:00:00.25Z</ResponseDateTime></Header>"
        "<Body><ResponseMessage><ServiceReference>2.2</ServiceReference>"
        f"<ServiceReferenceVariant>2.2</ServiceReferenceVariant>{content}</ResponseMessage></Body></Response>"
    ).encode()


@pytest.mark.parametrize(
    ("code", "meaning"),
    [("I99", "accepted for sending"), ("E20", "communication with the device cannot be established"), ("E45", None)],
)
def test_acknowledgements_and_errors_have_a_code_and_no_body(code: str, meaning: str | None) -> None:
    found = from_xml(response_xml(code, ""))
    assert isinstance(found, Response)
    assert found.body is None
    assert (found.code, found.code.meaning) == (code, meaning)


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-01-01T00:00:00.000000001Z", 1_767_225_600_000_000_001),
        ("2026-01-01T01:00:00.5+01:00", 1_767_225_600_500_000_000),
        (
            "3000-12-31T00:00:00.00Z",
            32_535_129_600_000_000_000,
        ),  # the date by which a future-dated Command is cancelled
    ],
)
def test_dates_of_any_zone_and_fraction_are_read_to_the_nanosecond(text: str, nanoseconds: int) -> None:
    assert read_date_time(text) == nanoseconds
    assert read_date_time(write_date_time(nanoseconds)) == nanoseconds


@pytest.mark.parametrize(
    "text", ["2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-01-01", "", "2026-01-01T00:00:00+99:00"]
)
def test_dates_without_a_zone_or_a_sense_are_refused(text: str) -> None:
    with pytest.raises(Malformed, match="zone"):
        read_date_time(text)


def test_nothing_printed_shows_a_utrn() -> None:
    carrying = Request(REQUEST_ID, 5, "2.2", bodies.SignedPreCommand(UTRN.encode()))
    assert UTRN not in repr(TOP_UP) + str(TOP_UP) + repr(carrying)
    with pytest.raises(NotAuthentic) as wrong_digit:
        from_xml(changed(UTRN.encode(), b"73946144332040217316"))
    with pytest.raises(Malformed) as too_long:
        from_xml(changed(UTRN.encode(), UTRN.encode() + b"0"))
    assert "7394614433" not in str(wrong_digit.value) + str(too_long.value)


PAYLOAD = "Response/Body/ResponseMessage/GBCSPayload"
HOSTILE = {
    "nothing": (b"", "document"),
    "no XML": (b"\xdf\x09\x01", "document"),
    "cut off": (TOP_UP_XML[:-3], "document"),
    "two roots": (TOP_UP_XML + TOP_UP_XML[38:], "document"),
    "another encoding": (TOP_UP_XML.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "document"),
    "XXE": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + changed(b">2.2<", b">&x;<")[38:], "document"),
    "billion laughs": (b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>', "document"),
    "external DTD": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "document"),
    "undefined entity": (changed(b">2.2<", b">&x;<"), "document"),
    "processing instruction": (changed(b"<sr:Body>", b"<?x y?><sr:Body>"), "Request"),
    "instruction before the root": (b"<?x y?>" + TOP_UP_XML[38:], "document"),
    "too deep": (b"<a>" * 300 + b"</a>" * 300, "document"),
    "too large": (TOP_UP_XML + b" " * MAX_OCTETS, "document"),
    "another root": (b"<Request/>", "document"),
    "wrong namespace": (changed(SR.encode(), b"urn:x"), "document"),
    "wrong namespace inside": (
        changed(b"<sr:CommandVariant>1</sr", b"<ds:CommandVariant>1</ds"),
        "Request/Header/CommandVariant",
    ),
    "no version": (changed(b' schemaVersion="5.4"', b""), "Request"),
    "attribute": (changed(b"<sr:Body>", b'<sr:Body Id="a">'), "Request/Body"),
    "attribute on a leaf": (changed(b"<sr:UTRN>", b'<sr:UTRN Id="a">'), "Request/Body/TopUpDevice/UTRN"),
    "text between elements": (changed(b"<sr:Body>", b"<sr:Body>x"), "Request/Body"),
    "no body": (
        changed(b"<sr:TopUpDevice><sr:UTRN>73946144332040217315</sr:UTRN></sr:TopUpDevice>", b""),
        "Request/Body",
    ),
    "two bodies": (changed(b"</sr:TopUpDevice>", b"</sr:TopUpDevice><sr:ArmSupply/>"), "Request/Body"),
    "element inside a leaf": (changed(b"<sr:UTRN>", b"<sr:UTRN><sr:A/>"), "Request/Body/TopUpDevice/UTRN"),
    "wrong order": (changed(b"sr:CommandVariant>", b"sr:ServiceReference>"), "Request/Header/CommandVariant"),
    "Command Variant 0": (changed(b">1<", b">0<"), "Request/Header/CommandVariant"),
    "reference and variant differ": (changed(b"Reference>2.2<", b"Reference>2.3<"), "Request/Header/ServiceReference"),
    "counter too large": (changed(b":12884901888", b":18446744073709551616"), "Request/Header/RequestID"),
    "leading zero": (changed(b":12884901888", b":012884901888"), "Request/Header/RequestID"),
    "preceding goes after": (
        changed(
            b"<sr:CommandVariant>",
            b"<sr:PrecedingServiceRequestID>1</sr:PrecedingServiceRequestID>"
            b"<sr:FirstInSequence>1</sr:FirstInSequence><sr:CommandVariant>",
        ),
        "Request/Header/CommandVariant",
    ),
    "no truth": (
        changed(b"<sr:CommandVariant>", b"<sr:FirstInSequence>True</sr:FirstInSequence><sr:CommandVariant>"),
        "Request/Header/FirstInSequence",
    ),
    "preceded by no RequestID": (
        changed(
            b"<sr:CommandVariant>",
            b"<sr:PrecedingServiceRequestID>1</sr:PrecedingServiceRequestID><sr:CommandVariant>",
        ),
        "Request/Header/PrecedingServiceRequestID",
    ),
    "no base64": (response_xml("I0", "<GBCSPayload>!!!!</GBCSPayload>"), PAYLOAD),
    "no ASCII in base64": (
        response_xml("I0", "<GBCSPayload>é</GBCSPayload>"),
        PAYLOAD,
    ),
    "empty payload": (response_xml("I0", "<GBCSPayload/>"), PAYLOAD),
    "code": (response_xml("X1", ""), "Response/Header/ResponseCode"),
}


@pytest.mark.parametrize(("data", "place"), HOSTILE.values(), ids=HOSTILE)
def test_bad_documents_are_refused_in_one_line_that_says_where(data: bytes, place: str) -> None:
    with pytest.raises(Malformed) as refused:
        from_xml(data)
    assert refused.value.field == place
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (changed(b'"5.4"', b'"6.0"'), "schemaVersion '6.0'"),
        (changed(b"TopUpDevice", b"ReadTheFuture"), "Request/Body/ReadTheFuture"),
    ],
)
def test_what_this_version_does_not_read_is_named(data: bytes, what: str) -> None:
    with pytest.raises(Unsupported, match=what):
        from_xml(data)


@pytest.mark.parametrize(("text", "first"), [(b"true", True), (b"1", True), (b"false", False), (b" 0 ", False)])
def test_a_place_in_a_sequence_is_read_in_every_form_of_a_boolean(text: bytes, first: bool) -> None:
    place = (
        b"<sr:FirstInSequence>" + text + b"</sr:FirstInSequence><sr:PrecedingServiceRequestID>"
        b"90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:7</sr:PrecedingServiceRequestID>"
    )
    found = from_xml(changed(b"<sr:CommandVariant>", place + b"<sr:CommandVariant>"))
    preceding = RequestId(REQUEST_ID.originator, REQUEST_ID.target, 7)
    assert found == replace(TOP_UP, first_in_sequence=first, preceding=preceding)
    assert to_xml(found) == changed(
        b"<sr:CommandVariant>",
        place.replace(b">" + text + b"<", b">true<" if first else b">false<") + b"<sr:CommandVariant>",
    )


def test_a_comment_does_not_hide_text() -> None:
    """What is read is what canonical XML signs: text on both sides of a comment is one text."""
    assert from_xml(changed(b"7394614433", b"73946<!-- x -->14433")) == TOP_UP


def test_the_size_bound_is_a_setting() -> None:
    assert from_xml(TOP_UP_XML, limit=len(TOP_UP_XML)) == TOP_UP
    with pytest.raises(Malformed, match="at most"):
        from_xml(TOP_UP_XML, limit=len(TOP_UP_XML) - 1)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Request(REQUEST_ID, 10, "2.2", bodies.ArmSupply()),
        lambda: Request(REQUEST_ID, 1, "two", bodies.ArmSupply()),
        lambda: Response(REQUEST_ID, None, ResponseCode("I0"), 0, None, None),
        lambda: Response(None, None, ResponseCode("I0"), 0, bodies.DeviceAlert(0x8F0A, b"x"), "2.2"),
    ],
)
def test_objects_that_no_document_can_hold_are_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(ProtocolError):
        wrong()


@given(st.integers(0, len(TOP_UP_XML) - 1), st.integers(0, 255))
def test_any_changed_octet_gives_a_document_or_a_protocol_error(place: int, octet: int) -> None:
    data = bytearray(TOP_UP_XML)
    data[place] = octet
    try:
        found = from_xml(bytes(data))
    except ProtocolError:
        return
    assert isinstance(found, Request)


def test_a_signature_is_not_read_here() -> None:
    signed = TOP_UP_XML.replace(b"</sr:Request>", f'<s:Signature xmlns:s="{DS}"/></sr:Request>'.encode())
    assert from_xml(signed) == TOP_UP
