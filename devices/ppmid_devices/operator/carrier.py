"""A person who carries (``carrier.contract.Carrier``): puts the stick in, plugs the cable, holds the reader there.

What is carried is the harness's own: a stick that is mounted here, a cable or a reader that hangs on this machine. The
person moves it when the scenario wants it moved; a stick once it is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Unpack

from ppmid_devices.carrier.settings import CarrierSettings
from ppmid_devices.carrier.simulated import SimulatedCarrier
from ppmid_devices.needs import CarrierNeeds
from ppmid_devices.operator import questions
from ppmid_devices.operator.questions import Answered
from ppmid_devices.operator.settings import OperatorSettings
from ppmid_devices.ports import CannotArrange, Nature


@dataclass(frozen=True, slots=True)
class _Moves:
    there: str
    back: str


_MOVES: Mapping[str, _Moves] = MappingProxyType(
    {
        "usb-stick": _Moves(
            "Take the stick out of the computer and put it into the PPMID.",
            "Pull the stick out of the PPMID and put it back into the computer.",
        ),
        "usb-serial": _Moves("Plug the computer's cable into the PPMID.", "Pull the cable out of the PPMID."),
        "nfc": _Moves("Hold the reader to the PPMID, and leave it there.", "Take the reader away from the PPMID."),
    }
)
"""What a person does, by the port; other ports have no carrier."""


class OperatorCarrier(SimulatedCarrier):
    """Asks the operator to bring it to the PPMID and to take it away. What it says there is as our own carrier's."""

    nature: ClassVar[Nature] = Nature(real=True, by_hand=True)

    def __init__(self, *, settings: OperatorSettings, **needs: Unpack[CarrierNeeds]) -> None:
        super().__init__(settings=CarrierSettings(), **needs)
        port = needs["port"]
        if port not in _MOVES:
            raise CannotArrange(f"nobody is asked to carry anything to {port}")
        self._moves, self._operator = _MOVES[port], settings.operator(needs["clock"])
        self.written_first = port == "usb-stick"
        """Whether it is written before it is brought."""

    def take_answers(self) -> list[Answered]:
        """What the operator was asked and has answered since this was asked last."""
        return self._operator.take_answers()

    def bring(self) -> None:
        """Have it brought to the PPMID."""
        self._operator.ask("carry-there", f"{self._moves.there} Type done, or cannot.", questions.done)

    def fetch(self) -> None:
        """Have it taken away from the PPMID."""
        self._operator.ask("carry-back", f"{self._moves.back} Type done, or cannot.", questions.done)
