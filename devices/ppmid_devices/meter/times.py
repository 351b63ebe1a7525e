"""The time as GBCS messages of a device carry it; from nanoseconds since 1970-01-01 UTC."""

from datetime import UTC, datetime

from ppmid_devices.ports import SECOND

_ZIGBEE_EPOCH = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
_NOT_SPECIFIED = 0xFF  # day of the week, and the clock status as RTDS 4.5.0 has it
_NO_DEVIATION = b"\x80\x00"
_DATE_TIME_OCTETS = 12


UNRELIABLE = 0x02
"""The clock status in the date-time of a device whose clock is not reliable (RTDS 4.5.0, GCS14)."""


def cosem_date_time(now: int, *, reliable: bool = True) -> bytes:
    """The 12-octet COSEM date-time, to the second, in the form of the RTDS: no day of the week or deviation.

    The status is not specified, but where the clock is not reliable.
    """
    at = datetime.fromtimestamp(now // SECOND, tz=UTC)
    date = at.year.to_bytes(2, "big") + bytes((at.month, at.day, _NOT_SPECIFIED))
    return (
        date
        + bytes((at.hour, at.minute, at.second, 0))
        + _NO_DEVIATION
        + bytes((_NOT_SPECIFIED if reliable else UNRELIABLE,))
    )


def zigbee_time(now: int) -> int:
    """Seconds since 2000-01-01 UTC."""
    return now // SECOND - _ZIGBEE_EPOCH


def from_zigbee_time(seconds: int) -> int:
    """Nanoseconds since 1970-01-01 of seconds since 2000-01-01 UTC."""
    return (seconds + _ZIGBEE_EPOCH) * SECOND


def nanoseconds(date_time: bytes) -> int | None:
    """Nanoseconds since 1970-01-01 of a COSEM date-time in UTC; None for what names no second, as with wild cards."""
    if len(date_time) != _DATE_TIME_OCTETS:
        return None
    try:
        year, (month, day), (hour, minute, second) = (
            int.from_bytes(date_time[:2], "big"),
            date_time[2:4],
            date_time[5:8],
        )
        at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return int(at.timestamp()) * SECOND


def der_time(now: int) -> str:
    """A GeneralizedTime of GBCS, ``YYYYMMDDhhmmssZ``."""
    return datetime.fromtimestamp(now // SECOND, tz=UTC).strftime("%Y%m%d%H%M%SZ")


def from_der_time(text: str) -> int | None:
    """Nanoseconds since 1970-01-01 of such a GeneralizedTime; None when it names no moment."""
    try:
        return int(datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()) * SECOND
    except ValueError:
        return None
