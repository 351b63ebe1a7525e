"""Communications Hubs whose gas proxy misleads whoever reads it; the faulty part stands before each."""

from ppmid_devices.hub.mirror_desk import MirrorDesk
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import prepayment, zcl
from ppmid_protocols.zigbee.han import AppMessage


class _AlwaysFresh(MirrorDesk):
    def _tell(self, reader: Eui, message: AppMessage) -> None:
        if self._mirror.of(prepayment.CLUSTER):
            nothing_new = zcl.ReportAttributes(())
            self._mirror = self._mirror.reported(prepayment.CLUSTER, nothing_new, self._clock.now())
        super()._tell(reader, message)


class DatesByTheReading(SimulatedHub):
    """Gives each display the present time for that of the gas meter's last report.

    Breaks: the time that a balance of the gas proxy bears is that of the report (SECMP0015).
    """

    mirror_desk = _AlwaysFresh
