"""What falls due by time: usage, the standing charge, time-based debts; and when non-disablement begins and ends.

``advance`` leads an account from one time to a later one through every moment at which something happens, so that it is
the same whether time passes in one step or in many. Times are nanoseconds since 1970 UTC. The standing charge and daily
debts fall due at midnight UTC, hourly ones at the hour (gas debts: GCS04's collection time 0; the rest is assumed).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from ppmid_devices.meter import non_disablement
from ppmid_devices.meter.accounts import (
    LARGEST,
    Account,
    Terms,
    charged,
    is_emergency_in_use,
    room_below,
    settled,
    time_to_next_level,
    use,
)
from ppmid_devices.meter.supply import SupplyState
from ppmid_devices.ports import DAY


def advance(account: Account, terms: Terms, since: int, until: int) -> Account:
    """The account at ``until``, from what it was at ``since``."""
    account = sparing(account, terms, since)
    while True:
        at = next_moment(account, terms, since)
        if at is None or at > until:
            return use(account, terms, until - since) if terms.usage_per_hour else account
        account = _come_to(at, use(_not_before(at, account, terms), terms, at - since), terms)
        since = at


def _not_before(at: int, account: Account, terms: Terms) -> Account:
    """Credit that ends in the very moment in which a non-disablement period begins disables nothing."""
    return replace(account, spared=account.spared or non_disablement.is_running(terms.non_disablement, at))


def _come_to(at: int, account: Account, terms: Terms) -> Account:
    return sparing(_fallen_due(account, terms, at), terms, at)


def next_moment(account: Account, terms: Terms, now: int) -> int | None:
    """The next time after ``now`` at which something happens to the account by itself; None when nothing ever will."""
    moments = [(now // period + 1) * period for period in _periods(account, terms)]
    level, look = time_to_next_level(account, terms), non_disablement.next_look(terms.non_disablement, now)
    if level is not None:
        moments.append(now + level)
    if look is not None:
        moments.append(look)
    return min(moments, default=None)


def _periods(account: Account, terms: Terms) -> list[int]:
    debts = zip(terms.debt_rates, account.time_debts, strict=True) if terms.prepayment else ()
    periods = [rate.period for rate, owed in debts if owed > 0 and rate.amount > 0]
    return [*periods, DAY] if terms.standing_charge > 0 else periods


def sparing(account: Account, terms: Terms, now: int) -> Account:
    """The account with its supply as it must be in, or out of, a non-disablement period; it is disabled at the end."""
    spared = non_disablement.is_running(terms.non_disablement, now)
    return settled(account if account.spared is spared else replace(account, spared=spared), terms)


def _fallen_due(account: Account, terms: Terms, at: int) -> Account:
    """The standing charge first, then the time debts (assumed)."""
    if at % DAY == 0 and terms.standing_charge > 0:
        target = _target(account, terms)
        account = target.charge(account, terms, min(terms.standing_charge, target.room(account)))
    for which in range(len(account.time_debts)):
        account = _collect(account, terms, which, at)
    return settled(account, terms)


def _collect(account: Account, terms: Terms, which: int, at: int) -> Account:
    """A time debt is paid by what it is charged to; where that is full, or suspended for good, it stays owed."""
    rate, owed = terms.debt_rates[which], account.time_debts[which]
    if at % rate.period or not terms.prepayment:
        return account
    target = _target(account, terms)
    due = min(rate.amount, owed, target.room(account))
    if due <= 0:
        return account
    debts = tuple(debt - due * (at == which) for at, debt in enumerate(account.time_debts))
    return target.charge(replace(account, time_debts=(debts[0], debts[1])), terms, due)


class _Target(NamedTuple):
    """What an amount that falls due is charged to, and how much that still holds."""

    charge: Callable[[Account, Terms, int], Account]
    room: Callable[[Account], int]


def _accumulated(account: Account, _terms: Terms, due: int) -> Account:
    return replace(account, accumulated_debt=account.accumulated_debt + due)


_CREDIT = _Target(charged, room_below)
_ACCUMULATED_DEBT = _Target(_accumulated, lambda account: LARGEST - account.accumulated_debt)
_NOTHING = _Target(lambda account, _terms, _due: account, lambda _account: 0)


def _target(account: Account, terms: Terms) -> _Target:
    """Credit, the Accumulated Debt Register, or nothing, as the Suspend Debt settings have it.

    Suspend Debt Disabled holds while the switch or valve is open (one maker's manual).
    """
    if terms.prepayment and terms.suspend_disabled and account.supply is not SupplyState.ENABLED:
        return _ACCUMULATED_DEBT if terms.keeps_suspended else _NOTHING
    if terms.suspend_emergency and is_emergency_in_use(account, terms):
        return _ACCUMULATED_DEBT
    return _CREDIT
