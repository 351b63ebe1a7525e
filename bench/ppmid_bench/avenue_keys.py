"""Keys of the local command interface that a bench is given in a folder, for a device that outlives a scenario.

Without them they are derived anew for each scenario, which only a device that is told them then can know. A folder has,
in PEM, ``delivery-service.avenue.key`` (Ed25519, private), and the public key of whoever is at the home's end of the
avenue: ``ppmid.avenue.pub``, or ``hub.avenue.pub``. ``ppmid-harness certificates`` makes a pair for each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
from ppmid_bench.supplied_keys import write_file
from ppmid_devices import roles
from ppmid_protocols import smki

OURS, THEIRS = roles.DELIVERY_SERVICE, (roles.PPMID, roles.HUB)
"""Whose private key the bench needs, and those of whom it needs a public one, if they are there."""


@dataclass(frozen=True, slots=True)
class AvenueKeys:
    """By party; nothing of whom none is supplied."""

    private: Mapping[str, Ed25519PrivateKey] = field(default_factory=dict)
    public: Mapping[str, Ed25519PublicKey] = field(default_factory=dict)


def read_avenue_keys(named: str) -> AvenueKeys:
    """Read what the bench needs from the folder ``named``; nothing where that is empty. Raises BadInput."""
    if not named:
        return AvenueKeys()
    folder = Path(named)
    private = _read(_private_path(folder, OURS), _private, "an Ed25519 private key without a password, in PEM")
    there = [party for party in THEIRS if _public_path(folder, party).is_file()]
    if not there:
        names = " or ".join(_public_path(folder, party).name for party in THEIRS)
        raise BadInput(str(folder), "", f"the device's public key: {names}", "neither")
    public = {
        party: _read(_public_path(folder, party), load_pem_public_key, "an Ed25519 public key, in PEM")
        for party in there
    }
    return AvenueKeys({OURS: private}, {OURS: private.public_key(), **public})


def write_avenue_keys(folder: Path, seed: bytes) -> None:
    """Write a pair for each party that may be at an end of an avenue; private keys for their owner only.

    ``seed`` makes them: whoever knows it can be anybody.
    """
    for party in (OURS, *THEIRS):
        key = smki.derive_ed25519(seed, f"avenue {party}")
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_file(_private_path(folder, party), pem)
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        _public_path(folder, party).write_bytes(public)


def _private_path(folder: Path, party: str) -> Path:
    return folder / f"{party}.avenue.key"


def _public_path(folder: Path, party: str) -> Path:
    return folder / f"{party}.avenue.pub"


def _private(octets: bytes) -> Any:
    return load_pem_private_key(octets, password=None)


def _read(path: Path, load: Callable[[bytes], Any], expected: str) -> Any:
    octets = input_files.octets(path)
    try:
        key = load(octets)
    except (ValueError, TypeError) as problem:  # TypeError: it is encrypted
        raise BadInput(str(path), "", expected, str(problem)) from problem
    if not isinstance(key, Ed25519PrivateKey | Ed25519PublicKey):
        raise BadInput(str(path), "", expected, "a key of another kind")
    return key
