"""Every Command that the public test data have for a template: payload by payload, and the header with it."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ppmid_protocols.duis.documents import Request, from_xml
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import listing
from ppmid_protocols.gbcs.message import Message, decode
from ppmid_protocols.gbcs.payload import DerPayload, read_payload
from ppmid_protocols.transforms import KnownDevice, Transformed, transform
from ppmid_protocols.transforms.coverage import Coverage, cover
from ppmid_protocols.transforms.estate import DEVICES, circumstances

FLOOR = {"templates": 297, "transformed": 264, "payload_equal": 179, "comparable": 186}
"""The numbers reached: they may only rise. With certificates of devices at hand, 265 are transformed: see below."""

UNEQUAL = {
    "CS02bNOByNO_6.15.1_SUCCESS": "newer certificates in the template",
    "CS02bNOByNOHandover_6.21_SUCCESS": "newer certificates in the template",
    "CS02bSupplierBySupplierHandover_6.21_SUCCESS": "newer certificates in the template",
    "ECS25b_6.22_SUCCESS": "the template also sets an alert of a polyphase meter",
    "GCS09_3.2_SUCCESS": "another date in the template",
    "GCS15c_4.4.3_SUCCESS": "another period in the template",
    "GCS16b_4.14_URP_SUCCESS": "another period in the template",
}
"""Where template and Command of the public data do not say the same, and what differs."""

OTHER_HEADER = {
    "CS08_11.2_SUCCESS": "the template has the broker for its originator",
    "ECS21b_4.14_URP_SUCCESS": "a newer certificate in the template",
}


@pytest.fixture(scope="module")
def templates(shared: Path) -> Mapping[str, bytes]:
    return {
        file.name.removesuffix("_REQUEST_DUIS.XML"): file.read_bytes()
        for file in (shared / "data" / "duis_templates").iterdir()
    }


@pytest.fixture(scope="module")
def commands(shared: Path) -> Mapping[str, Message]:
    found = listing.from_json(json.loads((shared / "data" / "rtds" / "messages.json").read_text(encoding="utf-8")))
    ending = "_COMMAND_GBCS.HEX"
    return {name.removesuffix(ending): decode(octets) for name, octets in found if name.endswith(ending)}


@pytest.fixture(scope="module")
def coverage(shared: Path) -> Coverage:
    files = (shared / "data" / "duis_templates").iterdir()
    messages = listing.from_json(json.loads((shared / "data" / "rtds" / "messages.json").read_text(encoding="utf-8")))
    return cover(((file.name, file.read_bytes()) for file in files), messages)


def request_of(data: bytes) -> Request:
    document = from_xml(data)
    assert isinstance(document, Request)
    return document


def unsigned(command: Message) -> Message:
    return replace(command, signature=b"", mac=None)


def test_the_counts_only_rise(coverage: Coverage) -> None:
    reached = coverage.as_json(lambda _: False)
    assert all(isinstance(reached[name], int) and reached[name] >= least for name, least in FLOOR.items())


def test_a_join_by_certificate_is_made_where_the_certificate_is_at_hand(shared: Path, coverage: Coverage) -> None:
    """The device that this template joins has its certificate among the keys of RTDS, and nowhere in the templates."""
    (join,) = (one for one in coverage.outcomes if one.name.startswith("CS03CNonCritical"))
    assert join.made is None
    assert "certificate is not in the inventory" in join.problem
    keys = json.loads((shared / "data" / "rtds" / "keys.json").read_text(encoding="utf-8"))["certificates"]
    agreements = {
        Eui.parse(one["eui"]): base64.b64decode(one["certificate_der_base64"])
        for one in keys
        if one["usage"] == "KA" and one.get("certificate_der_base64")
    }
    files = (shared / "data" / "duis_templates").iterdir()
    made = cover(
        ((file.name, file.read_bytes()) for file in files if file.name.startswith("CS03CNonCritical")), (), agreements
    )
    assert [one.made is not None for one in made.outcomes] == [True]


def test_a_payload_differs_only_where_the_public_data_do(coverage: Coverage) -> None:
    assert {one.name for one in coverage.outcomes if one.equal is False} == set(UNEQUAL)


def test_the_header_is_that_of_rtds_too(coverage: Coverage, commands: Mapping[str, Message]) -> None:
    equal = [one for one in coverage.outcomes if one.equal]
    differing = {one.name for one in equal if one.made is not None and one.made.message != unsigned(commands[one.name])}
    assert differing == set(OTHER_HEADER)


def test_what_a_user_signs_is_a_pre_command(coverage: Coverage, commands: Mapping[str, Message]) -> None:
    """RTDS has a signature of the request's own originator on every Command that was a Pre-Command, and on no other."""
    for one in coverage.outcomes:
        if one.made is not None and one.name in commands:
            command = commands[one.name]
            by_user = bool(command.signature) and command.supplementary_party is None
            own = command.originator == one.made.message.originator != BROKER
            assert (one.name, one.made.kind == "pre-command") == (one.name, by_user and own)


BROKER = Eui.parse("90-B3-D5-1F-30-00-00-02")
_CERTIFICATE = re.compile(rb"(<sr:(?:DigitalSigning|KeyAgreement|KeyAgreementTopUp)Certificate>)[^<]*")


def of_request(name: str, data: bytes, command: Message) -> Transformed:
    request = request_of(data)
    return transform(request, circumstances(name, request, command))


@pytest.mark.parametrize("name", [name for name, why in UNEQUAL.items() if why.startswith("newer")])
def test_credentials_are_equal_once_the_template_has_the_certificates_of_rtds(
    name: str, templates: Mapping[str, bytes], commands: Mapping[str, Message]
) -> None:
    payload = read_payload(commands[name])
    assert isinstance(payload, DerPayload)
    replacements = payload.element.find("replacements")
    assert replacements is not None
    older = iter([one.children[0].encode() for one in replacements.children])
    data = _CERTIFICATE.sub(lambda found: found[1] + base64.b64encode(next(older)), templates[name])
    assert of_request(name, data, commands[name]).message == unsigned(commands[name])


def test_a_join_names_the_other_device_as_the_inventory_has_it(
    templates: Mapping[str, bytes], commands: Mapping[str, Message]
) -> None:
    name = "CS03CCritical_8.7.1_SUCCESS"
    command, request = commands[name], request_of(templates[name])
    payload = read_payload(command)
    assert isinstance(payload, DerPayload)
    certificate = payload.element.find("otherDeviceCertificate")
    assert certificate is not None
    other = Eui.parse("00-DB-12-34-56-78-90-98")
    known = replace(
        circumstances(name, request, command),
        devices={other: KnownDevice(DEVICES[other].type, certificate.encode)},
    )
    assert transform(request, known).message == unsigned(command)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("GCS15c_4.4.3_SUCCESS", b"2014-12-01T00:00:00.00Z", b"2015-01-01T00:00:01.00Z"),
        ("GCS15c_4.4.3_SUCCESS", b"2015-11-01T00:00:00.00Z", b"2016-01-01T00:00:01.00Z"),
        ("GCS16b_4.14_URP_SUCCESS", b"2014-12-30T23:00:00.00Z", b"2014-12-29T23:00:00.00Z"),
        ("GCS09_3.2_SUCCESS", b"2015-02-01T00:00:00.00Z", b"2016-11-22T02:46:56.00Z"),
        ("ECS25b_6.22_SUCCESS", b"<sr:x8003>Enable</sr:x8003>", b""),
    ],
)
def test_the_rest_of_an_unequal_payload_is_that_of_rtds(
    name: str, old: bytes, new: bytes, templates: Mapping[str, bytes], commands: Mapping[str, Message]
) -> None:
    assert old in templates[name]
    made = of_request(name, templates[name].replace(old, new), commands[name])
    before = of_request(name, templates[name], commands[name])
    wanted = commands[name].payload

    def wrong(payload: bytes) -> int:
        return sum(one != other for one, other in zip(payload, wanted, strict=True))

    assert wrong(made.message.payload) < wrong(before.message.payload)
    assert name == "GCS15c_4.4.3_SUCCESS" or made.message.payload == wanted
