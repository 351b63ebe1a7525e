"""Which Commands a meter takes: each test passes what is right and refuses what is wrong, for that reason."""

from dataclasses import replace
from typing import Any

import pytest
from home_parts import (
    BROKER,
    ESME,
    GSME,
    HUB,
    PPMID,
    SUPPLIER,
    BareMeter,
    MakeMeter,
    check_mac_as,
    genuine_command,
    signed_by,
    with_mac_of,
)

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter.contract import MeterDisplay, Supply
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.ports import HOUR, SECOND
from ppmid_protocols.gbcs import prepayment
from ppmid_protocols.gbcs.message import Cra, decode
from ppmid_protocols.gbcs.prepayment import ActivateEmergencyCredit, ArmSupply, EnableSupply, ReadBalance
from ppmid_protocols.secret import Secret


def unmoved(meter: BareMeter) -> MeterDisplay:
    """What stands on its display but for the register, since the home uses energy whatever comes."""
    return replace(meter.display(), consumption=None)


def refused_with(meter: BareMeter, clock: VirtualClock, octets: bytes) -> list[LogCode]:
    """The codes that a refusal leaves; asserts that nothing else came of it."""
    before, logged, sent = unmoved(meter), len(meter.security_log), len(meter.sent)
    meter.hear(octets)
    clock.advance(10 * SECOND)
    assert unmoved(meter) == before
    assert len(meter.sent) == sent
    return [entry.code for entry in meter.security_log[logged:]]


def test_right_commands_are_executed(clock: VirtualClock, bare: MakeMeter) -> None:
    meter = bare(supply="armed")
    meter.hear(genuine_command(ReadBalance()))
    meter.hear(genuine_command(EnableSupply()))
    clock.advance(SECOND)
    balance, enabled = (prepayment.outcome_of(decode(octets)) for octets in meter.sent)
    assert (balance.success, balance.values["balance"]) == (True, 500_000)
    assert enabled.success
    assert meter.display().supply is Supply.ENABLED
    assert meter.security_log == ()


def test_what_is_no_gbcs_message_is_ill_formed(clock: VirtualClock, bare: MakeMeter) -> None:
    meter = bare()
    assert refused_with(meter, clock, b"\xdd\x00") == [LogCode.COMMAND_FORMAT]
    assert refused_with(meter, clock, genuine_command(ReadBalance())[:-1]) == [LogCode.COMMAND_FORMAT]


@pytest.mark.parametrize(
    "altered",
    [
        {"cra": Cra.RESPONSE},
        {"message_code": 0x0050},  # ECS43: not of this meter's use cases
        {"message_code": 0x0052},  # the payload is that of another use case
        {"payload": prepayment.command("esme", 1001, ReadBalance()).payload},  # its invoke-id is of another counter
    ],
)
def test_an_authentic_command_that_its_use_case_does_not_allow_is_ill_formed(
    clock: VirtualClock, bare: MakeMeter, altered: dict[str, Any]
) -> None:
    assert refused_with(bare(), clock, genuine_command(ReadBalance(), **altered)) == [LogCode.COMMAND_FORMAT]


def test_commands_for_another_target_or_of_another_originator_are_refused(clock: VirtualClock, bare: MakeMeter) -> None:
    meter = bare()
    assert refused_with(meter, clock, genuine_command(ReadBalance(), target=GSME)) == [LogCode.COMMAND_UNEXPECTED]
    assert refused_with(meter, clock, genuine_command(ReadBalance(), originator=HUB)) == [LogCode.NO_AUTHORITY]
    assert refused_with(meter, clock, genuine_command(ReadBalance(), originator=PPMID)) == [LogCode.NO_AUTHORITY]


def test_a_command_with_a_wrong_mac_or_none_is_not_authentic(clock: VirtualClock, bare: MakeMeter) -> None:
    octets = genuine_command(ReadBalance())
    wrong = octets[:-1] + bytes((octets[-1] ^ 1,))
    assert refused_with(bare(), clock, wrong) == [LogCode.SOURCE_NOT_AUTHENTIC]
    without = replace(decode(octets), mac=None).encode()
    assert refused_with(bare(), clock, without) == [LogCode.SOURCE_NOT_AUTHENTIC]


def test_a_critical_command_needs_the_suppliers_signature_and_a_read_has_none(
    clock: VirtualClock, bare: MakeMeter
) -> None:
    """The MAC is right each time: the Access Control Broker alone can not enable a supply."""
    meter = bare(supply="armed")
    assert refused_with(meter, clock, genuine_command(EnableSupply(), with_signature=False)) == [LogCode.COMMAND_FORMAT]
    forged = signed_by(replace(decode(genuine_command(EnableSupply())), mac=None), HUB)
    assert refused_with(meter, clock, with_mac_of(forged, BROKER, ESME).encode()) == [LogCode.SOURCE_NOT_AUTHENTIC]
    assert refused_with(meter, clock, genuine_command(ReadBalance(), with_signature=True)) == [LogCode.COMMAND_FORMAT]


def test_the_counter_of_protected_commands_must_rise_and_that_of_reads_need_not(
    clock: VirtualClock, bare: MakeMeter
) -> None:
    meter = bare(balance_mp=50_000)
    for request, counter in ((ActivateEmergencyCredit(), 1000), (ReadBalance(), 999), (ReadBalance(), 999)):
        meter.hear(genuine_command(request, counter))
    clock.advance(SECOND)
    assert len(meter.sent) == 3
    for counter in (1000, 999, 1):
        assert refused_with(meter, clock, genuine_command(ActivateEmergencyCredit(), counter)) == [
            LogCode.COMMAND_UNEXPECTED
        ]
    meter.hear(genuine_command(ActivateEmergencyCredit(), 1001))
    clock.advance(SECOND)
    assert prepayment.outcome_of(decode(meter.sent[-1])).success  # emergency credit is active: idempotent


def test_a_refused_command_does_not_raise_the_counter(clock: VirtualClock, bare: MakeMeter) -> None:
    meter = bare(supply="armed")
    octets = genuine_command(EnableSupply(), 2000)
    refused_with(meter, clock, octets[:-1] + bytes((octets[-1] ^ 1,)))
    meter.hear(genuine_command(EnableSupply(), 1500))
    assert meter.display().supply is Supply.ENABLED


@pytest.mark.parametrize("on_refused", ["silent", "failure"])
def test_a_refusal_is_silent_or_a_failure_as_set(clock: VirtualClock, bare: MakeMeter, on_refused: str) -> None:
    meter = bare(on_refused=on_refused)
    octets = genuine_command(ReadBalance())
    meter.hear(octets[:-1] + bytes((octets[-1] ^ 1,)))
    meter.hear(genuine_command(ReadBalance(), originator=HUB))  # nobody that is known: never answered
    clock.advance(SECOND)
    outcomes = [prepayment.outcome_of(decode(sent)).success for sent in meter.sent]
    assert outcomes == ([] if on_refused == "silent" else [False])


def test_each_gas_command_is_answered_to_its_originator_by_its_kind_of_protection(
    clock: VirtualClock, bare: MakeMeter
) -> None:
    meter = bare(GSME, supply="disabled-by-supplier", balance_mp=-4_000)
    commands: tuple[tuple[prepayment.Request, int, prepayment.Kind], ...] = (
        (ReadBalance(), 1, "gsme"),
        (prepayment.ReadSupplyStatus(), 2, "gsme"),
        (ArmSupply(7), 3, "gsme"),  # no credit
        (ActivateEmergencyCredit(), 1, "ppmid-gsme"),
        (ArmSupply(8), 4, "gsme"),
        (ActivateEmergencyCredit(), 5, "gsme"),
    )
    for request, counter, kind in commands:
        meter.hear(genuine_command(request, counter, kind))
    clock.advance(SECOND)
    messages = [decode(octets) for octets in meter.sent]
    outcomes = [prepayment.outcome_of(message) for message in messages]
    assert [outcome.success for outcome in outcomes] == [True, True, False, True, True, True]
    assert outcomes[0].values["balance"] == -4_000
    assert outcomes[1].values == {"battery_days": 100, "supply": prepayment.SupplyState.DISABLED}
    assert outcomes[4].values["supply"] is prepayment.SupplyState.ARMED
    assert [message.target for message in messages] == [SUPPLIER] * 3 + [PPMID] + [SUPPLIER] * 2
    assert [bool(message.signature) for message in messages] == [False, False, True, False, True, True]
    check_mac_as(messages[3], PPMID, GSME)


@pytest.mark.parametrize(
    "request_",
    [ReadBalance(), prepayment.ReadSupplyStatus(), ArmSupply(7), prepayment.TopUp(Secret(b"1" * 20))],
)
def test_every_gas_command_has_a_failure_to_answer_with(
    clock: VirtualClock, bare: MakeMeter, request_: prepayment.Request
) -> None:
    meter = bare(GSME, on_refused="failure")
    octets = genuine_command(request_, 1 << 32, "gsme")
    meter.hear(octets[:-1] + bytes((octets[-1] ^ 1,)))
    clock.advance(SECOND)
    assert not prepayment.outcome_of(decode(meter.sent[0])).success


def test_usage_runs_a_meter_out_of_credit_at_the_very_moment(clock: VirtualClock, bare: MakeMeter) -> None:
    """£5.00 at £1.00 an hour: five hours, and not a second more."""
    meter = bare(usage_per_hour_mp=100_000)
    meter.display()
    clock.advance(5 * HOUR - SECOND)
    assert meter.display().supply is Supply.ENABLED
    clock.advance(SECOND)
    assert (meter.display().balance, meter.display().supply) == (0, Supply.DISABLED)
    assert [entry.code for entry in meter.event_log] == [
        LogCode.LOW_CREDIT,
        LogCode.EMERGENCY_CREDIT_AVAILABLE,
        LogCode.BELOW_DISABLEMENT_THRESHOLD,
    ]
