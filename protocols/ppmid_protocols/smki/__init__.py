"""Certificates in the SMKI profile (SMKI organisation and device certificate policies): reading any, minting test ones.

Every certificate is X.509 v3, P-256, ecdsa-with-SHA256, with a key identifier of eight octets. An organisation's
carries its EUI-64 as x500UniqueIdentifier and its Remote Party Role as organisationalUnitName, two hex digits; a
device's has an empty subject and carries its EUI-64 in a critical subjectAltName (hardwareModuleName, RFC 4108).
"""

from ppmid_protocols.smki.certificates import (
    CertificateFacts,
    Role,
    Usage,
    load,
    read,
    read_request,
    verify_issued_by,
)
from ppmid_protocols.smki.minting import (
    NO_EXPIRY,
    Issuer,
    derive_ed25519,
    derive_private_key,
    key_identifier,
    mint_device,
    mint_issuer,
    mint_organisation,
    request_device,
)

__all__ = [
    "NO_EXPIRY",
    "CertificateFacts",
    "Issuer",
    "Role",
    "Usage",
    "derive_ed25519",
    "derive_private_key",
    "key_identifier",
    "load",
    "mint_device",
    "mint_issuer",
    "mint_organisation",
    "read",
    "read_request",
    "request_device",
    "verify_issued_by",
]
