"""Documents that nobody is proven to have sent: each dropped with one clear line, and nothing is sent on."""

import pytest
from dcc_bench import Bench, enable, pre_command, top_up
from home_parts import BROKER, CREDENTIALS, OTHER_SUPPLIER, SUPPLIER, signed_by
from lxml import etree

from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.signed_documents import sign_document
from ppmid_protocols.duis.documents import Response, to_xml
from ppmid_protocols.duis.request_id import response_id
from ppmid_protocols.duis.response_code import SUCCESS
from ppmid_protocols.duis.safe_xml import MAX_OCTETS, SR

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'
SIGNED = sign_document(top_up(3), CREDENTIALS[SUPPLIER].own("xml_signing"))


def changed(old: bytes, new: bytes) -> bytes:
    assert SIGNED.count(old) >= 1
    return SIGNED.replace(old, new, 1)


def with_doctype(doctype: bytes, old: bytes = b">2.2<", new: bytes = b">2.2<") -> bytes:
    return DECLARATION + doctype + changed(old, new).removeprefix(DECLARATION)


def pretty_printed() -> bytes:
    root = etree.fromstring(SIGNED)
    etree.indent(root)
    return etree.tostring(root)


def another_key() -> bytes:
    """A top-up of the Supplier that another Supplier has signed: a good signature by the wrong party."""
    return sign_document(top_up(3), CREDENTIALS[OTHER_SUPPLIER].own("xml_signing"))


def not_for_documents() -> bytes:
    """The Supplier's own key, but the one for GBCS."""
    return sign_document(top_up(3), CREDENTIALS[SUPPLIER].own("signing"))


LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (name + 1, name, name, name, name) for name in range(97, 110)
)
HOSTILE: dict[str, tuple[bytes, str]] = {
    "XXE": (with_doctype(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>', b">2.2<", b">&x;<"), "DOCTYPE"),
    "billion laughs": (with_doctype(LAUGHS + b"]>", b">2.2<", b">&n;<"), "DOCTYPE"),
    "external DTD": (with_doctype(b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">'), "DOCTYPE"),
    "wrong namespace": (changed(SR.encode(), b"http://www.dccinterface.co.uk/ServiceUserGateway2"), "document: "),
    "no namespace": (b'<Request schemaVersion="5.4"/>', "document: "),
    "version of another form": (changed(b'"5.4"', b'"v5.4"'), "signature: "),
    "unsigned": (to_xml(top_up(3)), "signature: absent"),
    "signed by another party": (another_key(), f"signature: {OTHER_SUPPLIER} may not sign this Request"),
    "signed by a key for GBCS": (not_for_documents(), f"signature: {SUPPLIER} may not sign this Request"),
    "altered after signing": (changed(b":12884901888", b":17179869184"), "signature: "),
    "pretty-printed after signing": (pretty_printed(), "white space"),
    "too large": (SIGNED + b" " * MAX_OCTETS, "expected at most 1048576 octets"),
    "another root": (b"<a/>", "document: "),
    "no XML": (b"\xdf\x09", "document: "),
    "nothing": (b"", "document: "),
}


@pytest.mark.parametrize(("frame", "says"), HOSTILE.values(), ids=HOSTILE)
def test_nobody_is_answered_and_nothing_is_sent_on(frame: bytes, says: str) -> None:
    bench = Bench()
    bench.send(frame)
    bench.run()
    assert bench.sent_on == []
    (line,) = bench.dcc.refused
    assert line.startswith("from dcc-user: ")
    assert says in line
    assert "\n" not in line
    assert len(line) < 400
    assert bench.dcc.services() == []
    bench.send(SIGNED)  # and the DCC serves on
    assert [answer.code for answer in bench.answers] == ["I0"]
    assert len(bench.commands) == 1


@pytest.mark.parametrize("version", ["6.0", "5.4.1", "", "05.4"])
def test_a_version_that_is_not_known_is_refused_though_it_is_signed(version: str) -> None:
    bench = Bench()
    pair = CREDENTIALS[SUPPLIER].own("xml_signing")
    request = top_up(3)
    object.__setattr__(request, "schema_version", version)
    bench.send(sign_document(request, pair))
    assert bench.sent_on == []
    (line,) = bench.dcc.refused
    assert "schemaVersion" in line


def test_a_response_is_no_request() -> None:
    bench = Bench()
    identity = top_up(1).request_id
    answer = Response(identity, response_id(identity), SUCCESS, 0, None, "2.2")
    bench.send(sign_document(answer, CREDENTIALS[BROKER].own("xml_signing")))
    assert bench.sent_on == []
    assert bench.dcc.refused == ("from dcc-user: expected a Request, found a Response",)


def test_a_refused_pre_command_says_why_in_one_line() -> None:
    bench = Bench(settings=DccSettings(refusal_code="E65"))
    given = pre_command(bench, enable(4))
    for attempt, says in ((given, "signature: "), (signed_by(given, OTHER_SUPPLIER), "signature: ")):
        assert bench.code_of(enable(5, attempt.encode())) == "E65"
        assert says in bench.dcc.refused[-1]
        assert "\n" not in bench.dcc.refused[-1]
    assert bench.commands == []
