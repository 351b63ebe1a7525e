"""ZEP: octets laid out by hand in both ways and versions; Wireshark reads what is written; what is none is refused."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st
from wireshark import NEEDED, Dissect

from ppmid_protocols.captures.pcapng import Link, LinkType
from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import zep
from ppmid_protocols.zigbee.frames import acknowledged, acknowledgement_for, fcs
from ppmid_protocols.zigbee.han import build_frames
from ppmid_protocols.zigbee.outside import AssociationRequest, encode, source_of

if TYPE_CHECKING:
    from han_home import Home

BODY = bytes.fromhex("6188 05 621a 0100 0000 aa")
FRAME = BODY + fcs(BODY)
AT = 1_700_000_000_500_000_000
NTP = "e8fe6f80 80000000"  # 1700000000 + 2208988800 s since 1900, and a half
VERSION_2 = f"4558 02 01 0f 0102 01 c8 {NTP} 00000007 00000000000000000000 0c"
VERSION_1 = "4558 01 0f 0102 01 c8 00000000000000 0c"


def octets(head: str, tail: bytes = FRAME) -> bytes:
    return bytes.fromhex(head) + tail


def test_a_frame_stands_behind_a_head_of_32_octets() -> None:
    data = zep.Data(frame=FRAME, channel=15, device=0x0102, lqi=200, time=AT, sequence=7)
    assert zep.encode(data) == octets(VERSION_2)
    assert zep.decode(octets(VERSION_2)) == data


def test_version_1_has_neither_time_nor_number() -> None:
    data = zep.Data(frame=FRAME, channel=15, device=0x0102, lqi=200, time=None, sequence=None)
    assert zep.decode(octets(VERSION_1)) == data


def test_acknowledgement_and_hello() -> None:
    assert zep.encode(zep.Ack(7)) == bytes.fromhex("4558 02 02 00000007")
    assert zep.decode(zep.encode(zep.Ack(7))) == zep.Ack(7)
    hello = bytes.fromhex("4558 02 ff 00 0000 01 00 0000000000000000 00000000 48454c4c4f0000000000 02 abcd")
    assert zep.encode(zep.Hello(about=b"\xab\xcd")) == hello
    assert zep.decode(hello) == zep.Hello(about=b"\xab\xcd")


@pytest.mark.parametrize(("told", "holds"), [("d080", True), ("d07f", False)])
def test_what_a_radio_knows_of_a_reception_becomes_a_check_sequence_that_holds_or_does_not(
    told: str, holds: bool
) -> None:
    heard = zep.decode(octets(VERSION_2.replace("0102 01 c8", "0102 00 c8"), BODY + bytes.fromhex(told)))
    assert isinstance(heard, zep.Data)
    assert heard.frame[:-2] == BODY
    assert (heard.frame == FRAME) is holds


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (b"", Malformed),
        (b"EY" + octets(VERSION_2)[2:], Malformed),
        (b"EX", Unsupported),
        (b"EX\x03" + bytes(40), Unsupported),
        (b"EX\x02\x03" + bytes(40), Unsupported),
        (octets(VERSION_2)[:31], Malformed),
        (octets(VERSION_2)[:-1], Malformed),
        (octets(VERSION_2) + b"\0", Malformed),
        (octets(VERSION_2.replace("0102 01 c8", "0102 02 c8")), Malformed),
        (octets(VERSION_2.replace("0102 01 c8", "0102 00 c8")[:-2] + "01", b"x"), Malformed),
        (octets("4558 02 ff" + VERSION_2[10:]), Unsupported),
        (bytes.fromhex("4558 02 02 0000"), Malformed),
    ],
)
def test_what_is_no_datagram_is_refused(given: bytes, error: type[ProtocolError]) -> None:
    with pytest.raises(error):
        zep.decode(given)


@pytest.mark.parametrize(
    "wrong", [{"frame": bytes(128)}, {"frame": FRAME, "channel": 256}, {"frame": FRAME, "lqi": -1}]
)
def test_what_does_not_fit_is_not_written(wrong: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        zep.encode(zep.Data(**wrong))  # type: ignore[arg-type]


@any_of(st.binary(max_size=200))
def test_anything_is_read_or_refused(octets: bytes) -> None:
    for tried in (octets, b"EX" + octets, b"EX\x02\x01" + octets):
        try:
            found = zep.decode(tried)
        except ProtocolError:
            continue
        if isinstance(found, zep.Data) and found.time is not None and len(found.frame) <= zep.LARGEST:
            assert zep.decode(zep.encode(found)) == found


@any_of(
    frame=st.binary(max_size=zep.LARGEST),
    time=st.integers(0, 4_000_000_000_000_000_000),
    sequence=st.integers(0, 0xFFFFFFFF),
)
def test_a_frame_comes_out_as_it_went_in_with_its_time(frame: bytes, time: int, sequence: int) -> None:
    data = zep.Data(frame=frame, time=time, sequence=sequence)
    assert zep.decode(zep.encode(data)) == data


@NEEDED
def test_wireshark_reads_it_down_to_the_zcl_command(home: "Home", dissect: Dissect) -> None:
    sent, _ = build_frames(
        home.radio(home.chf), home.ppmid, home.short(home.ppmid), 0x0705, b"\x01\x01\x04x", home.keys
    )
    datagram = zep.encode(zep.Data(frame=sent[0], channel=15, device=9, time=AT, sequence=7))
    user = Link("zep", LinkType.GBCS)
    (row,) = dissect(
        [(datagram, "")],
        *("zep.version", "zep.channel_id", "zep.device_id", "zep.seqno", "zep.time", "wpan.fcs_ok", "zbee_aps.cluster"),
        only="zep",
        link=user,
        options=('uat:user_dlts:"User 0 (DLT=147)","zep","0","","0",""',),
    )
    assert (row["zep.version"], row["zep.channel_id"], row["zep.seqno"]) == ("2", "15", "7")
    assert int(row["zep.device_id"], 16 if row["zep.device_id"].startswith("0x") else 10) == 9
    assert (row["wpan.fcs_ok"], row["zbee_aps.cluster"]) == ("1", "0x0705")
    assert "2023" in row["zep.time"]
    assert ".500000" in row["zep.time"]


def test_a_radio_acknowledges_what_asks_for_it_and_nothing_else() -> None:
    acknowledgement = acknowledgement_for(FRAME)
    assert acknowledgement == bytes.fromhex("020005") + fcs(bytes.fromhex("020005"))
    assert acknowledged(acknowledgement) == 5
    assert acknowledgement_for(bytes.fromhex("4188") + FRAME[2:]) is None
    assert acknowledgement_for(acknowledgement) is None
    assert acknowledged(FRAME) is None
    assert acknowledged(bytes.fromhex("0200050000")) is None


@pytest.mark.parametrize(
    ("frame", "source"),
    [
        (FRAME, 0x0000),
        (bytes.fromhex("0188 05 621a 0100 621a 3412"), 0x1234),
        (bytes.fromhex("0180 05 621a 3412"), 0x1234),
        (encode(AssociationRequest(source=Eui(bytes(range(8))), pan=1, sequence=1)), Eui(bytes(range(8)))),
        (bytes.fromhex("020005"), None),
        (FRAME[:8], None),
        (b"", None),
    ],
)
def test_the_sender_in_a_mac_header(frame: bytes, source: int | Eui | None) -> None:
    assert source_of(frame) == source
