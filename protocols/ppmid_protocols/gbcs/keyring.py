"""The keys that a verifier has: public keys of certificates, and whichever private keys it was given."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_protocols import p256
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.secret import Secret
from ppmid_protocols.smki import Role, Usage, load, read

_FILE_NAME = re.compile(r"([0-9a-fA-F]{16})-(ds|ka|pp-ka)\.(pem|key)")
_CURVE = "secp256r1"


class KeyId(NamedTuple):
    """Whose key it is and for what; ``prepayment`` marks the Supplier's key agreement key for UTRNs."""

    eui: Eui
    usage: Usage
    prepayment: bool = False


class KeyRing:
    """Keys by their owner and use. A private key stands for its public key too.

    ``access_control_brokers``: who adds the MAC to Commands. ``roles``: of the Remote Parties.
    """

    def __init__(
        self,
        public: Mapping[KeyId, ec.EllipticCurvePublicKey],
        private: Mapping[KeyId, ec.EllipticCurvePrivateKey],
        access_control_brokers: Iterable[Eui] = (),
        roles: Mapping[Eui, Role] | None = None,
    ) -> None:
        self._private = dict(private)
        self._public = {key_id: key.public_key() for key_id, key in private.items()} | dict(public)
        self.access_control_brokers = tuple(sorted(set(access_control_brokers)))
        self.roles: Mapping[Eui, Role] = dict(roles or {})
        self._secrets: dict[tuple[Eui, Eui], Secret | None] = {}

    @classmethod
    def from_json(cls, document: object) -> "KeyRing":
        """Read parsed JSON with ``roles``, ``certificates`` and ``test_private_scalars``. Raises Malformed."""
        public = {}
        for at, entry in _entries(document, "certificates"):
            key_id = _key_id(entry, at)
            public[key_id] = _public_key(entry, at)
        private = {}
        for at, entry in _entries(document, "test_private_scalars"):
            key_id = _key_id(entry, at)
            private[key_id] = _private_key(entry, at)
        roles = document.get("roles", {}) if isinstance(document, dict) else {}
        if not isinstance(roles, dict):
            raise Malformed("roles", "expected an object of EUI-64 and role")
        named = {Eui.parse(eui): _role(str(role)) for eui, role in roles.items()}
        parties = {eui: role for eui, role in named.items() if role is not None}
        return cls(public, private, _brokers(parties), parties)

    @classmethod
    def from_files(cls, files: Iterable[tuple[str, bytes]]) -> "KeyRing":
        """Read files named ``<eui>-ds|ka|pp-ka`` and ``.pem`` (certificate or public key) or ``.key`` (private key).

        Files with other names are left alone. The name says whose key it is; a certificate of an Access Control
        Broker names who adds the MAC to Commands. Raises Malformed, naming the file.
        """
        public, private, parties = {}, {}, {}
        for name, octets in files:
            parts = _FILE_NAME.fullmatch(name)
            if parts is None:
                continue
            usage = Usage.DIGITAL_SIGNATURE if parts[2] == "ds" else Usage.KEY_AGREEMENT
            key_id = KeyId(Eui.parse(parts[1]), usage, parts[2] == "pp-ka")
            if parts[3] == "key":
                private[key_id] = _load_private(name, octets)
                continue
            public[key_id], role = _load_public(name, octets)
            if role is not None:
                parties[key_id.eui] = role
        return cls(public, private, _brokers(parties), parties)

    def public_key(self, eui: Eui, usage: Usage, prepayment: bool = False) -> ec.EllipticCurvePublicKey | None:
        """This party's public key, or None."""
        return self._public.get(KeyId(eui, usage, prepayment))

    def private_key(self, eui: Eui, usage: Usage, prepayment: bool = False) -> ec.EllipticCurvePrivateKey | None:
        """This party's private key, or None."""
        return self._private.get(KeyId(eui, usage, prepayment))

    def shared(self, one: Eui, other: Eui) -> Secret | None:
        """Z between two parties' key agreement keys, by whichever private key is here; None when neither is."""
        pair = (one, other) if one <= other else (other, one)
        if pair not in self._secrets:
            self._secrets[pair] = self._agree(*pair) or self._agree(*reversed(pair))
        return self._secrets[pair]

    def _agree(self, owner: Eui, peer: Eui) -> Secret | None:
        private = self.private_key(owner, Usage.KEY_AGREEMENT)
        public = self.public_key(peer, Usage.KEY_AGREEMENT)
        return None if private is None or public is None else crypto.shared_secret(private, public)


_ROLE_WORDS = {role.name.replace("_", "").lower(): role for role in Role}


def _role(text: str) -> Role | None:
    """``networkOperator``, or with something after the word that is no letter; None for another word."""
    word = re.match("[A-Za-z]*", text)
    return _ROLE_WORDS.get(word[0].lower() if word else "")


def _brokers(parties: Mapping[Eui, Role]) -> list[Eui]:
    return [eui for eui, role in parties.items() if role is Role.ACCESS_CONTROL_BROKER]


def _entries(document: object, name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Each object of a list in the document, with its place for error messages."""
    entries = document.get(name) if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise Malformed(name, "expected a list in an object of keys")
    for number, entry in enumerate(entries):
        place = f"{name}[{number}]"
        if not isinstance(entry, dict):
            raise Malformed(place, "expected an object")
        yield place, entry


def _text(entry: Mapping[str, object], name: str, place: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str):
        raise Malformed(f"{place}.{name}", "expected a text")
    return value


def _hex(entry: Mapping[str, object], name: str, place: str) -> bytes:
    text = _text(entry, name, place)
    if not re.fullmatch(r"([0-9a-fA-F]{2})+", text):
        raise Malformed(f"{place}.{name}", "expected hex digits")
    return bytes.fromhex(text)


def _key_id(entry: Mapping[str, object], place: str) -> KeyId:
    usage = _text(entry, "usage", place)
    if usage not in {one.value for one in Usage}:
        raise Malformed(f"{place}.usage", f"expected DS or KA, found {usage!r}")
    return KeyId(Eui.parse(_text(entry, "eui", place)), Usage(usage), entry.get("prepayment") is True)


def _public_key(entry: Mapping[str, object], place: str) -> ec.EllipticCurvePublicKey:
    if entry.get("public_point"):
        return p256.public_point(_hex(entry, "public_point", place))
    try:
        der = base64.b64decode(_text(entry, "certificate_der_base64", place), validate=True)
    except binascii.Error as problem:
        raise Malformed(f"{place}.certificate_der_base64", "expected base64") from problem
    return read(load(der)).public_key


def _private_key(entry: Mapping[str, object], place: str) -> ec.EllipticCurvePrivateKey:
    if entry.get("curve", _CURVE) != _CURVE:
        raise Malformed(f"{place}.curve", f"expected {_CURVE}, found {entry['curve']!r}")
    return p256.private_from_scalar(int.from_bytes(_hex(entry, "scalar", place), "big"))


def _load_public(name: str, octets: bytes) -> tuple[ec.EllipticCurvePublicKey, Role | None]:
    """The key of a certificate, with its owner's role, or a bare public key in PEM."""
    try:
        if b"BEGIN PUBLIC KEY" not in octets:
            facts = read(load(octets))
            return facts.public_key, facts.role
        key = serialization.load_pem_public_key(octets)
    except ValueError as problem:  # Malformed is one
        raise Malformed(name, f"expected a certificate or public key: {problem}") from problem
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Malformed(name, "expected a public key of P-256")
    return key, None


def _load_private(name: str, octets: bytes) -> ec.EllipticCurvePrivateKey:
    pem = octets.lstrip().startswith(b"-----BEGIN")
    reader = serialization.load_pem_private_key if pem else serialization.load_der_private_key
    try:
        key = reader(octets, password=None)
    except (ValueError, TypeError) as problem:  # TypeError: the key is encrypted
        raise Malformed(name, "expected an unencrypted private key in PEM or DER") from problem
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Malformed(name, "expected a private key of P-256")
    return key
