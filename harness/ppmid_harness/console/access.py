"""Who may do what: this machine's user at once, anybody else with the token, and nobody by another site's page.

On a loopback address the Host header must name this machine, so that no name that somebody has pointed here opens the
console (DNS rebinding). What changes something needs the console's cookie, which other sites' forms do not bring, the
form's own token, and an Origin that is this console.
"""

import hmac
import ipaddress
import secrets
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ppmid_bench import input_files
from ppmid_bench.errors import BadInput

ENTER = "/enter"
SHORTEST, LONGEST = 20, 1000
"""Characters of a token."""

_HERE = ("localhost", "127.0.0.1", "[::1]")
_READS = ("GET", "HEAD")
_OPEN = (ENTER, "/static/")
_OURS = ("same-origin", "none")

HEADERS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""What every answer bears."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_token(path: Path) -> str:
    """The token in a file. Raises BadInput, also where it is too short to keep anybody out."""
    token = input_files.text(path, "a file with a token").strip()
    if not SHORTEST <= len(token) <= LONGEST or not token.isascii() or not token.isprintable() or " " in token:
        raise BadInput(str(path), "", f"one line of {SHORTEST} to {LONGEST} letters, digits or signs", "something else")
    return token


class Access:
    """The secrets of one console, for as long as it runs. ``token``: what others must give; None on loopback."""

    def __init__(self, token: str | None, port: int) -> None:
        self.token = token
        self.form = secrets.token_urlsafe()
        """What every form carries."""
        self._session = secrets.token_urlsafe()
        self._cookie = f"ppmid-console-{port}"  # cookies do not tell ports apart

    def is_token(self, given: str) -> bool:
        """Whether this is the token."""
        return self.token is not None and hmac.compare_digest(given.encode(), self.token.encode())

    def is_form(self, given: str) -> bool:
        """Whether a form is of this console."""
        return hmac.compare_digest(given.encode(), self.form.encode())

    @property
    def set_cookie(self) -> str:
        """The header that lets a browser in."""
        return f"{self._cookie}={self._session}; HttpOnly; SameSite=Strict; Path=/"

    def is_in(self, headers: Headers) -> bool:
        """Whether a request brings the cookie."""
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self._session.encode())

    def refusal(self, method: str, path: str, headers: Headers) -> str:
        """Why a request is refused, in a sentence; empty when it is not."""
        if self.token is None and _host(headers) not in _HERE:
            return "this console answers to the names of this machine alone: localhost, 127.0.0.1"
        if method in _READS:
            return ""
        if headers.get("sec-fetch-site", _OURS[0]) not in _OURS or not _same_origin(headers):
            return "this was sent by a page of another site"
        if not self.is_in(headers) and path != ENTER:
            return "this browser has no cookie of this console: open its first page again"
        return ""

    def is_asked_for(self, path: str, headers: Headers) -> bool:
        """Whether the token is to be given first."""
        return self.token is not None and not path.startswith(_OPEN) and not self.is_in(headers)


def _host(headers: Headers) -> str:
    host = headers.get("host", "")
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host


def _same_origin(headers: Headers) -> bool:
    """Whether a request's Origin, if it says one, is where it goes to. A proxy may have changed http to https."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


class Guarded:
    """An application behind its access. ``fault`` is told of what nobody has foreseen, once it has been answered."""

    def __init__(self, app: ASGIApp, access: Access, policy: str, fault: Callable[[Exception], None]) -> None:
        self._app, self._access, self._fault = app, access, fault
        self._headers = {**HEADERS, "content-security-policy": f"{policy}; frame-ancestors 'none'"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse to."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, access, path = Headers(scope=scope), self._access, scope["path"]
        refused = access.refusal(scope["method"], path, headers)
        app = self._app
        if refused:
            app = PlainTextResponse(f"Refused: {refused}.\n", 403)
        elif access.is_asked_for(path, headers):
            app = RedirectResponse(ENTER, 303)
        let_in = access.token is None and not refused and not access.is_in(headers)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                bearing = MutableHeaders(scope=message)
                bearing.update(self._headers)
                if let_in:
                    bearing.append("set-cookie", access.set_cookie)
            await send(message)

        try:
            await app(scope, receive, answer)
        except Exception as problem:  # noqa: BLE001 (the last stop: the console goes on)
            self._fault(problem)
