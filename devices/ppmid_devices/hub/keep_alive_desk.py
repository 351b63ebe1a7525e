"""The hub's side of keep-alive: it answers devices that ask whether it is still there."""

from ppmid_devices.links.han_node import HanNode
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import keep_alive, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.keep_alive import KeepAlive
from ppmid_protocols.zigbee.zcl import Direction, ReadAttributes, Scope


class KeepAliveDesk:
    """It wishes to be asked as often as the specification has it."""

    def __init__(self, node: HanNode) -> None:
        self._node = node
        node.on(keep_alive.CLUSTER, self._hear)

    def _hear(self, device: Eui, message: AppMessage) -> None:
        if message.zcl.header.scope is not Scope.GENERAL:
            return
        try:
            asked = zcl.read_general(message.zcl)
        except ProtocolError:
            return  # what cannot be read has no answer
        if isinstance(asked, ReadAttributes):
            frame = zcl.general_frame(KeepAlive().answer(), Direction.TO_CLIENT, message.zcl.header.sequence)
            self._node.send_frame(device, keep_alive.CLUSTER, frame)
