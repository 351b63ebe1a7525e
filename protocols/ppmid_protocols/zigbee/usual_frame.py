"""The frame that nearly all traffic of a home is made of, laid out in one piece: a message, or a block of one.

Between two devices, one hop, short addresses, both keys, the sender's EUI-64 in both auxiliary headers. Little endian:

    MAC: control 8861 | sequence u8 | PAN u16 | destination u16 | source u16
    NWK: control 0248 | destination u16 | source u16 | radius u8 | sequence u8
         28 | frame counter u32 | source EUI-64 | key sequence u8 | sealed, MIC
    APS: control 60 | endpoint u8 | cluster u16 | profile u16 | endpoint u8 | counter u8
         of a block: control E0, and behind the counter fragmentation 01 or 02 | number u8
         20 | frame counter u32 | source EUI-64 | sealed, MIC
    frame check sequence

``han`` builds and opens frames of every kind, layer by layer. This does the same for this kind alone, in three quarters
and half of the time, and gives None for whatever is not of it, or not in order: then ``han`` says what is.

Here, and where such a frame is read on, ``tuple.__new__`` makes named tuples: their own constructors are Python code
around just that.
"""

import struct
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag

from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.frames import BROADCAST, LONGEST_FRAME, SMART_ENERGY, Block, Fragment, fcs
from ppmid_protocols.zigbee.octets import crc_holds
from ppmid_protocols.zigbee.security import MIC_OCTETS, cipher

_MAC, _NWK, _APS, _APS_OF_BLOCK = 0x8861, 0x0248, 0x60, 0xE0
_RADIUS, _ENDPOINT = 30, 1
_NETWORK, _LINK = 0x28, 0x20
_NETWORK_ON_AIR, _LINK_ON_AIR = bytes((_NETWORK,)), bytes((_LINK,))
_NETWORK_LEVELLED, _LINK_LEVELLED = bytes((_NETWORK | 5,)), bytes((_LINK | 5,))
"""As on the air the level is 0, in nonce and authenticated data it is 5 (R22 4.5.1)."""

_HEADS = struct.Struct("<HBHHHHHHBB")
_APS_HEAD = struct.Struct("<BBHHBB")
_COUNTER = struct.Struct("<I")
_FROM_AIR = struct.Struct("<H7xHHH2xBI8sx")
"""Of MAC and NWK layer what tells this kind from others, the NWK addresses, frame counter and EUI-64."""
_INSIDE = struct.Struct("<2xHHxBBI8s")
_INSIDE_OF_BLOCK = struct.Struct("<2xHHxBBBBI8s")
_FRAGMENTS = {int(fragment): fragment for fragment in Fragment}
_NWK_START, _NWK_AUX, _NWK_SEALED = 9, 17, 31
_APS_AUX, _APS_SEALED, _BLOCK_OCTETS = 8, 21, 2
_COUNTER_OCTETS, _FCS_OCTETS = 4, 2
_SHORTEST = _NWK_SEALED + _APS_SEALED + 2 * MIC_OCTETS + _FCS_OCTETS


class Usual(NamedTuple):
    """What such a frame says; both frame counters are its sender's.

    ``octets``: a ZCL frame, or the ``block`` of one; may hold a UTRN. ``shorts``: source and destination.
    """

    source: Eui
    destination: Eui
    network_counter: int
    link_counter: int
    cluster: int
    aps_counter: int
    octets: bytes
    shorts: tuple[int, int]
    block: Block | None = None

    def __repr__(self) -> str:
        return f"Usual(source={self.source}, destination={self.destination}, cluster=0x{self.cluster:04X})"


Numbers = tuple[Eui, int, int, int, int, int, int, int]
"""The sender's EUI-64, short address and PAN, MAC and NWK sequence, NWK counter, APS sequence and counter."""


def seal_usual(
    sender: Numbers,
    destination: int,
    cluster: int,
    octets: bytes,
    network_key: bytes,
    sequence: int,
    link_key: bytes,
    block: Block | None = None,
) -> bytes | None:
    """The frame that carries a message, or a ``block`` of one; None where a number does not fit its field.

    ``destination``: the short address. ``sequence``: of the network key. Raises Malformed for a key of wrong length.
    """
    eui, short, pan, mac_sequence, nwk_sequence, nwk_counter, aps_sequence, aps_counter = sender
    try:
        heads = _HEADS.pack(
            _MAC, mac_sequence, pan, destination, short, _NWK, destination, short, _RADIUS, nwk_sequence
        )
        control = _APS if block is None else _APS_OF_BLOCK
        aps = _APS_HEAD.pack(control, _ENDPOINT, cluster, SMART_ENERGY, _ENDPOINT, aps_sequence)
        if block is not None:
            aps += bytes((block.fragment, block.number))
        of_network, of_link = _COUNTER.pack(nwk_counter), _COUNTER.pack(aps_counter)
        key_sequence = bytes((sequence,))
    except (struct.error, ValueError):
        return None
    on_air = eui[::-1]
    behind = of_link + on_air
    sealed = cipher(link_key).encrypt(on_air + of_link + _LINK_LEVELLED, octets, aps + _LINK_LEVELLED + behind)
    inside = aps + _LINK_ON_AIR + behind + sealed
    behind = of_network + on_air + key_sequence
    covered = heads[_NWK_START:] + _NETWORK_LEVELLED + behind
    sealed = cipher(network_key).encrypt(on_air + of_network + _NETWORK_LEVELLED, inside, covered)
    frame = heads + _NETWORK_ON_AIR + behind + sealed
    return frame + fcs(frame)


def open_usual(
    frame: bytes, network_key: bytes, link_key: Callable[[Eui, Eui], bytes], addresses: Mapping[int, Eui]
) -> Usual | None:
    """What a frame says, whose check sequence and MICs hold and whose devices are both known by their short addresses.

    ``link_key``: gives that of two devices. Raises what it does, and Malformed for a key of wrong length.
    """
    if not _SHORTEST <= len(frame) <= LONGEST_FRAME:
        return None
    mac, nwk, to, by, aux, network_counter, sealer = _FROM_AIR.unpack_from(frame)
    source, destination = addresses.get(by), addresses.get(to)
    if mac != _MAC or nwk != _NWK or aux != _NETWORK or to >= BROADCAST or source is None or destination is None:
        return None
    if sealer != source[::-1]:
        return None
    within = _within(frame, network_key, sealer)
    if within is None:
        return None
    (block, end, cluster, aps_counter, link_counter, _), inside = within
    octets = _message(inside, end, link_key(source, destination), sealer)
    if octets is None:
        return None
    fields = source, destination, network_counter, link_counter, cluster, aps_counter, octets, (by, to), block
    return tuple.__new__(Usual, fields)


_Aps = tuple[Block | None, int, int, int, int, bytes]
"""Block, place of the auxiliary header, cluster, counter, link counter and sealer as on the air."""


@lru_cache(maxsize=32)
def _within(frame: bytes, key: bytes, on_air: bytes) -> tuple[_Aps, bytes] | None:
    """What the network key opens, read and as it is; ``on_air``: the sealer. None where something is not in order.

    Who looks on and whom it is for open the same frame under the same keys, one soon after the other.
    """
    if not crc_holds(frame):
        return None
    behind = frame[_NWK_AUX + 1 : _NWK_SEALED]
    nonce = on_air + behind[:_COUNTER_OCTETS] + _NETWORK_LEVELLED
    covered = frame[_NWK_START:_NWK_AUX] + _NETWORK_LEVELLED + behind
    try:
        inside = cipher(key).decrypt(nonce, frame[_NWK_SEALED:-_FCS_OCTETS], covered)
    except InvalidTag:
        return None
    aps = _read_aps(inside)
    return None if aps is None or aps[-1] != on_air else (aps, inside)


@lru_cache(maxsize=32)
def _message(inside: bytes, end: int, key: bytes, on_air: bytes) -> bytes | None:
    """As ``_within``, of what the link key opens in that."""
    sealed = end + _APS_SEALED - _APS_AUX
    behind = inside[end + 1 : sealed]
    nonce = on_air + behind[:_COUNTER_OCTETS] + _LINK_LEVELLED
    covered = inside[:end] + _LINK_LEVELLED + behind
    try:
        return cipher(key).decrypt(nonce, inside[sealed:], covered)
    except InvalidTag:
        return None


def _read_aps(inside: bytes) -> _Aps | None:
    """What stands before the sealed octets; None where it is unusual."""
    block, end = None, _APS_AUX
    if inside[0] == _APS:
        cluster, profile, counter, aux, link_counter, sealer = _INSIDE.unpack_from(inside)
    elif inside[0] == _APS_OF_BLOCK and inside[_APS_AUX] in _FRAGMENTS:
        cluster, profile, counter, part, number, aux, link_counter, sealer = _INSIDE_OF_BLOCK.unpack_from(inside)
        block, end = Block(_FRAGMENTS[part], number), _APS_AUX + _BLOCK_OCTETS
    else:
        return None
    if profile != SMART_ENERGY or aux != _LINK:
        return None
    return block, end, cluster, counter, link_counter, sealer
