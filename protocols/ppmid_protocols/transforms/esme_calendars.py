"""ESME: billing calendar, maximum demand, auxiliary controllers (checked against RTDS 4.5.0 unless said)."""

from collections.abc import Iterator

from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.dlms import Specification
from ppmid_protocols.transforms.ask import Ask, Builder
from ppmid_protocols.transforms.dlms_objects import schedule_entry
from ppmid_protocols.transforms.dlms_values import (
    TRUE,
    Accesses,
    Value,
    action,
    activation,
    array,
    bits,
    boolean,
    date_of,
    dlms_request,
    each,
    moment,
    object_code,
    octets,
    position,
    set_,
    structure,
    time_of,
    u8,
    u16,
)

_ANY_DAY = bytes.fromhex("FFFFFFFFFF")
_BILLING = "ElectricityBillingCalendar"
_MONTHS_BETWEEN = {"Quarterly": 3, "SixMonthly": 6, "Yearly": 12}


def _billing_days(ask: Ask) -> Iterator[bytes]:
    """The dates on which a billing period ends, with FF for any. Daily and weekly are inferred: RTDS has the others."""
    chosen = ask.within(ask.node.at(_BILLING).children[-1], 1)
    match chosen.node.name:
        case "Daily":
            yield _ANY_DAY
        case "Weekly":
            yield _ANY_DAY[:4] + bytes((chosen.number(""),))
        case "Monthly":
            yield _ANY_DAY[:3] + bytes((chosen.number(""), 0xFF))
        case name:
            first, between = chosen.number("BillingPeriodStartMonth"), _MONTHS_BETWEEN[name]
            for month in sorted((first - 1 + step) % 12 + 1 for step in range(0, 12, between)):
                yield _ANY_DAY[:2] + bytes((month, chosen.number("DayOfMonth"), 0xFF))


def _billing_times(ask: Ask) -> axdr.Data:
    clock = time_of(f"{_BILLING}/BillingTime")(ask)
    return axdr.array(*(axdr.structure(clock, axdr.octet_string(day)) for day in _billing_days(ask)))


_BILLING_CALENDAR = dlms_request(set_("22/0-0:15.0.0.255/4", _billing_times))

_RESET_DAILY = array(structure(octets(bytes(4)), octets(_ANY_DAY)))


def _daily_reset(ask: Ask) -> axdr.Data:
    """What resets the block counters each midnight; nothing where that is off (inferred: RTDS has it on)."""
    return _RESET_DAILY(ask) if ask.flag("DailyTariffBlockCounterMatrixReset") else axdr.array()


# Maximum demand: from when to when it is measured


def _demand_entry(index: int, path: str) -> Value:
    return structure(
        u16(index),
        boolean(TRUE),
        object_code("0-0:10.128.100.255"),
        u16(index + 1),
        time_of(f"MaximumDemandTimePeriodSchedule/{path}"),
        u16(0xFFFF),
        bits(lambda _: iter([True] * 7)),
        bits(lambda _: iter(())),
        octets(bytes.fromhex("000001FFFF")),
        octets(_ANY_DAY),
    )


# Auxiliary controllers: the script of a controller is its number, its kind of action, and its level or switch

_OUTPUT, _INPUT = 0x10, 0x20
_SCHEDULED = 0x80
_RESET = 0x20
_SWITCHES = 5
_CONTROLLER_PLACES = 116  # 117 is the first's
_CONTROLLERS = "9/0-0:10.0.103.255/1"


def _level(ask: Ask) -> int:
    """The script that sets a level, as a percentage, of the output or input of a controller."""
    kind = _INPUT if ask.has("InputFromControlledLoad") else _OUTPUT
    return (kind | _controller(ask)) << 8 | ask.number("CommandedStateLevel")


def _controller(ask: Ask) -> int:
    return ask.place("auxiliaryControllerN", _SWITCHES)


def _reset(ask: Ask) -> int:
    (switch,) = ask.each("ResetALCSHCALCS")
    return switch.place("index", _SWITCHES) << 8 | _RESET


def _span(first: int) -> Accesses:
    """From when to when a controller is to be at a level; its two times stand from ``first`` on."""

    def made(ask: Ask) -> Iterator[tuple[Specification, axdr.Data]]:
        place = f"1/0-0:94.44.{_CONTROLLER_PLACES + _controller(ask)}"
        yield from set_(f"{place}.{first}/2", moment("StartDateTime"))(ask)
        yield from set_(f"{place}.{first + 1}/2", moment("EndDateTime"))(ask)

    return made


def _controller_schedule(ask: Ask) -> axdr.Data:
    days = [part.node.attribute("identifier") for part in ask.each(_CONTROLLER_DAYS)]

    def applies(part: Ask) -> Iterator[bool]:
        chosen = {one.attribute("identifier") for one in part.node.all("SpecialDaysApplicability")}
        return (one in chosen for one in days)

    def selector(part: Ask) -> int:
        return _SCHEDULED | _level(part.within(part.node.at("AuxiliaryControllerAction"), part.position))

    clock = "AuxiliaryControllerSchedulePeriodAndTime"
    return each("AuxiliaryControllerSchedule", schedule_entry("0-0:10.0.103.255", u16(selector), clock, bits(applies)))(
        ask
    )


_CONTROLLER_DAYS = "AuxiliaryControllerSpecialDayDefinitions/AuxiliaryControllerSpecialDayDefinition"

PAYLOADS: dict[str, Builder] = {
    "ECS30": _BILLING_CALENDAR,
    "ECS30a": _BILLING_CALENDAR,
    "ECS37": dlms_request(
        set_("10/0-0:12.0.0.255/2", array(_demand_entry(0, "StartTime"), _demand_entry(1, "EndTime")))
    ),
    "ECS46d": dlms_request(
        set_("11/0-1:11.0.3.255/2", each(_CONTROLLER_DAYS, structure(u16(position), date_of(""), u8(position)))),
        set_("10/0-1:12.0.2.255/2", _controller_schedule),
        set_("9000/0-0:94.44.128.26/6", activation),
        set_("9000/0-0:94.44.128.35/6", activation),
    ),
    "ECS47": dlms_request(action(_CONTROLLERS, u16(_reset))),
    # 7.13 has no message in the public test data: its script is inferred from those of 7.8 and 7.16.
    "ECS47a": dlms_request(_span(1), action(_CONTROLLERS, u16(_level))),
    "ECS47e": dlms_request(_span(3), action("9/0-0:10.0.107.255/1", u16(_level))),
    "ECS48": dlms_request(set_("22/0-0:15.1.0.255/4", _daily_reset)),
}
