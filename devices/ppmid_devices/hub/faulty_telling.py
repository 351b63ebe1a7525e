"""Communications Hubs that tell a PPMID what is none of its business; the faulty part stands before each."""

from ppmid_devices import roles
from ppmid_devices.hub.carrying import Carrying
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message


class _Telling(Carrying):
    def _tell_ppmids(self, octets: bytes) -> None:
        for device in [one for one, role in self._served.items() if role == roles.PPMID]:
            self.deliver(device, octets, self._settings.mailbox_life_s)


class _CopyingCommands(_Telling):
    def from_wan(self, octets: bytes) -> None:
        super().from_wan(octets)
        self._tell_ppmids(octets)


class CopiesCommandsToThePpmid(SimulatedHub):
    """Gives the PPMID a copy of each Command that the SM WAN brings, as if it were to carry it on.

    Breaks: a hub passes a Command to the device that its header names, and to no other (hub.carrying; threat I1b).
    """

    carrying = _CopyingCommands


class _CopyingAnswers(_Telling):
    def _answer(self, device: Eui, message: Message, octets: bytes) -> None:
        super()._answer(device, message, octets)
        if self._route_of(message) is None:
            self._tell_ppmids(octets)


class CopiesAnswersToThePpmid(SimulatedHub):
    """Gives the PPMID a copy of what the devices of the home answer to Commands of the SM WAN.

    Breaks: a Response goes back the way that its Command came (route-back; design assumption).
    """

    carrying = _CopyingAnswers
