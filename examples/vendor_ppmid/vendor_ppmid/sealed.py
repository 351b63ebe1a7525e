"""The messages of the local command interface and their seal: COSE_Sign1, Ed25519, deterministic CBOR."""

from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LARGEST = 4096
_AAD = b"PPMID local command interface 1"
_ALGORITHM, _KEY_ID, _REPLAY, _HOME, _PPMID = 1, 4, -65537, -65538, -65539
_EDDSA = -8

# Kinds of message, states, reasons and outcomes, by their numbers on the page.
CAPABILITIES, SUBMIT_COMMAND, COMMAND_RESPONSE, SUBMIT_UTRN, UTRN_RESULT, ALERT, STATUS = range(1, 8)
RECEIVED, FORWARDED, REFUSED, WAITING_FOR_GAS_METER, UNKNOWN = range(5)
UNKNOWN_METER, CANNOT_RELAY, NOT_GBCS, NOT_ALLOWED, TOO_LARGE, TOO_OLD, NOT_WELL_FORMED = range(1, 8)
TOO_MANY, ID_IN_USE, UNREACHABLE = range(8, 11)
UTRN_ACCEPTED, UTRN_REFUSED, UTRN_UNKNOWN = range(3)


class Dropped(Exception):
    """A message that is dropped and not answered; says by which of the page's five steps."""


@dataclass(frozen=True, slots=True)
class Request:
    """A SubmitCommand or a SubmitUtrn. ``content``: the GBCS Command, or the digits; not shown."""

    sender: bytes
    kind: int
    id: bytes
    device: bytes
    content: bytes = field(repr=False)


def seal(message: list[Any], key: Ed25519PrivateKey, key_id: bytes, home: str, ppmid: bytes, replay: int) -> bytes:
    """The sealed octets of ``message``."""
    labels = {_ALGORITHM: _EDDSA, _KEY_ID: key_id, _REPLAY: replay, _HOME: home, _PPMID: ppmid}
    protected, payload = _encode(labels), _encode(message)
    signature = key.sign(_to_be_signed(protected, payload))
    return _encode(cbor2.CBORTag(18, [protected, {}, payload, signature]))


@dataclass(frozen=True, slots=True)
class Opened:
    """A message that has passed steps 1 to 4. ``request`` is None where it asks nothing of a PPMID."""

    sender: bytes
    replay: int
    request: Request | None


def unseal(octets: bytes, senders: dict[bytes, bytes], home: str, ppmid: bytes) -> Opened:
    """Steps 1 to 4 of what a receiver does. Raises Dropped."""
    _require(len(octets) <= LARGEST, "size")
    tagged = _decode(octets)
    _require(isinstance(tagged, cbor2.CBORTag) and tagged.tag == 18, "envelope")
    parts = tagged.value
    _require(isinstance(parts, list | tuple) and len(parts) == 4, "envelope")
    protected, unprotected, payload, signature = parts
    _require(not unprotected and hasattr(unprotected, "keys"), "unprotected header")
    _require(_octets(protected, 1, LARGEST) and _octets(payload, 1, LARGEST) and _octets(signature, 64), "envelope")
    labels = _decode(protected)
    wanted = {_ALGORITHM, _KEY_ID, _REPLAY, _HOME, _PPMID}
    _require(hasattr(labels, "keys") and set(labels) == wanted, "protected header")
    key_id, number = labels[_KEY_ID], labels[_REPLAY]
    held = _whole(labels[_ALGORITHM], _EDDSA, _EDDSA) and _whole(number, 1, 2**64 - 1) and _octets(key_id, 1, 32)
    _require(held and _text(labels[_HOME], 1, 64) and _octets(labels[_PPMID], 8), "protected header")
    _require(key_id in senders, "signature")
    try:
        Ed25519PublicKey.from_public_bytes(senders[key_id]).verify(signature, _to_be_signed(protected, payload))
    except InvalidSignature:
        raise Dropped("signature") from None
    _require(labels[_HOME] == home and labels[_PPMID] == ppmid, "binding")
    return Opened(key_id, number, _request(key_id, _decode(payload)))


def _request(sender: bytes, message: Any) -> Request | None:
    _require(isinstance(message, list | tuple) and len(message) > 1, "message")
    kind = message[0]
    _require(_whole(kind, CAPABILITIES, STATUS) and _octets(message[1], 1, 16), "message")
    if kind not in (SUBMIT_COMMAND, SUBMIT_UTRN):
        return None
    most = 3072 if kind == SUBMIT_COMMAND else 20
    _require(len(message) == 4 and _octets(message[2], 8) and _octets(message[3], 1, most), "message")
    _require(kind == SUBMIT_COMMAND or message[3].isdigit(), "message")
    return Request(sender, kind, message[1], message[2], message[3])


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return _encode(["Signature1", protected, _AAD, payload])


def _encode(item: Any) -> bytes:
    octets: bytes = cbor2.dumps(item, canonical=True)
    return octets


def _decode(octets: bytes) -> Any:
    """One CBOR item in its deterministic encoding, and nothing else. Raises Dropped."""
    try:
        item = cbor2.loads(octets)
        again = _encode(item)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, EOFError):
        raise Dropped("CBOR") from None
    _require(again == octets, "CBOR")
    return item


def _octets(value: Any, least: int, most: int = 0) -> bool:
    return isinstance(value, bytes) and least <= len(value) <= (most or least)


def _text(value: Any, least: int, most: int) -> bool:
    return isinstance(value, str) and least <= len(value.encode("utf-8", "replace")) <= most


def _whole(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _require(held: object, step: str) -> None:
    if not held:
        raise Dropped(step)
