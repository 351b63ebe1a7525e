"""The card's side of ISO-DEP: block by block as ISO/IEC 14443-4 has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface.iso_dep import Asked, Ended, IsoDepCard


def _card(frame: int = 8) -> IsoDepCard:
    card = IsoDepCard(frame=frame)
    assert card.start(bytes((0xE0, 0x80))) == bytes((5, 0x70 | frame, 0x80, 0xA0, 0))
    return card


def test_a_command_and_its_answer_in_a_block_each() -> None:
    card = _card()
    assert card.take(b"\x02\x00\xa4") == Asked(b"\x00\xa4")
    assert card.answer(b"\x90\x00") == b"\x02\x90\x00"
    assert card.take(b"\x03\x80") == Asked(b"\x80")
    assert card.answer(b"\x6a\x82") == b"\x03\x6a\x82"


def test_a_command_in_several_blocks() -> None:
    card = _card()
    assert card.take(b"\x12ab") == b"\xa2"
    assert card.take(b"\x13cd") == b"\xa3"
    assert card.take(b"\x02e") == Asked(b"abcde")


def test_an_answer_in_several_blocks() -> None:
    card = IsoDepCard()
    card.start(b"\xe0\x00")  # frames of 16 octets, so 13 of an APDU
    assert card.take(b"\x02?") == Asked(b"?")
    assert card.answer(bytes(range(20))) == b"\x12" + bytes(range(13))
    assert card.take(b"\xa3") == b"\x03" + bytes(range(13, 20))


def test_what_was_not_heard_is_said_again() -> None:
    card = _card()
    card.take(b"\x02?")
    said = card.answer(b"\x90\x00")
    assert card.take(b"\xb2") == said  # not acknowledged, its own number
    assert card.take(b"\xb3") == b"\xa2"  # of a block that it has not got


def test_presence_is_answered_before_anything_was_said() -> None:
    assert _card().take(b"\xb2") == b"\xa3"


def test_deselect_is_answered_and_ends_it() -> None:
    assert _card().take(b"\xc2") == Ended(b"\xc2")


def test_more_time_is_asked_for_and_granted() -> None:
    card = _card()
    assert card.more_time() == b"\xf2\x01"
    assert card.is_more_time(b"\xf2\x01")
    assert not card.is_more_time(b"\x02")
    assert card.waiting_s == pytest.approx(0.3093, abs=1e-4)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_card_says_nothing_to_what_is_no_block_and_never_breaks(blocks: list[bytes]) -> None:
    card = _card()
    for block in blocks:
        said = card.take(block)
        if not block or (block[0] & 0xE2 not in (0x02, 0xA2) and block[0] != 0xC2):
            assert said is None


@given(st.binary(min_size=1, max_size=700), st.sampled_from(range(9)))
def test_any_answer_comes_whole_whatever_the_reader_takes(response: bytes, reader: int) -> None:
    card = IsoDepCard()
    card.start(bytes((0xE0, reader << 4)))
    card.take(b"\x02?")
    block, whole, number = card.answer(response), b"", 0
    while block[0] & 0x10:
        whole, number = whole + block[1:], number ^ 1
        following = card.take(bytes((0xA2 | number,)))
        assert isinstance(following, bytes)
        block = following
    assert whole + block[1:] == response


@pytest.mark.parametrize("rats", [b"", b"\xe0", b"\xd0\x80", b"\xe0\x80\x00"])
def test_what_is_no_rats_is_refused(rats: bytes) -> None:
    with pytest.raises(Malformed, match="expected E0"):
        IsoDepCard().start(rats)
