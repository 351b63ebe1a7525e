"""What can be set about a simulated delivery service."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeliveryServiceSettings:
    """Its place in the order of messages, and the name by which it knows the PPMID."""

    first_replay_number: int = 1  # assumed; later ones rise by one (local command interface: strictly rising)
    ppmid_key_id: str = "ppmid"  # assumed; the key id that the PPMID writes into what it seals
