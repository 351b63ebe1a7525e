"""UDP ports at which nfcpy's cards listen in tests.

They lie below those that a system gives to whoever asks for any, and each process has a block of its own: a port that
was tried and given back belongs to nobody, and a program beside these tests may be given it.
"""

import itertools
import os
import socket
from contextlib import suppress

_FIRST, _BLOCKS, _EACH = 20_000, 600, 20
_turns = itertools.count()


def card_port() -> int:
    """A port that is free, and that no other process of these tests will ask for."""
    block = _FIRST + os.getpid() % _BLOCKS * _EACH
    for _ in range(_EACH):
        port = block + next(_turns) % _EACH
        with suppress(OSError), socket.socket(type=socket.SOCK_DGRAM) as probe:
            probe.bind(("", port))
            return port
    raise OSError(f"no UDP port from {block} on is free")
