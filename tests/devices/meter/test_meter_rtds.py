"""A meter on the published keys of RTDS 4.5.0 executes its Commands and answers with its very octets.

Its Responses bear the date of the RTDS, so those with a MAC are equal; critical ones are equal but for the signature,
as no device's signing key is published.
"""

from types import SimpleNamespace
from typing import Any

import pytest
from home_parts import ESME, BareMeter, MakeMeter

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.ports import MILLISECOND, SECOND
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.message import decode

TOP_UP, TOP_UP_ANSWER = "CS01a_2.2_SUCCESS_COMMAND", "CS01a_2.2_SUCCESS_RESPONSE"


def answer(clock: VirtualClock, meter: BareMeter, command: bytes) -> bytes:
    meter.hear(command)
    clock.advance(300 * MILLISECOND)  # the date in a Response is to the second, and the RTDS stands still
    return meter.sent.pop()


def test_cs01a_credits_ten_pounds_and_its_response_is_that_of_the_rtds(
    clock: VirtualClock, rtds: SimpleNamespace, bare: MakeMeter
) -> None:
    meter = bare(rtds=rtds)
    assert answer(clock, meter, rtds.messages[TOP_UP]) == rtds.messages[TOP_UP_ANSWER]
    assert meter.display().balance == 500_000 + 1_000_000


def test_cs01a_over_the_largest_balance_has_the_error_response_of_the_rtds(
    clock: VirtualClock, rtds: SimpleNamespace, bare: MakeMeter
) -> None:
    meter = bare(rtds=rtds, maximum_balance_mp=1_499_999)
    assert answer(clock, meter, rtds.messages["CS01a_2.2_ERROR_COMMAND"]) == rtds.messages["CS01a_2.2_ERROR_RESPONSE"]
    assert meter.display().balance == 500_000
    assert meter.security_log[-1].code is LogCode.OVER_MAXIMUM_BALANCE


def test_cs01a_the_second_time_credits_nothing(clock: VirtualClock, rtds: SimpleNamespace, bare: MakeMeter) -> None:
    meter = bare(rtds=rtds)
    answer(clock, meter, rtds.messages[TOP_UP])
    refusal = decode(answer(clock, meter, rtds.messages[TOP_UP]))
    assert refusal.payload[-1] == 1
    assert meter.display().balance == 1_500_000
    assert meter.security_log[-1].code is LogCode.UTRN_DUPLICATE
    silent = bare(rtds=rtds, duplicate_answer="silent")
    answer(clock, silent, rtds.messages[TOP_UP])
    silent.hear(rtds.messages[TOP_UP])
    clock.advance(10 * SECOND)
    assert silent.sent == []


def test_a_code_typed_in_and_sent_over_the_wan_credits_once(
    clock: VirtualClock, rtds: SimpleNamespace, bare: MakeMeter
) -> None:
    meter = bare(rtds=rtds, local_credit_alert=False)
    assert meter.enter_utrn("73946144332040217315").endswith("£10.00")  # the code of the CS01a
    assert decode(answer(clock, meter, rtds.messages[TOP_UP])).payload[-1] == 1
    assert meter.display().balance == 1_500_000


@pytest.mark.parametrize(
    ("name", "settings"),
    [("ECS82_4.18", {"balance_mp": 250_000}), ("ECS45_7.4", {"supply": "enabled"})],
)
def test_reads_have_the_response_of_the_rtds(
    clock: VirtualClock, rtds: SimpleNamespace, bare: MakeMeter, name: str, settings: dict[str, Any]
) -> None:
    meter = bare(rtds=rtds, **settings)
    response = answer(clock, meter, rtds.messages[f"{name}_SUCCESS_COMMAND"])
    assert response == rtds.messages[f"{name}_SUCCESS_RESPONSE"]


@pytest.mark.parametrize(
    ("name", "settings", "supply"),
    [
        ("ECS42_7.1", {"supply": "armed"}, Supply.ENABLED),
        ("ECS44_7.3", {"supply": "disabled-by-supplier"}, Supply.ARMED),
        ("ECS09_2.5", {"balance_mp": 50_000}, Supply.ENABLED),
    ],
)
def test_critical_commands_have_the_response_of_the_rtds_but_for_the_signature(
    clock: VirtualClock, rtds: SimpleNamespace, bare: MakeMeter, name: str, settings: dict[str, Any], supply: Supply
) -> None:
    meter = bare(rtds=rtds, **settings)
    response = answer(clock, meter, rtds.messages[f"{name}_SUCCESS_COMMAND"])
    assert response[:-64] == rtds.messages[f"{name}_SUCCESS_RESPONSE"][:-64]
    crypto.verify_signature(decode(response), rtds.people[ESME].signing.certificate.public_key())
    assert meter.display().supply is supply
    assert (meter.display().emergency_credit is not None) == (name == "ECS09_2.5")


@pytest.mark.parametrize(
    ("name", "settings", "result"),
    [
        ("ECS42_7.1", {"balance_mp": 0, "supply": "disabled"}, 1),
        ("ECS44_7.3", {"balance_mp": 0, "supply": "disabled"}, 1),
        ("ECS09_2.5", {"balance_mp": 100_000}, 250),  # "other reason" by GBCS; the RTDS has 1 here too
    ],
)
def test_what_the_meter_can_not_do_is_refused_in_the_response(
    clock: VirtualClock, rtds: SimpleNamespace, bare: MakeMeter, name: str, settings: dict[str, Any], result: int
) -> None:
    meter = bare(rtds=rtds, **settings)
    before = meter.display()
    response = answer(clock, meter, rtds.messages[f"{name}_ERROR_COMMAND"])
    error = rtds.messages[f"{name}_ERROR_RESPONSE"]
    assert response[:-64] == error[:-66] + bytes((result,)) + error[-65:-64]
    assert meter.display() == before


def test_the_alert_of_a_local_credit_is_that_of_the_rtds(rtds: SimpleNamespace, bare: MakeMeter) -> None:
    meter = bare(rtds=rtds)
    assert meter.enter_utrn("73951773847901038897") == "Top up successful: £10.00"
    assert meter.sent == [rtds.messages["GNCA-DLMS_NA_810E_ALERT"]]


def test_the_signed_refusal_alert_is_that_of_the_rtds_but_for_the_signature(
    rtds: SimpleNamespace, bare: MakeMeter
) -> None:
    """An altered originator: 0x8F30, the source does not have authority for the Command."""
    meter = bare(rtds=rtds, refusal_alert=True)
    command = bytearray(rtds.messages[TOP_UP])
    command[26] ^= 1
    assert decode(bytes(command)).originator.hex() != decode(rtds.messages[TOP_UP]).originator.hex()
    meter.hear(bytes(command))
    assert meter.sent[0][:-64] == rtds.messages["GCA-DLMS_NA_8F30_ALERT"][:-64]


def test_no_single_bit_of_a_command_may_be_turned(clock: VirtualClock, rtds: SimpleNamespace, bare: MakeMeter) -> None:
    meter = bare(rtds=rtds)
    command = rtds.messages[TOP_UP]
    for place in range(len(command)):
        meter.hear(bytes(octet ^ (1 << place % 8 if at == place else 0) for at, octet in enumerate(command)))
    clock.advance(10 * SECOND)
    assert meter.sent == []
    assert meter.display().balance == 500_000
    assert len(meter.security_log) == min(len(command), 100)


def test_the_same_meter_executes_a_command_once_only(
    clock: VirtualClock, rtds: SimpleNamespace, bare: MakeMeter
) -> None:
    meter = bare(rtds=rtds, balance_mp=50_000)
    command = rtds.messages["ECS09_2.5_SUCCESS_COMMAND"]
    answer(clock, meter, command)
    meter.hear(command)
    clock.advance(10 * SECOND)
    assert meter.sent == []
    assert meter.security_log[-1].code is LogCode.COMMAND_UNEXPECTED
