"""GSME and GPF: registers, logs and configuration that are read (checked against RTDS 4.5.0 unless said)."""

from ppmid_protocols.gbcs.gbz import Cluster
from ppmid_protocols.transforms.ask import Ask, Builder, seconds_2000
from ppmid_protocols.transforms.gbz_values import (
    LAST_TIME,
    Components,
    gbz_command,
    reads,
    to_server,
    u8,
    u16,
    u32,
    utc,
    zcl_time,
)

_GET_SNAPSHOT, _GET_PREPAYMENT_SNAPSHOT, _GET_SAMPLES = 0x06, 0x07, 0x08
_PROVIDER, _ANY_CALENDAR, _ALL = u32(0), LAST_TIME, u8(0)
_FROM, _TO = "ReadLogPeriod/StartDateTime", "ReadLogPeriod/EndDateTime"

_DAILY, _MONTHLY = 0x00000001, 0x00000002  # causes of a snapshot
_DAYS, _MONTHS = 31, 12  # entries of a log


def _snapshots(cluster: int, command: int, cause: int, count: int) -> tuple[Components, ...]:
    """One command for each entry of a log, by its offset."""
    return tuple(to_server(cluster, command, utc(_FROM), utc(_TO), u8(offset), u32(cause)) for offset in range(count))


def _samples(sample: int, interval: int, *, from_start: bool) -> Builder:
    """The samples between two times, so many seconds apart. How many: by the period asked for (inferred)."""

    def count(ask: Ask) -> int:
        return min((seconds_2000(ask.number(_TO)) - seconds_2000(ask.number(_FROM))) // interval, 0xFFFF)

    earliest = utc(_FROM) if from_start else u32(1)
    return gbz_command(to_server(Cluster.METERING, _GET_SAMPLES, u16(sample), earliest, u8(0), u16(count)))


def _from(ask: Ask) -> int:
    return zcl_time(ask.number(_FROM))


_PROFILE_INTERVAL, _NETWORK_INTERVAL, _DAY = 1800, 360, 86_400
_EVERY_PERIOD = gbz_command(to_server(Cluster.PRICE, 0x0B, u32(0), u32(0xFFFFFFFF), u8(1), u8(0)))


def _calendars(calendar_id: int, type_: int) -> tuple[Components, ...]:
    """Get Day Profiles, Week Profiles, Seasons and Special Days of a calendar."""
    return (
        to_server(Cluster.CALENDAR, 0x01, _PROVIDER, u32(calendar_id), u8(1), _ALL),
        to_server(Cluster.CALENDAR, 0x02, _PROVIDER, u32(calendar_id), u8(1), _ALL),
        to_server(Cluster.CALENDAR, 0x03, _PROVIDER, u32(calendar_id)),
        to_server(Cluster.CALENDAR, 0x04, u32(0), _ALL, u8(type_), _PROVIDER, u32(calendar_id)),
    )


PAYLOADS: dict[str, Builder] = {
    "GCS13a": gbz_command(reads(Cluster.METERING, 0x0302, 0x0301, 0x0300, 0x0000)),
    "GCS13b": gbz_command(reads(Cluster.METERING, 0x0700, 0x0701, 0x0702, 0x0703, 0x0302, 0x0301, 0x0300)),
    "GCS13c": gbz_command(reads(Cluster.METERING, 0x0302, 0x0301, 0x0300, 0x0100, 0x0102, 0x0104, 0x0106)),
    "GCS15c": gbz_command(
        *_snapshots(Cluster.METERING, _GET_SNAPSHOT, _MONTHLY, _MONTHS),
        *_snapshots(Cluster.PREPAYMENT, _GET_PREPAYMENT_SNAPSHOT, _MONTHLY, _MONTHS),
    ),
    "GCS15d": gbz_command(to_server(Cluster.PREPAYMENT, 0x0A, utc(_TO), u8(10), u8(2), from_date_time=_from)),
    "GCS15e": gbz_command(to_server(Cluster.PREPAYMENT, 0x08, utc(_TO), u8(5), from_date_time=_from)),
    "GCS16a": gbz_command(*_snapshots(Cluster.METERING, _GET_SNAPSHOT, _DAILY, _DAYS)),
    "GCS16b": gbz_command(*_snapshots(Cluster.PREPAYMENT, _GET_PREPAYMENT_SNAPSHOT, _DAILY, _DAYS)),
    "GCS17": _samples(0, _PROFILE_INTERVAL, from_start=True),
    "GCS18": _samples(2, _NETWORK_INTERVAL, from_start=False),
    "GCS20r": gbz_command(to_server(Cluster.DEVICE_MANAGEMENT, 0x05, u16(0x81FF))),
    "GCS21a": gbz_command(
        reads(Cluster.PRICE, 0x0306, 0x0305, 0x0304, 0x0303, 0x0302),
        reads(Cluster.METERING, 0x0B13, 0x0B12, 0x0B11, 0x0B10, 0x0B14, 0x0B15),
    ),
    "GCS21b": gbz_command(
        reads(
            Cluster.PREPAYMENT,
            *(0x0239, 0x0006, 0x0216, 0x0226, 0x0040, 0x0010, 0x0011, 0x0031, 0x0021, 0x0022, 0x0217, 0x0227),
        ),
        reads(Cluster.PRICE, 0x0617),
        *_calendars(_ANY_CALENDAR, 3),
    ),
    "GCS21d": _EVERY_PERIOD,
    "GCS21e": gbz_command(reads(Cluster.BASIC, 0x0004, 0x0005, 0x0003), reads(Cluster.METERING, 0x0608, 0x0607)),
    "GCS21f": gbz_command(
        reads(
            Cluster.PRICE,
            *(0x0203, 0x0202, 0x0100, 0x0101, 0x0102, 0x0615, 0x0400, 0x0401, 0x0402, 0x0403),
            *(0x0410, 0x0420, 0x0430, 0x0440, 0x0616, 0x0617, 0x0301),
        ),
        *_calendars(0xFFFFFFFF, 0),
        to_server(Cluster.PRICE, 0x00, u8(0)),
    ),
    "GCS21j": gbz_command(reads(Cluster.PREPAYMENT, 0x0000)),
    "GCS21k": _EVERY_PERIOD,
    "GCS21m": gbz_command(reads(Cluster.BASIC, 0x0004, 0x0005), reads(Cluster.METERING, 0x0608, 0x0607)),
    "GCS38": gbz_command(reads(Cluster.METERING, 0x0206)),
    "GCS46": gbz_command(reads(Cluster.METERING, 0x0307)),
    "GCS61": _samples(1, _DAY, from_start=True),
}
"""GCS13a, GCS13c, GCS15d, GCS16a, GCS17, GCS18, GCS20r, GCS21f, GCS21k and GCS61 follow the public tables: no message
of theirs is in the public test data used here."""
