"""What both ends of a serial line share: a thread that has a stream whenever there is one."""

import os
import threading
from abc import abstractmethod
from functools import partial

from ppmid_devices.lines.ends import End, LineSettings
from ppmid_devices.lines.greeted import FirstFrame, fault, own_greeting
from ppmid_devices.lines.pump import Pump, Stream
from ppmid_devices.lines.real_line import RealLine
from ppmid_protocols.local_interface import cobs

LOOKS_S = 0.05
PIECE = 1 << 12


class SerialLine(RealLine):
    """A thread that has a stream whenever there is one. What it hears are octets, as they come."""

    def __init__(self, end: End, settings: LineSettings, stalled_s: int, bench: str) -> None:
        self._stalled_s = stalled_s
        self._greeting = own_greeting(end.ppmid, bench)
        self._first: FirstFrame | None = None
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
                enough.wait(LOOKS_S)
                continue
            if stream is not None:
                self._serve(stream, enough)

    def _serve(self, stream: Stream, enough: threading.Event) -> None:
        pump: Pump

        def heard(octets: bytes) -> None:
            self._post(lambda: self._sifted(octets) if self._pump is pump else None)

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
        if self._greeting is not None:
            self._first = FirstFrame()
            pump.put(b"\0" + cobs.frame(self._greeting.encode()))
        self._came()

    def _sifted(self, octets: bytes) -> None:
        """Hear what comes, but for the other end's greeting. Raises LineFault for one of another bench."""
        first = self._first
        if first is not None:
            octets = first.sift(octets)
            if first.greeting is not None and self._greeting is not None and first.greeting != self._greeting:
                raise fault(self.name, self._greeting, first.greeting, self._look())
        if octets:
            self._heard(octets)

    def _ended(self, pump: Pump, why: str) -> None:
        if pump is self._pump:
            self._pump = None
            self._left(why)


def write_some(number: int, octets: bytes) -> int:
    """How many of the octets a descriptor has taken. Raises OSError."""
    try:
        return os.write(number, octets)
    except BlockingIOError:
        return 0
