"""GSME: what is set apart from prepayment and tariffs (checked against RTDS 4.5.0 unless said)."""

from ppmid_protocols.gbcs.gbz import Cluster
from ppmid_protocols.transforms.ask import Builder, scaled
from ppmid_protocols.transforms.gbz_values import (
    Source,
    event,
    gbz_command,
    text,
    to_client,
    to_server,
    u8,
    u16,
    u24,
    u32,
    utc,
)

_PROVIDER, _AT_ONCE = u32(0), u32(0)
_SUPPLY_STATES = {"Unchanged": 3, "Locked": 0}  # Locked is stated by ZCL (supply off), not seen in RTDS


def _state(path: str) -> Source:
    return lambda ask: _SUPPLY_STATES[ask.text(path)]


def _gas_flow(rate: Source, divisor: int) -> Builder:
    """Set Uncontrolled Flow Threshold and Set Supply Status."""
    cubic_metres, multiplier = u8(1), u16(1)
    threshold = (u16(rate), cubic_metres, multiplier, u16(divisor), u8("StabilisationPeriod"), u16("MeasurementPeriod"))
    tamper, depletion = u8(_state("SupplyTamperState")), u8(_state("SupplyDepletionState"))
    return gbz_command(
        to_server(Cluster.METERING, 0x0E, _PROVIDER, event, *threshold),
        to_server(Cluster.METERING, 0x0D, event, tamper, depletion, u8(0), u8(3)),
    )


_DAYS, _WEEKS, _MONTHS = 1, 2, 3  # ZCL duration types
_PERIODS = {
    "Daily": (1, _DAYS),
    "Weekly": (1, _WEEKS),
    "Monthly": (1, _MONTHS),
    "Quarterly": (3, _MONTHS),
    "SixMonthly": (6, _MONTHS),
    "Yearly": (12, _MONTHS),
}
_GAS_CALENDAR = "GasBillingCalendar"


def _period(at: int) -> Source:
    return lambda ask: _PERIODS[ask.text(f"{_GAS_CALENDAR}/Periodicity")][at]


_FROM, _LENGTH, _UNIT = utc(f"{_GAS_CALENDAR}/BillingPeriodStart"), u24(_period(0)), u8(_period(1))
_BILLING = gbz_command(
    to_client(Cluster.PRICE, 0x09, _PROVIDER, event, _FROM, _LENGTH, _UNIT, u8(0)),
    to_client(Cluster.PRICE, 0x01, _PROVIDER, event, _FROM, _LENGTH, u8(0b10), _UNIT, u8(0), u8(1)),
)
_CHANGE_CONTROL = 0x00001800
_GSME_LOGS = 0x03

PAYLOADS: dict[str, Builder] = {
    "CS11": gbz_command(to_server(Cluster.EVENTS, 0x01, u8(_GSME_LOGS))),
    "GCS23": gbz_command(
        to_client(Cluster.PRICE, 0x02, event, _AT_ONCE, u32(scaled("ConversionFactor", 5)), u8(0x50)),
        to_client(Cluster.PRICE, 0x03, event, _AT_ONCE, u32(scaled("CalorificValue", 1)), u8(1), u8(0x10)),
    ),
    "GCS24": _gas_flow("UncontrolledGasFlowRate", 1),
    "GCS24a": _gas_flow(scaled("UncontrolledGasFlowRateDecimal", 4), 10_000),
    "GCS25": _BILLING,
    "GCS25a": _BILLING,
    "GCS31": gbz_command(to_server(Cluster.METERING, 0x07, event, _AT_ONCE, u8(0), u16(0x0168), u16(0x0029))),
    "GCS41": gbz_command(to_client(Cluster.DEVICE_MANAGEMENT, 0x03, event, _AT_ONCE, _PROVIDER, text("ImportMPRN"))),
    "GCS44": gbz_command(
        to_client(
            Cluster.DEVICE_MANAGEMENT,
            0x01,
            *(_PROVIDER, event, u8(0), _PROVIDER, _AT_ONCE, u32(_CHANGE_CONTROL)),
            text("SupplierName"),
            text("SupplierTelephoneNumber"),
        )
    ),
}
"""GCS23, GCS25, GCS25a, GCS31 and GCS41 follow the public tables: no message of theirs is in the public test data used
here; that of the periods' units is stated by ZCL."""
