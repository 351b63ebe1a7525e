"""What a Supplier sets in an account: balance and debts within a register's 32 bits, Emergency Credit repaid."""

import pytest
from prepaid_terms import TERMS

from ppmid_devices.meter import accounts
from ppmid_devices.meter.accounts import Account, Rate
from ppmid_devices.meter.supply import SupplyState

LOWEST, HIGHEST = -(2**31), 2**31 - 1
ACCOUNT = Account(balance=500_000, supply=SupplyState.ENABLED)


def test_a_rate_that_nobody_has_set_takes_nothing() -> None:
    assert Rate().amount == 0


@pytest.mark.parametrize(("change", "balance"), [(1_000, 501_000), (-600_000, -100_000), (0, 500_000)])
def test_a_change_is_added_to_the_balance(change: int, balance: int) -> None:
    assert accounts.adjusted(ACCOUNT, TERMS, change).balance == balance


@pytest.mark.parametrize("balance", [LOWEST, -1, 0, 1, HIGHEST])
def test_a_balance_of_32_bits_is_set(balance: int) -> None:
    assert accounts.with_balance(ACCOUNT, TERMS, balance).balance == balance


@pytest.mark.parametrize("balance", [LOWEST - 1, HIGHEST + 1])
def test_a_balance_beyond_32_bits_changes_nothing(balance: int) -> None:
    assert accounts.with_balance(ACCOUNT, TERMS, balance) == ACCOUNT


@pytest.mark.parametrize("debts", [(0, 0, 0), (1, 2, 3), (HIGHEST, 0, HIGHEST)])
def test_debts_of_a_register_are_set(debts: tuple[int, int, int]) -> None:
    before = accounts.with_debts(ACCOUNT, (7, 8, 9))
    assert accounts.debts(accounts.with_debts(before, debts)) == debts


@pytest.mark.parametrize("debts", [(-1, 0, 0), (0, HIGHEST + 1, 0), (0, 0, -1), (0, 0, HIGHEST + 2)])
def test_one_debt_beyond_a_register_leaves_all_as_they_were(debts: tuple[int, int, int]) -> None:
    before = accounts.with_debts(ACCOUNT, (7, 8, 9))
    assert accounts.with_debts(before, debts) == before


def test_repaid_emergency_credit_can_be_lent_again_whole_and_is_not_selected() -> None:
    lent = Account(balance=0, supply=SupplyState.ENABLED, emergency_used=400_000, emergency_selected=True)
    repaid = accounts.with_emergency_repaid(lent, TERMS)
    assert (repaid.emergency_used, repaid.emergency_selected) == (0, False)
    assert accounts.emergency_balance(repaid, TERMS) == 1_000_000


def test_nothing_is_owed_at_first() -> None:
    assert accounts.debts(ACCOUNT) == (0, 0, 0)


@pytest.mark.parametrize(("balance", "offered"), [(99_999, True), (100_000, False), (100_001, False)])
def test_emergency_credit_is_offered_below_its_threshold_alone(balance: int, offered: bool) -> None:
    account = Account(balance=balance, supply=SupplyState.ENABLED)
    assert accounts.emergency_offered(account, TERMS) is offered


@pytest.mark.parametrize(("used", "in_use"), [(999_999, True), (1_000_000, False), (1_000_001, False)])
def test_emergency_credit_is_in_use_while_some_of_it_is_left(used: int, in_use: bool) -> None:
    account = Account(balance=0, supply=SupplyState.ENABLED, emergency_selected=True, emergency_used=used)
    assert accounts.is_emergency_in_use(account, TERMS) is in_use
