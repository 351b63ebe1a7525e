"""A bench with a TLS line: its certificates of several kinds, its ends, and a foreign device's way of dialling."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from line_ends import PPMID, Side, Sides

from ppmid_devices.lines.certificates import TestPki
from ppmid_devices.lines.tls import TlsHarnessEnd, TlsPpmidEnd
from ppmid_devices.lines.tls_settings import HARNESS_NAME, TlsCaller, TlsListener
from ppmid_protocols.eui import Eui

NOW = datetime.now(UTC)


class Bench:
    """Certificates of several kinds, and ends that use them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.pki("good")

    def pki(self, name: str, ppmid: Eui = PPMID, **differs: Any) -> Path:
        folder = self._folder / name
        folder.mkdir()
        given = {"seed": b"seed", "bench": "bench-1", "not_before": NOW - timedelta(days=1), **differs}
        TestPki(**given).write(folder, ppmid)
        return folder

    def files(self, end: str, folder: str = "good", trust: str = "good") -> dict[str, str]:
        own = self._folder / folder
        return {
            "certificate": str(own / f"{end}.pem"),
            "key": str(own / f"{end}.key"),
            "trust": str(self._folder / trust / "trust.pem"),
        }

    def listener(self, **differs: Any) -> TlsListener:
        return TlsListener(**{"bench": "bench-1", "handshake_s": 2, **self.files("harness"), **differs})

    def caller(self, address: str, **differs: Any) -> TlsCaller:
        given = {"connect": address, "bench": "bench-1", "first_wait_ms": 50, "handshake_s": 2, **self.files("ppmid")}
        return TlsCaller(**{**given, **differs})

    def client(self, folder: str = "good", trust: str = "good", end: str = "ppmid") -> ssl.SSLContext:
        """A plain client of this harness's own making: what a foreign device would do."""
        context = ssl.create_default_context(cafile=self._folder / trust / "trust.pem")
        context.load_cert_chain(self._folder / folder / f"{end}.pem", self._folder / folder / f"{end}.key")
        return context


def harness(sides: Sides, settings: TlsListener, **more: Any) -> Side:
    return sides.harness(lambda end: TlsHarnessEnd(end, settings), **more)


def ppmid(sides: Sides, settings: TlsCaller, **more: Any) -> Side:
    return sides.ppmid(lambda end: TlsPpmidEnd(end, settings), **more)


def pair(sides: Sides, bench: Bench) -> tuple[Side, Side]:
    ours = harness(sides, bench.listener())
    theirs = ppmid(sides, bench.caller(ours.line.address))
    ours.until(lambda: ours.line.up)
    theirs.until(lambda: theirs.line.up)
    return ours, theirs


def dial(ours: Side, context: ssl.SSLContext) -> ssl.SSLSocket:
    host, port = ours.line.address.split(":")
    connection = socket.create_connection((host, int(port)), 5)
    return context.wrap_socket(connection, server_hostname=HARNESS_NAME)
