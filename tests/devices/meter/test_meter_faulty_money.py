"""Each meter that mishandles the money of a top-up does what its docstring says, and a right one beside it does not.

£10.00 comes to a meter that owes £3.00 of £10.00 of emergency credit, and recovers £5.00 of debt by 10 %, up to £1.50 a
week. Right: £1.00 repays debt, £3.00 emergency credit, and £6.00 is on the meter.
"""

from typing import Any

import pytest
from home_parts import ESME, GSME, MeterHome, Vend

from ppmid_devices.meter import faulty_memory, faulty_money
from ppmid_devices.meter.contract import MeterDisplay, Supply
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.gsme import SimulatedGsme

OWING = {
    "balance_mp": 0,
    "emergency_credit_used_mp": 300_000,
    "payment_debt_mp": 500_000,
    "debt_recovery_cap_mp": 150_000,
}


def topped_up(
    home: MeterHome, vend: Vend, kind: type, codes: int = 1, pounds: int = 10, **settings: Any
) -> MeterDisplay:
    eui = GSME if issubclass(kind, SimulatedGsme) else ESME
    meter = home.meter(kind, eui, **settings)
    meter.start()
    for counter in range(1, codes + 1):
        meter.enter_utrn(vend(counter, pounds, meter=eui))
    return meter.display()  # type: ignore[no-any-return]  # of whatever kind of meter


def money(shown: MeterDisplay) -> tuple[int | None, int | None, int]:
    return shown.debt, shown.emergency_owed, shown.balance


@pytest.mark.parametrize(
    ("kind", "debt", "owed", "balance"),
    [
        (SimulatedEsme, 400_000, 0, 600_000),
        (SimulatedGsme, 400_000, 0, 600_000),
        (faulty_money.RepaysDebtTwice, 300_000, 0, 500_000),
        (faulty_money.GivesEmergencyCreditBack, 400_000, 0, 900_000),
        (faulty_money.LeavesEmergencyCreditOwed, 400_000, 300_000, 900_000),
    ],
)
def test_one_top_up_is_shared_out(home: MeterHome, vend: Vend, kind: type, debt: int, owed: int, balance: int) -> None:
    assert money(topped_up(home, vend, kind, **OWING)) == (debt, owed, balance)


@pytest.mark.parametrize(
    ("kind", "debt"),
    [
        (SimulatedEsme, 350_000),
        (SimulatedGsme, 350_000),
        (faulty_money.IgnoresTheCap, 300_000),
        (faulty_money.IgnoresTheCapGsme, 300_000),
    ],
)
def test_the_second_top_up_of_a_week_meets_the_cap(home: MeterHome, vend: Vend, kind: type, debt: int) -> None:
    assert topped_up(home, vend, kind, 2, **OWING).debt == debt


@pytest.mark.parametrize(
    ("kind", "at_most", "at_a_time", "balance"),
    [
        (SimulatedEsme, 1_499_999, 1_000_000, 500_000),
        (SimulatedEsme, 1_500_000, 999_999, 500_000),
        (SimulatedEsme, 1_500_000, 1_000_000, 1_500_000),
        (faulty_money.CreditsOverTheMaximum, 1_499_999, 1_000_000, 1_500_000),
        (faulty_money.CreditsOverTheMaximum, 1_500_000, 999_999, 500_000),
        (faulty_money.CreditsOverTheMaximumGsme, 1_499_999, 1_000_000, 1_500_000),
        (faulty_money.CreditsAnyAmount, 1_500_000, 999_999, 1_500_000),
        (faulty_money.CreditsAnyAmount, 1_499_999, 1_000_000, 500_000),
    ],
)
def test_what_is_too_much_is_refused(
    home: MeterHome, vend: Vend, kind: type, at_most: int, at_a_time: int, balance: int
) -> None:
    assert topped_up(home, vend, kind, maximum_balance_mp=at_most, maximum_credit_mp=at_a_time).balance == balance


@pytest.mark.parametrize(
    ("kind", "supply"),
    [
        (SimulatedEsme, Supply.DISABLED),
        (SimulatedGsme, Supply.DISABLED),
        (faulty_money.ArmsInEmergencyCredit, Supply.ARMED),
        (faulty_money.ArmsInEmergencyCreditGsme, Supply.ARMED),
    ],
)
def test_half_of_spent_emergency_credit_repaid_is_no_credit(
    home: MeterHome, vend: Vend, kind: type, supply: Supply
) -> None:
    shown = topped_up(home, vend, kind, 1, 5, balance_mp=0, emergency_credit_used_mp=1_000_000, supply="disabled")
    assert (shown.emergency_owed, shown.balance, shown.supply) == (500_000, 0, supply)


@pytest.mark.parametrize(
    ("kind", "balance"), [(SimulatedEsme, 1_500_000), (faulty_memory.BurnsCodesOverTheMaximum, 500_000)]
)
def test_a_code_over_the_maximum_is_good_once_the_meter_may_hold_more(
    home: MeterHome, vend: Vend, kind: type[SimulatedEsme], balance: int
) -> None:
    meter = home.meter(kind, ESME, maximum_balance_mp=1_400_000)
    meter.start()
    assert meter.enter_utrn(vend(1)) == "Exceeds the largest balance"
    meter._registers.configure(maximum_balance=2_000_000)
    meter.enter_utrn(vend(1))
    assert meter.display().balance == balance
