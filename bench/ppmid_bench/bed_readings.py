"""What can be observed of a home: each ``read_…`` writes what was seen into the evidence.

It gives it back too, but only for a step to decide how long to wait.
"""

from dataclasses import asdict
from typing import Any

from ppmid_bench.bed_parts import BedParts
from ppmid_bench.inside import at_once
from ppmid_bench.wired_needs import HOME
from ppmid_devices import roles
from ppmid_devices.dcc.contract import AnomalyCount, Quarantined, ServiceRecord
from ppmid_devices.dcc_user.contract import RequestRecord
from ppmid_devices.ihd.contract import ShownFigures
from ppmid_devices.lines.overheard import OverheardHan
from ppmid_devices.meter.contract import MeterDisplay
from ppmid_devices.ports import CannotArrange
from ppmid_devices.ppmid.contract import Screen
from ppmid_protocols.eui import Eui


class BedReadings(BedParts):
    """Displays, records, the DCC's counts, and what the capture has."""

    _first_balance: dict[str, int]
    _last_display: dict[str, MeterDisplay]
    _han: Any

    def read_meter(self, role: str) -> MeterDisplay:
        """Read a meter's own display."""
        display = self._last_display[role] = self.meter(role).display()
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

    def last_display(self, role: str) -> MeterDisplay:
        """What the meter's display showed when it was last read. Raises CannotArrange where nobody can read it."""
        return self._last_display[role] if role in self._last_display else self.read_meter(role)

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
    def read_services(self) -> list[ServiceRecord]:
        """Read the DCC's own records of the requests."""
        services = self.dcc.services()
        self._read("dcc", roles.DCC, "services", {"services": [_fields(one) for one in services]})
        return services

    @at_once
    def read_coverage_acts(self) -> None:
        """Read what has been done for the coverage of this home, and of others in the queue."""
        acts = [asdict(act) for act in self.coverage_desk.acts()]
        self._read("dcc", roles.COVERAGE_DESK, "coverage-acts", {"home": HOME, "acts": acts})

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

    @at_once
    def halves(self) -> int:
        """How many pieces have gone into the home by hand of what lacked its end then."""
        pieces = self._recorder.log.log().of("avenue", half=True)
        return sum(entry.receiver == self._plan.avenue_end for entry in pieces)

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


def _fields(record: AnomalyCount | Quarantined | ServiceRecord) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, str | Eui) else value for name, value in asdict(record).items()}


def _meter_fields(role: str, display: MeterDisplay) -> dict[str, Any]:
    return {
        "meter": role,
        "balance": display.balance,
        "supply": str(display.supply),
        "emergency_credit": display.emergency_credit,
        "consumption": display.consumption,
        "emergency_owed": display.emergency_owed,
        "debt": display.debt,
    }
