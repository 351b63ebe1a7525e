"""What a bench may set about a simulated In-Home Display."""

from dataclasses import dataclass
from typing import Annotated

from ppmid_devices.assumption import Assumed


@dataclass(frozen=True, slots=True, kw_only=True)
class IhdSettings:
    """Durations are seconds; what is assumed is the same as of a PPMID's screen."""

    readings_every_s: Annotated[int, Assumed("between two readings while its screen is on; a maker's matter")] = 30
    screen_on_s: Annotated[int, Assumed("how long its screen stays on after a touch; a maker's matter")] = 120
