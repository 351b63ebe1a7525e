"""Key files of a lab: Ed25519 in PEM, private to sign a bundle, public to trust its signer."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from ppmid_bench import input_files
from ppmid_bench.errors import BadInput

_PRIVATE, _PUBLIC = "an Ed25519 private key in PEM, without a password", "an Ed25519 public key in PEM"


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """The key that signs. Raises BadInput."""
    content = input_files.octets(path, _PRIVATE)
    try:
        key = load_pem_private_key(content, None)
    except (ValueError, TypeError) as problem:
        raise BadInput(str(path), "", _PRIVATE, "something else") from problem
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput(str(path), "", _PRIVATE, "a key of another kind")
    return key


def read_public_key(path: Path) -> Ed25519PublicKey:
    """The key that is trusted. Raises BadInput."""
    content = input_files.octets(path, _PUBLIC)
    try:
        key = load_pem_public_key(content)
    except ValueError as problem:
        raise BadInput(str(path), "", _PUBLIC, "something else") from problem
    if not isinstance(key, Ed25519PublicKey):
        raise BadInput(str(path), "", _PUBLIC, "a key of another kind")
    return key


def make_key_pair(path: Path) -> tuple[Path, Path]:
    """Write a new private key to ``path``, for its owner alone, and its public key beside it as ``.pub``.

    Raises BadInput when either is there already or cannot be written.
    """
    key, public = Ed25519PrivateKey.generate(), path.with_name(path.name + ".pub")
    private_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public_pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for target, content, mode in ((path, private_pem, 0o600), (public, public_pem, 0o644)):
        try:
            target.touch(mode, exist_ok=False)
            target.write_bytes(content)
        except OSError as problem:
            raise BadInput(str(target), "", "a new file that can be written", problem.strerror or "") from problem
    return path, public
