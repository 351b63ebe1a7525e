"""PPMIDs with one fault each in what they show of the meters."""

from dataclasses import replace

from ppmid_devices.ihd.contract import ShownFigures
from ppmid_devices.ihd.figures import Figures
from ppmid_devices.ihd.reader import FigureReader
from ppmid_devices.meter.contract import Supply
from ppmid_devices.ppmid.contract import Screen
from ppmid_devices.ppmid.pending import Sent
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_devices.ppmid.task_desk import TaskDesk
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.prepayment import ConsumerTopUpResponse
from ppmid_protocols.zigbee.zcl import ReadAttributesResponse


class _FreshFigures(Figures):
    def _as_of(self, meter: Eui, answer: ReadAttributesResponse, now: int) -> int | None:  # noqa: ARG002 - the fault
        return now


class _FreshReader(FigureReader):
    figures_type = _FreshFigures


class ShowsStaleAsFresh(SimulatedPpmid):
    """Gives every figure the time at which it read it, also those that the mirror holds since half an hour.

    Breaks: a figure of the mirror is as old as the meter's report of it, and is shown so (SECMP0015).
    """

    figure_reader = _FreshReader


class _UndatedFigures(Figures):
    def _as_of(self, meter: Eui, answer: ReadAttributesResponse, now: int) -> int | None:  # noqa: ARG002 - the fault
        return None


class _UndatedReader(FigureReader):
    figures_type = _UndatedFigures


class ShowsNoTimes(SimulatedPpmid):
    """Shows every figure without its time.

    Breaks: a figure of the mirror is shown with its age (SECMP0015).
    """

    figure_reader = _UndatedReader


class _SummingFigures(Figures):
    def _credit(self, before: ShownFigures, answer: ReadAttributesResponse, now: int) -> ShownFigures:
        shown = super()._credit(before, answer, now)
        lent = answer.value(0x0002)
        if shown.balance is None or lent is None or not isinstance(lent.value, int):
            return shown
        return replace(shown, balance=shown.balance + lent.value)


class _SummingReader(FigureReader):
    figures_type = _SummingFigures


class ShowsEmergencyCreditAsBalance(SimulatedPpmid):
    """Adds the emergency credit that is left to the Meter Balance that it shows.

    Breaks PP-012: shows the meter's own value.
    """

    figure_reader = _SummingReader


class _ReckoningDesk(TaskDesk):
    credited: int | None = None

    def _take_result(self, sent: Sent, result: ConsumerTopUpResponse) -> None:
        super()._take_result(sent, result)
        if result.accepted:
            self.credited = (self.credited or 0) + (result.value or 0)


class ShowsItsOwnReckoning(SimulatedPpmid):
    """Adds what it has had credited to the balance that it read first, and reads no other.

    Breaks PP-012: of a top-up that repays debt or emergency credit, less is the customer's.
    """

    desk = _ReckoningDesk
    _first: tuple[ShownFigures, ...] = ()

    def screen(self) -> Screen:
        self._first = self._first or super().screen().figures
        desk = self._desk
        assert isinstance(desk, _ReckoningDesk)
        figures = (replace(one, balance=(one.balance or 0) + (desk.credited or 0)) for one in self._first)
        return replace(super().screen(), figures=tuple(figures))


class TakesCreditForSupply(SimulatedPpmid):
    """Shows the supply as on once it has had a top-up credited, however little it was.

    Breaks PP-012: shows the meter's own value; credited, armed and on supply are three things.
    """

    desk = _ReckoningDesk

    def screen(self) -> Screen:
        shown, desk = super().screen(), self._desk
        assert isinstance(desk, _ReckoningDesk)
        if desk.credited is None:
            return shown
        return replace(shown, figures=tuple(replace(one, supply=Supply.ENABLED) for one in shown.figures))


class KeepsTextsOfBefore(SimulatedPpmid):
    """Wipes its figures and its work, and keeps its texts, over a reset and a change of tenancy.

    Breaks PP-020: factory reset and change of tenancy remove history.
    """

    def _forget(self) -> None:
        kept = self._voice.lines
        super()._forget()
        for line in kept:
            self._voice.show(line)

    def _power_back(self) -> None:
        super()._power_back()
        for line in self._kept:
            self._voice.show(line)

    def restart(self) -> None:
        self._kept = self._voice.lines
        super().restart()


class _UnsignedFigures(Figures):
    def _credit(self, before: ShownFigures, answer: ReadAttributesResponse, now: int) -> ShownFigures:
        shown = super()._credit(before, answer, now)
        return shown if shown.balance is None else replace(shown, balance=abs(shown.balance))


class _UnsignedReader(FigureReader):
    figures_type = _UnsignedFigures


class ShowsDebtAsCredit(SimulatedPpmid):
    """Leaves the sign out: a customer who owes money reads that there is credit.

    Breaks: below 0 the Meter Balance is money due (SMETS2 5.7.5.22).
    """

    figure_reader = _UnsignedReader
