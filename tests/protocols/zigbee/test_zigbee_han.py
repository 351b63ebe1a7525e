"""A message to frames and back, with the keys of a home: who can open what, and what damage is called."""

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError, Unsupported
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import prepayment
from ppmid_protocols.zigbee.frames import ApsHeader, ApsType, Block, Fragment, MacFrame, NwkHeader, NwkType, fcs
from ppmid_protocols.zigbee.han import AppMessage, Dissector, KeyNotHeld, build_ack, build_frames, open_frame
from ppmid_protocols.zigbee.prepayment import ConsumerTopUp
from ppmid_protocols.zigbee.security import secure_aps, secure_nwk
from ppmid_protocols.zigbee.zcl import decode_frame

if TYPE_CHECKING:
    from han_home import Home

TOP_UP = prepayment.frame(ConsumerTopUp(Secret(b"73946144332040217315")), 9)


def flipped(frame: bytes, index: int) -> bytes:
    """The frame with one bit of an octet other, and a check sequence that holds."""
    damaged = bytearray(frame[:-2])
    damaged[index] ^= 1
    return bytes(damaged) + fcs(bytes(damaged))


def test_a_top_up_in_one_frame_by_layers(home: "Home") -> None:
    radio = home.radio(home.ppmid, 7)
    (frame,), after = build_frames(radio, home.esme, 0x0001, prepayment.CLUSTER, TOP_UP.encode(), home.keys)
    assert frame[:9] == bytes.fromhex("6188 07 621a 0100 0200")
    assert frame[9:17] == bytes.fromhex("4802 0100 0200 1e 07")
    assert frame[17:31] == bytes.fromhex("28 bc020000 a49078563412db00 00")
    assert after == radio._replace(mac_sequence=8, nwk_sequence=8, nwk_counter=701, aps_sequence=8, aps_counter=701)
    opened = open_frame(frame, home.keys, home.addresses)
    assert opened.aps == ApsHeader(cluster=0x0705, counter=7)
    assert opened.aps_aux is not None
    assert (opened.aps_aux.counter, opened.aps_aux.source) == (700, home.ppmid)
    assert (opened.source, opened.destination, opened.octets) == (home.ppmid, home.esme, TOP_UP.encode())
    assert Dissector(home.keys, home.addresses).feed(frame, 42) == AppMessage(
        source=home.ppmid,
        destination=home.esme,
        cluster=0x0705,
        zcl=TOP_UP,
        secured=True,
        aps_counter=7,
        frames=(42,),
    )


def test_numbering_wraps_where_the_air_does(home: "Home") -> None:
    radio = home.radio(home.ppmid)._replace(mac_sequence=255, nwk_sequence=254, aps_sequence=255)
    frames, after = build_frames(radio, home.chf, 0, 0x0704, bytes(100), home.keys)
    opened = [open_frame(frame, home.keys, home.addresses) for frame in frames]
    assert [(one.mac.sequence, one.nwk.sequence) for one in opened] == [(255, 254), (0, 255), (1, 0)]
    assert [one.aps and one.aps.counter for one in opened] == [255, 255, 255]
    assert (after.mac_sequence, after.nwk_sequence, after.aps_sequence) == (2, 1, 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=1500), st.integers(8, 60), st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_messages_of_any_length_arrive_in_any_order(
    home: "Home", payload: bytes, size: int, extended: bool, with_fcs: bool, chance: Random
) -> None:
    message = b"\x11\x01\x02" + payload
    frames, _ = build_frames(
        home.radio(home.chf),
        home.esme,
        1,
        0x0704,
        message,
        home.keys,
        block_octets=size,
        extended_nonce=extended,
        with_fcs=with_fcs,
    )
    order = list(range(len(frames)))
    chance.shuffle(order)
    dissector = Dissector(home.keys, home.addresses, with_fcs=with_fcs)
    arrived = [got for index in order if (got := dissector.feed(frames[index], index)) is not None]
    assert [got.zcl.encode() for got in arrived] == [message]
    assert arrived[0].frames == tuple(range(len(frames)))


def test_the_link_key_follows_from_the_pair_whichever_sends(home: "Home") -> None:
    keys = home.keys
    assert keys.link_key(home.ppmid, home.esme) == keys.link_key(home.esme, home.ppmid) == bytes(range(15, -1, -1))
    assert keys.link_key(home.chf, home.gsme) == keys.link_key(home.gsme, home.chf) == b"hub and gasmeter"
    with pytest.raises(KeyNotHeld, match="A4 and 00-DB-12-34-56-78-90-A1"):
        keys.link_key(home.ppmid, home.gsme)


def test_the_hub_cannot_open_what_ppmid_and_esme_say(home: "Home") -> None:
    (frame,), _ = build_frames(home.radio(home.ppmid), home.esme, 1, 0x0705, TOP_UP.encode(), home.keys)
    with pytest.raises(KeyNotHeld):
        open_frame(frame, replace(home.keys, pair_keys={}), home.addresses)
    other = replace(home.keys, pair_keys={(home.ppmid, home.esme): Secret(bytes(16))})
    with pytest.raises(NotAuthentic, match="link key"):
        open_frame(frame, other, home.addresses)
    with pytest.raises(NotAuthentic, match="network key"):
        open_frame(frame, replace(home.keys, network_key=Secret(bytes(16))), home.addresses)


def test_every_damaged_octet_is_noticed(home: "Home") -> None:
    """But for the MAC header, which nothing authenticates."""
    (frame,), _ = build_frames(home.radio(home.ppmid), home.esme, 1, 0x0705, TOP_UP.encode(), home.keys)
    for index in range(9, len(frame) - 2):
        with pytest.raises(ProtocolError) as error:
            open_frame(flipped(frame, index), home.keys, home.addresses)
        if index >= 18:  # behind the NWK frame control and the security control
            assert isinstance(error.value, NotAuthentic)
            assert error.value.what == "mac"


def test_every_truncation_is_refused(home: "Home") -> None:
    (frame,), _ = build_frames(home.radio(home.ppmid), home.esme, 1, 0x0705, TOP_UP.encode(), home.keys)
    for size in range(len(frame) - 2):
        with pytest.raises(ProtocolError):
            open_frame(frame[:size] + fcs(frame[:size]), home.keys, home.addresses)


def test_one_device_cannot_pose_as_another(home: "Home") -> None:
    """The ESME seals under its own EUI-64 what it sends from the PPMID's short address."""
    radio = home.radio(home.esme)._replace(short=home.short(home.ppmid))
    (frame,), _ = build_frames(radio, home.chf, 0, 0x0704, b"\x11\x01\x02", home.keys)
    with pytest.raises(NotAuthentic):
        open_frame(frame, home.keys, home.addresses)
    shared = replace(home.keys, device_keys=dict.fromkeys(home.keys.device_keys, Secret(b"one key for both")))
    (frame,), _ = build_frames(radio, home.chf, 0, 0x0704, b"\x11\x01\x02", shared)
    with pytest.raises(NotAuthentic, match="A4 is sealed by 00-DB-12-34-56-78-90-A0"):
        open_frame(frame, shared, home.addresses)


def test_a_sender_without_a_known_address_is_known_by_its_aux_header(home: "Home") -> None:
    (frame,), _ = build_frames(home.radio(home.ppmid), home.chf, 0, 0x0704, b"\x11\x01\x02", home.keys)
    assert open_frame(frame, home.keys, {0: home.chf}).source == home.ppmid
    with pytest.raises(KeyNotHeld, match="0x0000"):
        open_frame(frame, home.keys, {})


@pytest.mark.parametrize(("known", "extended_nonce"), [(True, True), (True, False), (False, True)])
def test_a_relayed_frame_is_its_first_sender_s(home: "Home", known: bool, extended_nonce: bool) -> None:
    """The ESME passes on what the PPMID tells the hub: each hop seals the NWK layer anew, and leaves the APS layer."""
    aps = ApsHeader(cluster=0x0705, counter=1).encode()
    link_key = home.keys.link_key(home.ppmid, home.chf)
    sealed = secure_aps(aps, TOP_UP.encode(), link_key, home.ppmid, 8, extended_nonce)
    nwk = NwkHeader(destination=0, source=2, sequence=1).encode()
    frame = MacFrame(
        sequence=0, pan=1, destination=0, source=1, payload=secure_nwk(nwk, sealed, home.keys.network_key, home.esme, 5)
    ).encode()
    opened = open_frame(frame, home.keys, home.addresses if known else {0: home.chf})
    assert opened.nwk_aux is not None
    assert (opened.nwk_aux.source, opened.source, opened.octets) == (home.esme, home.ppmid, TOP_UP.encode())


def in_mac(home: "Home", nwk: NwkHeader, inside: bytes) -> bytes:
    secured = secure_nwk(nwk.encode(), inside, home.keys.network_key, home.ppmid, 5)
    return MacFrame(sequence=0, pan=1, destination=nwk.destination, source=2, payload=secured).encode()


def test_an_acknowledgement_opens_and_is_no_message(home: "Home") -> None:
    frames, _ = build_frames(home.radio(home.ppmid), home.chf, 0, 0x0704, bytes(100), home.keys)
    heard = open_frame(frames[1], home.keys, home.addresses)
    ack, after = build_ack(home.radio(home.chf, 5), heard, home.keys, received=0b11)
    opened = open_frame(ack, home.keys, home.addresses)
    assert opened.aps == ApsHeader(
        type=ApsType.ACK, cluster=0x0704, counter=1, ack_request=False, block=Block(Fragment.PART, 1, 0b11)
    )
    assert (opened.source, opened.destination, opened.octets) == (home.chf, home.ppmid, b"")
    assert (after.aps_sequence, after.aps_counter, after.nwk_counter) == (5, 501, 501)
    assert Dissector(home.keys, home.addresses).take(opened, 0) is None
    first, _ = build_ack(home.radio(home.chf, 5), open_frame(frames[0], home.keys, home.addresses), home.keys)
    aps = open_frame(first, home.keys, home.addresses).aps
    assert aps is not None
    assert aps.block == Block(Fragment.FIRST, 0, 0xFF)
    with pytest.raises(Malformed, match="acknowledged"):
        build_ack(home.radio(home.ppmid), opened, home.keys)


def test_what_is_no_smart_energy_message_gives_none(home: "Home") -> None:
    dissector = Dissector(home.keys, home.addresses)
    command = NwkHeader(type=NwkType.COMMAND, destination=0xFFFC, source=2, sequence=1)
    assert dissector.feed(in_mac(home, command, b"\x08"), 1) is None
    zdp = ApsHeader(profile=0, cluster=0x0013, counter=1, secured=False, destination_endpoint=0, source_endpoint=0)
    broadcast = NwkHeader(destination=0xFFFD, source=2, sequence=1)
    assert dissector.feed(in_mac(home, broadcast, zdp.encode() + b"\x01"), 2) is None
    with pytest.raises(Unsupported, match="broadcast"):
        dissector.feed(in_mac(home, broadcast, ApsHeader(cluster=1, counter=1).encode()), 3)


def test_a_message_without_aps_security_says_so(home: "Home") -> None:
    plain = ApsHeader(cluster=0x0705, counter=1, secured=False).encode() + TOP_UP.encode()
    message = Dissector(home.keys, home.addresses).feed(
        in_mac(home, NwkHeader(destination=1, source=2, sequence=1), plain), 1
    )
    assert message is not None
    assert (message.secured, message.zcl) == (False, TOP_UP)


def test_no_utrn_shows(home: "Home") -> None:
    (frame,), _ = build_frames(home.radio(home.ppmid), home.esme, 1, 0x0705, TOP_UP.encode(), home.keys)
    opened = open_frame(frame, home.keys, home.addresses)
    message = Dissector(home.keys, home.addresses).take(opened, 1)
    text = repr(opened) + repr(message) + repr(home.keys)
    assert "73946144" not in text
    assert "hub and" not in text


def test_a_counter_that_is_used_up_is_refused(home: "Home") -> None:
    radio = home.radio(home.ppmid)._replace(nwk_counter=2**32)
    with pytest.raises(Malformed, match="frame counter"):
        build_frames(radio, home.chf, 0, 0x0704, b"\x11\x01\x02", home.keys)


def test_a_message_that_is_no_zcl_frame_is_malformed(home: "Home") -> None:
    (frame,), _ = build_frames(home.radio(home.ppmid), home.chf, 0, 0x0704, b"\x11\x01", home.keys)
    with pytest.raises(Malformed, match="ZCL header"):
        Dissector(home.keys, home.addresses).feed(frame, 1)
    assert decode_frame(b"\x11\x01\x02").payload == b""
