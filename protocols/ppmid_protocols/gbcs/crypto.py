"""Signatures, key agreement, MACs and encryption of GBCS messages (GBCS 4.3; checked against RTDS 4.5.0).

Signatures are those of ``p256``, ECDH is over the same curve, the key derivation is the single-block one-step KDF of
NIST SP 800-56A with SHA-256, MACs and encryption are AES-128 GCM.
"""

import hashlib
import hmac
from dataclasses import replace
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ppmid_protocols import p256
from ppmid_protocols.errors import Malformed, NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import MAC_OCTETS, Message
from ppmid_protocols.secret import Secret

ENCRYPTION_MODE = 4
"""The KDF mode of payload encryption; 1, 2 and 3 are the Cra of the message whose MAC key is derived."""
SEALED_HEADER = bytes.fromhex("3100000000")
"""What each sealed part begins with: authenticated encryption, suite 1; invocation counter 0."""

_ALGORITHM = bytes.fromhex("60857406080300")  # aes128-gcm of DLMS, 2.16.756.5.8.3.0, in the KDF's OtherInfo
_MAC_PREFIX = bytes.fromhex("110000000000")  # security control octet and five fields of zero length
_SEALED_AAD = b"\x31"


def shared_secret(private: ec.EllipticCurvePrivateKey, peer: ec.EllipticCurvePublicKey) -> Secret:
    """Z of the static unified model: the x coordinate, 32 octets."""
    return _agreed(private, p256.octets_of(peer))


@lru_cache(maxsize=64)
def _agreed(private: ec.EllipticCurvePrivateKey, peer: bytes) -> Secret:
    """Both keys are static, so two parties have one Z for all their messages, Commands and Responses."""
    return Secret(private.exchange(ec.ECDH(), p256.public_point(peer)))


def derive_key(z: bytes, originator: Eui, target: Eui, counter: int, mode: int) -> Secret:
    """The AES-128 key (16 octets) for these titles and counter of a grouping header.

    ``mode``: 1, 2, 3 as Cra for a MAC, 4 for payload encryption. ``counter``: 0 to 2**64-1.
    """
    party_u = originator + b"\x09" + bytes((mode,)) + counter.to_bytes(8, "big")
    return Secret(hashlib.sha256(b"\0\0\0\x01" + z + _ALGORITHM + party_u + target).digest()[:16])


def gmac(key: bytes, originator: Eui, authenticated: bytes) -> bytes:
    """The whole 16-octet GMAC tag over ``authenticated``; the IV is the originator's title and four octets 00."""
    return AESGCM(key).encrypt(_iv(originator), b"", authenticated)


def sign(message: Message, private: ec.EllipticCurvePrivateKey) -> Message:
    """The message with its signature; a Pre-Command becomes the Command to which the ACB then adds its MAC."""
    return replace(message, signature=p256.sign(message.signed_part(), private), mac=None, pre_command=False)


def verify_signature(message: Message, public: ec.EllipticCurvePublicKey) -> None:
    """Raises NotAuthentic when the signature is absent or does not hold."""
    if not message.signature:
        raise NotAuthentic("signature", "the message carries none")
    p256.verify(message.signed_part(), message.signature, public)


def message_mac(message: Message, z: bytes) -> bytes:
    """The 12-octet MAC of a message for a shared secret Z (see ``shared_secret``)."""
    key = derive_key(z, message.originator, message.target, message.counter, message.cra)
    return gmac(key, message.originator, _MAC_PREFIX + message.grouping())[:MAC_OCTETS]


def with_mac(message: Message, private: ec.EllipticCurvePrivateKey, peer: ec.EllipticCurvePublicKey) -> Message:
    """The message in a MAC header, with its MAC between these two parties; any signature must be there already."""
    whole = replace(message, pre_command=False) if message.pre_command else message
    return replace(whole, mac=message_mac(whole, shared_secret(private, peer)))


def verify_mac(message: Message, private: ec.EllipticCurvePrivateKey, peer: ec.EllipticCurvePublicKey) -> None:
    """Raises NotAuthentic when the MAC is absent or does not hold between these two parties."""
    verify_mac_with(message, shared_secret(private, peer))


def verify_mac_with(message: Message, z: bytes) -> None:
    """``verify_mac`` for a shared secret that is known already."""
    if message.mac is None:
        raise NotAuthentic("mac", "the message carries none")
    if not hmac.compare_digest(message.mac, message_mac(message, z)):
        raise NotAuthentic("mac", "it does not hold for this message and these keys")


def reader_of(message: Message) -> tuple[Eui, int]:
    """For whom a device encrypts in this Response or Alert, and the counter of the key: the Supplementary Remote Party
    and Originator Counter where the message has them, else the header's target and counter."""
    party, counter = message.supplementary_party, message.supplementary_originator_counter
    return message.target if party is None else party, message.counter if counter is None else counter


def encryption_key(z: bytes, originator: Eui, reader: Eui, counter: int) -> Secret:
    """The key of payload encryption by the device ``originator``; reader and counter are those of ``reader_of``."""
    return derive_key(z, originator, reader, counter, ENCRYPTION_MODE)


def seal(plain: bytes, key: bytes, originator: Eui) -> bytes:
    """``31 00000000 || ciphertext || tag`` with a 12-octet tag."""
    return SEALED_HEADER + AESGCM(key).encrypt(_iv(originator), plain, _SEALED_AAD)[: len(plain) + MAC_OCTETS]


def is_sealed(octets: bytes) -> bool:
    """Whether octets have the shape that ``seal`` gives: its header, and room for a tag."""
    return octets.startswith(SEALED_HEADER) and len(octets) >= len(SEALED_HEADER) + MAC_OCTETS


def unseal(sealed: bytes, key: bytes, originator: Eui) -> bytes:
    """The plain octets of ``seal``. Raises Malformed for another shape, NotAuthentic when the tag does not hold."""
    header = len(SEALED_HEADER)
    if not is_sealed(sealed):
        raise Malformed(
            "ciphertext", f"expected 3100000000, data and a tag of 12 octets, found {sealed[:header].hex()}…"
        )
    ciphertext, tag = sealed[header:-MAC_OCTETS], sealed[-MAC_OCTETS:]
    mode = modes.GCM(_iv(originator), tag, min_tag_length=MAC_OCTETS)
    decryptor = Cipher(algorithms.AES(key), mode).decryptor()
    decryptor.authenticate_additional_data(_SEALED_AAD)
    try:
        return decryptor.update(ciphertext) + decryptor.finalize()
    except InvalidTag as problem:
        raise NotAuthentic("ciphertext", "its tag does not hold for these keys") from problem


def _iv(originator: Eui) -> bytes:
    return originator + b"\0\0\0\0"
