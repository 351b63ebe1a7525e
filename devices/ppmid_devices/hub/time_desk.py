"""What a hub tells devices of its time: it has it from the SM WAN, and does not know it until that has been there."""

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.link import Link
from ppmid_devices.meter.times import zigbee_time
from ppmid_devices.ports import Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import utc_time, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.utc_time import HubTime
from ppmid_protocols.zigbee.zcl import Direction, Scope


class TimeDesk:
    """A hub that has known the time goes on knowing it, over outages and losses of power (assumed)."""

    def __init__(self, clock: Clock, node: HanNode, wan: Link) -> None:
        self._clock, self._node, self._known = clock, node, wan.up
        wan.watch(self._wan_changed)
        node.on(utc_time.CLUSTER, self._hear)

    def _wan_changed(self, up: bool) -> None:
        self._known = self._known or up

    def _hear(self, sender: Eui, message: AppMessage) -> None:
        header = message.zcl.header
        if header.scope is not Scope.GENERAL or header.direction is not Direction.TO_SERVER:
            return
        told = HubTime(zigbee_time(self._clock.now()), self._known).as_values()
        try:
            answer = zcl.answer_read(message.zcl, told)
        except ProtocolError:
            return  # devices read here, and do nothing else
        self._node.send_frame(sender, utc_time.CLUSTER, answer)
