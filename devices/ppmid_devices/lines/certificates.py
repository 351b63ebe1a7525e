"""Certificates for the two ends of a TLS line, of a test PKI that is made for one bench and is not SMKI's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from ppmid_devices.lines.tls_settings import HARNESS_NAME, ppmid_name
from ppmid_protocols.eui import Eui
from ppmid_protocols.smki import derive_private_key

LASTS = timedelta(days=365)
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


@dataclass(frozen=True, slots=True)
class TestPki:
    """The issuer of one bench. ``seed`` makes its keys: whoever knows it can be anybody."""

    __test__ = False

    seed: bytes
    bench: str
    not_before: datetime
    lasts: timedelta = LASTS

    def issuer(self) -> x509.Certificate:
        """The root, signed by itself."""
        key = self._key("issuer")
        return (
            self._builder(self._issuer_name(), key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .sign(key, hashes.SHA256())
        )

    def certificate(self, name: str, use: ObjectIdentifier) -> x509.Certificate:
        """That of the end called ``name``: in TLS a server's or a client's."""
        issuer = self._key("issuer")
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key())
        return (
            self._builder(subject, self._key(name))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(authority, critical=False)
            .sign(issuer, hashes.SHA256())
        )

    def files(self, ppmid: Eui) -> Mapping[str, bytes]:
        """What both ends need, by file name, in PEM: ``trust.pem``, and a certificate and key of each."""
        files = {"trust.pem": self.issuer().public_bytes(Encoding.PEM)}
        for end, name, use in (("harness", HARNESS_NAME, SERVER), ("ppmid", ppmid_name(ppmid), CLIENT)):
            files |= self.end_files(end, name, use)
        return files

    def end_files(self, end: str, name: str, use: ObjectIdentifier) -> Mapping[str, bytes]:
        """Certificate and key of an end of that name, in PEM, as ``<end>.pem`` and ``<end>.key``."""
        return {
            f"{end}.pem": self.certificate(name, use).public_bytes(Encoding.PEM),
            f"{end}.key": self._key(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        }

    def write(self, folder: Path, ppmid: Eui) -> None:
        """Write the files into ``folder``, which is there; private keys can be read by their owner alone."""
        for name, octets in self.files(ppmid).items():
            path = folder / name
            path.touch(mode=0o600 if name.endswith(".key") else 0o644)
            path.write_bytes(octets)

    def _key(self, label: str) -> ec.EllipticCurvePrivateKey:
        return derive_private_key(self.seed, f"TLS {self.bench} {label}")

    def _issuer_name(self) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"PPMID test bench {self.bench}"[:64])])

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._issuer_name())
            .public_key(key.public_key())
            .serial_number(int.from_bytes(identifier.digest, "big") >> 8 | 1)
            .not_valid_before(self.not_before)
            .not_valid_after(self.not_before + self.lasts)
            .add_extension(identifier, critical=False)
        )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
