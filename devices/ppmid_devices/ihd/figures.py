"""What a display knows of the meters, from what it has read: pure, each answer makes new figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache

from ppmid_devices.ihd.contract import ShownFigures
from ppmid_devices.meter.contract import Supply
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import metering, prepayment
from ppmid_protocols.zigbee.metering import SupplyStatus
from ppmid_protocols.zigbee.prepayment import EMERGENCY_CREDIT_SELECTED, Attribute
from ppmid_protocols.zigbee.zcl import AttributeRead, ReadAttributesResponse

READ: Mapping[int, tuple[int, ...]] = {
    prepayment.CLUSTER: (
        Attribute.CREDIT_REMAINING,
        Attribute.EMERGENCY_CREDIT_REMAINING,
        Attribute.CREDIT_STATUS,
        Attribute.CREDIT_REMAINING_TIMESTAMP,
        Attribute.ACCUMULATED_DEBT,
    ),
    metering.CLUSTER: (metering.SUPPLY_STATUS,),
}
"""The attributes that are read of each meter, by cluster."""

_ZIGBEE_EPOCH = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
_SUPPLY: Mapping[int | None, Supply] = {
    SupplyStatus.OFF: Supply.DISABLED,
    SupplyStatus.OFF_ARMED: Supply.ARMED,
    SupplyStatus.ON: Supply.ENABLED,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of each meter. ``mirrored``: the meters that are read in the hub's mirror, not at themselves."""

    mirrored: frozenset[Eui]
    shown: Mapping[Eui, ShownFigures] = field(default_factory=dict)

    def taken(self, meter: Eui, cluster: int, answer: ReadAttributesResponse, now: int) -> "Figures":
        """The figures after an answer to a reading of ``cluster`` at ``now``.

        A meter's own answer is as old as it is. A mirror's is as old as the mirror says, however lately it was read.
        """
        known = self.shown.get(meter)
        before = known or ShownFigures(meter=meter)
        after = self._credit(before, answer, now) if cluster == prepayment.CLUSTER else _supply(before, answer)
        return self if after is known else type(self)(self.mirrored, {**self.shown, meter: after})

    def _credit(self, before: ShownFigures, answer: ReadAttributesResponse, now: int) -> ShownFigures:
        balance, emergency_credit, debt = _amounts(answer.records)
        return ShownFigures(
            meter=before.meter,
            supply=before.supply,
            balance=balance,
            emergency_credit=emergency_credit,
            debt=debt,
            as_of=self._as_of(before.meter, answer, now),
        )

    def _as_of(self, meter: Eui, answer: ReadAttributesResponse, now: int) -> int | None:
        if meter not in self.mirrored:
            return now
        stamp = _number(answer, Attribute.CREDIT_REMAINING_TIMESTAMP)
        return None if stamp is None else (stamp + _ZIGBEE_EPOCH) * SECOND


@lru_cache(maxsize=64)
def _amounts(records: tuple[AttributeRead, ...]) -> tuple[int | None, int | None, int | None]:
    """Balance, emergency credit while it is selected, and debt. Where nothing happens they are told again and again."""
    answer = ReadAttributesResponse(records)
    selected = (_number(answer, Attribute.CREDIT_STATUS) or 0) & EMERGENCY_CREDIT_SELECTED
    emergency_credit = _number(answer, Attribute.EMERGENCY_CREDIT_REMAINING) if selected else None
    return _number(answer, Attribute.CREDIT_REMAINING), emergency_credit, _number(answer, Attribute.ACCUMULATED_DEBT)


def _supply(before: ShownFigures, answer: ReadAttributesResponse) -> ShownFigures:
    supply = _SUPPLY.get(_number(answer, metering.SUPPLY_STATUS))
    return before if before.supply is supply else replace(before, supply=supply)


def _number(answer: ReadAttributesResponse, attribute: int) -> int | None:
    found = answer.value(attribute)
    return found.value if found is not None and isinstance(found.value, int) else None
