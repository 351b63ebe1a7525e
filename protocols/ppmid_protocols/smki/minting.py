"""Minting test certificates of the SMKI profile, and deriving test keys.

Deterministic: the same arguments give the same octets, signature included. What is minted here is for simulated
parties; no test key protects anything real.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from ppmid_protocols import p256
from ppmid_protocols.eui import Eui
from ppmid_protocols.smki.certificates import (
    HARDWARE_MODULE_NAME,
    KEY_USAGES,
    NO_UNUSED_BITS,
    SEQUENCE_TAG,
    SERIAL_NUMBER_TAG,
    Role,
    Usage,
    key_usage,
)

NO_EXPIRY = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The notAfter of every device certificate."""

_HARDWARE_TYPE = bytes.fromhex("060D2A863A0001848FB90F01020201")  # 1.2.826.0.1.8641679.1.2.2.1, in DER


_Extension = x509.Extension[x509.UnrecognizedExtension]


def _written(value: x509.ExtensionType, *, critical: bool) -> _Extension:
    """An extension in octets: most are the same in every certificate, and each is needed twice (see ``_sign``)."""
    return x509.Extension(value.oid, critical, x509.UnrecognizedExtension(value.oid, value.public_bytes()))


def _policies(policy: str) -> _Extension:
    return _written(
        x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(policy), None)]), critical=True
    )


_ORGANISATION_POLICY = _policies("1.2.826.0.1.8641679.1.2.1.4")
_DEVICE_POLICY = _policies("1.2.826.0.1.1800000.1.2.1.4")  # as on every device certificate of RTDS 4.5.0
_KEY_USAGES = {usage: _written(value, critical=True) for usage, value in KEY_USAGES.items()}
_NOBODY = x509.Name([])
"""The subject of a device's certificate: an extension says whose it is."""
_OF_AN_AUTHORITY = (
    _written(x509.BasicConstraints(ca=True, path_length=0), critical=True),
    _written(key_usage("key_cert_sign", "crl_sign"), critical=True),
)


@dataclass(frozen=True)
class Issuer:
    """A certification authority that can mint (``mint_issuer``)."""

    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    not_before: datetime

    @cached_property
    def identifier(self) -> _Extension:
        """What the certificates that it issues call its key."""
        identifier = x509.AuthorityKeyIdentifier(key_identifier(self.key.public_key()), None, None)
        return _written(identifier, critical=False)

    @property
    def certificate(self) -> x509.Certificate:
        """Its own certificate, self-signed, and made when it is asked for."""
        public = self.key.public_key()
        extensions = (*_OF_AN_AUTHORITY, _subject_key(public))
        return _sign(self.name, self.name, public, self.not_before, NO_EXPIRY, extensions, self.key)


def mint_issuer(
    name: str, key: ec.EllipticCurvePrivateKey, *, not_before: datetime, role: Role | None = Role.ISSUING_AUTHORITY
) -> Issuer:
    """A self-signed certification authority: ``OU=07, CN=name`` for organisations, ``CN=name`` alone with role None.

    Its own certificate is not of the SMKI profile (assumed: a plain RFC 5280 authority without expiry).
    """
    return Issuer(_authority_name(name, role), key, not_before)


@lru_cache(maxsize=64)
def _authority_name(name: str, role: Role | None) -> x509.Name:
    """Those of every home are called the same."""
    unit = [] if role is None else [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"{role:02X}")]
    return x509.Name([*unit, x509.NameAttribute(NameOID.COMMON_NAME, name)])


def mint_organisation(
    eui: Eui,
    role: Role,
    usage: Usage,
    public: ec.EllipticCurvePublicKey,
    issuer: Issuer,
    *,
    not_before: datetime,
    name: str | None = None,
) -> x509.Certificate:
    """An organisation certificate, valid for ten years from ``not_before`` (UTC, whole seconds)."""
    subject = _organisation_name(eui, role, name)
    extensions = (_KEY_USAGES[usage], _subject_key(public), _ORGANISATION_POLICY, issuer.identifier)
    not_after = _ten_years_after(not_before) - timedelta(seconds=1)
    return _sign(subject, issuer.name, public, not_before, not_after, extensions, issuer.key)


def mint_device(
    eui: Eui, usage: Usage, public: ec.EllipticCurvePublicKey, issuer: Issuer, *, not_before: datetime
) -> x509.Certificate:
    """A device certificate: empty subject, no expiry; ``not_before`` in UTC, whole seconds."""
    extensions = (
        _KEY_USAGES[usage],
        _subject_key(public),
        _device_name(eui),
        _DEVICE_POLICY,
        issuer.identifier,
    )
    return _sign(_NOBODY, issuer.name, public, not_before, NO_EXPIRY, extensions, issuer.key)


def request_device(eui: Eui, usage: Usage, key: ec.EllipticCurvePrivateKey) -> bytes:
    """A device's PKCS #10 request, in DER, for a certificate of its key (CS02c)."""
    builder = (
        x509.CertificateSigningRequestBuilder(x509.Name([]))
        .add_extension(KEY_USAGES[usage], True)
        .add_extension(_hardware_module_name(eui), True)
    )
    request = builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    return request.public_bytes(serialization.Encoding.DER)


@lru_cache(maxsize=256)
def _organisation_name(eui: Eui, role: Role, name: str | None) -> x509.Name:
    common_name = [] if name is None else [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    unit = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"{role:02X}")
    identifier = x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, NO_UNUSED_BITS + eui, _ASN1Type.BitString)
    return x509.Name([*common_name, unit, identifier])


@lru_cache(maxsize=256)
def _device_name(eui: Eui) -> _Extension:
    return _written(_hardware_module_name(eui), critical=True)


def _hardware_module_name(eui: Eui) -> x509.SubjectAlternativeName:
    module_name = _HARDWARE_TYPE + SERIAL_NUMBER_TAG + eui
    alternative = x509.OtherName(HARDWARE_MODULE_NAME, bytes((SEQUENCE_TAG, len(module_name))) + module_name)
    return x509.SubjectAlternativeName([alternative])


def key_identifier(public: ec.EllipticCurvePublicKey) -> bytes:
    """Eight octets: 0100 and the low 60 bits of the SHA-1 of the public point (RFC 5280 4.2.1.2, method 2)."""
    tail = hashlib.sha1(p256.octets_of(public), usedforsecurity=False).digest()[-8:]
    return bytes((0x40 | tail[0] & 0x0F,)) + tail[1:]


def derive_private_key(seed: bytes, label: str) -> ec.EllipticCurvePrivateKey:
    """``label``'s P-256 key in the test PKI of ``seed``: 48 octets of HKDF-SHA256 mod n-1, plus 1 (FIPS 186-5)."""
    wide = int.from_bytes(_expand(seed, "P-256", label, 48), "big")
    return p256.private_from_scalar(wide % (p256.ORDER - 1) + 1)


def derive_ed25519(seed: bytes, label: str) -> ed25519.Ed25519PrivateKey:
    """``label``'s Ed25519 key in the test PKI of ``seed``: 32 octets of HKDF-SHA256."""
    return ed25519.Ed25519PrivateKey.from_private_bytes(_expand(seed, "Ed25519", label, 32))


def _expand(seed: bytes, kind: str, label: str, octets: int) -> bytes:
    info = f"ppmid test key {kind} {label}".encode()
    return HKDF(algorithm=hashes.SHA256(), length=octets, salt=None, info=info).derive(seed)


def _subject_key(public: ec.EllipticCurvePublicKey) -> _Extension:
    return _written(x509.SubjectKeyIdentifier(key_identifier(public)), critical=False)


def _sign(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    not_before: datetime,
    not_after: datetime,
    extensions: tuple[_Extension, ...],
    key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    """The certificate of exactly these contents; its serial number, 16 octets, is their hash."""
    contents = hashlib.sha256()
    for part in (
        issuer.public_bytes(),
        subject.public_bytes(),
        p256.octets_of(public),
        not_before.isoformat().encode(),
        *(extension.value.value for extension in extensions),
    ):
        contents.update(len(part).to_bytes(4, "big") + part)
    serial = int.from_bytes(contents.digest()[:16], "big") & ~(1 << 127) | 1 << 126
    builder = x509.CertificateBuilder(issuer, subject, public, serial, not_before, not_after, [*extensions])
    return builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True)


def _ten_years_after(moment: datetime) -> datetime:
    leap_day = (moment.month, moment.day) == (2, 29)
    return (moment + timedelta(days=1) if leap_day else moment).replace(year=moment.year + 10)
