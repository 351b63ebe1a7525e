"""A simulated party in a process of its own, as the bench holds it: by its contract (``adapter = "process"``).

The bench binds a socket, starts the process with its address and with the bench's id, and gives the party its keys,
settings and links. Both ends say in their first message which bench they belong to. For wall-clock benches only.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from ppmid_devices.links.link import Medium
from ppmid_devices.ports import Clock, Nature
from ppmid_devices.remote import delivery
from ppmid_devices.remote.contracts import is_property, verbs
from ppmid_devices.remote.host import BENCH, HOST, PARTY
from ppmid_devices.remote.lines import end_line
from ppmid_devices.remote.peer import PATIENCE_S, Peer, PeerFault
from ppmid_devices.remote.values import decode
from ppmid_protocols.local_interface import Message

_HERE = "127.0.0.1"
_CLOSING_S = 5.0


class RemoteParty:
    """The party ``role``; ``adapter`` is the module:Class of our own simulation. Its other needs are those of that.

    Who has a process of their own derives from this, and names its ``command``; see docs/process-line.md.
    """

    command: tuple[str, ...] = (sys.executable, "-m", "ppmid_devices.remote")
    """What is started, with the role and ``--connect HOST:PORT --bench ID`` behind it."""

    nature: ClassVar[Nature] = Nature(real=True, wall_clock_only=True)
    """Of a process that is somebody else's: it cannot live in virtual time."""

    def __init__(self, role: str, adapter: str, *, clock: Clock, **needs: Any) -> None:
        self._role, self._adapter, self._clock = role, adapter, clock
        self._delivery = needs.pop("delivery", None)
        self._links = {name: need for name, need in needs.items() if isinstance(need, Medium)}
        self._needs = {name: need for name, need in needs.items() if name not in self._links}
        self._verbs = verbs(role)
        self._listeners: list[Callable[[Message], None]] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._peer: Peer | None = None

    def start(self) -> None:
        """Start the process, build the party in it, and switch it on. Raises PeerFault."""
        with socket.create_server((_HERE, 0)) as listener:
            bench, peer = self._called_back(listener)
        self._peer = peer
        peer.greet(bench, BENCH)
        for name, link in self._links.items():
            end_line(peer, name, link)
        if self._delivery is not None:
            delivery.offer_delivery(peer, self._delivery)
        delivery.offer_listener(peer, self._heard)
        lines = {name: link.up for name, link in self._links.items()}
        peer.ask(HOST, "build", self._adapter, self._needs, lines, self._delivery is not None)
        peer.ask(PARTY, "start")

    def close(self) -> None:
        """End the process; it ends by itself when its line does."""
        peer, self._peer = self._peer, None  # that its line ends now is no fault
        if peer is not None:
            peer.close()
        if self._process is not None:
            try:
                self._process.wait(_CLOSING_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def listen(self, heard: Callable[[Message], None]) -> None:
        """The delivery service's verb that takes a function: what it hears comes by the clock, as from a link."""
        self._listeners.append(heard)

    def __getattr__(self, name: str) -> Any:
        shape = self.__dict__["_verbs"].get(name)
        if shape is None:
            raise AttributeError(f"the contract of {self._role} has no {name}")
        if is_property(self._role, name):
            return self._ask(name, shape)
        return lambda *arguments: self._ask(name, shape, *arguments)

    def _ask(self, name: str, shape: Any, *arguments: Any) -> Any:
        if self._peer is None:
            raise PeerFault(f"{self._role} is asked for {name} before it is started, or once it is closed")
        return decode(self._peer.ask(PARTY, name, *arguments), shape)

    def _called_back(self, listener: socket.socket) -> tuple[str, Peer]:
        """Start the process; gives the bench's id, and the line by which the process has called."""
        address = f"{_HERE}:{listener.getsockname()[1]}"
        bench = f"{os.getpid()}@{address}"  # no two that live at one time are the same
        command = [*self.command, self._role, "--connect", address, "--bench", bench]
        self._process = subprocess.Popen(command, start_new_session=True)  # Ctrl-C is for the bench, which ends it
        listener.settimeout(PATIENCE_S)
        try:
            connection, _ = listener.accept()
        except TimeoutError as problem:
            raise PeerFault(f"the process of {self._role} has not called within {PATIENCE_S:g} s") from problem
        connection.settimeout(None)
        return bench, Peer(connection, self._role, arrived=self._poke, nested=True)

    def _poke(self) -> None:
        """Called in the reader's thread: serve what has come where the clock runs its calls."""
        self._clock.call_at(self._clock.now(), self._serve)

    def _serve(self) -> None:
        if self._peer is not None:
            self._peer.serve()

    def _heard(self, message: Message) -> None:
        for heard in self._listeners:
            self._clock.call_later(0, partial(heard, message))
