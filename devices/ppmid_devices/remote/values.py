"""How values cross the line: msgpack, with keys and certificates in DER or as their raw octets, DUIS bodies as XML."""

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from ppmid_devices.credentials import Directory, Entry, KeyPair
from ppmid_protocols.duis.service_body import ServiceBody

_BODY = ServiceBody | None
"""Crosses as the XML of the body: msgpack would take the dataclass apart, and its leaves are of many types."""


def encode(value: Any) -> bytes:
    """The msgpack form of a value. Raises TypeError for a type that cannot cross."""
    return _ENCODER.encode(value.encode() if isinstance(value, ServiceBody) else value)


def decode(octets: bytes | msgspec.Raw, shape: Any) -> Any:
    """The value of type ``shape``. Raises msgspec.ValidationError or DecodeError for anything else."""
    if shape == _BODY:
        body = msgspec.msgpack.decode(octets, type=bytes | None)
        return None if body is None else ServiceBody.decode(body)
    return msgspec.msgpack.decode(octets, type=shape, dec_hook=_from_plain)


def parameters(function: Callable[..., Any]) -> list[Any]:
    """The types of a function's arguments, in their order and without ``self``."""
    hints = get_type_hints(function)
    return [hints[name] for name in inspect.signature(function).parameters if name != "self"]


def required(function: Callable[..., Any]) -> int:
    """How many arguments a function must be given, without ``self``; the others have a default."""
    arguments = inspect.signature(function).parameters.values()
    return sum(one.name != "self" and one.default is one.empty for one in arguments)


def _to_plain(value: Any) -> Any:
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value)
    raise TypeError(f"expected a value of the contracts, found {type(value).__name__}")


def _from_plain(kind: Any, value: Any) -> Any:
    if kind in _READERS:
        return _READERS[kind](value)
    if isinstance(kind, type) and issubclass(kind, bytes):
        return kind(value)
    raise TypeError(f"expected a type of the contracts, found {kind}")


def _read_certificate(octets: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(octets)


_CURVE = SECP256R1()
_WRITERS: dict[type, Callable[[Any], Any]] = {
    bytes: bytes,  # Eui and Secret among them
    EllipticCurvePrivateKey: lambda key: key.private_numbers().private_value.to_bytes(32, "big"),
    Ed25519PrivateKey: lambda key: key.private_bytes_raw(),
    Ed25519PublicKey: lambda key: key.public_bytes_raw(),
    x509.Certificate: lambda certificate: certificate.public_bytes(Encoding.DER),
    KeyPair: lambda pair: (pair.private, pair.certificate),
    Directory: Directory.entries,
}
_PAIR = tuple[EllipticCurvePrivateKey, x509.Certificate]
_READERS: dict[Any, Callable[[Any], Any]] = {
    EllipticCurvePrivateKey: lambda octets: derive_private_key(int.from_bytes(octets, "big"), _CURVE),
    Ed25519PrivateKey: Ed25519PrivateKey.from_private_bytes,
    Ed25519PublicKey: Ed25519PublicKey.from_public_bytes,
    x509.Certificate: _read_certificate,
    KeyPair: lambda both: KeyPair.of(*msgspec.convert(both, _PAIR, dec_hook=_from_plain)),
    Directory: lambda entries: Directory.of(msgspec.convert(entries, list[Entry], dec_hook=_from_plain)),
}
_ENCODER = msgspec.msgpack.Encoder(enc_hook=_to_plain)
