"""AES-CCM* of NWK and APS frames against a second computation from plain AES; field case C16, an old frame counter."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed, NotAuthentic, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import mmo
from ppmid_protocols.zigbee.security import (
    Aux,
    FrameCounterGuard,
    KeyId,
    open_aps,
    open_aps_command,
    open_nwk,
    secure_aps,
    secure_nwk,
)

KEY = Secret(bytes.fromhex("00112233445566778899aabbccddeeff"))
SOURCE = Eui.parse("00db1234567890a4")
SOURCE_ON_AIR = bytes.fromhex("a49078563412db00")


def ccm_star(key: bytes, nonce: bytes, covered: bytes, plain: bytes, mic: int) -> bytes:
    """AES-CCM* (ZigBee R22 annex A) from AES on single blocks: a second computation, for the tests only."""
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()

    def xor(one: bytes, other: bytes) -> bytes:
        return bytes(a ^ b for a, b in zip(one, other, strict=False))

    def padded(octets: bytes) -> bytes:
        return octets + bytes(-len(octets) % 16)

    flags = 0x40 | (mic - 2) // 2 << 3 | 1
    stream = bytes((flags,)) + nonce + len(plain).to_bytes(2, "big")
    stream += padded(len(covered).to_bytes(2, "big") + covered) + padded(plain)
    tag = bytes(16)
    for start in range(0, len(stream), 16):
        tag = encryptor.update(xor(tag, stream[start : start + 16]))
    pads = [encryptor.update(b"\x01" + nonce + n.to_bytes(2, "big")) for n in range(2 + len(plain) // 16)]
    return xor(plain, b"".join(pads[1:])) + xor(tag[:mic], pads[0])


def test_the_second_computation_gives_the_published_vector() -> None:
    """ZigBee specification, annex C.4: key C0..CF, 8-octet MIC."""
    sealed = ccm_star(
        bytes(range(0xC0, 0xD0)), bytes.fromhex("a0a1a2a3a4a5a6a70302010006"), bytes(range(8)), bytes(range(8, 0x1F)), 8
    )
    assert sealed.hex() == "1a55a36abb6c610d066b3375649cef10d4664ecad854a8" + "0a895cc1d8ff9469"


def test_a_secured_nwk_frame_by_hand() -> None:
    header, plain = bytes.fromhex("4802000002001e07"), b"what APS gives"
    frame = secure_nwk(header, plain, KEY, SOURCE, 0x01020304, key_sequence=9)
    assert frame[:22] == header + bytes.fromhex("28 04030201") + SOURCE_ON_AIR + b"\x09"
    levelled = bytes.fromhex("2d 04030201")
    nonce = SOURCE_ON_AIR + levelled[1:] + levelled[:1]
    assert frame[22:] == ccm_star(KEY, nonce, header + levelled + SOURCE_ON_AIR + b"\x09", plain, 4)
    assert open_nwk(frame, 8, KEY) == (Aux(KeyId.NETWORK, 0x01020304, SOURCE, 9), plain)


@pytest.mark.parametrize(
    ("extended", "control", "on_air", "told"), [(True, 0x20, SOURCE_ON_AIR, SOURCE), (False, 0x00, b"", None)]
)
def test_a_secured_aps_frame_by_hand(extended: bool, control: int, on_air: bytes, told: Eui | None) -> None:
    header, plain = bytes.fromhex("60010407090101 2a"), b"what ZCL gives"
    frame = secure_aps(header, plain, KEY, SOURCE, 7, extended)
    assert frame[: 13 + len(on_air)] == header + bytes((control, 7, 0, 0, 0)) + on_air
    levelled = bytes((control | 5, 7, 0, 0, 0))
    nonce = SOURCE_ON_AIR + levelled[1:] + levelled[:1]
    assert frame[13 + len(on_air) :] == ccm_star(KEY, nonce, header + levelled + on_air, plain, 4)
    assert open_aps(frame, 8, KEY, SOURCE) == (Aux(KeyId.LINK, 7, told), plain)


@pytest.mark.parametrize("extended", [True, False])
@pytest.mark.parametrize(
    ("key_id", "control", "derive"),
    [
        (KeyId.LINK, 0x00, bytes),
        (KeyId.KEY_TRANSPORT, 0x10, mmo.key_transport_key),
        (KeyId.KEY_LOAD, 0x18, mmo.key_load_key),
    ],
)
def test_an_aps_command_is_sealed_under_the_key_that_its_control_names(
    key_id: KeyId, control: int, derive: Callable[[bytes], bytes], extended: bool
) -> None:
    frame = secure_aps(b"header", b"command", KEY, SOURCE, 7, extended, key_id)
    on_air, control = (SOURCE_ON_AIR, control | 0x20) if extended else (b"", control)
    assert frame[: 11 + len(on_air)] == b"header" + bytes((control, 7, 0, 0, 0)) + on_air
    levelled = bytes((control | 5, 7, 0, 0, 0))
    nonce = SOURCE_ON_AIR + levelled[1:] + levelled[:1]
    assert frame[11 + len(on_air) :] == ccm_star(derive(KEY), nonce, b"header" + levelled + on_air, b"command", 4)
    told = SOURCE if extended else None
    assert open_aps_command(frame, 6, KEY, SOURCE) == (Aux(key_id, 7, told), b"command")


def test_data_are_never_under_a_derived_key_and_aps_commands_never_under_the_network_key() -> None:
    with pytest.raises(Unsupported, match="under the key-load key"):
        open_aps(secure_aps(b"header", b"", KEY, SOURCE, 7, key_id=KeyId.KEY_LOAD), 6, KEY, SOURCE)
    with pytest.raises(Unsupported, match="under the network key"):
        open_aps_command(secure_nwk(b"header", b"", KEY, SOURCE, 7), 6, KEY, SOURCE)


@given(st.binary(max_size=100), st.integers(0, 2**32 - 1), st.booleans(), st.data())
def test_any_flipped_bit_is_noticed(plain: bytes, counter: int, extended: bool, data: st.DataObject) -> None:
    frame = secure_aps(b"headers!", plain, KEY, SOURCE, counter, extended)
    assert open_aps(frame, 8, KEY, SOURCE)[1] == plain
    bit = data.draw(st.integers(0, 8 * len(frame) - 1))
    damaged = bytearray(frame)
    damaged[bit // 8] ^= 1 << bit % 8
    control_touched = bit // 8 == 8
    with pytest.raises((NotAuthentic, Malformed, Unsupported) if control_touched else NotAuthentic):
        open_aps(bytes(damaged), 8, KEY, SOURCE)


def test_a_bad_mic_says_mac() -> None:
    frame = secure_nwk(b"headers!", b"plain", KEY, SOURCE, 1)
    with pytest.raises(NotAuthentic) as error:
        open_nwk(frame[:-1] + bytes((frame[-1] ^ 1,)), 8, KEY)
    assert error.value.what == "mac"
    with pytest.raises(NotAuthentic):
        open_nwk(frame, 8, bytes(16))


@pytest.mark.parametrize(("bit", "words"), [(0x40, "reserved"), (0x80, "reserved"), (0x01, "level"), (0x04, "level")])
def test_bits_that_the_air_does_not_carry_are_refused(bit: int, words: str) -> None:
    frame = bytearray(secure_nwk(b"headers!", b"plain", KEY, SOURCE, 1))
    frame[8] |= bit
    with pytest.raises(Malformed, match=words):
        open_nwk(bytes(frame), 8, KEY)


def test_every_truncation_is_named_with_its_place() -> None:
    frame = secure_nwk(b"headers!", b"", KEY, SOURCE, 1)
    parts = (("auxiliary header", 8, 5), ("security source", 13, 8), ("key sequence number", 21, 1), ("MIC", 22, 4))
    for field, start, octets in parts:
        for found in range(octets):
            with pytest.raises(Malformed, match=f"^{field} at offset {start}: expected {octets} .*found {found}$"):
                open_nwk(frame[: start + found], 8, KEY)


def test_a_key_and_a_counter_that_do_not_fit_are_refused() -> None:
    with pytest.raises(Malformed, match="16 octets, found 15"):
        secure_nwk(b"", b"", KEY[:15], SOURCE, 1)
    with pytest.raises(Malformed, match="frame counter"):
        secure_nwk(b"", b"", KEY, SOURCE, 2**32)


def test_a_nwk_frame_under_a_link_key_is_refused() -> None:
    with pytest.raises(Malformed, match="network key"):
        open_nwk(secure_aps(b"headers!", b"", KEY, SOURCE, 1), 8, KEY)
    with pytest.raises(Unsupported, match="network key"):
        open_aps(secure_nwk(b"headers!", b"", KEY, SOURCE, 1), 8, KEY, SOURCE)


def test_a_restarted_hub_with_an_old_counter_is_not_heard_until_it_passes_the_last_one() -> None:
    """Field case: the hub stood at 41,200 and resumes at 40,000, its last stored value."""
    hub, meter = SOURCE, Eui.parse("00db1234567890a0")
    guard = FrameCounterGuard()
    assert guard.accept(hub, 41_200)
    assert not any(guard.fresh(hub, counter) or guard.accept(hub, counter) for counter in (40_000, 41_199, 41_200))
    assert guard.last_of(meter) is None
    assert guard.accept(meter, 5), "counters of different devices are apart"
    assert (guard.last_of(hub), guard.last_of(meter)) == (41_200, 5), "what is refused is not remembered"
    assert guard.fresh(hub, 41_201)
    assert guard.last_of(hub) == 41_200, "to ask is not to accept"
    assert guard.accept(hub, 41_201)
    assert (guard.last_of(hub), guard.last_of(meter)) == (41_201, 5)


def test_of_nobody_known_no_counter_is_fresh() -> None:
    guard = FrameCounterGuard()
    assert not guard.fresh(None, 7)
    assert not guard.accept(None, 7)


def test_the_highest_counter_is_never_fresh() -> None:
    assert FrameCounterGuard().accept(SOURCE, 0)
    assert FrameCounterGuard().accept(SOURCE, 0xFFFFFFFE)
    assert not FrameCounterGuard().accept(SOURCE, 0xFFFFFFFF)
