"""A proxy before a serial device: whoever opens ``device`` speaks to it through the proxy."""

import contextlib
import os

from ppmid_devices.lines.ends import LineFault
from ppmid_devices.lines.proxy.fault_proxy import FaultProxy, Leg, Pair
from ppmid_devices.links.contract import Impairments
from ppmid_devices.ports import CannotArrange, Random

_PIECE = 1 << 14
NO_CONNECTION = "a serial line has no connection that could be reset"


class SerialProxy(FaultProxy):
    """Stands before a serial device: ``device`` is what to open in its place. Reset has no meaning here."""

    lossy = True

    def __init__(self, behind: str | int, impairments: Impairments, random: Random) -> None:
        """``behind``: the path of the device, or a descriptor of one that is open, which stays its opener's.

        Raises LineFault when it cannot be opened.
        """
        super().__init__(impairments, random, "serial fault proxy")
        try:
            if isinstance(behind, int):
                self._far = os.dup(behind)
                os.set_blocking(self._far, False)
            else:
                self._far = os.open(behind, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as problem:
            self._abandon()
            raise LineFault(f"the proxy cannot open {behind}: {problem}") from problem
        self._near, self._kept = os.openpty()
        for one in (self._kept, self._far):
            _make_raw(one)
        os.set_blocking(self._near, False)
        self.device = os.ttyname(self._kept)
        legs = (self._leg(self._near, self._far), self._leg(self._far, self._near))
        self._begin(Pair(legs, self._close_ends, lambda _: None))
        self._thread.start()

    def reset(self) -> None:
        """Raises CannotArrange: a serial line has no connection."""
        raise CannotArrange(NO_CONNECTION)

    def _leg(self, source: int, sink: int) -> Leg:
        return Leg(source, lambda: _read(source), lambda octets: _written(sink, octets), self._new_way())

    def _close_ends(self, reset: bool) -> None:  # noqa: ARG002 (there is nothing to reset)
        for one in (self._near, self._kept, self._far):
            os.close(one)


def _make_raw(device: int) -> None:
    import termios
    import tty

    with contextlib.suppress(termios.error):  # not a terminal
        tty.setraw(device)


def _read(source: int) -> bytes | None:
    try:
        octets = os.read(source, _PIECE)
    except BlockingIOError:
        return None
    if not octets:
        raise OSError("the device is gone")
    return octets


def _written(sink: int, octets: bytes) -> int:
    try:
        return os.write(sink, octets)
    except BlockingIOError:
        return 0
