"""ESME: tariffs and prices (checked against RTDS 4.5.0)."""

from ppmid_protocols.gbcs import axdr
from ppmid_protocols.transforms.ask import Ask, Builder
from ppmid_protocols.transforms.dlms_objects import charge
from ppmid_protocols.transforms.dlms_values import (
    TRUE,
    Accesses,
    Value,
    action,
    activation,
    boolean,
    date_of,
    day,
    dlms_request,
    each,
    every,
    i8,
    object_code,
    octets,
    position,
    set_,
    structure,
    text,
    time_of,
    u8,
    u16,
    u32,
)

_TOU_PRICES, _BLOCKS, _BLOCK_MATRIX = 48, 4, 8
_FIRST_BLOCK_LABEL = 0xA0  # a1 to a8, b1 to b8, …: block a to d of the rows 1 to 8
_MIDNIGHT = bytes(4) + bytes.fromhex("8000FF")
_TARIFF_SCRIPT = "0-0:10.0.100.255"
_SECONDARY = 200  # what the secondary element adds to a script
_FIRST_THRESHOLDS = 10
_BLOCK = 100  # what a block tariff adds


def _primary_selector(ask: Ask) -> int:
    return _BLOCK + ask.number("BlockTariffAction") if ask.has("BlockTariffAction") else ask.number("TOUTariffAction")


def _secondary_selector(ask: Ask) -> int:
    return _SECONDARY + ask.number("TOUTariffAction")


def _calendar(where: str, element: int, selector: Value) -> tuple[Accesses, ...]:
    """Seasons, weeks, days and special days of an element (0 primary, 1 secondary), from a SwitchingTable at a path."""
    table, calendar = f"{where}SwitchingTable", f"20/0-0:13.0.{element}.255"
    named = octets(lambda ask: bytes((ask.number("ReferencedWeekName"),)))
    season_start = octets(lambda ask: day(ask.node.at("SeasonStartDate")) + _MIDNIGHT)
    week = octets(lambda ask: bytes((ask.number("WeekName"),)))
    switch = structure(time_of("StartTime"), object_code(_TARIFF_SCRIPT), selector)
    return (
        set_(f"{calendar}/7", each(f"{table}/Seasons/Season", structure(text("SeasonName"), season_start, named))),
        set_(f"{calendar}/8", each(f"{table}/WeekProfiles/WeekProfile", _structure_of(week, "ReferencedDayName"))),
        set_(
            f"{calendar}/9",
            each(f"{table}/DayProfiles/DayProfile", structure(u8("DayName"), each("ProfileSchedule", switch))),
        ),
        set_(
            f"11/0-1:11.0.{element}.255/2",
            each(f"{where}SpecialDays/SpecialDay", structure(u16(position), date_of("Date"), u8("ReferencedDayName"))),
        ),
    )


def _structure_of(first: Value, path: str) -> Value:
    """A structure of a value and the number in every element at a path."""
    return lambda ask: axdr.structure(first(ask), *(u8("")(part) for part in ask.each(path)))


def _threshold_row(row: Ask) -> Accesses:
    return set_(f"21/0-0:16.1.{_FIRST_THRESHOLDS + row.position}.255/2", each("BlockThreshold", u32("")))


_PRICES = "PriceElements/ElectricityPriceElements"


def _prices(ask: Ask) -> axdr.Data:
    """The whole matrix of prices: 48 by time of use, then 4 blocks of 8 rows; 0 where there is none."""
    found = dict.fromkeys(range(1, _TOU_PRICES + 1), 0)
    for block in range(_BLOCKS):
        first = _FIRST_BLOCK_LABEL + (block << 4) + 1
        found.update(dict.fromkeys(range(first, first + _BLOCK_MATRIX), 0))
    prices = ask.within(ask.node.at(_PRICES).children[-1], 1)
    for number, price in enumerate(prices.each("TOUPrice"), 1):
        found[number] = price.number("")
    for row, blocks in enumerate(prices.each("BlockPrices"), 1):
        for block, price in enumerate(blocks.each("BlockPrice")):
            found[_FIRST_BLOCK_LABEL + (block << 4) + row] = price.number("")
    return axdr.array(*(_labelled(label, amount) for label, amount in found.items()))


def _labelled(label: int, amount: int) -> axdr.Data:
    return axdr.structure(axdr.octet_string(bytes((label,))), axdr.Number(axdr.LONG, amount))


def _register_charge(scale: str, register: str, prices: Value) -> Value:
    """A charge by the amount in a register, which has three decimals (kWh of Wh)."""
    return structure(structure(i8(3), i8(scale)), structure(u16(3), object_code(register), i8(2)), prices)


_IMPORT, _SECOND_IMPORT = "1-0:1.8.0.255", "1-20:1.8.0.255"
_PRIMARY_PRICES = (
    set_("113/0-0:19.20.4.255/6", charge(f"{_PRICES}/StandingChargeScale", f"{_PRICES}/StandingCharge")),
    set_("113/0-0:19.20.0.255/6", _register_charge(f"{_PRICES}/PriceScale", _IMPORT, _prices)),
)
_PRIMARY_TIMES = (set_("113/0-0:19.20.4.255/7", activation), set_("113/0-0:19.20.0.255/7", activation))


def _secondary_prices(ask: Ask) -> axdr.Data:
    prices = ask.each("PriceElements/ElectricityPriceElement")
    return axdr.array(*(_labelled(one.position, one.number("")) for one in prices))


_SECONDARY_PRICES = set_(
    "113/0-0:19.20.5.255/6", _register_charge("PriceElements/PriceScale", _SECOND_IMPORT, _secondary_prices)
)

PAYLOADS: dict[str, Builder] = {
    "ECS01a": dlms_request(
        *_calendar("ElecTariffElements/", 0, u16(_primary_selector)),
        every("ElecTariffElements/ThresholdMatrix/Thresholds", _threshold_row),
        set_("9000/0-0:94.44.2.0/4", boolean(TRUE)),
        *_PRIMARY_PRICES,
        set_("20/0-0:13.0.0.255/10", activation),
        set_("9000/0-0:94.44.128.29/6", activation),
        set_("9000/0-0:94.44.2.0/6", activation),
        *_PRIMARY_TIMES,
        set_("9000/0-0:63.1.1.255/6", activation),
    ),
    "ECS01b": dlms_request(*_PRIMARY_PRICES, *_PRIMARY_TIMES),
    "ECS01c": dlms_request(
        _SECONDARY_PRICES,
        *_calendar("", 1, u16(_secondary_selector)),
        set_("20/0-0:13.0.1.255/10", activation),
        set_("113/0-0:19.20.5.255/7", activation),
        set_("9000/0-0:94.44.128.30/6", activation),
    ),
    "ECS01d": dlms_request(_SECONDARY_PRICES, set_("113/0-0:19.20.5.255/7", activation)),
    "ECS05": dlms_request(action("9/0-0:10.0.100.255/1", u16(99))),
}
