"""What the DCC tells beside GBCS messages: each content of a ResponseMessage and of a DCCAlert, both ways."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from any_plain import Draw, plain_of

from ppmid_protocols.duis import answers, bodies
from ppmid_protocols.duis.content import ANSWERS
from ppmid_protocols.duis.documents import Response, from_xml, to_xml
from ppmid_protocols.duis.kinds import Date
from ppmid_protocols.duis.request_id import RequestId, response_id
from ppmid_protocols.duis.response_code import SUCCESS
from ppmid_protocols.duis.safe_xml import SR, parse
from ppmid_protocols.duis.schema import Schema
from ppmid_protocols.duis.service_body import make
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret

REQUEST_ID = RequestId.parse("90-B3-D5-1F-30-01-00-00:90-B3-D5-1F-30-00-00-02:1000")
ESME = Eui.parse("00-DB-12-34-56-78-90-A0")
CHF = Eui.parse("00-DB-12-34-56-78-90-A2")
DETAILS = make(
    "CreateSchedule",
    {
        "ScheduleFrequency": "Daily",
        "ScheduleStartDate": Date(2026, 1, 2),
        "DSPScheduledServiceReference": "4.16",
        "DSPScheduledServiceReferenceVariant": "4.16",
        "DeviceID": ESME,
        "DSPReadActivePowerImport": None,
    },
)
WHOLE = answers.ListedDevice(
    device=ESME,
    type="ESME",
    status="Commissioned",
    manufacturer="A maker",
    model="1",
    smets_chts="V5.2",
    firmware="00010203",
    firmware_status="Active",
    cpl_status="Active",
    commissioned=Date(2026, 1, 1),
    import_mpxn="1312345678111",
    secondary_import_mpan="1312345678112",
    export_mpan="1312345678113",
    esme_variant="A",
    uprn=123456789012,
    address=answers.Address("AB1 2CD", "1"),
    region="Central",
    gbcs_version="4.2",
    han_variant="Single Band",
    s1sp="none",
)
TYPED: dict[str, bodies.ResponseBody] = {
    "future-dated, done": answers.FutureDatedAlert(answers.CARRIED_OUT, b"alert", 1, 2),
    "future-dated, not done": answers.FutureDatedAlert(answers.NOT_CARRIED_OUT, b"alert", 65535, 65535),
    "schedule made": answers.ScheduleId(10**12),
    "by schedule": answers.ScheduledMessage(b"response", 7),
    "schedules": answers.SchedulesRead((answers.Schedule(1, DETAILS), answers.Schedule(2, DETAILS))),
    "inventory": answers.Inventory((WHOLE, answers.ListedDevice(device=CHF, type="CHF"))),
    "number of the customer": answers.CinMessage(b"response", Secret(b"0815")),
}
EVENTS: dict[str, Any] = {
    "failure": bodies.CommandFailure(REQUEST_ID, ESME, schedule_id=5),
    "removal": bodies.ScheduleRemoval(ESME, 5),
    "quarantine": bodies.UserThresholdBreach(REQUEST_ID, 10**20 - 1),
    "quarantine by the DCC": bodies.DccThresholdBreach(REQUEST_ID, 1),
    "quarantine of a value": bodies.AttributeLimitsBreach(REQUEST_ID, 1),
}


def response(body: bodies.ResponseBody | None, srv: str = "8.2") -> Response:
    return Response(REQUEST_ID, response_id(REQUEST_ID), SUCCESS, 0, body, srv)


def alert(event: bodies.Event) -> Response:
    return Response(None, None, SUCCESS, 0, bodies.DccAlert("N1", event), None)


def told(name: str, draw: Draw) -> Response:
    """Some content of the table by chance, in the frame that it belongs into."""
    body = answers.DccBody.of(name, plain_of(ANSWERS[name].content, draw, [ESME, CHF]))
    return response(body) if name in answers.ANSWER_BODIES else alert(body)


@pytest.mark.parametrize("body", TYPED.values(), ids=TYPED)
def test_a_typed_content_comes_back_from_its_xml(body: bodies.ResponseBody) -> None:
    document = response(body)
    assert from_xml(to_xml(document)) == document


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_a_typed_event_comes_back_from_its_xml(event: bodies.Event) -> None:
    document = alert(event)
    assert from_xml(to_xml(document)) == document


@pytest.mark.parametrize("name", ANSWERS)
def test_all_other_contents_come_back_from_their_xml(name: str) -> None:
    draw = Draw(name)
    for _ in range(20):
        document = told(name, draw)
        assert from_xml(to_xml(document)) == document


def test_every_content_of_the_schema_has_a_reader_but_that_of_smets1() -> None:
    """DUIS schema 5.4: 13 contents of ResponseMessage, 24 of DCCAlert, of which S1SPAlertDSP is SMETS1's."""
    assert len(bodies.MESSAGE_BODIES) == 13
    assert len(bodies.DCC_ALERTS) == 23
    with pytest.raises(Unsupported, match="S1SPAlertDSP"):
        from_xml(to_xml(alert(EVENTS["removal"])).replace(b"DSPScheduleRemoval", b"S1SPAlertDSP"))


def test_a_response_is_written_octet_by_octet() -> None:
    written = to_xml(response(TYPED["future-dated, done"]))
    assert written.endswith(
        b"<sr:FutureDatedDeviceAlertMessage><sr:FutureDatedAlertCode>8F66</sr:FutureDatedAlertCode>"
        b"<sr:GBCSPayload>YWxlcnQ=</sr:GBCSPayload><sr:InstructionNumber>1</sr:InstructionNumber>"
        b"<sr:TotalCommandInstructions>2</sr:TotalCommandInstructions></sr:FutureDatedDeviceAlertMessage>"
        b"</sr:ResponseMessage></sr:Body></sr:Response>"
    )


def test_a_published_inventory_is_read_as_written() -> None:
    """The form of a device as DCC Boxed lists it (DUIS schema 5.4): most elements optional, in this order."""
    device = (
        "<DeviceID>00-DB-12-34-56-78-90-A2</DeviceID><DeviceType>CHF</DeviceType><DeviceStatus>Commissioned</DeviceStatus>"
        "<DeviceManufacturer>106C</DeviceManufacturer><DeviceModel>1</DeviceModel>"
        "<DateCommissioned>2025-12-28Z</DateCommissioned><CSPRegion>4G Central</CSPRegion>"
        "<HANVariant>Single Band</HANVariant><Connectivity>Virtual</Connectivity>"
    )
    plain = to_xml(response(None)).decode()
    text = f"<DSPInventory xmlns='{SR}'><Device>{device}</Device></DSPInventory></sr:ResponseMessage>"
    found = from_xml(plain.replace("</sr:ResponseMessage>", text).encode())
    assert isinstance(found, Response)
    assert isinstance(found.body, answers.Inventory)
    (listed,) = found.body.devices
    assert (listed.device, listed.status, listed.commissioned) == (CHF, "Commissioned", Date(2025, 12, 28))
    assert (listed.region, listed.connectivity, listed.firmware) == ("4G Central", "Virtual", None)


def text_changed(body: bodies.ResponseBody, old: bytes, new: bytes) -> bytes:
    written = to_xml(response(body))
    assert old in written
    return written.replace(old, new)


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("future-dated, done", b">8F66<", b">8F68<", "FutureDatedAlertCode"),
        ("future-dated, done", b">1<", b">65536<", "InstructionNumber"),
        ("schedule made", b">1000000000000<", b">1000000000001<", "DSPScheduleID"),
        ("inventory", b">ESME<", b">METER<", "DeviceType"),
        ("inventory", b">Commissioned<", b">Lost<", "DeviceStatus"),
        ("schedules", b">Daily<", b">Hourly<", "ScheduleFrequency"),
        ("number of the customer", b">0815<", b">815<", "CustomerIdentificationNumber"),
    ],
)
def test_a_wrong_value_is_refused_by_its_place(name: str, old: bytes, new: bytes, place: str) -> None:
    with pytest.raises(Malformed) as refused:
        from_xml(text_changed(TYPED[name], old, new))
    assert refused.value.field.endswith(place)
    assert "\n" not in str(refused.value)


def test_no_device_and_more_than_seventeen_are_no_inventory() -> None:
    for count in (0, 18):
        devices = tuple(answers.ListedDevice(device=CHF, type="CHF") for _ in range(count))
        with pytest.raises(Malformed, match="Device"):
            from_xml(to_xml(response(answers.Inventory(devices))))


def test_a_number_of_a_customer_is_not_printed() -> None:
    assert "0815" not in repr(TYPED["number of the customer"])


@pytest.mark.parametrize(
    "make_it", [lambda: answers.DccBody.of("TopUpDevice"), lambda: answers.DccBody.of("S1SPAlertDSP")]
)
def test_what_the_dcc_does_not_tell_has_no_body(make_it: Callable[[], object]) -> None:
    with pytest.raises(Unsupported):
        make_it()


@pytest.mark.parametrize("code", ["N32", "N0", "N66", "AD2", "N01"])
def test_codes_that_the_schema_does_not_list_are_no_alert_codes(code: str) -> None:
    with pytest.raises(Malformed, match="DCC alert code"):
        from_xml(to_xml(alert(EVENTS["removal"])).replace(b">N1<", f">{code}<".encode()))


@pytest.mark.parametrize("code", ["AD1", "N9", "N10", "N29", "N31", "N33", "N59", "N65", "N999"])
def test_codes_that_the_schema_lists_are_read(code: str) -> None:
    document = replace(alert(EVENTS["removal"]), body=bodies.DccAlert(code, EVENTS["removal"]))
    assert from_xml(to_xml(document)) == document


CHANGED_SINCE_5_1 = ("DSPWANMatrix", "ChangeOfSupplier")
NARROWER_IN_THE_SCHEMA = ("DualBandCHAlert",)  # the decimals of a sub GHz configuration


def test_the_published_schema_takes_what_is_written() -> None:
    """Contents of chance fit the published schema, where its folder is named; of an older one, those that it has."""
    folder = os.environ.get("PPMID_DUIS_SCHEMA")
    if not folder:
        pytest.skip("PPMID_DUIS_SCHEMA does not name a folder with the DUIS schema")
    files = {file.name: file.read_bytes() for file in Path(folder).glob("*.xsd")}
    schema, newest = Schema(files), any("V5.4" in name for name in files)
    for document in (*map(response, TYPED.values()), *map(alert, EVENTS.values())):
        schema.check(parse(to_xml(document)))
    for name in set(ANSWERS).difference(NARROWER_IN_THE_SCHEMA, () if newest else CHANGED_SINCE_5_1):
        draw = Draw(name)
        for _ in range(10):
            document = told(name, draw)
            try:
                schema.check(parse(to_xml(document)))
            except Malformed as problem:
                raise AssertionError(f"{name}: {problem}") from problem
