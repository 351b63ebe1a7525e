"""One POST or GET over HTTP, in the thread that runs it, until it has an answer, fails, or is ended from another."""

import contextlib
import http.client
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from ppmid_devices.dcc.boxed.fault import BoxedFault
from ppmid_devices.dcc.boxed.http_service import XML, media_type

LARGEST = 1 << 20
"""Octets of an answer that are read."""

_MOST_REDIRECTS = 5
_KEEPS_THE_BODY = (307, 308)
_REDIRECTS = (301, 302, 303, *_KEEPS_THE_BODY)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer: where it came from in the end, and what the server calls itself."""

    url: str
    status: int
    content_type: str
    body: bytes
    server: str


class Call:
    """A call of ``url``. ``run`` is for one thread, ``abort`` for any other. A POST bears ``body`` as XML."""

    def __init__(self, url: str, body: bytes | None, within_s: float, largest: int = LARGEST) -> None:
        self.url, self._body, self._within_s, self._largest = url, body, within_s, largest
        self._connection: http.client.HTTPConnection | None = None
        self._aborted = False

    def run(self) -> HttpAnswer:
        """Make the call, and follow redirects that keep its body. Raises BoxedFault."""
        url = self.url
        for _ in range(_MOST_REDIRECTS + 1):
            answer, location = self._once(url)
            if answer.status not in _REDIRECTS:
                return answer
            if answer.status not in _KEEPS_THE_BODY and self._body is not None:
                found = f"redirected ({answer.status}) to {location!r}, which would lose the document"
                raise BoxedFault(_without_query(url), found, "that `url` is the address that it redirects to")
            url = urljoin(url, location)
        raise BoxedFault(
            _without_query(self.url), f"redirected more than {_MOST_REDIRECTS} times", "the proxy before it"
        )

    def abort(self) -> None:
        """End the call: whatever it waits for fails at once."""
        self._aborted = True
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with contextlib.suppress(OSError):  # it has ended already
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _once(self, url: str) -> tuple[HttpAnswer, str]:
        parts, url = require_address(url), _without_query(url)
        make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = make(parts.hostname or "", parts.port, timeout=self._within_s)
        self._connection = connection
        if self._aborted:
            raise BoxedFault(url, "not asked any more", "nothing")
        try:
            return self._exchange(connection, url, parts)
        except ConnectionRefusedError as problem:
            raise BoxedFault(url, "nobody listens there", _RUNS) from problem
        except TimeoutError as problem:
            raise BoxedFault(url, f"no answer within {self._within_s:g} s", _RUNS) from problem
        except ssl.SSLError as problem:
            check = "whether it is http or https, and whether its certificate is trusted here"
            raise BoxedFault(url, f"no TLS comes about ({problem.reason})", check) from problem
        except OSError as problem:
            raise BoxedFault(url, problem.strerror or str(problem), _RUNS) from problem
        except (http.client.HTTPException, UnicodeError) as problem:
            kind = type(problem).__name__
            raise BoxedFault(url, f"what answers there is no HTTP ({kind})", "host and port of `url`") from problem
        finally:
            connection.close()

    def _exchange(self, connection: http.client.HTTPConnection, url: str, parts: SplitResult) -> tuple[HttpAnswer, str]:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if self._body is None:
            connection.request("GET", target)
        else:
            connection.request("POST", target, self._body, {"Content-Type": XML})
        response = connection.getresponse()
        body = response.read(self._largest + 1)
        if len(body) > self._largest:
            raise BoxedFault(url, f"an answer longer than {self._largest} octets", "host and port of `url`")
        if response.length:  # so many octets of it are still to come, and will not
            raise http.client.IncompleteRead(body, response.length)
        header = response.headers.get
        answer = HttpAnswer(url, response.status, media_type(header("Content-Type")), body, header("Server", ""))
        return answer, header("Location", "")


_RUNS = "that it runs, and that `url` names its host and port"


def _without_query(url: str) -> str:
    """As much of an address as may be shown: a query can hold what only its server should see."""
    return url.partition("?")[0]


def require_address(url: str) -> SplitResult:
    """The parts of an address that can be called. Raises BoxedFault."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is no number
        usable = False
    if not usable:
        raise BoxedFault(_without_query(url), "no address of the form http://HOST:PORT", "`url`")
    return parts
