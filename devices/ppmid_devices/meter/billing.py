"""The billing calendar: on which days, and when in them, registers are kept in the Billing Data Log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ppmid_devices.meter.non_disablement import DatePattern
from ppmid_devices.ports import DAY, HOUR, MINUTE, SECOND

IsDue = Callable[[int], int | None]
"""Of a day, counted from 1970: when in it the calendar says so, in nanoseconds after midnight; None if it does not."""


class Dates(NamedTuple):
    """A row of an ESME's billing calendar: a date whose parts may be left open, and a time of day (nanoseconds)."""

    date: DatePattern
    time: int


def by_dates(rows: tuple[Dates, ...], day: int) -> int | None:
    """The time at which one of the rows falls on a day."""
    date = datetime.fromtimestamp(day * DAY // SECOND, tz=UTC).date()
    return next((row.time for row in rows if row.date.fits(date)), None)


_MINUTES, _DAYS, _WEEKS, _MONTHS = range(4)


def by_periods(start: int, duration: int, base: int, day: int) -> int | None:
    """When a period ends on a day, of those that follow each other from ``start`` (nanoseconds since 1970).

    ``base``: the unit of ``duration``, of minutes, days, weeks and months (ZSE). A time of day is the start's own.
    """
    if duration <= 0 or day * DAY < start - start % DAY:
        return None
    first, own = divmod(start, DAY)
    if base in (_DAYS, _WEEKS):
        length = duration * (7 if base == _WEEKS else 1)
        return own if (day - first) % length == 0 else None
    if base == _MONTHS:
        begun, now = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=one) for one in (first, day))
        months = 12 * (now.year - begun.year) + now.month - begun.month
        return own if now.day == begun.day and months % duration == 0 else None
    return None


def time_of_day(octets: bytes) -> int:
    """Nanoseconds of the first three octets of a COSEM time; what is left open counts as 0."""
    hour, minute, second = (0 if one == 0xFF else one for one in octets[:3])
    return hour * HOUR + minute * MINUTE + second * SECOND
