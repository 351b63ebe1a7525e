"""The figures of a meter that others in the home display: what a display reads of an ESME, and a GSME reports."""

from collections.abc import Mapping

from ppmid_devices.meter import accounts
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.registers import Registers
from ppmid_protocols.zigbee import metering, prepayment
from ppmid_protocols.zigbee.metering import SupplyStatus
from ppmid_protocols.zigbee.prepayment import EMERGENCY_CREDIT_SELECTED, Attribute
from ppmid_protocols.zigbee.values import Typed, ZclType

_SUPPLY = {
    Supply.DISABLED: SupplyStatus.OFF,
    Supply.ARMED: SupplyStatus.OFF_ARMED,
    Supply.ENABLED: SupplyStatus.ON,
}
_LOWEST = -(2**31)


def figures(registers: Registers) -> Mapping[int, Mapping[int, Typed]]:
    """The attributes of each cluster, as they are now; the Accumulated Debt is what is to be paid next."""
    account = registers.account
    money = {
        Attribute.CREDIT_REMAINING: account.balance,
        Attribute.EMERGENCY_CREDIT_REMAINING: accounts.emergency_balance(account, registers.terms),
        Attribute.ACCUMULATED_DEBT: account.accumulated_debt,
    }
    status = EMERGENCY_CREDIT_SELECTED if account.emergency_selected else 0
    return {
        prepayment.CLUSTER: {
            **{one: Typed(prepayment.TYPES[one], _told(amount)) for one, amount in money.items()},
            Attribute.CREDIT_STATUS: Typed(prepayment.TYPES[Attribute.CREDIT_STATUS], status),
        },
        metering.CLUSTER: {metering.SUPPLY_STATUS: Typed(ZclType.ENUM8, _SUPPLY[account.supply.shown])},
    }


def _told(amount: int) -> int | None:
    """The lowest number of 32 bits is the pattern for "no value", and cannot be told."""
    return None if amount == _LOWEST else amount
