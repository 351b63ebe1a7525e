"""The frame that nearly all traffic of a home is made of, laid out in one piece: a whole message between two devices.

One hop, short addresses, both keys, the sender's EUI-64 in both auxiliary headers, no fragment. Little endian:

    MAC: control 8861 | sequence u8 | PAN u16 | destination u16 | source u16
    NWK: control 0248 | destination u16 | source u16 | radius u8 | sequence u8
         28 | frame counter u32 | source EUI-64 | key sequence u8 | sealed, MIC
    APS: control 60 | endpoint u8 | cluster u16 | profile u16 | endpoint u8 | counter u8
         20 | frame counter u32 | source EUI-64 | sealed, MIC
    frame check sequence

``han`` builds and opens frames of every kind, layer by layer. This does the same for this kind alone, in three quarters
and half of the time, and gives None for whatever is not of it, or not in order: then ``han`` says what is.

Here, and where such a frame is read on, ``tuple.__new__`` makes named tuples: their own constructors are Python code
around just that.
"""

import struct
from collections.abc import Callable, Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidTag

from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.frames import BROADCAST, LONGEST_FRAME, SMART_ENERGY, fcs
from ppmid_protocols.zigbee.octets import crc_holds
from ppmid_protocols.zigbee.security import MIC_OCTETS, cipher

_MAC, _NWK, _APS = 0x8861, 0x0248, 0x60
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
_INSIDE = struct.Struct("<BxHHxBBI8s")
_NWK_START, _NWK_AUX, _NWK_SEALED = 9, 17, 31
_APS_AUX, _APS_SEALED = 8, 21
_COUNTER_OCTETS, _FCS_OCTETS = 4, 2
_SHORTEST = _NWK_SEALED + _APS_SEALED + 2 * MIC_OCTETS + _FCS_OCTETS


class Whole(NamedTuple):
    """What such a frame says; both frame counters are its sender's. ``octets``: a ZCL frame, which may hold a UTRN."""

    source: Eui
    destination: Eui
    network_counter: int
    link_counter: int
    cluster: int
    aps_counter: int
    octets: bytes

    def __repr__(self) -> str:
        return f"Whole(source={self.source}, destination={self.destination}, cluster=0x{self.cluster:04X})"


Numbers = tuple[Eui, int, int, int, int, int, int, int]
"""The sender's EUI-64, short address and PAN, MAC and NWK sequence, NWK counter, APS sequence and counter."""


def seal_whole(
    sender: Numbers, destination: int, cluster: int, message: bytes, network_key: bytes, sequence: int, link_key: bytes
) -> bytes | None:
    """The frame that carries ``message``; None where a number does not fit its field.

    ``destination``: the short address. ``sequence``: of the network key. Raises Malformed for a key of wrong length.
    """
    eui, short, pan, mac_sequence, nwk_sequence, nwk_counter, aps_sequence, aps_counter = sender
    try:
        heads = _HEADS.pack(
            _MAC, mac_sequence, pan, destination, short, _NWK, destination, short, _RADIUS, nwk_sequence
        )
        aps = _APS_HEAD.pack(_APS, _ENDPOINT, cluster, SMART_ENERGY, _ENDPOINT, aps_sequence)
        of_network, of_link = _COUNTER.pack(nwk_counter), _COUNTER.pack(aps_counter)
        key_sequence = bytes((sequence,))
    except (struct.error, ValueError):
        return None
    on_air = eui[::-1]
    behind = of_link + on_air
    sealed = cipher(link_key).encrypt(on_air + of_link + _LINK_LEVELLED, message, aps + _LINK_LEVELLED + behind)
    inside = aps + _LINK_ON_AIR + behind + sealed
    behind = of_network + on_air + key_sequence
    covered = heads[_NWK_START:] + _NETWORK_LEVELLED + behind
    sealed = cipher(network_key).encrypt(on_air + of_network + _NETWORK_LEVELLED, inside, covered)
    frame = heads + _NETWORK_ON_AIR + behind + sealed
    return frame + fcs(frame)


def open_whole(
    frame: bytes, network_key: bytes, link_key: Callable[[Eui, Eui], bytes], addresses: Mapping[int, Eui]
) -> Whole | None:
    """What a frame says, whose check sequence and MICs hold and whose devices are both known by their short addresses.

    ``link_key``: gives that of two devices. Raises what it does, and Malformed for a key of wrong length.
    """
    if not _SHORTEST <= len(frame) <= LONGEST_FRAME or not crc_holds(frame):
        return None
    mac, nwk, to, by, aux, network_counter, sealer = _FROM_AIR.unpack_from(frame)
    source, destination = addresses.get(by), addresses.get(to)
    if mac != _MAC or nwk != _NWK or aux != _NETWORK or to >= BROADCAST or source is None or destination is None:
        return None
    on_air = source[::-1]
    if sealer != on_air:
        return None
    behind = frame[_NWK_AUX + 1 : _NWK_SEALED]
    nonce = on_air + behind[:_COUNTER_OCTETS] + _NETWORK_LEVELLED
    covered = frame[_NWK_START:_NWK_AUX] + _NETWORK_LEVELLED + behind
    try:
        inside = cipher(network_key).decrypt(nonce, frame[_NWK_SEALED:-_FCS_OCTETS], covered)
        aps, cluster, profile, aps_counter, aux, link_counter, sealer = _INSIDE.unpack_from(inside)
        if aps != _APS or profile != SMART_ENERGY or aux != _LINK or sealer != on_air:
            return None
        behind = inside[_APS_AUX + 1 : _APS_SEALED]
        nonce = on_air + behind[:_COUNTER_OCTETS] + _LINK_LEVELLED
        covered = inside[:_APS_AUX] + _LINK_LEVELLED + behind
        octets = cipher(link_key(source, destination)).decrypt(nonce, inside[_APS_SEALED:], covered)
    except InvalidTag:
        return None
    fields = source, destination, network_counter, link_counter, cluster, aps_counter, octets
    return tuple.__new__(Whole, fields)
