"""A serial port of another machine: octets over TCP as they are (``socket://``), or with RFC 2217's options."""

import contextlib
import select
import socket
import threading
import time
from typing import Any

from ppmid_devices.lines.pump import Stream

RAW, RFC2217 = "socket://", "rfc2217://"
SCHEMES = (RAW, RFC2217)

_PIECE = 1 << 12
_CONNECTS_S = 5.0
_STAYS_S = 0.2
"""How long a server must stay connected before its port counts as there: one that is taken is closed at once."""
_LOOKS_S = 0.05


def open_port(url: str, baud: int) -> Stream:
    """Connect to the port that ``url`` names. Raises OSError; what pyserial raises is one."""
    return _RawPort(url) if url.startswith(RAW) else _Rfc2217Port(url, baud)


class _RawPort:
    """The octets of a TCP connection."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix(RAW).rpartition(":")
        if not port.isdecimal():
            raise OSError(f"{url} names no port")
        self._socket = socket.create_connection((host.strip("[]"), int(port)), _CONNECTS_S)
        self._socket.setblocking(False)
        self._first = b""
        try:
            self._stay()
        except BaseException:
            self._socket.close()
            raise

    def _stay(self) -> None:
        deadline = time.monotonic() + _STAYS_S
        while (left := deadline - time.monotonic()) > 0 and select.select([self._socket], [], [], left)[0]:
            octets = self._socket.recv(_PIECE)
            if not octets:
                raise OSError(f"closed as soon as it was opened: {self._first[:80]!r}")
            self._first += octets

    def fileno(self) -> int:
        return self._socket.fileno()

    def read(self) -> bytes:
        if self._first:
            octets, self._first = self._first, b""
            return octets
        try:
            octets = self._socket.recv(_PIECE)
        except BlockingIOError:
            return b""
        if not octets:
            raise EOFError
        return octets

    def write(self, octets: bytes) -> int:
        try:
            return self._socket.send(octets)
        except BlockingIOError:
            return 0

    def close(self) -> None:
        self._socket.close()


class _Rfc2217Port:
    """A port of pyserial's, which has a thread of its own and nothing that can be waited for: a socket pair is."""

    def __init__(self, url: str, baud: int) -> None:
        import serial

        self._port: Any = serial.serial_for_url(url, baud, timeout=_LOOKS_S)
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._closed = False
        self._thread = threading.Thread(target=self._read, name=url, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError), self._theirs:  # the end of the pair tells whoever reads
            while not self._closed:
                octets = self._port.read(1)
                if octets:
                    self._theirs.sendall(octets + self._port.read(self._port.in_waiting))

    def fileno(self) -> int:
        return self._ours.fileno()

    def read(self) -> bytes:
        try:
            octets = self._ours.recv(_PIECE)
        except BlockingIOError:
            return b""
        if not octets:
            raise EOFError
        return octets

    def write(self, octets: bytes) -> int:
        self._port.write(octets)
        return len(octets)

    def close(self) -> None:
        self._closed = True
        self._ours.close()
        self._thread.join()
        self._port.close()
