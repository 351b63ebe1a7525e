"""The usual frame in one piece is to the octet what the layers make, and reads as they do; all else is left to them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.frames import ApsHeader, ApsType, Block, Fragment, MacFrame, NwkHeader, fcs
from ppmid_protocols.zigbee.han import Dissector, HanKeys, KeyNotHeld, Radio, build_frames, open_frame
from ppmid_protocols.zigbee.security import KeyId, secure_aps, secure_nwk
from ppmid_protocols.zigbee.usual_frame import Usual, open_usual, seal_usual

HUB, PPMID, ESME = (Eui.parse(f"00-DB-12-34-56-78-90-A{number}") for number in range(3))
ADDRESSES = {0: HUB, 0x1001: PPMID, 0x1002: ESME}
NETWORK_KEY = Secret(bytes(range(16)))
KEYS = HanKeys(
    NETWORK_KEY,
    trust_centre=HUB,
    device_keys={PPMID: Secret(bytes(range(16, 32))), ESME: Secret(bytes(range(32, 48)))},
    pair_keys={(PPMID, ESME): Secret(bytes(range(48, 64)))},
    network_key_sequence=3,
)
MESSAGE = bytes.fromhex("18 2a 01 0000")
MAC = MacFrame(sequence=3, pan=0x1A62, destination=0x1002, source=0x1001, payload=b"")
NWK, APS = NwkHeader(destination=0x1002, source=0x1001, sequence=2), ApsHeader(cluster=0x0705, counter=1)
LONGEST = 200
OCTET, SHORT, COUNTER = (st.integers(0, 2 ** (8 * width) - 1) for width in (1, 2, 4))


def radios(counter: st.SearchStrategy[int]) -> st.SearchStrategy[Radio]:
    return st.builds(Radio, st.just(PPMID), st.just(0x1001), SHORT, OCTET, OCTET, counter, OCTET, counter)


RADIOS, RADIOS_WITH_ROOM = radios(COUNTER), radios(st.integers(0, 2**32 - LONGEST))
BLOCKS = st.builds(Block, st.sampled_from(Fragment), OCTET, st.none())
TO = st.sampled_from([(HUB, 0), (ESME, 0x1002)])


def opened(frame: bytes) -> Usual | None:
    return open_usual(frame, KEYS.network_key, KEYS.link_key, ADDRESSES)


def sealed(radio: Radio, message: bytes = MESSAGE) -> bytes:
    (frame,), _ = build_frames(radio, ESME, 0x1002, 0x0705, message, KEYS)
    return frame


@given(RADIOS, TO, SHORT, st.binary(max_size=LONGEST), st.integers(1, 60))
def test_they_are_what_the_layers_make(
    radio: Radio, to: tuple[Eui, int], cluster: int, message: bytes, size: int
) -> None:
    """Without the check sequence, which this never leaves out, frames are made layer by layer.

    A counter that the last blocks would carry beyond its 4 octets is refused both ways, in the same words.
    """
    build, of = partial(build_frames, block_octets=size), (radio, *to, cluster, message, KEYS)
    frames, by_layers = attempt(build, *of), attempt(partial(build, with_fcs=False), *of)
    if isinstance(by_layers, tuple):
        by_layers = [one + fcs(one) for one in by_layers[0]], by_layers[1]
    assert frames == by_layers


def test_counters_that_run_out_within_a_message_are_refused_both_ways() -> None:
    for counters in ({"aps_counter": 2**32 - 2}, {"nwk_counter": 2**32 - 2}):
        radio = Radio(PPMID, 0x1001, **counters)
        assert len(build_frames(radio, ESME, 0x1002, 0x0705, bytes(2), KEYS, block_octets=1)[0]) == 2
        for with_fcs in (True, False):
            with pytest.raises(Malformed, match="frame counter: expected an unsigned value of 4 octets"):
                build_frames(radio, ESME, 0x1002, 0x0705, bytes(3), KEYS, block_octets=1, with_fcs=with_fcs)


@given(RADIOS, TO, SHORT, st.binary(max_size=48), st.none() | BLOCKS)
def test_it_is_made_here(radio: Radio, to: tuple[Eui, int], cluster: int, octets: bytes, block: Block | None) -> None:
    key = KEYS.link_key(PPMID, to[0])
    frame = seal_usual(radio, to[1], cluster, octets, KEYS.network_key, 3, key, block)
    if frame is None:
        with pytest.raises(Malformed):
            build_frames(radio, *to, cluster, octets, KEYS)
        return
    usual = opened(frame)
    counters = radio.nwk_counter, radio.aps_counter
    assert usual == Usual(PPMID, to[0], *counters, cluster, radio.aps_sequence, octets, (0x1001, to[1]), block)
    assert repr(octets) not in repr(usual), "it may hold a UTRN"


@given(RADIOS_WITH_ROOM, TO, SHORT, st.binary(max_size=LONGEST), st.integers(1, 60))
def test_it_reads_as_the_layers_do(radio: Radio, to: tuple[Eui, int], cluster: int, message: bytes, size: int) -> None:
    for frame in build_frames(radio, *to, cluster, message, KEYS, block_octets=size)[0]:
        by_layers = open_frame(frame, KEYS, ADDRESSES)
        assert by_layers.aps is not None
        assert by_layers.nwk_aux is not None
        assert by_layers.aps_aux is not None
        assert opened(frame) == (
            by_layers.source,
            by_layers.destination,
            by_layers.nwk_aux.counter,
            by_layers.aps_aux.counter,
            by_layers.aps.cluster,
            by_layers.aps.counter,
            by_layers.octets,
            (by_layers.nwk.source, by_layers.nwk.destination),
            by_layers.aps.block,
        )


@given(st.binary(min_size=3, max_size=LONGEST), st.integers(1, 60))
def test_a_dissector_reads_both_ways_alike(message: bytes, size: int) -> None:
    in_one_piece, by_layers = Dissector(KEYS, ADDRESSES), Dissector(KEYS, ADDRESSES)
    radio = Radio(PPMID, 0x1001, nwk_counter=5, aps_counter=6)
    for number, frame in enumerate(build_frames(radio, ESME, 0x1002, 0x0705, message, KEYS, block_octets=size)[0]):
        usual = in_one_piece.open_usual(frame)
        assert usual is not None
        said = [attempt(in_one_piece.take_usual, usual, number), attempt(by_layers.feed, frame, number)]
        assert said[0] == said[1]
        assert Dissector(KEYS, ADDRESSES, with_fcs=False).open_usual(frame) is None


def attempt(read: Callable[..., object], *of: object) -> object:
    try:
        return read(*of)
    except ProtocolError as problem:
        return str(problem)


def by_hand(
    *,
    mac: MacFrame = MAC,
    nwk: NwkHeader = NWK,
    aps: ApsHeader = APS,
    by: tuple[Eui, Eui] = (PPMID, PPMID),
    extended: bool = True,
    key_id: KeyId = KeyId.LINK,
) -> bytes:
    """A frame whose MICs hold, and which is not of the usual kind in one respect."""
    inside = secure_aps(aps.encode(), MESSAGE, KEYS.link_key(PPMID, ESME), by[1], 6, extended, key_id)
    hop = secure_nwk(nwk.encode(), inside, NETWORK_KEY, by[0], 5, 3)
    return mac._replace(payload=hop).encode()


def test_the_frame_by_hand_is_of_the_usual_kind() -> None:
    assert opened(by_hand()) == Usual(PPMID, ESME, 5, 6, 0x0705, 1, MESSAGE, (0x1001, 0x1002))


@pytest.mark.parametrize(
    "frame",
    [
        by_hand(mac=MAC._replace(source_pan=0x1A62)),
        by_hand(mac=MAC._replace(ack_request=False)),
        by_hand(nwk=NWK._replace(source_eui=PPMID)),
        by_hand(nwk=NWK._replace(discover_route=0)),
        by_hand(nwk=NWK._replace(source=0x7777)),
        by_hand(nwk=NWK._replace(destination=0x7777)),
        by_hand(aps=APS._replace(ack_request=False)),
        by_hand(aps=APS._replace(profile=0x0104)),
        by_hand(by=(HUB, PPMID)),
        by_hand(by=(PPMID, HUB)),
        by_hand(extended=False),
        by_hand(key_id=KeyId.KEY_LOAD),
        by_hand(aps=APS._replace(type=ApsType.ACK, block=Block(Fragment.PART, 1, 0xFF))),
    ],
)
def test_another_kind_of_frame_is_left_to_the_layers(frame: bytes) -> None:
    assert opened(frame) is None


def test_a_broadcast_is_left_to_the_layers_whoever_is_said_to_be_there() -> None:
    frame = by_hand(nwk=NWK._replace(destination=0xFFFF))
    assert open_usual(frame, KEYS.network_key, KEYS.link_key, {**ADDRESSES, 0xFFFF: ESME}) is None


@given(st.integers(0, 8 * len(by_hand()) - 1), st.booleans())
def test_of_a_damaged_frame_it_says_nothing_that_the_layers_do_not(bit: int, mended: bool) -> None:
    """With the check sequence put right it may still be in order: pan and sequence of the MAC are not sealed."""
    damaged = bytearray(by_hand())
    damaged[bit // 8] ^= 1 << bit % 8
    frame = bytes(damaged[:-2]) + fcs(bytes(damaged[:-2])) if mended else bytes(damaged)
    usual = opened(frame)
    try:
        by_layers: object = open_frame(frame, KEYS, ADDRESSES).octets
    except ProtocolError:
        by_layers = None
    assert usual is None or (usual.octets == by_layers and mended)


@given(st.binary(max_size=140), st.booleans())
def test_arbitrary_octets_are_no_usual_frame(octets: bytes, checked: bool) -> None:
    assert opened(octets + fcs(octets) if checked else octets) is None


@pytest.mark.parametrize("size", range(len(by_hand()) - 2))
def test_a_cut_frame_is_left_to_the_layers(size: int) -> None:
    cut = by_hand()[:size]
    assert opened(cut + fcs(cut)) is None


def test_other_keys_do_not_open_it() -> None:
    frame, wrong = by_hand(), Secret(bytes(16))
    assert open_usual(frame, wrong, KEYS.link_key, ADDRESSES) is None
    assert open_usual(frame, NETWORK_KEY, lambda *_: wrong, ADDRESSES) is None
    with pytest.raises(KeyNotHeld):
        open_usual(frame, NETWORK_KEY, replace(KEYS, pair_keys={}).link_key, ADDRESSES)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda radio: radio._replace(nwk_counter=2**32),
        lambda radio: radio._replace(aps_counter=-1),
        lambda radio: radio._replace(aps_sequence=256),
        lambda radio: radio._replace(pan=2**16),
    ],
)
def test_a_number_that_does_not_fit_is_for_the_layers_to_name(spoil: Callable[[Radio], Radio]) -> None:
    radio = spoil(Radio(PPMID, 0x1001))
    assert seal_usual(radio, 0x1002, 0x0705, MESSAGE, NETWORK_KEY, 3, KEYS.link_key(PPMID, ESME)) is None
    with pytest.raises(Malformed):
        sealed(radio)


def test_a_key_of_wrong_length_is_malformed() -> None:
    with pytest.raises(Malformed, match="key"):
        seal_usual(Radio(PPMID, 0x1001), 0x1002, 0x0705, MESSAGE, NETWORK_KEY, 3, bytes(15))
