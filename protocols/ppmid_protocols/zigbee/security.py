"""AES-CCM* security of ZigBee NWK and APS frames, at level 5 (encryption, 4-octet MIC) as Smart Energy uses it.

On the air an auxiliary header stands between the frame's own header and the sealed octets (little endian):
security control u8 | frame counter u32 | source EUI-64 (if extended nonce) | key sequence number u8 (if network key).
Its three level bits are sent as 0; nonce and authenticated data are computed with the level put back (R22 4.5.1).
Nonce: source EUI-64 | frame counter | security control. Authenticated data: header | auxiliary header.
"""

import struct
from collections.abc import Callable, Mapping
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from ppmid_protocols.errors import Malformed, NotAuthentic, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import mmo
from ppmid_protocols.zigbee.octets import pack

MIC_OCTETS = 4
KEY_OCTETS = 16
COUNTER_LIMIT = 0xFFFFFFFF
"""A frame counter stops here: the last value is never used (ZigBee R22 4.3.1.1)."""

_LEVEL = 5
_LEVEL_BITS = 0x07
_EXTENDED_NONCE = 0x20
_RESERVED_BITS = 0xC0
_NEVER_BITS = _RESERVED_BITS | _LEVEL_BITS
_NUMBER = struct.Struct("<I")
_COUNTER = struct.Struct("<BI")
_WHOLE = struct.Struct("<BI8sB")
"""An auxiliary header with all its parts; without the network key the last octet is what is sealed, or its MIC."""
_CONTROLS = tuple(bytes((control,)) for control in range(0x100))
_LEVELLED = tuple(bytes((control | _LEVEL,)) for control in range(0x100))


class KeyId(IntEnum):
    """Which key sealed a frame. The last two are derived from a link key, and seal APS commands that carry keys."""

    LINK = 0
    NETWORK = 1
    KEY_TRANSPORT = 2
    KEY_LOAD = 3

    def __str__(self) -> str:
        return self.name.lower().replace("_", "-")


_KEY_IDS = tuple(KeyId)
_LINK, _NETWORK = KeyId.LINK, KeyId.NETWORK
_NETWORK_CONTROL = KeyId.NETWORK << 3 | _EXTENDED_NONCE
_LINK_CONTROL = KeyId.LINK << 3 | _EXTENDED_NONCE
_DERIVED: Mapping[KeyId, Callable[[bytes], bytes]] = {
    KeyId.LINK: lambda key: key,
    KeyId.KEY_TRANSPORT: mmo.key_transport_key,
    KeyId.KEY_LOAD: mmo.key_load_key,
}


class Aux(NamedTuple):
    """The auxiliary security header of a frame. ``source`` is None where the sender left its EUI-64 out (APS only)."""

    key_id: KeyId
    counter: int
    source: Eui | None
    key_sequence: int | None = None


def decode_aux(frame: bytes, offset: int) -> tuple[Aux, int]:
    """Read the auxiliary header at ``offset``; gives it and the offset behind it. Raises Malformed."""
    if len(frame) >= offset + _WHOLE.size:
        control, counter, source, sequence = _WHOLE.unpack_from(frame, offset)
        if control == _NETWORK_CONTROL:
            return Aux(_NETWORK, counter, _from_air(source), sequence), offset + _WHOLE.size
        if control == _LINK_CONTROL:
            return Aux(_LINK, counter, _from_air(source)), offset + _WHOLE.size - 1
    return _read_aux(frame, offset)


def _read_aux(frame: bytes, offset: int) -> tuple[Aux, int]:
    """As ``decode_aux``, of any kind: nearly all have the sender's EUI-64, and are under one of two kinds of key."""
    size = len(frame)
    if size < offset + 5:
        raise Malformed("auxiliary header", f"expected 5 octets, found {size - offset}", offset)
    control, counter = _COUNTER.unpack_from(frame, offset)
    if control & _NEVER_BITS:
        bits = "reserved bits 0" if control & _RESERVED_BITS else "level bits 0 on the air"
        raise Malformed("security control", f"expected {bits}, found 0x{control:02X}", offset)
    key_id, end, source = _KEY_IDS[control >> 3 & 3], offset + 5, None
    if control & _EXTENDED_NONCE:
        start, end = end, end + 8
        if size < end:
            raise Malformed("security source", f"expected 8 octets, found {size - start}", start)
        source = _from_air(frame[start:end])
    if key_id is not _NETWORK:
        return Aux(key_id, counter, source), end
    if end >= size:
        raise Malformed("key sequence number", "expected 1 octet, found 0", end)
    return Aux(key_id, counter, source, frame[end]), end + 1


@lru_cache(maxsize=1024)
def _from_air(octets: bytes) -> Eui:
    """The EUI-64 that stands there lowest octet first: the same few devices send nearly all frames."""
    return Eui(octets[::-1])


@lru_cache(maxsize=256)
def cipher(key: bytes) -> AESCCM:
    """AES-CCM under this key, with the MIC of level 5. Its schedule is most of the cost of a short frame: it is kept.

    Raises Malformed for a key of wrong length.
    """
    if len(key) != KEY_OCTETS:
        raise Malformed("key", f"expected {KEY_OCTETS} octets, found {len(key)}")
    return AESCCM(key, tag_length=MIC_OCTETS)


def _seal(header: bytes, plain: bytes, key: bytes, source: Eui, control: int, counter: int, tail: bytes) -> bytes:
    """``control``: the security control without its level; ``tail``: the auxiliary header behind the frame counter."""
    try:
        number = _NUMBER.pack(counter)
    except struct.error:
        raise Malformed("frame counter", f"expected an unsigned value of 4 octets, found {counter}") from None
    levelled = _LEVELLED[control]
    behind = number + tail
    sealed = cipher(key).encrypt(source[::-1] + number + levelled, plain, header + levelled + behind)
    return header + _CONTROLS[control] + behind + sealed


def _open(frame: bytes, header_size: int, start: int, key: bytes, source: Eui, aux: Aux) -> bytes:
    """``start``: where the auxiliary header ends."""
    if len(frame) < start + MIC_OCTETS:
        raise Malformed("MIC", f"expected {MIC_OCTETS} octets, found {max(0, len(frame) - start)}", start)
    control, behind = _LEVELLED[frame[header_size]], frame[header_size + 1 : start]
    nonce = source[::-1] + behind[:4] + control
    covered = frame[:header_size] + control + behind
    try:
        return cipher(key).decrypt(nonce, frame[start:], covered)
    except InvalidTag:
        raise NotAuthentic("mac", f"the MIC does not hold under the {aux.key_id} key of {source}") from None


def secure_nwk(header: bytes, plain: bytes, key: bytes, source: Eui, counter: int, key_sequence: int = 0) -> bytes:
    """Seal ``plain`` under the network key; gives the whole NWK frame: header, auxiliary header, sealed octets, MIC.

    ``header``: an encoded NWK header with its security flag set. ``source``: the device that sends this hop.
    """
    return _seal(header, plain, key, source, _NETWORK_CONTROL, counter, _network_tail(source, key_sequence))


@lru_cache(maxsize=1024)
def _network_tail(source: Eui, key_sequence: int) -> bytes:
    """What each frame of a device has behind its counter under one network key."""
    return source[::-1] + pack(key_sequence, 1, "key sequence number")


def open_nwk(frame: bytes, header_size: int, key: bytes) -> tuple[Aux, bytes]:
    """Open a whole NWK frame whose header has ``header_size`` octets.

    Raises Malformed, Unsupported, and NotAuthentic("mac") when the MIC does not hold.
    """
    aux, start = decode_aux(frame, header_size)
    if aux.key_id is not _NETWORK or aux.source is None:
        raise Malformed("NWK security control", "expected the network key and the sender's EUI-64", header_size)
    return aux, _open(frame, header_size, start, key, aux.source, aux)


def secure_aps(
    header: bytes,
    plain: bytes,
    key: bytes,
    source: Eui,
    counter: int,
    extended_nonce: bool = True,
    key_id: KeyId = KeyId.LINK,
) -> bytes:
    """Seal ``plain`` under a link key, or under the key derived from it that ``key_id`` names; gives the APS frame.

    Without ``extended_nonce`` the sender's EUI-64 is in the nonce all the same, but not on the air.
    """
    control, tail = (key_id << 3 | _EXTENDED_NONCE, source[::-1]) if extended_nonce else (key_id << 3, b"")
    if key_id is not _LINK:
        key = _DERIVED[key_id](key)
    return _seal(header, plain, key, source, control, counter, tail)


def open_aps(frame: bytes, header_size: int, key: bytes, source: Eui) -> tuple[Aux, bytes]:
    """Open a whole APS data frame sealed under the link key; ``source`` is the sender when the frame does not tell it.

    Raises Malformed, Unsupported, and NotAuthentic("mac") when the MIC does not hold.
    """
    aux, start = decode_aux(frame, header_size)
    if aux.key_id is not _LINK:
        raise Unsupported(f"APS frame sealed under the {aux.key_id} key: Smart Energy data use link keys")
    return aux, _open(frame, header_size, start, key, aux.source or source, aux)


def open_aps_command(frame: bytes, header_size: int, link_key: bytes, source: Eui) -> tuple[Aux, bytes]:
    """Open a whole APS command frame, sealed under ``link_key`` or a key derived from it. As ``open_aps`` otherwise."""
    aux, start = decode_aux(frame, header_size)
    derive = _DERIVED.get(aux.key_id)
    if derive is None:
        raise Unsupported("APS command sealed under the network key at the APS layer")
    return aux, _open(frame, header_size, start, derive(link_key), aux.source or source, aux)


class FrameCounterGuard:
    """What a receiver remembers to refuse old frames: the last frame counter accepted from each source.

    One guard serves one key, since counters run per key.
    """

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last: dict[Eui, int] = {}

    def last_of(self, source: Eui) -> int | None:
        """The last counter accepted from ``source``; None when nothing was."""
        return self._last.get(source)

    def fresh(self, source: Eui | None, counter: int) -> bool:
        """Whether a frame with this counter is to be handled: above the last one, and not the value never used.

        ``source`` None: nobody that is known, of whom nothing is fresh.
        """
        return source is not None and self._last.get(source, -1) < counter < COUNTER_LIMIT

    def accept(self, source: Eui | None, counter: int) -> bool:
        """Remember a fresh frame; False when it is old and to be dropped (ZigBee R22 4.3.1.2)."""
        if source is None or not self._last.get(source, -1) < counter < COUNTER_LIMIT:
            return False
        self._last[source] = counter
        return True
