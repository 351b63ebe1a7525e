"""What a display shows of the meters, and what a scenario may do with an In-Home Display."""

from dataclasses import dataclass
from typing import Protocol

from ppmid_devices.meter.contract import Supply
from ppmid_protocols.eui import Eui


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFigures:
    """What stands on a screen of one meter: amounts in millipence, None for what it has not been told.

    ``as_of``: the time that the screen gives the figures (nanoseconds since 1970), None where it says that it does not
    know how old they are. ``emergency_credit``: while it is selected, else None.
    """

    meter: Eui
    balance: int | None = None
    supply: Supply | None = None
    emergency_credit: int | None = None
    debt: int | None = None
    as_of: int | None = None


class Ihd(Protocol):
    """An In-Home Display: a Type 2 Device, without keys of GBCS, that sends no Command."""

    @property
    def eui(self) -> Eui:
        """Its device identifier."""

    def start(self) -> None:
        """Switch it on."""

    def touch(self) -> None:
        """Touch it, so that its screen is on."""

    def figures(self) -> tuple[ShownFigures, ...]:
        """What a person reads on it now, a meter after the other."""
