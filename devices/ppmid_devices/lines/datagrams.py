"""A UDP socket of which every datagram is handed over by the clock."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable
from functools import partial

from ppmid_devices.lines.ends import LineFault
from ppmid_devices.ports import Clock

Address = tuple[str, int]
Take = Callable[[Address, bytes], None]

_LARGEST = 1 << 16
MOST_WAITING = 4096
"""Datagrams that may wait to be handed over; what comes beyond is dropped, as a kernel does."""


def parse_address(text: str) -> Address:
    """Read ``HOST:PORT``, with ``[…]`` around an IPv6 address. Raises ValueError."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (colon and host and port.isascii() and port.isdecimal() and 0 < int(port) < 1 << 16):
        raise ValueError(f"expected HOST:PORT, found {text!r}")
    return host, int(port)


class Datagrams:
    """Bound from the beginning until ``close``. ``take`` is called with the sender's address and the octets."""

    def __init__(self, clock: Clock, host: str, port: int, take: Take, what: str) -> None:
        """``what``: whose socket it is, for messages. Raises LineFault when the address cannot be had."""
        self._clock, self._take = clock, take
        self._socket = _bound(host, port, what)
        self._awake, self._wake = socket.socketpair()
        self._waiting = 0
        self.dropped = 0
        self._open = True
        self._thread = threading.Thread(target=self._read, name=what, daemon=True)
        self._thread.start()

    @property
    def address(self) -> Address:
        """Where it listens."""
        host, port = self._socket.getsockname()[:2]
        return host, port

    def send(self, to: Address, octets: bytes) -> None:
        """Send one datagram; what cannot be sent is lost, as any datagram may be."""
        if self._open:
            with contextlib.suppress(OSError):
                self._socket.sendto(octets, to)

    def close(self) -> None:
        """Stop listening, and give the port back."""
        if self._open:
            self._open = False
            self._wake.close()
            self._thread.join()
            self._awake.close()
            self._socket.close()

    def _read(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            selector.register(self._awake, selectors.EVENT_READ)
            while self._open:
                if any(key.fileobj is self._socket for key, _ in selector.select()):
                    self._receive()

    def _receive(self) -> None:
        try:
            octets, sender = self._socket.recvfrom(_LARGEST)
        except OSError:  # an earlier datagram of ours reached nobody: systems differ in whether they say so here
            return
        if self._waiting >= MOST_WAITING:
            self.dropped += 1
            return
        self._waiting += 1
        self._clock.call_at(self._clock.now(), partial(self._hand_over, sender[:2], octets))

    def _hand_over(self, sender: Address, octets: bytes) -> None:
        self._waiting -= 1
        if self._open:
            self._take(sender, octets)


def _bound(host: str, port: int, what: str) -> socket.socket:
    made = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        made = socket.socket(family, kind, protocol)
        made.bind(address)
    except OSError as problem:
        if made is not None:
            made.close()
        raise LineFault(f"{what}: cannot listen on UDP {host}:{port}: {problem}") from problem
    made.setblocking(False)
    return made
