"""Test certificates: what is minted has the profile's octets, and what others minted is read."""

import base64
import hashlib
import hmac
import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID
from waiting_wall import LONG_S

from ppmid_protocols import smki
from ppmid_protocols.errors import Malformed, NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.smki import Role, Usage

SUPPLIER = Eui.parse("90b3d51f30010000")
ESME = Eui.parse("00db1234567890a0")
START = datetime(2026, 1, 1, tzinfo=UTC)
SEED = b"seed of the tests"
ORGANISATIONS = smki.mint_issuer("T1", smki.derive_private_key(SEED, "organisations"), not_before=START)
DEVICES = smki.mint_issuer("T2", smki.derive_private_key(SEED, "devices"), not_before=START, role=None)
SAN_OF_ESME = bytes.fromhex("3029A02706082B06010505070804A01B3019060D2A863A0001848FB90F01020201040800DB1234567890A0")


def _public(label: str) -> ec.EllipticCurvePublicKey:
    return smki.derive_private_key(SEED, label).public_key()


def _organisation(**changes: Any) -> x509.Certificate:
    arguments: dict[str, Any] = {"not_before": START} | changes
    return smki.mint_organisation(
        SUPPLIER, Role.SUPPLIER, Usage.DIGITAL_SIGNATURE, _public("supplier"), ORGANISATIONS, **arguments
    )


def _device(usage: Usage = Usage.KEY_AGREEMENT) -> x509.Certificate:
    return smki.mint_device(ESME, usage, _public("meter"), DEVICES, not_before=START)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def test_an_organisation_certificate_has_the_profile() -> None:
    certificate = _organisation(name="SUPPLIER ONE")
    unit, identifier = b"\x0c\x0202", b"\x03\x09\x00" + SUPPLIER
    common_name = b"\x0c\x0cSUPPLIER ONE"
    subject = certificate.subject.public_bytes()
    assert subject.index(common_name) < subject.index(unit) < subject.index(identifier)
    assert certificate.issuer.rfc4514_string() == "CN=T1,OU=07"
    assert certificate.not_valid_after_utc == datetime(2035, 12, 31, 23, 59, 59, tzinfo=UTC)
    found = [(extension.oid.dotted_string, extension.critical) for extension in certificate.extensions]
    assert found == [("2.5.29.15", True), ("2.5.29.14", False), ("2.5.29.32", True), ("2.5.29.35", False)]
    assert bytes.fromhex("3011300F060D2A863A0001848FB90F01020104") in _der(certificate)
    assert bytes.fromhex("0603551D0F0101FF040403020780") in _der(certificate)  # keyUsage, critical: digitalSignature
    assert smki.read(certificate) == smki.CertificateFacts(
        SUPPLIER, Role.SUPPLIER, Usage.DIGITAL_SIGNATURE, certificate.serial_number, _public("supplier")
    )


def test_a_device_certificate_has_the_profile() -> None:
    certificate = _device()
    assert certificate.subject == x509.Name([])
    assert certificate.issuer.rfc4514_string() == "CN=T2"
    assert b"\x18\x0f99991231235959Z" in _der(certificate)  # GeneralizedTime
    alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert alternative.critical
    assert alternative.value.public_bytes() == SAN_OF_ESME
    assert bytes.fromhex("0603551D0F0101FF040403020308") in _der(certificate)  # keyUsage, critical: keyAgreement
    facts = smki.read(certificate)
    assert (facts.eui, facts.role, facts.usage, facts.is_device) == (ESME, None, Usage.KEY_AGREEMENT, True)


def test_minting_is_deterministic_and_each_certificate_has_its_own_serial() -> None:
    assert _der(_organisation()) == _der(_organisation())
    others = [
        _organisation(),
        _organisation(name="SUPPLIER ONE"),
        _organisation(not_before=datetime(2027, 1, 1, tzinfo=UTC)),
        _device(),
        _device(Usage.DIGITAL_SIGNATURE),
        smki.mint_device(SUPPLIER, Usage.KEY_AGREEMENT, _public("meter"), DEVICES, not_before=START),
        ORGANISATIONS.certificate,
        DEVICES.certificate,
    ]
    serials = {certificate.serial_number for certificate in others}
    assert len(serials) == len(others)
    assert all(serial >> 126 == 1 for serial in serials)  # positive, and always 16 octets in DER


def test_ten_years_from_a_leap_day_end_with_february() -> None:
    certificate = _organisation(not_before=datetime(2028, 2, 29, tzinfo=UTC))
    assert certificate.not_valid_after_utc == datetime(2038, 2, 28, 23, 59, 59, tzinfo=UTC)


def test_only_the_issuer_that_signed_is_accepted() -> None:
    smki.verify_issued_by(_device(), DEVICES.certificate)
    smki.verify_issued_by(_organisation(), ORGANISATIONS.certificate)
    impostor = smki.mint_issuer("T2", smki.derive_private_key(SEED, "impostor"), not_before=START, role=None)
    with pytest.raises(NotAuthentic, match="signature does not hold"):
        smki.verify_issued_by(_device(), impostor.certificate)
    with pytest.raises(NotAuthentic, match="not issued by"):
        smki.verify_issued_by(_device(), ORGANISATIONS.certificate)
    octets = DEVICES.certificate.public_bytes(serialization.Encoding.DER)
    p256, unknown = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8677ce3d030107")
    with pytest.raises(NotAuthentic, match="not issued by"):  # its key is on a curve that nobody knows
        smki.verify_issued_by(_device(), smki.load(octets.replace(p256, unknown)))


def test_a_certificate_names_the_key_of_its_issuer_and_nothing_more_of_it() -> None:
    certificate = _device()
    authority = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    subject = DEVICES.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert authority.key_identifier == subject.digest
    assert (authority.authority_cert_issuer, authority.authority_cert_serial_number) == (None, None)


def _rtds(shared: Path) -> list[dict[str, Any]]:
    rows = json.loads((shared / "data/rtds/keys.json").read_text())["certificates"]
    return [row for row in rows if row["certificate_der_base64"]]


def test_every_rtds_certificate_is_read_and_agrees_with_its_file_name(shared: Path) -> None:
    rows = _rtds(shared)
    assert len(rows) == 416
    devices = 0
    named_otherwise = {}
    for row in rows:
        certificate = smki.load(base64.b64decode(row["certificate_der_base64"]))
        facts = smki.read(certificate)
        devices += facts.is_device
        assert facts.usage.value == row["usage"]
        if facts.eui.hex() != row["file"][:16]:
            named_otherwise[row["file"]] = facts.eui.hex()
        identifier = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        assert identifier == smki.key_identifier(facts.public_key)
    assert devices == 400
    # RTDS 4.5.0 holds the second Supplier's certificate under the WAN provider's name.
    assert named_otherwise == {"90b3d51f30000007-ka.pem": "90b3d51f30030000"}


def test_a_minted_device_certificate_differs_from_rtds_only_in_names_keys_and_dates(shared: Path) -> None:
    (row,) = [row for row in _rtds(shared) if row["file"] == "00db1234567890a0-ka.pem"]
    theirs, ours = smki.load(base64.b64decode(row["certificate_der_base64"])), _device()
    keyed = (x509.SubjectKeyIdentifier, x509.AuthorityKeyIdentifier)
    shapes = [
        [(e.oid, e.critical, None if isinstance(e.value, keyed) else e.value) for e in certificate.extensions]
        for certificate in (theirs, ours)
    ]
    assert shapes[0] == shapes[1]


def test_published_organisation_certificates_have_the_roles_of_the_profile(shared: Path) -> None:
    broken = "90b3d51f30010009-"  # the two certificates of this party hold DER that is itself broken
    roles: dict[str, set[Role | None]] = {}
    for path in sorted((shared / "data/smki_test_certs").glob("*.pem")):
        if path.name.startswith(broken):
            with pytest.raises(Malformed, match="certificate"):
                smki.load(path.read_bytes())
            continue
        facts = smki.read(smki.load(path.read_bytes()))
        roles.setdefault(facts.eui.hex(), set()).add(facts.role)
        assert path.name.startswith(facts.eui.hex())
        assert str(facts.serial) in path.name
        assert facts.usage == (Usage.DIGITAL_SIGNATURE if "-di-" in path.name else Usage.KEY_AGREEMENT)
    assert roles["90b3d51f30010000"] == {Role.SUPPLIER, Role.XML_SIGN}
    assert roles["90b3d51f30000002"] == {Role.ACCESS_CONTROL_BROKER, Role.DSP_XML_SIGN}
    assert roles["00db123456780004"] == {Role.OTHER, Role.XML_SIGN}


def test_what_is_no_certificate_of_the_profile_is_malformed() -> None:
    with pytest.raises(Malformed, match="certificate"):
        smki.load(_der(_device())[:-1])
    with pytest.raises(Malformed, match="certificate"):
        smki.load(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(Malformed) as caught:
        smki.read(ORGANISATIONS.certificate)
    assert caught.value.field == "x500UniqueIdentifier"
    with pytest.raises(Malformed) as caught:
        smki.read(DEVICES.certificate)
    assert caught.value.field == "organisationalUnitName"


def _bare_device(
    alternative: list[x509.GeneralName], purposes: x509.KeyUsage, key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    names = x509.Name([]), DEVICES.certificate.subject
    return (
        x509.CertificateBuilder(names[1], names[0], key.public_key(), 1, START, smki.NO_EXPIRY)
        .add_extension(x509.SubjectAlternativeName(alternative), critical=True)
        .add_extension(purposes, critical=True)
        .sign(DEVICES.key, hashes.SHA256(), ecdsa_deterministic=True)
    )


def test_departures_from_the_device_profile_are_named() -> None:
    purposes = _device().extensions.get_extension_for_class(x509.KeyUsage).value
    both = x509.KeyUsage(True, False, False, False, True, False, False, False, False)
    good = list(_device().extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    module_name = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.4")
    short = x509.OtherName(module_name, bytes.fromhex("300606012A040100"))
    as_text = x509.OtherName(module_name, bytes.fromhex("300D06012A0C08") + b"00DB1234")
    key = smki.derive_private_key(SEED, "meter")
    other_curve = ec.derive_private_key(5, ec.SECP384R1())
    cases = [
        (_bare_device(good, both, key), "keyUsage"),
        (_bare_device([x509.DNSName("meter")], purposes, key), "subjectAltName"),
        (_bare_device([short], purposes, key), "hardwareModuleName"),
        (_bare_device([as_text], purposes, key), "hardwareModuleName"),
        (_bare_device(good, purposes, other_curve), "public key"),
    ]
    for certificate, field in cases:
        with pytest.raises(Malformed) as caught:
            smki.read(certificate)
        assert caught.value.field == field


@pytest.mark.parametrize(
    ("unit", "identifier", "field"),
    [
        ("0A", b"\x00" + SUPPLIER, "organisationalUnitName"),
        ("2", b"\x00" + SUPPLIER, "organisationalUnitName"),
        ("02", b"\x01" + SUPPLIER, "x500UniqueIdentifier"),  # one unused bit
        ("02", b"\x00" + SUPPLIER[:7], "EUI-64"),
    ],
)
def test_departures_from_the_organisation_profile_are_named(unit: str, identifier: bytes, field: str) -> None:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, identifier, _ASN1Type.BitString),
        ]
    )
    names = ORGANISATIONS.certificate.subject, subject
    builder = x509.CertificateBuilder(*names, _public("supplier"), 1, START, smki.NO_EXPIRY)
    with pytest.raises(Malformed) as caught:
        smki.read(builder.sign(ORGANISATIONS.key, hashes.SHA256(), ecdsa_deterministic=True))
    assert caught.value.field == field


def test_a_role_written_in_decimal_by_older_test_products_is_read() -> None:
    unit = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "137")
    identifier = x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, b"\x00" + SUPPLIER, _ASN1Type.BitString)
    names = ORGANISATIONS.certificate.subject, x509.Name([unit, identifier])
    purposes = _organisation().extensions.get_extension_for_class(x509.KeyUsage).value
    builder = x509.CertificateBuilder(*names, _public("supplier"), 1, START, smki.NO_EXPIRY)
    signed = builder.add_extension(purposes, critical=True).sign(ORGANISATIONS.key, hashes.SHA256())
    assert smki.read(signed).role is Role.DSP_XML_SIGN


def test_derived_keys_follow_hkdf() -> None:
    def expand(info: bytes, octets: int) -> bytes:  # RFC 5869 by hand
        extracted, block, output = hmac.digest(bytes(32), SEED, "sha256"), b"", b""
        for number in range(1, 3):
            block = hmac.digest(extracted, block + info + bytes([number]), "sha256")
            output += block
        return output[:octets]

    order = 115792089210356248762697446949407573529996955224135760342422259061068512044369
    scalar = smki.derive_private_key(SEED, "meter").private_numbers().private_value
    assert scalar == int.from_bytes(expand(b"ppmid test key P-256 meter", 48), "big") % (order - 1) + 1
    raw = smki.derive_ed25519(SEED, "meter").private_bytes_raw()
    assert raw == expand(b"ppmid test key Ed25519 meter", 32)
    assert smki.derive_ed25519(SEED, "hub").private_bytes_raw() != raw
    assert smki.derive_ed25519(b"another seed", "meter").private_bytes_raw() != raw


def test_the_key_identifier_is_method_2() -> None:
    public = _public("meter")
    point = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    low_60_bits = int(hashlib.sha1(point).hexdigest(), 16) % 2**60
    assert smki.key_identifier(public) == (0b0100 << 60 | low_60_bits).to_bytes(8, "big")


def _openssl(arguments: list[str], data: bytes) -> str:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("the openssl command line is not installed: nothing independent to read the certificate with")
    run = subprocess.run([program, *arguments], input=data, capture_output=True, check=True, timeout=LONG_S)
    return run.stdout.decode()


def test_openssl_reads_a_minted_organisation_certificate() -> None:
    shown = _openssl(["x509", "-inform", "DER", "-noout", "-text", "-nameopt", "RFC2253"], _der(_organisation()))
    assert "Subject: x500UniqueIdentifier=#03090090B3D51F30010000,OU=02" in shown
    assert "ASN1 OID: prime256v1" in shown
    assert "Policy: 1.2.826.0.1.8641679.1.2.1.4" in shown


def test_openssl_reads_a_minted_device_certificate() -> None:
    tree = _openssl(["asn1parse", "-inform", "DER"], _der(_device()))
    assert SAN_OF_ESME.hex().upper() in tree
    assert "GENERALIZEDTIME   :99991231235959Z" in tree


def test_a_published_request_for_a_certificate_is_read(rtds: Mapping[str, bytes]) -> None:
    """CS02c and CS02d of RTDS 4.5.0: the key that the meter asks a certificate for is the one that it gets one of."""
    asked = smki.read_request(decode(rtds["CS02c_6.17_SUCCESS_RESPONSE"]).payload)
    given = smki.read(smki.load(decode(rtds["CS02d_6.15.2_SUCCESS_COMMAND"]).payload))
    assert (asked.eui, asked.role, asked.usage) == (ESME, None, Usage.DIGITAL_SIGNATURE)
    assert (given.eui, given.usage, given.public_key) == (asked.eui, asked.usage, asked.public_key)


@pytest.mark.parametrize("octets", [b"", b"\x30\x00", bytes(64)])
def test_what_is_no_request_for_a_certificate_is_malformed(octets: bytes) -> None:
    with pytest.raises(Malformed, match="certification request"):
        smki.read_request(octets)


def test_a_request_of_no_device_is_malformed() -> None:
    key = smki.derive_private_key(SEED, "nobody")
    request = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(key, hashes.SHA256())
    with pytest.raises(Malformed, match="SMKI profile"):
        smki.read_request(request.public_bytes(serialization.Encoding.DER))
