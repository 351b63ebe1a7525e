"""The objects of an ESME that are views on what flowed through it: registers, profile, daily and billing logs.

All energy is in the first register of the Tariff TOU matrix, as no tariff switches here; reactive and exported energy
are not measured (assumed). A log's entry bears the time at which its period ended (assumed).
"""

from collections.abc import Callable, Iterable, Mapping

from ppmid_devices.meter.billing import Dates, by_dates, time_of_day
from ppmid_devices.meter.consumption import Amount, Consumption
from ppmid_devices.meter.cosem import logs, objects
from ppmid_devices.meter.cosem.logs import Part
from ppmid_devices.meter.cosem.objects import Place, place
from ppmid_devices.meter.cosem.shapes import element_shape
from ppmid_devices.meter.cosem.store import View
from ppmid_devices.meter.non_disablement import DatePattern
from ppmid_devices.meter.registers import Reading, Registers
from ppmid_devices.meter.times import zigbee_time
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.axdr import Data, Group, Number, Octets

CALENDAR = place("22/0-0:15.0.0.255/4")
_UNIT = axdr.structure(Number(axdr.INTEGER, 0), Number(axdr.ENUM, 30))  # Wh
_REACTIVE_UNIT = axdr.structure(Number(axdr.INTEGER, 0), Number(axdr.ENUM, 32))  # varh
_TOU, _SECOND_TOU, _BLOCKS = 48, 4, (8, 8, 8, 8)


class Readings:
    """Views of one meter: ``elements`` are its one or two, ``variant`` has the shapes of their logs."""

    def __init__(self, registers: Registers, elements: tuple[Consumption, ...], variant: str) -> None:
        self._registers, self._elements, self._variant = registers, elements, variant

    def views(self) -> Mapping[Place, View]:
        """By their places."""
        read: Mapping[str, Callable[[], Data]] = {
            "1/0-0:94.44.34.1/2": self._tariff,
            "1/0-0:94.44.34.10/2": self._import,
            "7/0-0:98.1.0.255/2": lambda: self._log("98.1.0", map(self._registers_at, self._registers.billing_log)),
            "7/0-0:98.1.1.255/2": lambda: self._log("98.1.1", map(money, _prepaid(self._registers.billing_log))),
            "7/0-0:98.1.2.255/2": lambda: self._log("98.1.2", map(self._all_at, self._registers.mode_log)),
            "7/0-0:98.1.9.255/2": lambda: self._log("98.1.9", map(self._registers_at, self._registers.daily_reads)),
            "7/0-0:99.1.0.255/2": lambda: self._log("99.1.0", self._profile()),
            "7/0-0:99.1.3.255/2": lambda: self._log("99.1.3", self._days()),
        }
        return {place(where): View(one) for where, one in read.items()}

    def _totals(self, at: int) -> tuple[int, ...]:
        return tuple(one.register(at) for one in self._elements)

    def _tariff(self) -> Data:
        registers = zip(self._totals(self._registers.now), (_TOU, _SECOND_TOU), strict=False)
        return axdr.structure(*(_numbers(total, size) for total, size in registers))

    def _import(self) -> Data:
        first, *second = (Number(axdr.DOUBLE_LONG_UNSIGNED, one) for one in self._totals(self._registers.now))
        return axdr.structure(first, _UNIT, Number(axdr.DOUBLE_LONG_UNSIGNED, 0), _REACTIVE_UNIT, *second)

    def _registers_at(self, one: Reading) -> tuple[Part, ...]:
        totals = self._totals(one.time)
        tariffs = (_first_of(total, size) for total, size in zip(totals, (_TOU, _SECOND_TOU), strict=False))
        return zigbee_time(one.time), *totals, *tariffs, *(_first_of(0, size) for size in _BLOCKS)

    def _all_at(self, one: Reading) -> tuple[Part, ...]:
        return *self._registers_at(one), *money(one)[1:]

    def _profile(self) -> Iterable[tuple[Part, ...]]:
        return _together(one.profile(self._registers.now) for one in self._elements)

    def _days(self) -> Iterable[tuple[Part, ...]]:
        days = _together(one.days(self._registers.now) for one in self._elements)
        return ((time, sum(amounts)) for time, *amounts in days)

    def _log(self, obis: str, entries: Iterable[tuple[Part, ...]]) -> Data:
        shape = objects.members(self._variant)[place(f"7/0-0:{obis}.255/2")].shape
        assert shape is not None  # a log has one
        return logs.log(element_shape(shape.items[0]), entries)


def money(one: Reading) -> tuple[int, ...]:
    """The amounts of a reading as an entry of a prepayment log has them."""
    balances = one.emergency_credit, one.balance, one.payment_debt
    return zigbee_time(one.time), *balances, *one.time_debts, one.accumulated_debt


def is_due(calendar: Data, day: int) -> int | None:
    """When on a day an ESME's billing calendar, as its object has it, asks for readings."""
    assert isinstance(calendar, Group)  # its shape was checked
    return by_dates(tuple(row for one in calendar.items for row in _row(one)), day)


def _row(data: Data) -> Iterable[Dates]:
    match data:
        case Group(_, (Octets(_, time), Octets(_, date))) if len(time) == 4 and len(date) == 5:
            yield Dates(DatePattern(int.from_bytes(date[:2], "big"), *date[2:]), time_of_day(time))


def _prepaid(readings: Iterable[Reading]) -> Iterable[Reading]:
    return (one for one in readings if one.prepayment)


def _together(elements: Iterable[Iterable[Amount]]) -> Iterable[tuple[int, ...]]:
    for amounts in zip(*elements, strict=True):
        yield zigbee_time(amounts[0].time), *(one.amount for one in amounts)


def _first_of(total: int, size: int) -> tuple[int, ...]:
    return total, *(0,) * (size - 1)


def _numbers(total: int, size: int) -> Data:
    return axdr.array(*(Number(axdr.DOUBLE_LONG_UNSIGNED, one) for one in _first_of(total, size)))
