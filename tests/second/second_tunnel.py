"""The two ends of a tunnel as the second parties have them: it opens once, and what cannot be read is dropped."""

from collections.abc import Callable

from ppmid_devices.links.han_node import HanNode
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import tunneling
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.zcl import Direction

Heard = Callable[[bytes], None]


class Tunnel:
    """``asks``: this end is the client, and opens it by ``open``."""

    def __init__(self, node: HanNode, peer: Eui, heard: Heard, *, asks: bool) -> None:
        self._node, self._peer, self._heard = node, peer, heard
        self._out = Direction.TO_SERVER if asks else Direction.TO_CLIENT
        self._id: int | None = None
        node.on(tunneling.CLUSTER, self._take)

    def open(self) -> None:
        self._say(tunneling.RequestTunnel())

    def send(self, octets: bytes) -> bool:
        if self._id is None:
            return False
        self._say(tunneling.TransferData(self._id, octets))
        return True

    def _say(self, command: tunneling.TunnelCommand, sequence: int | None = None) -> None:
        number = self._node.next_sequence() if sequence is None else sequence
        self._node.send_frame(self._peer, tunneling.CLUSTER, tunneling.frame(command, self._out, number))

    def _take(self, sender: Eui, message: AppMessage) -> None:
        if sender != self._peer or message.zcl.header.direction is self._out:
            return
        try:
            command = tunneling.read(message.zcl)
        except ProtocolError:
            return
        match command:
            case tunneling.RequestTunnel():
                self._id = 1
                self._say(tunneling.RequestTunnelResponse(self._id), message.zcl.header.sequence)
            case tunneling.RequestTunnelResponse(tunnel, tunneling.OpenStatus.SUCCESS):
                self._id = tunnel
            case tunneling.TransferData(tunnel, data) if tunnel == self._id:
                self._heard(data)
