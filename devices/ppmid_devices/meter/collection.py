"""What falls due by time: usage, the standing charge, time-based debts; and when non-disablement begins and ends.

``advance`` leads an account from one time to a later one through every moment at which something happens, so that it is
the same whether time passes in one step or in many. Times are nanoseconds since 1970 UTC. The standing charge and daily
debts fall due at midnight UTC, hourly ones at the hour (gas debts: GCS04's collection time 0; the rest is assumed).
"""

from dataclasses import replace

from ppmid_devices.meter import non_disablement
from ppmid_devices.meter.accounts import (
    Account,
    Rate,
    Terms,
    charged,
    is_emergency_in_use,
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
            return use(account, terms, until - since)
        account = _come_to(at, use(_not_before(at, account, terms), terms, at - since), terms)
        since = at


def _not_before(at: int, account: Account, terms: Terms) -> Account:
    """Credit that ends in the very moment in which a non-disablement period begins disables nothing."""
    return replace(account, spared=account.spared or non_disablement.is_running(terms.non_disablement, at))


def _come_to(at: int, account: Account, terms: Terms) -> Account:
    return sparing(_fallen_due(account, terms, at), terms, at)


def next_moment(account: Account, terms: Terms, now: int) -> int | None:
    """The next time after ``now`` at which something happens to the account by itself; None when nothing ever will."""
    level = time_to_next_level(account, terms)
    moments = (
        None if level is None else now + level,
        non_disablement.next_look(terms.non_disablement, now),
        *((now // period + 1) * period for period in _periods(account, terms)),
    )
    return min((one for one in moments if one is not None), default=None)


def _periods(account: Account, terms: Terms) -> list[int]:
    debts = zip(terms.debt_rates, account.time_debts, strict=True)
    periods = [rate.period for rate, owed in debts if terms.prepayment and rate.amount > 0 and owed > 0]
    return [*periods, DAY] if terms.standing_charge > 0 else periods


def sparing(account: Account, terms: Terms, now: int) -> Account:
    """The account with its supply as it must be in, or out of, a non-disablement period; it is disabled at the end."""
    spared = non_disablement.is_running(terms.non_disablement, now)
    return settled(account if account.spared is spared else replace(account, spared=spared), terms)


def _fallen_due(account: Account, terms: Terms, at: int) -> Account:
    """The standing charge first, then the time debts (assumed)."""
    if at % DAY == 0 and terms.standing_charge > 0:
        account = _charge(account, terms, terms.standing_charge)
    for which in range(len(account.time_debts)):
        account = _collect(account, terms, which, at)
    return settled(account, terms)


def _collect(account: Account, terms: Terms, which: int, at: int) -> Account:
    rate, owed = terms.debt_rates[which], account.time_debts[which]
    due = _due(rate, owed, at)
    if due <= 0 or not terms.prepayment or (_is_suspended(account, terms) and not terms.keeps_suspended):
        return account
    debts = tuple(debt - due * (at == which) for at, debt in enumerate(account.time_debts))
    return _charge(replace(account, time_debts=(debts[0], debts[1])), terms, due)


def _due(rate: Rate, owed: int, at: int) -> int:
    return min(rate.amount, owed) if at % rate.period == 0 else 0


def _charge(account: Account, terms: Terms, due: int) -> Account:
    """An amount is charged, or accumulated, or not asked for, as the Suspend Debt settings have it."""
    if _is_suspended(account, terms):
        return _accumulated(account, due) if terms.keeps_suspended else account
    if terms.suspend_emergency and is_emergency_in_use(account, terms):
        return _accumulated(account, due)
    return charged(account, terms, due)


def _is_suspended(account: Account, terms: Terms) -> bool:
    """Suspend Debt Disabled: nothing is collected while the switch or valve is open (one maker's manual)."""
    return terms.prepayment and terms.suspend_disabled and account.supply is not SupplyState.ENABLED


def _accumulated(account: Account, due: int) -> Account:
    return replace(account, accumulated_debt=account.accumulated_debt + due)
