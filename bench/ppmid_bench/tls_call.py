"""A call of the PPMID by TLS: answered by the delivery service itself, or by somebody who only says so.

Both ends are in memory, by the settings that the ends of a TLS line have (``lines.tls_settings``): real handshakes, no
socket, so in virtual time too. The keys are of a test PKI, and prove nothing of a real delivery service.
"""

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ppmid_devices.lines.certificates import TestPki
from ppmid_devices.lines.impostors import context_of
from ppmid_devices.lines.tls_settings import TlsCaller, TlsListener, cause
from ppmid_devices.ports import Random
from ppmid_protocols.eui import Eui

_LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
_OURS = TestPki(b"the PPMID trusts this issuer", "tls-call", _LONG_AGO, timedelta(days=200 * 365))
_MOST_TURNS = 10


def call(caller: type[TlsCaller], ppmid: Eui, answers: str = "") -> str:
    """Have a PPMID that is set up like this call; gives why the call did not come about, empty where it did.

    ``answers``: one of ``impostors.IMPOSTORS``; nothing: the delivery service itself, which asks for the PPMID's
    certificate too.
    """
    with tempfile.TemporaryDirectory(prefix="ppmid-tls-") as folder:
        place = Path(folder)
        for name, octets in _OURS.files(ppmid).items():
            (place / name).write_bytes(octets)
        own = caller(
            certificate=str(place / "ppmid.pem"),
            key=str(place / "ppmid.key"),
            trust=str(place / "trust.pem"),
            bench=_OURS.bench,
            connect="127.0.0.1:0",
        )
        server = context_of(answers, _OURS) if answers else _service(place)
        return _shake_hands(own, server)


def waits(caller: type[TlsCaller], failures: int, chance: Random) -> list[float]:
    """How long a PPMID that is set up like this waits after each of so many failures in a row, seconds."""
    own = caller(certificate="", key="", trust="", bench=_OURS.bench, connect="")
    return [own.wait_ms(number, chance.random()) / 1000 for number in range(1, failures + 1)]


def _service(place: Path) -> ssl.SSLContext:
    own = TlsListener(
        certificate=str(place / "harness.pem"),
        key=str(place / "harness.key"),
        trust=str(place / "trust.pem"),
        bench=_OURS.bench,
    )
    return own.context(server=True)


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
