"""Bodies by their definitions: what is read, made and refused."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.duis import content
from ppmid_protocols.duis.content import BODIES, read_definitions
from ppmid_protocols.duis.documents import Request, from_xml, to_xml
from ppmid_protocols.duis.kinds import Date, Time, kind_of
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import Node, Plain, ServiceBody, make
from ppmid_protocols.duis.services import SERVICE_REQUESTS
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui

REQUEST_ID = RequestId.parse("90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A1:1000")
DEBT: dict[str, Plain] = {
    "TimeDebtRegister1": 1_000_000,
    "TimeDebtRegister2": 0,
    "PaymentDebtRegister": -5,
    "DebtRecoveryPerPayment": 100,
    "GasDebtRecovery1": {"DebtRecoveryRate": 50_000, "DebtRecoveryRatePeriod": "DAILY"},
    "GasDebtRecovery2": {"DebtRecoveryRate": 50_000, "DebtRecoveryRatePeriod": "HOURLY"},
}


def request_of(body: ServiceBody, srv: str) -> Request:
    return Request(REQUEST_ID, 4, srv, body)


def test_a_body_is_made_of_plain_values_and_comes_back_from_its_xml() -> None:
    debt = ServiceBody.of("UpdateDebt", DEBT)
    assert from_xml(to_xml(request_of(debt, "2.3"))) == request_of(debt, "2.3")
    assert debt.node.at("GasDebtRecovery2/DebtRecoveryRatePeriod").text == "HOURLY"
    assert debt.node.at("PaymentDebtRegister").value == -5
    assert debt.execution_date_time is None


def test_a_body_is_written_octet_by_octet() -> None:
    body = ServiceBody.of("UpdatePaymentMode", {"ExecutionDateTime": 0, "Credit": None})
    assert (
        b"<sr:Body><sr:UpdatePaymentMode><sr:ExecutionDateTime>1970-01-01T00:00:00.00Z</sr:ExecutionDateTime>"
        b"<sr:Credit></sr:Credit></sr:UpdatePaymentMode></sr:Body>"
    ) in to_xml(request_of(body, "1.6"))
    assert body.execution_date_time == 0


def test_an_attribute_is_the_place_among_its_like_or_what_is_said() -> None:
    added = make("AddAuxiliaryLoadToBoostButton", {"AddToBoostButton": [True, False, True, False, True]})
    assert [one.attribute("index") for one in added.all("AddToBoostButton")] == [1, 2, 3, 4, 5]
    reset = make("ResetAuxiliaryLoad", {"ResetALCSHCALCS": {"@index": 5}})
    assert reset.at("ResetALCSHCALCS").attribute("index") == 5
    with pytest.raises(Malformed, match="expected this attribute"):
        reset.attribute("index")


@pytest.mark.parametrize(
    ("name", "plain", "place"),
    [
        ("UpdateDebt", {**DEBT, "TimeDebtRegister1": 2**31}, "UpdateDebt/TimeDebtRegister1"),
        ("UpdateDebt", {**DEBT, "TimeDebtRegister1": "many"}, "UpdateDebt/TimeDebtRegister1"),
        ("UpdateDebt", {**DEBT, "Colour": 1}, "UpdateDebt"),
        ("UpdateDebt", {name: DEBT[name] for name in list(DEBT)[1:]}, "UpdateDebt/TimeDebtRegister1"),
        ("UpdateDebt", {**DEBT, "ElecDebtRecovery1": DEBT["GasDebtRecovery1"]}, "UpdateDebt/ElecDebtRecovery1"),
        ("UpdatePaymentMode", {"ExecutionDateTime": 0}, "UpdatePaymentMode/Credit or Prepayment"),
        ("UpdatePaymentMode", {"Credit": None, "Prepayment": None}, "UpdatePaymentMode"),
        ("UpdatePaymentMode", 5, "UpdatePaymentMode"),
        ("AddAuxiliaryLoadToBoostButton", {"AddToBoostButton": [True] * 4}, "AddToBoostButton"),
        ("DisplayMessage", {"SupplierMessage": "x" * 117}, "DisplayMessage/SupplierMessage"),
        ("DisplayMessage", {"SupplierMessage": "£"}, "DisplayMessage/SupplierMessage"),
        ("ActivateFirmware", {"FirmwareHash": bytes(31)}, "ActivateFirmware/FirmwareHash"),
        ("ActivateFirmware", {"FirmwareHash": 5}, "ActivateFirmware/FirmwareHash"),
    ],
)
def test_what_does_not_fit_the_definition_is_refused_by_its_place(name: str, plain: Plain, place: str) -> None:
    with pytest.raises(Malformed) as refused:
        make(name, plain)
    assert refused.value.field.startswith(place) or refused.value.field.endswith(place)
    assert "\n" not in str(refused.value)


def test_a_body_without_definition_is_unsupported() -> None:
    with pytest.raises(Unsupported, match="Request/Body/ReadTheFuture"):
        make("ReadTheFuture")


def test_nothing_printed_shows_an_install_code() -> None:
    code = bytes(range(16))
    whitelist = {"JoinTimePeriod": 90, "InstallCode": code}
    body = ServiceBody.of(
        "UpdateHANDeviceLog",
        {"DeviceID": Eui(bytes(8)), "RequestType": "Add", "AddDeviceToCHFWhitelist": whitelist},
    )
    assert code.hex().upper() not in repr(body).upper()
    assert str(body.node.at("AddDeviceToCHFWhitelist/InstallCode").value) == "<secret>"
    with pytest.raises(Malformed) as refused:
        make("UpdateHANDeviceLog", {"DeviceID": Eui(bytes(8)), "RequestType": "Add", "AddDeviceToCHFWhitelist": {
            "JoinTimePeriod": 90, "InstallCode": b"\xab\xcd"}})  # fmt: skip
    assert "ABCD" not in str(refused.value)


@pytest.mark.parametrize(
    ("notation", "text", "value"),
    [
        ("1..12", "07", 7),
        ("i8", "-128", -128),
        ("bool", "1", True),
        ("decimal", "1.02264", Decimal("1.02264")),
        ("date", "65535-04-29Z", Date(65535, 4, 29)),
        ("time", "09:30:00.00Z", Time(9, 30)),
        ("hex(2)", "ab01", b"\xab\x01"),
        ("one(A b|C)", "A b", "A b"),
        ("eui", "00-DB-12-34-56-78-90-A0", Eui.parse("00DB1234567890A0")),
    ],
)
def test_a_kind_reads_text_into_a_value(notation: str, text: str, value: object) -> None:
    assert kind_of(notation).read(text) == value


@pytest.mark.parametrize(
    ("notation", "text"),
    [
        ("1..12", "13"),
        ("1..12", "1.0"),
        ("u8", "-1"),
        ("bool", "yes"),
        ("decimal", "1e5"),
        ("date", "2015-13-01Z"),
        ("date", "65536-01-01Z"),
        ("time", "24:00:00Z"),
        ("time", "09:30"),
        ("hex(2)", "ab"),
        ("one(A|B)", "C"),
        ("digits(13)", "123456789012x"),
        ("base64", "!"),
    ],
)
def test_a_kind_refuses_other_text(notation: str, text: str) -> None:
    with pytest.raises(Malformed):
        kind_of(notation).read(text)


@given(st.integers(0, 65535), st.integers(1, 12), st.integers(1, 31), st.integers(0, 23), st.integers(0, 59))
def test_dates_and_times_come_back_from_their_text(year: int, month: int, day: int, hour: int, minute: int) -> None:
    for name, value in (("date", Date(year, month, day)), ("time", Time(hour, minute))):
        kind = kind_of(name)
        assert kind.read(kind.write(value)) == value


def test_every_service_has_a_body_and_every_body_a_service() -> None:
    assert [row.body_name for row in SERVICE_REQUESTS.values()] == sorted(
        BODIES, key=[row.body_name for row in SERVICE_REQUESTS.values()].index
    )


@pytest.mark.parametrize("text", ["A = B{", "A = (B | ", "A = B:colour", "A = $nothing", "A = B,, C", "A = B}"])
def test_a_definition_that_is_wrong_is_found(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        read_definitions(text)


def test_a_content_looks_one_element_ahead() -> None:
    """Two options that begin alike, or an optional element before one of its name, could not be told apart."""

    def check(particle: content.Particle | None) -> None:
        match particle:
            case content.Choice(options=options):
                names = [name for option in options for name in option.first]
                assert len(names) == len(set(names))
                list(map(check, options))
            case content.Sequence(parts=parts):
                for part, following in itertools.pairwise(parts):
                    if part.may_be_empty or part.most != part.least:
                        assert not part.first & following.first
                list(map(check, parts))
            case content.Element(content=inner):
                check(inner)

    list(map(check, BODIES.values()))


def test_a_node_is_found_by_its_path() -> None:
    leaf = Node("C", (), "1", 1)
    tree = Node("A", (Node("B", (leaf,)), Node("B", (leaf, leaf))))
    assert len(tree.all("B/C")) == 3
    assert tree.find("B/D") is None
    with pytest.raises(Malformed, match="A/B/D"):
        tree.at("B/D")
