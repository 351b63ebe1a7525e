"""What the proxies of sockets share: each is called at an address of its own, by many."""

import selectors
import socket

from ppmid_devices.lines.datagrams import Address
from ppmid_devices.lines.proxy.fault_proxy import FaultProxy

MOST_CLIENTS = 64
_PIECE = 1 << 14


class ListeningProxy(FaultProxy):
    """One that is called at an address of its own."""

    _listener: socket.socket

    @property
    def address(self) -> Address:
        """Where it listens."""
        host, port = self._listener.getsockname()[:2]
        return host, port

    def _begin_listening(self) -> None:
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._thread.start()

    def _close_all(self) -> None:
        self._listener.close()


def received(source: socket.socket, most: int = _PIECE) -> bytes | None:
    """What has come; None while there is nothing, nothing at the end. Raises OSError."""
    try:
        return source.recv(most)
    except BlockingIOError:
        return None


def sent(sink: socket.socket, octets: bytes) -> int:
    """How many of the octets it has taken. Raises OSError."""
    try:
        return sink.send(octets)
    except BlockingIOError:
        return 0
