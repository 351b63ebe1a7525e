"""Detached signatures of what the harness writes: Ed25519 (RFC 8032) over a line that says what it is, and its octets.

A document carries its signer's public key: it says who signed only to whoever already trusts that key.
"""

import base64
import binascii
import hashlib
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KeyKind = Literal["lab", "development"]


class Signer(msgspec.Struct, frozen=True):
    """Who signed: ``public_key`` is the raw Ed25519 key in base64. A development key was made for this run alone."""

    kind: KeyKind
    public_key: str


def signer_of(key: Ed25519PrivateKey, kind: KeyKind = "lab") -> Signer:
    """What stands in a document that ``key`` signs."""
    return Signer(kind, base64.b64encode(key.public_key().public_bytes_raw()).decode())


def holds(signer: Signer, signature: bytes, octets: bytes) -> bool:
    """Whether the signature, 64 octets, is that of the signer's own key over these octets."""
    try:
        key_of(signer).verify(signature, octets)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_of(signer: Signer) -> Ed25519PublicKey:
    """The signer's public key. Raises ValueError when it is none."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(signer.public_key, validate=True))
    except binascii.Error as problem:
        raise ValueError(f"the signer's key is not base64: {problem}") from problem


def fingerprint(key: Ed25519PublicKey) -> str:
    """By what people tell keys apart: SHA-256 over the 32 octets of the public key, in hex."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()
