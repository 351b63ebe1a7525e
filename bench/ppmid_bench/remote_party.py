"""A simulated party in a process of its own, as the bench holds it: by its contract (``adapter = "process"``).

The process calls the run (see ``control``), and is given its keys, settings and links for one scenario after the other.
Both ends say in their first message which bench they belong to. For wall-clock benches only.
"""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from ppmid_bench.bench_file import BenchFile
from ppmid_bench.control import ControlPort
from ppmid_devices.links.link import Medium
from ppmid_devices.ports import Clock, Nature
from ppmid_devices.remote import delivery
from ppmid_devices.remote.contracts import is_property, verbs
from ppmid_devices.remote.far_ends import FarEnd
from ppmid_devices.remote.host import HOST, PARTY
from ppmid_devices.remote.lines import end_line
from ppmid_devices.remote.peer import Peer, PeerFault
from ppmid_devices.remote.values import decode
from ppmid_protocols.local_interface import Message


class RemoteParty:
    """The party ``role``; ``adapter`` is the module:Class of our own simulation. Its other needs are those of that.

    Who has a process of their own derives from this, and names its ``command``; see docs/process-line.md.
    """

    command: tuple[str, ...] = (sys.executable, "-m", "ppmid_devices.remote", "--stay")
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
        self._control, self._owned, self._by_hand = ControlPort(BenchFile()), True, False
        self._peer: Peer | None = None
        self._built = False
        self._ends: Mapping[str, FarEnd] = {}

    def live_at(self, control: ControlPort, *, by_hand: bool, ends: Mapping[str, FarEnd]) -> None:
        """Let its process call the run there; ``by_hand``: somebody else starts it. Otherwise it has a port alone.

        ``ends``: the real lines that it reaches itself, by the name of the need.
        """
        self._control, self._owned, self._by_hand = control, False, by_hand
        self._ends = {name: end for name, end in ends.items() if name in self._links}

    def call_up(self) -> None:
        """Have the process started, without waiting for it: others can be, meanwhile. Raises HarnessFault."""
        if not self._by_hand:
            self._control.call_up(self._role, self.command)

    def muster(self) -> None:
        """Wait until the process has called. Raises PeerFault, HarnessFault."""
        if self._peer is None and self._by_hand:
            self._peer = self._control.await_by_hand(self._role)
        elif self._peer is None:
            self._peer = self._control.take(self._role, self.command)

    def build(self) -> None:
        """Build the party in its process; it is not switched on. Raises PeerFault, HarnessFault."""
        self.muster()
        peer = self._peer
        assert peer is not None  # mustered just now
        peer.wake_by(self._poke)
        links = {name: link for name, link in self._links.items() if name not in self._ends}
        for name, link in links.items():
            end_line(peer, name, link)
        if self._delivery is not None:
            delivery.offer_delivery(peer, self._delivery)
        delivery.offer_listener(peer, self._heard)
        lines = {name: link.up for name, link in links.items()}
        ends = [self._ends] if self._ends else []
        peer.ask(HOST, "build", self._adapter, self._needs, lines, self._delivery is not None, *ends)
        self._built = True

    def start(self) -> None:
        """Switch the party on, and build it before unless it was. Raises PeerFault, HarnessFault."""
        if not self._built:
            self.build()
        self._ask("start", None)

    def close(self) -> None:
        """End the line; the process ends, or waits for the next scenario."""
        peer, self._peer = self._peer, None  # that its line ends now is no fault
        if peer is not None:
            peer.close()
        if self._owned:
            self._control.close()

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

    def _poke(self) -> None:
        """Called in the reader's thread: serve what has come where the clock runs its calls."""
        self._clock.call_at(self._clock.now(), self._serve)

    def _serve(self) -> None:
        if self._peer is not None:
            self._peer.serve()

    def _heard(self, message: Message) -> None:
        for heard in self._listeners:
            self._clock.call_later(0, partial(heard, message))
