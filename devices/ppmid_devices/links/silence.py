"""How a device at 868 MHz is silent while its hub wants it to be, so as to keep to the duty cycle (Sub-GHz cluster)."""

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import MINUTE, Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import sub_ghz
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.sub_ghz import SuspendZclMessages


class Silence:
    """What its own hub said last holds; it is over by itself after as many minutes as that said."""

    def __init__(self, clock: Clock, node: HanNode) -> None:
        self._clock, self._node, self._until = clock, node, 0
        node.on(sub_ghz.CLUSTER, self._hear)

    @property
    def holds(self) -> bool:
        """Whether the device is to say nothing of its own accord."""
        return self._clock.now() < self._until

    def _hear(self, sender: Eui, message: AppMessage) -> None:
        if sender != self._node.hub:
            return
        try:
            said = sub_ghz.COMMANDS.read(message.zcl)
        except ProtocolError:
            return  # what the cluster has beside its commands, or nobody can read
        if isinstance(said, SuspendZclMessages):
            self._until = self._clock.now() + said.period * MINUTE
