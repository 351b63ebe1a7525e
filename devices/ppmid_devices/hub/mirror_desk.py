"""Where the gas mirror meets the HAN: it hears the gas meter's reports, and answers the displays that read them."""

from collections.abc import Callable

from ppmid_devices.hub.mirror import Mirror
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import metering, prepayment, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.zcl import Direction, Scope

Reported = Callable[[int, zcl.ReportAttributes], None]
"""Is told of each report: the cluster, and what was reported of it."""


class MirrorDesk:
    """It keeps the mirror over a loss of power (assumed)."""

    def __init__(
        self, clock: Clock, node: HanNode, gas_meters: frozenset[Eui], mirror: Mirror, reported: Reported
    ) -> None:
        self._clock, self._node, self._gas_meters, self._mirror = clock, node, gas_meters, mirror
        self._reported = reported
        for cluster in (prepayment.CLUSTER, metering.CLUSTER):
            node.on(cluster, self._hear)

    def _hear(self, sender: Eui, message: AppMessage) -> None:
        if message.zcl.header.scope is not Scope.GENERAL:
            return
        if sender in self._gas_meters:
            self._take(message)
        elif message.zcl.header.direction is Direction.TO_SERVER:
            self._tell(sender, message)

    def _take(self, message: AppMessage) -> None:
        try:
            report = zcl.read_general(message.zcl)
        except ProtocolError:
            return  # what cannot be read is no report
        if isinstance(report, zcl.ReportAttributes):
            self._mirror = self._mirror.reported(message.cluster, report, self._clock.now())
            self._reported(message.cluster, report)

    def _tell(self, reader: Eui, message: AppMessage) -> None:
        try:
            answer = zcl.answer_read(message.zcl, self._mirror.of(message.cluster))
        except ProtocolError:
            return  # displays read here, and do nothing else
        self._node.send_frame(reader, message.cluster, answer)
