"""The calendar of non-disablement of a GSME, from the bodies of the commands that publish it (RTDS 4.5.0 GCS05)."""

from collections.abc import Iterator, Mapping

from ppmid_devices.meter.non_disablement import DatePattern, DayProfiles, Switch
from ppmid_devices.meter.zcl.refusals import MALFORMED, ComponentRefused
from ppmid_devices.ports import MINUTE

DAYS, WEEKS, SEASONS, SPECIAL_DAYS = range(1, 5)
"""The commands of the Calendar cluster that publish its parts."""

_IDS = 12  # provider, event and calendar, which each of them begins with
_FROM_YEAR, _ANY = 1900, 0xFF
_ANY_YEAR = 0xFFFF
_WEEK = 7


def day_profiles(parts: Mapping[int, tuple[bytes, ...]]) -> DayProfiles:
    """The calendar of so many bodies for each part. Raises ComponentRefused when one is cut short."""
    return DayProfiles(
        days=tuple(_day(body) for body in parts.get(DAYS, ())),
        weeks=tuple(_week(body) for body in parts.get(WEEKS, ())),
        seasons=tuple(one for body in parts.get(SEASONS, ()) for one in _dated(body[_IDS + 2 :])),
        special_days=tuple(one for body in parts.get(SPECIAL_DAYS, ()) for one in _dated(body[_IDS + 8 :])),
    )


def _day(body: bytes) -> tuple[int, tuple[Switch, ...]]:
    """Day id, number of entries, which of how many commands, type; then the minute and what holds from it on."""
    rows = _rows(body[_IDS + 5 :], 3)
    switches = (Switch(int.from_bytes(row[:2], "little") * MINUTE, bool(row[2])) for row in rows)
    return _octet(body, _IDS), tuple(sorted(switches))


def _week(body: bytes) -> tuple[int, tuple[int, ...]]:
    """Week id, and a day id for each day from Monday on."""
    days = tuple(body[_IDS + 1 :])
    if len(days) != _WEEK:
        raise ComponentRefused(MALFORMED)
    return _octet(body, _IDS), days


def _dated(octets: bytes) -> Iterator[tuple[DatePattern, int]]:
    """Dates of four octets, each with the id of a week or of a day."""
    for year, month, day, weekday, number in _rows(octets, 5):
        yield DatePattern(_ANY_YEAR if year == _ANY else year + _FROM_YEAR, month, day, weekday), number


def _rows(octets: bytes, length: int) -> Iterator[bytes]:
    if len(octets) % length:
        raise ComponentRefused(MALFORMED)
    return (octets[at : at + length] for at in range(0, len(octets), length))


def _octet(body: bytes, at: int) -> int:
    if len(body) <= at:
        raise ComponentRefused(MALFORMED)
    return body[at]
