"""The electricity meter on the HAN: in the hub's tunnel, and as the PPMID's Prepayment server."""

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from home_parts import ESME, GSME, SUPPLIER, MeterHome, Vend, check_mac_as, genuine_command, send_zcl

from ppmid_bench.clock import VirtualClock
from ppmid_devices.links.tunnel import TunnelClient
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.ports import HOUR, MILLISECOND, MINUTE, SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import prepayment as gbcs_prepayment
from ppmid_protocols.gbcs.message import Cra, decode
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import metering, prepayment, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.prepayment import ConsumerTopUp, SelectAvailableEmergencyCredit, TopUpResult
from ppmid_protocols.zigbee.zcl import DefaultResponse, Status

MakeEsme = Callable[..., SimulatedEsme]


@pytest.fixture
def ends(clock: VirtualClock, home: MeterHome) -> SimpleNamespace:
    """What hub and PPMID hear, and what they say."""
    heard: list[bytes] = []
    answers: list[object] = []
    tunnel = TunnelClient(home.hub, ESME, clock, heard.append)

    def answered(_: Eui, message: AppMessage) -> None:
        general = message.zcl.header.scope is zcl.Scope.GENERAL
        answers.append(zcl.read_general(message.zcl) if general else prepayment.read(message.zcl))

    for cluster in (prepayment.CLUSTER, metering.CLUSTER):
        home.ppmid.on(cluster, answered)

    def ask(asked: object, cluster: ModuleType = prepayment) -> None:
        frame = cluster.frame(asked, home.ppmid.next_sequence())
        home.ppmid.send_frame(ESME, cluster.CLUSTER, frame)
        clock.advance(2 * SECOND)

    return SimpleNamespace(heard=heard, answers=answers, tunnel=tunnel, ask=ask)


@pytest.fixture
def esme(clock: VirtualClock, home: MeterHome, ends: SimpleNamespace) -> MakeEsme:
    """Makes a started meter whose tunnel is open."""

    def make(kind: type = SimulatedEsme, **settings: Any) -> SimulatedEsme:
        meter: SimulatedEsme = home.meter(kind, ESME, **settings)
        meter.start()
        ends.tunnel.open()
        clock.advance(SECOND)
        assert ends.tunnel.is_open
        return meter

    return make


def top_up(digits: str) -> ConsumerTopUp:
    return ConsumerTopUp(Secret(digits.encode()))


def test_a_command_through_the_tunnel_has_its_response_there(
    clock: VirtualClock, esme: MakeEsme, ends: SimpleNamespace
) -> None:
    esme()
    ends.tunnel.send(genuine_command(gbcs_prepayment.ReadBalance()))
    clock.advance(SECOND)
    (response,) = ends.heard
    assert gbcs_prepayment.outcome_of(decode(response)).values["balance"] == 500_000


def test_a_top_up_by_the_ppmid_arms_and_a_person_enables(
    clock: VirtualClock, esme: MakeEsme, ends: SimpleNamespace, vend: Vend
) -> None:
    """At -0.40 and off: credited, armed and on supply are three facts."""
    meter = esme(balance_mp=-40_000, supply="disabled")
    ends.ask(top_up(vend(1)))
    (answer,) = ends.answers
    assert (answer.result, answer.value, answer.credit_remaining) == (
        TopUpResult.ACCEPTED_SUPPLY_ARMED,
        1_000_000,
        960_000,
    )
    alert = decode(ends.heard[0])
    assert (alert.cra, alert.message_code, alert.counter) == (Cra.ALERT, 0x1001, 2000)
    assert b"\x12\x81\x0e" in alert.payload
    check_mac_as(alert, SUPPLIER, ESME)
    clock.advance(30 * MINUTE)
    assert meter.display().supply is Supply.ARMED
    ends.ask(metering.LocalChangeSupply(), metering)
    assert ends.answers[-1].status == Status.SUCCESS
    assert meter.display().supply is Supply.ENABLED


@pytest.mark.parametrize("proposed", [metering.SupplyStatus.OFF, metering.SupplyStatus.OFF_ARMED])
def test_the_ppmid_may_propose_on_only(esme: MakeEsme, ends: SimpleNamespace, proposed: metering.SupplyStatus) -> None:
    meter = esme(supply="armed")
    ends.ask(metering.LocalChangeSupply(proposed), metering)
    assert ends.answers[-1].status == Status.INVALID_VALUE
    assert meter.display().supply is Supply.ARMED


def test_a_disabled_supply_is_not_the_ppmids_to_enable(esme: MakeEsme, ends: SimpleNamespace) -> None:
    meter = esme(supply="disabled-by-supplier")
    ends.ask(metering.LocalChangeSupply(), metering)
    assert ends.answers[-1].status == Status.FAILURE
    assert meter.display().supply is Supply.DISABLED


@pytest.mark.parametrize("how", ["silent", "answer"])
def test_a_duplicate_from_the_ppmid_credits_nothing_and_is_answered_as_set(
    esme: MakeEsme, ends: SimpleNamespace, vend: Vend, how: str
) -> None:
    meter = esme(duplicate_from_ppmid=how)
    for _ in range(2):
        ends.ask(top_up(vend(1)))
    results = [answer.result for answer in ends.answers]
    assert results == [TopUpResult.ACCEPTED_SUPPLY_ENABLED, TopUpResult.DUPLICATE][: 2 if how == "answer" else 1]
    assert meter.display().balance == 1_500_000
    assert [entry.code for entry in meter.security_log] == [LogCode.UTRN_DUPLICATE]


def test_the_answer_to_a_refused_code_tells_no_value(esme: MakeEsme, ends: SimpleNamespace, vend: Vend) -> None:
    esme(local_credit_alert=False)
    for digits in (vend(1, meter=GSME), "123"):
        ends.ask(top_up(digits))
    for answer in ends.answers:
        assert (answer.result, answer.value, answer.credit_remaining) == (TopUpResult.INVALID, None, None)
    ends.ask(top_up(vend(1)))
    assert ends.answers[-1].value == 1_000_000
    assert ends.heard == []  # no alert, as set; and a refused code reaches nobody outside the home


def test_a_balance_of_minus_one_is_left_out_of_the_answer(esme: MakeEsme, ends: SimpleNamespace, vend: Vend) -> None:
    meter = esme(balance_mp=-1_000_001, supply="disabled")
    ends.ask(top_up(vend(1)))
    assert meter.display().balance == -1
    answer = ends.answers[0]
    assert (answer.result, answer.credit_remaining) == (TopUpResult.ACCEPTED_SUPPLY_DISABLED, None)


@pytest.mark.parametrize(
    ("balance", "statuses"), [(50_000, [Status.SUCCESS, Status.SUCCESS]), (100_000, [Status.FAILURE, Status.FAILURE])]
)
def test_emergency_credit_by_the_ppmid_is_idempotent(
    esme: MakeEsme, ends: SimpleNamespace, balance: int, statuses: list[Status]
) -> None:
    meter = esme(balance_mp=balance)
    for _ in range(2):
        ends.ask(SelectAvailableEmergencyCredit())
    assert ends.answers == [DefaultResponse(0, status) for status in statuses]
    assert meter.display().emergency_credit == (1_000_000 if Status.SUCCESS in statuses else None)


def test_emergency_credit_that_has_run_out_is_not_activated_by_the_ppmid(esme: MakeEsme, ends: SimpleNamespace) -> None:
    esme(balance_mp=0, emergency_credit_used_mp=1_000_000, supply="disabled")
    ends.ask(SelectAvailableEmergencyCredit())
    assert ends.answers == [DefaultResponse(0, Status.FAILURE)]


def test_malformed_and_unknown_commands_of_the_ppmid_are_told_apart(
    clock: VirtualClock, esme: MakeEsme, ends: SimpleNamespace, home: MeterHome
) -> None:
    esme()
    for number, payload in ((0x04, b"\x02\x14123"), (0x77, b"")):
        send_zcl(home.ppmid, ESME, prepayment.CLUSTER, number, payload, zcl.Direction.TO_SERVER)
        clock.advance(SECOND)
    assert ends.answers == [
        DefaultResponse(0x04, Status.MALFORMED_COMMAND),
        DefaultResponse(0x77, Status.UNSUPPORTED_CLUSTER_COMMAND),
    ]


def test_nobody_but_the_ppmid_is_served(
    clock: VirtualClock, esme: MakeEsme, ends: SimpleNamespace, home: MeterHome, vend: Vend
) -> None:
    meter = esme()
    home.hub.send_frame(ESME, prepayment.CLUSTER, prepayment.frame(top_up(vend(1)), 1))
    clock.advance(SECOND)
    assert meter.display().balance == 500_000
    ends.ask(top_up(vend(1)))
    assert meter.display().balance == 1_500_000


@pytest.mark.parametrize("cut_after_ms", [100, 300, 600])
def test_no_cut_of_power_lets_a_code_credit_twice_or_vanish(
    clock: VirtualClock, esme: MakeEsme, ends: SimpleNamespace, home: MeterHome, vend: Vend, cut_after_ms: int
) -> None:
    meter = esme(duplicate_from_ppmid="answer")
    home.ppmid.send_frame(ESME, prepayment.CLUSTER, prepayment.frame(top_up(vend(1)), 1))
    clock.advance(cut_after_ms * MILLISECOND)
    meter.power_cycle()
    clock.advance(MINUTE)
    ends.ask(top_up(vend(1)))
    assert meter.display().balance == 1_500_000
    assert ends.answers[-1].result == TopUpResult.DUPLICATE


def test_execution_counters_outlive_a_cut_of_power_and_answers_do_not(
    clock: VirtualClock, esme: MakeEsme, ends: SimpleNamespace
) -> None:
    meter = esme(balance_mp=50_000)
    octets = genuine_command(gbcs_prepayment.ActivateEmergencyCredit())
    ends.tunnel.send(octets)
    clock.advance(100 * MILLISECOND)
    meter.power_cycle()
    clock.advance(5 * MINUTE)
    assert meter.display().emergency_credit == 1_000_000
    ends.tunnel.send(octets)  # the tunnel is gone, which the hub learns now
    clock.advance(SECOND)
    ends.tunnel.send(octets)
    clock.advance(5 * SECOND)
    assert ends.heard == []
    assert meter.security_log[-1].code is LogCode.COMMAND_UNEXPECTED


def test_a_locked_keypad_says_so_and_not_the_digits(clock: VirtualClock, esme: MakeEsme, vend: Vend) -> None:
    meter = esme()
    for _ in range(5):
        assert meter.enter_utrn(vend(1, meter=GSME)) == "Invalid code"
    assert meter.enter_utrn(vend(1)) == "Code entry is locked"
    assert [entry.code for entry in meter.event_log] == [LogCode.UTRN_ENTRY_SUSPENDED, LogCode.UTRN_LOCKED_OUT]
    clock.advance(HOUR + SECOND)
    assert meter.enter_utrn(vend(1)) == "Top up successful: £10.00"
    assert meter.enter_utrn(vend(1)) == "Credit already used"
