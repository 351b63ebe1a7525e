"""A real meter with a person in front of it (``meter.contract.Meter``): its HAN is a line of the bench file."""

from typing import ClassVar, Unpack

from ppmid_devices.meter.contract import MeterDisplay
from ppmid_devices.needs import MeterNeeds
from ppmid_devices.operator import questions
from ppmid_devices.operator.questions import Answered
from ppmid_devices.operator.settings import OperatorSettings
from ppmid_devices.ports import CannotArrange, Nature
from ppmid_protocols.eui import Eui


class OperatorMeter:
    """Asks the operator to do what a scenario does with a meter, and to read its display."""

    nature: ClassVar[Nature] = Nature(real=True, by_hand=True, hides=frozenset({"meter-configuration"}))

    def __init__(self, *, settings: OperatorSettings, **needs: Unpack[MeterNeeds]) -> None:
        situation = needs["situation"]
        if situation is not None and situation != type(situation)():
            raise CannotArrange("nobody can bring this meter into the state that the scenario asks for")
        self._eui = needs["credentials"].eui
        self._operator = settings.operator(needs["clock"])

    def take_answers(self) -> list[Answered]:
        """What the operator was asked and has answered since this was asked last."""
        return self._operator.take_answers()

    @property
    def eui(self) -> Eui:
        return self._eui

    def start(self) -> None:
        """It is on already."""

    def display(self) -> MeterDisplay:
        ask = self._operator.ask
        return MeterDisplay(
            balance=ask("meter-balance", "What balance is on the meter's own display?", questions.shown_amount),
            supply=ask("meter-supply", "What does the meter say of its supply?", questions.shown_supply),
            emergency_credit=ask(
                "meter-emergency-credit", "What emergency credit is selected on the meter?", questions.amount
            ),
        )

    def press_enable(self) -> None:
        self._do("meter-enable", "Press the meter's button, so that an armed supply is switched on.")

    def enter_utrn(self, digits: str) -> str:
        what = "on the meter's own keypad. What does its display answer?"
        return self._operator.ask(
            "meter-enter-utrn", f"Type {digits} {what}", questions.text, kept=f"Type a UTRN {what}"
        )

    def power_cycle(self) -> None:
        self._do("meter-power", "Cut the meter's power, wait ten seconds, and give it back.")

    def image(self) -> bytes:
        raise CannotArrange("an image for this meter: its maker's is not at hand here")

    def configuration(self) -> dict[str, str]:
        raise CannotArrange("a person cannot read what is configured in a meter")

    def _do(self, id: str, what: str) -> None:
        self._operator.ask(id, f"{what} Type done, or cannot.", questions.done)
