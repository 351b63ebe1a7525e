"""PPMIDs at the end of a TLS line that are wrong, each in its own way, and one that is sound: a plain TLS client each.

The scenarios of a run have them by turns, in the order of ``KINDS``.
"""

import contextlib
import itertools
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Unpack

from waiting_wall import LONG_S

from ppmid_devices.elsewhere import ElsewhereSettings, PpmidElsewhere
from ppmid_devices.lines.certificates import TestPki
from ppmid_devices.lines.tls_settings import HARNESS_NAME
from ppmid_devices.needs import PpmidNeeds
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Capabilities, seal
from ppmid_protocols.local_interface.framing import frame
from ppmid_protocols.local_interface.greeting import Greeting

BENCH = "bench-1"
OTHER = Eui.parse("00-DB-12-34-56-78-90-FE")
NOW = datetime.now(UTC)
TURNS = itertools.count()


def write_certificates(folder: Path, ppmid: Eui) -> None:
    """Those of the bench, and of each PPMID that has others, in a folder each."""
    yesterday, last_month = NOW - timedelta(days=1), NOW - timedelta(days=30)
    for name, pki, eui in (
        ("sound", TestPki(b"seed", BENCH, yesterday), ppmid),
        ("strange", TestPki(b"other", BENCH, yesterday), ppmid),
        ("old", TestPki(b"seed", BENCH, last_month, timedelta(days=1)), ppmid),
        ("another", TestPki(b"seed", BENCH, yesterday), OTHER),
    ):
        (folder / name).mkdir(parents=True)
        pki.write(folder / name, eui)


@dataclass(frozen=True, slots=True)
class Settings:
    """``folder``: of the certificates."""

    folder: str


class Device(PpmidElsewhere):
    """The next of them."""

    def __init__(self, *, settings: Settings, **needs: Unpack[PpmidNeeds]) -> None:
        super().__init__(settings=ElsewhereSettings(), **needs)
        kinds = list(KINDS)
        self._behave = KINDS[kinds[next(TURNS) % len(kinds)]]
        self.folder, self.needs = Path(settings.folder), needs
        self.enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bad device")

    @property
    def eui(self) -> Eui:
        return self.needs["credentials"].eui

    @property
    def greeting(self) -> bytes:
        return frame(Greeting(self.eui, BENCH).encode())

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self.enough.set()
        if self._thread.is_alive():
            self._thread.join(LONG_S)

    def dial(self) -> socket.socket:
        avenue: Any = self.needs["avenue"]
        host, port = avenue.address.split(":")
        return socket.create_connection((host, int(port)), 5)

    def secured(self, certificate: str = "sound", newest: ssl.TLSVersion | None = None) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=self.folder / "sound" / "trust.pem")
        context.load_cert_chain(self.folder / certificate / "ppmid.pem", self.folder / certificate / "ppmid.key")
        if newest is not None:
            context.maximum_version = newest
        return context.wrap_socket(self.dial(), server_hostname=HARNESS_NAME)

    def stay(self, connection: socket.socket) -> None:
        """Hear whatever comes, until the scenario ends or the other end does."""
        connection.settimeout(0.1)
        while not self.enough.is_set():
            with contextlib.suppress(TimeoutError):
                if not connection.recv(4096):
                    return

    def _run(self) -> None:
        with contextlib.suppress(OSError):  # it is refused, which the bench is to name
            self._behave(self)


def absent(_: Device) -> None:
    """It has no power."""


def with_certificate(name: str) -> Callable[[Device], None]:
    def behave(device: Device) -> None:
        with device.secured(name) as connection:
            connection.sendall(device.greeting)
            device.stay(connection)

    return behave


def only_tls_1_2(device: Device) -> None:
    with device.secured(newest=ssl.TLSVersion.TLSv1_2) as connection:
        device.stay(connection)


def says(octets: bytes) -> Callable[[Device], None]:
    """It says octets in the place of TLS, and stays."""

    def behave(device: Device) -> None:
        with device.dial() as connection:
            connection.sendall(octets)
            device.stay(connection)

    return behave


def slow(device: Device) -> None:
    """It drips its greeting."""
    with device.secured() as connection:
        for octet in device.greeting:
            connection.sendall(bytes([octet]))
            if device.enough.wait(0.3):
                return


def another_bench(device: Device) -> None:
    with device.secured() as connection:
        connection.sendall(frame(Greeting(device.eui, "bench-2").encode()))
        device.stay(connection)


def falls_silent(device: Device) -> None:
    """It greets, and says nothing more."""
    with device.secured() as connection:
        connection.sendall(device.greeting)
        device.stay(connection)


def chattering(device: Device) -> None:
    """It greets, and says without end what is no message."""
    with device.secured() as connection:
        connection.sendall(device.greeting)
        while not device.enough.is_set():
            connection.sendall(frame(b"chatter") * 20)
            device.enough.wait(0.01)


def bad_frames(device: Device) -> None:
    """It greets, and goes on with a length that no frame has; again and again."""
    while not device.enough.wait(0.2):
        with contextlib.suppress(OSError), device.secured() as connection:
            connection.sendall(device.greeting + b"\xff" * 64)
            device.stay(connection)


def sound(device: Device) -> None:
    """It says what it is."""
    needs = device.needs
    message = Capabilities(b"capabilities", "1", True, ())
    words = {"sender": b"ppmid", "home": needs["home"], "ppmid": device.eui, "replay": 1}
    with device.secured() as connection:
        connection.sendall(device.greeting + frame(seal(message, key=needs["key"], **words)))
        device.stay(connection)


KINDS: dict[str, Callable[[Device], None]] = {
    "absent": absent,
    "wrong issuer": with_certificate("strange"),
    "expired": with_certificate("old"),
    "another name": with_certificate("another"),
    "TLS 1.2 only": only_tls_1_2,
    "garbage": says(b"\x00\xff" * 40),
    "silent": says(b""),
    "slow": slow,
    "another bench": another_bench,
    "falls silent": falls_silent,
    "chattering": chattering,
    "bad frames": bad_frames,
    "sound": sound,
}
