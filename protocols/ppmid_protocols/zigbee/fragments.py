"""APS fragmentation: cutting a message into blocks, and putting blocks together again (ZigBee R22 2.2.8.4.5).

The first block carries the count of all blocks, each further one its index from 1.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ppmid_protocols.errors import Malformed
from ppmid_protocols.zigbee.frames import Block, Fragment

_FIRST = Fragment.FIRST
BLOCK_OCTETS = 48
"""Octets of the message in one frame: what fits beside all headers and both MICs (a setting; assumed)."""
MOST_BLOCKS = 255


def cut(message: bytes, size: int = BLOCK_OCTETS) -> list[tuple[Block | None, bytes]]:
    """The blocks of ``message``, each with its extended header; a message of at most ``size`` octets stays whole.

    Raises Malformed when it would need more than 255 blocks.
    """
    if size < 1:
        raise Malformed("block size", f"expected at least 1 octet, found {size}")
    if len(message) <= size:
        return [(None, message)]
    parts = [message[start : start + size] for start in range(0, len(message), size)]
    if len(parts) > MOST_BLOCKS:
        raise Malformed("message", f"expected at most {MOST_BLOCKS} blocks of {size} octets, found {len(message)}")
    return [
        (Block(Fragment.FIRST, len(parts)) if index == 0 else Block(Fragment.PART, index), part)
        for index, part in enumerate(parts)
    ]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a receiver keeps at most: the tunnel's largest transfer, 1500 octets, and 40 for ZCL and tunnel headers."""

    message_octets: int = 1540
    concurrent: int = 8


@dataclass(frozen=True, slots=True)
class Reassembled:
    """A whole message, and the caller's numbers of the frames that brought its blocks, in the order of the blocks."""

    octets: bytes = field(repr=False)
    frames: tuple[int, ...]


@dataclass(slots=True)
class _Partial:
    count: int | None = None
    blocks: dict[int, bytes] = field(default_factory=dict)
    frames: dict[int, int] = field(default_factory=dict)
    size: int = 0
    highest: int = 0

    def contradicts(self, count: int | None, index: int, octets: bytes) -> bool:
        """Whether a new block cannot belong to this message."""
        other_count = count is not None and self.count is not None and count != self.count
        return other_count or self.blocks.get(index, octets) != octets

    def keep(self, count: int | None, index: int, octets: bytes, frame: int) -> None:
        self.count = count or self.count
        if index not in self.blocks:
            self.blocks[index], self.frames[index] = octets, frame
            self.size += len(octets)
            self.highest = max(self.highest, index)

    def whole(self) -> Reassembled:
        order = range(len(self.blocks))
        return Reassembled(b"".join(map(self.blocks.__getitem__, order)), tuple(map(self.frames.__getitem__, order)))

    def missing(self) -> tuple[int, ...]:
        count = self.count or 1 + max(self.blocks, default=0)
        return tuple(index for index in range(count) if index not in self.blocks)


K = TypeVar("K", bound=Hashable)


class Reassembly(Generic[K]):
    """The messages that a receiver is putting together; in memory only, and never more of it than ``limits`` allow.

    A message is told by a key that its blocks share: source, destination and APS counter. Blocks may come in any order
    and more than once. A block that contradicts what is kept under its key belongs to a later message with the same
    counter: the older one is given up. Where a new message finds no room, the oldest is given up. Whoever holds a clock
    calls ``abandon`` for a message whose blocks stay out.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._partial: dict[K, _Partial] = {}
        self._done: dict[K, _Partial] = {}
        self.abandoned = 0

    def add(self, key: K, block: Block, octets: bytes, frame: int = 0) -> Reassembled | None:
        """Take one block, brought by the frame that the caller numbers ``frame``.

        Gives the message when it is complete, else None; a repeated block gives None as well.

        Raises Malformed when the block cannot be one of its message, or the message grows beyond the limit: then what
        was kept of it is given up.
        """
        fragment, number, _ = block
        count, index = (number, 0) if fragment is _FIRST else (None, number)
        if number == 0:
            raise Malformed("APS block number", "expected a count or an index of at least 1, found 0")
        done = self._done.get(key)
        if done is not None:
            if done.blocks.get(index) == octets:
                return None
            del self._done[key]
        partial = self._partial.get(key)
        if partial is None or partial.contradicts(count, index, octets):
            self.abandon(key)
            partial = self._make_room(key)
        partial.keep(count, index, octets, frame)
        self._check(key, partial)
        if len(partial.blocks) != partial.count:
            return None
        self._done[key] = self._partial.pop(key)
        if len(self._done) > self._limits.concurrent:
            del self._done[next(iter(self._done))]
        return partial.whole()

    def _make_room(self, key: K) -> _Partial:
        if len(self._partial) >= self._limits.concurrent:
            self.abandon(next(iter(self._partial)))
        partial = self._partial[key] = _Partial()
        return partial

    def _check(self, key: K, partial: _Partial) -> None:
        problem = None
        if partial.size > self._limits.message_octets:
            problem = f"expected a message of at most {self._limits.message_octets} octets, found {partial.size}"
        elif partial.count is not None and partial.highest >= partial.count:
            problem = f"expected an index below the count {partial.count}, found {partial.highest}"
        if problem is not None:
            self.abandon(key)
            raise Malformed("APS block", problem)

    def missing(self, key: K) -> tuple[int, ...]:
        """The indices still out, so far as they are known; empty when nothing is kept under ``key``."""
        partial = self._partial.get(key)
        return () if partial is None else partial.missing()

    def abandon(self, key: K) -> bool:
        """Give up an incomplete message; whether there was one. ``abandoned`` counts them."""
        if self._partial.pop(key, None) is None:
            return False
        self.abandoned += 1
        return True

    @property
    def waiting(self) -> tuple[K, ...]:
        """The keys of incomplete messages, oldest first."""
        return tuple(self._partial)
