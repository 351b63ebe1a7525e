"""The hash that ZigBee builds on AES (Matyas-Meyer-Oseas, R22 B.1.3 and B.6), its HMAC, and the keys made with them.

A link key never seals a key itself: the key-transport key and the key-load key are derived from it (R22 4.5.3).
"""

from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from ppmid_protocols.errors import Malformed
from ppmid_protocols.secret import Secret

BLOCK_OCTETS = 16

_LONGEST = (1 << 13) - 1  # octets, whose bit length still fits the two octets at the end of the padding
_TRANSPORT, _LOAD, _VERIFY = b"\x00", b"\x02", b"\x03"
_INNER, _OUTER = (bytes(octet ^ pad for octet in range(256)) for pad in (0x36, 0x5C))


def hash_of(message: bytes) -> bytes:
    """The hash, 16 octets, of at most 8191 octets. Raises Malformed for more."""
    if len(message) > _LONGEST:
        raise Malformed("message to hash", f"expected at most {_LONGEST} octets, found {len(message)}")
    padded = message + b"\x80" + bytes((-len(message) - 3) % BLOCK_OCTETS) + (8 * len(message)).to_bytes(2, "big")
    state = bytes(BLOCK_OCTETS)
    for start in range(0, len(padded), BLOCK_OCTETS):
        block = padded[start : start + BLOCK_OCTETS]
        sealed = Cipher(algorithms.AES(state), modes.ECB()).encryptor().update(block)
        state = bytes(one ^ other for one, other in zip(sealed, block, strict=True))
    return state


def hmac(key: bytes, message: bytes) -> Secret:
    """The keyed hash (R22 B.1.4, FIPS 198) under a key of 16 octets. Raises Malformed."""
    if len(key) != BLOCK_OCTETS:
        raise Malformed("key", f"expected {BLOCK_OCTETS} octets, found {len(key)}")
    return Secret(hash_of(key.translate(_OUTER) + hash_of(key.translate(_INNER) + message)))


@lru_cache(maxsize=256)
def key_transport_key(link_key: bytes) -> Secret:
    """What seals a network key for the holder of ``link_key``."""
    return hmac(link_key, _TRANSPORT)


@lru_cache(maxsize=256)
def key_load_key(link_key: bytes) -> Secret:
    """What seals another link key for the holder of ``link_key``."""
    return hmac(link_key, _LOAD)


def verification(link_key: bytes) -> bytes:
    """What a device shows, in a Verify Key command, of the link key that it holds."""
    return bytes(hmac(link_key, _VERIFY))
