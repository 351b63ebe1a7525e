"""What a scenario may do with an HCALCS as a person beside it. It has no display; Commands reach it by the hub."""

from typing import Protocol

from ppmid_protocols.eui import Eui


class Hcalcs(Protocol):
    """A HAN Connected Auxiliary Load Control Switch."""

    @property
    def eui(self) -> Eui:
        """Its identifier."""

    def start(self) -> None:
        """Power it on: it is on the HAN from then on."""

    def power_cycle(self) -> None:
        """Cut its power and give it back; what it keeps is its own matter. Raises CannotArrange."""
