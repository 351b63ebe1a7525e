"""Each faulty meter does what its docstring says, in the one thing that it says, and a right one does not."""

from types import SimpleNamespace
from typing import Any

import pytest
from home_parts import ESME, GSME, MeterHome, Vend, genuine_command

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter import faulty
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_devices.ports import SECOND
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.gbcs.prepayment import ActivateEmergencyCredit, ReadBalance, outcome_of

RIGHT = (SimulatedEsme, SimulatedGsme)


@pytest.fixture(params=["esme", "gsme"])
def made(request: pytest.FixtureRequest, home: MeterHome, clock: VirtualClock, vend: Vend) -> SimpleNamespace:
    """Makes right and faulty meters of one kind, and what they are given; keeps what they send."""
    eui, other = (ESME, GSME) if request.param == "esme" else (GSME, ESME)

    def make(kinds: tuple[type, type], **settings: Any) -> Any:
        meter = home.meter(kinds[request.param == "gsme"], eui, local_credit_alert=False, **settings)
        meter.start()
        meter.sent = []
        meter.transmit = meter.sent.append
        return meter

    return SimpleNamespace(
        make=make,
        vend=lambda counter, meter=eui: vend(counter, meter=meter),
        foreign=lambda counter: vend(counter, meter=other),
        command=lambda asked, counter=1000: genuine_command(asked, counter, request.param),
    )


def balance_after(meter: SimulatedEsme, *codes: str) -> int:
    for digits in codes:
        meter.enter_utrn(digits)
    return meter.display().balance - 500_000


@pytest.mark.parametrize(
    ("kinds", "copies", "credited"),
    [
        (RIGHT, 2, 1_000_000),
        ((faulty.AcceptsReplays, faulty.AcceptsReplaysGsme), 1, 1_000_000),
        ((faulty.AcceptsReplays, faulty.AcceptsReplaysGsme), 2, 2_000_000),
        ((faulty.CreditsTwice, faulty.CreditsTwiceGsme), 1, 2_000_000),
        ((faulty.CreditsTwice, faulty.CreditsTwiceGsme), 2, 2_000_000),
        ((faulty.WrongAmount, faulty.WrongAmountGsme), 1, 900_000),
        ((faulty.WrongAmount, faulty.WrongAmountGsme), 2, 900_000),
        ((faulty.CreditsForeignUtrn, faulty.CreditsForeignUtrnGsme), 2, 1_000_000),
    ],
)
def test_copies_of_a_code_credit_once_but_in_a_meter_that_miscounts(
    made: SimpleNamespace, kinds: tuple[type, type], copies: int, credited: int
) -> None:
    assert balance_after(made.make(kinds), *[made.vend(1)] * copies) == credited


@pytest.mark.parametrize(
    ("kinds", "credited"),
    [
        (RIGHT, 0),
        ((faulty.AcceptsReplays, faulty.AcceptsReplaysGsme), 0),
        ((faulty.CreditsForeignUtrn, faulty.CreditsForeignUtrnGsme), 1_000_000),
    ],
)
def test_a_code_of_another_meter_credits_only_a_meter_that_takes_foreign_codes(
    made: SimpleNamespace, kinds: tuple[type, type], credited: int
) -> None:
    assert balance_after(made.make(kinds), made.foreign(1)) == credited


@pytest.mark.parametrize(
    ("kinds", "supply"),
    [(RIGHT, Supply.ARMED), ((faulty.EnablesByItself, faulty.EnablesByItselfGsme), Supply.ENABLED)],
)
def test_a_top_up_arms_but_enables_only_in_a_meter_that_enables_by_itself(
    made: SimpleNamespace, kinds: tuple[type, type], supply: Supply
) -> None:
    meter = made.make(kinds, balance_mp=0, supply="disabled")
    meter.enter_utrn(made.vend(1))
    assert meter.display().supply is supply
    barred = made.make(kinds, supply="disabled-by-supplier")
    barred.enter_utrn(made.vend(1))
    assert barred.display().supply is Supply.DISABLED


@pytest.mark.parametrize(("kinds", "answers"), [(RIGHT, 0), ((faulty.IgnoresMac, faulty.IgnoresMacGsme), 1)])
def test_an_altered_command_is_answered_only_by_a_meter_that_ignores_macs(
    made: SimpleNamespace, clock: VirtualClock, kinds: tuple[type, type], answers: int
) -> None:
    meter = made.make(kinds)
    octets = made.command(ReadBalance())
    meter.hear(octets[:-1] + bytes((octets[-1] ^ 1,)))
    clock.advance(SECOND)
    assert len(meter.sent) == answers


@pytest.mark.parametrize(
    ("kinds", "answers"), [(RIGHT, 1), ((faulty.AcceptsStaleCounter, faulty.AcceptsStaleCounterGsme), 3)]
)
def test_used_and_lower_counters_are_answered_only_by_a_meter_that_takes_stale_ones(
    made: SimpleNamespace, clock: VirtualClock, kinds: tuple[type, type], answers: int
) -> None:
    meter = made.make(kinds, balance_mp=0, supply="disabled")
    for counter in (1000, 1000, 999):
        meter.hear(made.command(ActivateEmergencyCredit(), counter))
    clock.advance(SECOND)
    assert len(meter.sent) == answers


@pytest.mark.parametrize(("kind", "answers"), [(SimulatedEsme, 2), (faulty.ShutsAfterACopy, 1)])
def test_after_a_copy_a_later_command_is_answered_but_by_a_meter_that_shuts(
    home: MeterHome, clock: VirtualClock, kind: type[SimulatedEsme], answers: int
) -> None:
    meter = home.meter(kind, ESME, local_credit_alert=False, balance_mp=0, supply="disabled")
    meter.start()
    sent: list[bytes] = []
    meter.transmit = sent.append
    for counter in (1000, 1000, 1001):
        meter.hear(genuine_command(ActivateEmergencyCredit(), counter, "esme"))
    clock.advance(SECOND)
    assert len(sent) == answers


@pytest.mark.parametrize(("kinds", "answers"), [(RIGHT, 1), ((faulty.NeverAnswers, faulty.NeverAnswersGsme), 0)])
def test_an_executed_command_has_its_response_but_from_a_meter_that_never_answers(
    made: SimpleNamespace, clock: VirtualClock, kinds: tuple[type, type], answers: int
) -> None:
    meter = made.make(kinds, balance_mp=0, supply="disabled")
    meter.hear(made.command(ActivateEmergencyCredit()))
    clock.advance(SECOND)
    assert meter.display().emergency_credit == 1_000_000
    assert len(meter.sent) == answers


@pytest.mark.parametrize(
    ("kinds", "lent"),
    [(RIGHT, 1_000_000), ((faulty.PretendsEmergencyCredit, faulty.PretendsEmergencyCreditGsme), None)],
)
def test_emergency_credit_answered_as_active_is_lent_but_by_a_meter_that_pretends(
    made: SimpleNamespace, clock: VirtualClock, kinds: tuple[type, type], lent: int | None
) -> None:
    meter = made.make(kinds, balance_mp=0, supply="disabled")
    meter.hear(made.command(ActivateEmergencyCredit()))
    clock.advance(SECOND)
    (response,) = meter.sent
    assert outcome_of(decode(response)).success
    assert meter.display().emergency_credit == lent
