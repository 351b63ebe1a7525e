"""COBS frames of a serial line: octets by hand, any message there and back, and what must be refused."""

import pytest
from avenue_messages import MESSAGES, PAGE
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface import cobs

RUN = bytes(range(1, 255))  # 254 octets without a zero

VECTORS = [  # by hand, after the rules of the paper
    ("", "01"),
    ("00", "01 01"),
    ("00 00", "01 01 01"),
    ("11 22 00 33", "03 11 22 02 33"),
    ("11 22 33 44", "05 11 22 33 44"),
    ("11 00 00 00", "02 11 01 01 01"),
    (RUN.hex(), "ff" + RUN.hex()),
    ("00" + RUN.hex(), "01 ff" + RUN.hex()),
    (RUN.hex() + "ff", "ff" + RUN.hex() + "02 ff"),
    (RUN.hex() + "00", "ff" + RUN.hex() + "01 01"),
]


@pytest.mark.parametrize(("plain", "stuffed"), VECTORS)
def test_stuffed_octets_are_those_of_the_paper(plain: str, stuffed: str) -> None:
    assert cobs.stuff(bytes.fromhex(plain)) == bytes.fromhex(stuffed)
    assert cobs.unstuff(bytes.fromhex(stuffed)) == bytes.fromhex(plain)


def test_a_code_octet_after_a_last_full_run_is_taken() -> None:
    assert cobs.unstuff(b"\xff" + RUN + b"\x01") == RUN


@given(st.binary(max_size=1200))
def test_whatever_is_stuffed_comes_back_and_holds_no_zero(data: bytes) -> None:
    stuffed = cobs.stuff(data)
    assert 0 not in stuffed
    assert cobs.unstuff(stuffed) == data
    assert len(stuffed) <= len(data) + len(data) // 254 + 1


@pytest.mark.parametrize("stuffed", ["00", "03 11", "03 00 11", "ff 11", "02 11 00"])
def test_what_no_sender_stuffs_is_refused(stuffed: str) -> None:
    with pytest.raises(Malformed, match="COBS"):
        cobs.unstuff(bytes.fromhex(stuffed))


def test_a_frame_is_message_and_crc_stuffed_and_a_zero() -> None:
    # CRC-32 of "123456789" is CBF43926, the check value of the polynomial's catalogue; 13 octets, so the code is 0E
    assert cobs.frame(b"123456789").hex() == "0e313233343536373839cbf4392600"


@given(MESSAGES, st.integers(1, 70))
def test_frames_come_back_however_the_line_cuts_them(messages: list[bytes], piece: int) -> None:
    line = b"\x00" + b"".join(map(cobs.frame, messages))
    deframer, found = cobs.CobsDeframer(), list[bytes | Malformed]()
    for start in range(0, len(line), piece):
        found += deframer.feed(line[start : start + piece])
    assert found == messages
    assert not deframer.inside


@given(MESSAGES, st.data())
def test_a_damaged_frame_costs_itself_alone(messages: list[bytes], data: st.DataObject) -> None:
    frames = [cobs.frame(one) for one in messages]
    place = data.draw(st.integers(0, len(frames[0]) - 2))
    turned = frames[0][place] ^ data.draw(st.integers(1, 255))
    damaged = frames[0][:place] + bytes((turned,)) + frames[0][place + 1 :]
    found = cobs.CobsDeframer().feed(damaged + b"".join(frames[1:]))
    assert messages[0] not in found or messages[0] in messages[1:]
    assert [one for one in found if isinstance(one, bytes)] == messages[1:]


def test_half_a_frame_is_no_message_and_the_next_one_is() -> None:
    deframer = cobs.CobsDeframer()
    half = cobs.frame(b"123456789")[:7]
    assert deframer.feed(half) == []
    assert deframer.inside
    problem, message = deframer.feed(b"\x00" + cobs.frame(b"whole"))
    assert "expected 13 octets after the code, found 6" in str(problem)
    assert message == b"whole"


def test_a_line_that_never_ends_a_frame_fills_no_memory() -> None:
    deframer = cobs.CobsDeframer(largest=16)
    for _ in range(100):
        assert deframer.feed(b"\x05abcd" * 10) == []
        assert len(deframer._buffer) < 40
    (problem,) = deframer.feed(b"\x00")
    assert "expected at most 22 octets before a zero, found more" in str(problem)
    assert deframer.feed(cobs.frame(bytes(16))) == [bytes(16)]


def test_a_message_outside_the_limits_is_not_framed() -> None:
    for data in (b"", bytes(17)):
        with pytest.raises(Malformed, match="expected 1 to 16 octets"):
            cobs.frame(data, largest=16)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"abc", "expected 1 to 4096 octets and a CRC of 4, found 3 in all"),
        (bytes(4), "expected 1 to 4096 octets and a CRC of 4, found 4 in all"),
        (b"abc" + bytes(4), "its CRC-32 does not hold"),
    ],
)
def test_frames_without_a_message_or_its_crc_are_refused(data: bytes, problem: str) -> None:
    (found,) = cobs.CobsDeframer().feed(cobs.stuff(data) + b"\x00")
    assert problem in str(found)


def test_the_page_has_the_frame_of_the_check_value() -> None:
    assert f'"123456789"   {cobs.frame(b"123456789").hex(" ")}' in PAGE
