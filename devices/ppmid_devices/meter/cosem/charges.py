"""The objects of an ESME that say what is charged and when disablement is suspended, as views on the terms (GBCS 18).

A value reads back as it was written; until then it is made from the terms. Which Suspend Debt settings a meter has is
told by the list of what pays which charge (RTDS 4.5.0 ECS03).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from ppmid_devices.meter.accounts import Rate, Terms
from ppmid_devices.meter.cosem.objects import members, place
from ppmid_devices.meter.cosem.refusals import OTHER_REASON, AccessRefused
from ppmid_devices.meter.cosem.store import View
from ppmid_devices.meter.non_disablement import DatePattern, Entry, Schedule, Switch
from ppmid_devices.meter.registers import Registers
from ppmid_devices.ports import DAY, HOUR, MINUTE, SECOND
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.axdr import Bits, Data, Group, Number, Octets
from ppmid_protocols.gbcs.names.tables import obis

_MILLIPENCE = 5  # to a currency unit, as a power of ten
_DEBTS, _STANDING = ("113/0-0:19.20.1.255", "113/0-0:19.20.2.255"), "113/0-0:19.20.4.255"
_LINKS, _SCHEDULE, _SPECIAL_DAYS = "111/0-0:19.0.0.255/11", "10/0-0:12.0.1.255/2", "11/0-0:11.0.2.255/2"
_METER_BALANCE, _EMERGENCY, _DEBT_BALANCE = (obis(f"0-0:19.10.{at}.255") for at in range(3))
_TARIFF, _DEBT_1, _DEBT_2, _PAYMENT_DEBT, _STANDING_CHARGE = (obis(f"0-0:19.20.{at}.255") for at in range(5))
_PREPAID = (
    *((_METER_BALANCE, charge) for charge in (_TARIFF, _STANDING_CHARGE, _DEBT_1, _DEBT_2, _PAYMENT_DEBT)),
    *((_EMERGENCY, charge) for charge in (_PAYMENT_DEBT, _TARIFF, _STANDING_CHARGE, _DEBT_1, _DEBT_2)),
)
_ACCUMULATED = tuple((_DEBT_BALANCE, charge) for charge in (_STANDING_CHARGE, _DEBT_1, _DEBT_2))
_ALWAYS, _NOT_WHEN_DISABLED = Bits(3, b"\xe0"), Bits(3, b"\xc0")
_BEGINS, _ENDS = 32, 33
"""The scripts of a schedule: a period of non-disablement begins, and ends (RTDS 4.5.0 ECS08a)."""
_LARGEST_SCALE = 5


@dataclass
class _Written:
    """A value as the Supplier wrote it; before that, as ``made``. ``take`` brings it into the terms, or refuses it."""

    made: Callable[[], Data]
    take: Callable[[Data], None]
    data: Data | None = None

    def read(self) -> Data:
        return self.made() if self.data is None else self.data

    def write(self, data: Data) -> None:
        self.take(data)
        self.data = data


class Charges:
    """Views of one meter: standing charge, time debts, what pays what, and the calendar of non-disablement."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers

    def views(self) -> Mapping[str, View]:
        """By their places."""
        written = {
            f"{_STANDING}/5": _Written(self._standing, self._set_standing),
            _LINKS: _Written(lambda: _links_of(self._terms), self._set_links),
            _SCHEDULE: _Written(lambda: _initial(_SCHEDULE), self._set_schedule),
            _SPECIAL_DAYS: _Written(lambda: _initial(_SPECIAL_DAYS), self._set_special_days),
        }
        for which, debt in enumerate(_DEBTS):
            written[f"{debt}/5"] = _Written(self._rate(which), self._set_rate(which))
            written[f"{debt}/8"] = _Written(self._period(which), self._set_period(which))
        return {where: View(one.read, one.write) for where, one in written.items()}

    @property
    def _terms(self) -> Terms:
        return self._registers.terms

    def _standing(self) -> Data:
        return _charge(self._terms.standing_charge)

    def _set_standing(self, data: Data) -> None:
        self._registers.configure(standing_charge=_amount(data))

    def _rate(self, which: int) -> Callable[[], Data]:
        return lambda: _charge(self._terms.debt_rates[which].amount)

    def _set_rate(self, which: int) -> Callable[[Data], None]:
        return lambda data: self._set_debt(which, replace(self._terms.debt_rates[which], amount=_amount(data)))

    def _period(self, which: int) -> Callable[[], Data]:
        return lambda: Number(axdr.DOUBLE_LONG_UNSIGNED, self._terms.debt_rates[which].period // SECOND)

    def _set_period(self, which: int) -> Callable[[Data], None]:
        def take(data: Data) -> None:
            match data:
                case Number(_, seconds) if seconds * SECOND in (HOUR, DAY):
                    self._set_debt(which, replace(self._terms.debt_rates[which], period=seconds * SECOND))
                case _:
                    raise AccessRefused(OTHER_REASON)

        return take

    def _set_debt(self, which: int, rate: Rate) -> None:
        first, second = (rate if at == which else one for at, one in enumerate(self._terms.debt_rates))
        self._registers.configure(debt_rates=(first, second))

    def _set_links(self, data: Data) -> None:
        """In credit mode no debt is collected, and the settings stay what they were."""
        links = list(_read_links(data))
        if any(charge in (_DEBT_1, _DEBT_2) for _, charge, _ in links):
            disabled = any(not when[-1] for credit, charge, when in links if (credit, charge) == _PREPAID[2])
            emergency = any(credit == _DEBT_BALANCE for credit, _, _ in links)
            self._registers.configure(suspend_emergency=emergency, suspend_disabled=disabled)

    def _set_schedule(self, data: Data) -> None:
        assert isinstance(data, Group)  # its shape was checked
        entries = tuple(entry for one in data.items for entry in _entry(one))
        self._registers.configure(non_disablement=replace(self._calendar(), entries=entries))

    def _set_special_days(self, data: Data) -> None:
        assert isinstance(data, Group)  # its shape was checked
        days = tuple(_special_day(one) for one in data.items)
        self._registers.configure(non_disablement=replace(self._calendar(), special_days=days))

    def _calendar(self) -> Schedule:
        calendar = self._terms.non_disablement
        return calendar if isinstance(calendar, Schedule) else Schedule()


def _initial(where: str) -> Data:
    value = members("esme")[place(where)].value
    assert value is not None  # it is an attribute
    return value


def _charge(amount: int) -> Data:
    """A charge of so many millipence; amounts that a long does not hold are written in tens, hundreds and so on."""
    scale = 0
    while not -(2**15) <= amount < 2**15:
        amount, scale = amount // 10, scale + 1
    unit = axdr.structure(Number(axdr.INTEGER, 0), Number(axdr.INTEGER, scale - _MILLIPENCE))
    nothing = Number(axdr.LONG_UNSIGNED, 0), axdr.octet_string(bytes(6)), Number(axdr.INTEGER, 0)
    entry = axdr.structure(axdr.octet_string(b""), Number(axdr.LONG, amount))
    return axdr.structure(unit, axdr.structure(*nothing), axdr.array(entry))


def _amount(data: Data) -> int:
    """Millipence of a charge of one amount: a number of currency units with a power of ten (use-case tables).

    What is less than a millipenny is left out. Raises AccessRefused below zero and beyond a register.
    """
    match data:
        case Group(_, (Group(_, (_, Number(_, scale))), _, Group(_, (Group(_, (_, Number(_, number))),)))):
            power = scale + _MILLIPENCE
            if number >= 0 and power <= _LARGEST_SCALE:
                return int(number * 10**power if power >= 0 else number // 10**-power)
    raise AccessRefused(OTHER_REASON)


def _links_of(terms: Terms) -> Data:
    """What pays which charge, as ECS02 and ECS03 write it (RTDS 4.5.0)."""
    return _links(terms.prepayment, terms.suspend_disabled, terms.suspend_emergency)


@cache
def _links(prepayment: bool, suspend_disabled: bool, suspend_emergency: bool) -> Data:
    if not prepayment:
        return axdr.array(*(_link(*pair, _ALWAYS) for pair in _PREPAID[:2]))
    spared = (_DEBT_1, _DEBT_2) if suspend_disabled else ()
    links = [_link(*pair, _NOT_WHEN_DISABLED if pair[1] in spared else _ALWAYS) for pair in _PREPAID]
    return axdr.array(*links, *(_link(*pair, _ALWAYS) for pair in _ACCUMULATED if suspend_emergency))


def _link(credit: bytes, charge: bytes, when: Bits) -> Data:
    return axdr.structure(axdr.octet_string(credit), axdr.octet_string(charge), when)


def _read_links(data: Data) -> Iterator[tuple[bytes, bytes, tuple[bool, ...]]]:
    assert isinstance(data, Group)  # its shape was checked
    for one in data.items:
        match one:
            case Group(_, (Octets(_, credit), Octets(_, charge), Bits() as when)) if when.count == _ALWAYS.count:
                yield credit, charge, tuple(when)
            case _:
                raise AccessRefused(OTHER_REASON)


def _entry(data: Data) -> Iterator[Entry]:
    """An entry of the schedule; none where it is not enabled."""
    match data:
        case Group(_, (_, Number(_, enabled), _, Number(_, script), Octets(_, time), _, Bits() as days, *further)):
            match further:
                case (Bits() as special, Octets(_, first), Octets(_, last)) if script in (_BEGINS, _ENDS):
                    if enabled:
                        switch = Switch(_time(time), script == _BEGINS)
                        yield Entry(switch, _numbers(days), _numbers(special), _date(first), _date(last))
                    return
    raise AccessRefused(OTHER_REASON)


def _numbers(bits: Bits) -> frozenset[int]:
    """The numbers, from 1 on, of the bits that are set."""
    return frozenset(number for number, one in enumerate(bits, 1) if one)


def _special_day(data: Data) -> tuple[int, DatePattern]:
    match data:
        case Group(_, (_, Octets(_, date), Number(_, number))):
            return number, _date(date)
    raise AccessRefused(OTHER_REASON)


def _time(octets: bytes) -> int:
    """Nanoseconds of a COSEM time of day. Raises AccessRefused for what is none."""
    if len(octets) != 4 or octets[0] >= 24 or octets[1] >= 60 or octets[2] >= 60:
        raise AccessRefused(OTHER_REASON)
    return octets[0] * HOUR + octets[1] * MINUTE + octets[2] * SECOND


def _date(octets: bytes) -> DatePattern:
    """A COSEM date of five octets. Raises AccessRefused for what is none."""
    if len(octets) != 5:
        raise AccessRefused(OTHER_REASON)
    return DatePattern(int.from_bytes(octets[:2], "big"), *octets[2:])
