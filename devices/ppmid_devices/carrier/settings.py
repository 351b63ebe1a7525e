"""What can be set about a simulated carrier."""

from dataclasses import dataclass
from typing import Annotated

from ppmid_devices.assumption import Assumed


@dataclass(frozen=True, slots=True)
class CarrierSettings:
    """Its pace; a stick has that of its maker, a phone that of its reader."""

    pace_ms: Annotated[
        int, Assumed("between two blocks, chunks or APDUs that a carrier gives; it differs from device to device")
    ] = 5
    poll_ms: Annotated[int, Assumed("how often a phone that stays asks for answers; the app's own matter")] = 1_000
    apdu_octets: Annotated[
        int, Assumed("octets of a message that a phone puts into one APDU; the reader's own matter")
    ] = 64
    messages_kept: Annotated[
        int, Assumed("sealed messages that a carrier keeps for each PPMID; the oldest goes first; its maker's matter")
    ] = 64
