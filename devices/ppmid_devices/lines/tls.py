"""The Internet: sealed messages on TLS 1.3, both ends certified. The PPMID calls, the harness listens.

After the handshake either end says a greeting, the PPMID first; then each message is a frame of its own.
"""

import contextlib
import socket
import ssl
import threading
import time
from functools import partial

from ppmid_devices.lines.certificates import TestPki
from ppmid_devices.lines.ends import End, LineFault
from ppmid_devices.lines.impostors import context_of
from ppmid_devices.lines.proxy.tcp import TcpProxy
from ppmid_devices.lines.tls_line import Greeted, TlsLine
from ppmid_devices.lines.tls_settings import (
    TlsCaller,
    TlsListener,
    address,
    cause,
    ppmid_name,
    require_name,
)
from ppmid_devices.links.contract import Impairments
from ppmid_devices.ports import CannotArrange

_MOST_HANDSHAKES = 8
_LOOKS_S = 0.2
_BEHIND = "127.0.0.1"
"""Where it listens behind a proxy."""


class TlsHarnessEnd(TlsLine):
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
        self._listens_at = self._listener.getsockname()[:2]
        if settings.proxy is not None:
            proxy = self._before(host, port, settings.proxy)
            self._proxy, self._listens_at = proxy, proxy.address
        self._note(f"listens on {self.address}")
        self._accepts = False
        self._issuer: TestPki | None = None
        self._impostor: ssl.SSLContext | None = None
        self._deceived: tuple[str, ...] = ()
        self._called_at: tuple[float, ...] = ()

    @property
    def address(self) -> str:
        """Where it listens, as host:port."""
        host, port = self._listens_at
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    @property
    def bench(self) -> str:
        """The id that both ends greet with."""
        return self._settings.bench

    def close(self) -> None:
        super().close()
        self._listener.close()

    def issue_by(self, issuer: TestPki) -> None:
        """Whose certificates both ends have: by it, somebody else's can be made too."""
        self._issuer = issuer

    def impersonate(self, flaw: str) -> None:
        """Break off, and answer from now on as one of ``IMPOSTORS`` does. Raises CannotArrange without an issuer."""
        if self._issuer is None:
            raise CannotArrange("a call that somebody else answers: the keys of the bench's own issuer are not here")
        self.set_up(False)
        self._deceived, self._impostor = (), context_of(flaw, self._issuer)

    def be_itself(self) -> None:
        """Answer as the delivery service again."""
        self._impostor = None
        self.set_up(True)

    @property
    def called_at(self) -> tuple[float, ...]:
        """When calls came while the line was taken down: seconds, from no particular moment."""
        return self._called_at

    @property
    def deceived(self) -> tuple[str, ...]:
        """Of each call that the impostor had, why it did not come about; empty text where the other end spoke."""
        return self._deceived

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
        impostor = self._impostor
        if impostor is not None:
            self._in_thread(partial(self._deceive, connection, impostor))
            return
        if not self._up:
            self._post(partial(self._note_call, time.monotonic()))
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

    def _deceive(self, connection: socket.socket, impostor: ssl.SSLContext) -> None:
        """Shake hands as an impostor. In TLS 1.3 the other end refuses after that, so only what it says then counts."""
        connection.settimeout(self._settings.handshake_s)
        with contextlib.closing(connection):
            try:
                with impostor.wrap_socket(connection, server_side=True) as secured:
                    found = "" if secured.recv(1) else "it hung up"
            except OSError as problem:
                found = cause(problem)
        self._post(partial(self._note_deceived, found))

    def _note_call(self, at: float) -> None:
        self._called_at += (at,)

    def _note_deceived(self, found: str) -> None:
        self._deceived += (found,)

    def _serve_caller(self, connection: ssl.SSLSocket, deadline: float, caller: str) -> None:
        def greet() -> Greeted:
            try:
                return self._greet(connection, deadline, first=False)
            finally:
                self._handshakes.release()

        refused = self._serve(greet)
        if refused:
            self._post(partial(self._note, f"refused {caller}: {refused}"))


class TlsPpmidEnd(TlsLine):
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
            enough.wait(self._caller.wait_ms(failures, self._random.random()) / 1000)

    def _connect(self) -> Greeted:
        deadline = time.monotonic() + self._caller.handshake_s
        connection = socket.create_connection(self._address, self._caller.handshake_s)
        secured = self._context.wrap_socket(
            connection, server_hostname=self._caller.name, do_handshake_on_connect=False
        )
        return self._greet(secured, deadline, first=True)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
