"""The money of a prepayment meter: balance, emergency credit, debts and what they do to the supply.

After SMETS2 4.6.5 (gas) and 5.7.5 (electricity), as makers' manuals and use-case tables tell of them.

Everything here is a pure function from one ``Account`` to the next. A top-up is shared out in ``allocation``; what
falls due by time is in ``collection``, what is noted in ``account_events``. Amounts are millipence, times and durations
nanoseconds.
"""

from dataclasses import dataclass, replace
from enum import Enum

from ppmid_devices.meter import supply
from ppmid_devices.meter.non_disablement import NEVER, Calendar
from ppmid_devices.meter.supply import SupplyEvent, SupplyState
from ppmid_devices.ports import DAY, HOUR

_REGISTER = 2**31
LARGEST = _REGISTER - 1
"""Registers are signed 32-bit numbers of millipence: the largest amount of one."""


class Step(Enum):
    """Where a top-up goes."""

    PAYMENT_DEBT = "a share of it to the Payment Debt Register, within the cap"
    ACCUMULATED_DEBT = "the Accumulated Debt Register"
    DEFICIT = "what the Meter Balance is below the Disablement Threshold"
    EMERGENCY_CREDIT = "emergency credit used"
    BALANCE = "the rest to the Meter Balance"


FIVE_STEPS = (Step.PAYMENT_DEBT, Step.ACCUMULATED_DEBT, Step.DEFICIT, Step.EMERGENCY_CREDIT, Step.BALANCE)
"""The order in the manuals of two makes of ESME."""
FOUR_STEPS = (Step.PAYMENT_DEBT, Step.ACCUMULATED_DEBT, Step.EMERGENCY_CREDIT, Step.BALANCE)
"""The order that an emulator quotes for the GSME."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What is taken of a Time Debt Register, and how often: an hour or a day, no other period (use-case tables)."""

    amount: int = 0
    period: int = DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the Supplier has configured. ``recovery_per_payment`` is in 1/100 %, ``usage_per_hour`` millipence.

    ``prepayment``: the payment mode; in credit mode want of credit disables no supply, none is lent, and no debt is
    collected: its charges are usage and the standing charge alone (RTDS 4.5.0 ECS02; the rest, and that a change of
    mode moves no money, is assumed).
    ``standing_charge``: a day. ``suspend_emergency``, ``suspend_disabled``: Suspend Debt Emergency and Suspend Debt
    Disabled. ``keeps_suspended``: whether what falls due under the latter is accumulated, or is not asked for at all.
    ``spent_is_active``: whether emergency credit that has run out counts as activated.
    """

    emergency_limit: int
    emergency_threshold: int
    disablement_threshold: int
    low_credit_threshold: int
    maximum_credit: int
    maximum_balance: int
    recovery_per_payment: int
    recovery_cap: int
    order: tuple[Step, ...]
    usage_per_hour: int
    prepayment: bool = True
    standing_charge: int = 0
    debt_rates: tuple[Rate, Rate] = (Rate(), Rate())
    suspend_emergency: bool = False
    suspend_disabled: bool = False
    keeps_suspended: bool = False
    lends_repaid: bool = False
    spent_is_active: bool = False
    non_disablement: Calendar = NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The registers.

    ``emergency_used`` is what is owed of emergency credit. ``emergency_spent``: whether it has run out and is not all
    repaid, so that it lends nothing. ``recovered`` are the payments (time, amount) to the Payment
    Debt Register that may still count against the cap. ``unbilled`` is usage of less than a millipenny, in millipence
    times nanoseconds. ``spared``: whether a non-disablement period is running.
    """

    balance: int
    supply: SupplyState
    emergency_selected: bool = False
    emergency_used: int = 0
    emergency_spent: bool = False
    accumulated_debt: int = 0
    payment_debt: int = 0
    time_debts: tuple[int, int] = (0, 0)
    recovered: tuple[tuple[int, int], ...] = ()
    unbilled: int = 0
    spared: bool = False


def emergency_balance(account: Account, terms: Terms) -> int:
    """The Emergency Credit Balance: the whole limit while none is owed."""
    return terms.emergency_limit - account.emergency_used


def lent(account: Account, terms: Terms) -> int:
    """What may still be used of emergency credit; below 0 where more of it was used than the limit now is."""
    if not account.emergency_selected:
        return 0
    left = emergency_balance(account, terms)
    return min(left, 0) if account.emergency_spent else left


def combined_credit(account: Account, terms: Terms) -> int:
    """Meter Balance and what may still be used of selected emergency credit."""
    return account.balance + lent(account, terms)


def usable_credit(account: Account, terms: Terms) -> int:
    """How much may be used before the supply is disabled; at 0 or below it is, or should be."""
    return combined_credit(account, terms) - terms.disablement_threshold


def has_credit(account: Account, terms: Terms) -> bool:
    """Whether the supply may be on as far as credit goes: always in credit mode."""
    return not terms.prepayment or usable_credit(account, terms) > 0


def emergency_offered(account: Account, terms: Terms) -> bool:
    """Whether emergency credit may be selected now."""
    wanted = terms.emergency_limit > 0 and account.balance < terms.emergency_threshold
    return terms.prepayment and not account.emergency_selected and wanted


def is_emergency_active(account: Account, terms: Terms) -> bool:
    """Whether emergency credit is activated: a request for it then succeeds, also where it was before (ECS09, GCS06).

    The public table of use cases says no more: whether one that has run out, so lends nothing, is so is a setting.
    """
    return account.emergency_selected and (terms.spent_is_active or lent(account, terms) > 0)


def is_emergency_in_use(account: Account, terms: Terms) -> bool:
    """Whether own credit has gone and emergency credit is what is being used."""
    own = account.balance > terms.disablement_threshold
    return terms.prepayment and not own and lent(account, terms) > 0


def settled(account: Account, terms: Terms) -> Account:
    """The account with its supply disabled, or armed, as its credit demands; never enabled.

    While a non-disablement period is running, want of credit disables nothing; what is disabled stays so.
    """
    account = with_spent(account, terms)
    credited = has_credit(account, terms)
    if account.spared and not credited:
        return account
    event = SupplyEvent.CREDIT_RESTORED if credited else SupplyEvent.CREDIT_EXHAUSTED
    state = supply.after(account.supply, event)
    return account if state is account.supply else replace(account, supply=state)


def with_spent(account: Account, terms: Terms) -> Account:
    """The account with a note whether its emergency credit has run out and is not all repaid."""
    ran_out = account.emergency_spent or emergency_balance(account, terms) <= 0
    spent = not terms.lends_repaid and account.emergency_used > 0 and ran_out
    return account if spent is account.emergency_spent else replace(account, emergency_spent=spent)


def use(account: Account, terms: Terms, elapsed: int) -> Account:
    """The account after ``elapsed`` nanoseconds: usage is charged while the supply is enabled."""
    if account.supply is not SupplyState.ENABLED:
        return account
    due, unbilled = divmod(account.unbilled + terms.usage_per_hour * elapsed, HOUR)
    return settled(charged(replace(account, unbilled=unbilled), terms, due), terms)


def room_below(account: Account) -> int:
    """How far the Meter Balance may fall before its register ends."""
    return account.balance + _REGISTER


def charged(account: Account, terms: Terms, due: int) -> Account:
    """Own credit above the Disablement Threshold goes first, then selected emergency credit, then debt is made.

    In credit mode all of it is debt. What the register could not hold is not charged (assumed).
    """
    due = min(due, room_below(account))
    own = min(due, max(0, account.balance - terms.disablement_threshold))
    borrowed = max(0, min(due - own, lent(account, terms))) if terms.prepayment else 0
    return replace(
        account, balance=account.balance - (due - borrowed), emergency_used=account.emergency_used + borrowed
    )


def time_to_next_level(account: Account, terms: Terms) -> int | None:
    """Nanoseconds until usage next makes an event; None when it never will."""
    if account.supply is not SupplyState.ENABLED or terms.usage_per_hour <= 0:
        return None
    combined = combined_credit(account, terms)
    distances = (
        usable_credit(account, terms),
        combined - terms.low_credit_threshold + 1,
        account.balance - terms.emergency_threshold + 1,
    )
    nearest = min((distance for distance in distances if distance > 0), default=None)
    if nearest is None:
        return None  # in credit mode, where the first may be negative while enabled
    return -(-(nearest * HOUR - account.unbilled) // terms.usage_per_hour)


def with_emergency_credit(account: Account, terms: Terms) -> Account:
    """The account after emergency credit was asked for; unchanged when it is selected already, or not offered."""
    if not emergency_offered(account, terms):
        return account
    return settled(replace(account, emergency_selected=True), terms)


def with_supply(account: Account, terms: Terms, event: SupplyEvent) -> Account:
    """The account after a person or the Supplier asked for a change of its supply; unchanged when that is refused."""
    if event in supply.NEEDS_CREDIT and not has_credit(account, terms):
        return account
    return replace(account, supply=supply.after(account.supply, event))


def adjusted(account: Account, terms: Terms, change: int) -> Account:
    """The account after the Supplier changed the Meter Balance; unchanged where it would overflow (assumed)."""
    return with_balance(account, terms, account.balance + change)


def with_balance(account: Account, terms: Terms, balance: int) -> Account:
    """The account with this Meter Balance; unchanged outside the range of a register."""
    return settled(replace(account, balance=balance), terms) if -_REGISTER <= balance < _REGISTER else account


def with_emergency_repaid(account: Account, terms: Terms) -> Account:
    """The account with the whole Emergency Credit Limit to lend again, and none selected (ECS04b, GCS40b)."""
    return settled(replace(account, emergency_used=0, emergency_selected=False), terms)


def with_debts(account: Account, debts: tuple[int, int, int]) -> Account:
    """The account with these time debts and this payment debt; unchanged when one leaves the range of a register."""
    if not all(0 <= debt < _REGISTER for debt in debts):
        return account
    return replace(account, time_debts=debts[:2], payment_debt=debts[2])


def debts(account: Account) -> tuple[int, int, int]:
    """The two time debts and the payment debt."""
    return *account.time_debts, account.payment_debt
