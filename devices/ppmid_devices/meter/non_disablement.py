"""Non-disablement periods: when want of credit disables no supply (SMETS2 4.6.4.20, 5.7.4.30).

A calendar says of every day at which times a period begins and ends; between them the last switch holds, over midnight
too. Times are UTC (assumed: no public text names the zone), in nanoseconds; days are those since 1970-01-01.
"""

from calendar import monthrange
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple, Protocol

from ppmid_devices.ports import DAY, HOUR, MINUTE, SECOND

_ANY = 0xFF
_ANY_YEAR = 0xFFFF
_LAST, _SECOND_LAST = 0xFE, 0xFD
_LOOK_BACK = 8
"""Days: a switch of a week ago still holds when there is none since; an older one is forgotten (assumed)."""


class Switch(NamedTuple):
    """At a time of day, in nanoseconds, a period begins, or (False) ends."""

    time: int
    begins: bool


class Calendar(Hashable, Protocol):
    """Says of a day what is switched in it, in the order of time."""

    def switches(self, day: date) -> tuple[Switch, ...]:
        """The switches of a day."""


@dataclass(frozen=True, slots=True)
class Never:
    """There are no such periods."""

    def switches(self, _day: date) -> tuple[Switch, ...]:
        """None on any day."""
        return ()


NEVER = Never()


@dataclass(frozen=True, slots=True)
class DatePattern:
    """A date of which any part may be left open: year 65535, month, day and day of the week (Monday 1) 255.

    Day 254 is the last of a month, 253 the last but one (IEC 62056-6-2 4.1.6.1).
    """

    year: int = _ANY_YEAR
    month: int = _ANY
    day: int = _ANY
    weekday: int = _ANY

    def fits(self, day: date) -> bool:
        """Whether a day is such a date."""
        length = monthrange(day.year, day.month)[1]
        own_day = {_LAST: length, _SECOND_LAST: length - 1}.get(self.day, self.day)
        return (
            self.year in (_ANY_YEAR, day.year)
            and self.month in (_ANY, day.month)
            and own_day in (_ANY, day.day)
            and self.weekday in (_ANY, day.isoweekday())
        )

    def is_begun(self, day: date) -> bool:
        """Whether such a date, as the beginning of a span, is that day or before it; parts left open are begun."""
        wanted, found = self._known(day)
        return wanted <= found

    def is_over(self, day: date) -> bool:
        """Whether such a date, as the end of a span, is before that day; parts left open never end it."""
        wanted, found = self._known(day)
        return wanted < found

    def _known(self, day: date) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Year, month and day as far as they are given, and the same of the day."""
        parts = ((self.year, _ANY_YEAR, day.year), (self.month, _ANY, day.month), (self.day, _ANY, day.day))
        known = [(own, other) for own, any_, other in parts if own != any_]
        return tuple(own for own, _ in known), tuple(other for _, other in known)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of an ESME's schedule (class 10): on which days it switches; ``special_days`` by their numbers."""

    switch: Switch
    weekdays: frozenset[int]
    special_days: frozenset[int] = frozenset()
    first: DatePattern = DatePattern()
    last: DatePattern = DatePattern()

    def applies(self, day: date, special: frozenset[int]) -> bool:
        """Whether it switches on a day, which is these special days.

        On a special day only the entries that name it apply (assumed).
        """
        if not self.first.is_begun(day) or self.last.is_over(day):
            return False
        return bool(special & self.special_days) if special else day.isoweekday() in self.weekdays


@dataclass(frozen=True, slots=True)
class Schedule:
    """The calendar of an ESME: a schedule and its special days, a date for each number (use-case tables)."""

    entries: tuple[Entry, ...] = ()
    special_days: tuple[tuple[int, DatePattern], ...] = ()

    def switches(self, day: date) -> tuple[Switch, ...]:
        """The switches of a day; of two at one time the later entry counts."""
        special = frozenset(number for number, pattern in self.special_days if pattern.fits(day))
        found = (one.switch for one in self.entries if one.applies(day, special))
        return tuple(sorted(found, key=lambda one: one.time))


@dataclass(frozen=True, slots=True)
class DayProfiles:
    """The calendar of a GSME: profiles of days, weeks of seven of them from Monday on, seasons (use-case tables).

    The season is the one that has begun last, by its date in any year; a special day has a profile of its own.
    """

    days: tuple[tuple[int, tuple[Switch, ...]], ...] = ()
    weeks: tuple[tuple[int, tuple[int, ...]], ...] = ()
    seasons: tuple[tuple[DatePattern, int], ...] = ()
    special_days: tuple[tuple[DatePattern, int], ...] = ()

    def switches(self, day: date) -> tuple[Switch, ...]:
        """The switches of the day's profile; none where the calendar has no profile for it."""
        profile = self._profile(day)
        return () if profile is None else dict(self.days).get(profile, ())

    def _profile(self, day: date) -> int | None:
        for pattern, profile in self.special_days:
            if pattern.fits(day):
                return profile
        begun = [week for start, week in self.seasons if start.is_begun(day)]
        week = dict(self.weeks).get(begun[-1] if begun else self.seasons[-1][1]) if self.seasons else None
        return None if week is None else week[day.weekday()]


EVERY_DAY = frozenset(range(1, 8))


def daily(hours: str) -> Calendar:
    """The calendar of one period each day, written as ``18:00-10:00`` in UTC; an empty text means none."""
    if not hours:
        return NEVER
    begin, end = (_time_of_day(one) for one in hours.split("-"))
    return Schedule((Entry(Switch(begin, True), EVERY_DAY), Entry(Switch(end, False), EVERY_DAY)))


def _time_of_day(text: str) -> int:
    hour, minute = map(int, text.split(":"))
    return hour * HOUR + minute * MINUTE


def is_running(calendar: Calendar, now: int) -> bool:
    """Whether a period is running at a time, in nanoseconds since 1970."""
    if calendar == NEVER:
        return False
    for back in range(_LOOK_BACK):
        day = now // DAY - back
        for switch in reversed(_switches(calendar, day)):
            if day * DAY + switch.time <= now:
                return switch.begins
    return False


def next_look(calendar: Calendar, now: int) -> int | None:
    """The next time after ``now`` to ask again: the day's next switch, or the next midnight; None where never."""
    if calendar == NEVER:
        return None
    day = now // DAY
    later = (day * DAY + one.time for one in _switches(calendar, day) if day * DAY + one.time > now)
    return next(later, (day + 1) * DAY)


@lru_cache(maxsize=256)
def _switches(calendar: Calendar, day: int) -> tuple[Switch, ...]:
    """The switches of a day, which are asked for at every moment of it, and of the days after it."""
    return calendar.switches(_date(day))


def _date(day: int) -> date:
    return datetime.fromtimestamp(day * DAY // SECOND, tz=UTC).date()
