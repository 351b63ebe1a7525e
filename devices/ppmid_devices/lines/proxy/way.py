"""One direction of a proxy: what becomes of the octets that enter it. Pure, by the times that it is told."""

from collections import deque

from ppmid_devices.links.contract import Impairments
from ppmid_devices.ports import MILLISECOND, SECOND, Random

HOLDS_AT_MOST = 1 << 20
"""Octets that a way holds; while it holds more, nothing is read for it."""


class Way:
    """One direction. Times are in nanoseconds of any clock that only rises.

    Dark, it loses all that enters: a stream that has lost octets is ``torn``, and can go on for nobody.
    """

    def __init__(self, impairments: Impairments, random: Random, *, lossy: bool) -> None:
        """``lossy``: whether what it carries can lose a piece, as datagrams and a serial line can."""
        self.impairments, self.dark, self.torn = impairments, False, False
        self._random, self._lossy = random, lossy
        self._held: deque[tuple[int, bytes]] = deque()
        self._free_at = 0
        self.ended = False

    @property
    def holds(self) -> int:
        """How many octets are on their way."""
        return sum(len(octets) for _, octets in self._held)

    @property
    def next_at(self) -> int | None:
        """When the next piece is due."""
        return self._held[0][0] if self._held else None

    def put(self, now: int, octets: bytes) -> None:
        """A piece enters."""
        if self.dark:
            self.torn = self.torn or not self._lossy
            return
        if self._lossy and self.impairments.dropped and self._random.random() < self.impairments.dropped:
            return
        at = max(now + self.impairments.delay_ms * MILLISECOND, self._free_at)
        if self.impairments.octets_per_s:
            at += len(octets) * SECOND // self.impairments.octets_per_s
        self._free_at = at
        self._held.append((at, octets))

    def end(self) -> None:
        """Nothing more enters."""
        self.ended = True

    def darken(self) -> None:
        """From now on nothing gets through, and what is on its way neither."""
        self.dark = True
        if self._held:
            self.torn = self.torn or not self._lossy
            self._held.clear()

    def due(self, now: int) -> bytes:
        """The piece that comes out now; empty where none is due."""
        return self._held[0][1] if self._held and self._held[0][0] <= now else b""

    def took(self, count: int) -> None:
        """The far end has taken so many octets of the piece that is due."""
        at, octets = self._held.popleft()
        if count < len(octets):
            self._held.appendleft((at, octets[count:]))
