"""GBCS messages of the Reference Test Data Set: verified beside the bare OpenSSL operations, read, and written."""

import json
import resource
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, repeat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks import Row, best
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, crypto, dlms, listing
from ppmid_protocols.gbcs.keyring import KeyRing
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.payload import Payload, read_payload
from ppmid_protocols.gbcs.prepayment.requests import ECS82
from ppmid_protocols.gbcs.verify import mac_parties, verify
from ppmid_protocols.smki import Usage

RTDS = Path(__file__).parents[2] / "shared" / "data" / "rtds"
SMALL_OCTETS = 160
"""What counts as a small message: most Commands and their Responses, top ups among them."""

_PAYLOAD_OCTETS = 2_000  # in the rows about size, and ten times as many
_NUMBER_OCTETS = 5  # of a double-long


@dataclass(frozen=True)
class Bare:
    """The inputs of the OpenSSL operations that verifying needs, made ready beforehand."""

    signatures: Sequence[tuple[ec.EllipticCurvePublicKey, bytes, bytes]]
    agreements: Sequence[tuple[ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey]]
    macs: Sequence[tuple[bytes, bytes, bytes]]

    def run(self) -> None:
        """Do them all: one verification for each signature, one ECDH for each pair of keys, one GMAC for each MAC."""
        algorithm, exchange = ec.ECDSA(SHA256()), ec.ECDH()
        for public, signature, data in self.signatures:
            public.verify(signature, data, algorithm)
        for private, peer in self.agreements:
            private.exchange(exchange, peer)
        for key, iv, data in self.macs:
            AESGCM(key).encrypt(iv, b"", data)


def rows(repeats: int) -> Iterator[Row]:
    """The table's lines; one that says so when the data set is not beside this checkout."""
    if not RTDS.is_dir():
        yield Row("GBCS: the RTDS (../shared/data/rtds) is not beside this checkout", 0.0, "not measured")
        return
    keys = json.loads((RTDS / "keys.json").read_text(encoding="utf-8"))
    named = listing.from_json(json.loads((RTDS / "messages.json").read_text(encoding="utf-8")))
    yield from _verifying(repeats, named, keys)
    yield from _reading(repeats, [octets for _, octets in named if len(octets) <= SMALL_OCTETS])
    yield from _growing(repeats, named, keys)


def _verifying(repeats: int, named: list[listing.Named], keys: object) -> Iterator[Row]:
    bare = _bare([decode(octets) for _, octets in named], KeyRing.from_json(keys))
    repeats *= 4
    rings = [KeyRing.from_json(keys) for _ in range(repeats)]  # one for each run, so that each agrees its keys anew
    fresh = iter(rings)
    alone, ours, whole = best(
        repeats,
        bare.run,
        lambda: verify(named, next(fresh)),
        lambda: verify(named, KeyRing.from_json(keys)),
    )
    counts = f"{len(bare.signatures)} signatures, {len(bare.agreements)} ECDH, {len(bare.macs)} GMACs"
    yield Row(f"bare OpenSSL: {counts}", alone, "1 x")
    yield Row(f"verify the {len(named)} RTDS messages that have them", ours, f"{ours / alone:.2f} x")
    yield Row("the same, loading the keys too", whole, f"{whole / alone:.2f} x")


def _bare(messages: list[Message], ring: KeyRing) -> Bare:
    signatures, macs = [], []
    pairs: dict[frozenset[Eui], tuple[ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey]] = {}
    for message in messages:
        public = ring.public_key(message.originator, Usage.DIGITAL_SIGNATURE)
        if message.signature and public is not None:
            r, s = (int.from_bytes(half, "big") for half in (message.signature[:32], message.signature[32:]))
            signatures.append((public, encode_dss_signature(r, s), message.signed_part()))
        parties = mac_parties(message, ring)
        z = ring.shared(*parties) if message.mac is not None and parties is not None else None
        if z is None or parties is None:
            continue
        key = crypto.derive_key(z, message.originator, message.target, message.counter, message.cra)
        macs.append((bytes(key), message.originator + bytes(4), bytes.fromhex("110000000000") + message.grouping()))
        for owner, peer in (parties, parties[::-1]):
            private = ring.private_key(owner, Usage.KEY_AGREEMENT)
            point = ring.public_key(peer, Usage.KEY_AGREEMENT)
            if private is not None and point is not None:
                pairs.setdefault(frozenset(parties), (private, point))
    return Bare(signatures, list(pairs.values()), macs)


def _reading(repeats: int, small: list[bytes]) -> Iterator[Row]:
    messages = [decode(octets) for octets in small]
    reading, writing = best(
        10 * repeats, lambda: [_read(octets) for octets in small], lambda: [message.encode() for message in messages]
    )
    what = f"{len(small)} RTDS messages of at most {SMALL_OCTETS} octets"
    yield Row(f"parse and decode {what}", reading, f"{len(small) / reading:,.0f} /s")
    yield Row(f"encode {what}", writing, f"{len(small) / writing:,.0f} /s")


def _read(octets: bytes) -> Payload:
    return read_payload(decode(octets))


def _growing(repeats: int, named: list[listing.Named], keys: object) -> Iterator[Row]:
    """Ten times as much: the time as a multiple of ten times that of one (1 x is linear), the memory as one of one."""
    few = named[::10]
    ring = KeyRing.from_json(keys)

    def verify_repeated(times: int) -> None:
        verify(chain.from_iterable(repeat(few, times)), ring)

    once, tenfold = best(repeats, partial(verify_repeated, 1), partial(verify_repeated, 10))
    yield Row(f"verify {len(few)} messages ten times over", tenfold, f"{tenfold / once / 10:.2f} x")
    short, long = _response(_PAYLOAD_OCTETS), _response(10 * _PAYLOAD_OCTETS)
    once, tenfold = best(20 * repeats, partial(_read, short.encode()), partial(_read, long.encode()))
    yield Row("parse and decode a payload ten times as long", tenfold, f"{tenfold / once / 10:.2f} x")
    once, tenfold = best(20 * repeats, partial(_response, _PAYLOAD_OCTETS), partial(_response, 10 * _PAYLOAD_OCTETS))
    yield Row("make and encode a payload ten times as long", tenfold, f"{tenfold / once / 10:.2f} x")
    verify_repeated(10)
    before = _largest_memory()
    (seconds,) = best(1, partial(verify_repeated, 100))
    yield Row(
        f"memory after {100 * len(few)} messages, as of {10 * len(few)}", seconds, f"{_largest_memory() / before:.2f} x"
    )


def _largest_memory() -> int:
    """The most memory that this process has had so far, in the system's unit."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _response(octets: int) -> Message:
    """A Response with a payload of about so many octets, an array of numbers."""
    numbers = axdr.array(*(axdr.Number(axdr.DOUBLE_LONG, number) for number in range(octets // _NUMBER_OCTETS)))
    return Message(
        cra=Cra.RESPONSE,
        counter=1,
        originator=Eui(bytes(8)),
        target=Eui(bytes(8)),
        message_code=ECS82,
        payload=dlms.response(1, (dlms.Choice.GET, 0, numbers)).encode(),
        mac=bytes(12),
    )
