"""Key Establishment, Keep-Alive and Sub-GHz: octets by hand, round trips, damage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import keep_alive, key_establishment, sub_ghz
from ppmid_protocols.zigbee.keep_alive import KeepAlive
from ppmid_protocols.zigbee.key_establishment import (
    ConfirmKey,
    EphemeralData,
    Initiate,
    K163Certificate,
    K283Certificate,
    KeyEstablishmentCommand,
    Terminate,
    TerminateStatus,
)
from ppmid_protocols.zigbee.sub_ghz import Channels, GetSuspendStatus, SuspendZclMessages
from ppmid_protocols.zigbee.zcl import (
    Direction,
    ReadAttributesResponse,
    ZclFrame,
    cluster_frame,
    decode_frame,
    general_frame,
)

TO_SERVER, TO_CLIENT = Direction.TO_SERVER, Direction.TO_CLIENT
SUBJECT = Eui.parse("00-DB-12-34-56-78-90-A4")
K163 = K163Certificate(b"P" * 22, SUBJECT, b"issuer!!", b"attributes")
K283 = K283Certificate(
    serial=0x0102, issuer=b"issuer!!", valid_from=0x0065000000, valid_for=None, subject=SUBJECT, public_key=b"Q" * 37
)
AGREE = key_establishment.COMMANDS

u8 = st.integers(0, 0xFF)
u16 = st.integers(0, 0xFFFF)
euis = st.binary(min_size=8, max_size=8).map(Eui)


def sized(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


certificates = st.builds(K163Certificate, sized(22), euis, sized(8), sized(10)) | st.builds(
    K283Certificate,
    serial=st.integers(0, 2**64 - 1),
    issuer=sized(8),
    valid_from=st.integers(0, 2**40 - 1),
    valid_for=st.none() | st.integers(0, 2**32 - 2),
    subject=euis,
    public_key=sized(37),
    key_usage=u8,
    type=u8,
    curve=u8,
    hash=u8,
)
commands = st.one_of(
    st.builds(Initiate, certificates, u8, u8),
    st.builds(EphemeralData, sized(22) | sized(37)),
    st.builds(ConfirmKey, sized(16)),
    st.builds(Terminate, u8, u8, u16),
)


@pytest.mark.parametrize(
    ("command", "octets"),
    [
        (
            Initiate(K163, 5, 6),
            "19 01 00 0100 05 06" + "50" * 22 + "00db1234567890a4 6973737565722121 61747472696275746573",
        ),
        (
            Initiate(K283),
            "19 01 00 0200 0a 0a 00 0000000000000102 0d 08 6973737565722121 0065000000 ffffffff 00db1234567890a4 08"
            + "51" * 37,
        ),
        (EphemeralData(b"E" * 37), "19 01 01" + "45" * 37),
        (ConfirmKey(b"M" * 16), "19 01 02" + "4d" * 16),
        (Terminate(TerminateStatus.BAD_KEY_CONFIRM, 10), "19 01 03 02 0a 0200"),
    ],
)
def test_the_steps_of_an_agreement_by_hand(command: KeyEstablishmentCommand, octets: str) -> None:
    frame = AGREE.frame(command, TO_CLIENT, 1)
    assert frame.encode() == bytes.fromhex(octets)
    assert AGREE.read(decode_frame(bytes.fromhex(octets))) == command


@given(commands, st.sampled_from(Direction))
def test_any_step_survives_both_ways(command: KeyEstablishmentCommand, way: Direction) -> None:
    frame = AGREE.frame(command, way, 7)
    assert AGREE.read(frame) == command
    for size in range(len(frame.payload)):
        if not isinstance(command, EphemeralData):
            with pytest.raises(ProtocolError):
                AGREE.read(ZclFrame(frame.header, frame.payload[:size]))
    with pytest.raises(Malformed):
        AGREE.read(ZclFrame(frame.header, frame.payload + b"\0"))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (EphemeralData(bytes(23)), "22 or 37 octets, found 23"),
        (ConfirmKey(bytes(15)), "16 octets, found 15"),
        (Initiate(K163Certificate(bytes(21), SUBJECT, bytes(8), bytes(10))), "public key: expected 22"),
        (Terminate(256), "terminate status"),
    ],
)
def test_what_does_not_fit_is_refused(command: KeyEstablishmentCommand, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        AGREE.frame(command, TO_SERVER, 1)


def test_an_unknown_suite_and_an_unknown_command_are_refused() -> None:
    with pytest.raises(Malformed, match="suite at offset 0: expected one of 1 and 2, found 4"):
        AGREE.read(cluster_frame(0, TO_SERVER, 1, bytes.fromhex("0400 0a 0a") + bytes(48)))
    with pytest.raises(Unsupported, match="key establishment command 0x04 to server"):
        AGREE.read(cluster_frame(4, TO_SERVER, 1, b""))


def test_the_pattern_for_ever_is_not_a_lifetime() -> None:
    with pytest.raises(Malformed, match="write None"):
        K283Certificate(
            serial=1, issuer=bytes(8), valid_from=0, valid_for=0xFFFFFFFF, subject=SUBJECT, public_key=bytes(37)
        ).encode()


def test_keep_alive_by_hand() -> None:
    asks = general_frame(keep_alive.READ, TO_SERVER, 3)
    assert asks.encode() == bytes.fromhex("10 03 00 0000 0100")
    answer = general_frame(KeepAlive().answer(), TO_CLIENT, 3)
    assert answer.encode() == bytes.fromhex("18 03 01 0000 00 20 0a 0100 00 21 2c01")
    assert keep_alive.read(ReadAttributesResponse.decode(answer.payload)) == KeepAlive(10, 300)


@pytest.mark.parametrize("records", ["", "0000 00 20 0a", "0000 00 21 0a00 0100 00 21 2c01", "0000 86 0100 00 21 2c01"])
def test_an_answer_that_lacks_something_is_malformed(records: str) -> None:
    with pytest.raises(Malformed, match="keep-alive attribute"):
        keep_alive.read(ReadAttributesResponse.decode(bytes.fromhex(records)))


def test_sub_ghz_by_hand() -> None:
    table = sub_ghz.COMMANDS
    for command, way, octets in (
        (SuspendZclMessages(15), TO_CLIENT, "19 09 00 0f"),
        (GetSuspendStatus(), TO_SERVER, "11 09 00"),
    ):
        frame = table.frame(command, way, 9)
        assert frame.encode() == bytes.fromhex(octets)
        assert table.read(frame) == command
        with pytest.raises(Malformed):
            table.read(ZclFrame(frame.header, frame.payload + b"\0"))
    with pytest.raises(Malformed, match="SuspendZclMessages is not sent to server"):
        table.frame(SuspendZclMessages(15), TO_SERVER, 9)
    with pytest.raises(Malformed, match="suspension period"):
        table.read(cluster_frame(0, TO_CLIENT, 9, b""))


def test_channels_stand_with_their_page() -> None:
    assert Channels(28, 0x7FFFFFF).pack() == 0xE7FFFFFF
    assert Channels.unpack(0xE80001FF) == Channels(29, 0x1FF)
    for channels in (Channels(32, 0), Channels(0, 1 << 27), Channels(-1, 0)):
        with pytest.raises(Malformed):
            channels.pack()
