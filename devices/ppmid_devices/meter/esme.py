"""The simulated electricity meter: always awake, in a tunnel of the hub, and a Prepayment server for the PPMID."""

from collections.abc import Callable, Mapping

from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.tunnel import TunnelServer
from ppmid_devices.meter.answers import SOURCES, writable
from ppmid_devices.meter.commands import Parties
from ppmid_devices.meter.meter import SimulatedMeter
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.supply import SupplyEvent, SupplyState
from ppmid_devices.meter.top_ups import ACCEPTED_BY_SUPPLY, Decision, Entry, Path, Result
from ppmid_devices.ports import SECOND, Clock
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import metering, prepayment, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.prepayment import (
    ConsumerTopUp,
    ConsumerTopUpResponse,
    Originator,
    SelectAvailableEmergencyCredit,
)
from ppmid_protocols.zigbee.zcl import Direction, Status, ZclFrame

Answer = Callable[[int], ZclFrame]
"""Makes the answering frame with the transaction sequence of the question."""


class SimulatedEsme(SimulatedMeter):
    """An ESME in prepayment mode."""

    kind = "esme"

    def __init__(
        self,
        *,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        han: Han,
        membership: HanMembership,
        hub: Eui,
        supplier: Eui,
        access_control_broker: Eui,
        ppmid: Eui | None,
        settings: MeterSettings,
    ) -> None:
        parties = Parties(meter=credentials.eui, supplier=supplier, broker=access_control_broker, ppmid=ppmid)
        super().__init__(clock, credentials, directory, parties, settings)
        self._node = HanNode(clock, han, membership)
        self._tunnel = TunnelServer(self._node, hub, self.hear)
        self._node.on(prepayment.CLUSTER, self._hear_cluster)
        self._node.on(metering.CLUSTER, self._hear_cluster)

    def start(self) -> None:
        """Power it on: nothing to be asked for, the hub opens the tunnel."""
        self._registers.bring_up_to_date()

    def restart(self) -> None:
        """Cut its power and give it back."""
        self._life += 1
        self._node.switch_off()
        self._tunnel.lose()
        self._clock.call_later(self._settings.off_s * SECOND, self._node.switch_on)

    def transmit(self, message: bytes) -> None:
        """Send into the hub's tunnel; what comes while there is none is lost (assumed)."""
        self._tunnel.send(message)

    def _hear_cluster(self, sender: Eui, message: AppMessage) -> None:
        """A command of the PPMID; nobody else is served, and answers to us are no commands."""
        header = message.zcl.header
        if sender != self._parties.ppmid or header.direction is not Direction.TO_SERVER:
            return
        answer = self._obey(message)
        if answer is not None:
            frame = answer(header.sequence)
            self._later(lambda: self._node.send_frame(sender, message.cluster, frame))

    def _obey(self, message: AppMessage) -> Answer | None:
        command = message.zcl.header.command
        try:
            asked = _READERS[message.cluster](message.zcl)
        except Malformed:
            return _default(command, Status.MALFORMED_COMMAND)
        except Unsupported:
            return _default(command, Status.UNSUPPORTED_CLUSTER_COMMAND)
        match asked:
            case ConsumerTopUp(code):
                return self._top_up(code)
            case SelectAvailableEmergencyCredit():
                done = self._registers.select_emergency_credit()
                return _default(command, Status.SUCCESS if done else Status.FAILURE)
            case metering.LocalChangeSupply(proposed):
                return _default(command, self._change_supply(proposed))
        return _default(command, Status.UNSUPPORTED_CLUSTER_COMMAND)

    def _top_up(self, code: bytes) -> Answer | None:
        """PECS01. A duplicate may have no answer at all, as the SECMP0038 papers tell."""
        decision = self._registers.enter(Entry(digits=code.decode("ascii", "replace"), path=Path.PPMID))
        if decision.result is Result.DUPLICATE and self._settings.duplicate_from_ppmid == "silent":
            return None
        response = _response(decision)
        return lambda sequence: prepayment.frame(response, sequence)

    def _change_supply(self, proposed: int) -> Status:
        """PECS03: only ON may be proposed."""
        if proposed != metering.SupplyStatus.ON:
            return Status.INVALID_VALUE
        account = self._registers.ask_supply(SupplyEvent.PERSON_ENABLES)
        return Status.SUCCESS if account.supply is SupplyState.ENABLED else Status.FAILURE


_READERS: Mapping[int, Callable[[ZclFrame], object]] = {
    prepayment.CLUSTER: prepayment.read,
    metering.CLUSTER: metering.read,
}


def _response(decision: Decision) -> ConsumerTopUpResponse:
    if decision.credited is None:
        return ConsumerTopUpResponse(decision.result.zcl, source=Originator.ENERGY_SERVICE_INTERFACE)
    account = decision.account
    result = ACCEPTED_BY_SUPPLY[account.supply]
    return ConsumerTopUpResponse(result, decision.credited, SOURCES[Path.PPMID], writable(account.balance))


def _default(command: int, status: Status) -> Answer:
    response = zcl.DefaultResponse(command, status)
    return lambda sequence: zcl.general_frame(response, Direction.TO_CLIENT, sequence)
