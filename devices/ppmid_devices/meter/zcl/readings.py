"""What a GSME tells of what flowed through it: snapshots of its registers, samples of its profile (ZSE; GCS15 to 17).

All gas is in the first tier, as no tariff switches here (assumed). Samples of the Network Data Log are not taken.
"""

from collections.abc import Iterable, Mapping
from itertools import islice

from ppmid_devices.meter.billing import by_periods
from ppmid_devices.meter.consumption import Consumption
from ppmid_devices.meter.registers import Reading, Registers
from ppmid_devices.meter.times import from_zigbee_time, zigbee_time
from ppmid_devices.meter.zcl.refusals import NOT_FOUND, ComponentRefused
from ppmid_devices.meter.zcl.store import CommandId, Given, Handler, Reply, View

_METERING, _PREPAYMENT = 0x0702, 0x0705
_GENERAL, _END_OF_BILLING, _MODE_OR_TARIFF = 0x01, 0x02, 0x6008
"""Causes of snapshots that use cases name."""
_TIERS, _BLOCKS = 4, 4
_HALF_HOURS, _DAYS = 0, 1
_HALF_HOUR_S, _DAY_S = 0x0708, 0xFFFF  # the interval of a day is beyond the field
_MOST_SAMPLES = 0xFFFF
_LARGEST_SAMPLE = 0xFFFFFE
_GET_SNAPSHOT, _GET_SAMPLES, _GET_PREPAY_SNAPSHOT = (
    CommandId(_METERING, False, 0x06),
    CommandId(_METERING, False, 0x08),
    CommandId(_PREPAYMENT, False, 0x07),
)
READ = (_GET_SNAPSHOT, _GET_SAMPLES, _GET_PREPAY_SNAPSHOT)
"""The commands that read what is kept."""


class Readings:
    """Views and handlers of one meter."""

    def __init__(self, registers: Registers, load: Consumption) -> None:
        self._registers, self._load = registers, load

    def views(self) -> Mapping[str, View]:
        """By their attributes."""
        return {one: View(lambda: self._load.register(self._registers.now)) for one in ("0702/0000", "0702/0100")}

    def handlers(self) -> Mapping[CommandId, Handler]:
        """Of the commands that read what is kept."""
        return {
            _GET_SNAPSHOT: self._consumption,
            _GET_PREPAY_SNAPSHOT: self._prepayment,
            _GET_SAMPLES: self._samples,
        }

    def _kept(self, cause: int) -> tuple[Reading, ...]:
        causes = {
            _GENERAL: self._registers.daily_reads,
            _END_OF_BILLING: self._registers.billing_log,
            _MODE_OR_TARIFF: self._registers.mode_log,
        }
        return causes.get(cause, ())

    def _consumption(self, given: Given) -> Iterable[Reply]:
        one, head = _chosen(given, self._kept(given.number("cause")))
        total = self._load.register(one.time)
        tiers = bytes((_TIERS,)) + b"".join(map(_u48, (total, *(0,) * (_TIERS - 1))))
        blocks = bytes((1 << 4 | _BLOCKS,)) + _u48(0) * _BLOCKS
        return [Reply(0x06, head + b"\x06" + _u48(total) + tiers + blocks)]

    def _prepayment(self, given: Given) -> Iterable[Reply]:
        """Only of prepayment mode."""
        kept = tuple(one for one in self._kept(given.number("cause")) if one.prepayment)
        one, head = _chosen(given, kept)
        owed = _i32(one.accumulated_debt) + b"".join(map(_u32, (*one.time_debts, one.payment_debt)))
        return [Reply(0x01, head + b"\x00" + owed + _i32(one.emergency_credit) + _i32(one.balance))]

    def _samples(self, given: Given) -> Iterable[Reply]:
        """From a time on, so many as are wanted."""
        which, earliest, wanted = given.number("sample"), given.number("earliest"), given.number("samples")
        now = self._registers.now
        logs = {_HALF_HOURS: (self._load.profile, _HALF_HOUR_S), _DAYS: (self._load.days, _DAY_S)}
        if which not in logs:
            raise ComponentRefused(NOT_FOUND)
        log, interval = logs[which]
        since = from_zigbee_time(earliest)
        found = list(islice((one for one in log(now) if one.time >= since), min(wanted, _MOST_SAMPLES)))
        if not found:
            raise ComponentRefused(NOT_FOUND)
        start = _u32(zigbee_time(found[0].time))
        amounts = b"".join(min(one.amount, _LARGEST_SAMPLE).to_bytes(3, "little") for one in found)
        head = _u16(which) + start + b"\x00" + _u16(interval) + _u16(len(found))
        return [Reply(0x07, head + amounts)]


def is_due(period: bytes, day: int) -> int | None:
    """When on a day a billing period ends, by the body of the Publish Billing Period in force (ZSE)."""
    start, duration = int.from_bytes(period[8:12], "little"), int.from_bytes(period[12:15], "little")
    return by_periods(from_zigbee_time(start), duration, period[15] & 0x0F, day)


def _chosen(given: Given, kept: Iterable[Reading]) -> tuple[Reading, bytes]:
    """One of what was kept between two times, by its place among them, and what a snapshot of it begins with."""
    first, last, at = given.number("earliest"), given.number("latest"), given.number("offset")
    found = [one for one in kept if first <= zigbee_time(one.time) <= last]
    if at >= len(found):
        raise ComponentRefused(NOT_FOUND)
    one = found[at]
    return one, _u32(at) + _u32(zigbee_time(one.time)) + bytes((len(found), 0, 1)) + _u32(given.number("cause"))


def _u16(number: int) -> bytes:
    return number.to_bytes(2, "little")


def _u32(number: int) -> bytes:
    return number.to_bytes(4, "little")


def _i32(number: int) -> bytes:
    return number.to_bytes(4, "little", signed=True)


def _u48(number: int) -> bytes:
    return number.to_bytes(6, "little")
