"""The time as GBCS messages of a device carry it; from nanoseconds since 1970-01-01 UTC."""

from datetime import UTC, datetime

from ppmid_devices.ports import SECOND

_ZIGBEE_EPOCH = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
_NOT_SPECIFIED = 0xFF  # day of the week, and the clock status as RTDS 4.5.0 has it
_NO_DEVIATION = b"\x80\x00"


def cosem_date_time(now: int) -> bytes:
    """The 12-octet COSEM date-time, to the second, in the form of the RTDS: no day of the week, deviation or status."""
    at = datetime.fromtimestamp(now // SECOND, tz=UTC)
    date = at.year.to_bytes(2, "big") + bytes((at.month, at.day, _NOT_SPECIFIED))
    return date + bytes((at.hour, at.minute, at.second, 0)) + _NO_DEVIATION + bytes((_NOT_SPECIFIED,))


def zigbee_time(now: int) -> int:
    """Seconds since 2000-01-01 UTC."""
    return now // SECOND - _ZIGBEE_EPOCH
