"""What is said before a device is on the HAN: octets laid out by hand, both ways; whatever comes is read or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import hand_held, outside, zcl
from ppmid_protocols.zigbee.frames import MacFrame, fcs
from ppmid_protocols.zigbee.joining import InstallCode, accept, admit, is_admission
from ppmid_protocols.zigbee.outside import AssociationRequest, AssociationResponse, InterPan, Outside
from ppmid_protocols.zigbee.security import secure_aps
from ppmid_protocols.zigbee.zcl import Direction

HUB, HHT, GPF = (Eui.parse(f"00-DB-12-34-56-78-90-{last}") for last in ("A2", "AD", "A3"))
HUB_LE, HHT_LE = "a290785634 12db00".replace(" ", ""), "ad90785634 12db00".replace(" ", "")
KEY, OTHER_KEY = Secret(bytes(range(16))), Secret(bytes(16))
CODE = InstallCode.parse("83FE D340 7A93 9723 A5C6 39B2 6916 D505 C3B5")

FRAMES: list[tuple[Outside, str]] = [
    (
        AssociationRequest(source=HHT, pan=0x1A62, sequence=5),
        "23c8 05 621a 0000 ffff" + HHT_LE + "01 88",
    ),
    (
        AssociationResponse(source=HUB, destination=HHT, pan=0x1A62, sequence=6, short=0x1004, status=0),
        "63cc 06 621a" + HHT_LE + HUB_LE + "02 0410 00",
    ),
    (
        InterPan(source=HHT, destination=None, sequence=7, aps=bytes.fromhex("0304070901AA")),
        "21c8 07 ffff 0000 ffff" + HHT_LE + "0b00 03 0407 0901 aa",
    ),
    (
        InterPan(source=HUB, destination=HHT, sequence=8, aps=bytes.fromhex("0300fc0901")),
        "21cc 08 ffff" + HHT_LE + "ffff" + HUB_LE + "0b00 03 00fc 0901",
    ),
]


def with_fcs(digits: str) -> bytes:
    octets = bytes.fromhex(digits)
    return octets + fcs(octets)


@pytest.mark.parametrize(("message", "digits"), FRAMES)
def test_octets_both_ways(message: Outside, digits: str) -> None:
    frame = with_fcs(digits)
    assert outside.encode(message) == frame
    assert outside.decode(frame) == message
    assert outside.is_outside(frame)


def test_the_air_finds_the_destination_short_or_long() -> None:
    to_hub, to_hht = (outside.destination_of(outside.encode(FRAMES[place][0])) for place in (0, 1))
    assert (to_hub, to_hht) == (0, int.from_bytes(HHT, "big"))
    inside = MacFrame(sequence=1, pan=2, destination=0x1003, source=0, payload=b"").encode()
    assert outside.destination_of(inside) == 0x1003
    assert not outside.is_outside(inside)
    assert outside.destination_of(b"\x01\x88") == 0xFFFF


@pytest.mark.parametrize(
    ("digits", "error", "words"),
    [
        ("23c8 05 621a 0100 ffff" + HHT_LE + "01 88", Unsupported, "hub's short address"),
        ("23c8 05 621a 0000 ffff" + HHT_LE + "04 88", Unsupported, "MAC command 4"),
        ("23c8 05 621a 0000 ffff" + HHT_LE + "01 88 00", Malformed, "association request"),
        ("63cc 06 621a" + HHT_LE + HUB_LE + "02 0410", Malformed, "association status"),
        ("21c8 07 ffff 0000 ffff" + HHT_LE + "0800", Unsupported, "inter-PAN stub"),
        ("29c8 07 ffff 0000 ffff" + HHT_LE + "0b00", Unsupported, "in clear"),
        ("20c8 07 ffff 0000 ffff" + HHT_LE + "0b00", Unsupported, "type 0"),
        ("4188 07 621a 0000 0100", Unsupported, "no EUI-64"),
    ],
)
def test_other_frames_are_refused_for_what_they_are(digits: str, error: type[ProtocolError], words: str) -> None:
    with pytest.raises(error, match=words):
        outside.decode(with_fcs(digits))


def test_a_turned_bit_breaks_the_check_sequence() -> None:
    frame = outside.encode(FRAMES[0][0])
    with pytest.raises(Malformed, match="FCS"):
        outside.decode(frame[:3] + bytes((frame[3] ^ 1,)) + frame[4:])


@given(st.binary(max_size=64))
def test_whatever_comes_is_read_or_refused(octets: bytes) -> None:
    try:
        message = outside.decode(octets + fcs(octets))
    except (Malformed, Unsupported):
        return
    again = outside.decode(outside.encode(message))
    assert again == message


def test_a_stub_is_opened_by_the_key_that_sealed_it_and_by_no_other() -> None:
    frame = hand_held.COMMANDS.frame(hand_held.Introduction(GPF, HHT, CODE), Direction.TO_SERVER, 1).encode()
    aps = outside.sealed_stub(hand_held.CLUSTER, frame, KEY, HHT, 9)
    assert aps == secure_aps(bytes.fromhex("2300fc0901"), frame, KEY, HHT, 9)
    assert outside.decode_stub(aps)[0] == outside.Stub(0xFC00, secured=True)
    aux, plain = outside.open_stub(aps, KEY, HHT)
    assert (aux.counter, aux.source, plain) == (9, HHT, frame)
    with pytest.raises(NotAuthentic):
        outside.open_stub(aps, OTHER_KEY, HHT)


def test_a_stub_in_clear() -> None:
    aps = outside.stub(0x0704, b"\x19\x01\x01")
    assert aps == bytes.fromhex("03 0407 0901 190101")
    assert outside.decode_stub(aps) == (outside.Stub(0x0704, secured=False), b"\x19\x01\x01")
    for other, words in (("0f04070901", "unicast"), ("0304070401", "profile")):
        with pytest.raises(Unsupported, match=words):
            outside.decode_stub(bytes.fromhex(other))


def test_what_a_terminal_says_of_itself() -> None:
    introduction, listed = hand_held.Introduction(GPF, HHT, CODE), hand_held.Listed(HHT, 0x1A62)
    for command, direction, digits in (
        (introduction, Direction.TO_SERVER, "a390785634 12db00" + HHT_LE + "12" + bytes(CODE.octets).hex()),
        (listed, Direction.TO_CLIENT, HHT_LE + "621a"),
    ):
        frame = hand_held.COMMANDS.frame(command, direction, 3)
        assert frame.payload == bytes.fromhex(digits.replace(" ", ""))
        assert hand_held.COMMANDS.read(zcl.decode_frame(frame.encode())) == command
    bad = hand_held.COMMANDS.frame(introduction, Direction.TO_SERVER, 3).encode()
    with pytest.raises(NotAuthentic, match="check"):
        hand_held.COMMANDS.read(zcl.decode_frame(bad[:-1] + bytes((bad[-1] ^ 1,))))


def test_what_a_repr_shows_of_an_inter_pan_frame_is_no_install_code() -> None:
    frame = InterPan(source=HHT, destination=None, sequence=1, aps=bytes(CODE.octets))
    assert repr(frame) == f"InterPan(source={HHT}, destination=None, 18 octets)"


def test_the_network_key_is_for_the_device_with_the_install_code() -> None:
    frame = admit(KEY, CODE.link_key, device=HHT, device_short=0x1004, hub=HUB, pan=0x1A62)
    given = accept(frame, CODE.link_key)
    assert (given.key, given.destination, given.source) == (KEY, HHT, HUB)
    with pytest.raises(NotAuthentic):
        accept(frame, OTHER_KEY)
    assert is_admission(frame)


@pytest.mark.parametrize(
    "frame", [outside.encode(FRAMES[0][0]), b"", with_fcs("4188 07 621a 0000 0100 0802 0000 0100 1e 01")]
)
def test_other_frames_carry_no_network_key(frame: bytes) -> None:
    assert not is_admission(frame)
    with pytest.raises((Malformed, Unsupported)):
        accept(frame, CODE.link_key)
