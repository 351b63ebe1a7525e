"""What no party should be sent: frames, commands of clusters, messages and documents, each bad in one way.

``RADIO`` makes MAC frames out of what a device's peer could send it, ``ZCL`` is sent by the peer itself, under the
right keys; ``MESSAGES`` makes octets out of a Command that its target would execute; ``SEALED`` out of a message of the
avenue; ``DOCUMENTS`` out of a signed DUIS document.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from home_parts import ADDRESSES, FOREIGN, HAN_KEYS, OTHER_SUPPLIER, signed_by, with_mac_of

from ppmid_devices.links.han_node import HanNode
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import metering, prepayment, sub_ghz, tunneling
from ppmid_protocols.zigbee.fragments import Fragment
from ppmid_protocols.zigbee.frames import ApsHeader, Block, MacFrame, NwkHeader, fcs
from ppmid_protocols.zigbee.han import HanKeys, build_frames
from ppmid_protocols.zigbee.security import secure_aps, secure_nwk
from ppmid_protocols.zigbee.zcl import Direction, Scope, ZclFrame, ZclHeader

GARBAGE = Random("garbage").randbytes(90)
OTHER_KEY = Secret(b"another key here")


# MAC frames.


class Forger:
    """Makes frames that seem to come from ``peer``'s radio and are for ``target``; each takes its next numbers.

    ``keys``: those that the two share; without any, those of the devices that are at home.
    """

    def __init__(self, peer: HanNode, target: Eui, short: int | None = None, keys: HanKeys = HAN_KEYS) -> None:
        self._peer, self._target, self._keys = peer, target, keys
        self._short = ADDRESSES[target] if short is None else short

    @property
    def other_network(self) -> HanKeys:
        """Their keys, but for the network key."""
        return replace(self._keys, network_key=OTHER_KEY)

    @property
    def other_links(self) -> HanKeys:
        """The network key, and none of their link keys."""
        device_keys, pair_keys = self._keys.device_keys, self._keys.pair_keys
        return replace(
            self._keys,
            device_keys=dict.fromkeys(device_keys, OTHER_KEY),
            pair_keys=dict.fromkeys(pair_keys, OTHER_KEY),
        )

    def frame(self, keys: HanKeys | None = None, message: bytes = b"\x01\x01\x77") -> bytes:
        """A frame as the peer sends it, under these keys."""
        return self.frames(keys, message)[0]

    def frames(self, keys: HanKeys | None = None, message: bytes = b"\x01\x01\x77") -> list[bytes]:
        """All frames of a message to the target's Tunneling cluster."""
        own = self._keys if keys is None else keys
        made, after = build_frames(
            self._peer._radio, self._target, self._short, tunneling.CLUSTER, message, own, with_fcs=True
        )
        self._peer._radio = after
        return made

    def with_inside(self, inside: bytes, counter: int | None = None, secured: bool = True) -> bytes:
        """A frame whose NWK payload is what it is given, under the network key or in clear."""
        radio = self._peer._radio
        self._peer._radio = radio.after(1)
        nwk = NwkHeader(
            destination=self._short, source=radio.short, sequence=radio.nwk_sequence, secured=secured
        ).encode()
        number = radio.nwk_counter if counter is None else counter
        payload = secure_nwk(nwk, inside, self._keys.network_key, radio.eui, number) if secured else nwk + inside
        mac = MacFrame(
            sequence=radio.mac_sequence,
            pan=radio.pan,
            destination=self._short,
            source=radio.short,
            payload=payload,
        )
        return mac.encode(True)

    def block(self, block: Block, octets: bytes, counter: int = 77) -> bytes:
        """One block of a message, under both keys."""
        radio = self._peer._radio
        header = ApsHeader(cluster=tunneling.CLUSTER, counter=counter, block=block)
        key = self._keys.link_key(radio.eui, self._target)
        return self.with_inside(secure_aps(header.encode(), octets, key, radio.eui, radio.aps_counter))

    def in_clear(self) -> bytes:
        """An APS frame without APS security, under the network key."""
        return self.with_inside(ApsHeader(cluster=tunneling.CLUSTER, counter=5, secured=False).encode() + b"x")


def _turned(frame: bytes, place: int) -> bytes:
    """The frame with one bit turned, and a check sequence that fits."""
    inside = bytearray(frame[:-2])
    inside[place] ^= 1
    return bytes(inside) + fcs(bytes(inside))


RADIO: Mapping[str, Callable[[Forger], list[bytes]]] = {
    "nothing": lambda _: [b""],
    **{f"cut to {size} octets": lambda f, size=size: [f.frame()[:size]] for size in (1, 2, 5, 9, 11, 20, 40)},  # type: ignore[misc]
    "cut by one octet": lambda f: [f.frame()[:-1]],
    "far too long": lambda f: [f.frame() + bytes(300)],
    "zeros": lambda _: [bytes(60)],
    "ones": lambda _: [b"\xff" * 60],
    "garbage": lambda _: [GARBAGE, GARBAGE[:-2] + fcs(GARBAGE[:-2])],
    "a turned check sequence": lambda f: [f.frame()[:-1] + b"\x00", f.frame()[:-1] + b"\x01"],
    "a turned NWK MIC": lambda f: [_turned(f.frame(), -1)],
    "a turned octet under the NWK MIC": lambda f: [_turned(f.frame(), -20)],
    "a turned NWK header": lambda f: [_turned(f.frame(), 10)],
    "another network key": lambda f: [f.frame(f.other_network)],
    "another link key": lambda f: [f.frame(f.other_links)],
    "no APS security": lambda f: [f.in_clear()],
    "no security at all": lambda f: [
        f.with_inside(ApsHeader(cluster=0x0704, counter=5).encode() + b"x", secured=False)
    ],
    "no APS frame inside": lambda f: [f.with_inside(b""), f.with_inside(b"\x00"), f.with_inside(GARBAGE[:50])],
    "the counter that is never used": lambda f: [f.with_inside(b"\x00" * 12, 0xFFFFFFFF)],
    "an old frame": lambda f: [(old := f.frame()), old, old],
    "no ZCL header": lambda f: [f.frame(message=b""), f.frame(message=b"\x01"), f.frame(message=b"\x01\x02")],
    "ZCL reserved bits": lambda f: [f.frame(message=b"\xff\x01\x02\x03"), f.frame(message=b"\x02\x01\x02\x03")],
    "ZCL cut in its manufacturer code": lambda f: [f.frame(message=b"\x05\x01\x02\x03")],
    "a first block alone": lambda f: [f.block(Block(Fragment.FIRST, 200), bytes(48))],
    "a block without its first": lambda f: [f.block(Block(Fragment.PART, 3), bytes(48))],
    "a block beyond the count": lambda f: [
        f.block(Block(Fragment.FIRST, 2), bytes(48)),
        f.block(Block(Fragment.PART, 9), bytes(48)),
    ],
    "blocks that never end": lambda f: [f.block(Block(Fragment.PART, number), bytes(48)) for number in range(1, 60)],
    "many messages that never end": lambda f: [
        f.block(Block(Fragment.FIRST, 9), bytes(48), counter) for counter in range(100, 140)
    ],
}
"""What a receiver hears, in its order."""


# Commands of clusters.


def own_command(
    cluster: int, command: int, payload: bytes = b"", to: Direction = Direction.TO_SERVER
) -> tuple[int, ZclFrame]:
    return cluster, ZclFrame(ZclHeader(scope=Scope.CLUSTER, direction=to, command=command, sequence=90), payload)


def _general(cluster: int, command: int, payload: bytes = b"") -> tuple[int, ZclFrame]:
    header = ZclHeader(scope=Scope.GENERAL, direction=Direction.TO_SERVER, command=command, sequence=91)
    return cluster, ZclFrame(header, payload)


_TUNNEL, _PREPAYMENT = tunneling.CLUSTER, prepayment.CLUSTER
_BACK = Direction.TO_CLIENT

ZCL: Mapping[str, tuple[int, ZclFrame]] = {
    "a cluster that nobody has": own_command(0xFC00, 0x00, b"\x01"),
    "RequestTunnel of no octets": own_command(_TUNNEL, 0x00),
    "RequestTunnel cut": own_command(_TUNNEL, 0x00, b"\x06\xff\xff"),
    "RequestTunnel too long": own_command(_TUNNEL, 0x00, b"\x06\xff\xff\x00\xdc\x05\x00"),
    "RequestTunnel with flow control 7": own_command(_TUNNEL, 0x00, b"\x06\xff\xff\x07\xdc\x05"),
    "CloseTunnel cut": own_command(_TUNNEL, 0x01, b"\x01"),
    "CloseTunnel of another tunnel": own_command(_TUNNEL, 0x01, b"\xee\xee"),
    "TransferData of no octets": own_command(_TUNNEL, 0x02),
    "TransferData to the server in another tunnel": own_command(_TUNNEL, 0x02, b"\xee\xee" + GARBAGE),
    "TransferData to the client in another tunnel": own_command(_TUNNEL, 0x01, b"\xee\xee" + GARBAGE, _BACK),
    "TransferDataError cut": own_command(_TUNNEL, 0x03, b"\x01"),
    "TransferDataError of another tunnel": own_command(_TUNNEL, 0x03, b"\xee\xee\x00"),
    "TransferDataError with a status that is not known": own_command(_TUNNEL, 0x03, b"\xee\xee\xee"),
    "AckTransferData": own_command(_TUNNEL, 0x04, b"\x01\x00\xff\xff"),
    "ReadyData": own_command(_TUNNEL, 0x05, b"\x01\x00\xff\xff"),
    "GetSupportedTunnelProtocols": own_command(_TUNNEL, 0x06, b"\x00"),
    "a tunnel command that does not exist": own_command(_TUNNEL, 0x7F, GARBAGE),
    "an answer that was not asked for": own_command(_TUNNEL, 0x00, b"\x09\x00\x00\xdc\x05", _BACK),
    "a tunnel's closing as told by its server": own_command(_TUNNEL, 0x06, b"\xee\xee", _BACK),
    "ConsumerTopUp of no octets": own_command(_PREPAYMENT, 0x04),
    "ConsumerTopUp cut": own_command(_PREPAYMENT, 0x04, b"\x02\x1412345"),
    "ConsumerTopUp of 255 digits": own_command(_PREPAYMENT, 0x04, b"\x02\xff" + b"1" * 30),
    "ConsumerTopUp of letters": own_command(_PREPAYMENT, 0x04, b"\x02\x14" + b"a" * 20),
    "ConsumerTopUpResponse cut": own_command(_PREPAYMENT, 0x03, b"\x00\x01", _BACK),
    "ConsumerTopUpResponse that nobody waits for": own_command(_PREPAYMENT, 0x03, bytes(10), _BACK),
    "a prepayment command that does not exist": own_command(_PREPAYMENT, 0x7F, GARBAGE),
    "SelectAvailableEmergencyCredit cut": own_command(_PREPAYMENT, 0x00, b"\x00"),
    "LocalChangeSupply cut": own_command(metering.CLUSTER, 0x0C),
    "LocalChangeSupply to off": own_command(metering.CLUSTER, 0x0C, b"\x00"),
    "SuspendZclMessages cut": own_command(sub_ghz.CLUSTER, 0x00, b"", _BACK),
    "ReadAttributes of half an attribute": _general(_PREPAYMENT, 0x00, b"\x00"),
    "ReadAttributes of none": _general(_PREPAYMENT, 0x00),
    "ReadAttributes of what does not exist": _general(_PREPAYMENT, 0x00, b"\xee\xee"),
    "ReadAttributesResponse of garbage": _general(_PREPAYMENT, 0x01, GARBAGE[:40]),
    "ReportAttributes of garbage": _general(metering.CLUSTER, 0x0A, GARBAGE[:40]),
    "a Default Response cut": _general(_PREPAYMENT, 0x0B, b"\x04"),
    "a general command that does not exist": _general(_PREPAYMENT, 0x7F, GARBAGE[:40]),
}
"""Cluster and frame, as the peer sends it under the right keys."""


# GBCS messages.


def _resealed(octets: bytes, **changes: object) -> bytes:
    """The message with other fields, and its MAC as it was."""
    message = replace(decode(octets), **changes)  # type: ignore[arg-type]
    return message.encode()


def _by(octets: bytes, sender: Eui) -> bytes:
    message = decode(octets)
    return with_mac_of(replace(message, mac=None), sender, message.target).encode()


def _signed(octets: bytes) -> bytes:
    return signed_by(replace(decode(octets), mac=None), OTHER_SUPPLIER).encode()


def _length(octets: bytes, by: int) -> bytes:
    """The length of the message inside its MAC header, changed."""
    place = 7
    return octets[:place] + bytes(((octets[place] + by) & 0xFF,)) + octets[place + 1 :]


def turn(octets: bytes, place: int) -> bytes:
    changed = bytearray(octets)
    changed[place] ^= 1
    return bytes(changed)


def _cra(octets: bytes, number: int) -> bytes:
    """The CRA flag, the first octet of the transaction-id, as another number."""
    place = octets.index(b"\xdf\x09") + 2
    return octets[:place] + bytes((number,)) + octets[place + 1 :]


MESSAGES: Mapping[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    **{f"cut to {size} octets": lambda m, size=size: m[:size] for size in (1, 2, 8, 14, 20, 40, 60)},  # type: ignore[misc]
    "cut by one octet": lambda m: m[:-1],
    "cut by its MAC": lambda m: m[:-12],
    "an octet more": lambda m: m + b"\x00",
    "twice in a row": lambda m: m + m,
    "garbage": lambda _: GARBAGE,
    "garbage behind a header": lambda m: m[:14] + GARBAGE,
    "zeros": lambda _: bytes(80),
    "ones": lambda _: b"\xff" * 80,
    "a length of one more": lambda m: _length(m, 1),
    "a length of one less": lambda m: _length(m, -1),
    "a length of another form": lambda m: m[:7] + b"\x84\xff\xff\xff\xff" + m[8:],
    "CRA 0": lambda m: _cra(m, 0),
    "CRA 4": lambda m: _cra(m, 4),
    "a Response in its place": lambda m: _cra(m, 2),
    "an Alert in its place": lambda m: _cra(m, 3),
    "another target": lambda m: _resealed(m, target=FOREIGN),
    "another originator": lambda m: _resealed(m, originator=FOREIGN),
    "a Message Code that does not exist": lambda m: _resealed(m, message_code=0xFFFF),
    "another Message Code": lambda m: _resealed(m, message_code=0x0062),
    "a turned MAC": lambda m: turn(m, -1),
    "a turned payload": lambda m: turn(m, -14),
    "no payload": lambda m: _resealed(m, payload=b""),
    "another payload": lambda m: _resealed(m, payload=GARBAGE[:60]),
    "the MAC of another": lambda m: _by(m, OTHER_SUPPLIER),
    "a signature that nobody asked for": _signed,
    "no MAC": lambda m: _resealed(m, mac=None),
    "another counter under the same MAC": lambda m: _resealed(m, counter=decode(m).counter + 1),
    "1500 octets of payload": lambda m: _resealed(m, payload=bytes(1400)),
}
"""What becomes of a Command that its target would execute."""


def is_command(octets: bytes) -> bool:
    """Whether these are the octets of a Command, as far as those who only carry it can tell."""
    try:
        message: Message = decode(octets)
    except ProtocolError:
        return False
    return message.cra is Cra.COMMAND


# The avenue, and documents.

SEALED: Mapping[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    **{f"cut to {size} octets": lambda s, size=size: s[:size] for size in (1, 3, 10, 40)},  # type: ignore[misc]
    "cut by one octet": lambda s: s[:-1],
    "an octet more": lambda s: s + b"\x00",
    "garbage": lambda _: GARBAGE,
    "zeros": lambda _: bytes(64),
    "ones": lambda _: b"\xff" * 64,
    "a turned signature": lambda s: turn(s, -1),
    "a turned content": lambda s: turn(s, len(s) // 2),
    "CBOR that never ends": lambda _: b"\x9f" * 5_000,
    "CBOR of a huge length": lambda _: b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
    "text in its place": lambda _: b"GET / HTTP/1.1\r\n\r\n",
}
"""What becomes of a sealed message."""

DOCUMENTS: Mapping[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "cut in the middle": lambda d: d[: len(d) // 2],
    "cut by one octet": lambda d: d[:-1],
    "garbage": lambda _: GARBAGE,
    "another root": lambda _: b"<a/>",
    "an element too many": lambda d: d.replace(b"</", b"<x/></", 1),
    "a turned signature": lambda d: d.replace(b"SignatureValue>", b"SignatureValue>AAAA", 1),
    "a document type": lambda d: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + d,
    "not UTF-8": lambda d: d.replace(b">", b">\xff\xfe", 1),
    "text in its place": lambda _: b"GET / HTTP/1.1\r\n\r\n",
}
"""What becomes of a signed document."""
