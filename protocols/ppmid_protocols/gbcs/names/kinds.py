"""Values in words, by the kind that a table gives them."""

import datetime
from collections.abc import Callable, Mapping

from ppmid_protocols.gbcs.names.tables import ALERTS, DATA_RESULTS, ZCL_STATUSES

SECRET_KINDS = frozenset(("secret", "utrn"))
"""Kinds of values that nobody may read unasked."""

_EPOCH = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 (UTC; shown with Z)
_MILLIPENCE = 100_000  # in a pound
_NO_U32 = 0xFFFFFFFF
_AT_ONCE, _CANCELLED = "at once", "cancelled"


def _choice(names: dict[int, str]) -> Callable[[int], str]:
    return lambda number: names.get(number, "")


def _money(value: int) -> str:
    """A number of millipence in pounds, to the last decimal that is not zero, but at least two."""
    if value in (-1, _NO_U32):
        return "no value" if value > 0 else "no value, or -£0.00001"
    pounds, rest = divmod(abs(value), _MILLIPENCE)
    pence, parts = divmod(rest, _MILLIPENCE // 100)
    return f"{'-' * (value < 0)}£{pounds}.{pence:02}{f'{parts:03}'.rstrip('0')}"


def _utc(value: int) -> str:
    """Seconds since 2000; what zero and all ones mean beside that depends on the command."""
    if value == _NO_U32:
        return "no time"
    return f"{_EPOCH + datetime.timedelta(seconds=value)}Z" + ", or at once" * (value == 0)


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


def _day(value: int) -> str:
    """A ZCL date as Special Days and Seasons have it: year since 1900, month, day, day of week, in this order."""
    year, month, day = (value >> shift & 0xFF for shift in (0, 8, 16))
    return "-".join(("any" if year == 0xFF else str(1900 + year), _or_any(month), _or_any(day)))


def _event_data(octets: bytes) -> str:
    """What a log keeps of an event; of a HAN Command (RTDS 4.5.0) ``02`` and its Message Code."""
    return f"Message Code {octets[1:].hex().upper()}" if len(octets) == 3 and octets[0] == 2 else ""


NUMBER_KINDS: Mapping[str, Callable[[int], str]] = {
    "money": _money,
    "pounds": lambda value: f"£{value}",
    "s": lambda value: f"{value} s",
    "min": lambda value: f"{value} min",
    "days": lambda value: f"{value} days",
    "dB": lambda value: f"{value} dB",
    "utc": _utc,
    "event": _utc,  # an Issuer Event Id is the time of its Command
    "day": _day,
    "minute of day": lambda value: f"{value // 60:02}:{value % 60:02}",
    "alert": _choice(dict(ALERTS)),
    "result": _choice(dict(DATA_RESULTS)),
    "status": _choice(dict(ZCL_STATUSES)),
    "message code": lambda value: f"{value:04X}",
    "hex": lambda value: f"0x{value:X}",
    "digits": lambda value: f"{value >> 4} decimals",
    "supply": _choice({0: "disabled", 1: "enabled", 2: "armed"}),
    "supply script": _choice({51: "enable", 52: "disable", 54: "arm"}),
    "payment mode": _choice({1: "credit", 2: "prepayment"}),
    "unit": _choice(
        {10: "currency", 27: "W", 28: "VA", 29: "var", 30: "Wh", 31: "VAh", 32: "varh", 33: "A", 35: "V", 255: "count"}
    ),
    "gas unit": _choice({0x00: "kWh", 0x01: "m³", 0x80: "kWh in BCD", 0x81: "m³ in BCD"}),
    "valve": _choice({0: "closed", 1: "armed", 2: "open"}),
    "currency": _choice({826: "GBP", 978: "EUR"}),
    "frequency": _choice({0: "hourly", 1: "daily"}),
    "device": _choice({0: "Energy Service Interface", 1: "meter", 2: "in-home device"}),
    "top up": _choice(
        {
            0x00: "accepted",
            0x01: "rejected: invalid",
            0x02: "duplicate",
            0x03: "error",
            0x04: "maximum credit reached",
            0x05: "keypad locked",
            0x06: "value too large",
            0x10: "accepted, supply enabled",
            0x11: "accepted, supply disabled",
            0x12: "accepted, supply armed",
        }
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
    "event data": _event_data,
}
"""Kinds of octet strings."""


def words(kind: str, value: int | bytes) -> str:
    """The value in words; empty where the kind is unknown or has none for it."""
    if isinstance(value, int):
        tell = NUMBER_KINDS.get(kind)
        return tell(value) if tell else ""
    show = OCTET_KINDS.get(kind)
    return show(value) if show else ""


def typed(type_: str, text: str) -> str:
    """The name of a type and, where there are any, the words for its value: ``unsigned, £1.00``."""
    return f"{type_}, {text}" if text else type_
