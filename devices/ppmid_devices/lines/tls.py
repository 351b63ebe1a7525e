"""The Internet: sealed messages on TLS 1.3, both ends certified. The PPMID calls, the harness listens.

After the handshake either end says a greeting, the PPMID first; then each message is a frame of its own. The newest
connection that is good displaces the one before: a PPMID that lost power comes back before its old one has ended.
"""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import partial

from ppmid_devices.lines.ends import End, LineFault
from ppmid_devices.lines.impairment import Impairments
from ppmid_devices.lines.proxy import TcpProxy
from ppmid_devices.lines.pump import Pump
from ppmid_devices.lines.real_line import RealLine
from ppmid_devices.lines.tls_settings import (
    TlsCaller,
    TlsListener,
    TlsSettings,
    address,
    cause,
    ppmid_name,
    require_name,
)
from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface.framing import Deframer, frame
from ppmid_protocols.local_interface.greeting import Greeting

_PIECE = 1 << 14
_MOST_HANDSHAKES = 8
_LOOKS_S = 0.2
_MOST_DOUBLINGS = 16
_BEHIND = "127.0.0.1"
"""Where it listens behind a proxy."""


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


class _Greeted:
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


class _TlsLine(RealLine):
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
            self._good.put(frame(message))

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

    def _serve(self, greet: Callable[[], _Greeted]) -> str:
        """A connection from its handshake to its end; gives why it never was a good one, empty where it was."""
        try:
            greeted = greet()
        except (OSError, EOFError, Malformed) as problem:
            return cause(problem)
        pump = self._pump_of(greeted)
        self._pumps.add(pump)
        self._post(partial(self._welcome, pump, greeted.early))
        if self._closed or not self._up:
            pump.stop()
        pump.run()
        self._pumps.discard(pump)
        return ""

    def _greet(self, connection: ssl.SSLSocket, deadline: float, *, first: bool) -> _Greeted:
        """Handshake and greetings. Raises OSError, EOFError, Malformed."""
        self._connections.add(connection)
        try:
            connection.do_handshake()
            self._require_peer(connection)
            greeted = _Greeted(connection, deadline)
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

    def _pump_of(self, greeted: _Greeted) -> Pump:
        deframer = greeted.deframer

        def heard(octets: bytes) -> None:
            try:
                messages = deframer.feed(octets)
            except Malformed as problem:
                raise ConnectionError(f"what it says is no frame: {problem}") from problem
            for message in messages:
                self._post(partial(self._heard_on, pump, message))

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


class TlsHarnessEnd(_TlsLine):
    """Listens from the beginning, so that nobody else can have its port; who calls early waits.

    While the line is taken down, who calls is hung up on.
    """

    def __init__(self, end: End, settings: TlsListener) -> None:
        host, port = address("listen", settings.listen)
        self._context = settings.context(server=True)
        behind = (host, port) if settings.proxy is None else (_BEHIND, 0)
        try:
            self._listener = socket.create_server(behind, family=_family(behind[0]))
        except OSError as problem:
            look = "Another program may hold the port: choose another one, or 0 for any that is free"
            raise LineFault(f"{end.name}: cannot listen on {settings.listen}: {problem}. {look}") from problem
        self._listener.settimeout(_LOOKS_S)
        self._handshakes = threading.BoundedSemaphore(_MOST_HANDSHAKES)
        super().__init__(end, settings)
        if settings.proxy is not None:
            self._proxy = self._before(host, port, settings.proxy)
        self._note(f"listens on {self.address}")
        self._accepts = False

    @property
    def address(self) -> str:
        """Where it listens, as host:port."""
        host, port = self._proxy.address if self._proxy is not None else self._listener.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    @property
    def bench(self) -> str:
        """The id that both ends greet with."""
        return self._settings.bench

    def close(self) -> None:
        super().close()
        self._listener.close()

    def _before(self, host: str, port: int, impairments: Impairments) -> TcpProxy:
        try:
            return TcpProxy((host, port), self._listener.getsockname()[:2], impairments, self._end.random)
        except LineFault:
            self._listener.close()
            raise

    def _open(self) -> None:
        if not self._accepts:
            self._accepts = True
            self._in_thread(self._accept)

    def _look(self) -> str:
        return f"Look whether it has power and calls {self.address} by TLS 1.3, and at its certificate"

    def _require_peer(self, connection: ssl.SSLSocket) -> None:
        require_name(connection, ppmid_name(self._end.ppmid))

    # In threads.

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection, caller = self._listener.accept()
            except TimeoutError:
                continue
            except OSError as problem:
                self._post(partial(self._note, f"somebody called and could not be taken: {problem}"))
                time.sleep(_LOOKS_S)
                continue
            self._take(connection, f"{caller[0]}:{caller[1]}")

    def _take(self, connection: socket.socket, caller: str) -> None:
        if not self._up or not self._handshakes.acquire(blocking=False):
            connection.close()
            return
        deadline = time.monotonic() + self._settings.handshake_s
        connection.settimeout(self._settings.handshake_s)
        try:
            connection.getpeername()  # of one that is gone ssl would lose the socket
            secured = self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        except OSError as problem:  # it is gone already
            self._handshakes.release()
            connection.close()
            self._post(partial(self._note, f"refused {caller}: {cause(problem)}"))
            return
        self._in_thread(partial(self._serve_caller, secured, deadline, caller))

    def _serve_caller(self, connection: ssl.SSLSocket, deadline: float, caller: str) -> None:
        def greet() -> _Greeted:
            try:
                return self._greet(connection, deadline, first=False)
            finally:
                self._handshakes.release()

        refused = self._serve(greet)
        if refused:
            self._post(partial(self._note, f"refused {caller}: {refused}"))


class TlsPpmidEnd(_TlsLine):
    """Calls, and calls again whenever that fails or the connection ends."""

    def __init__(self, end: End, settings: TlsCaller) -> None:
        self._address = address("connect", settings.connect)
        self._caller, self._context = settings, settings.context(server=False)
        self._enough = threading.Event()
        super().__init__(end, settings)

    def _open(self) -> None:
        self._enough = threading.Event()
        self._in_thread(partial(self._call, self._enough))

    def _shut(self) -> None:
        self._enough.set()
        super()._shut()

    # In threads.

    def _call(self, enough: threading.Event) -> None:
        failures = 0
        while not enough.is_set():
            refused = self._serve(self._connect)
            failures = failures + 1 if refused else 0
            if refused:
                self._post(partial(self._note, f"no connection to {self._caller.connect}: {refused}"))
            enough.wait(self._wait_ms(failures) * (0.5 + self._random.random()) / 1000)

    def _wait_ms(self, failures: int) -> int:
        """The wait after so many failures in a row, before it is spread."""
        doubled = min(max(failures - 1, 0), _MOST_DOUBLINGS)
        return min(self._caller.first_wait_ms << doubled, self._caller.last_wait_ms)

    def _connect(self) -> _Greeted:
        deadline = time.monotonic() + self._caller.handshake_s
        connection = socket.create_connection(self._address, self._caller.handshake_s)
        secured = self._context.wrap_socket(
            connection, server_hostname=self._caller.name, do_handshake_on_connect=False
        )
        return self._greet(secured, deadline, first=True)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
