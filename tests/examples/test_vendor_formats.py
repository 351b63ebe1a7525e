"""The vendor's formats against ours, of which it has nothing: what one writes the other reads, and refuses alike."""

import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from vendor_home import ESME, HUB, PPMID, SUPPLIER, command, sheet
from vendor_ppmid import gbcs, meters, sealed
from vendor_ppmid.kept import Kept
from vendor_ppmid.radio import fcs
from vendor_ppmid.zigbee import LARGEST, Node

from ppmid_protocols import local_interface
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.local_interface import SubmitCommand, SubmitUtrn, messages, open_sealed
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import Utrn, check_digit
from ppmid_protocols.zigbee import frames, zcl
from ppmid_protocols.zigbee.frames import MacFrame
from ppmid_protocols.zigbee.han import Dissector, HanKeys, Radio, build_frames

PAGE = (Path(__file__).parents[2] / "docs" / "ppmid-local-command-interface.md").read_text(encoding="utf-8")
EXAMPLE = bytes.fromhex("".join(re.findall(r"```hex\n(d284.*?)```", PAGE, re.DOTALL)[0].split()))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SENDERS = {b"user": KEY.public_key().public_bytes_raw()}
HOME, EXAMPLE_PPMID = "home 1", bytes.fromhex("00db1234567890a4")


def unseal(octets: bytes, **other: Any) -> sealed.Opened:
    to: dict[str, Any] = {"senders": SENDERS, "home": HOME, "ppmid": EXAMPLE_PPMID, **other}
    return sealed.unseal(octets, **to)


def resealed(message: list[Any]) -> bytes:
    return sealed.seal(message, KEY, b"user", HOME, EXAMPLE_PPMID, 5)


# The seal.


def test_it_opens_the_pages_example() -> None:
    opened = unseal(EXAMPLE)
    assert (opened.sender, opened.replay) == (b"user", 5)
    assert opened.request is not None
    assert (opened.request.kind, opened.request.id) == (sealed.SUBMIT_UTRN, b"\x01")
    assert opened.request.device == bytes.fromhex("00db1234567890a1")
    assert meters.is_utrn(opened.request.content)


@given(st.integers(0, 8 * len(EXAMPLE) - 1))
def test_no_bit_of_the_example_can_be_turned(bit: int) -> None:
    turned = bytearray(EXAMPLE)
    turned[bit // 8] ^= 1 << bit % 8
    with pytest.raises(sealed.Dropped):
        unseal(bytes(turned))


@given(st.binary(max_size=200))
def test_what_is_no_message_is_dropped_and_nothing_else(octets: bytes) -> None:
    for rubbish in (octets, EXAMPLE + octets[:1] if octets else b"", EXAMPLE[: len(octets)], b"\xd2\x84" + octets):
        with pytest.raises(sealed.Dropped):
            unseal(rubbish)


@pytest.mark.parametrize(
    ("other", "step"),
    [
        ({"senders": {}}, "signature"),
        ({"senders": {b"user": bytes(32)}}, "signature"),
        ({"home": "home 2"}, "binding"),
        ({"ppmid": bytes(8)}, "binding"),
    ],
)
def test_what_is_for_another_is_dropped_by_its_step(other: dict[str, Any], step: str) -> None:
    with pytest.raises(sealed.Dropped, match=step):
        unseal(EXAMPLE, **other)


requests = st.one_of(
    st.builds(SubmitCommand, st.binary(min_size=1, max_size=16), st.just(ESME), st.binary(min_size=1, max_size=3072)),
    st.builds(
        SubmitUtrn,
        st.binary(min_size=1, max_size=16),
        st.just(ESME),
        st.text("0123456789", min_size=1, max_size=20).map(lambda digits: Secret(digits.encode())),
    ),
)


@given(requests, st.integers(1, 2**64 - 1))
def test_it_opens_what_we_seal(message: SubmitCommand | SubmitUtrn, replay: int) -> None:
    octets = local_interface.seal(message, key=KEY, sender=b"user", home="h", ppmid=PPMID, replay=replay)
    opened = unseal(octets, home="h", ppmid=bytes(PPMID))
    content = message.command if isinstance(message, SubmitCommand) else message.utrn
    kind = sealed.SUBMIT_COMMAND if isinstance(message, SubmitCommand) else sealed.SUBMIT_UTRN
    wanted = sealed.Request(b"user", kind, message.request_id, bytes(ESME), bytes(content))
    assert opened == sealed.Opened(b"user", replay, wanted)


fields = st.one_of(st.integers(-2, 2**32), st.binary(max_size=21), st.text(max_size=3), st.none(), st.booleans())
nearly = st.tuples(
    st.sampled_from([2, 4, True]),
    st.one_of(st.binary(max_size=17), fields),
    st.one_of(st.just(bytes(8)), fields),
    st.one_of(st.text("0123456789 x", max_size=21).map(str.encode), fields),
)


@given(st.one_of(st.lists(fields, max_size=7), nearly.map(list)))
def test_a_message_inside_is_taken_only_where_ours_takes_it(message: list[Any]) -> None:
    octets = resealed(message)
    try:
        opened = unseal(octets)
    except sealed.Dropped:
        opened = None
    try:
        ours = messages.decode(sealed._encode(message))
    except ProtocolError:
        ours = None
    if isinstance(ours, SubmitCommand | SubmitUtrn):
        assert opened is not None
        assert opened.request is not None
    else:
        assert opened is None or opened.request is None


def test_what_it_seals_is_what_we_would_have_sealed() -> None:
    message = [sealed.STATUS, b"1", sealed.REFUSED, sealed.TOO_MANY, "Zu viele"]
    octets = sealed.seal(message, KEY, b"ppmid", "h", bytes(PPMID), 9)
    opened = open_sealed(octets, keys={b"ppmid": KEY.public_key()}, home="h", ppmid=PPMID)
    assert octets == local_interface.seal(opened.message, key=KEY, sender=b"ppmid", home="h", ppmid=PPMID, replay=9)


# GBCS and UTRNs.


@given(
    st.builds(
        Message,
        cra=st.sampled_from(Cra),
        counter=st.integers(0, 2**64 - 1),
        originator=st.just(SUPPLIER),
        target=st.just(ESME),
        message_code=st.integers(0, 0xFFFF),
        payload=st.binary(max_size=300),
        date_time=st.sampled_from([b"", bytes(12)]),
        signature=st.sampled_from([b"", bytes(64)]),
        mac=st.sampled_from([None, bytes(12)]),
    ),
    st.integers(0, 400),
)
def test_the_envelope_of_a_gbcs_message_is_ours_and_a_cut_one_is_none(message: Message, cut: int) -> None:
    octets = message.encode()
    envelope = gbcs.read(octets)
    ours = message.command_key
    assert envelope.kind == message.cra
    assert envelope.key[2] == ours.counter.to_bytes(8, "big")
    if message.cra is not Cra.ALERT:
        assert envelope.key[:2] == (ours.originator, ours.target)
    if cut < len(octets):
        with pytest.raises(gbcs.NotGbcs):
            gbcs.read(octets[:cut])


@given(st.integers(0, len(command()) - 1), st.integers(0, 255))
def test_a_spoiled_command_is_gbcs_for_both_or_for_neither(at: int, octet: int) -> None:
    spoiled = command()[:at] + bytes((octet,)) + command()[at + 1 :]
    try:
        ours: Message | None = decode(spoiled)
    except ProtocolError:
        ours = None
    try:
        theirs: gbcs.Envelope | None = gbcs.read(spoiled)
    except gbcs.NotGbcs:
        theirs = None
    assert ours is None or theirs is not None  # it looks less closely at what it has no use for
    if ours is not None and theirs is not None:
        assert (theirs.originator, theirs.target) == (ours.originator, ours.target)


@given(st.integers(0, (1 << 57) - 1), st.integers(0, 19), st.integers(1, 9))
def test_a_code_is_one_for_both_or_for_neither(ptut: int, at: int, other: int) -> None:
    pptd = str(7394156990786306048 + ptut)
    digits = pptd + check_digit(pptd)
    assert meters.is_utrn(digits.encode())
    wrong = digits[:at] + str((int(digits[at]) + other) % 10) + digits[at + 1 :]
    try:
        Utrn.parse(wrong)
    except ProtocolError:
        assert not meters.is_utrn(wrong.encode())
    else:
        assert meters.is_utrn(wrong.encode())


# The HAN.

HUB_KEY, ESME_KEY, NETWORK = Secret(bytes(range(1, 17))), Secret(bytes(range(16))), Secret(bytes(16))
ADDRESSES = {0x1001: ESME, 0: HUB, 0x1002: PPMID}
KEYS = HanKeys(NETWORK, trust_centre=PPMID, device_keys={HUB: HUB_KEY, ESME: ESME_KEY})
TOP_UP = zcl.ZclHeader(scope=zcl.Scope.CLUSTER, direction=zcl.Direction.TO_SERVER, command=4, sequence=1).encode()


class Pair:
    """The vendor's node, what it sends, and what it hears of ours."""

    def __init__(self, tmp_path: Path) -> None:
        self.sent: list[bytes] = []
        self.heard: list[tuple[bytes, int, bytes]] = []
        kept = Kept(tmp_path / "state.json", "s1")
        self.node = Node(sheet(), kept, lambda _, octets: self.sent.append(octets), lambda *m: self.heard.append(m))


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


@pytest.mark.parametrize("size", [0, 1, 45, 46, 500, LARGEST - 100])
def test_we_read_what_its_node_sends(pair: Pair, size: int) -> None:
    pair.node.tell(bytes(HUB), 0x0704, TOP_UP + bytes(size))
    reader, whole = Dissector(KEYS, ADDRESSES), []
    for number, octets in enumerate(pair.sent):
        mac = MacFrame(sequence=number & 0xFF, pan=0x1A62, destination=0, source=0x1002, payload=octets)
        assert len(mac.encode()) <= 127
        whole.append(reader.feed(mac.encode(), number))
    (message,) = [one for one in whole if one is not None]
    assert (message.source, message.cluster, message.zcl.encode()) == (PPMID, 0x0704, TOP_UP + bytes(size))
    assert message.secured


def ours_to_it(
    content: bytes, radio: Radio | None = None, keys: HanKeys = KEYS, **how: Any
) -> tuple[list[bytes], Radio]:
    radio = radio or Radio(eui=ESME, short=0x1001)
    keys = HanKeys(keys.network_key, trust_centre=ESME, device_keys={PPMID: keys.device_keys[ESME]})
    made, after = build_frames(radio, PPMID, 0x1002, 0x0705, content, keys, **how)
    return [frames.decode_mac(octets).payload for octets in made], after


@pytest.mark.parametrize("extended", [True, False])
@pytest.mark.parametrize("size", [1, 46, 47, 500])
def test_its_node_reads_what_we_send_in_any_order_and_once(pair: Pair, size: int, extended: bool) -> None:
    payloads, _ = ours_to_it(TOP_UP + bytes(size), extended_nonce=extended)
    for octets in [octets for octets in payloads for _ in range(2)]:
        pair.node.hear(0x1001, octets)
    assert pair.heard == [(bytes(ESME), 0x0705, TOP_UP + bytes(size))]
    assert pair.node.dropped == {"old frame counter": len(payloads)}


def test_a_frame_under_other_keys_or_turned_is_dropped(pair: Pair) -> None:
    other_link = HanKeys(NETWORK, trust_centre=PPMID, device_keys={ESME: HUB_KEY})
    other_network = HanKeys(HUB_KEY, trust_centre=PPMID, device_keys={ESME: ESME_KEY})
    for keys in (other_link, other_network):
        pair.node.hear(0x1001, ours_to_it(TOP_UP, keys=keys)[0][0])
    good = ours_to_it(TOP_UP, Radio(eui=ESME, short=0x1001, nwk_counter=50, aps_counter=50))[0][0]
    for at in range(8, len(good)):
        pair.node.hear(0x1001, good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :])
        pair.node.hear(0x1001, good[:at])
    assert not pair.heard
    pair.node.hear(0x1001, good)
    assert len(pair.heard) == 1


def test_unfinished_messages_are_forgotten_when_there_are_too_many(pair: Pair) -> None:
    radio = Radio(eui=ESME, short=0x1001)
    for _ in range(20):
        payloads, radio = ours_to_it(TOP_UP + bytes(100), radio)
        pair.node.hear(0x1001, payloads[0])
    assert len(pair.node._blocks) == 8
    assert not pair.heard


@given(st.binary(max_size=130))
def test_the_check_sequence_is_ours(frame: bytes) -> None:
    assert fcs(frame) == frames.fcs(frame)
