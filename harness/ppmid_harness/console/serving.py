"""Serving the console until Ctrl-C: the address it is bound to, and the runs that it stops when it ends."""

import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_bench.errors import BadInput
from ppmid_harness.console.access import Access, is_loopback
from ppmid_harness.console.app import application
from ppmid_harness.console.begun import Begun
from ppmid_harness.console.place import Place
from ppmid_harness.console.runs import RunsFolder

_GRACE_S = 2


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises BadInput when the port is taken or the host is none of this machine."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as problem:
        words = getattr(problem, "strerror", None) or str(problem)
        raise BadInput(f"{host}:{port}", "", "an address of this machine that is free", words) from problem


def serve(
    runs: Path,
    folder: Path,
    host: str,
    port: int,
    token: str | None,
    key: Ed25519PrivateKey | None,
    *,
    history: str | None,
    show: bool,
    tell: Callable[[str], None],
    fault: Callable[[Exception], None],
) -> None:
    """Serve until Ctrl-C, then stop the runs that were begun here and wait for them. Raises BadInput.

    ``history``: the database of runs. ``show``: open a browser. ``tell`` is given a line for a person, ``fault`` what
    nobody has foreseen.
    """
    if token is None and not is_loopback(host):
        raise BadInput("--host", "", "a loopback address, or --token-file with the token that others must give", host)
    RunsFolder(runs).names()  # a folder that cannot be read is refused before anything is bound
    if history is not None:
        _require_history(history)
    with bound(host, port) as listener:
        found = listener.getsockname()[1]
        place = Place(RunsFolder(runs), folder, Access(token, found), key, Begun(runs, folder))
        config = uvicorn.Config(
            application(place, fault),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # nobody's word for who comes
            ws="none",
            lifespan="off",
            timeout_graceful_shutdown=_GRACE_S,
        )
        server = uvicorn.Server(config)
        place.history = history
        place.is_over = lambda: server.should_exit
        address = f"http://{f'[{host}]' if ':' in host else host}:{found}/"
        tell(f"console of {runs}: {address}  (Ctrl-C ends)")
        if show:
            webbrowser.open(address)
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:  # which the server raises again once it has ended
            pass
        finally:
            going = len(place.begun.going)
            if going:
                tell(f"stopping {going} run(s); what is done is written")
            place.begun.close()


def _require_history(history: str) -> None:
    """A history that cannot be read is refused before anything is bound. Raises BadInput."""
    from ppmid_reports.history.database import reading

    with reading(history):
        pass
