"""Where a top-up goes: the share to the Payment Debt Register, then what is owed, then the Meter Balance.

The order is that of the terms (SMETS2 4.5.3.3 and 5.6.3.3, as makers' manuals and an emulator tell of them). What the
steps take together is the whole top-up: no millipenny is made or lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ppmid_devices.meter.accounts import Account, Step, Terms, settled, with_spent
from ppmid_devices.ports import DAY

RECOVERY_WINDOW = 7 * DAY
"""The Debt Recovery Rate Cap holds for the 7 x 24 hours before a payment (rolling: SMETS2 by its use-case tables)."""


def topped_up(account: Account, terms: Terms, amount: int, now: int) -> Account:
    """The account after a top-up, allocated in the order of the terms; arms the supply if that ends its want of credit.

    Emergency credit is deselected when it is repaid and the balance has reached the Emergency Credit Threshold, or it
    had run out: then a person must select it anew.
    """
    account = with_spent(account, terms)
    rest = amount
    for step in terms.order:
        due, pay = _STEPS[step]
        part = min(rest, due(account, terms, amount, now))
        if part:
            account = pay(account, part, now)
            rest -= part
    if not account.emergency_used and (account.emergency_spent or account.balance >= terms.emergency_threshold):
        account = replace(account, emergency_selected=False)
    return settled(account, terms)


def _recoverable(account: Account, terms: Terms, amount: int, now: int) -> int:
    recent = sum(part for when, part in account.recovered if when > now - RECOVERY_WINDOW)
    share = amount * terms.recovery_per_payment // 10_000
    return max(0, min(share, account.payment_debt, terms.recovery_cap - recent))


def _pay_debt(account: Account, part: int, now: int) -> Account:
    recent = tuple(entry for entry in account.recovered if entry[0] > now - RECOVERY_WINDOW)
    return replace(account, payment_debt=account.payment_debt - part, recovered=(*recent, (now, part)))


def _pay_accumulated(account: Account, part: int, _now: int) -> Account:
    return replace(account, accumulated_debt=account.accumulated_debt - part)


def _pay_emergency(account: Account, part: int, _now: int) -> Account:
    return replace(account, emergency_used=account.emergency_used - part)


def _pay_balance(account: Account, part: int, _now: int) -> Account:
    return replace(account, balance=account.balance + part)


_Due = Callable[[Account, Terms, int, int], int]
_Pay = Callable[[Account, int, int], Account]

_STEPS: Mapping[Step, tuple[_Due, _Pay]] = {
    Step.PAYMENT_DEBT: (_recoverable, _pay_debt),
    Step.ACCUMULATED_DEBT: (lambda account, *_: account.accumulated_debt, _pay_accumulated),
    Step.DEFICIT: (lambda account, terms, *_: max(0, terms.disablement_threshold - account.balance), _pay_balance),
    Step.EMERGENCY_CREDIT: (lambda account, *_: account.emergency_used, _pay_emergency),
    Step.BALANCE: (lambda _account, _terms, amount, _now: amount, _pay_balance),
}
"""For each step: what it may take at most of a top-up, and what it does with its part."""
