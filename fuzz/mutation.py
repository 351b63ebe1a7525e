"""Inputs made of seeds by chance, in pure Python: one random number decides everything, so a run can be repeated."""

import random
from collections.abc import Callable, Iterator, Sequence

LONGEST = 4_096
"""Octets of an input (one in ``_GIANT`` is repeated to far more, to find what grows too fast)."""

_GIANT = 2_000
_GIANT_OCTETS = 70_000  # above every limit of a message
_TELLING = (0x00, 0x01, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xFE, 0xFF, 0x30, 0x39, 0x3C, 0xDD, 0xDF)
_MOST_CHANGES = 4

Change = Callable[[random.Random, bytearray, Sequence[bytes]], None]


def inputs(seeds: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """The seeds, and then mutants of them without end; the same for the same ``seed``."""
    yield from seeds
    chance = random.Random(seed)
    while True:
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, _MOST_CHANGES)):
            chance.choice(_CHANGES)(chance, data, seeds)
        if chance.randrange(_GIANT) == 0:
            yield bytes(data or b"\0") * (_GIANT_OCTETS // max(len(data), 1) + 1)
        yield bytes(data[:LONGEST])


def _place(chance: random.Random, data: bytearray) -> int:
    """An offset; the first octets, where headers and lengths stand, come more often."""
    return chance.randrange(min(len(data), chance.choice((16, 64, LONGEST))) or 1)


def _span(chance: random.Random, data: bytearray) -> slice:
    start = _place(chance, data)
    return slice(start, start + chance.randint(1, 16))


def _flip(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    if data:
        data[_place(chance, data)] ^= 1 << chance.randrange(8)


def _set(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    if data:
        data[_place(chance, data)] = chance.choice((chance.choice(_TELLING), chance.randrange(256)))


def _step(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    """One more or less: what length and count fields are sensitive to."""
    if data:
        at = _place(chance, data)
        data[at] = (data[at] + chance.choice((-1, 1))) % 256


def _remove(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    del data[_span(chance, data)]


def _insert(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    at = _place(chance, data)
    data[at:at] = bytes(chance.choice(_TELLING) for _ in range(chance.randint(1, 8)))


def _repeat(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    span = _span(chance, data)
    data[span.start : span.start] = data[span] * chance.randint(1, 40)


def _cut(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    del data[_place(chance, data) :]


def _extend(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    data += chance.randbytes(chance.randint(1, 8))


def _graft(chance: random.Random, data: bytearray, seeds: Sequence[bytes]) -> None:
    """Go on with the rest of another seed."""
    other = chance.choice(seeds)
    data[_place(chance, data) :] = other[_place(chance, bytearray(other)) :]


_CHANGES: tuple[Change, ...] = (_flip, _set, _step, _remove, _insert, _repeat, _cut, _extend, _graft)
