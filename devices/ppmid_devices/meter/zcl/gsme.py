"""The clusters of a GSME that are views on its models, and the commands that do more than set an attribute (ZSE)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from ppmid_devices.meter import accounts
from ppmid_devices.meter.accounts import Account, Terms
from ppmid_devices.meter.asked import Unanswered
from ppmid_devices.meter.consumption import Consumption
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.firmware import Firmware
from ppmid_devices.meter.registers import Payment, Registers
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.supply import SupplyEvent, SupplyState
from ppmid_devices.meter.times import zigbee_time
from ppmid_devices.meter.top_ups import SOURCES, Entry, Path, Result
from ppmid_devices.meter.zcl import readings
from ppmid_devices.meter.zcl.attributes import attribute_id
from ppmid_devices.meter.zcl.calendars import day_profiles
from ppmid_devices.meter.zcl.dating import Dating
from ppmid_devices.meter.zcl.debts import DEBT_TYPES, Debts
from ppmid_devices.meter.zcl.publications import PUBLISHED, Publications
from ppmid_devices.meter.zcl.readings import Readings, is_due
from ppmid_devices.meter.zcl.refusals import FAILURE, INVALID_VALUE, NOT_FOUND, ComponentRefused
from ppmid_devices.meter.zcl.store import ClusterStore, CommandId, Given, Handler, Reply, View, effects
from ppmid_protocols.gbcs.use_cases import USE_CASES, Kind
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.prepayment import TopUpResult

_METERING, _PREPAYMENT, _EVENTS = 0x0702, 0x0705, 0x0709
_SUPPLY = {Supply.DISABLED: 0, Supply.ARMED: 1, Supply.ENABLED: 2}
_CREDIT_MODE = 0x0C94
_PREPAYMENT_MODES = {(False, False): 0x0897, (False, True): 0x0C97, (True, False): 0x0097, (True, True): 0x0497}
"""Payment Control Configurations that use cases have, by Suspend Debt Emergency and Suspend Debt Disabled."""
_LEAVE, _NO_VALUE = -1, -1
_ADJUST, _RESET, _RESET_CREDIT_MODE, _ADJUST_CREDIT_MODE = 0, 1, 2, 3  # types of Credit Adjustment (RTDS 4.5.0)
_NON_DISABLEMENT_NUMBER = 2
_SWITCHES = {
    0: (SupplyEvent.SUPPLIER_DISABLES, SupplyState.DISABLED_BY_SUPPLIER),
    1: (SupplyEvent.SUPPLIER_ARMS, SupplyState.ARMED),
}
_UNSIGNED_32 = 2**32
_EVENT_LOG = 3  # of the Events cluster's logs the one that GBCS clears (RTDS CS11)


def _nothing_found(_given: Given) -> Iterable[Reply]:
    raise ComponentRefused(NOT_FOUND)


MIRRORED: Mapping[CommandId, Handler] = dict.fromkeys(readings.READ, _nothing_found)
"""Reads of what a GPF would have from its GSME; ours has none of it."""


class GsmeClusters:
    """Views and handlers of one meter."""

    def __init__(
        self, registers: Registers, settings: MeterSettings, dating: Dating, load: Consumption, firmware: Firmware
    ) -> None:
        self._registers, self._settings, self._dating, self._firmware = registers, settings, dating, firmware
        self._debts, self._samples = Debts(registers), 0
        self.readings = Readings(registers, load)
        self.publications = Publications(dating, self._suspend_disablement)
        registers.billing_calendar = lambda day: is_due(self.publications.billing_period, day)
        self.store = ClusterStore(
            {attribute_id(text): view for text, view in self._views().items()},
            {**self.publications.handlers(), **_bound(self)},
            dating,
        )

    def _views(self) -> Mapping[str, View]:
        return {
            "0702/0206": View(lambda: self._firmware.octets),
            "0702/0014": View(lambda: _SUPPLY[self._registers.account.supply.shown]),
            "0702/0205": View(lambda: self._settings.battery_days),
            "0705/0000": View(self._mode),
            "0705/0001": View(self.balance),
            "0705/0002": View(lambda: accounts.emergency_balance(self._registers.account, self._registers.terms)),
            "0705/0005": View(lambda: self._registers.account.accumulated_debt),
            "0705/0006": self._term("recovery_cap"),
            "0705/0010": self._term("emergency_limit"),
            "0705/0011": self._term("emergency_threshold"),
            "0705/0021": self._term("maximum_balance"),
            "0705/0022": self._term("maximum_credit"),
            "0705/0031": self._term("low_credit_threshold"),
            "0705/0040": self._term("disablement_threshold"),
            **self._debts.views(),
            **self.readings.views(),
        }

    def balance(self) -> int:
        """The Meter Balance of prepayment mode."""
        return self._registers.account.balance

    def _term(self, name: str) -> View:
        return View(
            lambda: int(getattr(self._registers.terms, name)), lambda value: self._registers.configure(**{name: value})
        )

    def _suspend_disablement(self, parts: Mapping[int, tuple[bytes, ...]]) -> None:
        self._registers.configure(non_disablement=day_profiles(parts))

    def _mode(self) -> int:
        terms = self._registers.terms
        flags = terms.suspend_emergency, terms.suspend_disabled
        return _PREPAYMENT_MODES[flags] if terms.prepayment else _CREDIT_MODE

    def _change_mode(self, given: Given) -> Iterable[Reply]:
        """A Payment Control Configuration that no use case has is refused (assumed)."""
        control, cut_off = given.number("payment control"), given.number("cut-off")
        flags = next((flags for flags, mode in _PREPAYMENT_MODES.items() if mode == control), None)
        if flags is None and control != _CREDIT_MODE:
            raise ComponentRefused(INVALID_VALUE)

        def act() -> None:
            changes: dict[str, int] = {} if cut_off == _LEAVE else {"disablement_threshold": cut_off}
            if flags is not None:
                changes |= dict(zip(("suspend_emergency", "suspend_disabled"), flags, strict=True))
            self._registers.configure(prepayment=flags is not None, **changes)

        self._at(given, "implementation", act)
        terms = self._registers.terms
        body = b"\x01" + b"".join(
            map(_u32, (_NON_DISABLEMENT_NUMBER, max(0, terms.emergency_limit), max(0, terms.emergency_threshold)))
        )
        return [Reply(0x02, body)]

    def _at(self, given: Given, start: str, act: Callable[[], None]) -> None:
        what = CommandId.of(given.component).octets
        self._dating.at(what, given.number(start), act, given.asked.message)

    def _change_supply(self, given: Given) -> Iterable[Reply]:
        status = given.number("status")
        if status not in _SWITCHES:
            raise ComponentRefused(INVALID_VALUE)
        event, wanted = _SWITCHES[status]

        def act() -> None:
            if self._registers.ask_supply(event).supply is not wanted:
                raise ComponentRefused(FAILURE)

        self._at(given, "implementation", act)
        numbers = (given.number("provider"), given.number("event"), given.number("implementation"))
        return [Reply(0x0C, b"".join(map(_u32, numbers)) + bytes((status,)))]

    def _lend(self, _given: Given) -> Iterable[Reply]:
        if not self._registers.select_emergency_credit():
            raise ComponentRefused(FAILURE)
        return ()

    def _enter(self, given: Given) -> Iterable[Reply]:
        code = given.fields.get("UTRN", b"")
        digits = Secret(code if isinstance(code, bytes) else b"")
        message = given.asked.message
        local = USE_CASES[message.message_code].kind is Kind.HAN
        path, counter = (Path.PPMID, None) if local else (Path.REMOTE, message.counter)
        decision = self._registers.enter(Entry(digits=digits, path=path, counter=counter))
        duplicate = self._settings.duplicate_from_ppmid if local else self._settings.duplicate_answer
        if decision.result is Result.DUPLICATE and duplicate == "silent":
            raise Unanswered
        if decision.credited is None:
            return [top_up_reply(decision.result.zcl)]
        return [top_up_reply(decision.result.zcl, decision.credited, SOURCES[path], decision.account.balance)]

    def _adjust(self, given: Given) -> Iterable[Reply]:
        change, kind = given.number("change"), given.number("type")
        if kind in (_ADJUST_CREDIT_MODE, _RESET_CREDIT_MODE):
            self._bill(0 if kind == _RESET_CREDIT_MODE else self._billed() + change)
        elif kind == _RESET:
            self._registers.change(_reset)
        elif kind == _ADJUST:
            self._changed(lambda account, terms: accounts.adjusted(account, terms, change), change == 0)
        else:
            raise ComponentRefused(INVALID_VALUE)
        return ()

    def _billed(self) -> int:
        amount = self.store.value(_BILL_TO_DATE)
        assert isinstance(amount, int)
        return amount

    def _bill(self, amount: int) -> None:
        """The balance of credit mode grows with what is owed, and is never negative (use-case tables)."""
        if not 0 <= amount < _UNSIGNED_32:
            raise ComponentRefused(FAILURE)
        self.store.put(_BILL_TO_DATE, amount)

    def _changed(self, change: Callable[[Account, Terms], Account], may_be_same: bool) -> None:
        """Raises ComponentRefused when the registers do not take the change, which they then have not made."""
        before = self._registers.account
        if self._registers.change(change) == before and not may_be_same:
            raise ComponentRefused(FAILURE)

    def _top_up_log(self, given: Given) -> Iterable[Reply]:
        found = _latest(self._registers.top_up_log, given)
        entries = (_string(one.digits) + _i32(one.amount) + _u32(zigbee_time(one.time)) for one in found)
        return [Reply(0x05, b"\x00\x01" + b"".join(entries))]

    def _debt_log(self, given: Given) -> Iterable[Reply]:
        found = _latest(self._registers.debt_payment_log, given)
        payment_debt = bytes((max(DEBT_TYPES),))
        entries = (_u32(zigbee_time(one.time)) + _u32(one.amount) + payment_debt + _u32(one.left) for one in found)
        return [Reply(0x06, b"\x00\x01" + b"".join(entries))]

    def _start_sampling(self, _given: Given) -> Iterable[Reply]:
        self._samples += 1
        return [Reply(0x0D, self._samples.to_bytes(2, "little"))]

    def _clear_log(self, given: Given) -> Iterable[Reply]:
        if given.number("log") != _EVENT_LOG:
            return [Reply(0x02, b"\x00")]
        self._registers.clear_event_log()
        return [Reply(0x02, bytes((1 << _EVENT_LOG,)))]


_HANDLERS: Mapping[CommandId, Callable[[GsmeClusters, Given], Iterable[Reply]]] = {
    CommandId(_METERING, False, 0x07): GsmeClusters._start_sampling,
    CommandId(_METERING, False, 0x0B): GsmeClusters._change_supply,
    CommandId(_PREPAYMENT, False, 0x00): GsmeClusters._lend,
    CommandId(_PREPAYMENT, False, 0x02): lambda own, given: own._debts.change(given),
    CommandId(_PREPAYMENT, False, 0x04): GsmeClusters._enter,
    CommandId(_PREPAYMENT, False, 0x05): GsmeClusters._adjust,
    CommandId(_PREPAYMENT, False, 0x06): GsmeClusters._change_mode,
    CommandId(_PREPAYMENT, False, 0x08): GsmeClusters._top_up_log,
    CommandId(_PREPAYMENT, False, 0x0A): GsmeClusters._debt_log,
    CommandId(_EVENTS, False, 0x01): GsmeClusters._clear_log,
}


def _bound(clusters: GsmeClusters) -> Mapping[CommandId, Handler]:
    return {**clusters.readings.handlers(), **{own: partial(handler, clusters) for own, handler in _HANDLERS.items()}}


HANDLED = frozenset({*_HANDLERS, *readings.READ, *PUBLISHED, *effects()})
"""What a GSME does of its clusters' commands."""

_BILL_TO_DATE = attribute_id("0702/0A00")


def top_up_reply(result: TopUpResult, credited: int = _NO_VALUE, source: int = 0, remaining: int = _NO_VALUE) -> Reply:
    """A Consumer Top Up Response; without a value it says none."""
    return Reply(0x03, bytes((result,)) + _i32(credited) + bytes((source,)) + _i32(remaining))


def _reset(account: Account, terms: Terms) -> Account:
    """No balance, no accumulated debt, all of emergency credit to lend (use-case tables)."""
    cleared = replace(account, balance=0, accumulated_debt=0)
    return accounts.with_emergency_repaid(cleared, terms)


def _latest(payments: tuple[Payment, ...], given: Given) -> list[Payment]:
    """So many as are wanted, the latest first, up to a time. Raises ComponentRefused when there are none."""
    until, number = given.number("latest"), given.number("number")
    found = [one for one in reversed(payments) if zigbee_time(one.time) <= until]
    if not found:
        raise ComponentRefused(NOT_FOUND)
    return found[: number or None]


def _string(octets: bytes) -> bytes:
    return bytes((len(octets),)) + octets


def _u32(number: int) -> bytes:
    return number.to_bytes(4, "little")


def _i32(number: int) -> bytes:
    return number.to_bytes(4, "little", signed=True)
