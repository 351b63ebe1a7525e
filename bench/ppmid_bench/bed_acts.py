"""What people and outsiders do in and around a home, noted as it is done: power, aerials, keys, sticks, an app, a scan.

None of it needs an observation point: these are the bench's own acts.
"""

from dataclasses import asdict
from itertools import pairwise
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from ppmid_bench.bed_parts import FORMER, BedParts
from ppmid_bench.credentials_update import credentials_update
from ppmid_bench.describe_gbcs import readable
from ppmid_bench.evidence import HARNESS, SPOILED
from ppmid_bench.home_keys import NEW_GPF, NEW_HUB, SUPPLIER
from ppmid_bench.inside import at_once
from ppmid_bench.tls_call import call, waits
from ppmid_devices import roles
from ppmid_devices.dcc.contract import Quarantined
from ppmid_devices.lines.port_scan import open_ports
from ppmid_devices.links.contract import Aerial, Impairments, Installer
from ppmid_devices.links.link import Link
from ppmid_devices.links.wan import Wan
from ppmid_devices.ports import SECOND, CannotArrange
from ppmid_devices.ppmid.contract import CallsByTls, Listens
from ppmid_protocols import smki
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.errors import NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret

_CALLS_AGAIN = 60 * SECOND
"""Longer than a PPMID waits before it calls again, some failures included (the page of its interface, the Internet)."""

_MANY_CALLS = 300 * SECOND
_STICK_WRITTEN = 3 * SECOND
"""From a stick that is found to one that may be taken out: it has one small file."""


class BedActs(BedParts):
    """Acts on a home, each with its line of evidence."""

    _wan: Wan
    _line_of_home: Link
    _ppmid: Any
    _scan: Any
    _carried: bool
    _at_ppmid: bool
    _in_vain = 0

    @at_once
    def release(self, held: Quarantined) -> None:
        """Have the DCC release a request from quarantine, and note when it did."""
        self._read("dcc", roles.DCC, "released", {"request": held.request, "reference": held.reference})
        self.dcc.release(held.reference)

    @at_once
    def note_typed(self, digits: str) -> None:
        """Note that a person types digits into the PPMID; the digits themselves stay out of the evidence."""
        self._recorder.reading("keypad", roles.PPMID, "typed", {"utrn": self._recorder.redactor.utrn(digits.encode())})

    @at_once
    def note_chosen(self, choice: str) -> None:
        """Note that a person chooses something at the PPMID: ``emergency-credit`` or ``supply``."""
        self._recorder.reading("keypad", roles.PPMID, "chosen", {"choice": choice})

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
    def spoil_avenue(self, impairments: Impairments) -> None:
        """Have the avenue be slow or lossy from now on, or as good as before, and note it. Raises CannotArrange."""
        self._line_of_home.impair(impairments)
        self._note_spoiled(**asdict(impairments))

    @at_once
    def darken_avenue(self, dark: bool) -> None:
        """Have the avenue carry nothing and tell nobody, or carry again, and note it. Raises CannotArrange."""
        self._line_of_home.set_dark(dark)
        self._note_spoiled(dark=dark)

    @at_once
    def reset_avenue(self) -> None:
        """Have the connection on the avenue reset, and note it. Raises CannotArrange."""
        self._line_of_home.reset()
        self._note_spoiled(reset=True)

    def _note_spoiled(self, **how: Any) -> None:
        self._recorder.log.append(self.clock.now(), HARNESS, HARNESS, HARNESS, SPOILED, {"link": "avenue", **how})

    @at_once
    def cut_power_of_hub(self) -> None:
        """Cut the hub's power and give it back, and note it: the time for joining counts from then."""
        self._recorder.reading("hub-power", roles.HUB, "cut", {})
        self.hub.power_cycle()

    def have_ppmid_call(self, answers: str = "") -> None:
        """Have the PPMID call by TLS, and note who answered and whether it spoke to it.

        ``answers``: one of ``impostors.IMPOSTORS``; nothing: the delivery service. Where the avenue is a real line, the
        PPMID calls there; else both ends are in memory (see ``tls_call.call``). Raises CannotArrange for a PPMID that
        can neither.
        """
        line: Any = self.links.avenue
        refused = self._real_call(line, answers) if hasattr(line, "impersonate") else self._rehearsed_call(answers)
        fields = {"answers": answers or "the delivery service", "genuine": not answers, "refused": refused}
        self._note_call(fields)

    @at_once
    def _rehearsed_call(self, answers: str) -> str:
        if not isinstance(self._ppmid, CallsByTls) or hasattr(type(self._ppmid), "__getattr__"):
            raise CannotArrange("a call by TLS that somebody else answers: that is for our own PPMID alone")
        return call(self._ppmid.tls, self.eui(roles.PPMID), answers)

    def _real_call(self, line: Any, answers: str) -> str:
        """Break its connection off, and wait until it has called again."""
        if answers:
            line.impersonate(answers)
            self.wait(_CALLS_AGAIN, lambda: bool(line.deceived))
            found: tuple[str, ...] = line.deceived
            line.be_itself()
        else:
            line.set_up(False)
            self.wait(SECOND)
            line.set_up(True)
            found = ()
        self.wait(_CALLS_AGAIN, lambda: line.up)
        if answers and not found:
            raise CannotArrange("a call that somebody else answers: the PPMID has not called")
        if not answers:
            return "" if line.up else "it has not called again"
        return "" if "" in found else found[0]

    def have_ppmid_call_in_vain(self, times: int) -> None:
        """Have so many calls of the PPMID fail one after the other, and note how long it waited after each.

        Raises CannotArrange for a PPMID whose calls nobody can have fail.
        """
        line: Any = self.links.avenue
        found = self._real_waits(line, times) if hasattr(line, "called_at") else self._rehearsed_waits(times)
        self._note_waits([round(one, 6) for one in found])

    @at_once
    def _rehearsed_waits(self, times: int) -> list[float]:
        if not isinstance(self._ppmid, CallsByTls) or hasattr(type(self._ppmid), "__getattr__"):
            raise CannotArrange("calls in vain by TLS: that is for our own PPMID alone")
        self._in_vain += 1
        return waits(self._ppmid.tls, times, self._keys.derivation.random(f"calls in vain {self._in_vain}"))

    def _real_waits(self, line: Any, times: int) -> list[float]:
        """Hang up on it so often; the first wait, from a connection that ended, is not among them."""
        before = len(line.called_at)
        line.set_up(False)
        enough = before + times + 1
        self.wait(_MANY_CALLS, lambda: len(line.called_at) >= enough)
        called = line.called_at[before:enough]
        line.set_up(True)
        self.wait(_CALLS_AGAIN, lambda: line.up)
        if len(called) <= times:
            raise CannotArrange(f"calls in vain: the PPMID has called {len(called)} times, not {times + 1}")
        return [later - earlier for earlier, later in pairwise(called)]

    @at_once
    def _note_waits(self, found: list[float]) -> None:
        self._recorder.reading("tls", roles.PPMID, "calls-in-vain", {"waits": found})

    @at_once
    def _note_call(self, fields: dict[str, Any]) -> None:
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

    def reset_ppmid(self) -> None:
        """Note it, then have a person set the PPMID back to how it left its factory."""
        self.clock.perform(lambda: self._recorder.reading("ppmid-power", roles.PPMID, "reset", {}))
        self.ppmid.factory_reset()

    @at_once
    def exchange_hub(self) -> None:
        """Have the hub taken away and the new one put in its place, and note it: by its role, that is meant then."""
        self._recorder.reading("hub-power", roles.HUB, "exchanged", {})
        self.hub.take_away()
        self._parties[roles.HUB] = self._parties.pop(NEW_HUB)
        self._called = {roles.HUB: NEW_HUB, roles.GPF: NEW_GPF, **{of: role for role, of in FORMER.items()}}
        self.hub.start()

    @at_once
    def load_hht(self, command: bytes) -> bool:
        """Have the engineer put a Command into the Hand-Held Terminal, and note which; gives whether that took it."""
        self._note_gbcs("loaded", command)
        taken = self.hht.load(command)
        if not taken:
            self._note_gbcs("not-taken", command)
        return taken

    @at_once
    def take_hht_away(self) -> None:
        """Have the engineer leave the home with the Hand-Held Terminal, and note it."""
        self._recorder.reading(roles.HHT, roles.HHT, "left", {})
        self.hht.disconnect()

    @at_once
    def issue_certificate(self, request: str) -> bytes:
        """Have SMKI issue what a device asked for in its Response to SRV 6.17, and note it; gives it in DER.

        DCC and User find it in the repository. Raises CannotArrange where the User holds no request of the device.
        """
        asked = self.dcc_user.certification_request(request)
        if not asked:
            raise CannotArrange("a certificate for a device's new key: the User holds no request of the device for one")
        certificate = self._keys.issue(asked)
        facts, octets = smki.read(certificate), certificate.public_bytes(Encoding.DER)
        fields = {
            "device": str(facts.eui),
            "usage": facts.usage.name,
            "key": smki.key_identifier(facts.public_key).hex(),
        }
        self._recorder.reading("smki", roles.DCC, "issued", fields)
        for party in (self.dcc, self.dcc_user):
            party.certificate_issued(octets)
        return octets

    def top_up_certificate_update(self) -> ServiceBody:
        """The body of SRV 6.15.1 that sets the Supplier's certificate for top-ups on a meter, issued anew for its key.

        Raises CannotArrange where its certificates are of another authority than the bench's.
        """
        try:
            certificate = self._keys.issued_anew(SUPPLIER, "prepayment")
            return credentials_update({"prepayment": certificate}, self._keys.authority, 0)
        except NotAuthentic as problem:
            raise CannotArrange(
                "a certificate of the Supplier, issued anew: another authority issues its own"
            ) from problem

    @at_once
    def bring_back(self, response: bytes) -> None:
        """Have the engineer's company hand to the User what the Hand-Held Terminal brought, and note it."""
        self._note_gbcs("brought-back", response)
        self.dcc_user.bring_back(response)

    def _note_gbcs(self, what: str, octets: bytes) -> None:
        fields = {"gbcs": readable(octets, self._recorder.redactor), "octets": len(octets)}
        self._recorder.reading(roles.HHT, roles.HHT, what, fields)

    @at_once
    def enter_in_app(self, token: str, meter: Eui, digits: Secret) -> None:
        """Enter digits in the Supplier's app under a session, and note what it said; the digits stay out."""
        entered = self.delivery_service.enter_utrn(token, meter, digits)
        fields = {"utrn": self._recorder.redactor.utrn(digits), "refused": entered.refused}
        self._recorder.reading("app", roles.DELIVERY_SERVICE, "entered", fields)

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
            carrier: Any = self.party(roles.CARRIER)
            carrier.fetch()
        self._at_ppmid = False
        self.links.handover.set_up(False)
        self.links.avenue.set_up(False)
