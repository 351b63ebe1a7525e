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
class Recovery:
    """A debt that top-ups repay (SMETS2 4.6.4.8, 4.6.4.10 and 4.6.5.13; 5.7.4.11, 5.7.4.13 and 5.7.5.23).

    ``debt``: what is owed. ``share``: of each top-up, in 1/100 %. ``cap``: at most so much in any 7 x 24 hours.
    Amounts are millipence.
    """

    debt: int
    share: int
    cap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyDebt:
    """A debt of which some falls due each day (Time Debt Register 1, SMETS2 4.6.5.21 and 5.7.5.36), in millipence."""

    debt: int
    a_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSituation:
    """What a scenario asks of a meter before it begins; None where any will do.

    ``balance`` in millipence, as the other amounts. ``emergency_used``: emergency credit that is owed, of
    ``emergency_limit``. ``recovery``: a debt that top-ups repay; ``daily_debt``: one that is taken by the day.
    ``standing_charge``: a day. ``maximum_balance``, ``maximum_credit``: Maximum Meter Balance and Maximum Credit
    Threshold. ``answers_used_utrns``: whether it answers a PPMID's UTRN that it has seen before, or
    stays silent; which of the two a meter does is not public. ``variant``: which kind of ESME it is; ``edition``:
    whether it is of an earlier or a later edition of SMETS2 (``meter.variants``). ``clock``: whether its clock has been
    set, or is unreliable, as after a commissioning without SM WAN.
    """

    balance: int | None = None
    emergency_limit: int | None = None
    emergency_used: int | None = None
    recovery: Recovery | None = None
    daily_debt: DailyDebt | None = None
    standing_charge: int | None = None
    maximum_balance: int | None = None
    maximum_credit: int | None = None
    supply: Supply | None = None
    answers_used_utrns: bool | None = None
    variant: Variant | None = None
    edition: Edition | None = None
    clock: ClockState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterDisplay:
    """What a person reads on the meter itself: amounts in millipence.

    ``emergency_credit`` is the Emergency Credit Balance while emergency credit is selected, else None. ``consumption``:
    the register that only ever rises, in Wh or litres; None where nobody reads it. ``emergency_owed``: emergency credit
    used and not repaid; ``debt``: all else that is owed, in the Accumulated, Time and Payment Debt Registers (SMETS2
    4.6.5.1, .21 and .13; 5.7.5.1, .36 and .23); None where nobody reads them.
    """

    balance: int
    supply: Supply
    emergency_credit: int | None
    consumption: int | None = None
    emergency_owed: int | None = None
    debt: int | None = None


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

    def image(self) -> bytes:
        """A newer firmware image for it, as its maker hands it out. Raises CannotArrange where there is none."""

    def configuration(self) -> dict[str, str]:
        """A digest of its firmware and of each thing that is configured in it and can be read, by names of its own.

        What moves by use, money or time is left out. Raises CannotArrange where it cannot be read.
        """
