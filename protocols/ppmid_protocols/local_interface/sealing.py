"""COSE_Sign1 around a message (RFC 9052 4.2, EdDSA with Ed25519): its sender, home, PPMID and place in the order.

The protected header holds the algorithm, the sender's key id, the replay number, the home id and the PPMID's EUI-64,
so all of them are signed; the external AAD names this interface and its edition, so no signature made for another
use of the key holds here. The unprotected header is empty. Ed25519 signatures are deterministic.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_protocols.errors import Malformed, NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import cbor, messages
from ppmid_protocols.local_interface.fields import eui, octets, text, whole
from ppmid_protocols.local_interface.messages import Message

MAX_SEALED = 4096
"""The most octets of a sealed message on any avenue."""

_EXTERNAL_AAD = b"PPMID local command interface 1"
_COSE_SIGN1 = b"\xd2"  # the tag 18
_EDDSA = -8
_ALGORITHM, _KEY_ID = 1, 4
_REPLAY, _HOME, _PPMID = -65537, -65538, -65539  # labels that RFC 9052 leaves to private use
_LABELS = frozenset({_ALGORITHM, _KEY_ID, _REPLAY, _HOME, _PPMID})
_ONE_ALGORITHM, _SENDER = whole(_EDDSA, _EDDSA), octets(1, 32)
_REPLAY_NUMBER, _HOME_ID = whole(1, 2**64 - 1), text(1, 64)
_PAYLOAD, _PROTECTED, _SIGNATURE = octets(1, MAX_SEALED), octets(1, MAX_SEALED), octets(64, 64)


class Opened(NamedTuple):
    """A message whose signature and binding hold; ``replay`` is still to be shown to the ReplayGuard."""

    message: Message
    sender: bytes
    replay: int


class _Header(NamedTuple):
    sender: bytes
    replay: int
    home: str
    ppmid: Eui


class _Sign1(NamedTuple):
    header: _Header
    protected: bytes
    payload: bytes
    signature: bytes


def seal(message: Message, *, key: Ed25519PrivateKey, sender: bytes, home: str, ppmid: Eui, replay: int) -> bytes:
    """Sign a message for one home and PPMID.

    ``sender``: the id of ``key``, 1 to 32 octets. ``home``: 1 to 64 octets of UTF-8. ``replay``: 1 to 2**64-1, higher
    than any that this sender used before towards this PPMID. Raises Malformed for what does not fit the interface.
    """
    labels = {_ALGORITHM: _EDDSA, _KEY_ID: sender, _REPLAY: replay, _HOME: home, _PPMID: bytes(ppmid)}
    protected = cbor.encode("protected header", labels)
    _REPLAY_NUMBER("replay number", replay)
    _require_binding(sender, home, labels[_PPMID])
    payload = _PAYLOAD("payload", messages.encode(message))
    signature = key.sign(_to_be_signed(protected, payload))
    data = _COSE_SIGN1 + cbor.encode("COSE_Sign1", [protected, {}, payload, signature])
    _require_room(data)
    return data


def open_sealed(data: bytes, *, keys: Mapping[bytes, Ed25519PublicKey], home: str, ppmid: Eui) -> Opened:
    """Read a sealed message that was meant for ``home`` and ``ppmid``; ``keys`` are the senders' public keys by key id.

    In this order: Malformed for the envelope, NotAuthentic("signature") for an unknown sender or a signature that does
    not hold, NotAuthentic("binding") for another home or PPMID, Malformed for the message inside.
    """
    sign1 = _read(data)
    header = sign1.header
    if header.sender not in keys:
        raise NotAuthentic("signature", f"no key is known for the sender {header.sender.hex()}")
    if not _holds(keys[header.sender].public_bytes_raw(), sign1):
        raise NotAuthentic("signature", f"it does not hold under the key of {header.sender.hex()}")
    if header.home != home:
        raise NotAuthentic("binding", f"expected the home {home}, found {header.home}")
    if header.ppmid != ppmid:
        raise NotAuthentic("binding", f"expected the PPMID {ppmid}, found {header.ppmid}")
    return Opened(messages.decode(sign1.payload), header.sender, header.replay)


@lru_cache(maxsize=64)
def _holds(key: bytes, sign1: _Sign1) -> bool:
    """Whether the signature is that of the key's owner (see ``_read`` for who asks it again)."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(sign1.signature, _to_be_signed(sign1.protected, sign1.payload))
    except InvalidSignature:
        return False
    return True


def addressed_to(data: bytes) -> tuple[str, Eui]:
    """The home and the PPMID that a sealed message says it is for. Nothing is verified. Raises Malformed."""
    header = _read(data).header
    return header.home, header.ppmid


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052 4.4."""
    return cbor.encode("Sig_structure", ["Signature1", protected, _EXTERNAL_AAD, payload])


def _require_room(data: bytes) -> None:
    if len(data) > MAX_SEALED:
        raise Malformed("COSE_Sign1", f"expected at most {MAX_SEALED} octets, found {len(data)}")


def elements(data: bytes) -> list[object]:
    """Protected header, unprotected header, payload and signature as they stand there. Raises Malformed."""
    if not data.startswith(_COSE_SIGN1):
        raise Malformed("COSE_Sign1", "expected the tag 18", 0)
    found = cbor.decode("COSE_Sign1", data, len(_COSE_SIGN1))
    if not isinstance(found, list) or len(found) != 4:
        raise Malformed("COSE_Sign1", "expected protected header, unprotected header, payload and signature")
    return found


@lru_cache(maxsize=64)
def _read(data: bytes) -> _Sign1:
    """Who looks on, whom it is for and whoever passes it on take the same message apart, one soon after the other."""
    _require_room(data)
    protected, unprotected, payload, signature = elements(data)
    if unprotected != {}:
        raise Malformed("unprotected header", "expected an empty map")
    protected = _PROTECTED("protected header", protected)
    return _Sign1(
        header=_read_header(protected),
        protected=protected,
        payload=_PAYLOAD("payload", payload),
        signature=_SIGNATURE("signature", signature),
    )


def _read_header(protected: bytes) -> _Header:
    return _header_of(cbor.decode("protected header", protected))


@lru_cache(maxsize=64)
def _require_binding(sender: object, home: object, ppmid: object) -> None:
    """What a sender puts into each of its headers must fit the interface. Raises Malformed."""
    _SENDER("key id", sender)
    _HOME_ID("home id", home)
    eui("PPMID", ppmid)


def _header_of(labels: object) -> _Header:
    if not isinstance(labels, dict) or labels.keys() != _LABELS:
        raise Malformed("protected header", f"expected a map with exactly the labels {sorted(_LABELS, reverse=True)}")
    _ONE_ALGORITHM("algorithm", labels[_ALGORITHM])
    return _Header(
        sender=_SENDER("key id", labels[_KEY_ID]),
        replay=_REPLAY_NUMBER("replay number", labels[_REPLAY]),
        home=_HOME_ID("home id", labels[_HOME]),
        ppmid=eui("PPMID", labels[_PPMID]),
    )


class ReplayGuard(NamedTuple):
    """The highest replay number accepted from each sender; a receiver keeps it over a restart."""

    last: Mapping[bytes, int] = MappingProxyType({})

    def accept(self, opened: Opened) -> "ReplayGuard":
        """The guard after this message. Raises NotAuthentic("replay") unless its number is above the sender's last."""
        last = self.last.get(opened.sender, 0)
        if opened.replay <= last:
            raise NotAuthentic("replay", f"expected a number above {last}, found {opened.replay}")
        return ReplayGuard({**self.last, opened.sender: opened.replay})
