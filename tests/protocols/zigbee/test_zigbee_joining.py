"""Joining a HAN: install codes, the hash and the keys made by it, the life of a link key, the first frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import aps_commands, key_establishment, mmo, prepayment, tunneling
from ppmid_protocols.zigbee.aps_commands import ApsCommand, CommandHeader, TransportNetworkKey
from ppmid_protocols.zigbee.han import KeyNotHeld
from ppmid_protocols.zigbee.joining import (
    TRANSITIONS,
    InstallCode,
    LinkKeyEvent,
    LinkKeyState,
    admit,
    after,
    check_of,
    permits,
)
from ppmid_protocols.zigbee.security import KeyId, open_aps_command, secure_aps, secure_nwk
from ppmid_protocols.zigbee.sniffer import LabelledKey, Sniffer

HUB, DEVICE, PARTNER = (Eui.parse(f"00-DB-12-34-56-78-90-A{last}") for last in (2, 4, 0))
PRINTED = "83FE D340 7A93 9723 A5C6 39B2 6916 D505 C3B5"
KEY = Secret(bytes(range(16)))
U, A, J, Z = LinkKeyState.UNKNOWN, LinkKeyState.ADMITTED, LinkKeyState.JOINED, LinkKeyState.AUTHORISED


def octets(*hex_digits: str) -> bytes:
    return bytes.fromhex("".join(hex_digits))


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        ("c0", "ae3a102a28d43ee0d4a09e22788b206c"),
        ("c0c1c2c3c4c5c6c7c8c9cacbcccdcecf", "a7977e88bc0b61e8210827109a228f2d"),
    ],
)
def test_the_hash_gives_the_published_vectors(message: str, digest: str) -> None:
    """ZigBee specification, annex C.5."""
    assert mmo.hash_of(octets(message)).hex() == digest


def test_the_keyed_hash_gives_the_published_vector() -> None:
    """ZigBee specification, annex C.6.1: key 40..4F, message C0."""
    assert bytes(mmo.hmac(bytes(range(0x40, 0x50)), b"\xc0")).hex() == "4512807bf94cb3400f0e2c25fb76e999"
    with pytest.raises(Malformed, match="16 octets, found 15"):
        mmo.hmac(bytes(15), b"")


def test_the_well_known_link_key_has_its_well_known_key_transport_key() -> None:
    assert bytes(mmo.key_transport_key(b"ZigBeeAlliance09")).hex() == "4bab0f173e1434a2d572e1c1ef478782"


def test_what_the_padding_cannot_tell_is_refused() -> None:
    assert len(mmo.hash_of(bytes(8191))) == 16
    with pytest.raises(Malformed, match="8191"):
        mmo.hash_of(bytes(8192))


@pytest.mark.parametrize(
    ("printed", "link_key"),
    [
        (PRINTED, "66b6900981e1ee3ca4206b6b861c02bb"),
        ("83FED3407A939723A5C639B26916D505C3B5", "66b6900981e1ee3ca4206b6b861c02bb"),
        ("83fe-d340-7a93-9723-a5c6-39b2-6916-d505-c3b5", "66b6900981e1ee3ca4206b6b861c02bb"),
        ("1122 3344 5566 7788 4AF7", "41618fc0c83b0e14a589954b16e31466"),
    ],
)
def test_install_codes_give_the_published_link_keys(printed: str, link_key: str) -> None:
    """The example of the ZigBee specification, and the 8-octet one that public implementations test with."""
    assert bytes(InstallCode.parse(printed).link_key).hex() == link_key


@pytest.mark.parametrize("size", [6, 8, 12, 16])
def test_a_code_of_each_length_gets_its_check(size: int) -> None:
    code = InstallCode.of(bytes(range(size)))
    assert len(code.octets) == size + 2
    assert InstallCode.parse(code.octets.hex()) == code


@given(st.sampled_from((6, 8, 12, 16)).flatmap(lambda size: st.binary(min_size=size, max_size=size)), st.data())
def test_any_turned_bit_of_a_code_is_noticed(code: bytes, data: st.DataObject) -> None:
    whole = bytearray(code + check_of(code))
    bit = data.draw(st.integers(0, 8 * len(whole) - 1))
    whole[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NotAuthentic) as error:
        InstallCode.parse(whole.hex())
    assert error.value.what == "check digit"
    assert bytes(whole).hex() not in str(error.value)


@pytest.mark.parametrize("text", ["", "83FE", PRINTED + " 00", "83FG" + PRINTED[4:], PRINTED[:-1]])
def test_what_is_no_install_code_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        InstallCode.parse(text)


def test_an_install_code_does_not_show() -> None:
    assert "83" not in repr(InstallCode.parse(PRINTED))


def test_a_device_s_way_into_the_han() -> None:
    state: LinkKeyState | None = U
    seen = [U]
    for event in (
        LinkKeyEvent.INSTALL_CODE_GIVEN,
        LinkKeyEvent.NETWORK_KEY_TAKEN,
        LinkKeyEvent.AGREEMENT_ENDED,
        LinkKeyEvent.KEY_AGREED,
        LinkKeyEvent.LEFT,
        LinkKeyEvent.NETWORK_KEY_TAKEN,
        LinkKeyEvent.REMOVED,
    ):
        assert state is not None
        state = after(state, event)
        assert state is not None
        seen.append(state)
    assert seen == [U, A, J, J, Z, Z, Z, U]


def test_a_shared_key_stands_in_for_the_agreement_but_not_for_joining() -> None:
    assert after(J, LinkKeyEvent.KEY_SHARED) is Z
    assert after(Z, LinkKeyEvent.KEY_SHARED) is Z
    assert after(A, LinkKeyEvent.KEY_SHARED) is None
    assert after(U, LinkKeyEvent.KEY_SHARED) is None


def test_what_cannot_happen_changes_nothing() -> None:
    """All pairs that are not in the table, worked by hand."""
    impossible = {
        U: set(LinkKeyEvent) - {LinkKeyEvent.INSTALL_CODE_GIVEN},
        A: {LinkKeyEvent.KEY_AGREED, LinkKeyEvent.AGREEMENT_ENDED, LinkKeyEvent.KEY_SHARED, LinkKeyEvent.LEFT},
        J: {LinkKeyEvent.INSTALL_CODE_GIVEN},
        Z: {LinkKeyEvent.INSTALL_CODE_GIVEN},
    }
    for state in LinkKeyState:
        assert {event for event in LinkKeyEvent if after(state, event) is None} == impossible[state]
    assert set(TRANSITIONS.values()) == set(LinkKeyState)


def test_before_its_own_link_key_a_device_may_only_agree_one() -> None:
    clusters = (key_establishment.CLUSTER, tunneling.CLUSTER, prepayment.CLUSTER)
    assert [[permits(state, cluster) for cluster in clusters] for state in (U, A, J, Z)] == [
        [False, False, False],
        [False, False, False],
        [True, False, False],
        [True, True, True],
    ]


def admission(link_key: Secret) -> bytes:
    return admit(KEY, link_key, device=DEVICE, device_short=0x1002, hub=HUB, pan=0x1A62, frame_counter=7)


def test_the_network_key_comes_under_the_key_transport_key() -> None:
    link_key = InstallCode.parse(PRINTED).link_key
    heard = Sniffer([LabelledKey(link_key, "install code")]).open(admission(link_key), with_fcs=True)
    assert heard.command == TransportNetworkKey(KEY, DEVICE, HUB)
    assert heard.frame.aps_aux is not None
    assert (heard.frame.aps_aux.key_id, heard.frame.aps_aux.counter) == (KeyId.KEY_TRANSPORT, 7)
    assert heard.frame.nwk.secured is False
    other = Sniffer([LabelledKey(InstallCode.of(bytes(16)).link_key)])
    with pytest.raises(KeyNotHeld):
        other.open(admission(link_key), with_fcs=True)
    assert KEY.hex() not in repr(heard)


def test_a_sniffer_learns_the_network_key_from_the_install_code() -> None:
    from ppmid_protocols.zigbee.frames import MacFrame, NwkHeader, NwkType

    link_key = InstallCode.parse(PRINTED).link_key
    nwk = NwkHeader(type=NwkType.COMMAND, destination=0, source=0x1002, sequence=1)
    secured = secure_nwk(nwk.encode(), b"\x08", KEY, DEVICE, 1)
    later = MacFrame(sequence=1, pan=0x1A62, destination=0, source=0x1002, payload=secured).encode()
    sniffer = Sniffer([LabelledKey(link_key)])
    with pytest.raises(KeyNotHeld):
        sniffer.open(later, with_fcs=True)
    sniffer.open(admission(link_key), with_fcs=True)
    assert sniffer.open(later, with_fcs=True).frame.octets == b"\x08"
    assert sniffer.addresses == {0x1002: DEVICE}


BY_HAND: list[tuple[ApsCommand, str]] = [
    (
        TransportNetworkKey(KEY, DEVICE, HUB, 9),
        "05 01 000102030405060708090a0b0c0d0e0f 09 a49078563412db00 a29078563412db00",
    ),
    (
        aps_commands.TransportApplicationKey(KEY, PARTNER, True),
        "05 03 000102030405060708090a0b0c0d0e0f a09078563412db00 01",
    ),
    (
        aps_commands.TransportTrustCentreKey(KEY, DEVICE, HUB),
        "05 04 000102030405060708090a0b0c0d0e0f a49078563412db00 a29078563412db00",
    ),
    (aps_commands.UpdateDevice(DEVICE, 0x1002, 1), "06 a49078563412db00 0210 01"),
    (aps_commands.RemoveDevice(DEVICE), "07 a49078563412db00"),
    (aps_commands.RequestKey(PARTNER), "08 02 a09078563412db00"),
    (aps_commands.RequestKey(), "08 04"),
    (aps_commands.SwitchKey(9), "09 09"),
    (aps_commands.Tunnel(DEVICE, b"\x21\x01"), "0e a49078563412db00 2101"),
    (aps_commands.VerifyKey(DEVICE, KEY), "0f 04 a49078563412db00 000102030405060708090a0b0c0d0e0f"),
    (aps_commands.ConfirmKey(DEVICE), "10 00 04 a49078563412db00"),
]


@pytest.mark.parametrize(("command", "written"), BY_HAND)
def test_aps_commands_by_hand(command: ApsCommand, written: str) -> None:
    assert aps_commands.encode(command) == octets(written)
    assert aps_commands.decode(octets(written)) == command


@pytest.mark.parametrize(("_", "written"), BY_HAND)
def test_cut_and_lengthened_aps_commands_are_refused(_: ApsCommand, written: str) -> None:
    whole, tunnel = octets(written), written.startswith("0e")
    for size in range(9 if tunnel else len(whole)):
        with pytest.raises(ProtocolError):
            aps_commands.decode(whole[:size])
    if not tunnel:
        with pytest.raises(Malformed, match="1 more"):
            aps_commands.decode(whole + b"\0")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("01", "command 0x01"),
        ("05 02" + "00" * 30, "type 2"),
        ("08 03", "expected 2 or 4"),
        ("05 03" + "ff" * 25, "0 or 1"),
    ],
)
def test_other_aps_commands_are_named(written: str, words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        aps_commands.decode(octets(written))


def test_the_header_of_an_aps_command() -> None:
    for header, written in (
        (CommandHeader(5), "21 05"),
        (CommandHeader(5, secured=False, ack_request=True), "41 05"),
    ):
        assert header.encode() == octets(written)
        assert aps_commands.decode_header(octets(written)) == header
    for written, kind in (("21", Malformed), ("20 05", Unsupported), ("a1 05", Malformed), ("31 05", Malformed)):
        with pytest.raises(kind):
            aps_commands.decode_header(octets(written))


@pytest.mark.parametrize("key_id", [KeyId.LINK, KeyId.KEY_TRANSPORT, KeyId.KEY_LOAD])
def test_each_key_opens_only_what_it_sealed(key_id: KeyId) -> None:
    header = CommandHeader(1).encode()
    sealed = secure_aps(header, b"\x07", KEY, HUB, 1, key_id=key_id)
    aux, plain = open_aps_command(sealed, 2, KEY, HUB)
    assert (aux.key_id, plain) == (key_id, b"\x07")
    for other in {KeyId.LINK, KeyId.KEY_TRANSPORT, KeyId.KEY_LOAD} - {key_id}:
        relabelled = sealed[:2] + bytes((sealed[2] & ~0x18 | other << 3,)) + sealed[3:]
        with pytest.raises(NotAuthentic):
            open_aps_command(relabelled, 2, KEY, HUB)
