"""The objects of an ESME that are views on its models: account, supply, clock, logs (SMETS2 5.7; GBCS 18)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

from ppmid_devices.meter import accounts
from ppmid_devices.meter.accounts import Account, Terms
from ppmid_devices.meter.asked import Asked, Unanswered
from ppmid_devices.meter.behaviours import What
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.cosem import logs, objects
from ppmid_devices.meter.cosem.charges import Charges
from ppmid_devices.meter.cosem.objects import Place, place
from ppmid_devices.meter.cosem.readings import Readings, money
from ppmid_devices.meter.cosem.refusals import OTHER_REASON, REFUSED, AccessRefused
from ppmid_devices.meter.cosem.shapes import element_shape
from ppmid_devices.meter.cosem.store import Method, View
from ppmid_devices.meter.firmware import Firmware
from ppmid_devices.meter.log_codes import LogEntry
from ppmid_devices.meter.meter_clock import MeterClock
from ppmid_devices.meter.registers import Payment, Registers
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.supply import SupplyEvent, SupplyState
from ppmid_devices.meter.times import cosem_date_time, nanoseconds, zigbee_time
from ppmid_devices.meter.top_ups import Entry, Path, Result
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.axdr import Data, Group, Number, Octets
from ppmid_protocols.secret import Secret

_T = TypeVar("_T")

POUND = 100_000
_SUPPLY = {Supply.DISABLED: 0, Supply.ENABLED: 1, Supply.ARMED: 2}
_CREDIT, _PREPAYMENT, _ACTIVE = 1, 2, 2
_SCRIPTS = {
    51: (SupplyEvent.SUPPLIER_ENABLES, SupplyState.ENABLED),
    52: (SupplyEvent.SUPPLIER_DISABLES, SupplyState.DISABLED_BY_SUPPLIER),
    54: (SupplyEvent.SUPPLIER_ARMS, SupplyState.ARMED),
}
"""The scripts of 0-0:10.0.106.255, and the supply in which each has been done."""
_BEHAVIOURS: tuple[What, ...] = ("alerts", "han", "alarms", "logs")
"""What the Supplier switches at 0-30:97.98.11 to 14.255 (the public tables: ECS25a to a3)."""
_WHOLE = 10_000
"""The highest Debt Recovery per Payment: 100 %."""


class EsmeObjects:
    """Views and methods of one meter, by the places of the table."""

    def __init__(
        self,
        eui: Eui,
        registers: Registers,
        settings: MeterSettings,
        readings: Readings,
        clock: MeterClock,
        firmware: Firmware,
    ) -> None:
        self._eui, self._registers, self._settings, self._clock = eui, registers, settings, clock
        self._firmware = firmware
        self._interval: tuple[int | None, int | None] = (None, None)
        self.views = {**_by_place({**self._views(), **Charges(registers).views()}), **readings.views()}
        self.methods = _by_place(self._methods())

    def _views(self) -> Mapping[str, View]:
        return {
            "1/0-0:0.2.1.255/2": View(lambda: axdr.octet_string(self._firmware.octets)),
            "1/0-0:94.44.34.30/2": View(self._balances),
            "1/0-0:96.1.1.255/2": View(lambda: axdr.octet_string(self._eui)),
            **self._behaviours(),
            "7/0-0:98.1.4.255/2": View(lambda: self._payments("7/0-0:98.1.4.255/2", self._registers.debt_payment_log)),
            "7/0-0:98.1.5.255/2": View(lambda: self._payments("7/0-0:98.1.5.255/2", self._registers.top_up_log)),
            "7/0-0:98.1.8.255/2": View(self._daily),
            "7/0-0:99.98.0.255/2": View(lambda: self._log("7/0-0:99.98.0.255/2", self._registers.event_log, b"")),
            "7/0-0:99.98.1.255/2": View(lambda: self._log("7/0-0:99.98.1.255/2", self._registers.security_log)),
            "8/0-0:1.0.0.255/2": View(self._time),
            "8/0-0:1.0.0.255/4": View(lambda: Number(axdr.UNSIGNED, self._clock.status)),
            "21/0-0:16.0.1.255/2": View(
                lambda: axdr.array(_money(self._registers.terms.disablement_threshold)),
                lambda data: self._configure(disablement_threshold=_only(data)),
            ),
            "70/0-0:96.3.10.255/3": View(lambda: Number(axdr.ENUM, _SUPPLY[self._registers.account.supply.shown])),
            "111/0-0:19.0.0.255/2": View(self._mode, self._set_mode),
            "111/0-0:19.0.0.255/16": self._term("low_credit_threshold"),
            "111/0-0:19.0.0.255/18": View(
                lambda: Number(axdr.LONG_UNSIGNED, self._registers.terms.recovery_cap // POUND),
                lambda data: self._configure(recovery_cap=_only(data) * POUND),
            ),
            "112/0-0:19.10.0.255/2": View(self.balance),
            "112/0-0:19.10.1.255/9": View(
                lambda: _money(self._registers.terms.emergency_limit),
                lambda data: self._configure(emergency_limit=_not_negative(_only(data))),
            ),
            "112/0-0:19.10.1.255/10": self._term("emergency_threshold"),
            "113/0-0:19.20.3.255/13": View(
                lambda: Number(axdr.LONG_UNSIGNED, self._registers.terms.recovery_per_payment), self._set_proportion
            ),
            "9000/0-0:94.44.2.10/2": self._term("maximum_credit"),
            "9000/0-0:94.44.2.20/2": self._term("maximum_balance"),
        }

    def _behaviours(self) -> Mapping[str, View]:
        """What is set at 97.98.11 to 14 stands at 97.98.15 to 18."""
        views = {}
        for number, what in enumerate(_BEHAVIOURS, 11):
            views[f"1/0-30:97.98.{number}.255/2"] = View(partial(self._chosen, what), partial(self._behave, what))
            views[f"1/0-30:97.98.{number + 4}.255/2"] = View(partial(self._behaves, what))
        return views

    def _behaves(self, what: What) -> Data:
        return self._registers.behaviours.bits(what)

    def _chosen(self, what: What) -> Data:
        """Nobody can read it; its value is what would leave all as it is."""
        del what
        return axdr.Bits(512, bytes(64))

    def _behave(self, what: What, data: Data) -> None:
        if not isinstance(data, axdr.Bits) or data.count != 512:
            raise AccessRefused(OTHER_REASON)
        self._registers.behaviours = self._registers.behaviours.switched(what, data)

    def _methods(self) -> Mapping[str, Method]:
        return {
            "7/0-0:99.98.0.255/1()": lambda *_: self._registers.clear_event_log(),
            "8/0-0:1.0.0.255/5()": self._preset,
            "8/0-0:1.0.0.255/4()": self._adjust_clock,
            "9/0-0:10.0.106.255/1()": self._switch,
            "112/0-0:19.10.0.255/1()": self._adjust,
            "112/0-0:19.10.0.255/2()": self._set_balance,
            "112/0-0:19.10.1.255/2()": self._repay,
            "112/0-0:19.10.1.255/3()": self._lend,
            "112/0-0:19.10.2.255/2()": self._set_accumulated_debt,
            "113/0-0:19.20.1.255/4()": lambda data, _: self._owe(0, _only(data)),
            "113/0-0:19.20.2.255/4()": lambda data, _: self._owe(1, _only(data)),
            "113/0-0:19.20.3.255/4()": lambda data, _: self._owe(2, _only(data)),
            "115/0-0:19.40.0.255/1()": self._enter,
        }

    def balance(self) -> Data:
        """The Meter Balance."""
        return _money(self._registers.account.balance)

    def _balances(self) -> Data:
        account, terms = self._registers.account, self._registers.terms
        lent = accounts.emergency_balance(account, terms)
        return axdr.structure(*map(_money, (account.balance, lent, account.accumulated_debt, *accounts.debts(account))))

    def _term(self, name: str) -> View:
        return View(
            lambda: _money(getattr(self._registers.terms, name)), lambda data: self._configure(**{name: _only(data)})
        )

    def _configure(self, **changes: int) -> None:
        self._registers.configure(**changes)

    def _mode(self) -> Data:
        mode = _PREPAYMENT if self._registers.terms.prepayment else _CREDIT
        return axdr.structure(Number(axdr.ENUM, mode), Number(axdr.ENUM, _ACTIVE))

    def _set_mode(self, data: Data) -> None:
        match data:
            case Group(_, (Number(_, mode), _)) if mode in (_CREDIT, _PREPAYMENT):
                self._registers.configure(prepayment=mode == _PREPAYMENT)
            case _:
                raise AccessRefused(OTHER_REASON)

    def _set_proportion(self, data: Data) -> None:
        if _only(data) > _WHOLE:
            raise AccessRefused(OTHER_REASON)
        self._configure(recovery_per_payment=_only(data))

    def _payments(self, where: str, payments: Iterable[Payment]) -> Data:
        return logs.log(_entry_shape(where), ((zigbee_time(one.time), one.amount) for one in payments))

    def _daily(self) -> Data:
        return logs.log(_entry_shape("7/0-0:98.1.8.255/2"), map(money, self._registers.daily_log))

    def _log(self, where: str, entries: Iterable[LogEntry], *further: bytes) -> Data:
        return logs.log(_entry_shape(where), ((zigbee_time(one.time), one.code, *further) for one in entries))

    def _time(self) -> Data:
        return axdr.octet_string(cosem_date_time(self._registers.now, reliable=self._clock.reliable))

    def _preset(self, data: Data, _asked: Asked) -> None:
        match data:
            case Group(_, (_, Octets(_, earliest), Octets(_, latest))):
                self._interval = nanoseconds(earliest), nanoseconds(latest)

    def _adjust_clock(self, _data: Data, _asked: Asked) -> None:
        if not self._clock.set_within(*self._interval):
            raise AccessRefused(OTHER_REASON)

    def _switch(self, data: Data, _asked: Asked) -> None:
        if _only(data) not in _SCRIPTS:
            raise AccessRefused(OTHER_REASON)
        event, wanted = _SCRIPTS[_only(data)]
        if self._registers.ask_supply(event).supply is not wanted:
            raise AccessRefused(REFUSED)

    def _adjust(self, data: Data, _asked: Asked) -> None:
        self._changed(lambda account, terms: accounts.adjusted(account, terms, _only(data)), _only(data) == 0)

    def _set_balance(self, data: Data, _asked: Asked) -> None:
        self._registers.change(lambda account, terms: accounts.with_balance(account, terms, _only(data)))

    def _set_accumulated_debt(self, data: Data, _asked: Asked) -> None:
        owed = _not_negative(_only(data))
        self._registers.change(lambda account, _: replace(account, accumulated_debt=owed))

    def _repay(self, data: Data, _asked: Asked) -> None:
        """Emergency credit is reset, by the amount 0, to its whole limit; it has no other use."""
        if _only(data):
            raise AccessRefused(OTHER_REASON)
        self._registers.change(accounts.with_emergency_repaid)

    def _lend(self, _data: Data, _asked: Asked) -> None:
        if not self._registers.select_emergency_credit():
            raise AccessRefused(OTHER_REASON)

    def _owe(self, which: int, change: int) -> None:
        def indebted(account: Account, _terms: Terms) -> Account:
            now = accounts.debts(account)
            first, second, third = (debt + change * (at == which) for at, debt in enumerate(now))
            return accounts.with_debts(account, (first, second, third))

        self._changed(indebted, change == 0)

    def _changed(self, change: Callable[[Account, Terms], Account], may_be_same: bool) -> None:
        """Raises AccessRefused when the registers do not take the change, which they then have not made."""
        before = self._registers.account
        if self._registers.change(change) == before and not may_be_same:
            raise AccessRefused(OTHER_REASON)

    def _enter(self, data: Data, asked: Asked) -> None:
        assert isinstance(data, Octets)  # its shape was checked
        digits = Secret(data.value)
        decision = self._registers.enter(Entry(digits=digits, path=Path.REMOTE, counter=asked.message.counter))
        if decision.result is Result.DUPLICATE and self._settings.duplicate_answer == "silent":
            raise Unanswered
        if decision.credited is None:
            raise AccessRefused(REFUSED)


def _by_place(by_text: Mapping[str, _T]) -> Mapping[Place, _T]:
    return {place(text): one for text, one in by_text.items()}


def _entry_shape(where: str) -> axdr.Shape:
    shape = objects.members("esme")[place(where)].shape
    assert shape is not None  # a log has one
    return element_shape(shape.items[0])


def _money(amount: int) -> Number:
    return Number(axdr.DOUBLE_LONG, amount)


def _only(data: Data) -> int:
    """The number in a value, or in an array of one. Raises AccessRefused when it is another."""
    match data:
        case Number(_, number) | Group(axdr.ARRAY, (Number(_, number),)):
            return number
    raise AccessRefused(OTHER_REASON)


def _not_negative(amount: int) -> int:
    if amount < 0:
        raise AccessRefused(OTHER_REASON)
    return amount
