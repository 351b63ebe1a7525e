"""What an engineer may do with a Hand-Held Terminal, and what its screen shows.

Commands come into it and Responses out of it as files, by the engineer's company: how is no matter of the home.
"""

from enum import StrEnum
from typing import Protocol

from ppmid_protocols.eui import Eui


class HhtState(StrEnum):
    """How far a terminal has come into a home's HAN."""

    IDLE = "idle"
    INTRODUCED = "introduced"  # it has named the hub over Inter-PAN
    LISTED = "listed"  # the hub has it in its device log
    ADDRESSED = "addressed"  # it has a place on the network, and no key yet
    JOINED = "joined"  # it has the network key
    CONNECTED = "connected"  # the hub has opened its tunnel: Commands can go
    REFUSED = "refused"  # the hub does not let it in
    UNANSWERED = "unanswered"  # nothing was heard


class Hht(Protocol):
    """A Hand-Held Terminal."""

    @property
    def eui(self) -> Eui:
        """Its identifier."""

    @property
    def state(self) -> HhtState:
        """What its screen shows."""

    @property
    def responses(self) -> tuple[bytes, ...]:
        """The GBCS messages that have come back to it, oldest first."""

    def start(self) -> None:
        """Switch it on."""

    def connect(self, gpf: Eui) -> None:
        """Name the hub by the identifier that is printed on it, and join its HAN; also when it was there before."""

    def load(self, command: bytes) -> bool:
        """Take a complete GBCS Command (1 to 1500 octets), and send it as soon as the terminal is connected.

        False: it has not taken it, since no tunnel carries one of that size.
        """

    def disconnect(self) -> None:
        """Leave the home."""
