"""A meter's lasting memory: its account, its memory of UTRNs and its logs, kept up to date with the clock."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_devices.meter import account_events, accounts, collection
from ppmid_devices.meter.accounts import Account, Terms
from ppmid_devices.meter.behaviours import Behaviours
from ppmid_devices.meter.billing import IsDue
from ppmid_devices.meter.contract import MeterDisplay
from ppmid_devices.meter.log_codes import LOG_ENTRIES, SECURITY_CODES, LogCode, LogEntry
from ppmid_devices.meter.supply import SupplyEvent
from ppmid_devices.meter.top_ups import Decision, Entry, TopUps, UtrnMemory
from ppmid_devices.ports import DAY, Clock, Timer
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret

TOP_UP_ENTRIES, DEBT_PAYMENT_ENTRIES, DAILY_ENTRIES, BILLING_ENTRIES = 5, 10, 31, 12
"""Entries that the Billing Data Log has of top ups and payments, a Daily Read Log, and the Billing Data Log of readings
by the billing calendar, and by changes of the payment mode (use-case tables)."""


class Payment(NamedTuple):
    """A top up, or what one paid of a debt: the time in nanoseconds since 1970, the digits, millipence, what is left.

    ``left``: of the Payment Debt; 0 for a top up.
    """

    time: int
    digits: Secret
    amount: int
    left: int = 0


class Reading(NamedTuple):
    """What the registers had at a time, in nanoseconds since 1970; amounts in millipence.

    ``prepayment``: whether the meter was in prepayment mode, without which amounts are not read.
    """

    time: int
    emergency_credit: int
    balance: int
    payment_debt: int
    time_debts: tuple[int, int]
    accumulated_debt: int
    prepayment: bool = True


class Registers:
    """Everything here outlives a loss of power.

    Account and UTRN memory change in one assignment, so that no cut of power can come between a credit and the counter
    that was used for it.
    """

    def __init__(
        self, clock: Clock, account: Account, rules: TopUps, noted: Callable[[LogCode], None] = lambda _: None
    ) -> None:
        """``noted`` is called with every code that is written to a log."""
        self._clock, self._rules, self._noted = clock, rules, noted
        self._kept = account, UtrnMemory()
        self._as_of = clock.now()
        self._next: tuple[int, Timer] | None = None
        self._resting: tuple[Account, Terms] | None = None
        self._security: deque[LogEntry] = deque(maxlen=LOG_ENTRIES)
        self._events: deque[LogEntry] = deque(maxlen=LOG_ENTRIES)
        self._top_ups: deque[Payment] = deque(maxlen=TOP_UP_ENTRIES)
        self._debt_payments: deque[Payment] = deque(maxlen=DEBT_PAYMENT_ENTRIES)
        self._daily: deque[Reading] = deque(maxlen=DAILY_ENTRIES)
        self._billing: deque[Reading] = deque(maxlen=BILLING_ENTRIES)
        self._mode_changes: deque[Reading] = deque(maxlen=BILLING_ENTRIES)
        self.billing_calendar: IsDue = lambda _: None
        self.behaviours = Behaviours()
        """What it tells and writes down of what happens, as its Supplier has switched it."""
        self._await_midnight()

    @property
    def terms(self) -> Terms:
        """What the Supplier has configured."""
        return self._rules.terms

    @property
    def top_up_log(self) -> tuple[Payment, ...]:
        """The latest top ups, oldest first."""
        return tuple(self._top_ups)

    @property
    def debt_payment_log(self) -> tuple[Payment, ...]:
        """The latest payments of the Payment Debt by top ups, oldest first."""
        return tuple(self._debt_payments)

    @property
    def security_log(self) -> tuple[LogEntry, ...]:
        """The Security Log, oldest first."""
        return tuple(self._security)

    @property
    def event_log(self) -> tuple[LogEntry, ...]:
        """The Event Log, oldest first."""
        return tuple(self._events)

    @property
    def daily_log(self) -> tuple[Reading, ...]:
        """The Prepayment Daily Read Log, oldest first."""
        return tuple(one for one in self._daily if one.prepayment)

    @property
    def daily_reads(self) -> tuple[Reading, ...]:
        """Every midnight's reading, oldest first, of credit mode too."""
        return tuple(self._daily)

    @property
    def billing_log(self) -> tuple[Reading, ...]:
        """The readings that the billing calendar asked for, oldest first."""
        return tuple(self._billing)

    @property
    def mode_log(self) -> tuple[Reading, ...]:
        """The readings at changes of the payment mode, oldest first, each as it was just before."""
        return tuple(self._mode_changes)

    @property
    def now(self) -> int:
        """The time that the meter keeps, in nanoseconds since 1970."""
        return self._clock.now()

    @property
    def account(self) -> Account:
        """The account as it is now."""
        self.bring_up_to_date()
        return self._kept[0]

    def display(self) -> MeterDisplay:
        """What the meter's own display shows."""
        account = self.account
        lent = accounts.emergency_balance(account, self.terms) if account.emergency_selected else None
        return MeterDisplay(
            balance=account.balance,
            supply=account.supply.shown,
            emergency_credit=lent,
            emergency_owed=account.emergency_used,
            debt=account.accumulated_debt + sum(accounts.debts(account)),
        )

    def bring_up_to_date(self) -> None:
        """Charge what has fallen due since the last time, and come back when something next happens by itself."""
        account, memory = self._kept
        since, self._as_of = self._as_of, self._clock.now()
        if self._rests():
            return
        after = collection.advance(account, self.terms, since, self._as_of)
        self._resting = (account, self.terms) if after is account and since < self._as_of else None
        self._keep(after, memory)

    def _rests(self) -> bool:
        """Whether time has passed for this very account under these terms and changed nothing: nor will it, before the
        call that waits."""
        if self._resting is None or self._resting[0] is not self._kept[0] or self._resting[1] is not self.terms:
            return False
        return self._next is None or self._as_of < self._next[0]

    def enter(self, entry: Entry) -> Decision:
        """Take a UTRN, or refuse it."""
        account, (_, memory) = self.account, self._kept
        decision = self._rules.accept(memory, account, entry, self._clock.now())
        self._keep(decision.account, decision.memory)
        self._record(entry, decision, account)
        for code in decision.codes:
            self.note(code)
        if decision.credited is not None and entry.path.local:
            self.note(LogCode.CREDIT_ADDED_LOCALLY)
        return decision

    def select_emergency_credit(self) -> bool:
        """Ask for emergency credit; whether it is active afterwards."""
        self._keep(accounts.with_emergency_credit(self.account, self.terms), self._kept[1])
        return accounts.is_emergency_active(self._kept[0], self.terms)

    def ask_supply(self, event: SupplyEvent) -> Account:
        """A person or the Supplier asks for a change of the supply; gives the account afterwards."""
        self._keep(accounts.with_supply(self.account, self.terms, event), self._kept[1])
        return self._kept[0]

    def configure(self, **changes: Any) -> None:
        """Let the Supplier change some of the terms, by the names of their fields; the supply follows at once."""
        account = self.account
        if changes.get("prepayment", self.terms.prepayment) != self.terms.prepayment:
            self._mode_changes.append(self._reading())
        self._rules = replace(self._rules, terms=replace(self.terms, **changes))
        self._keep(collection.sparing(account, self.terms, self._as_of), self._kept[1])

    def change(self, change: Callable[[Account, Terms], Account]) -> Account:
        """Let a pure function make the next account; gives it."""
        self._keep(change(self.account, self.terms), self._kept[1])
        return self._kept[0]

    def trust(self, supplier: Eui, key: ec.EllipticCurvePublicKey) -> None:
        """Take UTRNs of this Supplier from now on."""
        self._rules = replace(self._rules, supplier=supplier, supplier_key=key)

    def set_utrn_floor(self, floor: int) -> None:
        """Forget the UTRN counters used, and take none below this one."""
        account, memory = self._kept
        self._kept = account, replace(memory, cache=memory.cache.with_floor(floor))

    def clear_event_log(self) -> None:
        """Forget the Event Log, which the Security Log remembers."""
        self._events.clear()
        self.note(LogCode.EVENT_LOG_CLEARED)

    def _await_midnight(self) -> None:
        self._clock.call_at((self._clock.now() // DAY + 1) * DAY, self._midnight)

    def _midnight(self) -> None:
        """At midnight UTC the registers are read (use-case tables)."""
        self._await_midnight()
        self._daily.append(self._reading())
        due = self.billing_calendar(self._clock.now() // DAY)
        if due is not None:
            self._clock.call_later(due, self._bill)

    def _bill(self) -> None:
        self._billing.append(self._reading())

    def _reading(self) -> Reading:
        account, terms = self.account, self.terms
        lent = accounts.emergency_balance(account, terms)
        debts = account.payment_debt, account.time_debts, account.accumulated_debt
        return Reading(self._clock.now(), lent, account.balance, *debts, terms.prepayment)

    def _record(self, entry: Entry, decision: Decision, before: Account) -> None:
        if decision.credited is None:
            return
        now, left = self._clock.now(), decision.account.payment_debt
        self._top_ups.append(Payment(now, entry.digits, decision.credited))
        if left < before.payment_debt:
            self._debt_payments.append(Payment(now, entry.digits, before.payment_debt - left, left))

    def note(self, code: LogCode) -> None:
        """Write a code to the log that it belongs to, unless it was switched off there."""
        log = self._security if code in SECURITY_CODES else self._events
        if log is self._security or self.behaviours.logged(code):
            log.append(LogEntry(code, self._clock.now()))
        self._noted(code)

    def _keep(self, account: Account, memory: UtrnMemory) -> None:
        before, self._kept = self._kept[0], (account, memory)
        if account is not before:
            for code in account_events.events_between(before, account, self.terms):
                self.note(code)
        self._await(collection.next_moment(account, self.terms, self._as_of))

    def _await(self, at: int | None) -> None:
        """Come back then. A meter that is read often has one call that waits, not one of each reading."""
        if self._next is not None:
            planned, timer = self._next
            if planned == at:
                return
            timer.cancel()
        self._next = None if at is None else (at, self._clock.call_at(at, self._come_back))

    def _come_back(self) -> None:
        self._next = self._resting = None
        self.bring_up_to_date()
