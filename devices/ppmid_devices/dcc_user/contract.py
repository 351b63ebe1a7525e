"""What a scenario may do with a DCC User, and what it can learn from it.

A request has one outcome at a time. It starts as PENDING; UNKNOWN is what the User holds when its own time-out has
passed, or the DCC has answered with an error code; QUARANTINED what the DCC has told of by its own alert; NOT_SENT what
nobody could carry, as the delivery service says at once. All four may
still be settled by a later, verified Response; a settled outcome never changes. A quarantined request is never sent
again: the DCC may release it yet. One that the DCC deletes ends as UNKNOWN, like all that it answers with an error
code: only a meter can prove a refusal.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import Utrn


class Outcome(StrEnum):
    """What the User may claim of one request."""

    PENDING = "pending"
    DELIVERED_VERIFIED = "delivered-verified"
    REPORTED_UNVERIFIED = "reported-unverified"
    REFUSED_VERIFIED = "refused-verified"
    UNKNOWN = "unknown"
    QUARANTINED = "quarantined"
    NOT_SENT = "not-sent"


class Way(StrEnum):
    """How the DCC is asked to deliver a Command: over the SM WAN, back to the User for local delivery, or both.

    A Command for local delivery goes to the home's PPMID, or is kept for an engineer with a Hand-Held Terminal.
    """

    WAN = "wan"
    LOCAL = "local"
    BOTH = "both"
    HHT = "hht"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSituation:
    """What a scenario asks a Supplier's systems to be. ``counts_by_clock``: UTRN counters are the time, as seconds.

    Else each vend for a meter takes the next number.
    """

    counts_by_clock: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """What the User's record says of one request at one moment.

    ``request`` is the DUIS RequestID, or for a UTRN sent to the PPMID the request's own name. ``credits`` counts the
    top-ups that the User has booked for it (0 or 1). ``verified_by`` names how the answer came (``wan``, ``avenue``,
    ``hht``), empty when none did. ``balance`` (millipence) is the value of a verified balance read; ``readings`` is
    what the device had sealed for this User, opened, in the order of the Response: personal data, so Secret.
    ``settlements`` counts how often a settled outcome was written, ``unverifiable`` the answers that could not be
    verified; times are nanoseconds.
    """

    request: str
    srv: str
    device: Eui
    outcome: Outcome
    asked_at: int
    settled_at: int | None
    verified_by: str
    credits: int
    settlements: int
    unverifiable: int = 0
    balance: int | None = None
    readings: tuple[Secret, ...] = ()
    detail: str = ""


class DccUser(Protocol):
    """A Supplier's systems."""

    @property
    def eui(self) -> Eui:
        """The User's Business Originator ID."""

    def start(self) -> None:
        """Begin to listen on its lines."""

    def vend(self, meter: Eui, amount: int) -> Utrn:
        """Make a UTRN of ``amount`` millipence for ``meter``, with the next UTRN counter of that meter."""

    def top_up(self, meter: Eui, amount: int, way: Way) -> str:
        """Ask for SRV 2.2 with a freshly vended UTRN; gives the request's name."""

    def request(self, srv: str, device: Eui, way: Way, body: ServiceBody | None = None) -> str:
        """Ask ``device`` for any Service Request, with ``body`` where it has parameters; gives the request's name."""

    def send_utrn(self, meter: Eui, utrn: Utrn) -> str:
        """Send a UTRN to the home's PPMID for ``meter``; gives the request's name."""

    def tell_dcc(self, srv: str, body: ServiceBody) -> str:
        """Ask the DCC itself for a Service Request (Command Variant 8); gives its RequestID.

        What the DCC answers stands on the DUIS line. Raises Unsupported for one to a device.
        """

    def update_ppmid(self, ppmid: Eui, image: bytes) -> None:
        """Ask for SRV 11.4: a firmware image, as its maker hands it out, for the customer's PPMID."""

    def update_meter(self, meter: Eui, image: bytes) -> None:
        """Ask for SRV 11.1: a firmware image, as its maker hands it out, for a meter; SRV 11.3 activates it."""

    def deliver_again(self, request: str) -> None:
        """Hand the Command of ``request`` to the delivery service once more, unchanged."""

    def local_command(self, request: str) -> bytes:
        """The Command of ``request`` for local delivery, for an engineer to take along; empty before it has come."""

    def certification_request(self, request: str) -> bytes:
        """What the verified Response to SRV 6.17 asks a certificate for (PKCS #10, DER); empty before it has come."""

    def certificate_issued(self, certificate: bytes) -> None:
        """SMKI has issued a certificate (X.509, DER) to a device: know it beside those before. Raises Malformed."""

    def bring_back(self, response: bytes) -> None:
        """Take what an engineer's Hand-Held Terminal has brought back from a home."""

    def record(self, request: str) -> RequestRecord:
        """What the User now holds of ``request``."""
