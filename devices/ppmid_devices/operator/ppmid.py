"""A real PPMID with a person in front of it (``ppmid.contract.Ppmid``): what it says goes over real lines, not by here.

The avenue and the HAN of the device are lines of the bench file. A device stays on between scenarios, so nobody is
asked to switch it on.
"""

from typing import ClassVar, Unpack

from ppmid_devices import mains
from ppmid_devices.ihd.contract import ShownFigures
from ppmid_devices.needs import PpmidNeeds
from ppmid_devices.operator import questions
from ppmid_devices.operator.questions import Answered
from ppmid_devices.operator.settings import PpmidOperatorSettings
from ppmid_devices.ports import CannotArrange, Nature
from ppmid_devices.ppmid.contract import Image, Screen
from ppmid_protocols.eui import Eui


class OperatorPpmid:
    """Asks the operator to do what a scenario does with a PPMID."""

    nature: ClassVar[Nature] = Nature(real=True, by_hand=True)

    def __init__(self, *, settings: PpmidOperatorSettings, **needs: Unpack[PpmidNeeds]) -> None:
        situation = needs["situation"]
        if situation is not None and situation.can_relay not in (None, settings.can_relay):
            wanted = "can" if situation.can_relay else "cannot"
            raise CannotArrange(
                f"the scenario is about a PPMID that {wanted} relay; can_relay says {settings.can_relay}"
            )
        if situation is not None and situation.port != settings.port:
            raise CannotArrange(f"the scenario is about {situation.port}, and this PPMID is on {settings.port}")
        self._eui, self._meters = needs["credentials"].eui, needs["meters"]
        self._settings, self._clock = settings, needs["clock"]
        self._operator = settings.operator(needs["clock"])

    def take_answers(self) -> list[Answered]:
        """What the operator was asked and has answered since this was asked last."""
        return self._operator.take_answers()

    @property
    def eui(self) -> Eui:
        return self._eui

    def start(self) -> None:
        """It is on already."""

    def restart(self) -> None:
        if self._settings.power:
            mains.cycle_noted(self._settings.power, self._settings.power_s, self._clock, self._operator.note)
            return
        self._do("restart", "Cut the PPMID's power, wait ten seconds, and give it back.")

    def factory_reset(self) -> None:
        self._do("factory-reset", "Hold the PPMID's reset button until it is as it came from its maker.")

    def touch(self) -> None:
        self._do("touch", "Touch the PPMID, so that its screen is on and shows the meters' figures.")

    def image(self, kind: Image) -> bytes:
        raise CannotArrange(f"no file of {kind} firmware is at hand for this PPMID")

    def enter_utrn(self, meter: Eui, digits: str) -> None:
        what = f"for the {self._meters[meter]} on the PPMID, and confirm. Type done, or cannot."
        self._operator.ask("enter-utrn", f"Type {digits} {what}", questions.done, kept=f"Type a UTRN {what}")

    def select_emergency_credit(self, meter: Eui) -> None:
        self._do("emergency-credit", f"Choose emergency credit for the {self._meters[meter]} in the PPMID's menu.")

    def enable_supply(self, meter: Eui) -> None:
        self._do("enable-supply", f"Choose on the PPMID to switch the supply of the {self._meters[meter]} on.")

    def screen(self) -> Screen:
        lines = self._operator.ask(
            "screen", "Read the PPMID's message list: its lines with | between them, newest last.", questions.lines
        )
        return Screen(lines, tuple(self._figures(meter, role) for meter, role in self._meters.items()))

    def _figures(self, meter: Eui, role: str) -> ShownFigures:
        ask = self._operator.ask
        of = f"of the {role} on the PPMID's screen?"
        return ShownFigures(
            meter=meter,
            balance=ask(f"balance-{role}", f"What is the balance {of}", questions.amount),
            supply=ask(f"supply-{role}", f"What is the supply {of}", questions.supply),
            emergency_credit=ask(f"emergency-credit-{role}", f"What is the emergency credit {of}", questions.amount),
            debt=ask(f"debt-{role}", f"What is the debt {of}", questions.amount),
            as_of=ask(f"as-of-{role}", f"Of what time are the figures {of}", questions.moment),
        )

    def _do(self, id: str, what: str) -> None:
        self._operator.ask(id, f"{what} Type done, or cannot.", questions.done)
