"""What a scenario may do with those who bring homes their coverage, and what their records say.

DCC and Communications Service Provider plan; the Supplier reports, and its engineers exchange hubs. What comes of it
for the home is seen on the SM WAN.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from ppmid_devices.links.contract import Aerial, Installer, Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageAct:
    """One line of the record. ``act`` as in ``coverage_desk.cases.Act``; ``at``: nanoseconds since 1970-01-01 UTC.

    ``mode``: how the home pays. ``detail``: the variant or aerial that it is about. ``by``: the party that did it.
    ``refused``: why it was not done, empty when it was.
    """

    premise: str
    mode: str
    act: str
    at: int
    detail: str = ""
    by: str = ""
    refused: str = ""
    before: str = ""


class CoverageDesk(Protocol):
    """DCC and Communications Service Provider, and the Supplier's engineers, where a home has no SM WAN."""

    def start(self) -> None:
        """Begin to work."""

    def report(self, premise: str, mode: Literal["prepayment", "credit"], variant: Variant) -> None:
        """The Supplier reports a home without SM WAN, how it pays, and which hub it has."""

    def consent(self, premise: str) -> None:
        """The customer's consent to another kind of hub is recorded. Raises Malformed for one that is not reported."""

    def fit(self, premise: str, aerial: Aerial, installer: Installer) -> None:
        """A party comes to fit an aerial. Raises Malformed for a home that is not reported."""

    def acts(self) -> list[CoverageAct]:
        """The record so far, oldest first."""
