"""A USB serial line: the harness opens the port of the PPMID, which our simulated one makes (a pseudo-terminal).

The port is opened for the harness alone, so that a second reader is refused when it opens it and does not take octets
away. A port that is unplugged is looked for again, under whatever name ``device`` finds then. For POSIX systems.
"""

import contextlib
import glob
import os
import select
import threading
from abc import abstractmethod
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from ppmid_devices.lines.ends import End, LineSettings, NotUsable
from ppmid_devices.lines.impairment import Impairments
from ppmid_devices.lines.network_serial import SCHEMES, open_port
from ppmid_devices.lines.proxy import SerialProxy
from ppmid_devices.lines.pump import Pump, Stream
from ppmid_devices.lines.real_line import RealLine
from ppmid_devices.ports import Random

_PIECE = 1 << 12
_LOOKS_S = 0.05
_BY_HARDWARE = "hwgrep://"


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialSettings(LineSettings):
    """``device``: a path, with ``*`` where the name may change, or ``hwgrep://`` and a regular expression of USB ids;
    or ``socket://HOST:PORT``, ``rfc2217://HOST:PORT``: a port of another machine.

    ``stalled_s``: how long the other end may take nothing. ``proxy``: what a fault proxy does to what passes.
    """

    device: str
    baud: int = 115_200
    stalled_s: int = 10
    proxy: Impairments | None = None

    def require(self) -> None:
        """As every line; a port that is not there yet may still come."""
        if not self.device.startswith(("/", _BY_HARDWARE, *SCHEMES)):
            expected = f"an absolute path, {_BY_HARDWARE} and a regular expression, or {' or '.join(SCHEMES)}HOST:PORT"
            raise NotUsable("device", expected, repr(self.device))
        if self.elsewhere and self.proxy is not None:
            raise NotUsable("proxy", "none with a port of another machine", repr(self.device))

    @property
    def elsewhere(self) -> bool:
        """Whether it is a port of another machine."""
        return self.device.startswith(SCHEMES)

    def find(self) -> str | None:
        """The port that is there now, the first of several."""
        if not self.device.startswith(_BY_HARDWARE):
            return min(glob.glob(self.device), default=None)
        from serial.tools import list_ports

        return next((str(port.device) for port in list_ports.grep(self.device.removeprefix(_BY_HARDWARE))), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PtySettings(LineSettings):
    """The PPMID's end: ``device`` is the name under which its port appears, a link that it makes. Its patience has no
    end.
    """

    paths: ClassVar[tuple[str, ...]] = ("device",)

    device: str
    stalled_s: int = 10
    patience_s: int = 0


class _SerialLine(RealLine):
    """A thread that has a stream whenever there is one. What it hears are octets, as they come."""

    def __init__(self, end: End, settings: LineSettings, stalled_s: int) -> None:
        self._stalled_s = stalled_s
        self._pump: Pump | None = None
        self._enough = threading.Event()
        self._thread: threading.Thread | None = None
        super().__init__(end, settings)

    def _open(self) -> None:
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._enough,), name=f"{self.name} port", daemon=True)
        self._thread.start()

    def _shut(self) -> None:
        """Break off; the port is free for others then."""
        self._enough.set()
        pump, thread, self._pump, self._thread = self._pump, self._thread, None, None
        if pump is not None:
            pump.stop()
        if thread is not None:
            thread.join()

    def _put(self, frame: bytes) -> None:
        if self._pump is not None:
            self._pump.put(frame)

    def _left(self, why: str) -> None:
        super()._left(why)
        self._expect()

    # In the thread.

    @abstractmethod
    def _stream(self, enough: threading.Event) -> Stream | None:
        """Wait for the other end; None when it is enough. Raises OSError, after which it is asked again."""

    def _run(self, enough: threading.Event) -> None:
        while not enough.is_set():
            try:
                stream = self._stream(enough)
            except OSError as problem:
                self._post(partial(self._note, f"the port cannot be opened: {problem}"))
                enough.wait(_LOOKS_S)
                continue
            if stream is not None:
                self._serve(stream, enough)

    def _serve(self, stream: Stream, enough: threading.Event) -> None:
        pump: Pump

        def heard(octets: bytes) -> None:
            self._post(lambda: self._heard(octets) if self._pump is pump else None)

        def ended(why: str) -> None:
            self._post(lambda: self._ended(pump, why))

        pump = Pump(stream, heard=heard, ended=ended, stalled_s=self._stalled_s)
        self._post(lambda: self._begun(pump))
        if enough.is_set():
            pump.stop()
        pump.run()

    # Where the clock runs its calls.

    def _begun(self, pump: Pump) -> None:
        if not self._up:
            pump.stop()
            return
        self._pump = pump
        self._came()

    def _ended(self, pump: Pump, why: str) -> None:
        if pump is self._pump:
            self._pump = None
            self._left(why)


class SerialHarnessEnd(_SerialLine):
    """Opens the PPMID's port whenever the line is wanted and the port is there."""

    def __init__(self, end: End, settings: SerialSettings) -> None:
        self._port = settings
        super().__init__(end, settings, settings.stalled_s)

    def _look(self) -> str:
        if self._port.elsewhere:
            return f"Look whether {self._port.device} answers, and whether somebody else has it"
        from serial.tools import list_ports

        there = ", ".join(sorted(str(port.device) for port in list_ports.comports())) or "none"
        return f"Look at the cable, and whether its port is {self._port.device} (ports that are there: {there})"

    def _stream(self, enough: threading.Event) -> Stream | None:
        while not enough.is_set():
            if self._port.elsewhere:
                return open_port(self._port.device, self._port.baud)
            name = self._port.find()
            if name is not None:
                port = _Port(name, self._port.baud)
                return port if self._port.proxy is None else _Spoiled(port, self._port.proxy, self._end.random)
            enough.wait(_LOOKS_S)
        return None


class _Spoiled:
    """A port behind a fault proxy; a port that is gone is gone for whoever reads here too."""

    def __init__(self, port: "_Port", impairments: Impairments, random: Random) -> None:
        self._port = port
        self._proxy = SerialProxy(port.fileno(), impairments, random)
        self._end = os.open(self._proxy.device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def fileno(self) -> int:
        return self._end

    def read(self) -> bytes:
        try:
            octets = os.read(self._end, _PIECE)
        except BlockingIOError:
            return b""
        if not octets:
            raise EOFError
        return octets

    def write(self, octets: bytes) -> int:
        return _write(self._end, octets)

    def close(self) -> None:
        os.close(self._end)
        self._proxy.close()
        self._port.close()


class SerialPpmidEnd(_SerialLine):
    """Makes a pseudo-terminal and a link to it. The other end is there while somebody has it open.

    Each who opens it finds a new one, as a device that is plugged in again.
    """

    def __init__(self, end: End, settings: PtySettings) -> None:
        self._link = Path(settings.device)
        super().__init__(end, settings, settings.stalled_s)

    def _stream(self, enough: threading.Event) -> Stream | None:
        pty = _Pty(self._link)
        while not enough.is_set():
            if pty.in_use():
                enough.wait(SETTLES_S)
                return pty
            enough.wait(_LOOKS_S)
        pty.close()
        return None


SETTLES_S = 0.2
"""How long a PPMID says nothing after its port was opened: a host empties it at first."""


class _Port:
    """A serial port, raw, of which nobody else can be a reader."""

    def __init__(self, name: str, baud: int) -> None:
        import fcntl
        import termios

        import serial

        self._port: Any = serial.Serial(name, baud, timeout=0, exclusive=True)
        fcntl.ioctl(self._port.fileno(), termios.TIOCEXCL)  # also against those that do not ask for a lock

    def fileno(self) -> int:
        return int(self._port.fileno())

    def read(self) -> bytes:
        return bytes(self._port.read(_PIECE))

    def write(self, octets: bytes) -> int:
        return _write(self.fileno(), octets)

    def close(self) -> None:
        self._port.close()


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
            return os.read(self._own, _PIECE)
        except BlockingIOError:
            return b""

    def write(self, octets: bytes) -> int:
        return _write(self._own, octets)

    def close(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._link.unlink()
        os.close(self._own)


def _write(number: int, octets: bytes) -> int:
    try:
        return os.write(number, octets)
    except BlockingIOError:
        return 0
