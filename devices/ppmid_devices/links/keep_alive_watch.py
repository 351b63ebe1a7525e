"""How a device notices that its hub is gone: it asks now and again, and after three silences looks for its network.

The cluster is Keep-Alive; that three silences are enough is public device code's. How often, the hub tells.
"""

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.rejoining import Rejoining
from ppmid_devices.ports import MINUTE, Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import keep_alive, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.keep_alive import KeepAlive
from ppmid_protocols.zigbee.zcl import Direction, ReadAttributesResponse, Scope

SILENCES = 3


class HubWatch:
    """Questions whether the hub is still there, whenever ``ask`` is called: by a sleeping device when it wakes."""

    def __init__(self, node: HanNode, rejoining: Rejoining) -> None:
        self._node, self._rejoining = node, rejoining
        self._wish, self._unanswered = KeepAlive(), 0
        node.on(keep_alive.CLUSTER, self._hear)

    def ask(self) -> None:
        """Ask once more, or look for the network after too many silences."""
        if not (self._node.powered and self._node.on_network):
            self._unanswered = 0
            return
        if self._unanswered >= SILENCES:
            self._unanswered = 0
            self._rejoining.seek()
            return
        self._unanswered += 1
        frame = zcl.general_frame(keep_alive.READ, Direction.TO_SERVER, self._node.next_sequence())
        self._node.send_frame(self._node.hub, keep_alive.CLUSTER, frame)

    def _hear(self, sender: Eui, message: AppMessage) -> None:
        if sender != self._node.hub or message.zcl.header.scope is not Scope.GENERAL:
            return
        try:
            answer = zcl.read_general(message.zcl)
            if isinstance(answer, ReadAttributesResponse):
                self._wish, self._unanswered = keep_alive.read(answer), 0
        except ProtocolError:
            return  # what cannot be read is no answer


class KeepAliveWatch(HubWatch):
    """For devices whose receiver is on. The random part of the time between two questions is left out (assumed)."""

    def __init__(self, clock: Clock, node: HanNode, rejoining: Rejoining) -> None:
        super().__init__(node, rejoining)
        self._clock = clock
        self._plan()

    def _plan(self) -> None:
        self._clock.call_later(self._wish.base_minutes * MINUTE, self._due)

    def _due(self) -> None:
        self._plan()
        self.ask()
