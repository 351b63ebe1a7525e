"""The maker of the simulated PPMID: what its images are, and how the device tells that an image is its maker's.

    head (ZCL 11) | contents | signature r, s (64 octets, ECDSA on P-256 with SHA-256 over all before it)

What stands after the head is a maker's matter, and so is the key (assumed): the simulated PPMID has its maker's public
key in its ROM.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ppmid_devices.ppmid.contract import Image
from ppmid_protocols import smki
from ppmid_protocols.errors import NotAuthentic
from ppmid_protocols.zigbee.ota import ImageHead, read_head

MANUFACTURER, IMAGE_TYPE = 0x121D, 0x0084
_SIGNATURE, _COORDINATE = 64, 32
_KEY = smki.derive_private_key(b"the simulated PPMID", "maker")
_ALGORITHM = ec.ECDSA(SHA256(), deterministic_signing=True)
_CONTENTS = b"what the simulated PPMID would run" * 8


def image(kind: Image, running: int) -> bytes:
    """An image file for a PPMID that runs version ``running``."""
    version = running - 1 if kind is Image.OLDER else running + 1
    unsigned = _head(version).encode() + _CONTENTS
    signed = unsigned + _signature(unsigned)
    if kind is not Image.ALTERED:
        return signed
    middle = len(unsigned) - len(_CONTENTS) // 2
    return signed[:middle] + bytes((signed[middle] ^ 1,)) + signed[middle + 1 :]


def verified(file: bytes) -> ImageHead:
    """The head of an image of this maker's. Raises Malformed, NotAuthentic."""
    head = read_head(file)
    if (head.manufacturer, head.image_type) != (MANUFACTURER, IMAGE_TYPE) or len(file) < head.octets + _SIGNATURE:
        raise NotAuthentic("image", "it is not for this device")
    r, s = (int.from_bytes(file[at:][:_COORDINATE], "big") for at in (-_SIGNATURE, -_COORDINATE))
    try:
        _KEY.public_key().verify(encode_dss_signature(r, s), file[:-_SIGNATURE], _ALGORITHM)
    except (InvalidSignature, ValueError) as problem:
        raise NotAuthentic("signature", "the maker's signature of the image does not hold") from problem
    return head


def _head(version: int) -> ImageHead:
    size = ImageHead(
        manufacturer=0, image_type=0, file_version=0, stack_version=0, name="", size=0, hardware=(0, 0)
    ).octets
    return ImageHead(
        manufacturer=MANUFACTURER,
        image_type=IMAGE_TYPE,
        file_version=version,
        stack_version=2,
        name="simulated PPMID",
        size=size + len(_CONTENTS) + _SIGNATURE,
        hardware=(1, 1),
    )


def _signature(octets: bytes) -> bytes:
    r, s = decode_dss_signature(_KEY.sign(octets, _ALGORITHM))
    return r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")
