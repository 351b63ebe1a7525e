"""Forms in which somebody gives a GBCS message, recognised by their octets."""

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.captures import pcapng
from ppmid_protocols.captures.inputs import Located, recognise
from ppmid_protocols.captures.pcapng import Link, LinkType
from ppmid_protocols.duis.safe_xml import SR
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import tunneling
from ppmid_protocols.zigbee.han import HanKeys, Radio, build_frames
from ppmid_protocols.zigbee.sniffer import LabelledKey
from ppmid_protocols.zigbee.zcl import Direction

MESSAGE = bytes.fromhex("dd000000000000" + "05" + "1100000000")  # not read here, so its inside does not matter
DIGITS = MESSAGE.hex()
HUB, ESME, GSME = (Eui(bytes.fromhex(f"00db1234567890a{digit}")) for digit in "201")
NETWORK, LINK = Secret(bytes(range(16))), Secret(bytes(range(16, 32)))
KEYS = HanKeys(NETWORK, HUB, {ESME: LINK, GSME: LINK})


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (DIGITS.encode(), "hex digits"),
        (DIGITS.upper().encode(), "hex digits"),
        (b"\xef\xbb\xbf" + DIGITS.encode() + b"\r\n", "hex digits"),
        (MESSAGE.hex(" ").encode(), "hex digits"),
        (MESSAGE.hex(":").encode(), "hex digits"),
        (b"0x" + DIGITS.encode(), "hex digits"),
        (", ".join(f"0x{octet:02X}" for octet in MESSAGE).encode(), "hex digits"),
        (base64.b64encode(MESSAGE), "base64"),
        (base64.encodebytes(MESSAGE * 9)[:-1] + b"\n", "base64"),
        (MESSAGE, "octets"),
        (b"\xdf\x09\x01", "octets"),
    ],
)
def test_bare_messages(data, what):
    found = recognise(data)
    assert found.what == what
    (located,) = found.messages
    assert located.place == ""
    assert located.octets[:3] in (MESSAGE[:3], b"\xdf\x09\x01")
    assert what == "octets" or located.octets == MESSAGE * (9 if b"\n" in data and what == "base64" else 1)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "input at offset 0: expected hex digits, base64, octets that begin DD or DF, .* found nothing"),
        (b" \n", "found nothing"),
        (b"hello", "found text of 5 characters"),
        (b"DD0", "expected two hex digits for each octet, found 3 digits"),
        (b"\xff\xfe\x00", "found octets that begin FFFE00"),
        (base64.b64encode(b"no GBCS message"), "found text of 20 characters"),
        (b"<a/>", "DUIS document: expected a GBCS message in it, found none"),
        (b"<a>", "document: not well-formed XML"),
        (b"\x0a\x0d\x0d\x0a", "capture at offset 0: expected a whole block"),
    ],
)
def test_what_is_none_of_them_is_refused(data, problem):
    with pytest.raises(Malformed, match=problem):
        recognise(data)


def duis(*payloads: bytes) -> bytes:
    elements = "".join(f"<s:GBCSPayload>{base64.b64encode(one).decode()}</s:GBCSPayload>" for one in payloads)
    return f'<?xml version="1.0"?>\n<s:Response xmlns:s="{SR}"><s:Body>{elements}</s:Body></s:Response>'.encode()


def test_duis_documents():
    assert recognise(duis(MESSAGE)).messages == (Located("Response/Body/GBCSPayload", MESSAGE),)
    assert len(recognise(b"\n" + duis(MESSAGE, MESSAGE)[22:]).messages) == 2
    with pytest.raises(Malformed, match="Response/Body/GBCSPayload: expected base64"):
        recognise(duis(MESSAGE).replace(b"3QAA", b"3Q!A"))
    with pytest.raises(Malformed, match="expected no DOCTYPE"):
        recognise(b"<!DOCTYPE a><a/>")


def capture(*frames: tuple[LinkType, bytes]) -> bytes:
    octets = bytearray()
    writer = pcapng.Writer(octets)
    for number, (kind, frame) in enumerate(frames):
        writer.write(writer.add_link(Link(f"link {number}", kind)), number, frame)
    return bytes(octets)


def test_captures_of_messages_and_documents():
    data = capture(
        (LinkType.GBCS, MESSAGE), (LinkType.DUIS, duis(MESSAGE)), (LinkType.LOCAL_COMMAND_INTERFACE, b"\xd2")
    )
    found = recognise(data)
    assert found.what == "a capture"
    assert found.messages == (Located("frame 1", MESSAGE), Located("frame 2, Response/Body/GBCSPayload", MESSAGE))
    with pytest.raises(Malformed, match="capture: expected a GBCS message in it, found none"):
        recognise(capture((LinkType.LOCAL_COMMAND_INTERFACE, b"\xd2")))
    with pytest.raises(Malformed, match="expected a whole block"):
        recognise(data[:-1])


@pytest.mark.parametrize(("order", "magic"), [("<", 0xA1B2C3D4), (">", 0xA1B2C3D4), ("<", 0xA1B23C4D)])
def test_classic_captures(order, magic):
    header = struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 65535, LinkType.GBCS)
    record = struct.pack(f"{order}IIII", 1, 2, len(MESSAGE), len(MESSAGE)) + MESSAGE
    assert recognise(header + record * 2).messages == (Located("frame 1", MESSAGE), Located("frame 2", MESSAGE))


def han_capture(message: bytes, device: Eui) -> bytes:
    zcl = tunneling.frame(tunneling.TransferData(1, message), Direction.TO_CLIENT, 7).encode()
    frames, _ = build_frames(Radio(eui=HUB, short=0), device, 0x1234, tunneling.CLUSTER, zcl, KEYS)
    return capture(*((LinkType.IEEE802_15_4_WITH_FCS, frame) for frame in frames))


def test_han_captures_are_opened_with_keys():
    keys = (LabelledKey(NETWORK), LabelledKey(LINK))
    assert recognise(han_capture(MESSAGE, ESME), keys).messages == (Located("frame 1", MESSAGE),)
    assert recognise(han_capture(b"\x02\x00" + MESSAGE, GSME), keys).messages[0].octets == MESSAGE
    long = MESSAGE * 20
    (located,) = recognise(han_capture(long, ESME), keys).messages
    assert located.octets == long
    for too_few in ((), keys[:1]):
        problem = f"found 1 HAN frames that none of {len(too_few)} keys opens"
        with pytest.raises(Malformed, match=problem):
            recognise(han_capture(MESSAGE, ESME), too_few)


def test_the_octets_stay_out_of_prints():
    assert repr(Located("frame 1", MESSAGE)) == "Located('frame 1', 13 octets)"


@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda octets: b"\x0a\x0d\x0d\x0a" + octets))
def test_any_octets_are_taken_as_they_are_or_refused(data):
    """Octets that begin as a message does are it; the rest is no form at all, or text that says the same octets."""
    try:
        found = recognise(data)
    except ProtocolError:
        assert data[:1] not in (b"\xdd", b"\xdf")
        return
    (message,) = found.messages
    if found.what == "octets":
        assert message.octets == data
        assert data[0] in (0xDD, 0xDF)
    else:
        said = {"hex digits": message.octets.hex(), "base64": base64.b64encode(message.octets).decode()}[found.what]
        given = "".join(data.decode().split())
        assert given == said or given.lower().replace("0x", "").translate(_NO_JOINTS) == said


_NO_JOINTS = str.maketrans("", "", ":,-")
