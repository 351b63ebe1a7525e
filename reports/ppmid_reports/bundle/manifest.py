"""The list of what is in a bundle, with its signature. No file is read or written here.

A bundle is a zip whose first two members are ``manifest.json`` and ``manifest.sig``; the others follow in the order of
the manifest, each once, and nothing else is in the file. The signature is Ed25519 (RFC 8032), 64 octets, over
``CONTEXT`` and the octets of ``manifest.json``. The manifest carries the public key: it says who signed only to whoever
already trusts that key.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_reports import signature as signatures
from ppmid_reports.signature import KeyKind, Signer, signer_of

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
CONTEXT = b"PPMID harness evidence bundle 1\n"
SCHEMA = 1

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Size = Annotated[int, msgspec.Meta(ge=0)]


class Member(msgspec.Struct, frozen=True):
    """One file of the run. ``size`` in octets, ``sha256`` in hex.

    ``packed``: SHA-256 of the octets that stand in the zip for it, in which deflate leaves bits that mean nothing;
    empty of a file that is withheld.
    """

    name: str
    size: Size
    sha256: Sha256
    packed: str = ""


class Manifest(msgspec.Struct, frozen=True):
    """What a bundle holds, in its order. ``withheld``: files of the run that the lab keeps, by their hashes."""

    schema: int
    made_by: str
    signer: Signer
    members: tuple[Member, ...]
    withheld: tuple[Member, ...] = ()


def member(name: str, content: bytes, packed: bytes = b"") -> Member:
    """The manifest's line for a file, and for what stands in the zip for it."""
    return Member(name, len(content), _sha256(content), _sha256(packed) if packed else "")


def _sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def encode(
    members: Iterable[Member], withheld: Iterable[Member], made_by: str, key: Ed25519PrivateKey, kind: KeyKind
) -> tuple[bytes, bytes]:
    """The octets of ``manifest.json`` and of ``manifest.sig``."""
    manifest = Manifest(SCHEMA, made_by, signer_of(key, kind), tuple(members), tuple(withheld))
    octets = (json.dumps(msgspec.to_builtins(manifest), indent=1) + "\n").encode()
    return octets, key.sign(CONTEXT + octets)


def decode(octets: bytes) -> Manifest:
    """The manifest in the octets of ``manifest.json``. Raises ValueError, with a sentence, for any other."""
    try:
        return msgspec.json.decode(octets, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise ValueError(f"it is no manifest: {problem}") from problem


def holds(manifest: Manifest, octets: bytes, signature: bytes) -> bool:
    """Whether the signature is that of the manifest's own key over these octets."""
    return signatures.holds(manifest.signer, signature, CONTEXT + octets)


def order_of(names: Sequence[str]) -> list[str]:
    """The order in which files stand in a bundle."""
    return sorted(names)
