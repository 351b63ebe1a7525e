"""What a scenario may do with the DCC, and what it can learn from it.

Users reach the DCC over the DUIS line and meters over the SM WAN; this is only what stands beside the lines.
"""

from dataclasses import dataclass
from typing import Protocol

from ppmid_protocols.eui import Eui


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecord:
    """What the DCC's own records say of one request, by RequestID.

    ``delivered_locally`` is true once its Response was returned by SRV 8.13, ``delivered_over_wan`` once one came
    over the SM WAN. ``waiting`` is true while a copy still waits for the SM WAN.
    """

    request: str
    srv: str
    command_variant: int
    delivered_locally: bool
    delivered_over_wan: bool
    waiting: bool


class Dcc(Protocol):
    """The Data and Communications Company, in its role as Access Control Broker too."""

    @property
    def eui(self) -> Eui:
        """The Access Control Broker's identifier."""

    def start(self) -> None:
        """Begin to listen on its lines."""

    def services(self) -> list[ServiceRecord]:
        """Its records of the requests so far, oldest first."""
