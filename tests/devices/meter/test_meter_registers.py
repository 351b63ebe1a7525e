"""The meter's memory in time: what usage does at its very moment, what is noted where, and what a log forgets."""

from collections.abc import Callable
from typing import Any

import pytest
from home_parts import CREDENTIALS, ESME, GSME, REPOSITORY, SUPPLIER, Vend

from ppmid_bench.clock import VirtualClock
from ppmid_devices.heap_timer import HeapTimer
from ppmid_devices.meter import accounts
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.registers import Registers
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.supply import SupplyEvent, SupplyState
from ppmid_devices.meter.top_ups import Entry, Path, Result, TopUps
from ppmid_devices.ports import DAY, HOUR, MINUTE, SECOND
from ppmid_protocols.secret import Secret

Make = Callable[..., Registers]


class CountingClock(VirtualClock):
    """Counts the calls that it was asked for."""

    asked = 0

    def call_at(self, when: int, run: Callable[[], None]) -> HeapTimer:
        self.asked += 1
        return super().call_at(when, run)


@pytest.fixture
def clock() -> CountingClock:
    """The time from 1970 on, so that it and what has passed of it are the same number."""
    return CountingClock(0)


@pytest.fixture
def noted() -> list[LogCode]:
    """The codes that have been noted, in order."""
    return []


@pytest.fixture
def make(clock: VirtualClock, noted: list[LogCode]) -> Make:
    """Makes the registers of an ESME by its settings."""

    def registers(on: VirtualClock = clock, **settings: Any) -> Registers:
        chosen = MeterSettings(**settings)
        rules = TopUps(
            supplier=SUPPLIER,
            device=ESME,
            key=CREDENTIALS[ESME].own("agreement").private,
            supplier_key=REPOSITORY.public_key(SUPPLIER, "prepayment"),
            terms=chosen.terms("five-step"),
            lock_out=chosen.lock_out(),
        )
        return Registers(on, chosen.account(), rules, noted.append)

    return registers


def entered(digits: str, path: Path = Path.KEYPAD, counter: int | None = None) -> Entry:
    return Entry(digits=Secret(digits.encode()), path=path, counter=counter)


def test_events_of_usage_come_by_themselves_each_at_its_moment(
    clock: VirtualClock, make: Make, noted: list[LogCode]
) -> None:
    """£5.00 at £1.00 an hour: below £2.00 after three hours, below £1.00 after four, gone after five."""
    registers = make(usage_per_hour_mp=100_000)
    registers.bring_up_to_date()
    clock.advance(5 * HOUR)
    millipenny = HOUR // 100_000
    assert [(entry.code, entry.time) for entry in registers.event_log] == [
        (LogCode.LOW_CREDIT, 3 * HOUR + millipenny),
        (LogCode.EMERGENCY_CREDIT_AVAILABLE, 4 * HOUR + millipenny),
        (LogCode.BELOW_DISABLEMENT_THRESHOLD, 5 * HOUR),
    ]
    assert noted == [entry.code for entry in registers.event_log]
    clock.advance(HOUR)
    assert registers.display().balance == 0


def test_a_top_up_puts_the_next_event_off(clock: VirtualClock, make: Make, vend: Vend, noted: list[LogCode]) -> None:
    registers = make(usage_per_hour_mp=100_000)
    clock.advance(2 * HOUR)
    assert registers.enter(entered(vend(1))).result is Result.ACCEPTED
    clock.advance(10 * HOUR)
    assert noted == [LogCode.CREDIT_ADDED_LOCALLY]
    assert registers.account.balance == 3 * 100_000
    clock.advance(HOUR + SECOND)
    assert noted[1:] == [LogCode.LOW_CREDIT]


def test_only_credit_that_came_locally_is_noted_as_such(make: Make, vend: Vend, noted: list[LogCode]) -> None:
    registers = make()
    for number, path in enumerate(Path, 1):
        whole = number << 32 if path is Path.REMOTE else None
        assert registers.enter(entered(vend(number), path, whole)).credited
    assert noted == [LogCode.CREDIT_ADDED_LOCALLY] * 2
    registers.enter(entered(vend(9, meter=GSME)))
    assert noted[2:] == [LogCode.UTRN_NOT_AUTHENTIC]
    assert registers.account.balance == 500_000 + 3 * 1_000_000


def test_each_code_goes_to_its_log_and_a_log_keeps_the_last_hundred(clock: VirtualClock, make: Make) -> None:
    registers = make()
    for _ in range(101):
        registers.note(LogCode.UTRN_DUPLICATE)
        registers.note(LogCode.LOW_CREDIT)
        clock.advance(SECOND)
    for log, code in ((registers.security_log, LogCode.UTRN_DUPLICATE), (registers.event_log, LogCode.LOW_CREDIT)):
        assert {entry.code for entry in log} == {code}
        assert [entry.time for entry in log] == [second * SECOND for second in range(1, 101)]


def test_emergency_credit_and_supply_are_given_only_when_they_may(make: Make) -> None:
    registers = make(balance_mp=100_000)
    assert not registers.select_emergency_credit()
    assert registers.display().emergency_credit is None
    poor = make(balance_mp=-50_000, supply="disabled")
    assert poor.ask_supply(SupplyEvent.SUPPLIER_ENABLES).supply is SupplyState.OUT_OF_CREDIT
    assert poor.select_emergency_credit()
    assert (poor.display().emergency_credit, poor.display().supply) == (1_000_000, Supply.ARMED)
    assert poor.ask_supply(SupplyEvent.PERSON_ENABLES).supply is SupplyState.ENABLED
    assert [entry.code for entry in poor.event_log] == [
        LogCode.EMERGENCY_CREDIT_ACTIVATED,
        LogCode.ARMED_BY_EMERGENCY_CREDIT,
        LogCode.SUPPLY_ARMED,
    ]


def test_no_change_of_the_account_forgets_a_code(make: Make, vend: Vend) -> None:
    registers = make()
    assert registers.enter(entered(vend(1))).result is Result.ACCEPTED
    registers.select_emergency_credit()
    assert registers.enter(entered(vend(1))).result is Result.DUPLICATE
    registers.ask_supply(SupplyEvent.SUPPLIER_DISABLES)
    assert registers.enter(entered(vend(1))).result is Result.DUPLICATE


def test_the_registers_are_read_at_each_midnight_in_prepayment_mode_and_31_are_kept(
    clock: VirtualClock, make: Make
) -> None:
    registers = make(usage_per_hour_mp=1_000)
    clock.advance(2 * DAY + HOUR)
    assert [(one.time, one.balance) for one in registers.daily_log] == [(DAY, 476_000), (2 * DAY, 452_000)]
    registers.configure(prepayment=False)
    clock.advance(DAY)
    assert len(registers.daily_log) == 2
    registers.configure(prepayment=True)
    clock.advance(40 * DAY)
    assert (len(registers.daily_log), registers.daily_log[-1].time) == (31, 43 * DAY)


def test_an_adjustment_in_the_same_minute_stands_in_no_log_of_top_ups(make: Make, vend: Vend) -> None:
    """Field case: £1.00 adjusted beside £10.00 vended; the log, by which a vend is found again, has the vend alone."""
    registers = make(balance_mp=-40_000, supply="disabled")
    registers.change(lambda account, terms: accounts.adjusted(account, terms, 100_000))
    assert registers.top_up_log == ()
    assert registers.enter(entered(vend(1))).credited == 1_000_000
    assert [one.amount for one in registers.top_up_log] == [1_000_000]
    assert (registers.account.balance, registers.account.supply) == (1_060_000, SupplyState.ARMED)


LIVES: dict[str, dict[str, Any]] = {
    "nothing is used": {},
    "credit ends": {"usage_per_hour_mp": 100_000},
    "a debt an hour": {"time_debt_1_mp": 90_000, "time_debt_1_rate_mp": 20_000, "time_debt_1_period": "hourly"},
    "a charge a day": {"standing_charge_mp": 300_000},
    "spared at night": {"usage_per_hour_mp": 100_000, "non_disablement_hours": "18:00-10:00"},
}


@pytest.mark.parametrize("settings", LIVES.values(), ids=list(LIVES))
def test_a_meter_that_is_read_often_fares_as_one_that_is_never_read(settings: dict[str, Any], make: Make) -> None:
    """Every seven minutes for two days, and at each change of its terms; what it comes to, and when, is the same."""

    def fate(every: int) -> tuple[object, ...]:
        clock = CountingClock(0)
        registers = make(clock, **settings)
        for limit in (1_000_000, 400_000):
            registers.configure(emergency_limit=limit)
            for _ in range(DAY // every):
                clock.advance(every)
                assert registers.display().balance == registers.account.balance
            clock.advance(DAY % every)
        return registers.account, registers.event_log, registers.security_log, registers.daily_log

    assert fate(7 * MINUTE) == fate(DAY)


def test_a_meter_in_which_nothing_happens_asks_for_no_call_when_it_is_read(clock: CountingClock, make: Make) -> None:
    registers = make(standing_charge_mp=1)
    assert registers.account.balance == 500_000
    asked = clock.asked
    for _ in range(1_000):
        clock.advance(SECOND)
        assert registers.account.balance == 500_000
    assert clock.asked == asked
    clock.advance(DAY - 1_000 * SECOND)
    assert registers.account.balance == 499_999
