"""The figures of a meter that others in the home display: what a display reads of an ESME, and a GSME reports."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from ppmid_devices.meter import accounts
from ppmid_devices.meter.accounts import Account, Terms
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.registers import Registers
from ppmid_protocols.zigbee import metering, prepayment
from ppmid_protocols.zigbee.metering import SupplyStatus
from ppmid_protocols.zigbee.prepayment import EMERGENCY_CREDIT_SELECTED, Attribute
from ppmid_protocols.zigbee.values import Typed, ZclType

_SUPPLY: Mapping[Supply, Mapping[int, Typed]] = {
    shown: MappingProxyType({metering.SUPPLY_STATUS: Typed(ZclType.ENUM8, status)})
    for shown, status in (
        (Supply.DISABLED, SupplyStatus.OFF),
        (Supply.ARMED, SupplyStatus.OFF_ARMED),
        (Supply.ENABLED, SupplyStatus.ON),
    )
}
_LOWEST = -(2**31)


def _credit(account: Account, terms: Terms) -> Mapping[int, Typed]:
    """The Accumulated Debt is what is to be paid next."""
    lent = accounts.emergency_balance(account, terms)
    return _attributes(account.balance, lent, account.accumulated_debt, account.emergency_selected)


@lru_cache(maxsize=64)
def _attributes(balance: int, lent: int, debt: int, selected: bool) -> Mapping[int, Typed]:
    """While nothing happens a meter that is read again and again tells the same."""
    money = {
        Attribute.CREDIT_REMAINING: balance,
        Attribute.EMERGENCY_CREDIT_REMAINING: lent,
        Attribute.ACCUMULATED_DEBT: debt,
    }
    told: dict[int, Typed] = {one: Typed(prepayment.TYPES[one], _told(amount)) for one, amount in money.items()}
    status = Typed(prepayment.TYPES[Attribute.CREDIT_STATUS], EMERGENCY_CREDIT_SELECTED if selected else 0)
    return MappingProxyType({**told, Attribute.CREDIT_STATUS: status})


def _supply(account: Account, _terms: Terms) -> Mapping[int, Typed]:
    return _SUPPLY[account.supply.shown]


_FIGURES: Mapping[int, Callable[[Account, Terms], Mapping[int, Typed]]] = {
    prepayment.CLUSTER: _credit,
    metering.CLUSTER: _supply,
}
CLUSTERS = tuple(_FIGURES)
"""The clusters that have figures, in the order in which they are reported."""


def figures(registers: Registers, cluster: int) -> Mapping[int, Typed]:
    """The attributes of one of ``CLUSTERS``, as they are now."""
    return _FIGURES[cluster](registers.account, registers.terms)


def _told(amount: int) -> int | None:
    """The lowest number of 32 bits is the pattern for "no value", and cannot be told."""
    return None if amount == _LOWEST else amount
