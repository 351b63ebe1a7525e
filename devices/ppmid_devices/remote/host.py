"""One simulated party alone in a process, with a wall clock of its own; its links and its keys come from the bench."""

import argparse
import importlib
import socket
import sys
from collections.abc import Sequence
from typing import Any, get_type_hints

import msgspec

from ppmid_devices import roles
from ppmid_devices.links.han import Han
from ppmid_devices.remote.contracts import callables
from ppmid_devices.remote.delivery import RemoteDelivery, teller
from ppmid_devices.remote.lines import RemoteHan, RemoteLine
from ppmid_devices.remote.loop import WallLoop
from ppmid_devices.remote.peer import PATIENCE_S, Peer, PeerFault, PeerGone
from ppmid_devices.remote.values import decode
from ppmid_protocols.errors import Unsupported

BENCH, HOST, PARTY = "bench", "host", "party"

_OWN_PACKAGE = "ppmid_devices."


class Host:
    """Builds the party that the bench names, and offers its contract."""

    def __init__(self, role: str, loop: WallLoop, peer: Peer) -> None:
        self._role, self._loop, self._peer = role, loop, peer
        peer.offer(HOST, {"build": self.build})

    def build(self, adapter: str, needs: dict[str, msgspec.Raw], lines: dict[str, bool], delivery: bool) -> None:
        """Make the party: ``adapter`` is module:Class, ``needs`` are what its constructor is called with.

        ``lines``: which of its needs are links, and whether they are up. ``delivery``: it needs the delivery service.
        Raises Unsupported for a class that is none of ours.
        """
        module, _, name = adapter.partition(":")
        if not module.startswith(_OWN_PACKAGE):
            raise Unsupported(f"{adapter}: only simulated parties run in a process of their own")
        make = getattr(importlib.import_module(module), name)
        hints = get_type_hints(make.__init__)
        given: dict[str, Any] = {need: decode(raw, hints[need]) for need, raw in needs.items()}
        for line, up in lines.items():
            given[line] = (RemoteHan if hints[line] is Han else RemoteLine)(self._peer, line, up)
        if delivery:
            given["delivery"] = RemoteDelivery(self._peer)
        party = make(clock=self._loop, **given)
        if self._role == roles.DELIVERY_SERVICE:
            party.listen(teller(self._peer))
        self._peer.offer(PARTY, callables(self._role, party))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one party until the bench closes the line. 0: it did; 2: wrong usage; 3: the bench is not there or not ours.

    What the party breaks by is told to the bench and raised.
    """
    parser = argparse.ArgumentParser(prog="python -m ppmid_devices.remote", description=__doc__)
    parser.add_argument("role", choices=roles.PARTIES)
    parser.add_argument("--connect", required=True, metavar="HOST:PORT", help="where the bench listens")
    parser.add_argument("--bench", required=True, metavar="ID", help="the bench that it must be")
    arguments = parser.parse_args(argv)
    host, _, port = arguments.connect.rpartition(":")
    if not (port.isdecimal() and 0 < int(port) < 1 << 16):
        parser.error(f"--connect: expected HOST:PORT, found {arguments.connect!r}")
    try:
        return _run(arguments.role, (host, int(port)), arguments.bench)
    except (OSError, PeerFault) as problem:
        print(f"{arguments.role} of bench {arguments.bench}: {problem}", file=sys.stderr)
        return 3


def _run(role: str, address: tuple[str, int], bench: str) -> int:
    loop = WallLoop()
    connection = socket.create_connection(address, timeout=PATIENCE_S)
    connection.settimeout(None)
    peer = Peer(connection, BENCH, arrived=lambda: loop.call_at(loop.now(), lambda: peer.serve()))
    peer.greet(bench, role)
    Host(role, loop, peer)
    try:
        loop.run()
    except PeerGone:
        return 0
    except Exception as problem:
        peer.break_off(problem)
        raise
    finally:
        peer.close()
    return 0
