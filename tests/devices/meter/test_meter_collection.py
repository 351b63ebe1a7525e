"""What falls due by time, by hand-worked cases, and by a state machine in which time, money and settings come in any
order."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from prepaid_terms import POUND, TERMS

from ppmid_devices.meter import account_events, accounts, allocation, collection
from ppmid_devices.meter.accounts import Account, Rate
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.non_disablement import daily
from ppmid_devices.meter.supply import SupplyEvent, SupplyState
from ppmid_devices.ports import DAY, HOUR, MINUTE

CHARGED = replace(TERMS, standing_charge=30_000, debt_rates=(Rate(2_000, HOUR), Rate(50_000, DAY)))
"""A standing charge of 30 p a day, a debt at 2 p an hour, another at 50 p a day."""
OUT = SupplyState.OUT_OF_CREDIT


def on(balance: int, **fields: Any) -> Account:
    return Account(**{"balance": balance, "supply": SupplyState.ENABLED, **fields})


def owed(account: Account) -> int:
    return sum(account.time_debts) + account.payment_debt + account.accumulated_debt + account.emergency_used


def test_an_hourly_and_a_daily_debt_and_the_standing_charge_of_a_day() -> None:
    after = collection.advance(on(5 * POUND, time_debts=(POUND, 70_000)), CHARGED, 0, DAY)
    assert after.time_debts == (POUND - 24 * 2_000, 20_000)
    assert after.balance == 5 * POUND - 24 * 2_000 - 50_000 - 30_000


def test_each_falls_due_at_its_moment_and_not_before() -> None:
    account = on(5 * POUND, time_debts=(POUND, 70_000))
    assert collection.advance(account, CHARGED, 0, HOUR - 1) == account
    assert collection.advance(account, CHARGED, 0, HOUR).balance == 5 * POUND - 2_000
    assert collection.advance(account, CHARGED, DAY - 1, DAY).balance == 5 * POUND - 82_000
    assert collection.advance(account, CHARGED, DAY, DAY + HOUR - 1) == account


def test_the_last_millipenny_is_collected_too() -> None:
    after = collection.advance(on(5 * POUND, time_debts=(1, 0)), CHARGED, 0, HOUR)
    assert (after.time_debts, after.balance) == ((0, 0), 5 * POUND - 1)


def test_no_more_is_collected_than_is_owed_and_then_never_again() -> None:
    after = collection.advance(on(5 * POUND, time_debts=(3_000, 0)), CHARGED, 0, 5 * HOUR)
    assert (after.time_debts, after.balance) == ((0, 0), 5 * POUND - 3_000)
    assert collection.next_moment(after, replace(CHARGED, standing_charge=0), 5 * HOUR) is None


def test_credit_mode_is_charged_for_usage_and_standing_but_pays_no_debt_and_is_lent_nothing() -> None:
    """RTDS 4.5.0 ECS02: the Meter Balance alone, with the tariff and the standing charge."""
    terms = replace(CHARGED, prepayment=False, usage_per_hour=POUND)
    account = on(POUND, time_debts=(POUND, POUND), emergency_selected=True)
    after = collection.advance(account, terms, 0, DAY)
    assert (after.balance, after.emergency_used) == (POUND - 24 * POUND - 30_000, 0)
    assert (after.time_debts, after.supply) == ((POUND, POUND), SupplyState.ENABLED)


@pytest.mark.parametrize(
    ("suspended", "used", "accumulated"),
    [(True, 0, 82_000), (False, 82_000, 0)],
    ids=["Suspend Debt Emergency", "collected"],
)
def test_what_falls_due_while_emergency_credit_is_in_use(suspended: bool, used: int, accumulated: int) -> None:
    account = on(0, emergency_selected=True, time_debts=(POUND, POUND))
    after = collection.advance(account, replace(CHARGED, suspend_emergency=suspended), DAY - 1, DAY)
    assert (after.balance, after.emergency_used, after.accumulated_debt) == (0, used, accumulated)
    assert after.time_debts == (POUND - 2_000, POUND - 50_000)


def test_suspend_debt_emergency_spares_nobody_whose_own_credit_lasts() -> None:
    account = on(82_000, emergency_selected=True, time_debts=(POUND, POUND))
    after = collection.advance(account, replace(CHARGED, suspend_emergency=True), DAY - 1, DAY)
    assert (after.balance, after.emergency_used, after.accumulated_debt) == (0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "balance", "accumulated", "debts"),
    [
        ({"suspend_disabled": False}, -82_000, 0, (POUND - 2_000, POUND - 50_000)),
        ({"suspend_disabled": True}, 0, 0, (POUND, POUND)),
        ({"suspend_disabled": True, "keeps_suspended": True}, 0, 82_000, (POUND - 2_000, POUND - 50_000)),
    ],
    ids=["goes on", "not asked for", "accumulated"],
)
def test_what_falls_due_while_the_switch_is_open(
    changes: dict[str, bool], balance: int, accumulated: int, debts: tuple[int, int]
) -> None:
    out = Account(balance=0, supply=OUT, time_debts=(POUND, POUND))
    after = collection.advance(out, replace(CHARGED, **changes), DAY - 1, DAY)  # type: ignore[arg-type]
    assert (after.balance, after.accumulated_debt, after.time_debts) == (balance, accumulated, debts)


def test_accumulated_debt_is_paid_by_the_next_top_up_before_emergency_credit() -> None:
    account = on(0, emergency_selected=True, emergency_used=POUND, accumulated_debt=82_000)
    after = allocation.topped_up(account, TERMS, POUND, 0)
    assert (after.accumulated_debt, after.emergency_used, after.balance) == (0, 82_000, 0)


def test_a_collected_debt_ends_supply_like_usage_does() -> None:
    account = on(2_000, time_debts=(POUND, 0))
    after = collection.advance(account, CHARGED, 0, HOUR)
    assert (after.balance, after.supply) == (0, OUT)
    assert LogCode.BELOW_DISABLEMENT_THRESHOLD in account_events.events_between(account, after, CHARGED)


def test_no_register_outgrows_its_32_bits_and_what_it_can_not_hold_stays_owed() -> None:
    """A Command may set a rate of £32,767 an hour."""
    full = 2**31 - 1
    terms = replace(CHARGED, standing_charge=3 * full, debt_rates=(Rate(2 * full, HOUR), Rate(2 * full, DAY)))
    poor = on(10 - 2**31, time_debts=(full, full), supply=SupplyState.ARMED)
    after = collection.advance(poor, replace(terms, standing_charge=0), DAY - 1, DAY)
    assert (after.balance, after.time_debts) == (-(2**31), (full - 10, full))
    assert collection.advance(poor, terms, DAY - 1, DAY).balance == -(2**31)
    kept = replace(terms, suspend_disabled=True, keeps_suspended=True)
    out = Account(balance=0, supply=OUT, time_debts=(full, full), accumulated_debt=full - 7)
    after = collection.advance(out, replace(kept, standing_charge=0), DAY - 1, DAY)
    assert (after.balance, after.accumulated_debt, after.time_debts) == (0, full, (full - 7, full))
    used = accounts.use(on(5 - 2**31), replace(TERMS, prepayment=False, usage_per_hour=POUND), HOUR)
    assert used.balance == -(2**31)


NIGHT = replace(TERMS, usage_per_hour=POUND, non_disablement=daily("18:00-10:00"))


def test_in_a_non_disablement_period_supply_stays_and_the_balance_goes_below() -> None:
    """A supplier's help page: no disconnection overnight, cut at the end of the period if still short."""
    account = on(POUND)
    evening = collection.advance(account, NIGHT, 17 * HOUR, 23 * HOUR)
    assert (evening.balance, evening.supply, evening.spared) == (-5 * POUND, SupplyState.ENABLED, True)
    almost = collection.advance(account, NIGHT, 17 * HOUR + 1, DAY + 10 * HOUR - 1)
    assert almost.supply is SupplyState.ENABLED
    morning = collection.advance(almost, NIGHT, DAY + 10 * HOUR - 1, DAY + 10 * HOUR)
    assert (morning.supply, morning.spared) == (OUT, False)
    noon = collection.advance(morning, NIGHT, DAY + 10 * HOUR, DAY + 12 * HOUR)
    assert noon == morning


def test_that_disablement_is_suspended_is_told_once() -> None:
    before = collection.sparing(on(1), NIGHT, 20 * HOUR)
    after = collection.advance(before, NIGHT, 20 * HOUR, 21 * HOUR)
    assert account_events.events_between(before, after, NIGHT) == (LogCode.DISABLEMENT_SUSPENDED,)
    assert account_events.events_between(after, collection.advance(after, NIGHT, 21 * HOUR, 22 * HOUR), NIGHT) == ()


def test_a_top_up_in_the_night_keeps_supply_on_in_the_morning() -> None:
    evening = collection.advance(on(POUND), NIGHT, 17 * HOUR, 23 * HOUR)
    paid = allocation.topped_up(evening, NIGHT, 20 * POUND, 23 * HOUR)
    assert collection.advance(paid, NIGHT, 23 * HOUR, DAY + 11 * HOUR).supply is SupplyState.ENABLED


def test_a_period_gives_no_supply_to_who_has_none() -> None:
    out = collection.sparing(Account(balance=0, supply=OUT), NIGHT, 20 * HOUR)
    assert out.supply is OUT
    assert accounts.with_supply(out, NIGHT, SupplyEvent.SUPPLIER_ENABLES).supply is OUT


def test_armed_in_the_night_it_may_be_switched_on_though_the_credit_has_gone() -> None:
    armed = collection.sparing(Account(balance=0, supply=SupplyState.ARMED), NIGHT, 20 * HOUR)
    assert accounts.with_supply(armed, NIGHT, SupplyEvent.PERSON_ENABLES).supply is SupplyState.ENABLED


SETTINGS = st.fixed_dictionaries(
    {
        "prepayment": st.booleans(),
        "suspend_emergency": st.booleans(),
        "suspend_disabled": st.booleans(),
        "keeps_suspended": st.booleans(),
        "standing_charge": st.sampled_from([0, 30_000]),
        "usage_per_hour": st.sampled_from([0, 1, 77_777]),
        "non_disablement": st.sampled_from([daily(""), daily("18:00-10:00"), daily("00:00-00:01")]),
        "disablement_threshold": st.sampled_from([-POUND, 0, 50_000]),
    }
)


class AnyTime(RuleBasedStateMachine):
    """However time, top-ups, loans, supply and settings come: debts move between registers, and only usage, standing
    charges and payments change what a customer is worth; who waits in one step or in many has the same account."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.paid = 0, 0
        self.terms = CHARGED
        self.account = on(3 * POUND, time_debts=(2 * POUND, 5 * POUND), payment_debt=7 * POUND)
        self.worth_at_most = self.account.balance - owed(self.account)

    def worth(self) -> int:
        return self.account.balance - owed(self.account)

    @rule(hours=st.integers(0, 60), minutes=st.integers(0, 59), cut=st.floats(0, 1))
    def wait(self, hours: int, minutes: int, cut: float) -> None:
        until = self.now + hours * HOUR + minutes * MINUTE
        between = self.now + int((until - self.now) * cut)
        before, terms = self.account, self.terms
        at_once = collection.advance(before, terms, self.now, until)
        first = collection.advance(before, terms, self.now, between)
        assert collection.advance(first, terms, between, until) == at_once
        days = until // DAY - self.now // DAY
        usage = terms.usage_per_hour * (until - self.now) // HOUR + 1
        self.account, self.now = at_once, until
        lost = (before.balance - owed(before)) - self.worth()
        assert 0 <= lost <= days * terms.standing_charge + usage
        if not terms.usage_per_hour and not terms.suspend_disabled:
            assert lost == days * terms.standing_charge
        assert before.supply is SupplyState.ENABLED or at_once.supply is not SupplyState.ENABLED
        assert all(new <= old for new, old in zip(at_once.time_debts, before.time_debts, strict=True))

    @rule(amount=st.integers(0, 20 * POUND))
    def top_up(self, amount: int) -> None:
        before = self.worth()
        self.account = allocation.topped_up(self.account, self.terms, amount, self.now)
        assert self.worth() == before + amount

    @rule(changes=SETTINGS)
    def settings_change(self, changes: dict[str, Any]) -> None:
        before, self.terms = self.worth(), replace(self.terms, **changes)
        self.account = collection.sparing(self.account, self.terms, self.now)
        assert self.worth() == before

    @rule()
    def select_emergency_credit(self) -> None:
        before = self.worth()
        self.account = accounts.with_emergency_credit(self.account, self.terms)
        assert self.worth() == before

    @rule(event=st.sampled_from([one for one in SupplyEvent if "credit" not in one.name.lower()]))
    def supply_is_asked_for(self, event: SupplyEvent) -> None:
        before = self.worth()
        self.account = accounts.with_supply(self.account, self.terms, event)
        assert self.worth() == before

    @invariant()
    def no_debt_is_negative_and_none_but_the_spared_are_on_without_credit(self) -> None:
        account = self.account
        assert min(*account.time_debts, account.payment_debt, account.accumulated_debt, account.emergency_used) >= 0
        assert account.emergency_used <= self.terms.emergency_limit
        on_without = account.supply is SupplyState.ENABLED and not accounts.has_credit(account, self.terms)
        assert account.spared or not on_without


TestAnyTime = AnyTime.TestCase
TestAnyTime.settings = hypothesis_settings(max_examples=80, stateful_step_count=25)
