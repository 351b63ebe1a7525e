"""What a scenario may do with a neighbour's hub, and what it says of itself.

It belongs to another home and may belong to another Supplier. What crosses it stands on the SM WAN's line: two hops.
"""

from dataclasses import dataclass
from typing import Protocol

from ppmid_devices.links.contract import Lends
from ppmid_protocols.eui import Eui


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourSituation:
    """What a scenario asks a neighbour's hub to be. ``lends``: its way to hubs of which kind, empty: to none."""

    lends: Lends


class NeighbourHub(Protocol):
    """A Communications Hub next door that has the SM WAN of its own."""

    @property
    def eui(self) -> Eui:
        """The identifier of its Communications Hub Function."""

    @property
    def lends(self) -> Lends:
        """The kind that its adapter declares: mesh, buddy, or empty for one that lends its way to nobody."""

    def start(self) -> None:
        """It has been on for long: from now on it may be asked to carry."""

    def switch(self, on: bool) -> None:
        """Switch it off, or on again: its owner's matter, and nobody else's."""
