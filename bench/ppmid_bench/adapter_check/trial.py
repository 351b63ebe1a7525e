"""One home in which one adapter is put to the proof of one clause: all others are our own simulations.

The adapter gets the lines, keys and names that it would get in a scenario of this bench. What crosses the lines is
kept here and nowhere else.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from ppmid_bench.adapter_check.ears import Ear, Treatment
from ppmid_bench.adapter_check.stopwatch import Stopwatch, threads_left
from ppmid_bench.adapters import Closing
from ppmid_bench.avenue_keys import read_avenue_keys
from ppmid_bench.bench_file import OURS, SIMULATED, BenchFile, PartyEntry
from ppmid_bench.derivation import Derivation
from ppmid_bench.home import HomePlan
from ppmid_bench.home_keys import ACCESS_CONTROL_BROKER, NEIGHBOUR_HUB, SUPPLIER, make_home_keys
from ppmid_bench.inside import BedClock
from ppmid_bench.offers import offers
from ppmid_bench.scenario import bench_clock
from ppmid_bench.wiring import wire_links, wire_parties
from ppmid_devices import roles
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.links.link import Medium
from ppmid_devices.neighbour_hub.contract import NeighbourSituation
from ppmid_devices.ports import HOUR, MILLISECOND, MINUTE, SECOND
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_devices.remote.peer import PeerFault
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Capabilities, Message

LINES = {
    roles.DCC_USER: ("duis",),
    roles.DCC: ("duis", "wan"),
    roles.DELIVERY_SERVICE: ("handover",),
    roles.PPMID: ("avenue", "han"),
    roles.HUB: ("wan", "han"),
    roles.ESME: ("han",),
    roles.GSME: ("han",),
    roles.CARRIER: ("handover", "avenue"),
    roles.HHT: ("han",),
    roles.NEIGHBOUR_HUB: (),
    roles.COVERAGE_DESK: (),
    roles.HCALCS: ("han",),
}
"""The lines that each role is on, by their names in ``Links``; those beside the way of a top-up send on none."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a clause waits, in nanoseconds: ``exchange`` for a top-up, ``late`` before what was held back comes."""

    exchange: int
    late: int
    silence: int
    pause: int


PACES = {
    "virtual": Pace(exchange=3 * HOUR, late=5 * HOUR, silence=24 * HOUR, pause=MINUTE),
    "wall": Pace(exchange=30 * SECOND, late=3 * SECOND, silence=30 * SECOND, pause=SECOND),
}


class Tape:
    """Who has sent on which line (see ``ports.Tap``)."""

    def __init__(self) -> None:
        self.senders: list[tuple[str, str]] = []

    def crossed(self, link: str, sender: str, receiver: str, frame: bytes, lost: str = "") -> None:  # noqa: ARG002 - who sent
        """A frame entered a line."""
        self.senders.append((link, sender))


class Trial:
    """The home. ``party`` is what the adapter made; it is not switched on yet."""

    def __init__(self, role: str, bench: BenchFile) -> None:
        self.role, self.bench, self.pace = role, bench, PACES[bench.time]
        derivation = Derivation(bench.seed, f"adapter-check/{role}")
        self.plan = plan_for(role)
        self.clock: BedClock = bench_clock(bench, derivation)
        self._before = set(threading.enumerate())
        self.tape = Tape()
        self._keys = make_home_keys(derivation, bench.identities, bench.keys, read_avenue_keys(bench.avenue_keys))
        self._parties: dict[str, Any] = {}
        self.watch, self.chance = Stopwatch(), derivation.random("chance")
        self.requests: list[str] = []
        self.told: list[Capabilities] = []
        """What the PPMID has said of itself on the avenue, the last at the end."""
        self.spent = False
        """Whether the party's process has ended as it was made to: it says so once more when all is given back."""
        self.first_balance = 0
        """What the meter's display showed when the home was switched on (millipence)."""
        try:
            self.clock.perform(self._wire)
        except BaseException:
            self.clock.stop()
            raise

    def _wire(self) -> None:
        self.links = wire_links(self.plan, self.bench, self._keys, self.clock, self.tape)
        self.ears = [
            Ear(line, getattr(self.links, line), self.role, self.clock, self.watch) for line in LINES[self.role]
        ]
        self.links.wan.set_up(self.role == roles.DCC)  # what the SM WAN brings would hide what the avenue does not
        self._parties = wire_parties(self.plan, self.bench, self._keys, self.clock, self.links)

    @property
    def party(self) -> Any:
        """The party under check."""
        return self._parties[self.role]

    def eui(self, role: str) -> Eui:
        """The identifier that this home gives to a role."""
        holder = {roles.DCC: ACCESS_CONTROL_BROKER, roles.DCC_USER: SUPPLIER}.get(role, role)
        if role == roles.NEIGHBOUR_HUB:
            return NEIGHBOUR_HUB
        return self._keys.eui(holder)

    def start(self) -> None:
        """Switch everything on as one thing, as a scenario does, and let it settle."""
        self.clock.perform(self._switch_on)
        self.clock.advance(self.bench.settling_ms * MILLISECOND)
        self.first_balance = self.ask(self.plan.meters[0], "display").balance
        self.watch.reset()  # to switch on may take its time

    def _switch_on(self) -> None:
        if self.role == roles.PPMID:
            self.ask(roles.DELIVERY_SERVICE, "listen", self._listen)
        order = (roles.DCC, roles.DELIVERY_SERVICE, roles.DCC_USER, roles.HUB, *self.plan.meters, roles.PPMID)
        for role in (*order, *self.plan.visitors):
            self.ask(role, "start")

    def _listen(self, said: Message) -> None:
        if isinstance(said, Capabilities):
            self.told.append(said)

    def ask(self, role: str, verb: str, *arguments: Any) -> Any:
        """Call a verb of a party, or read its property, where its calls are run; how long the party under check took
        for it, in real time, is kept.
        """

        def call() -> Any:
            found = getattr(self._parties[role], verb)
            return found(*arguments) if callable(found) else found

        if role == self.role:
            return self.clock.perform(lambda: self.watch.measure(verb, call))
        return self.clock.perform(call)

    def wait(self, duration: int, until: Callable[[], bool] = lambda: False) -> bool:
        """Let time pass; gives whether ``until()`` came to hold."""
        end = self.clock.now() + duration
        while not self.clock.perform(until):
            if self.clock.now() >= end:
                return False
            self.clock.advance(min(SECOND if self.bench.time == "virtual" else SECOND // 10, end - self.clock.now()))
        return True

    def set_up(self, line: Medium, up: bool) -> None:
        """Take a line down, or bring it back."""
        self.clock.perform(lambda: line.set_up(up))

    def treat(self, treatment: Treatment) -> None:
        """What becomes, from now on, of the messages that arrive for the party.

        A carrier's port to the PPMID is left alone: what crosses there are the steps of one transfer, no messages.
        """
        for ear in self.ears:
            if (self.role, ear.line) != (roles.CARRIER, self.links.avenue):
                ear.treatment = treatment

    def sent(self) -> int:
        """How many frames the party has sent so far."""
        return sum(sender == self.role for _, sender in self.tape.senders)

    def close(self) -> None:
        """Stop the clock, and give everything back; nothing the second time."""
        parties, self._parties = self._parties, {}
        lines = (self.links.duis, self.links.wan, self.links.avenue, self.links.han) if parties else ()
        try:
            self.clock.stop()
        except PeerFault:
            if not self.spent:
                raise
        finally:
            for end in (*parties.values(), *lines):
                if offers(end, Closing):
                    end.close()

    def threads_left(self) -> list[str]:
        """The threads that have come since the home was made and do not end, by name."""
        return threads_left(self._before)


def plan_for(role: str) -> HomePlan:
    """The simplest home in which a role has something to do."""
    plan = HomePlan(meters=[roles.GSME if role == roles.GSME else roles.ESME])
    plan.hub = HubSituation(can_relay=True)
    if role == roles.CARRIER:
        plan.carrier, plan.ppmid = True, PpmidSituation(port="usb-stick")
    plan.engineer = role == roles.HHT
    plan.hcalcs = role == roles.HCALCS
    plan.coverage_desk = role == roles.COVERAGE_DESK
    plan.neighbour_hub = NeighbourSituation(lends="mesh") if role == roles.NEIGHBOUR_HUB else None
    return plan


def bench_for(role: str, bench: BenchFile, *, control: bool = False) -> BenchFile:
    """The bench with the adapter of one role, and our own simulations in every other's place.

    ``control``: in its place too, to see whether the bench itself can do what will be asked.
    """
    ours = {one: PartyEntry(SIMULATED, entry.settings) for one, entry in bench.parties.items() if entry.adapter in OURS}
    if bench.time == "wall":
        ours.setdefault(roles.HUB, PartyEntry(SIMULATED, {"tunnels_after_s": 0}))
    own = {} if control else {role: bench.party(role)}
    return msgspec.structs.replace(bench, parties={**ours, **own})
