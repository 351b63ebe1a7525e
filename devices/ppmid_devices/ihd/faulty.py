"""In-Home Displays with one fault each."""

from ppmid_devices.ihd.simulated import SimulatedIhd
from ppmid_protocols.zigbee import prepayment
from ppmid_protocols.zigbee.prepayment import SelectAvailableEmergencyCredit


class BorrowsEmergencyCredit(SimulatedIhd):
    """Asks each meter for emergency credit when somebody touches it.

    Breaks: an IHD is a display, and sends no command (a Type 2 Device, GBCS).
    """

    def touch(self) -> None:
        super().touch()
        for meter in self._meters:
            frame = prepayment.frame(SelectAvailableEmergencyCredit(), self._node.next_sequence())
            self._node.send_frame(meter, prepayment.CLUSTER, frame)
