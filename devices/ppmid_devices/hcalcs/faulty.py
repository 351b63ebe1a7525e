"""HCALCSs with one fault each."""

from ppmid_devices.hcalcs.simulated import SimulatedHcalcs


class AnswersNothing(SimulatedHcalcs):
    """Does what a Command asks, and sends no Response.

    Breaks: each Command that is executed is answered with a Response (GBCS 7.2).
    """

    def transmit(self, message: bytes) -> None:
        """Nothing leaves it."""
