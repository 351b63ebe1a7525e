"""A simulated In-Home Display, which stands in a home in the PPMID's place: it has no avenue, keypad or GBCS keys."""

from collections.abc import Mapping
from typing import Any

from ppmid_devices.ihd.contract import ShownFigures
from ppmid_devices.ihd.reader import FigureReader
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import CannotArrange, Clock
from ppmid_devices.ppmid.contract import Image, Screen
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_protocols.eui import Eui


class SimulatedIhd:
    """An IHD (``ihd.contract.Ihd``), with the verbs of a PPMID that it has not: those raise CannotArrange.

    Of what a PPMID is made of it takes its place on the HAN and the rate of its readings, and nothing else.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        han: Han,
        membership: HanMembership,
        hub: Eui,
        meters: Mapping[Eui, str],
        settings: PpmidSettings,
        **_of_a_ppmid: Any,
    ) -> None:
        self._clock, self._han, self._membership, self._hub = clock, han, membership, hub
        self._meters = meters
        self._rate = settings.rate

    @property
    def eui(self) -> Eui:
        return self._membership.eui

    def start(self) -> None:
        self._node = HanNode(self._clock, self._han, self._membership)
        self._reader = FigureReader(self._clock, self._node, self._hub, self._meters, self._rate)

    def touch(self) -> None:
        self._reader.touch()

    def figures(self) -> tuple[ShownFigures, ...]:
        return self._reader.shown

    def screen(self) -> Screen:
        return Screen((), self.figures())

    def restart(self) -> None:
        self._reader.stop()

    def factory_reset(self) -> None:
        self._reader.stop()

    def image(self, kind: Image) -> bytes:
        raise CannotArrange(f"an In-Home Display takes no {kind} image of a PPMID")

    def enter_utrn(self, meter: Eui, digits: str) -> None:  # noqa: ARG002 - there is nothing to type on
        raise CannotArrange("an In-Home Display has no keypad")

    def select_emergency_credit(self, meter: Eui) -> None:  # noqa: ARG002 - as above
        raise CannotArrange("an In-Home Display has no menu")

    def enable_supply(self, meter: Eui) -> None:  # noqa: ARG002 - as above
        raise CannotArrange("an In-Home Display has no menu")
