"""What can be set about a simulated Hand-Held Terminal."""

from dataclasses import dataclass
from typing import Annotated

from ppmid_devices.assumption import Assumed


@dataclass(frozen=True, slots=True)
class HhtSettings:
    """Its patience with a hub."""

    answer_s: Annotated[
        int, Assumed("how long it waits for each answer of the hub while it joins; no public text gives a time")
    ] = 10
