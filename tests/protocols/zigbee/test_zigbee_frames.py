"""MAC, NWK and APS headers: octets by hand, scapy as the other reader, round trips, damage."""

import warnings
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.frames import (
    ApsHeader,
    ApsType,
    Block,
    Delivery,
    Fragment,
    MacFrame,
    NwkHeader,
    NwkType,
    decode_aps,
    decode_mac,
    decode_nwk,
    fcs,
    is_nwk_secured,
)

A4 = Eui.parse("00db1234567890a4")
u8, u16 = st.integers(0, 0xFF), st.integers(0, 0xFFFF)
euis = st.none() | st.binary(min_size=8, max_size=8).map(Eui)

mac_frames = st.builds(
    MacFrame,
    sequence=u8,
    pan=u16,
    destination=u16,
    source=u16,
    payload=st.binary(max_size=100),
    ack_request=st.booleans(),
    pending=st.booleans(),
    version=st.integers(0, 1),
    source_pan=st.none() | u16,
)
nwk_headers = st.builds(
    NwkHeader,
    destination=u16,
    source=u16,
    sequence=u8,
    radius=u8,
    type=st.sampled_from(NwkType),
    secured=st.booleans(),
    discover_route=st.integers(0, 3),
    end_device_initiator=st.booleans(),
    destination_eui=euis,
    source_eui=euis,
    route=st.none() | st.tuples(u8, st.lists(u16, max_size=5).map(tuple)),
)
blocks = st.none() | st.builds(Block, st.sampled_from(Fragment), u8, st.none())
ack_blocks = st.none() | st.builds(Block, st.sampled_from(Fragment), u8, u8)


def aps_headers(kind: ApsType, block: st.SearchStrategy[Block | None]) -> st.SearchStrategy[ApsHeader]:
    return st.builds(
        ApsHeader,
        cluster=u16,
        counter=u8,
        type=st.just(kind),
        profile=u16,
        destination_endpoint=u8,
        source_endpoint=u8,
        delivery=st.sampled_from(Delivery),
        secured=st.booleans(),
        ack_request=st.booleans(),
        block=block,
    )


any_aps = aps_headers(ApsType.DATA, blocks) | aps_headers(ApsType.ACK, ack_blocks)


def test_the_check_sequence_is_crc_kermit() -> None:
    assert fcs(b"123456789") == bytes.fromhex("8921")


def test_a_mac_frame_by_hand() -> None:
    frame = MacFrame(sequence=5, pan=0x1A62, destination=0, source=2, payload=b"\xab\xcd")
    assert frame.encode(with_fcs=False) == bytes.fromhex("6188 05 621a 0000 0200 abcd")
    assert frame.encode() == frame.encode(with_fcs=False) + fcs(frame.encode(with_fcs=False))


@pytest.mark.parametrize(
    ("header", "octets"),
    [
        (NwkHeader(destination=0, source=2, sequence=7), "4802 0000 0200 1e 07"),
        (NwkHeader(destination=0, source=2, sequence=7, source_eui=A4), "4812 0000 0200 1e 07 a490785634 12db00"),
        (
            NwkHeader(destination=0, source=2, sequence=7, route=(1, (0x10, 0x20))),
            "4806 0000 0200 1e 07 02 01 1000 2000",
        ),
    ],
)
def test_a_nwk_header_by_hand(header: NwkHeader, octets: str) -> None:
    assert header.encode() == bytes.fromhex(octets)


@pytest.mark.parametrize(
    ("header", "octets"),
    [
        (ApsHeader(cluster=0x0704, counter=0x2A), "60 01 0407 0901 01 2a"),
        (ApsHeader(cluster=0x0704, counter=0x2A, block=Block(Fragment.FIRST, 3)), "e0 01 0407 0901 01 2a 01 03"),
        (ApsHeader(cluster=0x0704, counter=0x2A, block=Block(Fragment.PART, 2)), "e0 01 0407 0901 01 2a 02 02"),
        (
            ApsHeader(
                type=ApsType.ACK, cluster=0x0704, counter=0x2A, ack_request=False, block=Block(Fragment.PART, 2, 0xFF)
            ),
            "a2 01 0407 0901 01 2a 02 02 ff",
        ),
    ],
)
def test_an_aps_header_by_hand(header: ApsHeader, octets: str) -> None:
    assert header.encode() == bytes.fromhex(octets)


@given(mac_frames, st.booleans())
def test_mac_round_trip(frame: MacFrame, with_fcs: bool) -> None:
    assert decode_mac(frame.encode(with_fcs), with_fcs) == frame


@given(nwk_headers, st.binary(max_size=20))
def test_nwk_round_trip(header: NwkHeader, rest: bytes) -> None:
    octets = header.encode()
    assert decode_nwk(octets + rest) == (header, len(octets))


@given(mac_frames, nwk_headers, st.binary(max_size=20))
def test_what_says_that_it_is_secured_is_what_decodes_so(frame: MacFrame, header: NwkHeader, rest: bytes) -> None:
    whole = frame._replace(payload=header.encode() + rest).encode()
    assert is_nwk_secured(whole) is decode_nwk(decode_mac(whole).payload)[0].secured is header.secured
    assert not is_nwk_secured(whole[:9])


def test_equal_headers_that_come_again_are_told_from_others_by_one_bit() -> None:
    plain, secured = (
        NwkHeader(destination=0, source=1, sequence=2, secured=False),
        NwkHeader(destination=0, source=1, sequence=2),
    )
    for header in (plain, secured, plain, secured):
        assert decode_nwk(header.encode() + b"rest") == (header, 8)
    whole, block = (
        ApsHeader(cluster=0x0705, counter=9),
        ApsHeader(cluster=0x0705, counter=9, block=Block(Fragment.FIRST, 2)),
    )
    for aps, size in ((whole, 8), (block, 10), (whole, 8), (block, 10)):
        assert decode_aps(aps.encode() + b"rest") == (aps, size)


@given(any_aps, st.binary(max_size=20))
def test_aps_round_trip(header: ApsHeader, rest: bytes) -> None:
    octets = header.encode()
    assert decode_aps(octets + rest) == (header, len(octets))


@given(st.binary(max_size=40))
def test_any_octets_decode_to_themselves_or_are_refused(octets: bytes) -> None:
    for decode in (decode_nwk, decode_aps):
        try:
            header, size = decode(octets)
        except ProtocolError:
            continue
        assert header.encode() == octets[:size]
    try:
        frame = decode_mac(octets, with_fcs=False)
    except ProtocolError:
        return
    assert frame.encode(with_fcs=False) == octets


def test_every_truncation_is_refused() -> None:
    mac = MacFrame(sequence=5, pan=0x1A62, destination=0, source=2, payload=b"", source_pan=3)
    nwk = NwkHeader(destination=0, source=2, sequence=7, source_eui=A4, destination_eui=A4, route=(1, (0x10, 0x20)))
    aps = ApsHeader(type=ApsType.ACK, cluster=0x0704, counter=1, block=Block(Fragment.PART, 2, 0xFF))
    for octets, decode in ((mac.encode(), decode_mac), (nwk.encode(), decode_nwk), (aps.encode(), decode_aps)):
        for size in range(len(octets)):
            with pytest.raises(Malformed):
                decode(octets[:size])
    for size in range(len(mac.encode(with_fcs=False))):
        with pytest.raises(Malformed):
            decode_mac(mac.encode(with_fcs=False)[:size], with_fcs=False)


def test_a_bad_check_sequence_says_where() -> None:
    octets = bytearray(MacFrame(sequence=5, pan=0x1A62, destination=0, source=2, payload=b"\xab").encode())
    octets[2] ^= 1
    with pytest.raises(Malformed) as error:
        decode_mac(bytes(octets))
    assert (error.value.field, error.value.offset) == ("FCS", len(octets) - 2)


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        ("0200 05", "acknowledgement"),
        ("61a8 05 621a 0000 0200", "frame version 2"),
        ("618c 05 621a 0000 a490785634 12db00", "destination EUI-64"),
        ("6988 05 621a 0000 0200", "MAC security"),
    ],
)
def test_other_mac_frames_are_named(octets: str, words: str) -> None:
    with pytest.raises(Unsupported, match=words):
        decode_mac(bytes.fromhex(octets), with_fcs=False)


@pytest.mark.parametrize(
    ("octets", "words"), [("4402 0000 0200 1e 07", "version 1"), ("4803 0000 0200 1e 07", "multicast")]
)
def test_other_nwk_frames_are_named(octets: str, words: str) -> None:
    with pytest.raises(Unsupported, match=words):
        decode_nwk(bytes.fromhex(octets))


@pytest.mark.parametrize(
    ("octets", "words"), [("61 01", "command"), ("63 01", "inter-PAN"), ("6c 01", "delivery mode 3")]
)
def test_other_aps_frames_are_named(octets: str, words: str) -> None:
    with pytest.raises(Unsupported, match=words):
        decode_aps(bytes.fromhex(octets))


@pytest.mark.parametrize("control", ["e188", "6189", "618a"])
def test_reserved_bits_of_the_mac_header_are_refused(control: str) -> None:
    with pytest.raises(Malformed, match="reserved"):
        decode_mac(bytes.fromhex(control + "05 621a 0000 0200"), with_fcs=False)


@pytest.mark.parametrize("control", ["4842", "4882"])
def test_reserved_bits_of_the_nwk_header_are_refused(control: str) -> None:
    with pytest.raises(Malformed, match="reserved"):
        decode_nwk(bytes.fromhex(control + "0000 0200 1e 07"))


def test_numbers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(Malformed):
        MacFrame(sequence=256, pan=0, destination=0, source=0, payload=b"").encode()
    with pytest.raises(Malformed):
        NwkHeader(destination=0x10000, source=0, sequence=0).encode()
    with pytest.raises(Malformed):
        ApsHeader(cluster=1, counter=0, block=Block(Fragment.PART, 2, 0xFF)).encode()


@pytest.fixture(scope="module")
def scapy() -> ModuleType:
    """scapy's ZigBee layers, the other reader of the same octets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from scapy.config import conf

        conf.dot15d4_protocol = "zigbee"  # type: ignore[assignment]
        from scapy.layers import zigbee
    return zigbee


def test_scapy_reads_the_same_fields(scapy: ModuleType) -> None:
    aps = ApsHeader(cluster=0x0704, counter=0x2A, secured=False, block=Block(Fragment.PART, 2))
    nwk = NwkHeader(destination=0x0000, source=0x0002, sequence=7, secured=False, source_eui=A4)
    mac = MacFrame(
        sequence=5, pan=0x1A62, destination=0, source=2, payload=nwk.encode() + aps.encode() + b"\x01\x02\x03"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from scapy.layers.dot15d4 import Dot15d4FCS

        read = Dot15d4FCS(mac.encode())
    data = read["Dot15d4Data"]
    assert (data.dest_panid, data.dest_addr, data.src_addr, read.seqnum) == (0x1A62, 0, 2, 5)
    assert (read.fcf_destaddrmode, read.fcf_srcaddrmode, int(read.fcf_panidcompress)) == (2, 2, 1)
    assert read.fcs == int.from_bytes(fcs(mac.encode()[:-2]), "little")
    layer = read[scapy.ZigbeeNWK]
    assert (layer.proto_version, layer.destination, layer.source, layer.radius, layer.seqnum) == (2, 0, 2, 30, 7)
    assert layer.ext_src == int.from_bytes(A4, "big")
    layer = read[scapy.ZigbeeAppDataPayload]
    assert (layer.cluster, layer.profile, layer.counter, layer.dst_endpoint, layer.src_endpoint) == (
        0x0704,
        0x0109,
        42,
        1,
        1,
    )
    assert (layer.fragmentation, layer.block_number) == (2, 2)
    assert bytes(layer.payload) == b"\x01\x02\x03"
