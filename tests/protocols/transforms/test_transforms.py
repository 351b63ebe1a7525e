"""Which use case a Request leads to, in whose name, and what is refused."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import Node, Plain, ServiceBody, make
from ppmid_protocols.duis.services import SERVICE_REQUESTS, Target, UserRole
from ppmid_protocols.duis.shapes import read_date_time
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, dlms, gbz, prepayment
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.gbcs.use_cases import PayloadKind
from ppmid_protocols.secret import Secret
from ppmid_protocols.transforms import Circumstances, Kind, KnownDevice, rules_for, transform
from ppmid_protocols.transforms.payloads import PAYLOADS
from ppmid_protocols.transforms.rules import RULES
from ppmid_protocols.utrn import Utrn

SUPPLIER, BROKER = Eui.parse("90-B3-D5-1F-30-01-00-00"), Eui.parse("90-B3-D5-1F-30-00-00-02")
METER, OTHER = Eui.parse("00-DB-12-34-56-78-90-A0"), Eui.parse("00-DB-12-34-56-78-90-93")
UTRN = Utrn.parse("73946144332040217315")  # of RTDS CS01a
NOW = read_date_time("2015-01-01T00:00:00Z")
ESME = Circumstances(target=Target.ESME, now=NOW, broker=BROKER, broker_counter=77)
GSME = replace(ESME, target=Target.GSME)


def asked(srv: str, name: str, plain: Plain = None, counter: int = 1000) -> Request:
    return Request(RequestId(SUPPLIER, METER, counter), 4, srv, ServiceBody.of(name, plain))


READ_BALANCE = Request(RequestId(SUPPLIER, METER, 5), 1, "4.18", bodies.ReadMeterBalance())
CREDIT = asked("1.5", "UpdateMeterBalance", {"PrepaymentMode": {"AdjustMeterBalance": -1}})


def test_a_payload_by_hand() -> None:
    """Access-Request, invoke-id of counter 1000, one action on 0-0:19.10.0.255 method 1: double-long -1."""
    made = transform(CREDIT, ESME)
    assert made.message.payload.hex() == "d9200003e800010300700000130a00ff010105ffffffff"
    assert (made.use_case, made.message_code, made.kind) == ("ECS04a", 0x001C, Kind.PRE_COMMAND)


@pytest.mark.parametrize(
    ("srv", "name", "plain", "target", "expected"),
    [
        ("1.5", "UpdateMeterBalance", {"CreditMode": {"ResetMeterBalance": None}}, Target.GSME, ["GCS40d"]),
        ("4.18", "ReadMeterBalance", None, Target.ESME, ["ECS82"]),
        ("4.10", "ReadNetworkData", None, Target.ESME, ["ECS23b", "ECS23"]),  # of how many phases, the DCC knows
        ("8.7.2", "JoinServiceNonCritical", {"OtherDeviceID": OTHER}, Target.PPMID, ["CS03C", "CS03A2"]),
        ("8.7.2", "JoinServiceNonCritical", {"OtherDeviceID": OTHER}, Target.GSME, ["CS03B"]),
    ],
)
def test_what_the_sender_of_a_request_can_expect(
    srv: str, name: str, plain: Plain, target: Target, expected: list[str]
) -> None:
    body = make(name, plain) if srv != "4.10" else Node(name)
    assert [rule.use_case.name for rule in rules_for(srv, body, target)] == expected


def test_a_request_that_leads_nowhere_is_refused_to_its_sender_too() -> None:
    with pytest.raises(Unsupported, match=r"SRV 7\.1 to GSME"):
        rules_for("7.1", make("EnableSupply"), Target.GSME)


def test_a_pre_command_in_the_form_of_duis_decodes_to_the_same_message() -> None:
    made = transform(CREDIT, ESME)
    octets = made.message.encode()
    assert (octets[0], octets[-1]) == (0xDF, 0x00)
    assert decode(octets) == made.message


@pytest.mark.parametrize(
    ("circumstances", "use_case"),
    [(ESME, "ECS82"), (GSME, "GCS60"), (replace(GSME, target=Target.GPF), "GCS60")],
)
def test_the_target_decides_the_use_case(circumstances: Circumstances, use_case: str) -> None:
    assert transform(READ_BALANCE, circumstances).use_case == use_case


@pytest.mark.parametrize(
    ("plain", "target", "use_case"),
    [
        ({"PrepaymentMode": {"ResetMeterBalance": None}}, Target.GSME, "GCS40b"),
        ({"CreditMode": {"AdjustMeterBalance": 5}}, Target.GSME, "GCS40c"),
        ({"CreditMode": {"ResetMeterBalance": None}}, Target.GSME, "GCS40d"),
        ({"CreditMode": {"AdjustMeterBalance": 5}}, Target.ESME, "ECS04a"),
        ({"CreditMode": {"ResetMeterBalance": None}}, Target.ESME, "ECS04b"),
    ],
)
def test_the_body_decides_the_use_case(plain: Plain, target: Target, use_case: str) -> None:
    assert transform(asked("1.5", "UpdateMeterBalance", plain), replace(ESME, target=target)).use_case == use_case


@pytest.mark.parametrize(
    ("changes", "use_case"),
    [({}, "ECS26b"), ({"phases": 3}, "ECS26k"), ({"phases": 3, "use_case": "ECS26b"}, "ECS26b")],
)
def test_the_meter_and_its_firmware_decide_the_use_case(changes: dict[str, object], use_case: str) -> None:
    voltage = asked("6.2.1", "ReadDeviceConfigurationVoltage")
    assert transform(voltage, replace(ESME, **changes)).use_case == use_case  # type: ignore[arg-type]


def test_the_role_of_the_user_decides_the_use_case() -> None:
    alerts = asked("6.2.10", "ReadDeviceConfigurationEventAndAlertBehaviours")
    assert transform(alerts, ESME).use_case == "ECS25r1"
    assert transform(alerts, replace(ESME, role=UserRole.ELECTRICITY_DISTRIBUTOR)).use_case == "ECS25r2"


def test_a_command_is_the_users_or_the_brokers_on_the_users_behalf() -> None:
    own = transform(READ_BALANCE, ESME)
    assert (own.kind, own.message.originator, own.message.counter) == (Kind.COMMAND, SUPPLIER, 5)
    assert own.message.supplementary_party is None
    for_a_stranger = transform(READ_BALANCE, replace(ESME, holds_user=False)).message
    assert (for_a_stranger.originator, for_a_stranger.counter) == (BROKER, 77)
    assert (for_a_stranger.supplementary_party, for_a_stranger.supplementary_party_counter) == (SUPPLIER, 5)
    assert for_a_stranger.payload[1:5].hex() == "2000004d"  # the invoke-id goes by the counter of the Command


def test_a_reader_that_the_device_does_not_know_brings_a_certificate() -> None:
    log = {"ReadLogPeriod": {"StartDateTime": NOW, "EndDateTime": NOW}}
    certificate = bytes.fromhex("3009040701020304050607")
    sealed = asked("4.14", "ReadPrepaymentDailyReadLog", {**log, "KAPublicSecurityCredentials": certificate})
    made = transform(sealed, ESME)
    assert made.message.supplementary_certificate == certificate
    assert made.message.originator == BROKER
    # who may read, and by which counter, stands within the request for what is to be sealed
    assert SUPPLIER in made.message.payload
    assert b"\x04" + (77).to_bytes(8, "big") in made.message.payload
    assert transform(asked("4.14", "ReadPrepaymentDailyReadLog", log), ESME).message.originator == SUPPLIER


@pytest.mark.parametrize(
    ("moment", "clock"),
    [
        (None, "0000000000000000008000ff"),
        ("2030-01-15T09:00:00Z", "07ee010fff090000008000ff"),
        ("3000-12-31T00:00:00Z", "ffffffffffffffffff8000ff"),
    ],
)
def test_an_execution_time_is_at_once_a_time_or_a_cancellation(moment: str | None, clock: str) -> None:
    plain: dict[str, Plain] = {} if moment is None else {"ExecutionDateTime": read_date_time(moment)}
    mode = asked("1.6", "UpdatePaymentMode", {**plain, "Credit": None})
    apdu = dlms.decode(transform(mode, ESME).message.payload)
    assert isinstance(apdu, dlms.AccessRequest)
    assert apdu.data[-1] == axdr.octet_string(bytes.fromhex(clock))
    (component,) = gbz.decode(transform(mode, GSME).message.payload)
    seconds = {None: "00000000", "2030-01-15T09:00:00Z": "90888138"}.get(moment, "ffffffff")
    assert component.body[8:12].hex() == seconds


def test_both_flags_false_collect_every_debt_and_none_in_emergency() -> None:
    """The only pair of flags that the public test data do not have."""
    prepayment = {"SuspendDebtDisabled": False, "SuspendDebtEmergency": False, "DisablementThreshold": 0}
    mode = asked("1.6", "UpdatePaymentMode", {"Prepayment": prepayment})
    apdu = dlms.decode(transform(mode, ESME).message.payload)
    assert isinstance(apdu, dlms.AccessRequest)
    links = apdu.data[2]
    assert isinstance(links, axdr.Group)
    assert len(links.items) == 10
    for link in links.items:
        assert isinstance(link, axdr.Group)
        assert isinstance(link.items[2], axdr.Bits)
        assert list(link.items[2]) == [True] * 3


@given(st.integers(-(2**31), 2**31 - 1), st.integers(0, 2**64 - 1))
def test_money_and_counter_reach_the_payload(amount: int, counter: int) -> None:
    request = asked("1.5", "UpdateMeterBalance", {"PrepaymentMode": {"AdjustMeterBalance": amount}}, counter)
    apdu = dlms.decode(transform(request, ESME).message.payload)
    assert isinstance(apdu, dlms.AccessRequest)
    assert apdu.data == (axdr.Number(axdr.DOUBLE_LONG, amount),)
    assert apdu.invoke_id == 0x20000000 | counter % 2**24
    (component,) = gbz.decode(transform(request, GSME).message.payload)
    assert int.from_bytes(component.body[9:], "little", signed=True) == amount


def test_what_is_not_for_the_target_is_unsupported_by_name() -> None:
    with pytest.raises(Unsupported, match=r"SRV 7\.1 to GSME"):
        transform(Request(RequestId(SUPPLIER, METER, 1), 4, "7.1", bodies.EnableSupply()), GSME)
    with pytest.raises(Unsupported, match=r"SRV 8\.2 to DCC"):
        transform(asked("8.2", "ReadInventory", {"DeviceID": METER}), replace(ESME, target=Target.DCC))
    with pytest.raises(Unsupported, match="use case ECS99"):
        transform(READ_BALANCE, replace(ESME, use_case="ECS99"))


def test_a_use_case_without_a_payload_is_unsupported_by_name() -> None:
    period = {"StartDateTime": NOW, "EndDateTime": NOW}
    log = asked("6.13", "ReadEventOrSecurityLog", {"ReadLogPeriod": period, "LogToRead": "Event"})
    with pytest.raises(Unsupported, match="CS10a"):
        transform(log, GSME)


def test_a_signed_pre_command_is_not_transformed_again() -> None:
    signed = Request(RequestId(SUPPLIER, METER, 1), 5, "1.5", bodies.SignedPreCommand(b"gbcs"))
    with pytest.raises(Unsupported, match="signed already"):
        transform(signed, ESME)


def test_a_device_that_nobody_knows_cannot_be_joined() -> None:
    join = asked("8.7.1", "JoinServiceCritical", {"OtherDeviceID": OTHER})
    with pytest.raises(Unsupported, match="not in the inventory"):
        transform(join, ESME)
    with pytest.raises(Unsupported, match="certificate"):
        transform(join, replace(GSME, devices={OTHER: KnownDevice(Target.PPMID)}))
    with pytest.raises(Malformed):
        transform(join, replace(GSME, devices={OTHER: KnownDevice(Target.PPMID, lambda: b"no certificate")}))


SUB_GHZ: dict[str, Plain] = {
    "LowerBandSubGHzChannels0To26": {"Channel0": None, "Channel26": None},
    "LowerBandSubGHzChannels27To34": {"Channel27": None},
    "LowerBandSubGHzChannels35To61": {"Channel61": None},
    "UpperBandSubGHzChannels0To26": None,
    "NormalLimitedDutyCycleThreshold": Decimal("1.3"),
    "LimitedCriticalDutyCycleThreshold": Decimal("2.2"),
    "MaximumSubGHzChannelChangesPerWeek": 5,
    "GSMECurfew": 7,
    "ChannelQuieterThreshold": 7,
    "ChannelNoisierThreshold": 12,
    "NonGSMEPoorCommsPercentageThreshold": Decimal("60.00"),
    "NonGSMEPoorCommsMeasurementPeriods": 130,
    "LocalCHNoiseMeasurementPeriod": 100,
    "LocalCHFailurePercentage": Decimal("40.00"),
    "LocalCHRetryPercentage": Decimal("30.00"),
}


def test_the_channels_of_a_hub_are_a_mask_for_each_page() -> None:
    """By hand: the page in five bits, and a bit for each channel; the numbers as the object of DBCH03 has them."""
    request = asked("6.28", "SetCHFSubGHzConfiguration", SUB_GHZ)
    made = transform(request, replace(ESME, target=Target.CHF))
    masks = "0420e4000001" + "0420e8000001" + "0420f4000000" + "0420f8000000"
    numbers = "12000d12001611051200071107110c1217701182120064120fa0120bb8"
    assert made.message.originator == BROKER
    assert made.message.payload.hex().endswith("020f" + masks + numbers)


def test_a_finer_number_than_gbcs_can_write_is_refused() -> None:
    values = {"CalorificValue": Decimal("40.05"), "ConversionFactor": Decimal("1.02264")}
    with pytest.raises(Malformed, match="at most 1 decimals"):
        transform(asked("6.6", "UpdateDeviceConfigurationGasConversion", values), GSME)


def test_nothing_printed_shows_a_utrn_or_a_customer_number() -> None:
    top_up = Request(RequestId(SUPPLIER, METER, 3 << 32), 1, "2.2", bodies.TopUpDevice(UTRN))
    made = transform(top_up, ESME)
    assert b"73946144332040217315" in made.message.payload
    assert "7394614433" not in repr(made)
    assert "1234" not in repr(replace(ESME, cin=Secret(b"1234")))


@pytest.mark.parametrize(
    ("srv", "body", "question"),
    [
        ("2.2", bodies.TopUpDevice(UTRN), prepayment.TopUp(UTRN.digits)),
        ("2.5", bodies.ActivateEmergencyCredit(), prepayment.ActivateEmergencyCredit()),
        ("4.18", bodies.ReadMeterBalance(), prepayment.ReadBalance()),
        ("7.1", bodies.EnableSupply(), prepayment.EnableSupply()),
        ("7.3", bodies.ArmSupply(), prepayment.ArmSupply(473_385_600)),
        ("7.4", bodies.ReadSupplyStatus(), prepayment.ReadSupplyStatus()),
    ],
)
@pytest.mark.parametrize(("kind", "known"), [("esme", ESME), ("gsme", GSME)])
def test_the_meters_are_asked_as_the_prepayment_use_cases_ask_them(
    srv: str, body: bodies.RequestBody, question: prepayment.Request, kind: prepayment.Kind, known: Circumstances
) -> None:
    request = Request(RequestId(SUPPLIER, METER, 3 << 32), 1, srv, body)
    if (srv, kind) == ("7.1", "gsme"):  # it cannot be enabled from afar
        with pytest.raises(Unsupported):
            transform(request, known)
        return
    made = transform(request, known)
    assert (made.message_code, made.message.payload) == prepayment.command(kind, 3 << 32, question)


def test_the_rules_fit_the_services() -> None:
    """Every rule is for a target of its SRV and for a use case that GBCS has for it; each payload has a rule."""
    for rule in RULES:
        assert rule.targets <= SERVICE_REQUESTS[rule.srv].targets, rule
        assert rule.srv in rule.use_case.srvs, rule
        assert rule.use_case.payload in (PayloadKind.DLMS, PayloadKind.GBZ, PayloadKind.DER)
    assert set(PAYLOADS) <= {rule.use_case.name for rule in RULES}


PREPAYMENT_SET = """
    1.5 1.6 2.1 2.2 2.3 2.5 3.1 3.2 3.5 4.3 4.4.4 4.4.5 4.13 4.14 4.18 6.2.9 6.11 7.1 7.2 7.3 7.4 8.7.1 8.7.2
    8.8.1 8.8.2 8.9 11.2
"""


def test_the_prepayment_and_supply_set_is_complete() -> None:
    for srv in PREPAYMENT_SET.split():
        rules = [rule for rule in RULES if rule.srv == srv]
        reached = frozenset().union(*(rule.targets for rule in rules))
        assert reached == SERVICE_REQUESTS[srv].targets, srv
        assert all(rule.use_case.name in PAYLOADS for rule in rules), srv
