"""Certificates in the SMKI profile: minting test ones, reading any (SMKI organisation and device certificate policies).

Every certificate is X.509 v3, P-256, ecdsa-with-SHA256, with a key identifier of eight octets. An organisation's
carries its EUI-64 as x500UniqueIdentifier and its Remote Party Role as organisationalUnitName, two hex digits; a
device's has an empty subject and carries its EUI-64 in a critical subjectAltName (hardwareModuleName, RFC 4108).

Minting is deterministic: the same arguments give the same octets, signature included. Minted keys and certificates
are for simulated parties; no test key protects anything real.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, IntEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from ppmid_protocols import p256
from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError
from ppmid_protocols.eui import Eui

NO_EXPIRY = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The notAfter of every device certificate."""

_HARDWARE_MODULE_NAME = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.4")
_HARDWARE_TYPE = bytes.fromhex("060D2A863A0001848FB90F01020201")  # 1.2.826.0.1.8641679.1.2.2.1, in DER
_SERIAL_NUMBER_TAG = bytes.fromhex("0408")  # DER: OCTET STRING of eight octets
_SEQUENCE_TAG, _OBJECT_IDENTIFIER_TAG = 0x30, 0x06  # DER
_NO_UNUSED_BITS = b"\x00"  # the first octet of a BIT STRING; without it other readers refuse the certificate
_ORGANISATION_POLICY = x509.ObjectIdentifier("1.2.826.0.1.8641679.1.2.1.4")
_DEVICE_POLICY = x509.ObjectIdentifier("1.2.826.0.1.1800000.1.2.1.4")  # as on every device certificate of RTDS 4.5.0

_Extensions = tuple[tuple[x509.ExtensionType, bool], ...]  # each with whether it is critical


class Role(IntEnum):
    """Remote Party Roles, the organisationalUnitName of an organisation's certificate."""

    ROOT = 0x00
    RECOVERY = 0x01
    SUPPLIER = 0x02
    NETWORK_OPERATOR = 0x03
    ACCESS_CONTROL_BROKER = 0x04
    TRANSITIONAL_COS = 0x05
    WAN_PROVIDER = 0x06
    ISSUING_AUTHORITY = 0x07
    LOAD_CONTROLLER = 0x08
    OTHER = 0x7F
    XML_SIGN = 0x87
    DSP_XML_SIGN = 0x89


_ROLES = {f"{role:02X}": role for role in Role} | {"137": Role.DSP_XML_SIGN}  # decimal: DCC Boxed before 1.4.1


class Usage(Enum):
    """What a certificate's key is for: one of the two, never both."""

    DIGITAL_SIGNATURE = "DS"
    KEY_AGREEMENT = "KA"


def _key_usage(*allowed: str) -> x509.KeyUsage:
    purposes = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{purpose: purpose in allowed for purpose in purposes})


_KEY_USAGES = {
    Usage.DIGITAL_SIGNATURE: _key_usage("digital_signature"),
    Usage.KEY_AGREEMENT: _key_usage("key_agreement"),
}
_USAGES = {extension: usage for usage, extension in _KEY_USAGES.items()}


@dataclass(frozen=True, slots=True)
class Issuer:
    """A certification authority that can mint: its certificate (``mint_issuer``) and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate of the profile says. ``role`` is None for a device."""

    eui: Eui
    role: Role | None
    usage: Usage
    serial: int
    public_key: ec.EllipticCurvePublicKey

    @property
    def is_device(self) -> bool:
        return self.role is None


def mint_issuer(
    name: str, key: ec.EllipticCurvePrivateKey, *, not_before: datetime, role: Role | None = Role.ISSUING_AUTHORITY
) -> Issuer:
    """A self-signed certification authority: ``OU=07, CN=name`` for organisations, ``CN=name`` alone with role None.

    Its own certificate is not of the SMKI profile (assumed: a plain RFC 5280 authority without expiry).
    """
    unit = [] if role is None else [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"{role:02X}")]
    subject = x509.Name([*unit, x509.NameAttribute(NameOID.COMMON_NAME, name)])
    public = key.public_key()
    extensions: _Extensions = (
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (_key_usage("key_cert_sign", "crl_sign"), True),
        (x509.SubjectKeyIdentifier(key_identifier(public)), False),
    )
    return Issuer(_sign(subject, subject, public, not_before, NO_EXPIRY, extensions, key), key)


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
    common_name = [] if name is None else [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    subject = x509.Name(
        [
            *common_name,
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"{role:02X}"),
            x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, _NO_UNUSED_BITS + eui, _ASN1Type.BitString),
        ]
    )
    extensions: _Extensions = (
        (_KEY_USAGES[usage], True),
        (x509.SubjectKeyIdentifier(key_identifier(public)), False),
        (_policies(_ORGANISATION_POLICY), True),
        (_authority(issuer), False),
    )
    not_after = _ten_years_after(not_before) - timedelta(seconds=1)
    return _sign(subject, issuer.certificate.subject, public, not_before, not_after, extensions, issuer.key)


def mint_device(
    eui: Eui, usage: Usage, public: ec.EllipticCurvePublicKey, issuer: Issuer, *, not_before: datetime
) -> x509.Certificate:
    """A device certificate: empty subject, no expiry; ``not_before`` in UTC, whole seconds."""
    module_name = _HARDWARE_TYPE + _SERIAL_NUMBER_TAG + eui
    alternative = x509.OtherName(_HARDWARE_MODULE_NAME, bytes((_SEQUENCE_TAG, len(module_name))) + module_name)
    extensions: _Extensions = (
        (_KEY_USAGES[usage], True),
        (x509.SubjectKeyIdentifier(key_identifier(public)), False),
        (x509.SubjectAlternativeName([alternative]), True),
        (_policies(_DEVICE_POLICY), True),
        (_authority(issuer), False),
    )
    nobody = x509.Name([])
    return _sign(nobody, issuer.certificate.subject, public, not_before, NO_EXPIRY, extensions, issuer.key)


def key_identifier(public: ec.EllipticCurvePublicKey) -> bytes:
    """Eight octets: 0100 and the low 60 bits of the SHA-1 of the public point (RFC 5280 4.2.1.2, method 2)."""
    tail = hashlib.sha1(_point(public), usedforsecurity=False).digest()[-8:]
    return bytes((0x40 | tail[0] & 0x0F,)) + tail[1:]


_DEPARTURES = (
    ValueError,
    TypeError,  # a name of a type that is not its attribute's
    UnsupportedAlgorithm,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


def load(data: bytes) -> x509.Certificate:
    """Read a certificate, DER or PEM. Raises Malformed."""
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificate(data)
        return x509.load_der_x509_certificate(data)
    except (ValueError, x509.InvalidVersion) as problem:
        raise Malformed("certificate", f"expected X.509 in DER or PEM: {problem}") from problem


def read(certificate: x509.Certificate) -> CertificateFacts:
    """What an organisation or device certificate says. Raises Malformed where it departs from the profile.

    Signature, issuer and validity are not looked at: see ``verify_issued_by``.
    """
    try:
        return _read(certificate)
    except ProtocolError:
        raise
    except _DEPARTURES as problem:
        raise Malformed("certificate", f"expected the SMKI profile: {problem}") from problem


def verify_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    """Raise NotAuthentic("certificate") unless ``issuer`` names and signed ``certificate``.

    Compares names and verifies the signature. Validity periods are the caller's: published test certificates expired.
    """
    try:
        certificate.verify_directly_issued_by(issuer)
    except InvalidSignature as problem:
        raise NotAuthentic("certificate", "its signature does not hold under the issuer's key") from problem
    except (ValueError, TypeError) as problem:
        raise NotAuthentic("certificate", f"it was not issued by this authority: {problem}") from problem


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


def _sign(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    not_before: datetime,
    not_after: datetime,
    extensions: _Extensions,
    key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    """The certificate of exactly these contents; its serial number, 16 octets, is their hash."""
    contents = hashlib.sha256()
    for part in (
        issuer.public_bytes(),
        subject.public_bytes(),
        _point(public),
        not_before.isoformat().encode(),
        *(extension.public_bytes() for extension, _ in extensions),
    ):
        contents.update(len(part).to_bytes(4, "big") + part)
    serial = int.from_bytes(contents.digest()[:16], "big") & ~(1 << 127) | 1 << 126
    builder = x509.CertificateBuilder(issuer, subject, public, serial, not_before, not_after)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True)


def _point(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _policies(policy: x509.ObjectIdentifier) -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(policy, None)])


def _authority(issuer: Issuer) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier(key_identifier(issuer.key.public_key()), None, None)


def _ten_years_after(moment: datetime) -> datetime:
    leap_day = (moment.month, moment.day) == (2, 29)
    return (moment + timedelta(days=1) if leap_day else moment).replace(year=moment.year + 10)


def _read(certificate: x509.Certificate) -> CertificateFacts:
    is_device = not list(certificate.subject)
    eui, role = (_device_eui(certificate), None) if is_device else _organisation(certificate)
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise Malformed("public key", "expected a key of P-256")
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    if usage not in _USAGES:
        raise Malformed("keyUsage", f"expected digitalSignature alone or keyAgreement alone, found {usage}")
    return CertificateFacts(eui, role, _USAGES[usage], certificate.serial_number, public)


def _device_eui(certificate: x509.Certificate) -> Eui:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    found = [name.value for name in names if isinstance(name, x509.OtherName) and name.type_id == _HARDWARE_MODULE_NAME]
    if len(found) != 1:
        raise Malformed("subjectAltName", f"expected one hardwareModuleName, found {len(found)}")
    sequence, hardware_type, serial_number = found[0][:2], found[0][2:-10], found[0][-10:]
    well_formed = (
        list(sequence) == [_SEQUENCE_TAG, len(found[0]) - 2]
        and list(hardware_type[:2]) == [_OBJECT_IDENTIFIER_TAG, len(hardware_type) - 2]
        and serial_number[:2] == _SERIAL_NUMBER_TAG
    )
    if not well_formed:
        problem = f"expected a hardware type and a serial number of 8 octets, found {found[0].hex()}"
        raise Malformed("hardwareModuleName", problem)
    return Eui(serial_number[2:])


def _organisation(certificate: x509.Certificate) -> tuple[Eui, Role]:
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    identifiers = certificate.subject.get_attributes_for_oid(NameOID.X500_UNIQUE_IDENTIFIER)
    if len(units) != 1 or units[0].value not in _ROLES:
        raise Malformed("organisationalUnitName", f"expected one known role code, found {[u.value for u in units]}")
    if len(identifiers) != 1:
        raise Malformed("x500UniqueIdentifier", f"expected one, found {len(identifiers)}")
    value = identifiers[0].value
    if not isinstance(value, bytes) or value[:1] != _NO_UNUSED_BITS:
        raise Malformed("x500UniqueIdentifier", "expected a BIT STRING of whole octets")
    return Eui(value[1:]), _ROLES[str(units[0].value)]
