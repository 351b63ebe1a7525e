"""A call of the PPMID by TLS: answered by the delivery service itself, or by somebody who only says so.

Both ends are in memory, by the settings that the ends of a TLS line have (``lines.tls_settings``): real handshakes, no
socket, so in virtual time too. The keys are of a test PKI, and prove nothing of a real delivery service.
"""

import ssl
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ppmid_devices.lines.certificates import SERVER, TestPki
from ppmid_devices.lines.tls_settings import HARNESS_NAME, TlsCaller, TlsListener, cause
from ppmid_protocols.eui import Eui

_LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
_OURS = TestPki(b"the PPMID trusts this issuer", "tls-call", _LONG_AGO, timedelta(days=200 * 365))
_ANOTHER_NAME = "delivery-service.of-somebody-else.test"
_MOST_TURNS = 10

Files = Mapping[str, bytes]


def _own(pki: TestPki, name: str = HARNESS_NAME) -> Files:
    return pki.end_files("other", name, SERVER)


IMPOSTORS: Mapping[str, Callable[[], Files]] = {
    "a certificate of another issuer": lambda: _own(replace(_OURS, seed=b"nobody trusts this issuer")),
    "a certificate that has expired": lambda: _own(replace(_OURS, lasts=timedelta(days=1))),
    "a certificate of another name": lambda: _own(_OURS, _ANOTHER_NAME),
    "an older version of TLS": lambda: _own(_OURS),
}
"""What is wrong with who answers in the delivery service's place, and the certificate and key that it has."""


def call(caller: type[TlsCaller], ppmid: Eui, answers: str = "") -> str:
    """Have a PPMID that is set up like this call; gives why the call did not come about, empty where it did.

    ``answers``: one of ``IMPOSTORS``; nothing: the delivery service itself, which asks for the PPMID's certificate too.
    """
    with tempfile.TemporaryDirectory(prefix="ppmid-tls-") as folder:
        place = Path(folder)
        for name, octets in {**_OURS.files(ppmid), **(IMPOSTORS[answers]() if answers else {})}.items():
            (place / name).write_bytes(octets)
        own = caller(
            certificate=str(place / "ppmid.pem"),
            key=str(place / "ppmid.key"),
            trust=str(place / "trust.pem"),
            bench=_OURS.bench,
            connect="127.0.0.1:0",
        )
        server = _impostor(place, answers) if answers else _service(place)
        return _shake_hands(own, server)


def _service(place: Path) -> ssl.SSLContext:
    own = TlsListener(
        certificate=str(place / "harness.pem"),
        key=str(place / "harness.key"),
        trust=str(place / "trust.pem"),
        bench=_OURS.bench,
    )
    return own.context(server=True)


def _impostor(place: Path, answers: str) -> ssl.SSLContext:
    """It takes whoever calls."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place / "other.pem", place / "other.key")
    if answers == "an older version of TLS":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def _shake_hands(own: TlsCaller, server: ssl.SSLContext) -> str:
    to_caller, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        own.context(server=False).wrap_bio(to_caller, to_server, server_hostname=own.name),
        server.wrap_bio(to_server, to_caller, server_side=True),
    ]
    for _ in range(_MOST_TURNS):
        for end in tuple(ends):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError as problem:
                return cause(problem)
            ends.remove(end)
        if not ends:
            return ""
    return "it fell silent"
