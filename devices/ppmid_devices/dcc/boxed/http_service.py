"""A small HTTP service: every request becomes a value, every answer is one; in threads of its own.

Limits are the service's: the length of a body, and how long a client may take to send it.
"""

import re
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

XML = "application/xml"
_READING_S = 10.0
_LARGEST = 1 << 20
_LINE = 1 << 10
_DIGITS = {10: re.compile(rb"[0-9]{1,12}"), 16: re.compile(rb"[0-9a-fA-F]{1,8}")}


@dataclass(frozen=True, slots=True)
class Asked:
    """One HTTP request. ``content_type`` is in lower case and without parameters; of a query, the last values."""

    method: str
    path: str
    query: dict[str, str]
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer. ``location`` is where a redirect leads to."""

    status: int
    body: bytes = b""
    content_type: str = ""
    location: str = ""


Answer = Callable[[Asked], Reply]
Broken = Callable[[BaseException], None]


class _Refused(Exception):
    """A request that is not read to its end; with the status that says why."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(str(status))


def media_type(header: str | None) -> str:
    """A Content-Type without its parameters, in lower case; empty when there is none."""
    return (header or "").partition(";")[0].strip().lower()


def loudly(problem: BaseException) -> None:
    """For ``broken``: let the thread end by it, which writes it to standard error."""
    raise problem


def _number(digits: bytes, base: int) -> int:
    if not _DIGITS[base].fullmatch(digits):
        raise _Refused(400)
    return int(digits, base)


class HttpService:
    """Listens as soon as it is made (port 0: any that is free), answers from ``start`` to ``close``.

    ``answer`` is called in the thread of a request, and ``broken``, there too, with whatever it raises; ``name`` is
    what the service calls itself. Raises OSError.
    """

    def __init__(self, host: str, port: int, answer: Answer, broken: Broken, name: str = "ppmid-harness") -> None:
        class Handler(_Handler):
            server_version, sys_version = name, ""
            reply = staticmethod(answer)

        self._server = _Server((host, port), Handler)
        self._server.broken = broken
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, port = self._server.server_address[:2]
        return str(host), int(port)

    def start(self) -> None:
        """Begin to answer."""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="http", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening. Requests that are being answered are left to their threads."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    broken: Broken

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - socketserver's
        """A client that went away is nobody's fault; all else is for who made the service."""
        problem = sys.exception()
        if problem is not None and not isinstance(problem, OSError):
            self.broken(problem)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _READING_S
    reply: Answer

    def do_POST(self) -> None:
        try:
            asked = self._asked()
        except _Refused as refused:
            self.close_connection = True
            self._send(Reply(refused.status))
            return
        self._send(self.reply(asked))

    do_GET = do_PUT = do_DELETE = do_POST

    def _asked(self) -> Asked:
        try:
            url = urlsplit(self.path)
        except ValueError:
            raise _Refused(400) from None
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        return Asked(self.command, url.path, query, media_type(self.headers.get("Content-Type")), self._body())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").strip().lower() == "chunked":
            return self._chunks()
        length = self.headers.get("Content-Length")
        if length is None:
            if self.command == "POST":
                raise _Refused(411)
            return b""
        return self._exactly(_number(length.encode("latin-1"), 10), 0)

    def _chunks(self) -> bytes:
        """A body in chunks (RFC 9112 7.1); extensions and trailers are passed over."""
        body = bytearray()
        while True:
            count = _number(self._line().partition(b";")[0].strip(), 16)
            if not count:
                break
            body += self._exactly(count, len(body))
            if self._line():
                raise _Refused(400)
        while self._line():
            pass
        return bytes(body)

    def _line(self) -> bytes:
        line = self.rfile.readline(_LINE)
        if not line.endswith(b"\n"):
            raise _Refused(400)
        return line.rstrip(b"\r\n")

    def _exactly(self, count: int, before: int) -> bytes:
        if before + count > _LARGEST:
            raise _Refused(413)
        octets = self.rfile.read(count)
        if len(octets) < count:
            raise _Refused(400)
        return octets

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in (("Content-Type", reply.content_type), ("Location", reply.location)):
            if value:
                self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written: bodies and paths may hold secrets, and the evidence has what counts."""
