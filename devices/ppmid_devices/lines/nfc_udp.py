"""nfcpy's UDP in the place of radio, for rehearsals: a card whose port is bound once, and who may be its reader.

nfcpy itself binds the card's port anew for each look, and says nothing where another program has it. It hears whoever
sends there, so that two readers would take each other's answers. Needs the extra ``nfc``.
"""

import fcntl
import os
import select
import socket
import tempfile
import time
from pathlib import Path
from typing import Any

import nfc.clf.udp

Address = tuple[str, int]


class CardDevice(nfc.clf.udp.Device):  # type: ignore[misc]  # nfcpy has no types
    """What emulates the card, on every interface of this machine: bound from the beginning until ``close``.

    ``partner``: the reader that it lies on, and the only one that it hears then.
    """

    def __init__(self, port: int) -> None:
        """``port`` 0: any that is free. Raises OSError where it cannot be had."""
        super().__init__("127.0.0.1", port)
        self.partner: Address | None = None
        try:
            self.socket.bind(("", port))
        except OSError:
            self.close()
            raise
        self.addr: Address = ("127.0.0.1", self.port)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.socket.getsockname()[1])

    def forget(self) -> None:
        """Drop what has come while it lay on no reader."""
        while select.select([self.socket], [], [], 0)[0]:
            self.socket.recvfrom(1)

    def mute(self) -> None:
        """It has no field, and keeps its port."""

    def close(self) -> None:
        """Give the port back."""
        self.socket.close()

    def _bind_socket(self, time_to_return: float) -> bool:  # noqa: ARG002 (it is bound)
        return True

    def _recv_data(self, timeout: float | None, *kinds: str) -> Any:
        """As nfcpy has it, but for what others say than its partner."""
        end = None if timeout is None else time.monotonic() + timeout
        while self.partner is not None:
            if not select.select([self.socket], [], [], _left(end))[0]:
                break  # nfcpy says itself that nothing has come
            if self.socket.recvfrom(1, socket.MSG_PEEK)[1] == self.partner:
                break
            self.socket.recvfrom(1)
        return super()._recv_data(_left(end), *kinds)


def _left(end: float | None) -> float | None:
    return None if end is None else max(0.0, end - time.monotonic())


class Lock:
    """That a reader has a card's port for itself, among the processes of one user on one machine, until ``close``."""

    def __init__(self, address: Address) -> None:
        """Raises OSError where another reader has it."""
        host, port = address
        place = Path(tempfile.gettempdir()) / f"ppmid-nfc-{os.getuid()}-{host}-{port}.lock"
        self._file = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            self.close()
            raise OSError(f"another reader speaks with UDP port {port}") from problem

    def close(self) -> None:
        """Let others have it."""
        os.close(self._file)
