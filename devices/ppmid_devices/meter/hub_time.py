"""How a meter whose clock has not been set learns whether its hub knows the time: it asks, and asks again."""

from collections.abc import Callable

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.meter.meter_clock import MeterClock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import utc_time, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.zcl import Direction, ReadAttributesResponse, Scope


class HubTimeReader:
    """``ask`` is called whenever it may be time to ask; nothing is asked while the meter's clock is reliable."""

    def __init__(self, node: HanNode, own: MeterClock, hub: Callable[[], Eui]) -> None:
        self._node, self._own, self._hub = node, own, hub
        node.on(utc_time.CLUSTER, self._hear)

    def ask(self) -> None:
        """Ask the hub what time it is."""
        if self._own.reliable or not (self._node.powered and self._node.on_network):
            return
        frame = zcl.general_frame(utc_time.READ, Direction.TO_SERVER, self._node.next_sequence())
        self._node.send_frame(self._hub(), utc_time.CLUSTER, frame)

    def _hear(self, sender: Eui, message: AppMessage) -> None:
        if sender != self._hub() or message.zcl.header.scope is not Scope.GENERAL:
            return
        try:
            answer = zcl.read_general(message.zcl)
            if isinstance(answer, ReadAttributesResponse):
                self._own.hub_knows_time = utc_time.read(answer).known
        except ProtocolError:
            return  # what cannot be read is no answer
