"""As ``bad_frames``, of what is said to and from who is on no network, of transfers in blocks, and of other lines.

``OUTSIDE`` are frames of who is on no network; ``BLOCKS`` makes transfers out of a Command that its target would
execute; ``ON_THE_LINE`` is no frame of any avenue.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bad_frames import GARBAGE, OTHER_KEY, own_command, turn
from home_parts import FOREIGN

from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import gbt
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import hand_held, outside
from ppmid_protocols.zigbee.frames import fcs
from ppmid_protocols.zigbee.outside import AssociationRequest, AssociationResponse, InterPan

# Who is on no network.


def _framed(body: bytes) -> bytes:
    return body + fcs(body)


def _inter_pan(source: Eui, destination: Eui | None, aps: bytes) -> bytes:
    return outside.encode(InterPan(source=source, destination=destination, sequence=60, aps=aps))


def _sealed_hello(source: Eui, key: Secret, octets: bytes, counter: int = 0) -> bytes:
    return outside.sealed_stub(hand_held.CLUSTER, octets, key, source, counter)


def _response(source: Eui, destination: Eui, **fields: int) -> bytes:
    answer = {"pan": 0x1A62, "sequence": 61, "short": 0x2222, "status": 0} | fields
    return outside.encode(AssociationResponse(source=source, destination=destination, **answer))


OUTSIDE: Mapping[str, Callable[[Eui, Eui | None, Secret], list[bytes]]] = {
    "an inter-PAN frame of nothing": lambda s, d, _: [_inter_pan(s, d, b"")],
    "an inter-PAN frame cut": lambda s, d, _: [_framed(_inter_pan(s, d, b"")[:size]) for size in (1, 3, 9, 15, 20)],
    "a turned check sequence": lambda s, d, _: [_inter_pan(s, d, GARBAGE)[:-1] + b"\x00"],
    "an APS stub cut": lambda s, d, _: [_inter_pan(s, d, b"\x23\x00")],
    "an APS stub of another profile": lambda s, d, _: [_inter_pan(s, d, b"\x03\x00\x08\x04\x01" + GARBAGE[:20])],
    "an APS stub to a group": lambda s, d, _: [_inter_pan(s, d, b"\x0f" + GARBAGE[:20])],
    "no seal": lambda s, d, _: [_inter_pan(s, d, outside.stub(hand_held.CLUSTER, GARBAGE[:20]))],
    "a seal cut": lambda s, d, key: [_inter_pan(s, d, _sealed_hello(s, key, GARBAGE[:20])[:12])],
    "another's seal": lambda s, d, _: [_inter_pan(s, d, _sealed_hello(s, OTHER_KEY, GARBAGE[:20]))],
    "a turned seal": lambda s, d, key: [_inter_pan(s, d, turn(_sealed_hello(s, key, GARBAGE[:20]), -1))],
    "a seal around nothing": lambda s, d, key: [_inter_pan(s, d, _sealed_hello(s, key, b""))],
    "a seal around garbage": lambda s, d, key: [_inter_pan(s, d, _sealed_hello(s, key, GARBAGE[:30]))],
    "a seal around a command that does not exist": lambda s, d, key: [
        _inter_pan(s, d, _sealed_hello(s, key, own_command(hand_held.CLUSTER, 0x7F, GARBAGE[:9])[1].encode()))
    ],
    "a command cut": lambda s, d, key: [
        _inter_pan(s, d, _sealed_hello(s, key, own_command(hand_held.CLUSTER, 0x00, GARBAGE[:9])[1].encode()))
    ],
    "an association request of another network": lambda s, _, __: [
        outside.encode(AssociationRequest(source=s, pan=0x0BAD, sequence=62))
    ],
    "an association request cut": lambda s, _, __: [
        _framed(outside.encode(AssociationRequest(source=s, pan=0x1A62, sequence=62))[:-3])
    ],
    "an association response that nobody waits for": lambda s, d, _: [_response(s, d or FOREIGN)],
    "an association response for another": lambda s, _, __: [_response(s, FOREIGN)],
    "an association response cut": lambda s, d, _: [_framed(_response(s, d or FOREIGN)[:-4])],
    "garbage": lambda *_: [GARBAGE, _framed(GARBAGE[:-2])],
}
"""Frames from ``source`` to ``destination`` (None: the hub), by the key that the two have agreed."""


# Blocks.


def _blocks(octets: bytes) -> tuple[gbt.Block, ...]:
    return gbt.cut(decode(octets), gbt.BlockRules(block_octets=30))


def _encoded(*blocks: gbt.Block) -> list[bytes]:
    return [block.encode() for block in blocks]


def _renamed(blocks: tuple[gbt.Block, ...], **changes: object) -> list[bytes]:
    """The blocks under another header than the message that they make has."""
    return _encoded(*(replace(one, transaction=one.transaction._replace(**changes)) for one in blocks))


BLOCKS: Mapping[str, Callable[[bytes], list[bytes]]] = {
    **{
        f"a block cut to {size} octets": lambda m, size=size: [_blocks(m)[0].encode()[:size]]  # type: ignore[misc]
        for size in (2, 3, 11, 20, 34, 36, 41, 47, 60)
    },
    "a block of another form": lambda m: [turn(_blocks(m)[0].encode(), place) for place in (2, 11, 20, 29, 30, 33, 40)],
    "block 0": lambda m: [_blocks(m)[0].encode()[:42] + b"\x00\x00" + _blocks(m)[0].encode()[44:]],
    "a block without data": lambda m: _encoded(replace(_blocks(m)[0], data=b"")),
    "a first block alone": lambda m: _encoded(_blocks(m)[0]),
    "all blocks but one": lambda m: _encoded(_blocks(m)[0], *_blocks(m)[2:]),
    "a block behind the last": lambda m: _encoded(*_blocks(m)[1:], replace(_blocks(m)[0], number=99)),
    "a block that comes again otherwise": lambda m: _encoded(_blocks(m)[0], replace(_blocks(m)[0], data=b"x" * 30)),
    "two last blocks": lambda m: _encoded(replace(_blocks(m)[0], last=True, number=2), *_blocks(m)[-1:]),
    "a block of too many octets": lambda m: _encoded(replace(_blocks(m)[0], data=bytes(1_300))),
    "blocks that make no message": lambda m: _encoded(*(replace(one, data=GARBAGE[:30]) for one in _blocks(m))),
    "blocks that make another message than they say": lambda m: _renamed(_blocks(m), counter=77),
    "blocks for another device": lambda m: _renamed(_blocks(m), target=FOREIGN),
    "blocks of a message with a turned MAC": lambda m: _encoded(*_blocks(turn(m, -1))),
    "many messages that never end": lambda m: [
        one for counter in range(50) for one in _renamed(_blocks(m)[:1], counter=counter)
    ],
}
"""What becomes of a Command when it is cut into blocks: the transfers, in their order."""


# The lines of the avenue.

ON_THE_LINE: Mapping[str, bytes] = {
    "nothing": b"",
    "a zero": b"\x00",
    "zeros": bytes(90),
    "ones": b"\xff" * 90,
    "garbage": GARBAGE,
    "garbage between zeros": b"\x00" + GARBAGE.replace(b"\x00", b"\x01") + b"\x00",
    "a code that points beyond its end": b"\x00\xf0abc\x00",
    "more than any frame holds": b"\x01" * 9_000,
    "a status word alone": b"\x90\x00",
    "an APDU cut": b"\x00\xa4\x04",
    "an APDU with a length that does not hold": b"\x80\x10\x00\x00\xff\x01",
    "a block of a file that nobody has": b"NOFILE  .IN " + b"\x00\x00\x00\x05" + b"\x00\x00\x00\x00" + b"abcde",
    "a block beyond the end of its file": b"567890A4.OUT" + b"\x00\x00\x00\x05" + b"\x00\x00\xff\xff" + b"abcde",
}
"""What is no frame of a stick, a cable or a tap, or none that fits what was said before."""
