"""GSME: calendars, tariffs and prices (checked against RTDS 4.5.0; GCS01b by the public tables)."""

from enum import IntEnum

from ppmid_protocols.duis.kinds import Time
from ppmid_protocols.duis.service_body import Node
from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs.gbz import Cluster
from ppmid_protocols.transforms.ask import Ask, Builder
from ppmid_protocols.transforms.gbz_values import (
    Components,
    Source,
    Value,
    calendar_start,
    each,
    event,
    every,
    gbz_command,
    position,
    start,
    to_client,
    u8,
    u16,
    u24,
    u32,
    u48,
    when,
)

_PROVIDER = u32(0)
_ANY, _FIRST_YEAR = 0xFF, 1900
_ONLY = (u8(0), u8(1))  # command index, total number of commands
_NAMELESS = u8(0)


class CalendarType(IntEnum):
    """What a calendar is of."""

    TARIFF = 0x00
    NON_DISABLEMENT = 0x03


def calendar(type_: CalendarType, *, weeks: str, days: str, seasons: str, special_days: str) -> tuple[Components, ...]:
    """Publish Calendar, Day Profiles, Week Profiles, Seasons and Special Days, from the elements at these paths."""
    counts = (u8(_count(seasons)), u8(_count(weeks)), u8(_count(days)))
    ids = (_PROVIDER, event, event)  # the calendar's id is that of the event
    return (
        to_client(Cluster.CALENDAR, 0x00, *ids, calendar_start, u8(type_), u8(0), _NAMELESS, *counts),
        every(days, to_client(Cluster.CALENDAR, 0x01, *ids, *_DAY_PROFILES[type_])),
        every(weeks, to_client(Cluster.CALENDAR, 0x02, *ids, u8("WeekName"), each("ReferencedDayName", u8("")))),
        to_client(
            Cluster.CALENDAR, 0x03, *ids, *_ONLY, each(seasons, _day("SeasonStartDate"), u8("ReferencedWeekName"))
        ),
        to_client(
            Cluster.CALENDAR,
            0x04,
            *ids,
            calendar_start,
            u8(type_),
            u8(_count(special_days)),
            *_ONLY,
            each(special_days, _day("Date"), u8("ReferencedDayName")),
        ),
    )


def _count(path: str) -> Source:
    return lambda ask: len(ask.node.all(path))


def _minutes(ask: Ask) -> int:
    found = ask.value("StartTime")
    if not isinstance(found, Time):
        raise Malformed("StartTime", "expected a time of day")
    return found.hour * 60 + found.minute


_ACTIONS = {"START": 1, "STOP": 0}
_NO_TIER = 0
_DAY_PROFILES: dict[CalendarType, tuple[Value, ...]] = {
    CalendarType.NON_DISABLEMENT: (
        u8("GasDayName"),
        u8(_count("TimeStartAction")),
        *_ONLY,
        u8(CalendarType.NON_DISABLEMENT),
        each("TimeStartAction", u16(_minutes), u8(lambda ask: _ACTIONS[ask.text("NonDisablementAction")])),
    ),
    CalendarType.TARIFF: (
        u8("DayName"),
        u8(1),
        *_ONLY,
        u8(CalendarType.TARIFF),
        u16(0),
        u8(lambda ask: ask.number("TOUTariffAction") if ask.has("TOUTariffAction") else _NO_TIER),
    ),
}
"""What follows the ids of a Day Profile: its id, number of entries, and each entry's minute and action or tier."""


def _day(path: str) -> Value:
    """A ZCL date of four octets: years since 1900, month, day, day of the week; FF is any."""

    def made(ask: Ask) -> bytes:
        year, month, day, weekday = (_part(part) for part in ask.node.at(path).children)
        parts = (year and year - _FIRST_YEAR, month, day, weekday)
        return b"".join(u8(_ANY if part is None else part)(ask) for part in parts)

    return made


def _part(node: Node) -> int | None:
    chosen = node.children[0].value
    return chosen if isinstance(chosen, int) else None


# Tariffs

_TARIFF = u32(1)  # Issuer Tariff ID
_PRICES = "PriceElements/GasPriceElements"
_BLOCKS = f"{_PRICES}/BlockTariff/BlockPrice"
_TIERS = f"{_PRICES}/TOUTariff/TOUPrice"
_BY_BLOCK = f"{_PRICES}/BlockTariff"
_CURRENCIES = {"GBP": 826, "ECB": 978}
_BLOCK_TARIFF, _TOU_TARIFF = 0x10, 0x00
_FIVE_DECIMALS = u8(0x50)
_NO_BLOCK_MODE = u8(0xFF)
_DIVISOR = 1000


def _thresholds_in_use(ask: Ask) -> int:
    """One fewer than the prices: the last block has no upper end."""
    return max(len(ask.node.all(_BLOCKS)) - 1, 0)


def _tariff_information(ask: Ask) -> int:
    return _BLOCK_TARIFF if ask.has(_BY_BLOCK) else _TOU_TARIFF


_INFORMATION = to_client(
    Cluster.PRICE,
    0x04,
    _PROVIDER,
    event,
    _TARIFF,
    start,
    u8(_tariff_information),
    _NAMELESS,
    u8(_count(_TIERS)),
    u8(_thresholds_in_use),
    u8(0),  # unit: kWh
    u16(lambda ask: _CURRENCIES[ask.text(f"{_PRICES}/CurrencyUnits")]),
    _FIVE_DECIMALS,
    u32(f"{_PRICES}/StandingCharge"),
    _NO_BLOCK_MODE,
    u24(1),
    u24(_DIVISOR),
)
_THRESHOLDS = when(
    _BY_BLOCK,
    to_client(
        Cluster.PRICE,
        0x06,
        _PROVIDER,
        event,
        calendar_start,
        _TARIFF,
        *_ONLY,
        u8(1),
        u8(_thresholds_in_use),
        each("GasTariffElements/ThresholdMatrix/BlockThreshold", u48("")),
    ),
)
_MATRIX = to_client(
    Cluster.PRICE,
    0x05,
    _PROVIDER,
    event,
    calendar_start,
    _TARIFF,
    *_ONLY,
    u8(lambda ask: int(not ask.has(_BY_BLOCK))),
    each(_BLOCKS, u8(lambda ask: ask.position - 1), u32("")),
    each(_TIERS, u8(position), u32("")),
)
_TABLE = "GasTariffElements/SwitchingTable"

PAYLOADS: dict[str, Builder] = {
    "GCS01a": gbz_command(
        *calendar(
            CalendarType.TARIFF,
            weeks=f"{_TABLE}/WeekProfiles/WeekProfile",
            days=f"{_TABLE}/DayProfiles/DayProfile",
            seasons=f"{_TABLE}/Seasons/Season",
            special_days="GasTariffElements/SpecialDays/SpecialDay",
        ),
        _INFORMATION,
        _THRESHOLDS,
        _MATRIX,
    ),
    "GCS01b": gbz_command(_INFORMATION, _MATRIX),
}
