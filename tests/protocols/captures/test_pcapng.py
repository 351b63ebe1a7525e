"""Capture files: octets by hand, round trips, damage, and scapy as the other reader."""

import io
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.captures.pcapng import (
    Capture,
    Captured,
    Link,
    LinkType,
    Writer,
    enhanced,
    interface,
    read,
    section_header,
)
from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported

HAN = Link("han", LinkType.IEEE802_15_4_WITH_FCS, "the home area network")
WAN = Link("wan", LinkType.GBCS)
TIME = 1_700_000_000_123_456_789

SECTION = "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
INTERFACE = "01000000 28000000 9300 0000 00000000 0200 0300 77616e00 0900 0100 09000000 0000 0000 28000000"
FRAME = "06000000 30000000 00000000 01000000 02000000 03000000 03000000 dd000000 0100 0300 746f7000 0000 0000 30000000"


def sample() -> bytes:
    capture = bytearray()
    writer = Writer(capture)
    han, wan = writer.add_link(HAN), writer.add_link(WAN)
    writer.write(han, TIME, bytes(range(11)), "step 7", "£10 top-up")
    writer.write(wan, TIME + 1, b"\xdd\x00\x00")
    return bytes(capture)


def test_blocks_are_written_octet_by_octet() -> None:
    assert section_header() == bytes.fromhex(SECTION)
    assert interface(WAN) == bytes.fromhex(INTERFACE)
    assert enhanced(Captured(0, 0x1_0000_0002, b"\xdd\0\0", ("top",))) == bytes.fromhex(FRAME)


def test_a_capture_reads_back() -> None:
    frames = (
        Captured(0, TIME, bytes(range(11)), ("step 7", "£10 top-up")),
        Captured(1, TIME + 1, b"\xdd\x00\x00"),
    )
    assert read(sample()) == Capture((HAN, WAN), frames)


texts = st.text(st.characters(codec="utf-8"), max_size=20)
links = st.builds(Link, texts, st.sampled_from(LinkType), texts)
contents = st.tuples(st.integers(0, 2**64 - 1), st.binary(max_size=40), st.lists(texts, max_size=3))


@given(st.lists(links, min_size=1, max_size=4), st.lists(contents, max_size=5), st.data())
def test_any_capture_reads_back_from_a_file(
    described: list[Link], frames: list[tuple[int, bytes, list[str]]], data: st.DataObject
) -> None:
    file, expected = io.BytesIO(), []
    writer = Writer(file)
    for link in described:
        writer.add_link(link)
    for time, octets, comments in frames:
        index = data.draw(st.integers(0, len(described) - 1))
        writer.write(index, time, octets, *comments)
        expected.append(Captured(index, time, octets, tuple(comments)))
    assert read(file.getvalue()) == Capture(tuple(described), tuple(expected))


def test_every_cut_inside_a_block_is_refused() -> None:
    capture = sample()
    whole, at = set(), 0
    while at < len(capture):
        at += int.from_bytes(capture[at + 4 : at + 8], "little")
        whole.add(at)
    for size in range(len(capture)):
        if size in whole:
            assert len(read(capture[:size]).frames) <= 1
            continue
        with pytest.raises(Malformed):
            read(capture[:size])


@given(st.integers(0, 8 * len(sample()) - 1))
def test_a_flipped_bit_is_refused_or_changes_what_is_read(bit: int) -> None:
    damaged = bytearray(sample())
    damaged[bit // 8] ^= 1 << bit % 8
    try:
        read(bytes(damaged))
    except ProtocolError:
        return
    section, interface_head = set(range(28)), set(range(28, 36))
    assert bit // 8 not in section | interface_head


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("1c000000 4d3c2b1a", "1d000000 4d3c2b1a", "in fours"),
        ("ffffffffffffffff 1c000000", "ffffffffffffffff 1c000001", "found 16777244"),
        ("0100 0000 ffffffffffffffff", "0200 0000 ffffffffffffffff", "section header"),
        ("0300 77616e00", "0300 ff616e00", "UTF-8"),
        ("0000 0000 28000000", "0000 0100 28000000", "end of options"),
        ("0200 0300 77616e00", "0200 0301 77616e00", "expected 259 octets"),
    ],
)
def test_damage_is_named(old: str, new: str, problem: str) -> None:
    text = f"{SECTION} {INTERFACE}"
    assert old in text
    with pytest.raises(Malformed, match=problem):
        read(bytes.fromhex(text.replace(old, new)))


def test_an_option_of_another_kind_is_passed_over() -> None:
    end, another = "0000 0000 28000000", "0300 0000 28000000"
    assert INTERFACE.endswith(end)
    assert read(bytes.fromhex(f"{SECTION} {INTERFACE.replace(end, another)}")).links == (WAN,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c", "big-endian"),
        (f"{SECTION} 05000000 0c000000 0c000000", "block of type 5"),
        (f"{SECTION} {INTERFACE.replace('9300 0000', '0100 0000')}", "link type 1"),
        (f"{SECTION} {INTERFACE.replace('09000000 0000', '06000000 0000')}", "nanoseconds"),
        (f"{SECTION} {INTERFACE} {FRAME.replace('03000000 dd', '04000000 dd')}", "cut to 3 of 4"),
    ],
)
def test_what_other_programs_write_is_named(text: str, words: str) -> None:
    with pytest.raises(Unsupported, match=words):
        read(bytes.fromhex(text))


def test_a_frame_needs_its_link() -> None:
    with pytest.raises(Malformed, match="one of 0 links, found 0"):
        Writer(bytearray()).write(0, TIME, b"")
    with pytest.raises(Malformed, match="one of 0 links, found 0"):
        read(bytes.fromhex(f"{SECTION} {FRAME}"))
    with pytest.raises(Malformed, match="time"):
        enhanced(Captured(0, 2**64, b""))


def test_a_second_section_is_refused() -> None:
    with pytest.raises(Malformed, match="at the start"):
        read(bytes.fromhex(SECTION + SECTION))


def test_no_print_of_a_captured_frame_shows_its_octets() -> None:
    assert "7394" not in repr(Captured(0, TIME, b"73946144332040217315"))


def test_scapy_reads_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from scapy.utils import RawPcapNgReader
    path = tmp_path_factory.mktemp("capture") / "sample.pcapng"
    path.write_bytes(sample())
    with RawPcapNgReader(str(path)) as reader:
        frames: list[tuple[bytes, Any]] = list(reader)
    (first, facts), (second, more) = frames
    assert (first, second) == (bytes(range(11)), b"\xdd\x00\x00")
    assert (facts.linktype, more.linktype) == (195, 147)
    assert facts.tsresol == 1_000_000_000
    assert (facts.tshigh << 32) + facts.tslow == TIME
    assert [comment.decode() for comment in facts.comments] == ["step 7", "£10 top-up"]
