"""Leaving a network and coming back to it: NWK commands, in clear and sealed, and APS commands on the network."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wireshark import NEEDED, Dissect

from ppmid_protocols.errors import Malformed, NotAuthentic, Unsupported
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.aps_commands import ConfirmKey, RequestKey, TransportTrustCentreKey, VerifyKey
from ppmid_protocols.zigbee.frames import decode_mac
from ppmid_protocols.zigbee.han import HanKeys, KeyNotHeld, build_command, build_nwk_command, open_frame
from ppmid_protocols.zigbee.nwk_commands import (
    InClear,
    Leave,
    NwkCommand,
    RejoinRequest,
    RejoinResponse,
    decode,
    encode_in_clear,
    read_in_clear,
)
from ppmid_protocols.zigbee.security import KeyId

if TYPE_CHECKING:
    from han_home import Home

COMMANDS = st.one_of(
    st.builds(Leave, st.booleans(), st.booleans()),
    st.builds(RejoinRequest, st.integers(0, 255)),
    st.builds(RejoinResponse, st.integers(0, 0xFFFF), st.integers(0, 255)),
)


@pytest.mark.parametrize(
    ("octets", "command"),
    [  # by the layouts of ZigBee R22 3.4
        ("0440", Leave(requested=True)),
        ("0400", Leave(requested=False)),
        ("0460", Leave(requested=True, rejoin=True)),
        ("0688", RejoinRequest()),
        ("07021000", RejoinResponse(0x1002)),
        ("07ffff02", RejoinResponse(0xFFFF, 2)),
    ],
)
def test_the_octets_of_each(octets: str, command: NwkCommand) -> None:
    assert command.encode().hex() == octets
    assert decode(bytes.fromhex(octets)) == command


@given(COMMANDS)
def test_all_of_them_come_back(command: NwkCommand) -> None:
    assert decode(command.encode()) == command


@pytest.mark.parametrize("wrong", ["", "04", "0401", "044000", "0702", "06"])
def test_what_is_cut_short_too_long_or_reserved_is_malformed(wrong: str) -> None:
    with pytest.raises(Malformed):
        decode(bytes.fromhex(wrong))


def test_other_commands_are_not_read() -> None:
    with pytest.raises(Unsupported, match="0x01"):
        decode(b"\x01\x00")


def test_in_clear_the_device_outside_is_named(home: "Home") -> None:
    asked = InClear(device=home.ppmid, source=2, destination=0, pan=0x1A62, sequence=9, command=RejoinRequest())
    answer = InClear(device=home.ppmid, source=0, destination=2, pan=0x1A62, sequence=9, command=RejoinResponse(2))
    for one in (asked, answer):
        assert read_in_clear(encode_in_clear(one)) == one
    mac = decode_mac(encode_in_clear(asked))
    assert mac.payload[-10:] == bytes(home.ppmid)[::-1] + b"\x06\x88"


def test_a_sealed_leave_is_for_who_holds_the_network_key(home: "Home") -> None:
    radio = home.radio(home.chf)
    frame, after = build_nwk_command(radio, home.short(home.ppmid), Leave(requested=True), home.keys)
    opened = open_frame(frame, home.keys, home.addresses)
    assert (opened.command, opened.source, opened.destination) == (Leave(True), home.chf, home.ppmid)
    assert opened.aps is None
    assert (after.nwk_counter, after.aps_sequence) == (radio.nwk_counter + 1, radio.aps_sequence)
    assert read_in_clear(frame) is None
    with pytest.raises(NotAuthentic):
        open_frame(frame, HanKeys(Secret(bytes(16)), home.chf, home.keys.device_keys), home.addresses)


@pytest.mark.parametrize(
    ("command", "key_id"),
    [
        (lambda _: RequestKey(), KeyId.LINK),
        (lambda home: TransportTrustCentreKey(Secret(bytes(range(16))), home.chf, home.ppmid), KeyId.KEY_LOAD),
        (lambda home: VerifyKey(home.ppmid, bytes(16)), None),
        (lambda home: ConfirmKey(home.chf), KeyId.LINK),
    ],
)
def test_keys_are_asked_for_handed_out_and_shown_on_the_network(home: "Home", command, key_id) -> None:  # type: ignore[no-untyped-def]
    said = command(home)
    frame, _ = build_command(home.radio(home.ppmid), home.chf, home.short(home.chf), said, home.keys, key_id)
    opened = open_frame(frame, home.keys, home.addresses)
    assert (opened.command, opened.source) == (said, home.ppmid)
    assert (opened.aps_aux is None) == (key_id is None)
    assert opened.aps_aux is None or opened.aps_aux.key_id is key_id
    other = HanKeys(home.keys.network_key, home.chf, {home.ppmid: Secret(bytes(16))})
    if key_id is not None:
        with pytest.raises(NotAuthentic):
            open_frame(frame, other, home.addresses)
        with pytest.raises(KeyNotHeld):
            open_frame(frame, other, {})


@NEEDED
def test_tshark_reads_them_alike(home: "Home", dissect: Dissect) -> None:
    leave, _ = build_nwk_command(home.radio(home.chf), 2, Leave(requested=True, rejoin=True), home.keys)
    asked = encode_in_clear(
        InClear(device=home.ppmid, source=2, destination=0, pan=0x1A62, sequence=1, command=RejoinRequest())
    )
    answer = encode_in_clear(
        InClear(device=home.ppmid, source=0, destination=2, pan=0x1A62, sequence=1, command=RejoinResponse(2))
    )
    fields = tuple(f"zbee_nwk.cmd.{name}" for name in ("id", "leave.request", "leave.rejoin", "addr", "rejoin_status"))
    rows = dissect([(leave, ""), (asked, ""), (answer, "")], *fields, keys=home.all_keys())
    found = [tuple(row.values()) for row in rows]
    assert found == [("0x04", "1", "1", "", ""), ("0x06", "", "", "", ""), ("0x07", "", "", "0x0002", "0x00")]
