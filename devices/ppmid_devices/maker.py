"""The makers of simulated devices: what their firmware images are, and how a device tells that one is its maker's.

    head (ZCL 11) | contents | signature r, s (64 octets, ECDSA on P-256 with SHA-256 over all before it)

What stands after the head is a maker's matter, and so is the key (assumed): a simulated device has its maker's public
key in its ROM.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ppmid_protocols import smki
from ppmid_protocols.errors import NotAuthentic
from ppmid_protocols.zigbee.ota import ImageHead, Named, read_head

MANUFACTURER = 0x121D
_SIGNATURE, _COORDINATE = 64, 32
_ALGORITHM = ec.ECDSA(SHA256(), deterministic_signing=True)


@lru_cache(maxsize=8)
def _signing_key(device: str) -> ec.EllipticCurvePrivateKey:
    return smki.derive_private_key(f"the {device}".encode(), "maker")


@dataclass(frozen=True)
class Maker:
    """``device``: what it makes, as the head of its images says it. A device holds this too: no private key is here."""

    device: str
    image_type: int

    @cached_property
    def _public_key(self) -> ec.EllipticCurvePublicKey:
        return _signing_key(self.device).public_key()

    def named(self, version: int) -> Named:
        """How an image of this version is named on the HAN."""
        return Named(manufacturer=MANUFACTURER, image_type=self.image_type, file_version=version)

    def image(self, version: int) -> bytes:
        """The image file of a version."""
        contents = f"what the {self.device} would run".encode() * 8
        unsigned = self._head(version, len(contents) + _SIGNATURE).encode() + contents
        r, s = decode_dss_signature(_signing_key(self.device).sign(unsigned, _ALGORITHM))
        return unsigned + r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")

    def verified(self, file: bytes) -> ImageHead:
        """The head of an image of this maker's. Raises Malformed, NotAuthentic."""
        head = read_head(file)
        for_this = (head.manufacturer, head.image_type) == (MANUFACTURER, self.image_type)
        if not for_this or len(file) < head.octets + _SIGNATURE:
            raise NotAuthentic("image", "it is not for this device")
        r, s = (int.from_bytes(file[at:][:_COORDINATE], "big") for at in (-_SIGNATURE, -_COORDINATE))
        try:
            self._public_key.verify(encode_dss_signature(r, s), file[:-_SIGNATURE], _ALGORITHM)
        except (InvalidSignature, ValueError) as problem:
            raise NotAuthentic("signature", "the maker's signature of the image does not hold") from problem
        return head

    def _head(self, version: int, after: int) -> ImageHead:
        """The head before ``after`` octets."""

        def of(size: int) -> ImageHead:
            return ImageHead(
                manufacturer=MANUFACTURER,
                image_type=self.image_type,
                file_version=version,
                stack_version=2,
                name=self.device,
                size=size,
                hardware=(1, 1),
            )

        return of(of(0).octets + after)
