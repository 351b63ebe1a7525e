"""Cutting messages into blocks and putting them together: order, repeats, losses, contradictions, bounds."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed
from ppmid_protocols.zigbee.fragments import Limits, Reassembled, Reassembly, cut
from ppmid_protocols.zigbee.frames import Block, Fragment


def test_blocks_of_105_octets_by_hand() -> None:
    message = bytes(range(105))
    assert cut(message) == [
        (Block(Fragment.FIRST, 3), message[:48]),
        (Block(Fragment.PART, 1), message[48:96]),
        (Block(Fragment.PART, 2), message[96:]),
    ]
    assert cut(message[:48]) == [(None, message[:48])]
    assert cut(message, 200) == [(None, message)]


def test_more_than_255_blocks_are_refused() -> None:
    assert len(cut(bytes(255), 1)) == 255
    with pytest.raises(Malformed, match="255 blocks"):
        cut(bytes(256), 1)
    with pytest.raises(Malformed, match="at least 1"):
        cut(b"", 0)


@given(st.binary(min_size=2, max_size=1540), st.integers(7, 100), st.randoms(use_true_random=False))
def test_blocks_in_any_order_with_repeats_give_the_message_once(
    message: bytes, size: int, chance: random.Random
) -> None:
    blocks = cut(message, min(size, len(message) - 1))
    arrivals = [*range(len(blocks)), *range(0, len(blocks), 2)]
    chance.shuffle(arrivals)
    reassembly = Reassembly()
    given_out = [
        whole
        for frame, index in enumerate(arrivals)
        if (block := blocks[index][0]) is not None
        and (whole := reassembly.add("key", block, blocks[index][1], frame)) is not None
    ]
    first_seen = tuple(arrivals.index(index) for index in range(len(blocks)))
    assert given_out == [Reassembled(message, first_seen)]
    assert reassembly.waiting == ()


def test_a_lost_block_is_told_and_the_message_can_be_given_up() -> None:
    reassembly = Reassembly()
    assert reassembly.add("key", Block(Fragment.PART, 2), b"c") is None
    assert reassembly.missing("key") == (0, 1)
    assert reassembly.add("key", Block(Fragment.FIRST, 4), b"a") is None
    assert reassembly.missing("key") == (1, 3)
    assert reassembly.abandon("key")
    assert not reassembly.abandon("key")
    assert (reassembly.missing("key"), reassembly.abandoned) == ((), 1)


def test_a_later_message_under_the_same_counter_replaces_an_unfinished_one() -> None:
    reassembly = Reassembly()
    reassembly.add("key", Block(Fragment.FIRST, 3), b"old 0")
    reassembly.add("key", Block(Fragment.PART, 1), b"old 1")
    reassembly.add("key", Block(Fragment.FIRST, 2), b"new 0", 7)
    assert reassembly.abandoned == 1
    assert reassembly.add("key", Block(Fragment.PART, 1), b"new 1", 8) == Reassembled(b"new 0new 1", (7, 8))


def test_a_repeat_after_the_end_neither_gives_the_message_again_nor_spoils_the_next() -> None:
    reassembly = Reassembly()
    reassembly.add("key", Block(Fragment.FIRST, 2), b"old 0")
    assert reassembly.add("key", Block(Fragment.PART, 1), b"old 1") is not None
    assert reassembly.add("key", Block(Fragment.PART, 1), b"old 1") is None
    assert reassembly.waiting == ()
    reassembly.add("key", Block(Fragment.FIRST, 2), b"new 0", 4)
    assert reassembly.add("key", Block(Fragment.PART, 1), b"new 1", 5) == Reassembled(b"new 0new 1", (4, 5))


def test_memory_is_bounded_in_messages_and_octets() -> None:
    reassembly = Reassembly(Limits(message_octets=100, concurrent=2))
    for key in ("one", "two", "three"):
        reassembly.add(key, Block(Fragment.FIRST, 9), b"x" * 60)
    assert (reassembly.waiting, reassembly.abandoned) == (("two", "three"), 1)
    with pytest.raises(Malformed, match="at most 100 octets, found 120"):
        reassembly.add("two", Block(Fragment.PART, 1), b"y" * 60)
    assert reassembly.waiting == ("three",)


def test_finished_messages_are_remembered_only_so_long() -> None:
    reassembly = Reassembly(Limits(concurrent=2))
    for key in ("one", "two", "three"):
        reassembly.add(key, Block(Fragment.FIRST, 1), b"whole")
    reassembly.add("three", Block(Fragment.FIRST, 1), b"whole")
    assert reassembly.add("two", Block(Fragment.FIRST, 1), b"whole") is None
    assert reassembly.add("one", Block(Fragment.FIRST, 1), b"whole") is not None, "forgotten, so taken as new"


@pytest.mark.parametrize("late", [True, False])
def test_an_index_beyond_the_count_is_refused(late: bool) -> None:
    reassembly = Reassembly()
    blocks = [Block(Fragment.FIRST, 2), Block(Fragment.PART, 2)]
    first, second = blocks if late else reversed(blocks)
    reassembly.add("key", first, b"a")
    with pytest.raises(Malformed, match="below the count 2, found 2"):
        reassembly.add("key", second, b"b")
    assert reassembly.waiting == ()


@pytest.mark.parametrize("fragment", Fragment)
def test_block_number_0_is_refused(fragment: Fragment) -> None:
    with pytest.raises(Malformed, match="found 0"):
        Reassembly().add("key", Block(fragment, 0), b"")
