"""Prepayment payloads, equal to RTDS 4.5.0 octet by octet, and what they say."""

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import prepayment
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.payload import read_payload
from ppmid_protocols.gbcs.prepayment import (
    ActivateEmergencyCredit,
    ArmSupply,
    EnableSupply,
    ReadBalance,
    ReadSupplyStatus,
    SupplyState,
    TopUp,
    esme,
    gsme,
)
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.prepayment import TopUpResult

SUPPLIER, METER = Eui.parse("90b3d51f30010000"), Eui.parse("00db1234567890a0")
ISSUED = 473385600  # 2015-01-01, in seconds since 2000

COMMANDS = [
    ("CS01a_2.2_SUCCESS", "esme", TopUp(Secret(b"73946144332040217315"))),
    ("CS01a_2.2_ERROR", "esme", TopUp(Secret(b"73948959061972833313"))),
    ("CS01b_2.2_SUCCESS", "gsme", TopUp(Secret(b"73950067887105178605"))),
    ("CS01b_2.2_ERROR", "gsme", TopUp(Secret(b"12345678910121314156"))),
    ("PCS01_NA_SUCCESS", "ppmid-gsme", TopUp(Secret(b"73941656880950804485"))),
    ("PCS02_NA_SUCCESS", "ppmid-gsme", ActivateEmergencyCredit()),
    ("ECS82_4.18_SUCCESS", "esme", ReadBalance()),
    ("GCS60_4.18_SUCCESS", "gsme", ReadBalance()),
    ("ECS42_7.1_SUCCESS", "esme", EnableSupply()),
    ("ECS44_7.3_SUCCESS", "esme", ArmSupply()),
    ("GCS39_7.3_SUCCESS", "gsme", ArmSupply(ISSUED)),
    ("ECS45_7.4_SUCCESS", "esme", ReadSupplyStatus()),
    ("GCS33_7.4_SUCCESS", "gsme", ReadSupplyStatus()),
    ("ECS09_2.5_SUCCESS", "esme", ActivateEmergencyCredit()),
    ("GCS06_2.5_SUCCESS", "gsme", ActivateEmergencyCredit()),
]

# RTDS name, the Response built here (given its counter), success, code, values
RESPONSES = [
    ("CS01a_2.2_SUCCESS", lambda n: esme.response(0x0007, n), True, 0, {}),
    ("CS01a_2.2_ERROR", lambda n: esme.response(0x0007, n, esme.REFUSED), False, 1, {}),
    (
        "CS01b_2.2_SUCCESS",
        lambda _: gsme.top_up_response(0x0097, TopUpResult.ACCEPTED, 1250000, 25144000),
        True,
        0,
        {"credited": 1250000, "source": 0, "remaining": 25144000},
    ),
    (
        "CS01b_2.2_ERROR",
        lambda _: gsme.top_up_response(0x0097, TopUpResult.INVALID),
        False,
        1,
        {"credited": None, "source": 0, "remaining": None},
    ),
    (
        "PCS01_NA_SUCCESS",
        lambda _: gsme.top_up_response(0x009B, TopUpResult.ACCEPTED, 2025000, 4525000, source=2),
        True,
        0,
        {"credited": 2025000, "source": 2, "remaining": 4525000},
    ),
    ("PCS02_NA_SUCCESS", lambda _: gsme.status_response(0x0090), True, 0, {}),
    ("ECS82_4.18_SUCCESS", lambda n: esme.response(0x0069, n, value=250000), True, 0, {"balance": 250000}),
    ("ECS82_4.18_ERROR", lambda n: esme.response(0x0069, n, esme.REFUSED), False, 1, {}),
    (
        "GCS60_4.18_SUCCESS",
        lambda _: gsme.read_response(0x008D, {"credit_mode_balance": 3500000, "balance": 2500000}),
        True,
        0,
        {"credit_mode_balance": 3500000, "balance": 2500000},
    ),
    ("GCS60_4.18_ERROR", None, False, 0xC0, {}),
    ("ECS42_7.1_SUCCESS", lambda n: esme.response(0x004F, n), True, 0, {}),
    ("ECS42_7.1_ERROR", lambda n: esme.response(0x004F, n, esme.REFUSED), False, 1, {}),
    ("ECS44_7.3_SUCCESS", lambda n: esme.response(0x0051, n), True, 0, {}),
    ("GCS39_7.3_SUCCESS", lambda _: gsme.arm_response(ISSUED), True, None, {"supply": SupplyState.ARMED}),
    ("GCS39_7.3_ERROR", lambda _: gsme.status_response(0x0085, 0xC0), False, 0xC0, {}),
    (
        "ECS45_7.4_SUCCESS",
        lambda n: esme.response(0x0052, n, value=SupplyState.ENABLED),
        True,
        0,
        {"supply": SupplyState.ENABLED},
    ),
    ("ECS45_7.4_ERROR", lambda n: esme.response(0x0052, n, esme.REFUSED), False, 1, {}),
    (
        "GCS33_7.4_SUCCESS",
        lambda _: gsme.read_response(0x0082, {"battery_days": 100, "supply": SupplyState.ENABLED}),
        True,
        0,
        {"battery_days": 100, "supply": SupplyState.ENABLED},
    ),
    (
        "GCS33_7.4_ERROR",
        lambda _: gsme.read_response(0x0082, {"battery_days": 100}, {"supply": 0xC0}),
        False,
        0xC0,
        {"battery_days": 100},
    ),
    ("ECS09_2.5_SUCCESS", lambda n: esme.response(0x0020, n), True, 0, {}),
    ("ECS09_2.5_ERROR", lambda n: esme.response(0x0020, n, esme.REFUSED), False, 1, {}),
    ("GCS06_2.5_SUCCESS", lambda _: gsme.status_response(0x0070), True, 0, {}),
    ("GCS06_2.5_ERROR", lambda _: gsme.status_response(0x0070, 0xC0), False, 0xC0, {}),
]


def message(content: prepayment.Content, cra: Cra = Cra.RESPONSE, counter: int = 1000) -> Message:
    return Message(
        cra=cra,
        counter=counter,
        originator=SUPPLIER,
        target=METER,
        message_code=content.message_code,
        payload=content.payload,
    )


@pytest.mark.parametrize(("name", "kind", "request_"), COMMANDS)
def test_commands_are_those_of_rtds(rtds, name, kind, request_):
    published = rtds[f"{name}_COMMAND"].message
    built = prepayment.command(kind, published.counter, request_)
    assert built == (published.message_code, published.payload)
    assert prepayment.read_command(published) == request_
    digits = request_.digits if isinstance(request_, TopUp) else None
    assert prepayment.read_top_up_digits(published) == digits


@pytest.mark.parametrize(("name", "build", "success", "code", "values"), RESPONSES)
def test_responses_are_those_of_rtds(rtds, name, build, success, code, values):
    published = rtds[f"{name}_RESPONSE"].message
    if build is not None:
        assert build(published.counter) == (published.message_code, published.payload)
    outcome = prepayment.outcome_of(published)
    assert (outcome.success, outcome.code, outcome.values) == (success, code, values)


@pytest.mark.parametrize("kind", ["esme", "gsme"])
def test_top_up_digits_are_not_printed(kind):
    content = prepayment.top_up_command(kind, 1000, Secret(b"73946144332040217315"))
    sent = message(content, Cra.COMMAND)
    printed = (TopUp(Secret(b"73946144332040217315")), content, sent, read_payload(sent), prepayment.read_command(sent))
    assert [one for one in map(repr, printed) if "7394" in one] == []


def test_bad_digits_are_not_printed_either():
    with pytest.raises(Malformed) as problem:
        TopUp(Secret(b"7394614433204021731X"))
    assert "7394" not in str(problem.value)


def test_a_command_that_is_not_quite_the_use_case_is_refused(rtds):
    published = rtds["ECS42_7.1_SUCCESS_COMMAND"].message
    disable = replace(published, payload=published.payload[:-1] + b"\x34")
    with pytest.raises(Malformed, match=r"expected action 9/0-0:10\.0\.106\.255/1"):
        prepayment.read_command(disable)
    with pytest.raises(Malformed, match="invoke-id"):
        prepayment.read_command(replace(published, counter=published.counter + 1))
    with pytest.raises(Malformed, match="expected a Response, found a Command"):
        prepayment.outcome_of(published)
    gas = rtds["GCS39_7.3_SUCCESS_COMMAND"].message
    with pytest.raises(Malformed, match="use case 0085"):
        prepayment.read_command(replace(gas, payload=gas.payload[:-2] + b"\x00\x01"))


def test_other_use_cases_are_unsupported(rtds):
    other = rtds["ECS19_4.3_SUCCESS_RESPONSE"].message
    with pytest.raises(Unsupported, match="Message Code 002D"):
        prepayment.outcome_of(other)
    with pytest.raises(Unsupported, match="EnableSupply for gsme"):
        prepayment.command("gsme", 1, EnableSupply())
    assert prepayment.read_top_up_digits(other) is None


def test_a_response_of_another_counter_is_refused(rtds):
    published = rtds["ECS82_4.18_SUCCESS_RESPONSE"].message
    with pytest.raises(Malformed, match="expected 200003E9 by the counter, found 200003E8"):
        prepayment.outcome_of(replace(published, counter=1001))


@pytest.mark.parametrize("result", TopUpResult)
def test_top_up_results(result):
    outcome = prepayment.outcome_of(message(gsme.top_up_response(0x0097, result, 1, -500000)))
    assert outcome.success == (result in (0x00, 0x10, 0x11, 0x12))
    assert (outcome.code, outcome.values["remaining"]) == (result, -500000)


def test_a_refusal_counts_wherever_it_stands():
    first = gsme.read_response(0x0082, {"supply": SupplyState.ARMED}, {"battery_days": 0xC0})
    outcome = prepayment.outcome_of(message(first))
    assert (outcome.success, outcome.code, outcome.values) == (False, 0xC0, {"supply": SupplyState.ARMED})


def test_emergency_credit_refused_for_another_reason():
    outcome = prepayment.outcome_of(message(esme.response(0x0020, 1000, esme.OTHER_REASON)))
    assert (outcome.success, outcome.code) == (False, 250)


def test_responses_of_a_wrong_shape_are_refused():
    with pytest.raises(Malformed, match="expected a value"):
        esme.response(0x0069, 1000)
    with pytest.raises(Malformed, match="expected a value"):
        esme.response(0x0007, 1000, value=1)
    with pytest.raises(Malformed, match="supply state"):
        prepayment.outcome_of(message(esme.response(0x0052, 1000, value=3)))
    swapped = prepayment.Content(0x0069, esme.response(0x0007, 1000).payload)
    with pytest.raises(Malformed, match="expected the choice of get"):
        prepayment.outcome_of(message(swapped))
    with pytest.raises(Malformed, match="expected a Response of use case 0097"):
        prepayment.outcome_of(message(prepayment.Content(0x0097, gsme.arm_response(1).payload)))
    other = gsme.read_response(0x0082, {"battery_days": 1, "supply": 0}).payload
    half = bytes.fromhex("010901010702000b080001000a002301000000")
    with pytest.raises(Malformed, match="expected 2 attributes, found 1"):
        prepayment.outcome_of(message(prepayment.Content(0x008D, half)))
    with pytest.raises(Malformed, match="attribute asked for"):
        prepayment.outcome_of(message(prepayment.Content(0x008D, other)))


def test_a_balance_in_debt_keeps_its_sign():
    electricity = prepayment.outcome_of(message(esme.response(0x0069, 1000, value=-500000)))
    assert electricity.values["balance"] == -500000
    gas = gsme.read_response(0x008D, {"credit_mode_balance": 0, "balance": -500000})
    assert gas.payload.endswith(bytes.fromhex("e05ef8ff"))
    assert prepayment.outcome_of(message(gas)).values["balance"] == -500000


@given(
    kind=st.sampled_from(("esme", "gsme", "ppmid-gsme")),
    counter=st.integers(0, 2**64 - 1),
    digits=st.from_regex(rb"[0-9]{20}", fullmatch=True).map(Secret),
)
def test_any_digits_travel_unchanged(kind, counter, digits):
    sent = message(prepayment.top_up_command(kind, counter, digits), Cra.COMMAND, counter)
    assert prepayment.read_top_up_digits(sent) == digits


@given(
    code=st.sampled_from(sorted(set(prepayment.CODES.values()))), payload=st.binary(max_size=40), at=st.integers(0, 40)
)
def test_any_payload_is_read_or_refused(code, payload, at):
    starts = (b"", b"\xda\x20\x00\x03\xe8", b"\x01\x09\x01\x01\x07\x05\x00", b"\xd9\x20\x00\x03\xe8\x00\x01\x03")
    content = prepayment.Content(code, starts[at % len(starts)] + payload)
    with contextlib.suppress(ProtocolError):
        request = prepayment.read_command(message(content, Cra.COMMAND, 1000))
        kind = next(kind for (kind, _), known in prepayment.CODES.items() if known == code)
        assert prepayment.command(kind, 1000, request) == content
    with contextlib.suppress(ProtocolError):
        outcome = prepayment.outcome_of(message(content, Cra.RESPONSE, 1000))
        assert outcome.success is (outcome.code == 0) or outcome.code in (None, 0x10, 0x11, 0x12)
