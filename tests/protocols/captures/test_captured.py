"""Captures of any program: pcap and pcapng in every dress, as a stream, and damaged."""

import re
import struct
import warnings
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.captures.captured import Capture, Frame, mac_frame
from ppmid_protocols.captures.pcapng import Link, LinkType, Writer
from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported

TIME = 1_700_000_000_123_456_789
MICRO = TIME // 1000 * 1000


def read(data: bytes, *cuts: int) -> list[Frame]:
    capture = Capture()
    ends = [0, *sorted(cuts), len(data)]
    frames = [frame for start, end in pairwise(ends) for frame in capture.feed(data[start:end])]
    capture.end()
    return frames


def pcap(order: str, magic: int, per_second: int, *records: tuple[bytes, int], link_type: int = 195) -> bytes:
    data = struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 65535, link_type)
    for octets, original in records:
        seconds, rest = divmod(TIME, 10**9)
        head = struct.pack(f"{order}4I", seconds, rest * per_second // 10**9, len(octets), original)
        data += head + octets
    return data


def block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    size = struct.pack(f"{order}I", len(body) + 12)
    return struct.pack(f"{order}I", kind) + size + body + size


def pcapng(order: str, resolution: int | None, ticks: int) -> bytes:
    """With blocks of kinds that mean nothing here, and a simple packet block."""
    section = block(order, 0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1))
    options = b"" if resolution is None else struct.pack(f"{order}HH4s", 9, 1, bytes((resolution, 0, 0, 0)))
    options += struct.pack(f"{order}HH4s", 2, 3, b"han\0") + bytes(4)
    interface = block(order, 1, struct.pack(f"{order}HHI", 230, 0, 4096) + options)
    statistics = block(order, 5, bytes(12))
    comment = struct.pack(f"{order}HH8s", 1, 5, b"a step\0\0"[:5] + bytes(3)) + bytes(4)
    head = struct.pack(f"{order}5I", 0, ticks >> 32, ticks & 0xFFFFFFFF, 3, 3)
    enhanced = block(order, 6, head + b"abc\0" + comment)
    simple = block(order, 3, struct.pack(f"{order}I", 5) + b"hello")
    return section + interface + statistics + enhanced + block(order, 0x80000001, bytes(8)) + simple


@pytest.mark.parametrize(
    ("order", "magic", "per_second", "time"),
    [
        ("<", 0xA1B2C3D4, 10**6, MICRO),
        (">", 0xA1B2C3D4, 10**6, MICRO),
        ("<", 0xA1B23C4D, 10**9, TIME),
        (">", 0xA1B23C4D, 10**9, TIME),
    ],
)
def test_pcap_in_every_dress(order: str, magic: int, per_second: int, time: int) -> None:
    data = pcap(order, magic, per_second, (b"abc", 3), (b"", 0), (b"ab", 5))
    assert read(data) == [
        Frame(1, time, 195, b"abc"),
        Frame(2, time, 195, b""),
        Frame(3, time, 195, b"ab", cut=True),
    ]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("resolution", "ticks", "time"),
    [(None, TIME // 1000, MICRO), (6, TIME // 1000, MICRO), (9, TIME, TIME), (0x80 | 10, 3 << 9, 1_500_000_000)],
)
def test_pcapng_in_every_dress(order: str, resolution: int | None, ticks: int, time: int) -> None:
    assert read(pcapng(order, resolution, ticks)) == [
        Frame(1, time, 230, b"abc", "han", ("a ste",)),
        Frame(2, 0, 230, b"hello", "han"),
    ]


def test_our_own_captures() -> None:
    data = bytearray()
    writer = Writer(data)
    for kind in (LinkType.GBCS, LinkType.IEEE802_15_4_WITH_FCS):
        writer.add_link(Link(kind.name, kind))
    writer.write(1, TIME, b"abcde", "a step", "lost: lost")
    writer.write(0, TIME + 1, b"")
    assert read(bytes(data)) == [
        Frame(1, TIME, 195, b"abcde", "IEEE802_15_4_WITH_FCS", ("a step", "lost: lost")),
        Frame(2, TIME + 1, 147, b"", "GBCS"),
    ]


@given(st.sets(st.integers(0, 300)), st.sampled_from((pcapng("<", 9, TIME), pcap(">", 0xA1B2C3D4, 10**6, (b"abc", 3)))))
def test_it_comes_in_pieces_of_any_size(cuts: set[int], data: bytes) -> None:
    assert read(data, *(cut for cut in cuts if cut < len(data))) == read(data)


def test_scapy_s_captures(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from scapy.config import conf

        conf.dot15d4_protocol = "zigbee"  # type: ignore[assignment]
        from scapy.layers.dot15d4 import Dot15d4FCS
        from scapy.utils import PcapNgWriter, PcapWriter

    octets = bytes.fromhex("618805621a000002001234") + b"\0\0"
    for writer, name in ((PcapWriter, "one.pcap"), (PcapNgWriter, "one.pcapng")):
        packet = Dot15d4FCS(octets)
        packet.time = 1_700_000_000.25
        with writer(str(tmp_path / name)) as file:
            file.write(packet)
        (frame,) = read((tmp_path / name).read_bytes())
        assert (frame.link_type, frame.octets, frame.time) == (195, octets, 1_700_000_000_250_000_000)


@pytest.mark.parametrize("data", [pcap("<", 0xA1B2C3D4, 10**6, (b"abc", 3)), pcapng("<", 9, TIME)])
def test_every_cut_is_noticed_at_the_end(data: bytes) -> None:
    whole = read(data)
    for size in range(len(data)):
        capture = Capture()
        frames = list(capture.feed(data[:size]))
        assert frames == whole[: len(frames)]
        boundary = size in {24, *_ends(data)}
        if not boundary:
            with pytest.raises(Malformed, match=r"capture at offset \d+"):
                capture.end()


def _ends(data: bytes) -> list[int]:
    at, ends = 0, []
    while data[:4] == b"\x0a\x0d\x0d\x0a" and at < len(data):
        at += int.from_bytes(data[at + 4 : at + 8], "little")
        ends.append(at)
    return ends


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (b"hello, world", Unsupported, "begins 68656c6c"),
        (pcap("<", 0xA1B2C3D4, 10**6)[:24] + struct.pack("<4I", 0, 0, 1 << 30, 1 << 30), Malformed, "at most"),
        (block("<", 0x0A0D0D0A, bytes(16)), Malformed, "its magic"),
        (pcapng("<", 9, 0)[:28] + struct.pack("<II", 6, 13) + bytes(40), Malformed, "in fours, found 13"),
        (pcapng("<", 9, 0)[:28] + struct.pack("<III", 6, 0xFFFFFFF0, 0), Malformed, "at most"),
        (pcapng("<", 9, 0)[:28] + struct.pack("<IIII", 9, 16, 0, 20), Malformed, "16 again"),
        (pcapng("<", 9, 0)[:28] + block("<", 6, bytes(20)), Malformed, "do not hold its fields"),
        (pcapng("<", 9, 0)[:28] + block("<", 1, b"\0"), Malformed, "do not hold its fields"),
    ],
)
def test_damage_is_named(data: bytes, kind: type[ProtocolError], words: str) -> None:
    with pytest.raises(kind, match=words):
        read(data)


@given(st.binary(max_size=400), st.sampled_from((b"", pcapng("<", 9, TIME)[:28], pcapng("<", 9, TIME)[:60])))
def test_any_octets_give_frames_that_stand_in_them_or_one_clear_error(noise: bytes, start: bytes) -> None:
    data = start + noise
    try:
        frames = read(data)
    except ProtocolError as problem:
        with pytest.raises(type(problem), match=f"^{re.escape(str(problem))}$"):
            read(data)
        return
    assert [frame.number for frame in frames] == list(range(1, len(frames) + 1))
    assert all(frame.octets in data for frame in frames)


@pytest.mark.parametrize(
    ("link_type", "octets", "found"),
    [
        (195, "abcd", (b"\xab\xcd", True)),
        (230, "abcd", (b"\xab\xcd", False)),
        (283, "0000 0c00 0000 0100 01 000000 abcd", (b"\xab\xcd", True)),
        (283, "0000 0c00 0100 0400 00000000 abcd", (b"\xab\xcd", False)),
        (1, "abcd", None),
    ],
)
def test_radio_headers_are_taken_off(link_type: int, octets: str, found: tuple[bytes, bool] | None) -> None:
    assert mac_frame(Frame(1, 0, link_type, bytes.fromhex(octets))) == found


@pytest.mark.parametrize("octets", ["", "0000", "0000 0300", "0000 0900 0000 0100"])
def test_a_damaged_radio_header_is_malformed(octets: str) -> None:
    with pytest.raises(Malformed, match="radio header"):
        mac_frame(Frame(1, 0, 283, bytes.fromhex(octets)))
