"""What others may do with the delivery service: hand it Commands and UTRNs for a home, and hear what comes back.

It vouches for the sender towards the PPMID (its own key of the local command interface), and for nothing else: the
Commands it carries are authentic end to end without it, and whether digits are a UTRN is for PPMID and meter to say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message
from ppmid_protocols.secret import Secret


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of what a customer entered: the request id of what was sent, or in a few words why nothing was."""

    request: str = ""
    refused: str = ""


class DeliveryService(Protocol):
    """Carries messages of the local command interface between a User and one home's PPMID."""

    def start(self) -> None:
        """Begin to listen on the avenue."""

    def listen(self, heard: Callable[[Message], None]) -> None:
        """Call ``heard`` with every authentic message that the PPMID sends.

        And with a Status REFUSED of a request that it never sends: for TOO_MANY_REQUESTS where it has no room for it
        while the avenue is down, for NO_PPMID where the home has none.
        """

    def submit_command(self, target: Eui, command: bytes) -> str:
        """Send a complete GBCS Command (1 to 3072 octets) to the PPMID; gives the request id that answers will bear.

        Raises Malformed for another size, which no message of the local command interface carries.
        """

    def submit_utrn(self, meter: Eui, digits: Secret) -> str:
        """Send what a customer entered as a UTRN (1 to 20 ASCII digits, right or wrong) to the PPMID, as it is.

        Gives the request id that its answers will bear. Raises Malformed for anything else.
        """

    def log_in(self, home: str) -> str:
        """A customer of ``home`` has proved to be one, in the Supplier's app; gives the token of the new session."""

    def log_out(self, token: str) -> None:
        """End a session."""

    def enter_utrn(self, token: str, meter: Eui, digits: Secret) -> Entered:
        """As ``submit_utrn``, by whoever holds the token of a session: for a meter of that session's home alone."""


class Deliveries(Protocol):
    """What of a delivery service the User's own systems use: see ``DeliveryService``."""

    def listen(self, heard: Callable[[Message], None]) -> None:
        """Call ``heard`` with what the PPMID sends."""

    def submit_command(self, target: Eui, command: bytes) -> str:
        """Send a Command."""

    def submit_utrn(self, meter: Eui, digits: Secret) -> str:
        """Send a UTRN."""
