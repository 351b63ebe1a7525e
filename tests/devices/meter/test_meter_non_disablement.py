"""Calendars of non-disablement by days worked out by hand. 2026-11-23 is a Monday."""

from datetime import UTC, date, datetime

import pytest

from ppmid_devices.meter.non_disablement import (
    EVERY_DAY,
    NEVER,
    DatePattern,
    DayProfiles,
    Entry,
    Schedule,
    Switch,
    daily,
    is_running,
    next_look,
)
from ppmid_devices.ports import DAY, HOUR, SECOND

MONDAY = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp()) * SECOND
CHRISTMAS = int(datetime(2026, 12, 25, tzinfo=UTC).timestamp()) * SECOND  # a Friday


def test_a_period_over_midnight_holds_until_it_ends() -> None:
    calendar = daily("18:00-10:00")
    for hours, running in (
        (9.99, True),
        (10, False),
        (17.99, False),
        (18, True),
        (24, True),
        (33.99, True),
        (34, False),
    ):
        assert is_running(calendar, MONDAY + int(hours * HOUR)) is running, hours


def test_none_is_never_looked_for() -> None:
    assert daily("") == NEVER
    assert next_look(NEVER, MONDAY) is None
    assert not is_running(NEVER, MONDAY)


def test_the_next_look_is_the_next_switch_of_the_day_or_midnight() -> None:
    calendar = daily("18:00-10:00")
    looks = [MONDAY]
    for _ in range(4):
        found = next_look(calendar, looks[-1])
        assert found is not None
        looks.append(found)
    assert [(one - MONDAY) // HOUR for one in looks] == [0, 10, 18, 24, 34]


WEEKEND = Schedule(
    entries=(
        Entry(Switch(17 * HOUR, True), frozenset({5})),  # Friday
        Entry(Switch(9 * HOUR, False), frozenset({1})),  # Monday
        Entry(Switch(0, True), frozenset(), special_days=frozenset({1})),
        Entry(Switch(23 * HOUR, False), frozenset(), special_days=frozenset({1})),
    ),
    special_days=((1, DatePattern(month=12, day=25)),),
)


@pytest.mark.parametrize(
    ("at", "running"),
    [
        (MONDAY + 8 * HOUR, True),
        (MONDAY + 9 * HOUR, False),
        (MONDAY + 4 * DAY + 17 * HOUR - 1, False),
        (MONDAY + 4 * DAY + 17 * HOUR, True),
        (MONDAY + 6 * DAY + 23 * HOUR, True),
        (CHRISTMAS - 1, False),
        (CHRISTMAS, True),
        (CHRISTMAS + 23 * HOUR, False),  # a Friday, but a special day: the entry of Fridays does not apply
        (CHRISTMAS + DAY, False),
    ],
)
def test_a_weekend_and_a_special_day_in_a_schedule(at: int, running: bool) -> None:
    assert is_running(WEEKEND, at) is running


def test_an_entry_applies_between_its_dates() -> None:
    winter = Entry(Switch(0, True), EVERY_DAY, first=DatePattern(2026, 11, 1), last=DatePattern(2027, 2, 28))
    none = frozenset[int]()
    applies = [winter.applies(one, none) for one in (date(2026, 10, 31), date(2026, 11, 1), date(2027, 2, 28))]
    assert (applies, winter.applies(date(2027, 3, 1), none)) == ([False, True, True], False)


@pytest.mark.parametrize(
    ("pattern", "day", "fits"),
    [
        (DatePattern(), date(2026, 5, 5), True),
        (DatePattern(month=12, day=25), date(2031, 12, 25), True),
        (DatePattern(2026, 12, 25), date(2031, 12, 25), False),
        (DatePattern(weekday=7), date(2026, 11, 29), True),
        (DatePattern(weekday=7), date(2026, 11, 28), False),
        (DatePattern(day=254), date(2028, 2, 29), True),
        (DatePattern(day=254), date(2028, 2, 28), False),
        (DatePattern(day=253), date(2028, 2, 28), True),
    ],
)
def test_parts_of_a_date_may_be_left_open(pattern: DatePattern, day: date, fits: bool) -> None:
    assert pattern.fits(day) is fits


GAS = DayProfiles(
    days=((1, (Switch(0, False),)), (2, (Switch(0, True), Switch(10 * HOUR, False), Switch(18 * HOUR, True)))),
    weeks=((1, (1, 1, 1, 1, 1, 2, 2)), (2, (2, 2, 2, 2, 2, 2, 2))),
    seasons=((DatePattern(month=4, day=1), 1), (DatePattern(month=12, day=1), 2)),
    special_days=((DatePattern(month=12, day=25), 1),),
)


@pytest.mark.parametrize(
    ("at", "running"),
    [
        (MONDAY + 8 * HOUR, False),
        (MONDAY + 5 * DAY + 8 * HOUR, True),  # a Saturday
        (MONDAY + 5 * DAY + 12 * HOUR, False),
        (MONDAY + 7 * DAY + 1, False),  # Monday, 30 November: its own profile says so at midnight
        (MONDAY + 8 * DAY + 1, True),  # 1 December: the second season
        (MONDAY + 45 * DAY + 1, True),  # 7 January: before the first season of the year, the last one goes on
        (CHRISTMAS + HOUR, False),
    ],
)
def test_profiles_weeks_seasons_and_special_days_of_gas(at: int, running: bool) -> None:
    assert is_running(GAS, at) is running


def test_a_calendar_that_is_not_whole_yet_suspends_nothing() -> None:
    assert DayProfiles(days=GAS.days).switches(date(2026, 11, 28)) == ()
    assert DayProfiles(weeks=GAS.weeks, seasons=GAS.seasons).switches(date(2026, 11, 28)) == ()
