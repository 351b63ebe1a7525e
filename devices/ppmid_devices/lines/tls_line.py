"""What both ends of a TLS line do with their connections: handshake, greetings, then messages, each in a frame.

The newest connection that is good displaces the one before: a PPMID that lost power comes back before its old one has
ended.
"""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import partial

from ppmid_devices.lines.ends import End
from ppmid_devices.lines.pump import Pump
from ppmid_devices.lines.real_line import RealLine
from ppmid_devices.lines.tls_settings import TlsSettings, cause
from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface.framing import LENGTH_OCTETS, Deframer, frame
from ppmid_protocols.local_interface.greeting import Greeting

_PIECE = 1 << 14


class _TlsStream:
    """A connection after its greeting, as a pump wants it."""

    def __init__(self, connection: ssl.SSLSocket) -> None:
        connection.setblocking(False)
        self._connection = connection

    def fileno(self) -> int:
        return self._connection.fileno()

    def read(self) -> bytes:
        try:
            octets = self._connection.recv(_PIECE)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return b""
        except ssl.SSLError as problem:
            raise ConnectionError(cause(problem)) from problem
        if not octets:
            raise EOFError
        return octets

    def write(self, octets: bytes) -> int:
        try:
            return self._connection.send(octets)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return 0

    def close(self) -> None:
        self._connection.close()


class Greeted:
    """A connection, what the other end greeted with, and the stream behind that."""

    def __init__(self, connection: ssl.SSLSocket, deadline: float) -> None:
        self.connection, self._deadline = connection, deadline
        self.deframer = Deframer()
        self.early: list[bytes] = []

    def say(self, greeting: Greeting) -> None:
        self._limit()
        self.connection.sendall(frame(greeting.encode()))

    def hear(self) -> Greeting:
        """Raises OSError, EOFError, Malformed."""
        while not self.early:
            self._limit()
            octets = self.connection.recv(_PIECE)
            if not octets:
                raise EOFError("it has closed the connection before its greeting")
            self.early += self.deframer.feed(octets)
        return Greeting.decode(self.early.pop(0))

    def _limit(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)


class TlsLine(RealLine):
    """What both ends do with their connections: each has a thread, from its handshake to its end."""

    def __init__(self, end: End, settings: TlsSettings) -> None:
        self._settings, self._greeting = settings, Greeting(end.ppmid, settings.bench)
        self._good: Pump | None = None
        self._connections: set[ssl.SSLSocket] = set()
        self._pumps: set[Pump] = set()
        self._threads: list[threading.Thread] = []
        super().__init__(end, settings)

    def close(self) -> None:
        super().close()
        for thread in self._threads:
            thread.join()

    def _put(self, message: bytes) -> None:
        if self._good is not None:
            # with its length, whatever that is: a bench says what no end may say, too
            self._good.put(len(message).to_bytes(LENGTH_OCTETS, "big") + message)

    def _shut(self) -> None:
        self._good = None
        for pump in tuple(self._pumps):
            pump.stop()
        for connection in tuple(self._connections):
            with contextlib.suppress(OSError):  # it has ended by itself
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def _in_thread(self, run: Callable[[], None]) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=run, name=f"{self.name} line", daemon=True)
        self._threads.append(thread)
        thread.start()

    # In a connection's thread.

    def _serve(self, greet: Callable[[], Greeted]) -> str:
        """A connection from its handshake to its end; gives why it never was a good one, empty where it was."""
        try:
            greeted = greet()
        except (OSError, EOFError, Malformed) as problem:
            return cause(problem)
        pump = self._pump_of(greeted)
        self._pumps.add(pump)
        self._post(partial(self._welcome, pump, greeted.early))
        broken = _why_broken(greeted.deframer)  # what came in one piece with the greeting
        if broken:
            self._post(partial(self._ended_on, pump, broken))
        if broken or self._closed or not self._up:
            pump.stop()
        pump.run()
        self._pumps.discard(pump)
        return ""

    def _greet(self, connection: ssl.SSLSocket, deadline: float, *, first: bool) -> Greeted:
        """Handshake and greetings. Raises OSError, EOFError, Malformed."""
        self._connections.add(connection)
        try:
            connection.do_handshake()
            self._require_peer(connection)
            greeted = Greeted(connection, deadline)
            if first:
                greeted.say(self._greeting)
            theirs = greeted.hear()
            if not first:
                greeted.say(self._greeting)
            if theirs != self._greeting:
                raise ConnectionError(f"another bench: expected {self._greeting}, found {theirs}")
        except BaseException:
            connection.close()
            raise
        finally:
            self._connections.discard(connection)
        return greeted

    def _require_peer(self, connection: ssl.SSLSocket) -> None:
        """Raise ConnectionError when the other end's certificate is of somebody else."""

    def _pump_of(self, greeted: Greeted) -> Pump:
        deframer = greeted.deframer

        def heard(octets: bytes) -> None:
            with contextlib.suppress(Malformed):  # it is asked for below, also where whole messages came before it
                for message in deframer.feed(octets):
                    self._post(partial(self._heard_on, pump, message))
            broken = _why_broken(deframer)
            if broken:
                raise ConnectionError(broken)

        def ended(why: str) -> None:
            with contextlib.suppress(Malformed):
                deframer.finish()
                self._post(partial(self._ended_on, pump, why))
                return
            self._post(partial(self._ended_on, pump, f"{why}, inside a message"))

        pump = Pump(_TlsStream(greeted.connection), heard=heard, ended=ended, stalled_s=self._settings.stalled_s)
        return pump

    # Where the clock runs its calls.

    def _welcome(self, pump: Pump, early: list[bytes]) -> None:
        """From now on this is the connection."""
        if not self._up:
            pump.stop()
            return
        if self._good is not None:
            self._good.stop()
        self._good = pump
        self._came()
        for message in early:
            self._heard(message)

    def _heard_on(self, pump: Pump, message: bytes) -> None:
        if pump is self._good:
            self._heard(message)

    def _ended_on(self, pump: Pump, why: str) -> None:
        if pump is self._good:
            self._good = None
            self._left(why)


def _why_broken(deframer: Deframer) -> str:
    """Why nothing that follows on its stream can be read; empty while it can."""
    try:
        deframer.feed(b"")
    except Malformed as problem:
        return f"what it says is no frame: {problem}"
    return ""
