"""One simulated party alone in a process, with a wall clock of its own; its links and its keys come from the bench."""

import argparse
import importlib
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_type_hints

import msgspec

from ppmid_devices import roles
from ppmid_devices.links.han import Han
from ppmid_devices.needs import SHAPES
from ppmid_devices.remote import far_ends
from ppmid_devices.remote.contracts import callables
from ppmid_devices.remote.delivery import RemoteDelivery, teller
from ppmid_devices.remote.far_ends import FarEnd
from ppmid_devices.remote.lines import RemoteHan, RemoteLine
from ppmid_devices.remote.loop import WallLoop
from ppmid_devices.remote.peer import PATIENCE_S, Peer, PeerFault, PeerGone
from ppmid_devices.remote.values import decode
from ppmid_protocols.errors import Unsupported
from ppmid_protocols.eui import Eui

BENCH, HOST, PARTY = "bench", "host", "party"

_OWN_PACKAGE = "ppmid_devices."

Say = Callable[[str], None]
"""Who is told, in a sentence, what the process does."""


class Host:
    """Builds the party that the bench names, and offers its contract."""

    def __init__(self, role: str, loop: WallLoop, peer: Peer, say: Say = lambda _: None) -> None:
        self._role, self._loop, self._peer, self._say = role, loop, peer, say
        self.built = False
        self._ends: list[Any] = []
        peer.offer(HOST, {"build": self.build})

    def build(
        self,
        adapter: str,
        needs: dict[str, msgspec.Raw],
        lines: dict[str, bool],
        delivery: bool,
        ends: dict[str, FarEnd] | None = None,
    ) -> None:
        """Make the party: ``adapter`` is module:Class, ``needs`` are what its constructor is called with.

        ``lines``: which of its needs are links, and whether they are up. ``delivery``: it needs the delivery service.
        ``ends``: those of its needs that are real lines, of which this process has an end of its own.
        Raises Unsupported for a class that is none of ours.
        """
        module, _, name = adapter.partition(":")
        if not module.startswith(_OWN_PACKAGE):
            raise Unsupported(f"{adapter}: only simulated parties run in a process of their own")
        make = getattr(importlib.import_module(module), name)
        hints = get_type_hints(SHAPES[self._role]) | get_type_hints(make.__init__)
        given: dict[str, Any] = {need: decode(raw, hints[need]) for need, raw in needs.items()}
        for line, up in lines.items():
            given[line] = (RemoteHan if hints[line] is Han else RemoteLine)(self._peer, line, up)
        for line, far in (ends or {}).items():
            given[line] = far_ends.make(line, far, role=self._role, eui=_own_eui(given), clock=self._loop)
            self._ends.append(given[line])
        if delivery:
            given["delivery"] = RemoteDelivery(self._peer)
        party = make(clock=self._loop, **given)
        if self._role == roles.DELIVERY_SERVICE:
            party.listen(teller(self._peer))
        self._peer.offer(PARTY, callables(self._role, party))
        self.built = True
        self._say("a scenario begins")

    def close(self) -> None:
        """Give the ends of real lines back."""
        for end in self._ends:
            end.close()


def _own_eui(given: Mapping[str, Any]) -> Eui:
    eui: Eui = given["eui"] if "eui" in given else given["credentials"].eui
    return eui


def main(argv: Sequence[str] | None = None) -> int:
    """Run one party for a bench. 0: the bench has ended it; 2: wrong usage; 3: the bench is not there or not ours.

    It ends when the bench closes the line; with ``--stay`` it calls again, and ends when the bench is gone. What the
    party breaks by is told to the bench and raised.
    """
    parser = argparse.ArgumentParser(prog="python -m ppmid_devices.remote", description=__doc__)
    parser.add_argument("role", choices=roles.PARTIES)
    parser.add_argument("--connect", required=True, metavar="HOST:PORT", help="where the bench listens")
    parser.add_argument("--bench", required=True, metavar="ID", help="the bench that it must be")
    parser.add_argument("--stay", action="store_true", help="serve scenario after scenario")
    arguments = parser.parse_args(argv)
    host, _, port = arguments.connect.rpartition(":")
    if not (port.isdecimal() and 0 < int(port) < 1 << 16):
        parser.error(f"--connect: expected HOST:PORT, found {arguments.connect!r}")
    caller = Caller(arguments.role, (host, int(port)), arguments.bench)
    try:
        caller.serve()
        while arguments.stay and caller.called():
            caller.serve()
    except (OSError, PeerFault) as problem:
        print(f"{arguments.role} of bench {arguments.bench}: {problem}", file=sys.stderr)
        return 3
    return 0


class Caller:
    """One party that calls the bench ``bench`` at ``address`` and serves it, a scenario at each call."""

    def __init__(self, role: str, address: tuple[str, int], bench: str, say: Say = lambda _: None) -> None:
        self._role, self._address, self._bench, self._say = role, address, bench, say
        self._connection: socket.socket | None = None

    def called(self) -> bool:
        """Call the bench; gives whether anybody is there."""
        try:
            self._connect()
        except ConnectionError:
            return False
        return True

    def serve(self) -> None:
        """Serve one scenario: until the bench closes the line. Calls first, unless ``called``.

        Raises OSError, PeerFault for a bench that is not there or another one, and whatever the party breaks by.
        """
        loop = WallLoop()
        connection, self._connection = self._connection or self._connect(), None
        peer = Peer(connection, BENCH, arrived=lambda: loop.call_at(loop.now(), lambda: peer.serve()))
        host = Host(self._role, loop, peer, self._say)
        try:
            peer.greet(self._bench, self._role)
            self._say(f"bench {self._bench} is there")
            loop.run()
        except PeerGone:
            self._say("the scenario has ended" if host.built else "the bench has gone")
        except PeerFault:
            raise
        except Exception as problem:
            peer.break_off(problem)
            raise
        finally:
            host.close()
            peer.close()

    def _connect(self) -> socket.socket:
        self._connection = socket.create_connection(self._address, timeout=PATIENCE_S)
        self._connection.settimeout(None)
        return self._connection
