"""What flows through a meter: a load that is a pure function of time and a seed, and the readings that follow from it.

Half hours are counted from 1970-01-01 UTC. An amount is in whole units of the register: Wh of an ESME, litres of a
GSME. A home uses less by night than in the evening, and no half hour is like another. A loss of power is not reckoned
with: it lasts seconds. All of this is assumed; a real home's load is chance.
"""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from ppmid_devices.ports import DAY, MINUTE

HALF_HOUR = 30 * MINUTE
PROFILE_ENTRIES, DAYS_OF_CONSUMPTION = 19_056, 731
"""Entries of the Profile Data Log and of the Daily Consumption Log (use-case tables)."""
_SHARES = (40,) * 12 + (140,) * 6 + (90,) * 14 + (160,) * 12 + (80,) * 4
"""Per cent of the mean load in each half hour of a day; their mean is 100."""
_EVEN = 128


class Amount(NamedTuple):
    """What flowed in a period that ended at ``time``, in nanoseconds since 1970."""

    time: int
    amount: int


class Consumption:
    """The load of one element, from when its meter was made. ``per_hour``: the mean, in units."""

    def __init__(self, seed: bytes, began: int, per_hour: int) -> None:
        self._seed, self._began, self._per_hour = seed, began, per_hour
        self._first = began // HALF_HOUR
        self._sums = [0]

    def amount(self, half_hour: int) -> int:
        """What would flow in the whole of a half hour: between half and one and a half times what is usual then."""
        chance = hashlib.sha256(self._seed + half_hour.to_bytes(8, "big")).digest()[0]
        usual = self._per_hour * _SHARES[half_hour % len(_SHARES)]
        return usual * (_EVEN + chance) // (200 * 2 * _EVEN)

    def register(self, at: int) -> int:
        """What has flowed since the meter was made."""
        if at <= self._began:
            return 0
        return self._since_first(at) - self._since_first(self._began)

    def profile(self, now: int) -> Iterator[Amount]:
        """Every half hour that has ended, oldest first."""
        return self._periods(now, HALF_HOUR, PROFILE_ENTRIES)

    def days(self, now: int) -> Iterator[Amount]:
        """Every day that has ended, in UTC, oldest first."""
        return self._periods(now, DAY, DAYS_OF_CONSUMPTION)

    def _periods(self, now: int, length: int, most: int) -> Iterator[Amount]:
        first, last = self._began // length + 1, now // length
        first = max(first, last - most + 1)
        before = self.register((first - 1) * length)
        for period in range(first, last + 1):
            end = period * length
            after = self.register(end)
            yield Amount(end, after - before)
            before = after

    def _since_first(self, at: int) -> int:
        whole, rest = divmod(at - self._first * HALF_HOUR, HALF_HOUR)
        while len(self._sums) <= whole:
            self._sums.append(self._sums[-1] + self.amount(self._first + len(self._sums) - 1))
        return self._sums[whole] + (self.amount(self._first + whole) * rest // HALF_HOUR if rest else 0)
