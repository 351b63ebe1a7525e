"""The pair of files on a stick: octets by hand, any messages there and back, and what must be refused as a whole."""

import zlib

import pytest
from avenue_messages import MESSAGES, PAGE, PPMID
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface import stick
from ppmid_protocols.local_interface.stick import Direction


def test_a_file_is_headerMESSAGES_and_crc() -> None:
    head = b"PPMIDLCI" + bytes.fromhex("01 01 0002 00000021")  # to the PPMID, two messages, 33 octets in all
    body = bytes.fromhex("00000002") + b"ab" + bytes.fromhex("00000003") + b"cde"
    data = stick.write_file(Direction.TO_PPMID, [b"ab", b"cde"])
    assert data == head + body + zlib.crc32(head + body).to_bytes(4, "big")
    assert len(data) == 33
    assert stick.read_file(Direction.TO_PPMID, data) == (b"ab", b"cde")


def test_file_names_are_of_the_ppmid_and_the_direction() -> None:
    assert stick.file_name(PPMID, Direction.TO_PPMID) == "567890A4.IN"
    assert stick.file_name(PPMID, Direction.FROM_PPMID) == "567890A4.OUT"


@given(MESSAGES, st.sampled_from(Direction))
def test_files_come_back(messages: list[bytes], direction: Direction) -> None:
    data = stick.write_file(direction, messages)
    assert stick.read_file(direction, data) == tuple(messages)
    assert stick.length_of(direction, data[:16]) == len(data)


@given(MESSAGES, st.data())
def test_a_file_that_was_cut_or_damaged_is_refused_as_a_whole(messages: list[bytes], data: st.DataObject) -> None:
    file = stick.write_file(Direction.TO_PPMID, messages)
    cut = file[: data.draw(st.integers(0, len(file) - 1))]
    place = data.draw(st.integers(0, len(file) - 1))
    turned = file[:place] + bytes((file[place] ^ data.draw(st.integers(1, 255)),)) + file[place + 1 :]
    for wrong in (cut, turned, file + b"\x00"):
        with pytest.raises(Malformed):
            stick.read_file(Direction.TO_PPMID, wrong)


def test_the_largest_file_holds_the_most_of_the_largestMESSAGES() -> None:
    file = stick.write_file(Direction.FROM_PPMID, [bytes(4096)] * 64)
    assert len(file) == stick.LARGEST_FILE == 262_420
    for messages in ([], [b"1"] * 65):
        with pytest.raises(Malformed, match="expected 1 to 64 messages"):
            stick.write_file(Direction.FROM_PPMID, messages)
    with pytest.raises(Malformed, match="expected 1 to 4096, found 4097"):
        stick.write_file(Direction.FROM_PPMID, [bytes(4097)])


def _sealed_by_crc(data: bytes) -> bytes:
    return data + zlib.crc32(data).to_bytes(4, "big")


@pytest.mark.parametrize(
    ("head", "body", "problem"),
    [
        (b"PPMIDLCX" + bytes.fromhex("01 01 0001 00000019"), b"", "expected PPMIDLCI and the form 1"),
        (b"PPMIDLCI" + bytes.fromhex("02 01 0001 00000019"), b"", "expected PPMIDLCI and the form 1"),
        (b"PPMIDLCI" + bytes.fromhex("01 02 0001 00000019"), b"", "expected the direction 1, found 2"),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0000 00000019"), b"", "expected 1 to 64 messages, found 0"),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0041 00000019"), b"", "expected 1 to 64 messages, found 65"),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0001 00000014"), b"", "octets, found 20"),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0001 00040115"), b"", "expected at most 262420 octets, found 262421"),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0001 00000019"), b"", "expected 25 octets as its header says, found 20"),
        (
            b"PPMIDLCI" + bytes.fromhex("01 01 0002 00000019"),
            bytes.fromhex("00000001 61"),
            "expected 2 messages as its header says, found 1",
        ),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0001 00000019"), bytes.fromhex("00000002 61"), "the stream ended after 5"),
        (b"PPMIDLCI" + bytes.fromhex("01 01 0001 00000019"), bytes.fromhex("00000000 61"), "expected 1 to 4096"),
    ],
)
def test_files_that_are_wrong_say_so_in_one_line(head: bytes, body: bytes, problem: str) -> None:
    with pytest.raises(Malformed) as refused:
        stick.read_file(Direction.TO_PPMID, _sealed_by_crc(head + body))
    assert problem in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_header_that_is_short_is_refused() -> None:
    with pytest.raises(Malformed, match="expected a header of 16 octets, found 15"):
        stick.length_of(Direction.TO_PPMID, b"PPMIDLCI" + bytes(7))


def test_the_page_has_the_names_and_limits_of_the_files() -> None:
    assert f"| a stick's file | {stick.MOST_MESSAGES} messages, {stick.LARGEST_FILE:,} octets |" in PAGE
    for direction in Direction:
        assert f"`{stick.file_name(PPMID, direction)}`" in PAGE
