"""Which Commands a meter takes: each test passes what is right and refuses what is wrong, for that reason."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.log_codes import LogCode
from ppmid_protocols.gbcs import crypto, prepayment
from ppmid_protocols.gbcs.message import Cra, decode
from ppmid_protocols.gbcs.prepayment import ActivateEmergencyCredit, ArmSupply, EnableSupply, ReadBalance


def refused_with(meter: SimpleNamespace, clock: SimpleNamespace, octets: bytes) -> list[LogCode]:
    """The codes that a refusal leaves; asserts that nothing else came of it."""
    before, logged, sent = meter.display(), len(meter.security_log), len(meter.sent)
    meter.hear(octets)
    clock.run_for(10)
    assert meter.display() == before
    assert len(meter.sent) == sent
    return [entry.code for entry in meter.security_log[logged:]]


def test_right_commands_are_executed(clock, minted, bare, command) -> None:
    meter = bare(minted, supply="armed")
    meter.hear(command(ReadBalance()))
    meter.hear(command(EnableSupply()))
    clock.run_for(1)
    balance, enabled = (prepayment.outcome_of(decode(octets)) for octets in meter.sent)
    assert (balance.success, balance.values["balance"]) == (True, 500_000)
    assert enabled.success
    assert meter.display().supply is Supply.ENABLED
    assert meter.security_log == ()


def test_no_gbcs_message_at_all(clock, minted, bare, command) -> None:
    meter = bare(minted)
    assert refused_with(meter, clock, b"\xdd\x00") == [LogCode.COMMAND_FORMAT]
    assert refused_with(meter, clock, command(ReadBalance())[:-1]) == [LogCode.COMMAND_FORMAT]


@pytest.mark.parametrize(
    "altered",
    [
        {"cra": Cra.RESPONSE},
        {"message_code": 0x0050},  # ECS43: not of this meter's use cases
        {"message_code": 0x0052},  # the payload is that of another use case
        {"payload": prepayment.command("esme", 1001, ReadBalance()).payload},  # its invoke-id is of another counter
    ],
)
def test_authentic_but_ill_formed(clock, minted, bare, command, altered: dict[str, object]) -> None:
    assert refused_with(bare(minted), clock, command(ReadBalance(), **altered)) == [LogCode.COMMAND_FORMAT]


def test_another_target_and_another_originator(clock, minted, who, bare, command) -> None:
    meter = bare(minted)
    assert refused_with(meter, clock, command(ReadBalance(), target=who.gsme)) == [LogCode.COMMAND_UNEXPECTED]
    assert refused_with(meter, clock, command(ReadBalance(), originator=who.hub)) == [LogCode.NO_AUTHORITY]
    assert refused_with(meter, clock, command(ReadBalance(), originator=who.ppmid)) == [LogCode.NO_AUTHORITY]


def test_mac(clock, minted, bare, command) -> None:
    octets = command(ReadBalance())
    wrong = octets[:-1] + bytes((octets[-1] ^ 1,))
    assert refused_with(bare(minted), clock, wrong) == [LogCode.SOURCE_NOT_AUTHENTIC]
    without = replace(decode(octets), mac=None).encode()
    assert refused_with(bare(minted), clock, without) == [LogCode.SOURCE_NOT_AUTHENTIC]


def test_signature_of_a_critical_command(clock, minted, who, bare, command) -> None:
    """The MAC is right each time: the Access Control Broker alone can not enable a supply."""
    meter = bare(minted, supply="armed")
    assert refused_with(meter, clock, command(EnableSupply(), signed=False)) == [LogCode.COMMAND_FORMAT]
    forged = crypto.sign(replace(decode(command(EnableSupply())), mac=None), minted.people[who.hub].signing.private)
    peer = minted.directory.public_key(who.esme, "agreement")
    sealed = crypto.with_mac(forged, minted.people[who.broker].agreement.private, peer).encode()
    assert refused_with(meter, clock, sealed) == [LogCode.SOURCE_NOT_AUTHENTIC]
    assert refused_with(meter, clock, command(ReadBalance(), signed=True)) == [LogCode.COMMAND_FORMAT]


def test_counter_of_protected_commands_rises_and_reads_are_free(clock, minted, bare, command) -> None:
    meter = bare(minted, balance_mp=50_000)
    for request, counter in ((ActivateEmergencyCredit(), 1000), (ReadBalance(), 999), (ReadBalance(), 999)):
        meter.hear(command(request, counter))
    clock.run_for(1)
    assert len(meter.sent) == 3
    for counter in (1000, 999, 1):
        assert refused_with(meter, clock, command(ActivateEmergencyCredit(), counter)) == [LogCode.COMMAND_UNEXPECTED]
    meter.hear(command(ActivateEmergencyCredit(), 1001))
    clock.run_for(1)
    assert prepayment.outcome_of(decode(meter.sent[-1])).success  # emergency credit is active: idempotent


def test_a_refused_command_does_not_raise_the_counter(clock, minted, bare, command) -> None:
    meter = bare(minted, supply="armed")
    octets = command(EnableSupply(), 2000)
    refused_with(meter, clock, octets[:-1] + bytes((octets[-1] ^ 1,)))
    meter.hear(command(EnableSupply(), 1500))
    assert meter.display().supply is Supply.ENABLED


@pytest.mark.parametrize("on_refused", ["silent", "failure"])
def test_a_refusal_is_silent_or_a_failure_as_set(clock, minted, who, bare, command, on_refused: str) -> None:
    meter = bare(minted, on_refused=on_refused)
    octets = command(ReadBalance())
    meter.hear(octets[:-1] + bytes((octets[-1] ^ 1,)))
    meter.hear(command(ReadBalance(), originator=who.hub))  # nobody that is known: never answered
    clock.run_for(1)
    outcomes = [prepayment.outcome_of(decode(sent)).success for sent in meter.sent]
    assert outcomes == ([] if on_refused == "silent" else [False])


def test_gas_commands_and_their_kinds_of_answers(clock, minted, who, bare, command) -> None:
    meter = bare(minted, who.gsme, supply="disabled-by-supplier", balance_mp=-4_000)
    for request, counter, kind in (
        (ReadBalance(), 1, "gsme"),
        (prepayment.ReadSupplyStatus(), 2, "gsme"),
        (ArmSupply(7), 3, "gsme"),  # no credit
        (ActivateEmergencyCredit(), 1, "ppmid-gsme"),
        (ArmSupply(8), 4, "gsme"),
        (ActivateEmergencyCredit(), 5, "gsme"),
    ):
        meter.hear(command(request, counter, kind))
    clock.run_for(1)
    messages = [decode(octets) for octets in meter.sent]
    outcomes = [prepayment.outcome_of(message) for message in messages]
    assert [outcome.success for outcome in outcomes] == [True, True, False, True, True, True]
    assert outcomes[0].values["balance"] == -4_000
    assert outcomes[1].values == {"battery_days": 100, "supply": prepayment.SupplyState.DISABLED}
    assert outcomes[4].values["supply"] is prepayment.SupplyState.ARMED
    assert [message.target for message in messages] == [who.supplier] * 3 + [who.ppmid] + [who.supplier] * 2
    assert [bool(message.signature) for message in messages] == [False, False, True, False, True, True]
    ppmid_key = minted.people[who.ppmid].agreement.private
    crypto.verify_mac(messages[3], ppmid_key, minted.directory.public_key(who.gsme, "agreement"))


@pytest.mark.parametrize(
    "request_",
    [ReadBalance(), prepayment.ReadSupplyStatus(), ArmSupply(7), prepayment.TopUp("1" * 20)],
)
def test_every_gas_command_has_a_failure_to_answer_with(clock, minted, who, bare, command, request_) -> None:
    meter = bare(minted, who.gsme, on_refused="failure")
    octets = command(request_, 1 << 32, "gsme")
    meter.hear(octets[:-1] + bytes((octets[-1] ^ 1,)))
    clock.run_for(1)
    assert not prepayment.outcome_of(decode(meter.sent[0])).success


def test_usage_runs_a_meter_out_of_credit_at_the_very_moment(clock, minted, bare) -> None:
    """£5.00 at £1.00 an hour: five hours, and not a second more."""
    meter = bare(minted, usage_per_hour_mp=100_000)
    meter.display()
    clock.run_for(5 * 3600 - 1)
    assert meter.display().supply is Supply.ENABLED
    clock.run_for(1)
    assert (meter.display().balance, meter.display().supply) == (0, Supply.DISABLED)
    assert [entry.code for entry in meter.event_log] == [
        LogCode.LOW_CREDIT,
        LogCode.EMERGENCY_CREDIT_AVAILABLE,
        LogCode.BELOW_DISABLEMENT_THRESHOLD,
    ]
