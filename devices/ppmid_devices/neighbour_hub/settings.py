"""What can be set about a simulated neighbour's hub."""

from dataclasses import dataclass
from typing import Annotated

from ppmid_devices.assumption import Assumed


@dataclass(frozen=True, slots=True)
class NeighbourHubSettings:
    """How long it takes to carry for others again."""

    start_s: Annotated[int, Assumed("from power on until it carries for others again; no public text gives a time")] = (
        60
    )
