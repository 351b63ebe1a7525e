"""Keys and signatures of P-256, the one curve of GBCS, SMKI and DUIS (FIPS 186-5; ECDSA with SHA-256).

Signatures are raw r||s, 64 octets, big endian, and deterministic (RFC 6979).
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ppmid_protocols.errors import Malformed, NotAuthentic

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # FIPS 186-4 D.1.2.3
SIGNATURE_OCTETS = 64

_HALF = SIGNATURE_OCTETS // 2
_SIGNING = ec.ECDSA(SHA256(), deterministic_signing=True)
_VERIFYING = ec.ECDSA(SHA256())


def private_from_scalar(scalar: int) -> ec.EllipticCurvePrivateKey:
    """The private key with this scalar. Raises Malformed outside 1..n-1."""
    if not 0 < scalar < ORDER:
        raise Malformed("private key", "expected a scalar of P-256 from 1 to n-1")
    return ec.derive_private_key(scalar, ec.SECP256R1())


def public_point(octets: bytes) -> ec.EllipticCurvePublicKey:
    """The public key of an uncompressed point, ``04 || x || y``, 65 octets. Raises Malformed."""
    if len(octets) != 65 or octets[0] != 4:
        raise Malformed("public key", f"expected 65 octets beginning 04, found {len(octets)}")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), octets)
    except ValueError as problem:
        raise Malformed("public key", "expected a point of P-256, found one off the curve") from problem


def octets_of(public: ec.EllipticCurvePublicKey) -> bytes:
    """The uncompressed point of a public key, as ``public_point`` reads it."""
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sign(data: bytes, private: ec.EllipticCurvePrivateKey) -> bytes:
    """The signature of ``data``."""
    r, s = decode_dss_signature(private.sign(data, _SIGNING))
    return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")


def verify(data: bytes, signature: bytes, public: ec.EllipticCurvePublicKey) -> None:
    """Check a signature. Raises Malformed unless it has 64 octets (DER has not), NotAuthentic when it does not hold."""
    if len(signature) != SIGNATURE_OCTETS:
        raise Malformed("signature", f"expected {SIGNATURE_OCTETS} octets r||s, found {len(signature)}")
    r, s = int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")
    try:
        public.verify(encode_dss_signature(r, s), data, _VERIFYING)
    except InvalidSignature as problem:
        raise NotAuthentic("signature", "it does not hold for this message and public key") from problem
