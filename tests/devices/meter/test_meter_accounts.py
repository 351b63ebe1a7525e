"""The account by hand-worked cases, and by a state machine that makes and breaks credit in any order."""

from dataclasses import replace
from typing import Any

import prepaid_terms
import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from prepaid_terms import POUND

from ppmid_devices.meter import account_events, accounts, allocation
from ppmid_devices.meter.accounts import FIVE_STEPS, FOUR_STEPS, Account
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.supply import SupplyEvent, SupplyState
from ppmid_devices.ports import DAY, HOUR, MILLISECOND

TERMS = replace(prepaid_terms.TERMS, usage_per_hour=POUND)


def on(balance: int, **fields: Any) -> Account:
    return Account(**{"balance": balance, "supply": SupplyState.ENABLED, **fields})


def test_ten_pounds_a_day_pay_one_pound_of_debt_until_the_cap_of_the_week() -> None:
    """The worked case of a maker's manual: 10 %, cap £5, £10 a day: Monday to Friday £1, Saturday and Sunday nothing.

    The week is taken to be rolling: on the eighth day the first pound has left it.
    """
    account, taken = on(0, payment_debt=100 * POUND), []
    for day in range(8):
        after = allocation.topped_up(account, TERMS, 10 * POUND, day * DAY)
        taken.append((account.payment_debt - after.payment_debt) // POUND)
        account = after
    assert taken == [1, 1, 1, 1, 1, 0, 0, 1]
    assert account.balance == (80 - 6) * POUND


def test_a_share_over_the_cap_is_reduced_to_what_the_cap_leaves() -> None:
    account = on(0, payment_debt=100 * POUND, recovered=((0, 4 * POUND + 50_000),))
    after = allocation.topped_up(account, TERMS, 10 * POUND, DAY)
    assert account.payment_debt - after.payment_debt == 50_000
    assert after.balance == 9 * POUND + 50_000


@pytest.mark.parametrize(
    ("order", "balance", "owed"),
    [(FIVE_STEPS, 0, 6 * POUND), (FOUR_STEPS, -3 * POUND, 3 * POUND)],
)
def test_the_two_orders_split_a_top_up_differently_below_the_threshold(
    order: tuple[accounts.Step, ...], balance: int, owed: int
) -> None:
    """£3 under the threshold, £10 of emergency credit and £2 of accumulated debt owed; £10 paid, £1 to the debt."""
    terms = replace(TERMS, order=order)
    account = Account(
        balance=-3 * POUND,
        supply=SupplyState.OUT_OF_CREDIT,
        emergency_selected=True,
        emergency_used=10 * POUND,
        accumulated_debt=2 * POUND,
        payment_debt=5 * POUND,
    )
    after = allocation.topped_up(account, terms, 10 * POUND, 0)
    assert (after.payment_debt, after.accumulated_debt) == (4 * POUND, 0)
    assert (after.balance, after.emergency_used) == (balance, owed)


def test_emergency_credit_runs_from_offer_to_repayment() -> None:
    account = on(1 * POUND)
    assert not accounts.emergency_offered(account, TERMS)
    assert accounts.with_emergency_credit(account, TERMS) == account
    account = accounts.use(account, TERMS, HOUR // 2)  # £0.50 left: below the Emergency Credit Threshold
    account = accounts.with_emergency_credit(account, TERMS)
    assert account.emergency_selected
    assert accounts.emergency_balance(account, TERMS) == 10 * POUND
    account = accounts.use(account, TERMS, 3 * HOUR)
    assert (account.balance, account.emergency_used) == (0, 250_000)
    account = allocation.topped_up(account, TERMS, 10 * POUND, 0)
    assert (account.balance, account.emergency_used, account.emergency_selected) == (750_000, 0, False)


def test_repaid_emergency_credit_stays_selected_below_its_threshold() -> None:
    account = on(0, emergency_selected=True, emergency_used=POUND)
    after = allocation.topped_up(account, TERMS, POUND + 50_000, 0)
    assert (after.balance, after.emergency_used, after.emergency_selected) == (50_000, 0, True)


def test_supply_goes_when_the_last_credit_goes_and_not_before() -> None:
    account = on(POUND)
    wait = accounts.time_to_next_level(account, TERMS)
    assert wait is not None
    assert wait <= HOUR
    assert accounts.use(account, TERMS, HOUR - 36 * MILLISECOND).supply is SupplyState.ENABLED  # 1 mp left
    out = accounts.use(account, TERMS, HOUR)
    assert (out.balance, out.supply) == (0, SupplyState.OUT_OF_CREDIT)
    assert LogCode.BELOW_DISABLEMENT_THRESHOLD in account_events.events_between(account, out, TERMS)
    assert accounts.use(out, TERMS, HOUR) == out  # no supply, no usage


def test_emergency_credit_selected_out_of_credit_arms_and_says_so() -> None:
    out = Account(balance=0, supply=SupplyState.OUT_OF_CREDIT)
    after = accounts.with_emergency_credit(out, TERMS)
    assert after.supply is SupplyState.ARMED
    assert account_events.events_between(out, after, TERMS) == (
        LogCode.EMERGENCY_CREDIT_ACTIVATED,
        LogCode.ARMED_BY_EMERGENCY_CREDIT,
        LogCode.SUPPLY_ARMED,
    )


def test_debt_from_before_shortens_emergency_credit() -> None:
    """£10.00 shown, £7.50 usable, as a supplier explains it: the £2.50 owed before counts."""
    account = accounts.with_emergency_credit(Account(balance=-250_000, supply=SupplyState.OUT_OF_CREDIT), TERMS)
    assert accounts.emergency_balance(account, TERMS) == 10 * POUND
    assert accounts.usable_credit(account, TERMS) == 750_000


@pytest.mark.parametrize(
    ("amount", "supply"),
    [(40_000, SupplyState.OUT_OF_CREDIT), (40_001, SupplyState.ARMED), (10 * POUND, SupplyState.ARMED)],
)
def test_a_top_up_arms_only_above_the_threshold(amount: int, supply: SupplyState) -> None:
    after = allocation.topped_up(Account(balance=-40_000, supply=SupplyState.OUT_OF_CREDIT), TERMS, amount, 0)
    assert (after.balance, after.supply) == (amount - 40_000, supply)


def test_a_suppliers_disablement_outlasts_credit() -> None:
    barred = accounts.with_supply(on(POUND), TERMS, SupplyEvent.SUPPLIER_DISABLES)
    rich = allocation.topped_up(barred, TERMS, 10 * POUND, 0)
    assert rich.supply is SupplyState.DISABLED_BY_SUPPLIER
    assert accounts.with_supply(rich, TERMS, SupplyEvent.SUPPLIER_ARMS).supply is SupplyState.ARMED


@pytest.mark.parametrize("event", [SupplyEvent.SUPPLIER_ARMS, SupplyEvent.SUPPLIER_ENABLES])
def test_the_supplier_can_not_give_supply_without_credit(event: SupplyEvent) -> None:
    for balance in (0, -1):
        out = Account(balance=balance, supply=SupplyState.OUT_OF_CREDIT)
        assert accounts.with_supply(out, TERMS, event) == out
    barred = Account(balance=1, supply=SupplyState.DISABLED_BY_SUPPLIER)
    assert accounts.with_supply(barred, TERMS, event).supply in (SupplyState.ARMED, SupplyState.ENABLED)


@pytest.mark.parametrize(
    ("balance", "level", "code"),
    [
        (2 * POUND, 2 * POUND, LogCode.LOW_CREDIT),
        (1 * POUND, 1 * POUND, LogCode.EMERGENCY_CREDIT_AVAILABLE),
    ],
)
def test_levels_are_told_when_they_are_passed(balance: int, level: int, code: LogCode) -> None:
    account = on(balance)
    wait = accounts.time_to_next_level(account, TERMS)
    assert wait is not None
    after = accounts.use(account, TERMS, wait)
    assert after.balance == level - 1
    assert account_events.events_between(account, after, TERMS) == (code,)


RAISED = replace(TERMS, disablement_threshold=50_000)
"""Supply ends at £0.50: the threshold is the Supplier's to set, and a threshold of 0 would hide how it is used."""


def test_at_a_raised_disablement_threshold_own_credit_ends_and_emergency_credit_begins() -> None:
    account = on(POUND)
    assert (accounts.usable_credit(account, RAISED), accounts.time_to_next_level(account, RAISED)) == (
        50_000,
        36_000_000,
    )
    out = accounts.use(account, RAISED, HOUR // 2)
    assert (out.balance, out.supply) == (50_000, SupplyState.OUT_OF_CREDIT)
    lent = accounts.use(on(POUND, emergency_selected=True), RAISED, HOUR)
    assert (lent.balance, lent.emergency_used, lent.supply) == (50_000, 50_000, SupplyState.ENABLED)
    assert (accounts.combined_credit(lent, RAISED), accounts.usable_credit(lent, RAISED)) == (10 * POUND, 950_000)


@pytest.mark.parametrize(("amount", "balance", "owed"), [(30_000, 50_000, POUND), (80_000, 50_000, 50_000)])
def test_a_deficit_is_what_lacks_to_the_disablement_threshold(amount: int, balance: int, owed: int) -> None:
    account = Account(balance=20_000, supply=SupplyState.OUT_OF_CREDIT, emergency_selected=True, emergency_used=POUND)
    after = allocation.topped_up(account, RAISED, amount, 0)
    assert (after.balance, after.emergency_used) == (balance, owed)


def test_above_the_threshold_emergency_credit_is_used_and_repaid_to_the_millipenny() -> None:
    used = accounts.use(on(0, emergency_selected=True), TERMS, HOUR)
    assert (used.balance, used.emergency_used) == (0, POUND)
    repaid = allocation.topped_up(on(1, emergency_selected=True, emergency_used=6 * POUND), TERMS, 5 * POUND, 0)
    assert (repaid.balance, repaid.emergency_used) == (1, POUND)


def test_the_last_of_emergency_credit_ends_supply_and_is_told_once() -> None:
    before = on(0, emergency_selected=True, emergency_used=10 * POUND - 1)
    assert (accounts.emergency_balance(before, TERMS), accounts.usable_credit(before, TERMS)) == (1, 1)
    after = accounts.use(before, TERMS, HOUR)
    assert (after.emergency_used, after.balance, after.supply) == (10 * POUND, 1 - POUND, SupplyState.OUT_OF_CREDIT)
    assert account_events.events_between(before, after, TERMS) == (
        LogCode.EMERGENCY_CREDIT_EXHAUSTED,
        LogCode.BELOW_DISABLEMENT_THRESHOLD,
    )
    assert account_events.events_between(after, after, TERMS) == ()


@pytest.mark.parametrize(
    ("before", "after", "events"),
    [
        (on(3 * POUND), on(POUND), (LogCode.LOW_CREDIT,)),
        (on(2 * POUND - 1), on(POUND), ()),
        (on(50_000), on(50_000, emergency_selected=True), (LogCode.EMERGENCY_CREDIT_ACTIVATED,)),
        (
            on(0, emergency_selected=True, emergency_used=9 * POUND),
            on(0, emergency_selected=True, emergency_used=11 * POUND),
            (LogCode.EMERGENCY_CREDIT_EXHAUSTED,),
        ),
        (
            Account(balance=0, supply=SupplyState.OUT_OF_CREDIT, emergency_selected=True, emergency_used=10 * POUND),
            Account(balance=0, supply=SupplyState.ARMED, emergency_selected=True, emergency_used=9 * POUND),
            (LogCode.SUPPLY_ARMED,),
        ),
    ],
    ids=["far below", "was low already", "selected while on", "more lent than the limit", "armed by a top-up"],
)
def test_only_what_has_happened_is_told(before: Account, after: Account, events: tuple[LogCode, ...]) -> None:
    assert account_events.events_between(before, after, TERMS) == events


def test_payments_of_a_week_ago_and_older_are_forgotten_and_a_lowered_cap_takes_nothing_back() -> None:
    kept = ((6, 3 * POUND), (DAY, POUND))
    account = on(0, payment_debt=100 * POUND, recovered=((0, 2 * POUND), (5, 9 * POUND), *kept))
    after = allocation.topped_up(account, TERMS, 5 * POUND, 7 * DAY + 5)
    assert (after.payment_debt, after.recovered) == (99 * POUND + 50_000, (*kept, (7 * DAY + 5, 50_000)))
    capped = allocation.topped_up(account, replace(TERMS, recovery_cap=POUND), 5 * POUND, 2 * DAY)
    assert (capped.payment_debt, capped.balance) == (100 * POUND, 5 * POUND)


@pytest.mark.parametrize("limit", [0, 1])
def test_emergency_credit_is_offered_where_there_is_any(limit: int) -> None:
    assert accounts.emergency_offered(on(0), replace(TERMS, emergency_limit=limit)) is (limit > 0)


def test_usage_of_less_than_a_millipenny_is_kept_until_it_is_one() -> None:
    slow = replace(TERMS, usage_per_hour=1)
    account = on(3 * POUND)
    almost = accounts.use(account, slow, HOUR - 1)
    assert almost.balance == 3 * POUND
    assert accounts.time_to_next_level(almost, slow) == POUND * HOUR + 1
    assert accounts.use(almost, slow, 1).balance == 3 * POUND - 1
    for usage in (0, -1):
        assert accounts.time_to_next_level(account, replace(TERMS, usage_per_hour=usage)) is None


SMALL = st.integers(0, 20 * POUND)


class AnyAccount(RuleBasedStateMachine):
    """Money is neither made nor lost, and only a person or the Supplier gives supply."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.paid, self.nanoseconds_on = 0, 0, 0
        self.account = on(3 * POUND, payment_debt=7 * POUND, accumulated_debt=POUND)
        self.start = self.worth()

    def worth(self) -> int:
        account = self.account
        return account.balance - account.emergency_used - account.accumulated_debt - account.payment_debt

    def without_enabling(self, after: Account) -> None:
        assert self.account.supply is SupplyState.ENABLED or after.supply is not SupplyState.ENABLED
        self.account = after

    @rule(amount=SMALL)
    def top_up(self, amount: int) -> None:
        self.paid += amount
        self.without_enabling(allocation.topped_up(self.account, TERMS, amount, self.now))

    @rule(elapsed=st.integers(0, 30 * HOUR))
    def use(self, elapsed: int) -> None:
        """No longer than to the next level: a meter looks at its account then."""
        wait = accounts.time_to_next_level(self.account, TERMS)
        elapsed = elapsed if wait is None else min(elapsed, wait)
        self.now += elapsed
        self.nanoseconds_on += elapsed if self.account.supply is SupplyState.ENABLED else 0
        self.without_enabling(accounts.use(self.account, TERMS, elapsed))

    @rule()
    def select_emergency_credit(self) -> None:
        self.without_enabling(accounts.with_emergency_credit(self.account, TERMS))

    @rule(event=st.sampled_from([SupplyEvent.SUPPLIER_DISABLES, SupplyEvent.SUPPLIER_ARMS]))
    def supplier_disables_or_arms(self, event: SupplyEvent) -> None:
        self.without_enabling(accounts.with_supply(self.account, TERMS, event))

    @rule(event=st.sampled_from([SupplyEvent.PERSON_ENABLES, SupplyEvent.SUPPLIER_ENABLES]))
    def somebody_enables(self, event: SupplyEvent) -> None:
        self.account = accounts.with_supply(self.account, TERMS, event)

    @invariant()
    def money_is_conserved(self) -> None:
        used = self.nanoseconds_on * TERMS.usage_per_hour // HOUR
        assert self.worth() == self.start + self.paid - used

    @invariant()
    def registers_are_sane(self) -> None:
        account = self.account
        assert 0 <= account.emergency_used <= TERMS.emergency_limit
        assert account.accumulated_debt >= 0
        assert account.payment_debt >= 0
        assert account.emergency_selected or account.emergency_used == 0
        assert not account.emergency_spent or account.emergency_used > 0
        supplied = account.supply in (SupplyState.ENABLED, SupplyState.ARMED)
        assert not (account.emergency_spent and supplied) or account.balance > TERMS.disablement_threshold
        assert account.supply is not SupplyState.ENABLED or accounts.usable_credit(account, TERMS) > 0


TestAnyAccount = AnyAccount.TestCase
TestAnyAccount.settings = hypothesis_settings(max_examples=60, stateful_step_count=25)
