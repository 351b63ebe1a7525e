"""scapy's view of HAN frames: NWK and APS opened with the keys given, fragments joined.

It shares nothing with this project's own codec but the octets and the hash of module ``mmo``, so that each can judge
the other.
"""

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from scapy.config import conf
from scapy.layers import zigbee
from scapy.layers.dot15d4 import Dot15d4, Dot15d4FCS
from scapy.packet import Packet

from ppmid_protocols.captures.captured import Frame, mac_frame
from ppmid_protocols.captures.scapy_layers import SmartEnergyFrame
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.zigbee import mmo

conf.dot15d4_protocol = "zigbee"  # type: ignore[assignment]  # not 6LoWPAN

_DERIVED: dict[int, Callable[[bytes], bytes]] = {2: mmo.key_transport_key, 3: mmo.key_load_key}


@dataclass(frozen=True, slots=True)
class Reading:
    """One frame as scapy reads it. A layer is None where no key opened the one around it, or there is none.

    ``zcl`` stands at the frame that completes a message: ``zcl`` of a command is an APS command's layer.
    """

    mac: Packet
    aps: Packet | None = None
    zcl: Packet | None = None

    @property
    def layers(self) -> Iterator[Packet]:
        """What there is, from the outside in."""
        return (layer for layer in (self.mac, self.aps, self.zcl) if layer is not None)


class View:
    """Reads the frames of a capture, opening them by trial with the keys given, and joins fragments."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        self._keys = [bytes(key) for key in keys]
        self._euis: dict[int, int] = {}
        self._blocks: dict[tuple[int, int, int], dict[int, bytes]] = {}
        self._counts: dict[tuple[int, int, int], int] = {}

    def show(self, frame: Frame) -> str:
        """scapy's own tree of a frame, all its octets in clear; a word where it is no HAN frame, or scapy gives up."""
        try:
            on_the_air = mac_frame(frame)
            if on_the_air is None:
                return f"frame {frame.number} is of link type {frame.link_type}: no HAN frame"
            reading = self.read(*on_the_air)
        except (ProtocolError, IndexError, struct.error) as problem:
            return f"frame {frame.number} is damaged: {problem}"
        return "\n".join(str(layer.show(dump=True)) for layer in reading.layers)

    def read(self, octets: bytes, with_fcs: bool = True) -> Reading:
        """Read one MAC frame. Raises IndexError or struct.error where it is too damaged for scapy."""
        mac = Dot15d4FCS(octets) if with_fcs else Dot15d4(octets)
        if zigbee.ZigbeeNWK not in mac:
            return Reading(mac)
        nwk = mac[zigbee.ZigbeeNWK]
        inside = bytes(nwk.payload)
        if nwk.flags.security:
            security = nwk[zigbee.ZigbeeSecurityHeader]
            if nwk.source == mac.src_addr:
                self._euis[nwk.source] = security.source
            opened = self._open(nwk, security, security.source)
            if opened is None:
                return Reading(mac)
            inside = opened
        if nwk.frametype != 0:
            return Reading(mac)
        return self._read_aps(mac, nwk, zigbee.ZigbeeAppDataPayload(inside))

    def _read_aps(self, mac: Packet, nwk: Packet, aps: Packet) -> Reading:
        inside: bytes | None = bytes(aps.payload)
        if aps.frame_control.security:
            security = aps[zigbee.ZigbeeSecurityHeader]
            source = security.source if security.extended_nonce else self._euis.get(nwk.source)
            inside = None if source is None else self._open(aps, security, source)
        if inside is None or aps.aps_frametype == 2:
            return Reading(mac, aps)
        if aps.aps_frametype == 1:
            return Reading(mac, aps, zigbee.ZigbeeAppCommandPayload(inside))
        if aps.frame_control.extended_hdr:
            inside = self._join(aps, (nwk.source, nwk.destination, aps.counter), inside)
        if inside is None:
            return Reading(mac, aps)
        return Reading(mac, aps, SmartEnergyFrame(inside, _underlayer=aps))

    def _join(self, aps: Packet, key: tuple[int, int, int], block: bytes) -> bytes | None:
        first = aps.fragmentation == 1
        if first:
            self._counts[key] = aps.block_number
        blocks = self._blocks.setdefault(key, {})
        blocks[0 if first else aps.block_number] = block
        if len(blocks) != self._counts.get(key):
            return None
        del self._counts[key], self._blocks[key]
        return b"".join(blocks[index] for index in sorted(blocks))

    def _open(self, layer: Packet, security: Packet, source: int) -> bytes | None:
        """What ``security``, the layer within ``layer``, seals; None when no key opens it."""
        sealed = bytes(security)
        outer = bytes(layer)
        control = security.extended_nonce << 5 | security.key_type << 3 | 5
        start = 5 + 8 * security.extended_nonce + (security.key_type == 1)
        covered = outer[: len(outer) - len(sealed)] + bytes((control,)) + sealed[1:start]
        nonce = struct.pack("<QIB", source, security.fc, control)
        derive = _DERIVED.get(security.key_type, bytes)
        for key in self._keys:
            try:
                return AESCCM(derive(key), tag_length=4).decrypt(nonce, sealed[start:], covered)
            except InvalidTag:
                continue
        return None
