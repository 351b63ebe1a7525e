"""A home and its Supplier, wired and switched on: the parties, the links between them, the clock, the recorder.

Steps drive the parties through their contracts, which stand here under their names. What the steps see of a party they
see by ``read_…``, which writes what was seen into the evidence, and gives it back only to decide how long to wait.
Everything here reaches parties, links and recorder through the clock (see ``inside``).
"""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from typing import Any

from ppmid_bench.adapters import Closing, Observing
from ppmid_bench.bench_file import BenchFile
from ppmid_bench.by_hand import Attended, ByHand, Carries
from ppmid_bench.control import ControlPort
from ppmid_bench.describe import readable
from ppmid_bench.evidence import HARNESS
from ppmid_bench.home import HomePlan
from ppmid_bench.home_keys import NEW_GPF, NEW_HUB, HomeKeys
from ppmid_bench.inside import BedClock, Inside, at_once
from ppmid_bench.other_home import OtherHome
from ppmid_bench.other_user import OtherUser
from ppmid_bench.recorder import Recorder
from ppmid_bench.stranger import Stranger
from ppmid_bench.tls_call import call
from ppmid_bench.wiring import (
    HOME,
    Links,
    labelled_keys,
    observe_links,
    other_user,
    processes,
    wire_links,
    wire_parties,
)
from ppmid_devices import roles
from ppmid_devices.carrier.contract import Carrier
from ppmid_devices.coverage_desk.contract import CoverageDesk
from ppmid_devices.dcc.contract import AnomalyCount, Dcc, Quarantined, ServiceRecord
from ppmid_devices.dcc_user.contract import DccUser, RequestRecord
from ppmid_devices.delivery_service.contract import DeliveryService
from ppmid_devices.hht.contract import Hht
from ppmid_devices.hub.contract import Hub
from ppmid_devices.ihd.contract import ShownFigures
from ppmid_devices.lines.ends import LineFault
from ppmid_devices.lines.overheard import OverheardHan
from ppmid_devices.lines.port_scan import open_ports
from ppmid_devices.links.contract import Aerial, Installer, Variant
from ppmid_devices.meter.contract import Meter, MeterDisplay
from ppmid_devices.neighbour_hub.contract import NeighbourHub
from ppmid_devices.operator.questions import Answered
from ppmid_devices.ports import MILLISECOND, SECOND, Awaited, CannotArrange
from ppmid_devices.ppmid.contract import CallsByTls, Listens, Ppmid, Screen
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret

FORMER = {roles.HUB: "former hub", roles.GPF: "former gas proxy"}
"""What the functions of a hub are called once another has taken its place."""


_STICK_WRITTEN = 3 * SECOND
"""From a stick that is found to one that may be taken out: it has one small file."""


class Bed:
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
        self._processes = processes(parties, bench, control, links)
        self._awaited = [party for party in parties.values() if isinstance(party, Awaited)]
        self._wan = links.wan
        self.learned_keys = observe_links(plan, bench, keys, recorder, links.han)
        """The keys of the HAN that were handed out on it, by what they are for; it grows."""
        self.han_keys = labelled_keys(plan, keys, links.han)
        """The keys of the HAN that were there from the beginning, by who shares them."""
        self._first_balance: dict[str, int] = {}
        self._called: dict[str, str] = {}
        self._han = links.han
        there, device = plan.avenue_end, self.eui(plan.avenue_end)
        stranger = Stranger(clock, keys.avenue_key("stranger"), links.avenue, HOME, there, device, plan.port)
        self._closing = [*parties.values(), *lines.values(), links.rehearsal]
        self._observing = {name: one for name, one in {**parties, **lines}.items() if isinstance(one, Observing)}
        self._carried = isinstance(parties.get(roles.CARRIER), Carries)
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
        return (
            ByHand(self.clock, party, partial(self._note, role)) if isinstance(party, Attended) else self._inside(party)
        )

    def _note(self, role: str, answers: list[Answered]) -> None:
        for one in answers:
            fields = {"id": one.id, "asked": one.asked, "said": self._said(one), "by": one.by, "at": one.at}
            self._recorder.log.append(self.clock.now(), "operator", role, HARNESS, "answer", fields)

    def _said(self, answer: Answered) -> str | None:
        return None if answer.said is None else self._recorder.redactor.text(answer.said)

    def _inside(self, target: Any) -> Any:
        return Inside(self.clock, target)

    # The parties, by their contracts.

    def party(self, role: str) -> Any:
        """The party of this role, whatever its contract."""
        return self._parties[role]

    @property
    def dcc_user(self) -> DccUser:
        """The DCC User."""
        user: DccUser = self._parties[roles.DCC_USER]
        return user

    @property
    def dcc(self) -> Dcc:
        """The DCC."""
        dcc: Dcc = self._parties[roles.DCC]
        return dcc

    @property
    def delivery_service(self) -> DeliveryService:
        """The delivery service."""
        service: DeliveryService = self._parties[roles.DELIVERY_SERVICE]
        return service

    @property
    def ppmid(self) -> Ppmid:
        """The PPMID."""
        ppmid: Ppmid = self._parties[roles.PPMID]
        return ppmid

    @property
    def hub(self) -> Hub:
        """The Communications Hub."""
        hub: Hub = self._parties[roles.HUB]
        return hub

    @property
    def carrier(self) -> Carrier:
        """Who carries messages to the PPMID by hand."""
        carrier: Carrier = self._parties[roles.CARRIER]
        return carrier

    @property
    def hht(self) -> Hht:
        """The engineer's Hand-Held Terminal."""
        hht: Hht = self._parties[roles.HHT]
        return hht

    @property
    def neighbour_hub(self) -> NeighbourHub:
        """The hub next door."""
        hub: NeighbourHub = self._parties[roles.NEIGHBOUR_HUB]
        return hub

    @property
    def coverage_desk(self) -> CoverageDesk:
        """Who works on the home's coverage."""
        desk: CoverageDesk = self._parties[roles.COVERAGE_DESK]
        return desk

    def meter(self, role: str) -> Meter:
        """The electricity or gas meter."""
        meter: Meter = self._parties[role]
        return meter

    @property
    def wan_variant(self) -> Variant:
        """The variant of hub that the home began with."""
        return self._plan.wan_variant

    def eui(self, role: str) -> Eui:
        """The identifier of a device of the home, or of a hub's function that was there before (``FORMER``)."""
        return self._keys.eui(self._called.get(role, role))

    # What can be observed.

    def read_meter(self, role: str) -> MeterDisplay:
        """Read a meter's own display."""
        display = self.meter(role).display()
        self._note_display(role, display)
        return display

    @at_once
    def _note_display(self, role: str, display: MeterDisplay) -> None:
        self._read("meter-display", role, "reading", _meter_fields(role, display))

    @at_once
    def read_configuration(self, role: str) -> None:
        """Read digests of what is configured in a meter."""
        if "meter-configuration" in self._points:
            fields = {"meter": role, "objects": self.meter(role).configuration()}
            self._read("meter-configuration", role, "configuration", fields)

    def first_balance(self, role: str) -> int:
        """What the meter's display showed when the home was switched on (millipence).

        Raises CannotArrange where nobody can read it.
        """
        return self._first_balance[role] if role in self._first_balance else self.read_meter(role).balance

    def read_screen(self) -> Screen:
        """Read the PPMID's screen."""
        screen = self.ppmid.screen()
        self._note_screen(screen)
        return screen

    @at_once
    def _note_screen(self, screen: Screen) -> None:
        lines = [self._recorder.redactor.text(line) for line in screen.lines]
        figures = [self._shown(one) for one in screen.figures]
        self._read("ppmid-display", roles.PPMID, "screen", {"lines": lines, "figures": figures})

    def _shown(self, figures: ShownFigures) -> dict[str, Any]:
        """What a screen shows of a meter, by the meter's role in this home."""
        names = {self._keys.eui(role): role for role in self._plan.meters}
        return {**asdict(figures), "meter": names.get(figures.meter, str(figures.meter))}

    @at_once
    def read_record(self, request: str) -> RequestRecord:
        """Read the User's record of a request."""
        record = self.dcc_user.record(request)
        self._read("user", roles.DCC_USER, "record", self._record_fields(record))
        return record

    @at_once
    def read_anomalies(self) -> list[Quarantined]:
        """Read what the DCC has counted of the Users' communications, and what it has quarantined; gives the latter."""
        counts, quarantined = self.dcc.anomaly_counts(), self.dcc.quarantined()
        self._read("dcc", roles.DCC, "anomaly-counts", {"counts": [_fields(one) for one in counts]})
        self._read("dcc", roles.DCC, "quarantine", {"requests": [_fields(one) for one in quarantined]})
        return quarantined

    @at_once
    def release(self, held: Quarantined) -> None:
        """Have the DCC release a request from quarantine, and note when it did."""
        self._read("dcc", roles.DCC, "released", {"request": held.request, "reference": held.reference})
        self.dcc.release(held.reference)

    @at_once
    def read_services(self) -> list[ServiceRecord]:
        """Read the DCC's own records of the requests."""
        services = self.dcc.services()
        self._read("dcc", roles.DCC, "services", {"services": [_fields(one) for one in services]})
        return services

    @at_once
    def note_typed(self, digits: str) -> None:
        """Note that a person types digits into the PPMID; the digits themselves stay out of the evidence."""
        self._recorder.reading("keypad", roles.PPMID, "typed", {"utrn": self._recorder.redactor.utrn(digits.encode())})

    @at_once
    def propose_coverage(self) -> None:
        """Have somebody propose a solution for the home's SM WAN, and note it."""
        self._read("wan", roles.DCC, "solution-proposed", {})
        self._wan.propose()

    @at_once
    def fit_aerial(self, aerial: Aerial, installer: Installer) -> None:
        """Have a party fit an aerial to the hub, and note whether it could."""
        fitted = self._wan.fit_aerial(aerial, installer)
        self._read("wan", roles.HUB, "aerial", {"aerial": aerial, "installer": installer, "fitted": fitted})

    @at_once
    def switch_neighbour(self, on: bool) -> None:
        """Have the owner of the hub next door switch it off, or on again, and note it."""
        self._recorder.reading("neighbour-power", roles.NEIGHBOUR_HUB, "on" if on else "off", {})
        self.neighbour_hub.switch(on)

    @at_once
    def read_coverage_acts(self) -> None:
        """Read what has been done for the coverage of this home, and of others in the queue."""
        acts = [asdict(act) for act in self.coverage_desk.acts()]
        self._read("dcc", roles.COVERAGE_DESK, "coverage-acts", {"home": HOME, "acts": acts})

    @at_once
    def cut_power_of_hub(self) -> None:
        """Cut the hub's power and give it back, and note it: the time for joining counts from then."""
        self._recorder.reading("hub-power", roles.HUB, "cut", {})
        self.hub.power_cycle()

    @at_once
    def have_ppmid_call(self, answers: str = "") -> None:
        """Have the PPMID call by TLS, and note who answered and whether it spoke to it (see ``tls_call.call``).

        Raises CannotArrange for a PPMID whose calls cannot be rehearsed.
        """
        if not isinstance(self._ppmid, CallsByTls) or hasattr(type(self._ppmid), "__getattr__"):
            raise CannotArrange("a call by TLS that somebody else answers: that is for our own PPMID alone")
        refused = call(self._ppmid.tls, self.eui(roles.PPMID), answers)
        fields = {"answers": answers or "the delivery service", "genuine": not answers, "refused": refused}
        self._recorder.reading("tls", roles.PPMID, "call", fields)

    def scan_ppmid(self) -> None:
        """Scan the PPMID's Internet side for TCP ports that take a connection, and note them.

        Raises CannotArrange where the bench knows no address of it (``[bench] scan``), and it cannot say so itself.
        """
        self._note_scan(open_ports(self._scan) if self._scan else self._listens_on())

    def _listens_on(self) -> frozenset[int]:
        if not isinstance(self._ppmid, Listens) or hasattr(type(self._ppmid), "__getattr__"):
            raise CannotArrange("a scan of the PPMID: the bench file names no address of it ([bench] scan)")
        return self._ppmid.listens_on

    @at_once
    def _note_scan(self, ports: frozenset[int]) -> None:
        self._recorder.reading("network-scan", roles.PPMID, "open-ports", {"ports": sorted(ports)})

    def cut_power_of_ppmid(self) -> None:
        """Note it, then cut the PPMID's power and give it back; the home lives on while a person or a relay does so."""
        self.clock.perform(lambda: self._recorder.reading("ppmid-power", roles.PPMID, "cut", {}))
        self.ppmid.restart()

    @at_once
    def exchange_hub(self) -> None:
        """Have the hub taken away and the new one put in its place, and note it: by its role, that is meant then."""
        self._recorder.reading("hub-power", roles.HUB, "exchanged", {})
        self.hub.take_away()
        self._parties[roles.HUB] = self._parties.pop(NEW_HUB)
        self._called = {roles.HUB: NEW_HUB, roles.GPF: NEW_GPF, **{of: role for role, of in FORMER.items()}}
        self.hub.start()

    @at_once
    def load_hht(self, command: bytes) -> None:
        """Have the engineer put a Command into the Hand-Held Terminal, and note which."""
        self._note_gbcs("loaded", command)
        self.hht.load(command)

    @at_once
    def take_hht_away(self) -> None:
        """Have the engineer leave the home with the Hand-Held Terminal, and note it."""
        self._recorder.reading(roles.HHT, roles.HHT, "left", {})
        self.hht.disconnect()

    @at_once
    def bring_back(self, response: bytes) -> None:
        """Have the engineer's company hand to the User what the Hand-Held Terminal brought, and note it."""
        self._note_gbcs("brought-back", response)
        self.dcc_user.bring_back(response)

    def _note_gbcs(self, what: str, octets: bytes) -> None:
        self._recorder.reading(roles.HHT, roles.HHT, what, {"gbcs": readable(octets, self._recorder.redactor)})

    @at_once
    def enter_in_app(self, token: str, meter: Eui, digits: Secret) -> None:
        """Enter digits in the Supplier's app under a session, and note what it said; the digits stay out."""
        entered = self.delivery_service.enter_utrn(token, meter, digits)
        fields = {"utrn": self._recorder.redactor.utrn(digits), "refused": entered.refused}
        self._recorder.reading("app", roles.DELIVERY_SERVICE, "entered", fields)

    @at_once
    def seen(self, /, link: str, what: str, **fields: Any) -> bool:
        """Whether such a thing has been observed on a link, on a bench that has this observation point."""
        return bool(self._recorder.log.log().of(link, what, **fields))

    @at_once
    def heard_out(self) -> bool:
        """Whether all that was captured on the HAN has been heard. Raises CannotArrange where it is no capture."""
        if not isinstance(self._han, OverheardHan):
            raise CannotArrange("the HAN of this bench is no capture")
        return self._han.ended

    def bring_carrier(self) -> None:
        """Have the carrier come to the PPMID: its line comes up, and a person who carries it is asked to."""
        carrier: Any = self._parties[roles.CARRIER] if self._carried else None
        if carrier is not None and not carrier.written_first:
            carrier.bring()
        self.links.avenue.set_up(True)
        if carrier is not None and carrier.written_first:
            self.wait(_STICK_WRITTEN)
            carrier.bring()
        self._at_ppmid = True

    def take_carrier_away(self) -> None:
        """Have the carrier be neither at the PPMID nor at the Supplier's."""
        if self._carried and self._at_ppmid:
            carrier: Any = self._parties[roles.CARRIER]
            carrier.fetch()
        self._at_ppmid = False
        self.links.handover.set_up(False)
        self.links.avenue.set_up(False)

    @at_once
    def halves(self) -> int:
        """How many pieces have gone into the home by hand of what lacked its end then."""
        pieces = self._recorder.log.log().of("avenue", half=True)
        return sum(entry.receiver == self._plan.avenue_end for entry in pieces)

    def wait(self, duration: int, until: Callable[[], bool] = lambda: False) -> bool:
        """Let time pass until ``until()`` holds, ``duration`` nanoseconds at most; gives whether it held."""
        return self.clock.run_until(self.clock.now() + duration, until)

    def _read(self, point: str, party: str, what: str, fields: dict[str, Any]) -> None:
        if point in self._points:
            self._recorder.reading(point, party, what, fields)

    def _record_fields(self, record: RequestRecord) -> dict[str, Any]:
        return {
            "request": record.request,
            "srv": record.srv,
            "device": str(record.device),
            "outcome": str(record.outcome),
            "asked_at": record.asked_at,
            "settled_at": record.settled_at,
            "verified_by": record.verified_by,
            "credits": record.credits,
            "settlements": record.settlements,
            "unverifiable": record.unverifiable,
            "balance": record.balance,
            "readings": len(record.readings),
            "detail": self._recorder.redactor.text(record.detail),
        }


def _close(ends: Iterable[Any]) -> None:
    """Close those that hold something of the real world."""
    for end in ends:
        if isinstance(end, Closing):
            end.close()


def _fields(record: AnomalyCount | Quarantined | ServiceRecord) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, str | Eui) else value for name, value in asdict(record).items()}


def _meter_fields(role: str, display: MeterDisplay) -> dict[str, Any]:
    return {
        "meter": role,
        "balance": display.balance,
        "supply": str(display.supply),
        "emergency_credit": display.emergency_credit,
        "consumption": display.consumption,
    }
