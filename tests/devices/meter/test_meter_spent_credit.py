"""Emergency credit that has run out, by hand: what of a top-up repays it lends nothing until all of it is repaid.

A supplier tells its customers to top up by the whole of the £10.00 and £1.00 more before they are on supply again; an
emulator lends again what was repaid. Which of the two a meter does is a setting.
"""

from dataclasses import replace
from typing import Any

import prepaid_terms
import pytest
from prepaid_terms import POUND

from ppmid_devices.meter import accounts, allocation
from ppmid_devices.meter.accounts import FIVE_STEPS, FOUR_STEPS, Account
from ppmid_devices.meter.contract import DailyDebt, MeterSituation, Recovery, Supply
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.supply import SupplyEvent, SupplyState
from ppmid_devices.ports import HOUR

TERMS = replace(prepaid_terms.TERMS, recovery_per_payment=0, recovery_cap=0, usage_per_hour=POUND)
LENDING = replace(TERMS, lends_repaid=True)


def run_out(**fields: Any) -> Account:
    """All of £10.00 is used, and the supply is off."""
    used = Account(balance=0, supply=SupplyState.ENABLED, emergency_selected=True, emergency_used=9 * POUND)
    return replace(accounts.use(used, TERMS, HOUR), **fields)


def test_using_the_last_of_it_is_what_spends_it() -> None:
    before = Account(balance=0, supply=SupplyState.ENABLED, emergency_selected=True, emergency_used=9 * POUND)
    assert not accounts.use(before, TERMS, HOUR - 36_000_000).emergency_spent  # 1 millipenny is left
    out = accounts.use(before, TERMS, HOUR)
    assert (out.emergency_used, out.emergency_spent, out.supply) == (10 * POUND, True, SupplyState.OUT_OF_CREDIT)


@pytest.mark.parametrize("order", [FIVE_STEPS, FOUR_STEPS])
def test_repaid_in_part_it_lends_nothing_and_the_supply_stays_off(order: tuple[accounts.Step, ...]) -> None:
    """£4.00, then £5.99: a penny is owed still. One penny repays it, and one millipenny more is credit."""
    terms = replace(TERMS, order=order)
    account = run_out()
    for amount, owed in ((4 * POUND, 6 * POUND), (5 * POUND + 99_000, 1_000)):
        account = allocation.topped_up(account, terms, amount, 0)
        assert (account.balance, account.emergency_used, account.supply) == (0, owed, SupplyState.OUT_OF_CREDIT)
        assert accounts.usable_credit(account, terms) == 0
        assert accounts.emergency_balance(account, terms) == 10 * POUND - owed  # the register is refilled all the same
        assert not accounts.emergency_offered(account, terms)
        assert not accounts.is_emergency_in_use(account, terms)
    repaid = allocation.topped_up(account, terms, 1_000, 0)
    assert (repaid.emergency_used, repaid.emergency_selected, repaid.emergency_spent) == (0, False, False)
    assert repaid.supply is SupplyState.OUT_OF_CREDIT
    assert accounts.with_emergency_credit(repaid, terms).supply is SupplyState.ARMED  # a person may select it anew
    assert allocation.topped_up(account, terms, 1_001, 0).supply is SupplyState.ARMED


def test_an_emulator_lends_again_what_is_repaid() -> None:
    out = Account(balance=0, supply=SupplyState.OUT_OF_CREDIT, emergency_selected=True, emergency_used=10 * POUND)
    after = allocation.topped_up(out, LENDING, 4 * POUND, 0)
    assert (after.emergency_used, after.supply) == (6 * POUND, SupplyState.ARMED)
    assert accounts.usable_credit(after, LENDING) == 4 * POUND


def test_what_was_never_used_up_is_lent_again_as_it_is_repaid() -> None:
    """£3.00 of £10.00 is owed; £2.00 repays some: £9.00 is left to use."""
    account = Account(balance=0, supply=SupplyState.ENABLED, emergency_selected=True, emergency_used=3 * POUND)
    after = allocation.topped_up(account, TERMS, 2 * POUND, 0)
    assert (after.emergency_used, after.supply) == (POUND, SupplyState.ENABLED)
    assert accounts.usable_credit(after, TERMS) == 9 * POUND


def test_nobody_but_a_top_up_or_the_supplier_undoes_it() -> None:
    part = allocation.topped_up(run_out(), TERMS, 4 * POUND, 0)
    for event in (SupplyEvent.PERSON_ENABLES, SupplyEvent.SUPPLIER_ENABLES, SupplyEvent.SUPPLIER_ARMS):
        assert accounts.with_supply(part, TERMS, event) == part
    assert accounts.with_emergency_credit(part, TERMS) == part
    assert accounts.settled(part, replace(TERMS, emergency_limit=20 * POUND)) == part  # a higher limit lends nothing
    reset = accounts.with_emergency_repaid(part, TERMS)
    assert (reset.emergency_spent, reset.supply) == (False, SupplyState.OUT_OF_CREDIT)
    assert accounts.with_emergency_credit(reset, TERMS).supply is SupplyState.ARMED


def test_what_falls_due_then_is_debt_and_lends_nothing_of_it() -> None:
    part = allocation.topped_up(run_out(), TERMS, 4 * POUND, 0)
    charged = accounts.charged(part, TERMS, POUND)
    assert (charged.balance, charged.emergency_used) == (-POUND, 6 * POUND)


def test_a_limit_below_what_is_owed_counts_against_the_balance() -> None:
    """£10.00 owed of £8.00: £2.00 of the balance is spoken for, as it was before."""
    lower = replace(TERMS, emergency_limit=8 * POUND)
    assert accounts.usable_credit(accounts.settled(run_out(balance=3 * POUND), lower), lower) == POUND


def test_a_meter_that_begins_with_all_of_it_used_has_it_spent() -> None:
    settings = MeterSettings().under(
        MeterSituation(balance=0, emergency_used=5 * POUND, emergency_limit=5 * POUND, supply=Supply.DISABLED)
    )
    account, terms = settings.account(), settings.terms("five-step")
    after = allocation.topped_up(account, terms, 2 * POUND, 0)
    assert (after.emergency_used, after.supply) == (3 * POUND, SupplyState.OUT_OF_CREDIT)
    lends = replace(settings, emergency_credit_repaid_in_part="lent").terms("five-step")
    assert allocation.topped_up(account, lends, 2 * POUND, 0).supply is SupplyState.ARMED


def test_a_situation_asks_for_what_is_owed_and_what_may_be_held() -> None:
    situation = MeterSituation(
        recovery=Recovery(debt=20 * POUND, share=1_500, cap=2 * POUND),
        daily_debt=DailyDebt(debt=9 * POUND, a_day=20_000),
        standing_charge=50_000,
        maximum_balance=50 * POUND,
        maximum_credit=30 * POUND,
    )
    settings = MeterSettings().under(situation)
    terms, account = settings.terms("four-step"), settings.account()
    assert (account.payment_debt, terms.recovery_per_payment, terms.recovery_cap) == (20 * POUND, 1_500, 2 * POUND)
    assert (account.time_debts, terms.debt_rates[0].amount) == ((9 * POUND, 0), 20_000)
    assert (terms.standing_charge, terms.maximum_balance, terms.maximum_credit) == (50_000, 50 * POUND, 30 * POUND)
    assert (account.balance, account.emergency_used) == (500_000, 0)  # as they were
