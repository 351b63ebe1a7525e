"""Hand-Held Terminals with one fault each, and one that no hub should let in."""

from typing import Unpack

from ppmid_devices import roles
from ppmid_devices.hht.contract import HhtState
from ppmid_devices.hht.joining import Event
from ppmid_devices.hht.settings import HhtSettings
from ppmid_devices.hht.simulated import SimulatedHht
from ppmid_devices.needs import HhtNeeds
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import outside, tunneling
from ppmid_protocols.zigbee.frames import ApsHeader, MacFrame, NwkHeader
from ppmid_protocols.zigbee.han import Radio
from ppmid_protocols.zigbee.outside import InterPan
from ppmid_protocols.zigbee.zcl import Direction

_SOME_DEVICE = 0x1002
"""A short address that a device of the home may have."""
_SOME_TUNNEL = 1


class AltersCommands(SimulatedHht):
    """Turns the last bit of every Command that it carries.

    Breaks: a terminal passes a Command on byte-identical (a MAC is over every octet, GBCS 4.3).
    """

    def _transfer(self, command: bytes) -> None:
        super()._transfer(command[:-1] + bytes((command[-1] ^ 1,)))


class SitsOnCommands(SimulatedHht):
    """Takes Commands and sends none.

    Breaks: a terminal that is connected passes a Command on (hht.contract).
    """

    def _transfer(self, command: bytes) -> None:  # noqa: ARG002 - that is the fault
        return


class AltersResponses(SimulatedHht):
    """Turns the last bit of every Response that it brings back.

    Breaks: a terminal passes a Response back byte-identical (as above).
    """

    def _from_hub(self, message: bytes) -> None:
        super()._from_hub(message[:-1] + bytes((message[-1] ^ 1,)))


class CutsLongCommands(SimulatedHht):
    """Takes a Command that is too long for a tunnel, and sends as much of it as a tunnel carries.

    Breaks: what cannot be delivered whole is not taken (hht.contract).
    """

    def load(self, command: bytes) -> bool:
        return super().load(command[: tunneling.LARGEST_TRANSFER])


class LeavesSilently(SimulatedHht):
    """Is switched off without a word to the hub.

    Breaks: a terminal that leaves says so (ZigBee R22 3.2.2.16), or the hub holds its place for it.
    """

    def disconnect(self) -> None:
        self._leave()


class Stranger(SimulatedHht):
    """Has no certificate that a hub would take, so no key agreed with any; tries to get its Commands in all the same.

    Once it is not answered it sends them in clear: over Inter-PAN, and as if it were a device of the home.
    """

    def __init__(self, *, settings: HhtSettings, **needs: Unpack[HhtNeeds]) -> None:
        own = Secret(bytes(needs["eui"]) * 2)
        needs["agreed"] = own
        super().__init__(settings=settings, **needs)

    def load(self, command: bytes) -> bool:
        taken = super().load(command)
        self._try()
        return taken

    def _happened(self, event: Event) -> None:
        super()._happened(event)
        self._try()

    def _try(self) -> None:
        while self._state in (HhtState.UNANSWERED, HhtState.REFUSED) and self._waiting:
            transfer = tunneling.TransferData(_SOME_TUNNEL, self._waiting.popleft())
            frame = tunneling.frame(transfer, Direction.TO_CLIENT, self._next()).encode()
            stub = outside.stub(tunneling.CLUSTER, frame)
            self._send(InterPan(source=self._eui, destination=None, sequence=self._sequence, aps=stub))
            self._han.transmit(roles.HHT, self._in_the_name_of_another(frame))

    def _in_the_name_of_another(self, frame: bytes) -> bytes:
        aps = ApsHeader(cluster=tunneling.CLUSTER, counter=self._sequence, secured=False)
        nwk = NwkHeader(
            destination=outside.HUB_SHORT, source=_SOME_DEVICE, sequence=self._sequence, secured=False
        ).encode()
        mac = MacFrame(
            sequence=self._sequence,
            pan=Radio(eui=self._eui, short=_SOME_DEVICE).pan,
            destination=outside.HUB_SHORT,
            source=_SOME_DEVICE,
            payload=nwk + aps.encode() + frame,
        )
        return mac.encode()
