"""What can be set about a simulated delivery service."""

from dataclasses import dataclass
from typing import Annotated

from ppmid_devices.assumption import Assumed


@dataclass(frozen=True, slots=True)
class DeliveryServiceSettings:
    """Its place in the order of messages, and the names by which it knows PPMID and hub."""

    first_replay_number: Annotated[
        int, Assumed("later ones rise by one; the local command interface asks for a strict rise only")
    ] = 1
    by_time: bool = False  # replay numbers and request ids begin at the time: for a device that outlives a scenario
    waiting: Annotated[
        int, Assumed("messages that a delivery service holds while its avenue is down; a Supplier's own matter")
    ] = 100
    session_s: Annotated[
        int, Assumed("how long a session of a Supplier's app may lie unused; a Supplier's own matter")
    ] = 900
    hub_key_id: Annotated[
        str, Assumed("the key id in what a hub with a port of its own seals; the bench's own choice")
    ] = "hub"
    ppmid_key_id: Annotated[str, Assumed("the key id in what the PPMID seals; the bench's own choice")] = "ppmid"
