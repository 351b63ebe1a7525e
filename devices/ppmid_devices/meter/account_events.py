"""What a meter notes when its account changes (GBCS 16; makers' manuals name the codes)."""

from collections.abc import Callable

from ppmid_devices.meter.accounts import (
    Account,
    Terms,
    combined_credit,
    emergency_balance,
    emergency_offered,
    has_credit,
)
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.supply import SupplyState


def events_between(before: Account, after: Account, terms: Terms) -> tuple[LogCode, ...]:
    """What a meter notes when its account has gone from ``before`` to ``after``."""
    return tuple(code for code, happened in _EVENTS if happened(before, after, terms))


def _low(before: Account, after: Account, terms: Terms) -> bool:
    return combined_credit(after, terms) < terms.low_credit_threshold <= combined_credit(before, terms)


def _exhausted(account: Account, terms: Terms) -> bool:
    return account.emergency_selected and emergency_balance(account, terms) <= 0


def _is_spared(account: Account, terms: Terms) -> bool:
    """Whether the supply is on for no other reason than that a non-disablement period is running."""
    return account.spared and account.supply is SupplyState.ENABLED and not has_credit(account, terms)


def _becomes(before: Account, after: Account, state: SupplyState) -> bool:
    return before.supply is not state and after.supply is state


_Happened = Callable[[Account, Account, Terms], bool]

_EVENTS: tuple[tuple[LogCode, _Happened], ...] = (
    (LogCode.LOW_CREDIT, _low),
    (LogCode.EMERGENCY_CREDIT_AVAILABLE, lambda b, a, t: emergency_offered(a, t) and not emergency_offered(b, t)),
    (LogCode.EMERGENCY_CREDIT_ACTIVATED, lambda b, a, _: a.emergency_selected and not b.emergency_selected),
    (LogCode.EMERGENCY_CREDIT_EXHAUSTED, lambda b, a, t: _exhausted(a, t) and not _exhausted(b, t)),
    (LogCode.BELOW_DISABLEMENT_THRESHOLD, lambda b, a, _: _becomes(b, a, SupplyState.OUT_OF_CREDIT)),
    (LogCode.DISABLEMENT_SUSPENDED, lambda b, a, t: _is_spared(a, t) and not _is_spared(b, t)),
    (
        LogCode.ARMED_BY_EMERGENCY_CREDIT,
        lambda b, a, _: _becomes(b, a, SupplyState.ARMED) and a.emergency_selected and not b.emergency_selected,
    ),
    (LogCode.SUPPLY_ARMED, lambda b, a, _: _becomes(b, a, SupplyState.ARMED)),
)
