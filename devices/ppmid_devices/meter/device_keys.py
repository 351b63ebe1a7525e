"""A device's own keys and certificates, and how they are renewed (CS02c, CS02d, CS02e)."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_devices.credentials import Credentials, KeyPair, Use
from ppmid_protocols import smki
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.gbcs.asn1 import Plain
from ppmid_protocols.smki import Usage

_USES: dict[str, tuple[Use, Usage]] = {
    "digitalSignature": ("signing", Usage.DIGITAL_SIGNATURE),
    "keyAgreement": ("agreement", Usage.KEY_AGREEMENT),
}
_STORED, _INVALID, _WRONG_DEVICE, _NO_KEY, _WRONG_KEY, _NOT_CHANGED = 0, 1, 2, 4, 5, 7
_INVALID_USAGE = 1


class DeviceKeys:
    """A new key waits until its certificate comes. New keys derive from the old, so that runs are repeatable."""

    def __init__(self, credentials: Credentials) -> None:
        self._eui = credentials.eui
        self._pairs = {use: credentials.own(use) for use, _ in _USES.values()}
        self._next: dict[Use, ec.EllipticCurvePrivateKey] = {}

    @property
    def signing(self) -> ec.EllipticCurvePrivateKey:
        """The key that signs now."""
        return self._pairs["signing"].private

    def request(self, usage: str) -> Plain:
        """A new key, and the request for its certificate."""
        if usage not in _USES:
            return {"failure": _INVALID_USAGE}
        use, purpose = _USES[usage]
        own = self._pairs[use].private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._next[use] = smki.derive_private_key(own, f"next {use}")
        return {"request": smki.request_device(self._eui, purpose, self._next[use])}

    def store(self, octets: bytes) -> Plain:
        """Take the certificate of a new key into use.

        That of a key agreement key is refused: no public text tells when others take to it (assumed).
        """
        try:
            certificate = smki.load(octets)
            facts = smki.read(certificate)
        except ProtocolError:
            return _INVALID
        if facts.eui != self._eui:
            return _WRONG_DEVICE
        use: Use = "signing" if facts.usage is Usage.DIGITAL_SIGNATURE else "agreement"
        following = self._next.get(use)
        if following is None:
            return _NO_KEY
        if following.public_key() != facts.public_key:
            return _WRONG_KEY
        if use == "agreement":
            return _NOT_CHANGED
        self._pairs[use] = KeyPair.of(self._next.pop(use), certificate)
        return _STORED

    def provide(self, usage: str) -> Plain:
        """The certificate in use."""
        if usage not in _USES:
            return {"failure": _INVALID_USAGE}
        certificate = self._pairs[_USES[usage][0]].certificate
        return {"certificate": certificate.public_bytes(serialization.Encoding.DER)}
