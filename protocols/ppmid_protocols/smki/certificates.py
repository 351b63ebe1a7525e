"""What a certificate of the SMKI profile says, and whether an issuer signed it."""

from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError
from ppmid_protocols.eui import Eui

HARDWARE_MODULE_NAME = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.4")
SERIAL_NUMBER_TAG = bytes.fromhex("0408")  # DER: OCTET STRING of eight octets
SEQUENCE_TAG, _OBJECT_IDENTIFIER_TAG = 0x30, 0x06  # DER
NO_UNUSED_BITS = b"\x00"  # the first octet of a BIT STRING; without it other readers refuse the certificate


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


def key_usage(*allowed: str) -> x509.KeyUsage:
    """The keyUsage that allows these purposes, by their RFC 5280 names in lower case with underscores, and no other."""
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


KEY_USAGES = {
    Usage.DIGITAL_SIGNATURE: key_usage("digital_signature"),
    Usage.KEY_AGREEMENT: key_usage("key_agreement"),
}
_USAGES = {extension: usage for usage, extension in KEY_USAGES.items()}


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


def read_request(octets: bytes) -> CertificateFacts:
    """What a device asks for with a PKCS #10 request in DER (CS02c); the serial number is 0, since there is none yet.

    Raises Malformed where it departs from the profile, NotAuthentic unless it is signed with the key that it is for.
    """
    try:
        request = x509.load_der_x509_csr(octets)
        eui, usage, public = _device_eui(request), *_usage_and_key(request)
        proven = request.is_signature_valid
    except ProtocolError:
        raise
    except _DEPARTURES as problem:
        raise Malformed("certification request", f"expected the SMKI profile: {problem}") from problem
    if not proven:
        raise NotAuthentic("certification request", "its signature does not hold under the key that it is for")
    return CertificateFacts(eui, None, usage, 0, public)


def verify_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    """Raise NotAuthentic("certificate") unless ``issuer`` names and signed ``certificate``.

    Compares names and verifies the signature. Validity periods are the caller's: published test certificates expired.
    """
    try:
        certificate.verify_directly_issued_by(issuer)
    except InvalidSignature as problem:
        raise NotAuthentic("certificate", "its signature does not hold under the issuer's key") from problem
    except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
        raise NotAuthentic("certificate", f"it was not issued by this authority: {problem}") from problem


@lru_cache(maxsize=1024)
def _read(certificate: x509.Certificate) -> CertificateFacts:
    """Certificates are equal where their octets are: each is taken apart once."""
    is_device = not list(certificate.subject)
    eui, role = (_device_eui(certificate), None) if is_device else _organisation(certificate)
    usage, public = _usage_and_key(certificate)
    return CertificateFacts(eui, role, usage, certificate.serial_number, public)


_Certified = x509.Certificate | x509.CertificateSigningRequest


def _usage_and_key(certificate: _Certified) -> tuple[Usage, ec.EllipticCurvePublicKey]:
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise Malformed("public key", "expected a key of P-256")
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    if usage not in _USAGES:
        raise Malformed("keyUsage", f"expected digitalSignature alone or keyAgreement alone, found {usage}")
    return _USAGES[usage], public


def _device_eui(certificate: _Certified) -> Eui:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    found = [name.value for name in names if isinstance(name, x509.OtherName) and name.type_id == HARDWARE_MODULE_NAME]
    if len(found) != 1:
        raise Malformed("subjectAltName", f"expected one hardwareModuleName, found {len(found)}")
    sequence, hardware_type, serial_number = found[0][:2], found[0][2:-10], found[0][-10:]
    well_formed = (
        list(sequence) == [SEQUENCE_TAG, len(found[0]) - 2]
        and list(hardware_type[:2]) == [_OBJECT_IDENTIFIER_TAG, len(hardware_type) - 2]
        and serial_number[:2] == SERIAL_NUMBER_TAG
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
    if not isinstance(value, bytes) or value[:1] != NO_UNUSED_BITS:
        raise Malformed("x500UniqueIdentifier", "expected a BIT STRING of whole octets")
    return Eui(value[1:]), _ROLES[str(units[0].value)]
