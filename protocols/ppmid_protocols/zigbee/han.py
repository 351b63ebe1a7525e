"""A ZCL message to the MAC frames that carry it, and back: NWK and APS security and fragmentation together.

Which key seals an APS frame follows from the unordered pair of devices: hub and device share the device's trust centre
link key (CBKE gives it in the field), and PPMID and ESME, say, share an application link key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from ppmid_protocols.errors import Malformed, NotAuthentic, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import aps_commands, nwk_commands, zcl
from ppmid_protocols.zigbee.aps_commands import ApsCommand, CommandHeader
from ppmid_protocols.zigbee.fragments import BLOCK_OCTETS, Limits, Reassembly, cut
from ppmid_protocols.zigbee.frames import (
    BROADCAST,
    SMART_ENERGY,
    ApsHeader,
    ApsType,
    Block,
    Fragment,
    MacFrame,
    NwkHeader,
    NwkType,
    decode_aps,
    decode_nwk,
    fcs,
    split_mac,
    with_block,
)
from ppmid_protocols.zigbee.nwk_commands import NwkCommand
from ppmid_protocols.zigbee.security import (
    Aux,
    KeyId,
    decode_aux,
    open_aps,
    open_aps_command,
    open_nwk,
    secure_aps,
    secure_nwk,
)
from ppmid_protocols.zigbee.usual_frame import Usual, open_usual, seal_usual

_NWK_DATA, _NWK_COMMAND, _APS_DATA = NwkType.DATA, NwkType.COMMAND, ApsType.DATA


class KeyNotHeld(Unsupported):
    """The frame is sealed under a link key that the reader was not given (a sniffer without all keys of the home)."""


@dataclass(frozen=True, slots=True)
class HanKeys:
    """The keys of one HAN, or as many of them as a party holds.

    ``trust_centre``: the hub. ``device_keys``: the link key that the hub shares with each device. ``pair_keys``: the
    application link key of two devices other than the hub, in either order of the pair.
    """

    network_key: Secret
    trust_centre: Eui
    device_keys: Mapping[Eui, Secret] = field(default_factory=dict)
    pair_keys: Mapping[tuple[Eui, Eui], Secret] = field(default_factory=dict)
    network_key_sequence: int = 0

    def link_key(self, one: Eui, other: Eui) -> Secret:
        """The link key that two devices share, whichever sends. Raises KeyNotHeld."""
        hub = self.trust_centre
        if one == hub or other == hub:
            key = self.device_keys.get(other if one == hub else one)
        else:
            key = self.pair_keys.get((one, other)) or self.pair_keys.get((other, one))
        if key is None:
            raise KeyNotHeld(f"no link key between {one} and {other} is held")
        return key


class Radio(NamedTuple):
    """A sender's numbering: what its next frame will carry. ``build_frames`` gives the numbering after it.

    The sequences and the APS counter wrap at one octet; the frame counters (u32) never do. One APS frame counter serves
    all link keys of the device, which keeps it rising under each of them.
    """

    eui: Eui
    short: int
    pan: int = 0x1A62
    mac_sequence: int = 0
    nwk_sequence: int = 0
    nwk_counter: int = 0
    aps_sequence: int = 0
    aps_counter: int = 0

    def after(self, frames: int, messages: int = 1) -> "Radio":
        """The numbering after so many frames, which carried so many messages (an acknowledgement is none)."""
        eui, short, pan, mac_sequence, nwk_sequence, nwk_counter, aps_sequence, aps_counter = self
        numbers = (
            eui,
            short,
            pan,
            (mac_sequence + frames) & 0xFF,
            (nwk_sequence + frames) & 0xFF,
            nwk_counter + frames,
            (aps_sequence + messages) & 0xFF,
            aps_counter + frames,
        )
        return tuple.__new__(Radio, numbers)


def build_frames(
    radio: Radio,
    destination: Eui,
    destination_short: int,
    cluster: int,
    message: bytes,
    keys: HanKeys,
    *,
    block_octets: int = BLOCK_OCTETS,
    extended_nonce: bool = True,
    with_fcs: bool = True,
) -> tuple[list[bytes], Radio]:
    """The MAC frames that carry one ZCL message (octets) in one hop, and the sender's numbering after them.

    Endpoint 1 to endpoint 1 of the Smart Energy profile, APS acknowledgement asked. A message over ``block_octets``
    is fragmented. Raises Malformed when a number does not fit its field, KeyNotHeld.
    """
    eui, link_key = radio.eui, keys.link_key(radio.eui, destination)
    blocks = cut(message, block_octets)
    if extended_nonce and with_fcs:
        under = keys.network_key, keys.network_key_sequence, link_key
        usual = [
            seal_usual(
                radio.after(index, messages=0) if index else radio, destination_short, cluster, octets, *under, block
            )
            for index, (block, octets) in enumerate(blocks)
        ]
        sealed = [one for one in usual if one is not None]
        if len(sealed) == len(blocks):
            return sealed, radio.after(len(sealed))
    header, counter = _aps_header(cluster, radio.aps_sequence), radio.aps_counter
    frames: list[bytes] = []
    for index, (block, octets) in enumerate(blocks):
        aps = header if block is None else with_block(header, block)
        inside = secure_aps(aps, octets, link_key, eui, counter + index, extended_nonce)
        frames.append(_hop(radio, index, destination_short, inside, keys, with_fcs=with_fcs))
    return frames, radio.after(len(frames))


def build_ack(
    radio: Radio, heard: "OpenedFrame", keys: HanKeys, received: int = 0xFF, with_fcs: bool = True
) -> tuple[bytes, Radio]:
    """The APS acknowledgement of a data frame that was opened, and the sender's numbering after it.

    ``received``: of a block, the bitmap of blocks received in the window it begins, with all bits beyond the window set
    (a window of one block is assumed). Raises Malformed, KeyNotHeld.
    """
    if heard.aps is None or heard.aps.type is not ApsType.DATA or heard.aps_aux is None or heard.source is None:
        raise Malformed("acknowledgement", "only a secured APS data frame of a known device is acknowledged")
    block = heard.aps.block
    if block is not None:
        block = Block(block.fragment, 0 if block.fragment is Fragment.FIRST else block.number, received)
    aps = heard.aps._replace(
        type=ApsType.ACK,
        destination_endpoint=heard.aps.source_endpoint,
        source_endpoint=heard.aps.destination_endpoint,
        ack_request=False,
        block=block,
    )
    sealed = secure_aps(aps.encode(), b"", keys.link_key(radio.eui, heard.source), radio.eui, radio.aps_counter)
    return _hop(radio, 0, heard.nwk.source, sealed, keys, with_fcs=with_fcs), radio.after(1, messages=0)


def build_command(
    radio: Radio, destination: Eui, destination_short: int, command: ApsCommand, keys: HanKeys, key_id: KeyId | None
) -> tuple[bytes, Radio]:
    """The MAC frame of an APS command on the network, and the sender's numbering after it.

    ``key_id``: the link key of the pair, or which key made of it, seals the command; None: the network key alone
    protects it (R22 4.4.11). Raises Malformed, KeyNotHeld.
    """
    header, plain = CommandHeader(radio.aps_sequence, secured=key_id is not None).encode(), aps_commands.encode(command)
    aps = header + plain
    if key_id is not None:
        link_key = keys.link_key(radio.eui, destination)
        aps = secure_aps(header, plain, link_key, radio.eui, radio.aps_counter, key_id=key_id)
    return _hop(radio, 0, destination_short, aps, keys), radio.after(1)


def build_nwk_command(radio: Radio, destination_short: int, command: NwkCommand, keys: HanKeys) -> tuple[bytes, Radio]:
    """The MAC frame of a NWK command under the network key, and the sender's numbering after it. Raises Malformed."""
    frame = _hop(radio, 0, destination_short, command.encode(), keys, NwkType.COMMAND)
    return frame, radio.after(1, messages=0)


def _hop(
    radio: Radio,
    index: int,
    destination: int,
    inside: bytes,
    keys: HanKeys,
    kind: NwkType = _NWK_DATA,
    *,
    with_fcs: bool = True,
) -> bytes:
    """The MAC frame around what a NWK frame carries: the ``index``-th from here in the sender's numbering."""
    eui, short, pan, mac_sequence, nwk_sequence, nwk_counter, _, _ = radio
    mac, nwk = _heads(pan, destination, short, (mac_sequence + index) & 0xFF, (nwk_sequence + index) & 0xFF, kind)
    frame = mac + secure_nwk(nwk, inside, keys.network_key, eui, nwk_counter + index, keys.network_key_sequence)
    return frame + fcs(frame) if with_fcs else frame


@lru_cache(maxsize=4096)
def _aps_header(cluster: int, counter: int) -> bytes:
    """A data header's octets. Counters are an octet, and clusters few: the same ones come again and again."""
    return ApsHeader(cluster=cluster, counter=counter).encode()


@lru_cache(maxsize=4096)
def _heads(
    pan: int, destination: int, source: int, mac_sequence: int, nwk_sequence: int, kind: NwkType
) -> tuple[bytes, bytes]:
    """The MAC and the NWK header's octets. As ``_aps_header``: both sequences are an octet, and go on together."""
    mac = MacFrame(sequence=mac_sequence, pan=pan, destination=destination, source=source, payload=b"")
    nwk = NwkHeader(destination=destination, source=source, sequence=nwk_sequence, type=kind)
    return mac.encode(with_fcs=False), nwk.encode()


class OpenedFrame(NamedTuple):
    """One MAC data frame with both layers of security opened.

    ``mac`` is without its payload. ``nwk_aux`` and ``aps_aux`` are None where that layer was not secured, ``aps`` is
    None for NWK commands. ``octets``: what the innermost opened layer carries (a ZCL frame or one block of it); left
    out of ``repr``, it may hold a UTRN. ``source`` and ``destination`` are None where the address is broadcast or
    nobody's that is known. ``command``: of a NWK or APS command what it says; it may hold a key.
    """

    mac: MacFrame
    nwk: NwkHeader
    nwk_aux: Aux | None
    aps: ApsHeader | None
    aps_aux: Aux | None
    source: Eui | None
    destination: Eui | None
    octets: bytes
    command: NwkCommand | ApsCommand | None = None

    def __repr__(self) -> str:
        return f"OpenedFrame(nwk={self.nwk}, aps={self.aps}, source={self.source}, destination={self.destination})"


def open_frame(frame: bytes, keys: HanKeys, addresses: Mapping[int, Eui], with_fcs: bool = True) -> OpenedFrame:
    """Open one MAC data frame. ``addresses``: the EUI-64 behind each short address.

    Raises Malformed; NotAuthentic("mac") when a MIC does not hold; Unsupported (KeyNotHeld: the link key is missing).
    Freshness of the frame counters is the receiver's to judge (FrameCounterGuard).
    """
    mac, payload = split_mac(frame, with_fcs)
    nwk, size = decode_nwk(payload)
    nwk_aux, inside = open_nwk(payload, size, keys.network_key) if nwk.secured else (None, payload[size:])
    source = nwk.source_eui or addresses.get(nwk.source)
    if source is None and nwk_aux is not None and nwk.source == mac.source:
        source = nwk_aux.source
    destination = nwk.destination_eui or addresses.get(nwk.destination)
    if nwk.type is _NWK_COMMAND:
        said = nwk_commands.decode(inside) if nwk_commands.is_known(inside) else None
        return OpenedFrame(mac, nwk, nwk_aux, None, None, source, destination, inside, said)
    if aps_commands.is_command(inside) and nwk_aux is not None:
        aps_aux, octets = _open_command(inside, keys, source, destination)
        command = aps_commands.decode(octets)
        return OpenedFrame(mac, nwk, nwk_aux, None, aps_aux, source, destination, octets, command)
    aps, size = decode_aps(inside)
    if not aps.secured:
        return OpenedFrame(mac, nwk, nwk_aux, aps, None, source, destination, inside[size:])
    if nwk.destination >= BROADCAST:
        raise Unsupported("APS security in a broadcast: no pair of devices, so no link key")
    if source is None:
        source = decode_aux(inside, size)[0].source
    if source is None or destination is None:
        raise KeyNotHeld(f"no device is known at 0x{(nwk.source if source is None else nwk.destination):04X}")
    aps_aux, octets = open_aps(inside, size, keys.link_key(source, destination), source)
    if aps_aux.source not in (None, source):
        raise NotAuthentic("mac", f"a frame of {source} is sealed by {aps_aux.source}")
    return OpenedFrame(mac, nwk, nwk_aux, aps, aps_aux, source, destination, octets)


def _open_command(
    inside: bytes, keys: HanKeys, source: Eui | None, destination: Eui | None
) -> tuple[Aux | None, bytes]:
    """An APS command on the network: what seals it, if anything does, and its octets."""
    size = aps_commands.HEADER_OCTETS
    if not aps_commands.decode_header(inside).secured:
        return None, inside[size:]
    if source is None or destination is None:
        raise KeyNotHeld("an APS command between devices that are not both known")
    return open_aps_command(inside, size, keys.link_key(source, destination), source)


class AppMessage(NamedTuple):
    """A whole ZCL message as it arrived.

    ``secured``: whether network key and link key both protected it; a device takes nothing else. ``frames``: the
    caller's numbers of the frames that carried it, in the order of its blocks.
    """

    source: Eui | None
    destination: Eui | None
    cluster: int
    zcl: zcl.ZclFrame
    secured: bool
    aps_counter: int
    frames: tuple[int, ...]


MessageKey = tuple[int, int, int]
"""What the blocks of a message share: NWK source and destination, APS counter."""


class Dissector:
    """Feeds on MAC frames and gives the application messages in them: a device's receiver, or a keyed sniffer's eye."""

    def __init__(
        self, keys: HanKeys, addresses: Mapping[int, Eui], limits: Limits | None = None, with_fcs: bool = True
    ) -> None:
        self._keys, self._addresses, self._with_fcs = keys, addresses, with_fcs
        self.reassembly: Reassembly[MessageKey] = Reassembly(limits)

    def feed(self, frame: bytes, number: int) -> AppMessage | None:
        """Take a frame that the caller knows as ``number``; gives the message that it completes.

        None: a block that completes nothing yet, or a frame that carries no Smart Energy message (an acknowledgement, a
        NWK command, another profile). Raises as ``open_frame`` and, for the ZCL header, ``zcl.decode_frame`` do.
        """
        return self.take(self.open(frame), number)

    def open(self, frame: bytes) -> OpenedFrame:
        """As ``open_frame``, with the keys and addresses of this reader."""
        return open_frame(frame, self._keys, self._addresses, self._with_fcs)

    def open_usual(self, frame: bytes) -> Usual | None:
        """As ``usual_frame.open_usual``, with the keys and addresses of this reader: in short what ``open`` gives."""
        if not self._with_fcs:
            return None
        return open_usual(frame, self._keys.network_key, self._keys.link_key, self._addresses)

    def take_usual(self, usual: Usual, number: int) -> AppMessage | None:
        """As ``take``, for a frame that ``open_usual`` gave. Raises Malformed."""
        source, destination, _, _, cluster, aps_counter, octets, shorts, block = usual
        frames: tuple[int, ...] = (number,)
        if block is not None:
            whole = self.reassembly.add((*shorts, aps_counter), block, octets, number)
            if whole is None:
                return None
            octets, frames = whole.octets, whole.frames
        fields = source, destination, cluster, zcl.decode_frame(octets), True, aps_counter, frames
        return tuple.__new__(AppMessage, fields)

    def take(self, opened: OpenedFrame, number: int) -> AppMessage | None:
        """As ``feed``, for a frame that the caller has opened, and found fresh, itself."""
        aps = opened.aps
        if aps is None or aps.type is not _APS_DATA or aps.profile != SMART_ENERGY:
            return None
        octets = opened.octets
        frames: tuple[int, ...] = (number,)
        if aps.block is not None:
            key = opened.nwk.source, opened.nwk.destination, aps.counter
            whole = self.reassembly.add(key, aps.block, octets, number)
            if whole is None:
                return None
            octets, frames = whole.octets, whole.frames
        secured = opened.nwk_aux is not None and opened.aps_aux is not None
        frame = zcl.decode_frame(octets)
        return AppMessage(opened.source, opened.destination, aps.cluster, frame, secured, aps.counter, frames)
