"""The simulated electricity meter: always awake, in a tunnel of the hub, and a Prepayment server for the PPMID."""

from collections.abc import Callable, Mapping

from ppmid_devices.links.channel_follower import WakefulFollower
from ppmid_devices.links.keep_alive_watch import KeepAliveWatch
from ppmid_devices.links.rejoining import Rejoining
from ppmid_devices.links.tunnel import TunnelServer
from ppmid_devices.meter.cosem.objects import Place
from ppmid_devices.meter.han_meter import HanMeter
from ppmid_devices.meter.supply import SupplyEvent, SupplyState
from ppmid_devices.meter.times import nanoseconds, zigbee_time
from ppmid_devices.meter.top_ups import ACCEPTED_BY_SUPPLY, SOURCES, Decision, Entry, Path, Result
from ppmid_devices.meter.zcl.figures import figures
from ppmid_devices.ports import SECOND
from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import metering, prepayment, tenancy, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.prepayment import (
    ConsumerTopUp,
    ConsumerTopUpResponse,
    Originator,
    SelectAvailableEmergencyCredit,
)
from ppmid_protocols.zigbee.tenancy import PublishChangeOfTenancy
from ppmid_protocols.zigbee.zcl import Direction, Scope, Status, ZclFrame

_HUB_IS_THERE = 5 * SECOND
"""From power on to the first question for the time."""


class SimulatedEsme(HanMeter):
    """An ESME in prepayment mode."""

    kind = "esme"

    def _listen(self) -> None:
        """The tunnel is for the hub to open."""
        self._tunnel = TunnelServer(self._node, self._hub, self.hear)
        self._rejoining = Rejoining(self._clock, self._han, self._membership, self._node, self._moved)
        if self._membership.watches:
            KeepAliveWatch(self._clock, self._node, self._rejoining)
        if self._membership.eui in self._membership.sub_ghz:
            WakefulFollower(self._clock, self._han, self._membership, self._node)
        for cluster in _READERS:
            self._node.on(cluster, self._hear_cluster)
        self._node.on(tenancy.CLUSTER, self._hear_cluster)

    def _power_on(self) -> None:
        super()._power_on()
        life = self._life

        def ask() -> None:
            if self._life == life and not self._own_clock.reliable:
                self._hub_time.ask()
                self._clock.call_later(self._settings.time_asked_s * SECOND, ask)

        if not self._own_clock.reliable:
            self._clock.call_later(_HUB_IS_THERE, ask)

    def _moved(self) -> None:
        """It is off the HAN, or on one again, perhaps that of another hub."""
        self._tunnel.move(self._node.hub)
        self._images.move(self._node.hub)

    def _hang_up(self) -> None:
        self._tunnel.lose()

    def transmit(self, message: bytes) -> None:
        """Send into the hub's tunnel; what comes while there is none is lost (assumed)."""
        self._tunnel.send(message)

    def _hear_cluster(self, sender: Eui, message: AppMessage) -> None:
        """A question of any device that shares a link key, or a command of the PPMID; answers to us are neither."""
        if message.zcl.header.direction is not Direction.TO_SERVER:
            return
        if message.cluster == tenancy.CLUSTER:
            answer: ZclFrame | None = self._tell_tenancy(message.zcl)
        elif message.zcl.header.scope is Scope.GENERAL:
            answer = self._tell(message.cluster, message.zcl)
        elif self._functions.documents.log.has_ppmid(sender):
            answer = self._obey(message.cluster, message.zcl)
        else:
            return
        if answer is not None:
            self._later(lambda: self._node.send_frame(sender, message.cluster, answer))

    def _tell_tenancy(self, frame: ZclFrame) -> ZclFrame:
        """Since when the present tenant lives here, by SRV 3.2 (ECS12)."""
        try:
            tenancy.read(frame)
        except ProtocolError:
            return _default(frame, Status.UNSUPPORTED_CLUSTER_COMMAND)
        objects = self.functions.objects
        told = None if objects is None else objects.values.get(_TENANCY)
        since = nanoseconds(told.value) if isinstance(told, axdr.Octets) else None
        if since is None:
            return _default(frame, Status.NOT_FOUND)
        return tenancy.frame(PublishChangeOfTenancy(zigbee_time(since)), frame.header.sequence)

    def _tell(self, cluster: int, frame: ZclFrame) -> ZclFrame:
        """Answer a display that reads figures."""
        try:
            return zcl.answer_read(frame, figures(self._registers, cluster))
        except Malformed:
            return _default(frame, Status.MALFORMED_COMMAND)
        except Unsupported:
            return _default(frame, Status.UNSUPPORTED_GENERAL_COMMAND)

    def _obey(self, cluster: int, frame: ZclFrame) -> ZclFrame | None:
        """Do what is asked; gives the answer, None for silence."""
        try:
            asked = _READERS[cluster](frame)
        except Malformed:
            return _default(frame, Status.MALFORMED_COMMAND)
        except Unsupported:
            return _default(frame, Status.UNSUPPORTED_CLUSTER_COMMAND)
        match asked:
            case ConsumerTopUp(code):
                return self._top_up(frame, code)
            case SelectAvailableEmergencyCredit():
                return _default(frame, _status(self._registers.select_emergency_credit()))
            case metering.LocalChangeSupply(proposed):
                return _default(frame, self._change_supply(proposed))
        return _default(frame, Status.UNSUPPORTED_CLUSTER_COMMAND)

    def _top_up(self, frame: ZclFrame, code: Secret) -> ZclFrame | None:
        """PECS01. A duplicate may have no answer at all, as the SECMP0038 papers tell."""
        decision = self._registers.enter(Entry(digits=code, path=Path.PPMID))
        if decision.result is Result.DUPLICATE and self._settings.duplicate_from_ppmid == "silent":
            return None
        return prepayment.frame(_response(decision), frame.header.sequence)

    def _change_supply(self, proposed: int) -> Status:
        """PECS03: only ON may be proposed."""
        if proposed != metering.SupplyStatus.ON:
            return Status.INVALID_VALUE
        account = self._registers.ask_supply(SupplyEvent.PERSON_ENABLES)
        return _status(account.supply is SupplyState.ENABLED)


_TENANCY = Place(1, bytes.fromhex("00005e2c0302"), 2)
"""Where ECS12 sets the time before which readings are hidden."""

_READERS: Mapping[int, Callable[[ZclFrame], object]] = {
    prepayment.CLUSTER: prepayment.read,
    metering.CLUSTER: metering.read,
}


def _response(decision: Decision) -> ConsumerTopUpResponse:
    if decision.credited is None:
        return ConsumerTopUpResponse(decision.result.zcl, source=Originator.ENERGY_SERVICE_INTERFACE)
    account = decision.account
    result = ACCEPTED_BY_SUPPLY[account.supply]
    return ConsumerTopUpResponse(result, decision.credited, SOURCES[Path.PPMID], _writable(account.balance))


def _writable(balance: int) -> int | None:
    """A balance of -1 millipenny is the pattern for "no value", and cannot be told."""
    return None if balance == -1 else balance


def _status(done: bool) -> Status:
    return Status.SUCCESS if done else Status.FAILURE


def _default(asked: ZclFrame, status: Status) -> ZclFrame:
    response = zcl.DefaultResponse(asked.header.command, status)
    return zcl.general_frame(response, Direction.TO_CLIENT, asked.header.sequence)
