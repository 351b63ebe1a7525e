"""PPMIDs that let through what they must not, or load the hub with what never becomes whole."""

from dataclasses import replace

from ppmid_devices import roles
from ppmid_devices.links.asking import Asker
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ppmid.carrier import CommandCarrier
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.local_interface import Reason, SubmitCommand
from ppmid_protocols.zigbee import tunneling
from ppmid_protocols.zigbee.han import build_frames
from ppmid_protocols.zigbee.zcl import ZclFrame

_SHORT = 100  # octets of a tunnel's own commands; a Command is longer
_TOO_MUCH = 3_000


class _BreakingOff(HanNode):
    _broken_off = False

    def send_frame(self, to: Eui, cluster: int, frame: ZclFrame) -> None:
        if self._broken_off or cluster != tunneling.CLUSTER or len(frame.payload) < _SHORT:
            super().send_frame(to, cluster, frame)
            return
        self._broken_off = True
        octets = self._first(frame).encode()
        sealed, self._radio = build_frames(self._radio, to, self._short(to), cluster, octets, self._keys)
        for one in sealed[:-1]:
            self._han.transmit(self._membership.name, one)

    def _first(self, frame: ZclFrame) -> ZclFrame:
        return frame


class BreaksATransferOff(SimulatedPpmid):
    """Leaves out the last block of the first Command that it gives the hub.

    Breaks: a message is sent with all its blocks (ZigBee R22 2.2.8.4.5).
    """

    node = _BreakingOff


class _Flooding(_BreakingOff):
    def _first(self, frame: ZclFrame) -> ZclFrame:
        return frame._replace(payload=frame.payload + bytes(_TOO_MUCH))


class SendsTooMuch(SimulatedPpmid):
    """Has three thousand octets follow the first Command that it gives the hub, in the same transfer.

    Breaks: a transfer in a tunnel has at most 1500 octets (public device code quoting GBCS 10.2.2).
    """

    node = _Flooding


class _EagerCarrier(CommandCarrier):
    def _to_hub(self, command: bytes) -> bool:
        return super()._to_hub(command) and super()._to_hub(command)


class ForwardsTwice(SimulatedPpmid):
    """Puts every Command into the tunnel twice, to be sure of it.

    Breaks PP-005: does not resend by itself; what the meter does with a copy is no matter of the PPMID's.
    """

    carrier = _EagerCarrier


class _UncheckingCarrier(CommandCarrier):
    def _why_not(self, request: SubmitCommand) -> tuple[Reason, str] | None:
        refusal = super()._why_not(request)
        return None if refusal is not None and refusal[0] is Reason.COMMAND_NOT_ALLOWED else refusal


class CarriesResponsesToo(SimulatedPpmid):
    """Carries whatever GBCS message it is given, a Command or none.

    Breaks PP-006: what is no Command leaves no trace on the HAN (local command interface).
    """

    carrier = _UncheckingCarrier


class _HeaderCarrier(CommandCarrier):
    def submit(self, asker: Asker, request: SubmitCommand) -> None:
        named = decode(request.command).target
        super().submit(asker, replace(request, target=named))


class GoesByTheHeader(SimulatedPpmid):
    """Carries a Command to the device that its header names, whatever device it was asked for.

    Breaks: a Command whose target is another than the request's is refused (local command interface, reason 3).
    """

    carrier = _HeaderCarrier


class LeavesADoorOpen(SimulatedPpmid):
    """Takes connections of whoever calls it, for its maker's own service staff.

    Breaks PP-018: no open port but the declared ones.
    """

    @property
    def listens_on(self) -> frozenset[int]:
        return frozenset({23})


class BridgesWhatComes(SimulatedPpmid):
    """Puts a GBCS message that comes bare on its Internet side into its tunnel, whoever sent it.

    Breaks PP-018: there is no way from its Internet side to the HAN but the declared one (threat I6).
    """

    def start(self) -> None:
        super().start()
        self._avenue._way.attach(roles.PPMID, self._from_anybody)

    def _from_anybody(self, sender: str, octets: bytes) -> None:
        try:
            decode(octets)
        except ProtocolError:
            self._avenue._receive(sender, octets)
        else:
            self._to_hub(octets)
