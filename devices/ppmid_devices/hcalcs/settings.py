"""What can be set about a simulated HCALCS."""

from dataclasses import dataclass
from typing import Annotated

from ppmid_devices.assumption import Assumed


@dataclass(frozen=True, slots=True)
class HcalcsSettings:
    """How it takes Commands it has in common with a meter."""

    firmware: int = 1
    processing_ms: Annotated[
        int, Assumed("from a Command to an HCALCS to its Response; no public text gives a time")
    ] = 200
    off_s: Annotated[int, Assumed("how long a cut of an HCALCS's power lasts; chance in the field")] = 30
