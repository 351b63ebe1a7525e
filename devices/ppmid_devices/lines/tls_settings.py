"""What the two ends of a TLS line are set up with, and what they ask of each other (TLS 1.3 alone, both certified)."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ppmid_devices.lines.ends import LineSettings, NotUsable
from ppmid_devices.links.contract import Impairments
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface.greeting import MOST_OCTETS

HARNESS_NAME = "delivery-service.ppmid.test"
"""The name in the harness's certificate: the PPMID connects to no other."""


def ppmid_name(ppmid: Eui) -> str:
    """The name in a PPMID's certificate: its EUI-64 (test is a top domain that nobody can own: RFC 6761, 6.2)."""
    return f"{ppmid}.ppmid.test".lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsSettings(LineSettings):
    """``certificate``, ``key`` and ``trust`` are PEM files: its own, and the issuer of the other end's.

    ``bench`` is the id that both ends must have. ``handshake_s``: from accepting or connecting to the last word of the
    greeting. ``stalled_s``: how long the other end may take nothing.
    """

    paths: ClassVar[tuple[str, ...]] = ("certificate", "key", "trust")

    certificate: str
    key: str
    trust: str
    bench: str
    handshake_s: int = 10
    stalled_s: int = 10

    def require_bench(self) -> None:
        """Raise NotUsable unless the bench's id can be said in a greeting."""
        octets = len(self.bench.encode())
        if not 0 < octets <= MOST_OCTETS:
            raise NotUsable("bench", f"1 to {MOST_OCTETS} octets", str(octets))

    def context(self, server: bool) -> ssl.SSLContext:
        """TLS 1.3, a certificate of the other end's required. Raises NotUsable."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_mode = ssl.CERT_REQUIRED
        if server:
            context.num_tickets = 0  # who comes again shows its certificate again
        try:
            context.load_verify_locations(self.trust)
        except OSError as problem:
            raise NotUsable("trust", "certificates in PEM", f"{self.trust} ({problem})") from problem
        try:
            context.load_cert_chain(self.certificate, self.key, password=lambda: "")
        except (OSError, ValueError) as problem:
            expected = "a certificate and its own key without a password, in PEM"
            found = f"{self.certificate} and {self.key} ({problem})"
            raise NotUsable("certificate", expected, found) from problem
        return context


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsListener(TlsSettings):
    """The harness's end: where it listens, as host:port; port 0 is any that is free.

    ``proxy``: what a fault proxy there does to the connections, which then end behind it.
    """

    listen: str = "127.0.0.1:0"
    proxy: Impairments | None = None

    def require(self) -> None:
        if self.proxy is not None and self.proxy.dropped:
            raise NotUsable("proxy", "no dropped: TCP loses no octet", f"dropped = {self.proxy.dropped}")
        address("listen", self.listen)
        self.require_bench()
        self.context(server=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsCaller(TlsSettings):
    """The PPMID's end: whom it calls, and how long it waits before it does so again.

    The wait doubles from ``first_wait_ms`` to ``last_wait_ms`` with each failure, and is taken between half and one
    and a half times as long, so that many PPMIDs do not come back at once. Its patience has no end.
    """

    connect: str
    name: str = HARNESS_NAME
    first_wait_ms: int = 500
    last_wait_ms: int = 30_000
    patience_s: int = 0

    def wait_ms(self, failures: int, chance: float) -> float:
        """The wait before the next call, after so many failures in a row; ``chance`` from 0 up, less than 1."""
        doubled = min(max(failures - 1, 0), _MOST_DOUBLINGS)
        return min(self.first_wait_ms << doubled, self.last_wait_ms) * (0.5 + chance)

    def require(self) -> None:
        address("connect", self.connect)
        self.require_bench()
        self.context(server=False)


_MOST_DOUBLINGS = 16


def address(setting: str, text: str) -> tuple[str, int]:
    """Host and port. Raises NotUsable."""
    host, _, port = text.rpartition(":")
    if not (host and port.isascii() and port.isdecimal() and int(port) < 1 << 16):
        raise NotUsable(setting, "host:port", repr(text))
    return host.strip("[]"), int(port)


def require_name(connection: ssl.SSLSocket, name: str) -> None:
    """Raise ConnectionError unless the other end's certificate, which holds, has this DNS name."""
    certificate: Mapping[str, Any] = connection.getpeercert() or {}
    found: list[str] = [value for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS"]
    if name.lower() not in map(str.lower, found):
        names = ", ".join(found) or "none"
        raise ConnectionError(f"its certificate is another's: expected the name {name}, found {names}")


_REASONS = {
    "UNSUPPORTED_PROTOCOL": "it does not offer TLS 1.3",
    "TLSV1_ALERT_PROTOCOL_VERSION": "it does not offer TLS 1.3",
    "NO_PROTOCOLS_AVAILABLE": "it does not offer TLS 1.3",
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "it shows no certificate",
    "HTTP_REQUEST": "it speaks HTTP, not TLS",
    "WRONG_VERSION_NUMBER": "it does not speak TLS",
    "TLSV1_ALERT_UNKNOWN_CA": "it refuses our certificate: it does not trust who issued it",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "it asks for a certificate, and got none",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "it refuses our certificate: expired",
    "SSLV3_ALERT_BAD_CERTIFICATE": "it refuses our certificate",
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": "it refuses our certificate: made for another use",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "it refuses our certificate",
}


def cause(problem: Exception) -> str:
    """Why a connection did not come about, in a few words."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"its certificate does not hold: {problem.verify_message or problem}"
    if isinstance(problem, ssl.SSLError) and problem.reason in _REASONS:
        return _REASONS[problem.reason]
    if isinstance(problem, TimeoutError):
        return "it fell silent before it had said who it is"
    return str(problem)
