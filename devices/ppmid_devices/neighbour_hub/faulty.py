"""Neighbours' hubs with one fault each."""

from ppmid_devices.neighbour_hub.simulated import SimulatedNeighbourHub


class AltersFrames(SimulatedNeighbourHub):
    """Turns the last bit of everything that it carries for the hub next door.

    Breaks: what is another home's is passed on byte-identical (SECMP0032: data kept apart).
    """

    def _heard(self, sender: str, frame: bytes) -> None:
        super()._heard(sender, frame[:-1] + bytes((frame[-1] ^ 1,)))


class KeepsFrames(SimulatedNeighbourHub):
    """Offers its way, and passes nothing on.

    Breaks: a hub that lends its way carries what it is given (neighbour_hub.contract).
    """

    def _heard(self, sender: str, frame: bytes) -> None:  # noqa: ARG002 - that is the fault
        return


class ServesWhileOff(SimulatedNeighbourHub):
    """Stays on the network when its owner has switched it off.

    Breaks: the premise has the SM WAN only while its neighbour's hub is on (SECMP0032).
    """

    def switch(self, on: bool) -> None:  # noqa: ARG002 - that is the fault
        return
