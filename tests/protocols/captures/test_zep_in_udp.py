"""A HAN over UDP as Wireshark records it: the MAC frames come out, and all else is passed over."""

import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from waiting_wall import LONG_S

from ppmid_protocols.captures.captured import Capture, Frame, mac_frame
from ppmid_protocols.captures.conversation import Conversation
from ppmid_protocols.errors import Malformed
from ppmid_protocols.zigbee import zep
from ppmid_protocols.zigbee.frames import MacFrame

FRAME = MacFrame(sequence=1, pan=0x1A62, destination=1, source=0, payload=b"\x48\x02x").encode()
ZEP = zep.encode(zep.Data(frame=FRAME))


def udp(content: bytes, source: int = 40000, target: int = zep.PORT) -> bytes:
    return struct.pack(">HHHH", source, target, 8 + len(content), 0) + content


def ipv4(content: bytes, protocol: int = 17, offset: int = 0) -> bytes:
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(content), 0, offset, 64, protocol, 0)
    return head + bytes((127, 0, 0, 1)) * 2 + content


def ipv6(content: bytes, following: int = 17) -> bytes:
    return struct.pack(">IHBB", 6 << 28, len(content), following, 64) + bytes(32) + content


ETHERNET = bytes(12) + b"\x08\x00"
GOOD: list[tuple[int, bytes]] = [
    (1, ETHERNET + ipv4(udp(ZEP)) + bytes(7)),  # padded to the shortest frame of Ethernet
    (101, ipv6(udp(ZEP, source=zep.PORT, target=9))),
    (0, b"\x02\0\0\0" + ipv4(udp(ZEP))),
    (113, bytes(16) + ipv4(udp(ZEP))),
    (276, bytes(20) + ipv4(udp(ZEP))),
]
OTHER: list[tuple[int, bytes]] = [
    (101, ipv4(udp(ZEP, target=9))),
    (101, ipv4(udp(ZEP), protocol=6)),
    (101, ipv4(udp(ZEP), offset=0x2000)),
    (101, ipv6(udp(ZEP), following=44)),
    (101, ipv4(udp(zep.encode(zep.Hello())))),
    (101, ipv4(udp(zep.encode(zep.Ack(1))))),
    (101, ipv4(b"\x45\x60")),
    (101, b""),
    (101, b"\x45"),
    (1, b"\x08"),
]


@pytest.mark.parametrize(("link_type", "octets"), GOOD)
def test_the_frame_comes_out(link_type: int, octets: bytes) -> None:
    assert mac_frame(Frame(1, 0, link_type, octets)) == (FRAME, True)


@pytest.mark.parametrize(("link_type", "octets"), OTHER)
def test_all_else_is_passed_over(link_type: int, octets: bytes) -> None:
    frame = Frame(1, 0, link_type, octets)
    assert mac_frame(frame) is None
    listener = Conversation()
    assert listener.hear(frame) is None
    assert listener.passed_over == {f"link type {link_type}": 1}


def test_a_datagram_on_the_port_that_is_no_zep_is_damage() -> None:
    with pytest.raises(Malformed):
        mac_frame(Frame(1, 0, 101, ipv4(udp(b"rubbish"))))


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_finds_the_same_frames(tmp_path: Path) -> None:
    path = tmp_path / "lo.pcap"
    for link_type, octets in GOOD:
        head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link_type)
        path.write_bytes(head + struct.pack("<IIII", 1, 0, len(octets), len(octets)) + octets)
        (frame,) = Capture().feed(path.read_bytes())
        assert mac_frame(frame) == (FRAME, True)
        if link_type in (113, 276):  # their heads are nought here, which names no protocol to tshark
            continue
        fields = ("-e", "wpan.seq_no", "-e", "wpan.fcs_ok")
        done = subprocess.run(
            ["tshark", "-n", "-r", str(path), "-Y", "zep", "-T", "fields", *fields],
            check=True,
            capture_output=True,
            text=True,
            timeout=LONG_S,
        )
        assert done.stdout.replace("True", "1").split() == ["1", "1"], link_type
