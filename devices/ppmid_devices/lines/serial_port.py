"""A USB serial line at the harness's end: it opens the port of the PPMID.

The port is opened for the harness alone, so that a second reader is refused when it opens it and does not take octets
away. A port that is unplugged is looked for again, under whatever name ``device`` finds then. For POSIX systems.
"""

import glob
import os
import threading
from dataclasses import dataclass
from typing import Any

from ppmid_devices.lines.ends import End, LineSettings, NotUsable
from ppmid_devices.lines.greeted import require_bench
from ppmid_devices.lines.network_serial import SCHEMES, open_port
from ppmid_devices.lines.proxy.fault_proxy import Spoiler
from ppmid_devices.lines.proxy.serial import NO_CONNECTION, SerialProxy
from ppmid_devices.lines.pump import Stream
from ppmid_devices.lines.serial_line import LOOKS_S, PIECE, SerialLine, write_some
from ppmid_devices.links.contract import Impairments
from ppmid_devices.ports import CannotArrange, Random

_BY_HARDWARE = "hwgrep://"


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialSettings(LineSettings):
    """``device``: a path, with ``*`` where the name may change, or ``hwgrep://`` and a regular expression of USB ids;
    or ``socket://HOST:PORT``, ``rfc2217://HOST:PORT``: a port of another machine.

    ``stalled_s``: how long the other end may take nothing. ``proxy``: what a fault proxy does to what passes.
    ``bench``: the id that it greets with, if any.
    """

    device: str
    baud: int = 115_200
    stalled_s: int = 10
    proxy: Impairments | None = None
    bench: str = ""

    def require(self) -> None:
        """As every line; a port that is not there yet may still come."""
        if not self.device.startswith(("/", _BY_HARDWARE, *SCHEMES)):
            expected = f"an absolute path, {_BY_HARDWARE} and a regular expression, or {' or '.join(SCHEMES)}HOST:PORT"
            raise NotUsable("device", expected, repr(self.device))
        require_bench(self.bench)
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


class SerialHarnessEnd(SerialLine):
    """Opens the PPMID's port whenever the line is wanted and the port is there."""

    def __init__(self, end: End, settings: SerialSettings) -> None:
        self._port, self._spoils = settings, settings.proxy
        self._spoiled: Spoiler = _Unplugged()
        super().__init__(end, settings, settings.stalled_s, settings.bench)

    def impair(self, impairments: Impairments) -> None:
        super().impair(impairments)
        self._spoils = impairments  # of the next opening too

    def _spoiler(self) -> Spoiler:
        return super()._spoiler() if self._spoils is None else self._spoiled

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
                if self._spoils is None:
                    return port
                self._spoiled = spoiled = _Spoiled(port, self._spoils, self._end.random)
                spoiled.set_dark(self._dark)
                return spoiled
            enough.wait(LOOKS_S)
        return None


class _Unplugged:
    """No port yet: what it is told is the line's to keep until there is one."""

    def impair(self, impairments: Impairments) -> None:
        """Nothing passes."""

    def set_dark(self, dark: bool) -> None:
        """As above."""

    def reset(self) -> None:
        raise CannotArrange(NO_CONNECTION)


class _Spoiled:
    """A port behind a fault proxy; a port that is gone is gone for whoever reads here too."""

    def __init__(self, port: "_Port", impairments: Impairments, random: Random) -> None:
        self._port = port
        self._proxy = SerialProxy(port.fileno(), impairments, random)
        self._end = os.open(self._proxy.device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def impair(self, impairments: Impairments) -> None:
        self._proxy.impair(impairments)

    def set_dark(self, dark: bool) -> None:
        self._proxy.set_dark(dark)

    def reset(self) -> None:
        self._proxy.reset()

    def fileno(self) -> int:
        return self._end

    def read(self) -> bytes:
        try:
            octets = os.read(self._end, PIECE)
        except BlockingIOError:
            return b""
        if not octets:
            raise EOFError
        return octets

    def write(self, octets: bytes) -> int:
        return write_some(self._end, octets)

    def close(self) -> None:
        os.close(self._end)
        self._proxy.close()
        self._port.close()


class _Port:
    """A serial port, raw, of which nobody else can be a reader."""

    def __init__(self, name: str, baud: int) -> None:
        import fcntl
        import termios

        import serial

        try:
            self._port: Any = serial.Serial(name, baud, timeout=0, exclusive=True)
        except termios.error as problem:  # no OSError: pyserial lets it out where a port goes while it is opened
            raise OSError(*problem.args) from problem
        try:
            fcntl.ioctl(self._port.fileno(), termios.TIOCEXCL)  # also against those that do not ask for a lock
        except OSError:
            self._port.close()  # nobody else knows of it: it would stay locked, against us too
            raise

    def fileno(self) -> int:
        return int(self._port.fileno())

    def read(self) -> bytes:
        return bytes(self._port.read(PIECE))

    def write(self, octets: bytes) -> int:
        return write_some(self.fileno(), octets)

    def close(self) -> None:
        self._port.close()
