"""ZigBee PRO above the MAC: NWK and APS headers, their AES-CCM* security, and fragments (R22 2.2, 3.3, 4.3, 4.4).

Everything is little endian. Both layers use security level 5: encrypted, with a check (MIC) of four octets.
"""

import struct
from collections import Counter
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from vendor_ppmid.kept import Kept
from vendor_ppmid.sheet import Sheet

SMART_ENERGY = 0x0109
BLOCK = 48
LARGEST = 1540
_NWK, _APS = struct.Struct("<HHHBB"), struct.Struct("<BBHHBB")
_NWK_DATA = 0x0248  # data, ZigBee PRO, route discovery, secured
_APS_DATA = 0x60  # data, unicast, secured, acknowledgement asked
_FIRST, _PART = 1, 2
_LINK, _NETWORK = 0x20, 0x28  # security controls with extended nonce, their level bits 0 as on the air
_LEVEL, _MIC = 5, 4


class Refused(Exception):
    """A frame that is dropped; says why."""


class Node:
    """The NWK and APS layers of one device that has joined. Messages go and come as octets of a cluster."""

    def __init__(
        self,
        sheet: Sheet,
        kept: Kept,
        send: Callable[[int, bytes], None],
        heard: Callable[[bytes, int, bytes], None],
    ) -> None:
        """``send``: to a short address. ``heard``: called with the sender's EUI-64, the cluster and the message."""
        self._sheet, self._kept, self._send, self._heard = sheet, kept, send, heard
        self._nwk_sequence = self._aps_counter = 0
        self._last: dict[tuple[str, bytes], int] = {}
        self._blocks: dict[tuple[int, int], dict[int, bytes]] = {}
        self._counts: dict[tuple[int, int], int] = {}
        self.dropped: Counter[str] = Counter()

    def tell(self, to: bytes, cluster: int, message: bytes) -> None:
        """Send a message to a device that this one shares a link key with."""
        device = self._sheet.device(to)
        assert device is not None
        assert device.short is not None
        assert device.link_key is not None
        self._aps_counter = (self._aps_counter + 1) & 0xFF
        parts = [message[at : at + BLOCK] for at in range(0, len(message), BLOCK)]
        for index, part in enumerate(parts):
            control, extended = _APS_DATA, b""
            if len(parts) > 1:
                control |= 0x80
                extended = bytes((_PART, index) if index else (_FIRST, len(parts)))
            header = _APS.pack(control, 1, cluster, SMART_ENERGY, 1, self._aps_counter) + extended
            aps = self._seal(header, part, device.link_key, _LINK, b"")
            self._nwk_sequence = (self._nwk_sequence + 1) & 0xFF
            header = _NWK.pack(_NWK_DATA, device.short, self._sheet.short, 30, self._nwk_sequence)
            tail = bytes((self._sheet.network_key_sequence,))
            self._send(device.short, self._seal(header, aps, self._sheet.network_key, _NETWORK, tail))

    def hear(self, _: int, frame: bytes) -> None:
        """Take a NWK frame; one that is no message to this device, or not authentic, is dropped and counted."""
        try:
            whole = self._open(frame)
        except Refused as refused:
            self.dropped[str(refused)] += 1
            return
        if whole is not None:
            self._heard(*whole)

    def _open(self, frame: bytes) -> tuple[bytes, int, bytes] | None:
        """Sender, cluster and message that a frame completes; None of a block that completes nothing yet."""
        if len(frame) < _NWK.size:
            raise Refused("NWK header")
        control, destination, source, _, _ = _NWK.unpack_from(frame)
        if control & 0x023F != _NWK_DATA & 0x023F or control & 0x0500 or destination != self._sheet.short:
            raise Refused("no secured NWK data frame for this device")
        size = _NWK.size + (8 if control & 0x0800 else 0) + (8 if control & 0x1000 else 0)
        aps = self._unseal(frame, size, self._sheet.network_key, _NETWORK, None)
        sender = self._sheet.at(source)
        if sender is None or sender.link_key is None:
            raise Refused("no link key")
        if len(aps) < _APS.size:
            raise Refused("APS header")
        control, endpoint, cluster, profile, _, counter = _APS.unpack_from(aps)
        if control & 0x3F != _APS_DATA & 0x3F or (endpoint, profile) != (1, SMART_ENERGY):
            raise Refused("no secured APS data frame of Smart Energy")
        size = _APS.size + (2 if control & 0x80 else 0)
        octets = self._unseal(aps, size, sender.link_key, _LINK, sender.eui)
        if control & 0x80:
            whole = self._join((source, counter), aps[_APS.size], aps[_APS.size + 1], octets)
            return None if whole is None else (sender.eui, cluster, whole)
        return sender.eui, cluster, octets

    def _join(self, message: tuple[int, int], kind: int, number: int, octets: bytes) -> bytes | None:
        """Keep a block, the first of which has the count of all; gives the message that it completes.

        A first block begins anew. At most eight messages are put together at a time: the oldest makes room.
        """
        if kind == _FIRST:
            self._blocks.pop(message, None)
            self._counts[message] = number
            number = 0
        elif kind != _PART or not number:
            raise Refused("APS block")
        blocks = self._blocks.setdefault(message, {})
        blocks[number] = octets
        while len(self._blocks) > 8 or sum(map(len, blocks.values())) > LARGEST:
            oldest = next(iter(self._blocks))
            del self._blocks[oldest]
            self._counts.pop(oldest, None)
            blocks = self._blocks.get(message, {})
        if sorted(blocks) != list(range(self._counts.get(message, 0))) or not blocks:
            return None
        del self._blocks[message], self._counts[message]
        return b"".join(blocks[index] for index in sorted(blocks))

    # Security.

    def _seal(self, header: bytes, plain: bytes, key: bytes, control: int, tail: bytes) -> bytes:
        """Header, auxiliary header, sealed octets and MIC. What is covered has the level that the air leaves out."""
        counter = self._kept.frame_counter().to_bytes(4, "little")
        source = self._sheet.eui[::-1]
        levelled = bytes((control | _LEVEL,))
        covered = header + levelled + counter + source + tail
        sealed = AESCCM(key, _MIC).encrypt(source + counter + levelled, plain, covered)
        return header + bytes((control,)) + counter + source + tail + sealed

    def _unseal(self, frame: bytes, size: int, key: bytes, wanted: int, sender: bytes | None) -> bytes:
        """What is sealed behind a header of ``size`` octets, by ``sender`` (of the NWK: whoever sent this hop)."""
        if len(frame) < size + 5 + _MIC or frame[size] not in (wanted, wanted & ~0x20):
            raise Refused("auxiliary header")
        at, source = size + 5, sender
        if frame[size] & 0x20:
            source, at = frame[at : at + 8][::-1], at + 8
        if sender not in (None, source) or source is None:
            raise Refused("sealed by another")
        at += wanted == _NETWORK
        counter, levelled = frame[size + 1 : size + 5], bytes((frame[size] | _LEVEL,))
        covered = frame[:size] + levelled + frame[size + 1 : at]
        try:
            plain = AESCCM(key, _MIC).decrypt(source[::-1] + counter + levelled, frame[at:], covered)
        except (InvalidTag, ValueError):
            raise Refused("MIC") from None
        number, row = int.from_bytes(counter, "little"), ("network" if wanted == _NETWORK else "link", source)
        if number <= self._last.get(row, -1):
            raise Refused("old frame counter")
        self._last[row] = number
        return plain
