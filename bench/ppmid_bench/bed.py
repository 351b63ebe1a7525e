"""A home and its Supplier, wired and switched on: the parties, the links between them, the clock, the recorder.

Steps drive the parties through their contracts (``bed_parts``), see of them what ``bed_readings`` writes into the
evidence, and do what people do by ``bed_acts``. Here is how a bed is made, switched on and given back.
"""

import contextlib
from collections.abc import Iterable
from functools import partial
from typing import Any

from ppmid_bench.adapters import Closing, Observing
from ppmid_bench.bed_acts import BedActs
from ppmid_bench.bed_readings import BedReadings
from ppmid_bench.bench_file import BenchFile
from ppmid_bench.by_hand import Attended, ByHand, Carries
from ppmid_bench.control import ControlPort
from ppmid_bench.evidence import HARNESS
from ppmid_bench.home import HomePlan
from ppmid_bench.home_keys import HomeKeys
from ppmid_bench.inside import BedClock, Inside, at_once
from ppmid_bench.offers import offers
from ppmid_bench.other_home import OtherHome
from ppmid_bench.other_user import OtherUser
from ppmid_bench.recorder import Recorder
from ppmid_bench.stranger import Stranger
from ppmid_bench.wired_han import labelled_keys
from ppmid_bench.wired_needs import HOME, Links
from ppmid_bench.wiring import observe_links, other_user, processes, wire_links, wire_parties
from ppmid_devices import roles
from ppmid_devices.lines.ends import LineFault
from ppmid_devices.meter.contract import MeterDisplay
from ppmid_devices.operator.questions import Answered
from ppmid_devices.ports import MILLISECOND, SECOND, Awaited, CannotArrange


class Bed(BedReadings, BedActs):
    """One home with everything around it."""

    def __init__(
        self,
        plan: HomePlan,
        bench: BenchFile,
        keys: HomeKeys,
        clock: BedClock,
        recorder: Recorder,
        control: ControlPort,
    ) -> None:
        self._plan, self._points, self._keys, self._recorder = plan, bench.points, keys, recorder
        self.clock, self._settling = clock, bench.settling_ms * MILLISECOND
        links = wire_links(plan, bench, keys, clock, recorder, control)
        lines = {link.name: link for link in (links.duis, links.wan, links.avenue, links.han)}
        try:
            parties = wire_parties(plan, bench, keys, clock, links)
        except BaseException:
            _close([*lines.values(), links.rehearsal])  # nobody else will: there is no bed
            raise
        self._ppmid, self._scan = parties.get(roles.PPMID), bench.scan
        self._processes = processes(plan, parties, bench, control, links)
        self._awaited = [party for party in parties.values() if offers(party, Awaited)]
        self._wan, self._line_of_home = links.wan, links.avenue
        self.learned_keys = observe_links(plan, bench, keys, recorder, links.han)
        """The keys of the HAN that were handed out on it, by what they are for; it grows."""
        self.han_keys = labelled_keys(plan, keys, links.han)
        """The keys of the HAN that were there from the beginning, by who shares them."""
        self._first_balance: dict[str, int] = {}
        self._last_display: dict[str, MeterDisplay] = {}
        self._called: dict[str, str] = {}
        self._han = links.han
        there, device = plan.avenue_end, self.eui(plan.avenue_end)
        stranger = Stranger(clock, keys.avenue_key("stranger"), links.avenue, HOME, there, device, plan.port)
        self._closing = [*parties.values(), *lines.values(), links.rehearsal]
        self._observing = {name: one for name, one in {**parties, **lines}.items() if offers(one, Observing)}
        self._carried = offers(parties.get(roles.CARRIER), Carries)
        self._at_ppmid = False
        self._parties = {role: self._reached(role, party) for role, party in parties.items()}
        self.links = Links(*map(self._inside, (links.duis, links.wan, links.avenue, links.han, links.handover)))
        self.stranger: Stranger = self._inside(stranger)
        key = keys.avenue_key(roles.DELIVERY_SERVICE)
        other_home = OtherHome(clock, key, links.handover, links.avenue, there, device)
        self.other_home: OtherHome = self._inside(other_home)
        others = (other_user(name, plan, keys, clock, links) for name in plan.other_users)
        self.other_users: dict[str, OtherUser] = dict(zip(plan.other_users, map(self._inside, others), strict=True))

    def start(self) -> None:
        """Switch everything on, let it settle, and read every display once: what later readings are held against.

        Parties in processes are waited for here, in the thread of the step: the others' calls go on. All are built
        before any is switched on, which takes each some time of its own.
        """
        for party in self._processes:
            party.call_up()
        for party in self._processes:
            party.muster()
        for party in self._processes:
            self.clock.perform(party.build)
        for awaited in self._awaited:
            self._await(awaited)
        self._observe_coverage()
        self._switch_on()
        self.clock.advance(self._settling)
        for role in self._plan.meters:
            with contextlib.suppress(CannotArrange):  # nobody can read it: who asks for its first balance is told
                self._first_balance[role] = self.read_meter(role).balance
            with contextlib.suppress(CannotArrange):  # what cannot be read now is not held against anything later
                self.read_configuration(role)

    def _await(self, awaited: Awaited) -> None:
        """Let a device come that is elsewhere. Raises LineFault when it does not."""
        self.clock.perform(awaited.call_up)
        if not self.clock.run_until(self.clock.now() + awaited.patience_s * SECOND, lambda: awaited.there):
            raise LineFault(f"after {awaited.patience_s} s {awaited.absence}")

    @at_once
    def _observe_coverage(self) -> None:
        """Note whether the hub has the SM WAN, now and whenever that changes."""
        self._wan.watch(self._coverage)
        self._coverage(self._wan.up)

    def _coverage(self, up: bool) -> None:
        self._read("wan", roles.HUB, "coverage", {"up": up})

    @at_once
    def _switch_on(self) -> None:
        for role in (
            roles.DCC,
            roles.DELIVERY_SERVICE,
            roles.DCC_USER,
            roles.HUB,
            *self._plan.meters,
            *self._plan.switches,
            roles.PPMID,
        ):
            self.party(role).start()
        for late in (*map(self.party, self._plan.visitors), *self.other_users.values()):
            late.start()

    @at_once
    def close(self) -> None:
        """Write down what adapters found odd, and give back what they hold of the real world."""
        for role, observing in self._observing.items():
            for finding in observing.findings:
                fields = {"text": self._recorder.redactor.text(finding)}
                self._recorder.log.append(self.clock.now(), HARNESS, role, HARNESS, "finding", fields)
        _close(self._closing)

    def _reached(self, role: str, party: Any) -> Any:
        """The party as steps reach it: inside the clock, or past it where a person stands for it."""
        return ByHand(self.clock, party, partial(self._note, role)) if offers(party, Attended) else self._inside(party)

    def _note(self, role: str, answers: list[Answered]) -> None:
        for one in answers:
            fields = {"id": one.id, "asked": one.asked, "said": self._said(one), "by": one.by, "at": one.at}
            self._recorder.log.append(self.clock.now(), "operator", role, HARNESS, "answer", fields)

    def _said(self, answer: Answered) -> str | None:
        return None if answer.said is None else self._recorder.redactor.text(answer.said)

    def _inside(self, target: Any) -> Any:
        return Inside(self.clock, target)


def _close(ends: Iterable[Any]) -> None:
    """Close those that hold something of the real world."""
    for end in ends:
        if offers(end, Closing):
            end.close()
