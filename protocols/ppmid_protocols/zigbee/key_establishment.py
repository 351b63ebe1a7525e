"""Key Establishment cluster 0x0800: the frames of CBKE, by which a joined device and the hub agree a link key.

Frames only. The agreement itself is elliptic-curve MQV over sect283k1 (suite 2; sect163k1 in suite 1) between implicit
certificates, and the cryptography library offers neither: this project shares link keys before the run instead.
ZCL fields are little endian, certificates big endian.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.commands import CommandTable
from ppmid_protocols.zigbee.octets import Cursor, pack
from ppmid_protocols.zigbee.zcl import Direction

CLUSTER = 0x0800
MAC_OCTETS = 16


class Suite(IntEnum):
    """The cryptographic suites."""

    K163 = 1
    K283 = 2


_POINT_OCTETS = {Suite.K163: 22, Suite.K283: 37}


class TerminateStatus(IntEnum):
    """Why an agreement was broken off."""

    UNKNOWN_ISSUER = 1
    BAD_KEY_CONFIRM = 2
    BAD_MESSAGE = 3
    NO_RESOURCES = 4
    UNSUPPORTED_SUITE = 5
    INVALID_CERTIFICATE = 6


@dataclass(frozen=True, slots=True)
class K163Certificate:
    """The implicit certificate of suite 1: public key 22 octets | subject | issuer | profile attribute data 10."""

    public_key: bytes
    subject: Eui
    issuer: bytes
    profile_data: bytes

    def encode(self) -> bytes:
        return b"".join(
            (
                _sized(self.public_key, 22, "certificate public key"),
                self.subject,
                _sized(self.issuer, 8, "certificate issuer"),
                _sized(self.profile_data, 10, "certificate profile data"),
            )
        )

    @classmethod
    def read(cls, cursor: Cursor) -> "K163Certificate":
        public_key = cursor.take(22, "certificate public key")
        subject, issuer = Eui(cursor.take(8, "certificate subject")), cursor.take(8, "certificate issuer")
        return cls(public_key, subject, issuer, cursor.take(10, "certificate profile data"))


@dataclass(frozen=True, slots=True, kw_only=True)
class K283Certificate:
    """The implicit certificate of suite 2, 74 octets, in the order of the fields.

    ``valid_from``: seconds since 1970. ``valid_for``: seconds, None for ever. ``key_usage``: 0x08 key agreement, 0x80
    signature.
    """

    serial: int
    issuer: bytes
    valid_from: int
    subject: Eui
    public_key: bytes
    valid_for: int | None = None
    key_usage: int = 0x08
    type: int = 0
    curve: int = 0x0D
    hash: int = 0x08

    def encode(self) -> bytes:
        lifetime = _FOR_EVER if self.valid_for is None else self.valid_for
        if self.valid_for == _FOR_EVER:
            raise Malformed("certificate lifetime", f"{_FOR_EVER} is the pattern for ever: write None")
        return b"".join(
            (
                pack(self.type, 1, "certificate type"),
                pack(self.serial, 8, "certificate serial")[::-1],
                pack(self.curve, 1, "certificate curve"),
                pack(self.hash, 1, "certificate hash"),
                _sized(self.issuer, 8, "certificate issuer"),
                pack(self.valid_from, 5, "certificate start")[::-1],
                pack(lifetime, 4, "certificate lifetime")[::-1],
                self.subject,
                pack(self.key_usage, 1, "certificate key usage"),
                _sized(self.public_key, 37, "certificate public key"),
            )
        )

    @classmethod
    def read(cls, cursor: Cursor) -> "K283Certificate":
        kind, serial = cursor.unsigned(1, "certificate type"), cursor.take(8, "certificate serial")
        curve, hashed = cursor.unsigned(1, "certificate curve"), cursor.unsigned(1, "certificate hash")
        issuer, start = cursor.take(8, "certificate issuer"), cursor.take(5, "certificate start")
        lifetime = int.from_bytes(cursor.take(4, "certificate lifetime"), "big")
        return cls(
            type=kind,
            serial=int.from_bytes(serial, "big"),
            curve=curve,
            hash=hashed,
            issuer=issuer,
            valid_from=int.from_bytes(start, "big"),
            valid_for=None if lifetime == _FOR_EVER else lifetime,
            subject=Eui(cursor.take(8, "certificate subject")),
            key_usage=cursor.unsigned(1, "certificate key usage"),
            public_key=cursor.take(37, "certificate public key"),
        )


_FOR_EVER = 0xFFFFFFFF
Certificate: TypeAlias = K163Certificate | K283Certificate
_CERTIFICATES: dict[int, type[Certificate]] = {Suite.K163: K163Certificate, Suite.K283: K283Certificate}
_SUITES = {kind: suite for suite, kind in _CERTIFICATES.items()}


def _sized(octets: bytes, size: int, field: str) -> bytes:
    if len(octets) != size:
        raise Malformed(field, f"expected {size} octets, found {len(octets)}")
    return octets


@dataclass(frozen=True, slots=True)
class Initiate:
    """0x00: suite u16 | seconds to make ephemeral data u8 | seconds to make the confirmation u8 | certificate.

    The certificate tells the suite.
    """

    certificate: Certificate
    ephemeral_seconds: int = 10
    confirm_seconds: int = 10

    @property
    def suite(self) -> int:
        """The suite of the certificate."""
        return _SUITES[type(self.certificate)]

    def encode(self) -> bytes:
        return (
            pack(self.suite, 2, "key establishment suite")
            + pack(self.ephemeral_seconds, 1, "ephemeral data time")
            + pack(self.confirm_seconds, 1, "confirm key time")
            + self.certificate.encode()
        )

    @classmethod
    def read(cls, cursor: Cursor) -> "Initiate":
        suite = cursor.unsigned(2, "key establishment suite")
        kind = _CERTIFICATES.get(suite)
        if kind is None:
            raise Malformed("key establishment suite", f"expected one of 1 and 2, found {suite}", cursor.offset - 2)
        ephemeral, confirm = cursor.unsigned(1, "ephemeral data time"), cursor.unsigned(1, "confirm key time")
        return cls(kind.read(cursor), ephemeral, confirm)


@dataclass(frozen=True, slots=True)
class EphemeralData:
    """0x01: an ephemeral public key, QEU to the server and QEV to the client: 22 octets in suite 1, 37 in suite 2."""

    public_key: bytes

    def encode(self) -> bytes:
        return self._checked(None).public_key

    @classmethod
    def read(cls, cursor: Cursor) -> "EphemeralData":
        start = cursor.offset
        return cls(cursor.rest())._checked(start)

    def _checked(self, offset: int | None) -> "EphemeralData":
        if len(self.public_key) not in _POINT_OCTETS.values():
            raise Malformed("ephemeral data", f"expected 22 or 37 octets, found {len(self.public_key)}", offset)
        return self


@dataclass(frozen=True, slots=True)
class ConfirmKey:
    """0x02: a MAC of 16 octets, MACU to the server and MACV to the client."""

    mac: bytes

    def encode(self) -> bytes:
        return _sized(self.mac, MAC_OCTETS, "key confirmation")

    @classmethod
    def read(cls, cursor: Cursor) -> "ConfirmKey":
        return cls(cursor.take(MAC_OCTETS, "key confirmation"))


@dataclass(frozen=True, slots=True)
class Terminate:
    """0x03: status u8 (TerminateStatus, or a number it does not know) | seconds to wait u8 | suites u16."""

    status: int
    wait_seconds: int = 0
    suites: int = Suite.K283

    def encode(self) -> bytes:
        return (
            pack(self.status, 1, "terminate status")
            + pack(self.wait_seconds, 1, "wait time")
            + pack(self.suites, 2, "key establishment suites")
        )

    @classmethod
    def read(cls, cursor: Cursor) -> "Terminate":
        status, wait = cursor.unsigned(1, "terminate status"), cursor.unsigned(1, "wait time")
        return cls(status, wait, cursor.unsigned(2, "key establishment suites"))


KeyEstablishmentCommand: TypeAlias = Initiate | EphemeralData | ConfirmKey | Terminate

_KINDS: tuple[type[KeyEstablishmentCommand], ...] = (Initiate, EphemeralData, ConfirmKey, Terminate)

COMMANDS: CommandTable[KeyEstablishmentCommand] = CommandTable(
    "key establishment",
    {(direction, number): kind for direction in Direction for number, kind in enumerate(_KINDS)},
)
