"""The body of SRV 6.15.1, by which a meter is made to trust other certificates of a Remote Party (CS02b)."""

from collections.abc import Mapping

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ppmid_devices.credentials import Use
from ppmid_protocols import smki
from ppmid_protocols.duis.service_body import ServiceBody

UPDATE_CREDENTIALS = "6.15.1"
_CELLS: Mapping[Use, str] = {
    "signing": "DigitalSigningCertificate",
    "agreement": "KeyAgreementCertificate",
    "prepayment": "KeyAgreementTopUpCertificate",
}


def credentials_update(
    certificates: Mapping[Use, x509.Certificate], authority: x509.Certificate, floor: int
) -> ServiceBody:
    """The body with a Supplier's certificates, one for each cell that is to be replaced, and who issued them.

    ``floor``: that the counters of its Commands begin above; none is set for UTRNs. Raises NotAuthentic where
    ``authority`` has not issued them.
    """
    for one in certificates.values():
        smki.verify_issued_by(one, authority)
    plain = {
        "RemotePartyRole": "Supplier",
        "RemotePartyFloorSeqNumber": floor,
        "ReplacementCertificates": {
            "SupplierOrNetworkOperatorCertificates": {_CELLS[use]: _der(one) for use, one in certificates.items()}
        },
        "CertificationPathCertificates": {"Certificate": [_der(authority)]},
        "ApplyTimeBasedCPVChecks": False,
    }
    return ServiceBody.of("UpdateSecurityCredentialsKRP", plain)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
