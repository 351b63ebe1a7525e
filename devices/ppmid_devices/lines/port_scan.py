"""Which TCP ports of an address take a connection: an ordinary connect to each, many at a time."""

import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from itertools import islice

ALL_PORTS = range(1, 1 << 16)
_AT_ONCE = 256
_PATIENCE_S = 1.0


def open_ports(host: str, ports: Iterable[int] = ALL_PORTS, patience_s: float = _PATIENCE_S) -> frozenset[int]:
    """The ports of ``host`` that take a connection; one that says nothing for ``patience_s`` seconds does not.

    Each connection is closed again at once. Raises OSError where the address cannot be found.
    """
    family, _, _, _, (address, *_) = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
    left, found = iter(ports), set[int]()
    while some := list(islice(left, _AT_ONCE)):
        found |= set(_taking(family, str(address), some, patience_s))
    return frozenset(found)


def _taking(family: int, address: str, ports: list[int], patience_s: float) -> Iterator[int]:
    deadline = time.monotonic() + patience_s
    with selectors.DefaultSelector() as waiting:
        try:
            for port in ports:
                tried = socket.socket(family, socket.SOCK_STREAM)
                tried.setblocking(False)
                waiting.register(tried, selectors.EVENT_WRITE, port)
                tried.connect_ex((address, port))
            while waiting.get_map() and (left := deadline - time.monotonic()) > 0:
                for key, _ in waiting.select(left):
                    answered = key.fileobj
                    assert isinstance(answered, socket.socket)  # nothing else is registered
                    if answered.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                        yield key.data
                    waiting.unregister(answered)
                    answered.close()
        finally:
            for key in tuple(waiting.get_map().values()):
                assert isinstance(key.fileobj, socket.socket)
                key.fileobj.close()
