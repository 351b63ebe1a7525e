"""GSME: balance, payment mode, debt, prepayment configuration, supply, messages (checked against RTDS 4.5.0).

Money is in millipence. Provider Id is 0 throughout.
"""

from ppmid_protocols.gbcs.gbz import Cluster
from ppmid_protocols.transforms.ask import Ask, Builder
from ppmid_protocols.transforms.gbz_values import (
    Components,
    Value,
    event,
    gbz_command,
    i32,
    octets,
    reads,
    start,
    start_number,
    text,
    to_client,
    to_server,
    u8,
    u16,
    u32,
    utc,
)
from ppmid_protocols.transforms.gsme_calendars import CalendarType, calendar

_PROVIDER = u32(0)
_AT_ONCE = u32(0)

_CREDIT, _LEAVE_CUT_OFF = 0x0C94, -1
_CONTROL = {(False, False): 0x0897, (True, False): 0x0C97, (False, True): 0x0097, (True, True): 0x0497}
"""Payment control configuration by SuspendDebtDisabled and SuspendDebtEmergency; that of both is stated by tables, not
seen in RTDS."""


def _control(ask: Ask) -> int:
    return _CONTROL[ask.flag("Prepayment/SuspendDebtDisabled"), ask.flag("Prepayment/SuspendDebtEmergency")]


def _payment_mode(control: Value, cut_off: Value) -> Builder:
    return gbz_command(to_server(Cluster.PREPAYMENT, 0x06, _PROVIDER, event, start, control, cut_off))


_ADJUST, _RESET_PREPAID, _RESET_CREDIT, _ADJUST_CREDIT = 0, 1, 2, 3


def _credit_adjustment(type_: int, change: Value) -> Builder:
    return gbz_command(to_server(Cluster.PREPAYMENT, 0x05, event, _AT_ONCE, u8(type_), change))


def _debt(type_: int, amount: str, method: int, *, rate: str | None, share: Value) -> Components:
    """Change Debt: a change of the register, and how the debt is recovered: by time at a rate, or by a share."""
    daily = u8(1 if rate is None else lambda ask: int(ask.text(f"{rate}/DebtRecoveryRatePeriod") == "DAILY"))
    recovery = i32(0 if rate is None else f"{rate}/DebtRecoveryRate")
    values = (event, u8(0), i32(amount), u8(method), u8(type_), _AT_ONCE, u16(0), daily, recovery, share)
    return to_server(Cluster.PREPAYMENT, 0x02, *values)


_GAS = "UpdatePrepayConfigGas"
_CALENDAR = f"{_GAS}/GasNonDisablementCalendar"


_CLOSE = u8(0)

PAYLOADS: dict[str, Builder] = {
    "GCS02": _payment_mode(u16(_CREDIT), i32(_LEAVE_CUT_OFF)),
    "GCS03": _payment_mode(u16(_control), i32("Prepayment/DisablementThreshold")),
    "GCS04": gbz_command(
        _debt(1, "TimeDebtRegister1", 0, rate="GasDebtRecovery1", share=u16(0)),
        _debt(3, "TimeDebtRegister2", 0, rate="GasDebtRecovery2", share=u16(0)),
        _debt(5, "PaymentDebtRegister", 1, rate=None, share=u16("DebtRecoveryPerPayment")),
    ),
    "GCS05": gbz_command(
        to_server(
            Cluster.PREPAYMENT,
            0x03,
            event,
            start,
            u32(f"{_GAS}/EmergencyCreditLimit"),
            u32(f"{_GAS}/EmergencyCreditThreshold"),
        ),
        to_server(Cluster.PREPAYMENT, 0x0C, _PROVIDER, event, start, i32(f"{_GAS}/DebtRecoveryRateCap")),
        to_server(Cluster.PREPAYMENT, 0x09, u32(f"{_GAS}/LowCreditThreshold"), from_date_time=start_number),
        to_server(
            Cluster.PREPAYMENT,
            0x0B,
            _PROVIDER,
            event,
            start,
            u32(f"{_GAS}/MaxMeterBalance"),
            u32(f"{_GAS}/MaxCreditThreshold"),
        ),
        *calendar(
            CalendarType.NON_DISABLEMENT,
            weeks=f"{_CALENDAR}/WeekProfiles/WeekProfile",
            days=f"{_CALENDAR}/DayProfiles/GasNonDisablementDayProfile",
            seasons=f"{_CALENDAR}/SeasonProfiles/Season",
            special_days=f"{_CALENDAR}/SpecialDays/SpecialDay",
        ),
    ),
    "GCS07": gbz_command(
        to_client(Cluster.MESSAGING, 0x00, event, u8(0), _AT_ONCE, u16(0xFFFF), text("SupplierMessage"))
    ),
    "GCS09": gbz_command(
        to_client(Cluster.DEVICE_MANAGEMENT, 0x00, _PROVIDER, event, u8(0), utc("RestrictionDateTime"), u32(0x0200))
    ),
    "GCS11": gbz_command(
        to_client(Cluster.DEVICE_MANAGEMENT, 0x02, event, _AT_ONCE, u16(0), u8(2), octets(lambda _: b""))
    ),
    "GCS14": gbz_command(
        reads(Cluster.PRICE, 0x0617, 0x0616), reads(Cluster.PREPAYMENT, 0x0005, 0x0002, 0x0001, 0x0231, 0x0211, 0x0221)
    ),
    "GCS32": gbz_command(to_server(Cluster.METERING, 0x0B, _PROVIDER, event, _AT_ONCE, _AT_ONCE, _CLOSE, u8(1))),
    "GCS36": gbz_command(
        to_client(
            Cluster.DEVICE_MANAGEMENT,
            0x06,
            event,
            _AT_ONCE,
            _PROVIDER,
            octets(lambda ask: bytes(ask.circumstances.cin)),
        )
    ),
    "GCS40a": _credit_adjustment(_ADJUST, i32("PrepaymentMode/AdjustMeterBalance")),
    "GCS40b": _credit_adjustment(_RESET_PREPAID, i32(0)),
    "GCS40c": _credit_adjustment(_ADJUST_CREDIT, i32("CreditMode/AdjustMeterBalance")),
    "GCS40d": _credit_adjustment(_RESET_CREDIT, i32(0)),
}
