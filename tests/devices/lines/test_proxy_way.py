"""One direction of a proxy, without a socket: delay, rate, loss, and what is torn in the dark."""

from random import Random
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from ppmid_devices.lines.proxy.way import Way
from ppmid_devices.links.contract import Impairments
from ppmid_devices.ports import MILLISECOND, SECOND


def out(way: Way, until: int) -> list[tuple[int, bytes]]:
    """What comes out, with its times, when it is always asked in time."""
    came = []
    while (at := way.next_at) is not None and at <= until:
        came.append((at, way.due(at)))
        way.took(len(came[-1][1]))
    return came


def test_delay_and_rate_add_up_and_keep_the_order() -> None:
    way = Way(Impairments(delay_ms=100, octets_per_s=1000), Random(1), lossy=False)
    way.put(0, bytes(50))
    way.put(0, bytes(50))
    way.put(SECOND, b"x")
    assert out(way, 2 * SECOND) == [
        (150 * MILLISECOND, bytes(50)),
        (200 * MILLISECOND, bytes(50)),
        (1_101 * MILLISECOND, b"x"),
    ]


def test_a_piece_that_is_taken_in_parts_loses_nothing() -> None:
    way = Way(Impairments(), Random(1), lossy=False)
    way.put(0, b"abcdef")
    way.took(2)
    assert (way.due(0), way.holds) == (b"cdef", 4)


@any_of(
    pieces=st.lists(st.binary(min_size=1, max_size=20), max_size=20),
    delay=st.integers(0, 500),
    rate=st.integers(0, 5000),
)
def test_a_stream_in_the_light_comes_out_as_it_went_in(pieces: list[bytes], delay: int, rate: int) -> None:
    way = Way(Impairments(delay_ms=delay, octets_per_s=rate), Random(1), lossy=False)
    for number, piece in enumerate(pieces):
        way.put(number * MILLISECOND, piece)
    came = out(way, 10**15)
    assert [octets for _, octets in came] == pieces
    assert [at for at, _ in came] == sorted(at for at, _ in came)
    assert not way.torn


@pytest.mark.parametrize("wrong", [{"dropped": 1.5}, {"dropped": -0.1}, {"delay_ms": -1}, {"octets_per_s": -1}])
def test_what_is_no_impairment_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected a"):
        Impairments(**wrong)
