"""Values in words, by the kind that a table gives them."""

import datetime
from collections.abc import Callable, Mapping

from ppmid_protocols.gbcs.names.tables import ALERTS, DATA_RESULTS, ZCL_STATUSES

SECRET_KINDS = frozenset(("secret", "utrn"))
"""Kinds of values that nobody may read unasked."""

_EPOCH = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 of ZCL UTC times; shown with Z
_MILLIPENCE = 100_000  # in a pound
_NO_U32 = 0xFFFFFFFF
_AT_ONCE, _CANCELLED = "at once", "cancelled"


def _choice(**names: str) -> Callable[[int], str]:
    by_number = {int(key.removeprefix("n"), 16): name for key, name in names.items()}
    return lambda number: by_number.get(number, "")


def _money(value: int) -> str:
    if value & _NO_U32 == _NO_U32:
        return "no value, or -£0.00001"
    sign, pounds = "-" * (value < 0), f"{abs(value) / _MILLIPENCE:.5f}"
    whole, cents = pounds[:-3], pounds[-3:].rstrip("0")
    return f"{sign}£{whole}{cents}"


def _utc(value: int) -> str:
    if value in (0, _NO_U32):
        return "not set" if value else "at once, or 2000-01-01 00:00:00Z"
    return f"{_EPOCH + datetime.timedelta(seconds=value)}Z"


def _date(octets: bytes) -> str:
    """A COSEM date: year u16, month, day, day of week; FF (year FFFF) is any."""
    if len(octets) != 5:
        return ""
    year, month, day = int.from_bytes(octets[:2], "big"), octets[2], octets[3]
    return "-".join(("any" if year == 0xFFFF else f"{year:04}", _or_any(month), _or_any(day)))


def _clock(octets: bytes) -> str:
    """A COSEM time: hour, minute, second, hundredths; FF is any."""
    return ":".join(map(_or_any, octets[:3])) if len(octets) == 4 else ""


def _or_any(number: int) -> str:
    return "any" if number == 0xFF else f"{number:02}"


def _time(octets: bytes) -> str:
    """A COSEM date-time of 12 octets; in activation times all zero is at once, all FF is never."""
    if len(octets) != 12:
        return ""
    if octets[:9] in (bytes(9), b"\xff" * 9):
        return _CANCELLED if octets[0] else _AT_ONCE
    return f"{_date(octets[:5])} {_clock(octets[5:9])}"


def _obis(octets: bytes) -> str:
    if len(octets) != 6:
        return ""
    a, b, *rest = octets
    return f"{a}-{b}:{'.'.join(map(str, rest))}"


def _text(octets: bytes) -> str:
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        return ""
    return repr(text) if text.isprintable() else ""


def _eui(octets: bytes) -> str:
    return octets.hex("-").upper() if len(octets) == 8 else ""


def _day_of_2000(value: int) -> str:
    """A ZCL date as Special Days write it: year from 1900, month, day, day of week, the year first on the wire."""
    year, month, day = (value >> shift & 0xFF for shift in (0, 8, 16))
    return "-".join(("any" if year == 0xFF else str(1900 + year), _or_any(month), _or_any(day)))


NUMBER_KINDS: Mapping[str, Callable[[int], str]] = {
    "money": _money,
    "pounds": lambda value: f"£{value}",
    "s": lambda value: f"{value} s",
    "min": lambda value: f"{value} min",
    "days": lambda value: f"{value} days",
    "dB": lambda value: f"{value} dB",
    "utc": _utc,
    "event": _utc,  # an Issuer Event Id is the time of the Command
    "day": _day_of_2000,
    "minute of day": lambda value: f"{value // 60:02}:{value % 60:02}",
    "alert": lambda value: ALERTS.get(value, ""),
    "result": lambda value: DATA_RESULTS.get(value, ""),
    "status": lambda value: ZCL_STATUSES.get(value, ""),
    "message code": lambda value: f"{value:04X}",
    "hex": lambda value: f"0x{value:X}",
    "supply": _choice(n0="disabled", n1="enabled", n2="armed"),
    "supply script": lambda value: {51: "enable", 52: "disable", 54: "arm"}.get(value, ""),
    "payment mode": _choice(n1="credit", n2="prepayment"),
    "unit": lambda value: {10: "currency", 27: "W", 28: "VA", 29: "var", 30: "Wh", 31: "VAh", 32: "varh"}.get(
        value, {33: "A", 35: "V", 255: "count"}.get(value, "")
    ),
    "gas unit": _choice(n0="kWh", n1="m³", n80="kWh in BCD", n81="m³ in BCD"),
    "valve": _choice(n0="closed", n1="armed", n2="open"),
    "currency": lambda value: {826: "GBP", 978: "EUR"}.get(value, ""),
    "digits": lambda value: f"{value >> 4} decimals",
    "frequency": _choice(n0="hourly", n1="daily"),
    "device": _choice(n0="Energy Service Interface", n1="meter", n2="in-home device"),
    "top up": _choice(
        n0="accepted",
        n1="rejected: invalid",
        n2="duplicate",
        n3="error",
        n4="maximum credit reached",
        n5="keypad locked",
        n6="value too large",
        n10="accepted, supply enabled",
        n11="accepted, supply disabled",
        n12="accepted, supply armed",
    ),
}
"""Kinds of numbers: the words for a value, empty for one without any."""

OCTET_KINDS: Mapping[str, Callable[[bytes], str]] = {
    "time": _time,
    "date": _date,
    "clock": _clock,
    "obis": _obis,
    "eui": _eui,
    "text": _text,
}
"""Kinds of octet strings."""


def words(kind: str, value: int | bytes) -> str:
    """The value in words; empty where the kind is unknown or has none for it."""
    if isinstance(value, int):
        tell = NUMBER_KINDS.get(kind)
        return tell(value) if tell else ""
    show = OCTET_KINDS.get(kind)
    return show(value) if show else ""
