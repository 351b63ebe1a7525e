"""A small test PKI for DUIS, and the published test certificates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_protocols import smki
from ppmid_protocols.duis.documents import Request, Response, to_xml
from ppmid_protocols.duis.signature import sign
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui

SUPPLIER = Eui.parse("90-B3-D5-1F-30-01-00-00")
NETWORK_OPERATOR = Eui.parse("90-B3-D5-1F-30-02-00-00")
DCC = Eui.parse("90-B3-D5-1F-30-00-00-02")
_NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Signer:
    """A private key and its certificate, and what they sign."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def sign(self, document: Request | Response | bytes) -> bytes:
        """A document, or its XML, as this signer sends it."""
        data = document if isinstance(document, bytes) else to_xml(document)
        return sign(data, self.private, "CN=Z1,OU=07", self.certificate.serial_number)


def _signer(name: str, eui: Eui, role: smki.Role, usage: smki.Usage = smki.Usage.DIGITAL_SIGNATURE) -> Signer:
    issuer_key = smki.derive_private_key(b"duis tests", "issuer")
    issuer = smki.mint_issuer("Z1", issuer_key, not_before=_NOT_BEFORE)
    private = smki.derive_private_key(b"duis tests", name)
    certificate = smki.mint_organisation(eui, role, usage, private.public_key(), issuer, not_before=_NOT_BEFORE)
    return Signer(private, certificate)


@pytest.fixture(scope="session")
def signers() -> dict[str, Signer]:
    """By name: who could sign a DUIS document, rightly or wrongly."""
    return {
        "supplier": _signer("supplier", SUPPLIER, smki.Role.XML_SIGN),
        "supplier's GBCS key": _signer("supplier's GBCS key", SUPPLIER, smki.Role.SUPPLIER),
        "supplier's key agreement key": _signer("KA", SUPPLIER, smki.Role.XML_SIGN, smki.Usage.KEY_AGREEMENT),
        "network operator": _signer("network operator", NETWORK_OPERATOR, smki.Role.XML_SIGN),
        "DCC": _signer("DCC", DCC, smki.Role.DSP_XML_SIGN),
        "ACB": _signer("ACB", DCC, smki.Role.ACCESS_CONTROL_BROKER),
    }


@pytest.fixture(scope="session")
def minted(signers: dict[str, Signer]) -> Mapping[int, x509.Certificate]:
    """Certificates of ``signers`` by serial number."""
    return {signer.certificate.serial_number: signer.certificate for signer in signers.values()}


@pytest.fixture(scope="session")
def published(shared: Path) -> Mapping[int, x509.Certificate]:
    """The published test certificates by serial number; two of them are no X.509 that can be read, and are left out."""
    found: dict[int, x509.Certificate] = {}
    for file in sorted((shared / "data" / "smki_test_certs").iterdir()):
        try:
            certificate = smki.load(file.read_bytes())
        except Malformed:
            continue
        found[certificate.serial_number] = certificate
    return found
