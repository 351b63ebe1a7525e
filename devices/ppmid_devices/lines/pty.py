"""A USB serial line at the PPMID's end: our simulated one makes a port that is a pseudo-terminal, and a link to it."""

import contextlib
import os
import select
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ppmid_devices.lines.ends import End, LineSettings
from ppmid_devices.lines.pump import Stream
from ppmid_devices.lines.serial_line import LOOKS_S, PIECE, SerialLine, write_some

SETTLES_S = 0.2
"""How long a PPMID says nothing after its port was opened: a host empties it at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PtySettings(LineSettings):
    """The PPMID's end: ``device`` is the name under which its port appears, a link that it makes. Its patience has no
    end. ``bench``: the id that it greets with, if any.
    """

    paths: ClassVar[tuple[str, ...]] = ("device",)

    device: str
    stalled_s: int = 10
    patience_s: int = 0
    bench: str = ""


class SerialPpmidEnd(SerialLine):
    """Makes a pseudo-terminal and a link to it. The other end is there while somebody has it open.

    Each who opens it finds a new one, as a device that is plugged in again.
    """

    def __init__(self, end: End, settings: PtySettings) -> None:
        self._link = Path(settings.device)
        super().__init__(end, settings, settings.stalled_s, settings.bench)

    def _look(self) -> str:
        return f"Look who opens {self._link}"

    def _stream(self, enough: threading.Event) -> Stream | None:
        pty = _Pty(self._link)
        while not enough.is_set():
            if pty.in_use():
                enough.wait(SETTLES_S)
                return pty
            enough.wait(LOOKS_S)
        pty.close()
        return None


class _Pty:
    """The device's side of a pseudo-terminal, whose other side ``link`` leads to. Raises OSError."""

    def __init__(self, link: Path) -> None:
        import tty

        self._own, host = os.openpty()
        tty.setraw(host)
        os.set_blocking(self._own, False)
        name = os.ttyname(host)
        os.close(host)  # from now on it tells whether somebody has it open
        self._link = link
        link.unlink(missing_ok=True)
        link.symlink_to(name)

    def in_use(self) -> bool:
        """Whether somebody has the other side open."""
        poll = select.poll()
        poll.register(self._own, 0)
        return not any(event & select.POLLHUP for _, event in poll.poll(0))

    def fileno(self) -> int:
        return self._own

    def read(self) -> bytes:
        try:
            return os.read(self._own, PIECE)
        except BlockingIOError:
            return b""

    def write(self, octets: bytes) -> int:
        return write_some(self._own, octets)

    def close(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._link.unlink()
        os.close(self._own)
