"""ESME: balance, payment mode, debt, prepayment configuration, supply, messages (checked against RTDS 4.5.0)."""

from collections.abc import Iterator

from ppmid_protocols.gbcs import axdr
from ppmid_protocols.transforms.ask import Ask, Builder
from ppmid_protocols.transforms.dlms_objects import charge, schedule_entry
from ppmid_protocols.transforms.dlms_values import (
    Value,
    action,
    activation,
    array,
    bits,
    date_of,
    date_time,
    dlms_request,
    each,
    enum,
    gets,
    i32,
    moment,
    object_code,
    octets,
    position,
    set_,
    structure,
    text,
    u8,
    u16,
    u32,
)

_NS = 1_000_000_000

# Payment mode: which credit pays which charge, and on which conditions

_METER_BALANCE, _EMERGENCY, _DEBT_BALANCE = "0-0:19.10.0.255", "0-0:19.10.1.255", "0-0:19.10.2.255"
_TARIFF, _DEBT_1, _DEBT_2, _PAYMENT_DEBT, _STANDING, _SECOND_ELEMENT = (f"0-0:19.20.{at}.255" for at in range(6))
_PREPAID = (
    *((_METER_BALANCE, charge) for charge in (_TARIFF, _STANDING, _DEBT_1, _DEBT_2, _PAYMENT_DEBT)),
    *((_EMERGENCY, charge) for charge in (_PAYMENT_DEBT, _TARIFF, _STANDING, _DEBT_1, _DEBT_2)),
)
_SUSPENDED = tuple((_DEBT_BALANCE, charge) for charge in (_STANDING, _DEBT_1, _DEBT_2))
_COLLECTED, _NOT_WHEN_DISABLED = "111", "110"


def _link(credit: str, charge: str, when: str = _COLLECTED) -> Value:
    return structure(object_code(credit), object_code(charge), bits(lambda _: (bit == "1" for bit in when)))


def _credit_mode(ask: Ask) -> axdr.Data:
    charges = (_TARIFF, _STANDING, _SECOND_ELEMENT)[: 1 + ask.circumstances.elements]
    return array(*(_link(_METER_BALANCE, charge) for charge in charges))(ask)


def _prepayment_mode(ask: Ask) -> axdr.Data:
    """The pair of flags that are both false is inferred: RTDS has the other three."""
    spared = (_DEBT_1, _DEBT_2) if ask.flag("Prepayment/SuspendDebtDisabled") else ()
    links = [_link(*pair, _NOT_WHEN_DISABLED if pair[1] in spared else _COLLECTED) for pair in _PREPAID]
    if ask.flag("Prepayment/SuspendDebtEmergency"):
        links += [_link(*pair) for pair in _SUSPENDED]
    if ask.circumstances.elements == 2:
        links += [_link(credit, _SECOND_ELEMENT) for credit in (_METER_BALANCE, _EMERGENCY)]
    return array(*links)(ask)


# Debt

_PERIODS = {"HOURLY": 3600, "DAILY": 86_400}


def _recovery(number: int) -> Value:
    return charge(*(f"ElecDebtRecovery{number}/DebtRecovery{what}" for what in ("RatePriceScale", "Rate")))


def _period(number: int) -> Value:
    return u32(lambda ask: _PERIODS[ask.text(f"ElecDebtRecovery{number}/DebtRecoveryRatePeriod")])


# Prepayment configuration: the schedule of non-disablement

_CALENDAR = "ElectricityNonDisablementCalendar"
_SCRIPTS = {"START": 32, "STOP": 33}


def _schedule(ask: Ask) -> axdr.Data:
    calendar = ask.within(ask.node.at(f"UpdatePrepayConfigElectricity/{_CALENDAR}"), 1)
    days = range(1, 1 + len(calendar.node.all("ElectricitySpecialDays/SpecialDay")))

    def applies(part: Ask) -> Iterator[bool]:
        chosen = {one.value for one in part.node.all("SpecialDaysApplicability/SpecialDayApplicability/SpecialDayID")}
        return (number in chosen for number in days)

    script = u16(lambda part: _SCRIPTS[part.text("NonDisablementScript")])
    entry = schedule_entry("0-0:10.0.106.255", script, "ScheduleDatesAndTime", bits(applies))
    return each("ElectricityNonDisablementSchedule", entry)(calendar)


_PREPAY = "UpdatePrepayConfigElectricity"
_SPECIAL_DAYS = each(
    f"{_PREPAY}/{_CALENDAR}/ElectricitySpecialDays/SpecialDay", structure(u16(position), date_of("Date"), u8(position))
)
_A_WEEK = 604_800  # the period of the cap on debt recovery, in seconds
_OWN = "9000/0-0:94.44"


def _prepay_configuration(balance_attribute: int) -> Builder:
    """ECS08a sets the maximum meter balance as one to come; ECS08, which it replaces, did so at once."""
    return dlms_request(
        set_("11/0-1:11.0.2.255/2", _SPECIAL_DAYS),
        set_(f"{_OWN}.2.20/{balance_attribute}", i32(f"{_PREPAY}/MaxMeterBalance")),
        set_(f"{_OWN}.2.10/4", i32(f"{_PREPAY}/MaxCreditThreshold")),
        set_("10/0-1:12.0.1.255/2", _schedule),
        set_(f"{_OWN}.128.12/4", u16(f"{_PREPAY}/DebtRecoveryRateCap")),
        set_(f"{_OWN}.128.13/4", i32(_A_WEEK)),
        set_(f"{_OWN}.128.9/4", i32(f"{_PREPAY}/LowCreditThreshold")),
        set_(f"{_OWN}.128.2/4", i32(f"{_PREPAY}/EmergencyCreditLimit")),
        set_(f"{_OWN}.128.31/6", activation),
        set_(f"{_OWN}.128.3/4", i32(f"{_PREPAY}/EmergencyCreditThreshold")),
        *(
            set_(f"{_OWN}.{place}/6", activation)
            for place in ("2.20", "2.10", "128.12", "128.13", "128.9", "128.2", "128.3", "128.28")
        ),
    )


def _clock_after(seconds: str) -> Value:
    """The time in CurrentDateTime, so many seconds later."""
    return octets(lambda ask: date_time(ask.number("CurrentDateTime") + ask.number(seconds) * _NS))


PAYLOADS: dict[str, Builder] = {
    "ECS02": dlms_request(
        set_("111/0-1:19.0.0.255/2", structure(enum(1), enum(1))),
        set_("111/0-1:19.0.0.255/11", _credit_mode),
        set_("111/0-1:19.0.0.255/13", activation),
    ),
    "ECS03": dlms_request(
        set_("111/0-1:19.0.0.255/2", structure(enum(2), enum(1))),
        set_(f"{_OWN}.128.22/4", i32("Prepayment/DisablementThreshold")),
        set_("111/0-1:19.0.0.255/11", _prepayment_mode),
        set_(f"{_OWN}.128.22/6", activation),
        set_("111/0-1:19.0.0.255/13", activation),
    ),
    "ECS04a": dlms_request(
        action(
            "112/0-0:19.10.0.255/1",
            i32(lambda ask: ask.within(ask.node.children[0], 1).number("AdjustMeterBalance")),
        )
    ),
    "ECS04b": dlms_request(*(action(f"112/0-0:19.10.{credit}.255/2", i32(0)) for credit in range(3))),
    "ECS07": dlms_request(
        set_("113/0-0:19.20.1.255/6", _recovery(1)),
        set_("113/0-0:19.20.2.255/6", _recovery(2)),
        set_("113/0-0:19.20.3.255/13", u16("DebtRecoveryPerPayment")),
        set_("113/0-0:19.20.1.255/8", _period(1)),
        set_("113/0-0:19.20.2.255/8", _period(2)),
        action("113/0-0:19.20.1.255/2"),
        action("113/0-0:19.20.2.255/2"),
        action("113/0-0:19.20.3.255/4", i32("PaymentDebtRegister")),
        action("113/0-0:19.20.1.255/4", i32("TimeDebtRegister1")),
        action("113/0-0:19.20.2.255/4", i32("TimeDebtRegister2")),
    ),
    "ECS08": _prepay_configuration(2),
    "ECS08a": _prepay_configuration(4),
    "ECS10": dlms_request(set_("1/0-2:96.13.1.255/2", text("SupplierMessage"))),
    "ECS12": dlms_request(set_("1/0-0:94.44.3.2/2", moment("RestrictionDateTime"))),
    "ECS14": dlms_request(set_("1/0-0:94.44.3.1/2", octets(b""))),
    "ECS43": dlms_request(action("9/0-0:10.0.106.255/1", u16(52))),
    "ECS70": dlms_request(
        set_("8/0-0:1.0.0.255/9", enum(5)),
        action(
            "8/0-0:1.0.0.255/5",
            structure(
                octets(bytes.fromhex("FFFFFFFFFFFFFFFFFF8000FF")),
                moment("CurrentDateTime"),
                _clock_after("TolerancePeriod"),
            ),
        ),
        action("8/0-0:1.0.0.255/4"),
        gets("8/0-0:1.0.0.255/2 8/0-0:1.0.0.255/4"),
    ),
}
