"""What an observer reads from frames: the right fields, and never a UTRN."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from described import COMMAND, ESME, GSME, HUB, PPMID, REDACTOR, REQUEST, RESPONSE, SUPPLIER, TAG, UTRN, holds_no_utrn
from described import message as made

from ppmid_bench.describe import AvenueReader, Description, DuisReader, WanReader, unreadable
from ppmid_bench.describe_gbcs import readable
from ppmid_protocols import local_interface as lci
from ppmid_protocols.duis import bodies, documents
from ppmid_protocols.duis.request_id import RequestId, response_id
from ppmid_protocols.duis.response_code import ACCEPTED, SUCCESS
from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError
from ppmid_protocols.gbcs import asn1, gbt
from ppmid_protocols.gbcs.message import Cra

# GBCS on the SM WAN


def test_a_block_on_the_wan_is_read_as_its_message_and_its_number_and_its_octets_are_secret() -> None:
    first, last = map(WanReader(REDACTOR).read, gbt.transfers(made(payload=bytes(2000))))
    for number, read in enumerate((first, last), 1):
        fields = read.fields["gbcs"]
        assert (read.what, read.secret, fields["block"], fields["last"]) == ("gbcs", True, number, number == 2)
        assert (fields["request"], fields["use_case"], fields["cra"]) == (str(REQUEST), "CS01a", "command")
    assert first.fields["gbcs"]["tag"] != last.fields["gbcs"]["tag"]


def test_a_top_up_command_on_the_wan_is_read_its_utrn_is_a_tag_and_its_octets_are_secret() -> None:
    read = WanReader(REDACTOR).read(COMMAND.encode())
    assert read == Description(
        "gbcs",
        {
            "gbcs": {
                "code": "0007",
                "use_case": "CS01a",
                "cra": "command",
                "originator": str(SUPPLIER),
                "target": str(ESME),
                "counter": 7 << 32,
                "signed": False,
                "tag": REDACTOR.tag("gbcs", COMMAND.encode()),
                "request": str(REQUEST),
                "utrn": TAG,
            },
            "octets": len(COMMAND.encode()),
        },
        secret=True,
    )
    assert holds_no_utrn(read)


def test_a_response_belongs_to_the_request_of_its_command_and_is_no_secret() -> None:
    read = WanReader(REDACTOR).read(RESPONSE.encode())
    assert not read.secret
    gbcs = read.fields["gbcs"]
    assert (gbcs["cra"], gbcs["request"], gbcs["success"]) == ("response", str(REQUEST), True)


def test_an_alert_belongs_to_no_request_and_a_response_of_a_strange_use_case_has_no_success() -> None:
    alert = WanReader(REDACTOR).read(made(cra=Cra.ALERT, originator=ESME, target=SUPPLIER).encode())
    assert "request" not in alert.fields["gbcs"]
    strange = WanReader(REDACTOR).read(made(cra=Cra.RESPONSE, message_code=0xFFFE).encode())
    assert (strange.fields["gbcs"]["use_case"], strange.fields["gbcs"]["success"]) == ("unknown", None)


# DUIS


def _duis(document: documents.Request | documents.Response) -> Description:
    return DuisReader(REDACTOR).read(documents.to_xml(document))


def _response(body: Any, code: Any = SUCCESS) -> documents.Response:
    return documents.Response(REQUEST, response_id(REQUEST), code, 0, body, "2.2")


def test_a_top_up_request_is_read_and_secret() -> None:
    read = _duis(documents.Request(REQUEST, 2, "2.2", bodies.TopUpDevice(UTRN)))
    assert read.what == "request"
    assert read.fields == {"request": str(REQUEST), "srv": "2.2", "cv": 2, "kind": "top-up-device", "utrn": TAG}
    assert read.secret


def test_a_local_command_is_as_secret_as_the_command_in_it() -> None:
    read = _duis(_response(bodies.LocalCommand(COMMAND.encode())))
    assert (read.what, read.fields["kind"], read.fields["code"]) == ("response", "local-command", "I0")
    assert (read.fields["gbcs"]["utrn"], read.secret) == (TAG, True)
    assert holds_no_utrn(read)
    assert not _duis(_response(bodies.GbcsPayload(RESPONSE.encode()))).secret


def test_a_returned_response_names_the_request_that_it_answers() -> None:
    body = bodies.ReturnLocalCommandResponse(REQUEST, RESPONSE.encode())
    read = _duis(documents.Request(RequestId(SUPPLIER, HUB, 1001), 8, "8.13", body))
    assert (read.fields["original"], read.fields["gbcs"]["success"]) == (str(REQUEST), True)


def test_a_plain_answer_is_an_acknowledgement() -> None:
    read = _duis(_response(None, ACCEPTED))
    assert read.fields == {"request": str(REQUEST), "code": "I99", "kind": "acknowledgement"}


# The avenue


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AVENUE = AvenueReader(REDACTOR, {b"delivery-service": KEY.public_key()}, "home-1", PPMID)
ID = b"\x01\x02"


def _sealed(message: lci.Message, key: Ed25519PrivateKey = KEY) -> bytes:
    return lci.seal(message, key=key, sender=b"delivery-service", home="home-1", ppmid=PPMID, replay=3)


@pytest.mark.parametrize(
    ("message", "what", "fields", "secret"),
    [
        (lci.SubmitCommand(ID, ESME, COMMAND.encode()), "submit-command", {}, True),
        (lci.CommandResponse(ID, RESPONSE.encode()), "command-response", {}, False),
        (
            lci.SubmitUtrn(ID, ESME, UTRN.digits),
            "submit-utrn",
            {"meter": str(ESME), "utrn": TAG},
            True,
        ),
        (
            lci.UtrnResult(ID, lci.UtrnOutcome.REFUSED, None, 2, "refused"),
            "utrn-result",
            {"result": "refused", "value": None, "meter_result": 2, "text": "refused"},
            False,
        ),
        (
            lci.Status(ID, lci.State.REFUSED, lci.Reason.CANNOT_RELAY, "no"),
            "status",
            {"state": "refused", "reason": "cannot-relay", "text": "no"},
            False,
        ),
        (
            lci.Status(ID, lci.State.FORWARDED, None, f"code {UTRN.digits.decode()}"),
            "status",
            {"state": "forwarded", "reason": None, "text": f"code [{TAG}]"},
            True,
        ),
    ],
)
def test_each_message_of_the_avenue_is_read(
    message: lci.Message, what: str, fields: dict[str, Any], secret: bool
) -> None:
    read = AVENUE.read(_sealed(message))
    assert (read.what, read.secret) == (what, secret)
    assert read.fields | fields | {"request": "0102", "replay": 3} == read.fields
    assert holds_no_utrn(read)


def test_the_meters_that_a_ppmid_lists_are_read_with_their_fuels() -> None:
    meters = lci.Meter(ESME, lci.Fuel.ELECTRICITY), lci.Meter(GSME, lci.Fuel.GAS)
    read = AVENUE.read(_sealed(lci.Capabilities(ID, "2", True, meters)))
    assert read.fields["meters"] == [[str(ESME), "electricity"], [str(GSME), "gas"]]


def test_a_refusal_whose_reason_is_other_still_has_a_reason() -> None:
    read = AVENUE.read(_sealed(lci.Status(ID, lci.State.REFUSED, lci.Reason.OTHER, "")))
    assert read.fields["reason"] == "other"


def test_a_message_under_another_key_is_not_read() -> None:
    with pytest.raises(NotAuthentic):
        AVENUE.read(_sealed(lci.Status(ID, lci.State.RECEIVED, None, ""), Ed25519PrivateKey.generate()))


@pytest.mark.parametrize("reader", [WanReader(REDACTOR), DuisReader(REDACTOR), AVENUE])
def test_what_cannot_be_read_is_a_protocol_error(reader: Any) -> None:
    with pytest.raises(ProtocolError):
        reader.read(b"\x00nonsense")


JOIN: asn1.Plain = {"methodAndRole": "methodAResponder", "otherDevice": bytes(GSME), "otherDeviceType": "gsme"}


@pytest.mark.parametrize(
    ("code", "payload", "peer"),
    [
        (0x00AB, asn1.make("JoinDeviceCommand", JOIN).encode(), str(GSME)),
        (0x000F, asn1.make("UnjoinDeviceCommand", bytes(GSME)).encode(), str(GSME)),
        (0x000F, b"\x00", None),
    ],
)
def test_a_join_and_what_undoes_it_tell_of_the_other_end(code: int, payload: bytes, peer: str | None) -> None:
    read = WanReader(REDACTOR).read(made(message_code=code, payload=payload, target=PPMID).encode())
    assert read.fields["gbcs"]["peer"] == peer


def test_the_unreadable_may_hold_anything_so_its_octets_are_secret() -> None:
    assert unreadable(Malformed("tag", "expected DF", 0)) == Description(
        "unreadable", {"problem": "tag at offset 0: expected DF"}, secret=True
    )


def test_what_an_engineer_carries_is_read_like_any_message_and_junk_has_its_tag_alone() -> None:
    assert readable(COMMAND.encode(), REDACTOR)["code"] == "0007"
    assert set(readable(b"junk", REDACTOR)) == {"tag"}
