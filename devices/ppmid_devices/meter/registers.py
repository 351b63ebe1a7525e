"""A meter's lasting memory: its account, its memory of UTRNs and its logs, kept up to date with the clock."""

from collections import deque
from collections.abc import Callable

from ppmid_devices.meter import accounts
from ppmid_devices.meter.accounts import Account
from ppmid_devices.meter.contract import MeterDisplay
from ppmid_devices.meter.log_codes import LOG_ENTRIES, SECURITY_CODES, LogCode, LogEntry
from ppmid_devices.meter.supply import SupplyEvent
from ppmid_devices.meter.top_ups import Decision, Entry, TopUps, UtrnMemory
from ppmid_devices.ports import Clock, Timer


class Registers:
    """Everything here outlives a loss of power.

    Account and UTRN memory change in one assignment, so that no cut of power can come between a credit and the counter
    that was used for it.
    """

    def __init__(
        self, clock: Clock, account: Account, rules: TopUps, noted: Callable[[LogCode], None] = lambda _: None
    ) -> None:
        """``noted`` is called with every code that is written to a log."""
        self._clock, self._rules, self._terms, self._noted = clock, rules, rules.terms, noted
        self._kept = account, UtrnMemory()
        self._as_of = clock.now()
        self._level: Timer | None = None
        self._security: deque[LogEntry] = deque(maxlen=LOG_ENTRIES)
        self._events: deque[LogEntry] = deque(maxlen=LOG_ENTRIES)

    @property
    def security_log(self) -> tuple[LogEntry, ...]:
        """The Security Log, oldest first."""
        return tuple(self._security)

    @property
    def event_log(self) -> tuple[LogEntry, ...]:
        """The Event Log, oldest first."""
        return tuple(self._events)

    @property
    def account(self) -> Account:
        """The account as it is now."""
        self.bring_up_to_date()
        return self._kept[0]

    def display(self) -> MeterDisplay:
        """What the meter's own display shows."""
        account = self.account
        lent = accounts.emergency_balance(account, self._terms) if account.emergency_selected else None
        return MeterDisplay(balance=account.balance, supply=account.supply.shown, emergency_credit=lent)

    def bring_up_to_date(self) -> None:
        """Charge the usage since the last time, and come back when usage next makes an event."""
        account, memory = self._kept
        now = self._clock.now()
        elapsed, self._as_of = now - self._as_of, now
        used = accounts.settled(accounts.use(account, self._terms, elapsed), self._terms)
        self._keep(used, memory)

    def enter(self, entry: Entry) -> Decision:
        """Take a UTRN, or refuse it."""
        account, (_, memory) = self.account, self._kept
        decision = self._rules.accept(memory, account, entry, self._clock.now())
        self._keep(decision.account, decision.memory)
        for code in decision.codes:
            self.note(code)
        if decision.credited is not None and entry.path.local:
            self.note(LogCode.CREDIT_ADDED_LOCALLY)
        return decision

    def select_emergency_credit(self) -> bool:
        """Ask for emergency credit; whether it is active afterwards."""
        self._keep(accounts.with_emergency_credit(self.account, self._terms), self._kept[1])
        return self._kept[0].emergency_selected

    def ask_supply(self, event: SupplyEvent) -> Account:
        """A person or the Supplier asks for a change of the supply; gives the account afterwards."""
        self._keep(accounts.with_supply(self.account, self._terms, event), self._kept[1])
        return self._kept[0]

    def note(self, code: LogCode) -> None:
        """Write a code to the log that it belongs to."""
        log = self._security if code in SECURITY_CODES else self._events
        log.append(LogEntry(code, self._clock.now()))
        self._noted(code)

    def _keep(self, account: Account, memory: UtrnMemory) -> None:
        before, self._kept = self._kept[0], (account, memory)
        for code in accounts.events_between(before, account, self._terms):
            self.note(code)
        if self._level is not None:
            self._level.cancel()
        wait = accounts.time_to_next_level(account, self._terms)
        self._level = None if wait is None else self._clock.call_later(wait, self.bring_up_to_date)
