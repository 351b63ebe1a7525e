"""A serial port of another machine: raw TCP and RFC 2217, and what a server that has it taken or goes away comes to."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from line_ends import Side, Sides
from waiting_wall import LONG_S

from ppmid_devices import roles
from ppmid_devices.lines.ends import LineFault, NotUsable
from ppmid_devices.lines.serial_port import SerialHarnessEnd, SerialSettings
from ppmid_devices.links.contract import Impairments

serial = pytest.importorskip("serial", reason="the extra usb is not installed")
rfc2217 = pytest.importorskip("serial.rfc2217")


class Server:
    """A machine with one serial port, whose device says back what it hears (pyserial's loop://)."""

    def __init__(self, options: bool = False) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self.listener.getsockname())
        self.options = options
        self.connection: Any = None
        self.port = serial.serial_for_url("loop://", timeout=0.02)
        self.enough = threading.Event()
        self.listener.settimeout(0.02)
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        while not self.enough.is_set():
            try:
                self.connection, _ = self.listener.accept()
            except TimeoutError:
                continue
            with self.connection, contextlib.suppress(OSError):
                self._serve(self.connection)

    def _serve(self, connection: socket.socket) -> None:
        there: Any = None
        if self.options:
            there = rfc2217.PortManager(
                self.port, type("Sink", (), {"write": lambda _, octets: connection.sendall(octets)})()
            )
        connection.settimeout(0.02)
        while not self.enough.is_set():
            try:
                octets = connection.recv(4096)
                if not octets:
                    return
                self.port.write(b"".join(there.filter(octets)) if there else octets)
            except TimeoutError:
                pass
            if said := self.port.read(4096):
                connection.sendall(b"".join(there.escape(said)) if there else said)

    def close(self) -> None:
        self.enough.set()
        self.thread.join(LONG_S)  # before its port goes: a read that is under way would break
        self.listener.close()
        self.port.close()


@pytest.fixture
def raw() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def harness(sides: Sides, device: str, **settings: Any) -> Side:
    made = SerialSettings(device=device, **settings)
    made.require()
    return sides.harness(lambda end: SerialHarnessEnd(end, made), here=roles.CARRIER)


@pytest.mark.filterwarnings("ignore:set(Daemon|Name)")  # pyserial's own
@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
def test_octets_cross_both_ways(sides: Sides, scheme: str) -> None:
    server = Server(options=scheme == "rfc2217")
    try:
        ours = harness(sides, f"{scheme}://{server.address}", baud=57_600)
        ours.until(lambda: ours.line.up)
        every = bytes(range(256))  # with 0xFF, which RFC 2217 doubles
        ours.send(every)
        ours.until(lambda: b"".join(ours.given) == every)
        assert server.port.baudrate == (57_600 if server.options else 9600)
    finally:
        ours.line.close()
        server.close()


def test_a_port_that_somebody_else_has_is_an_error_that_says_so(sides: Sides) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.sendall(b"Port already in use\r\n")

        threading.Thread(target=refuse, daemon=True).start()
        ours = harness(sides, "socket://{}:{}".format(*listener.getsockname()), patience_s=2)
        with pytest.raises(LineFault) as caught:
            ours.until(lambda: False)
        ours.line.close()
    assert "no ppmid within 2 s. Look whether socket://127.0.0.1:" in str(caught.value)
    assert "whether somebody else has it" in str(caught.value)
    assert "closed as soon as it was opened: b'Port already in use" in str(caught.value)


def test_nobody_there_is_an_error_within_the_patience(sides: Sides) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    ours = harness(sides, f"socket://127.0.0.1:{port}", patience_s=1)
    with pytest.raises(LineFault, match=r"no ppmid within 1 s.*the port cannot be opened: .*refused"):
        ours.until(lambda: False)


def test_a_connection_that_is_cut_comes_back(sides: Sides, raw: Server) -> None:
    ours = harness(sides, f"socket://{raw.address}")
    ours.until(lambda: ours.line.up)
    raw.connection.shutdown(socket.SHUT_RDWR)
    ours.until(lambda: ours.changes == [True, False, True])
    ours.send(b"again")
    ours.until(lambda: b"".join(ours.given) == b"again")


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (
            {"device": "tcp://host:1"},
            "an absolute path, hwgrep:// and a regular expression, or socket:// or rfc2217://",
        ),
        ({"device": "socket://host:1", "proxy": Impairments()}, "none with a port of another machine"),
    ],
)
def test_what_cannot_be_used(settings: dict[str, Any], problem: str, tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match=problem):
        SerialSettings(**settings).require()
