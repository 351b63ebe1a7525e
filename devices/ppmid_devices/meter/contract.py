"""What a scenario may do with a meter as a person in front of it, and what its own display shows."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from ppmid_protocols.eui import Eui


class Supply(StrEnum):
    """The state of the supply (SMETS2 4.6.5.18 / 5.7.5.32)."""

    DISABLED = "disabled"
    ARMED = "armed"
    ENABLED = "enabled"


Variant = Literal[
    "single-element",
    "twin-element",
    "polyphase",
    "single-element-switches",
    "twin-element-switches",
    "polyphase-switches",
]
"""Which kind of ESME, by its elements or phases, and whether with load switches."""
Edition = Literal["every", "earlier", "later"]
"""Of SMETS2: ``every`` has the use cases of both."""
ClockState = Literal["reliable", "unreliable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSituation:
    """What a scenario asks of a meter before it begins; None where any will do.

    ``balance`` in millipence. ``answers_used_utrns``: whether it answers a PPMID's UTRN that it has seen before, or
    stays silent; which of the two a meter does is not public. ``variant``: which kind of ESME it is; ``edition``:
    whether it is of an earlier or a later edition of SMETS2 (``meter.variants``). ``clock``: whether its clock has been
    set, or is unreliable, as after a commissioning without SM WAN.
    """

    balance: int | None = None
    supply: Supply | None = None
    answers_used_utrns: bool | None = None
    variant: Variant | None = None
    edition: Edition | None = None
    clock: ClockState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterDisplay:
    """What a person reads on the meter itself: amounts in millipence.

    ``emergency_credit`` is the Emergency Credit Balance while emergency credit is selected, else None. ``consumption``:
    the register that only ever rises, in Wh or litres; None where nobody reads it.
    """

    balance: int
    supply: Supply
    emergency_credit: int | None
    consumption: int | None = None


class Meter(Protocol):
    """An electricity or gas meter in prepayment mode."""

    @property
    def eui(self) -> Eui:
        """Its device identifier."""

    def start(self) -> None:
        """Power it on."""

    def display(self) -> MeterDisplay:
        """What its own display shows now."""

    def press_enable(self) -> None:
        """Press its button to switch an armed supply on."""

    def enter_utrn(self, digits: str) -> str:
        """Type digits on its keypad; gives the text that its display answers."""

    def power_cycle(self) -> None:
        """Cut its power and give it back a while later. Raises CannotArrange where the bench cannot."""

    def configuration(self) -> dict[str, str]:
        """A digest of its firmware and of each thing that is configured in it and can be read, by names of its own.

        What moves by use, money or time is left out. Raises CannotArrange where it cannot be read.
        """
