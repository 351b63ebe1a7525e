"""What a faulty way does to the octets that it carries: pure, by the times that it is told."""

from collections import deque
from dataclasses import dataclass

from ppmid_devices.ports import MILLISECOND, SECOND, Random

HOLDS_AT_MOST = 1 << 20
"""Octets that a way holds; while it holds more, nothing is read for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Impairments:
    """``delay_ms``: of everything, in each direction. ``octets_per_s``: the rate of each direction, 0 without a limit.

    ``dropped``: the share of datagrams, or of the pieces that a serial line brings, that are lost; TCP loses none.
    ``reset_after``: octets in both directions together after which a connection is reset, 0 for never.
    """

    delay_ms: int = 0
    octets_per_s: int = 0
    dropped: float = 0.0
    reset_after: int = 0

    def __post_init__(self) -> None:
        """Raises ValueError for a share that is none, and for numbers below zero."""
        if not 0 <= self.dropped <= 1:
            raise ValueError(f"dropped: expected a share from 0 to 1, found {self.dropped}")
        for name in ("delay_ms", "octets_per_s", "reset_after"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: expected a number from 0 up, found {getattr(self, name)}")


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
