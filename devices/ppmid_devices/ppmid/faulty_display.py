"""PPMIDs with one fault each in what they show of the meters."""

from dataclasses import replace

from ppmid_devices.ihd.contract import ShownFigures
from ppmid_devices.ihd.figures import Figures
from ppmid_devices.ihd.reader import FigureReader
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.eui import Eui
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
