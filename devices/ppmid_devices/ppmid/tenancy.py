"""How a PPMID learns that the tenant has changed: it asks the ESME whenever its screen comes on (SECMP0056)."""

from collections.abc import Callable

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.meter.times import zigbee_time
from ppmid_devices.ports import Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import tenancy
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.tenancy import GetChangeOfTenancy, PublishChangeOfTenancy


class TenancyWatch:
    """``changed`` is called once for each later time of a change that the ESME tells, when it has come.

    That it asks at a touch, and the ESME alone, is assumed: so nobody reads what was there before.
    """

    def __init__(self, clock: Clock, node: HanNode, esme: Eui | None, changed: Callable[[], None]) -> None:
        self._clock, self._node, self._esme, self._changed = clock, node, esme, changed
        self._last = 0
        node.on(tenancy.CLUSTER, self._hear)

    def ask(self) -> None:
        """Ask, in a home that has an electricity meter."""
        if self._esme is not None:
            frame = tenancy.frame(GetChangeOfTenancy(), self._node.next_sequence())
            self._node.send_frame(self._esme, tenancy.CLUSTER, frame)

    def _hear(self, sender: Eui, message: AppMessage) -> None:
        try:
            told = tenancy.read(message.zcl)
        except ProtocolError:
            return  # a meter without a change answers otherwise
        if sender != self._esme or not isinstance(told, PublishChangeOfTenancy):
            return
        if self._last < told.implementation <= zigbee_time(self._clock.now()):
            self._last = told.implementation
            self._wipe()

    def _wipe(self) -> None:
        self._changed()
