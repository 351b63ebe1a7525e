"""What a hub sends on the HAN of its own accord: reports of its time, to each device in turn."""

from collections.abc import Callable, Sequence

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.meter.times import zigbee_time
from ppmid_devices.ports import SECOND, Clock, Timer
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import utc_time
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import Direction, ReportAttributes, general_frame


class OwnFrames:
    """One report every ``every_s`` seconds while there is power, to the next of ``devices()``; 0: none."""

    def __init__(self, clock: Clock, node: HanNode, devices: Callable[[], Sequence[Eui]], every_s: int) -> None:
        self._clock, self._node, self._devices, self._every_s = clock, node, devices, every_s
        self._turn = 0
        self._planned: Timer | None = None

    def power(self, on: bool) -> None:
        """Lose power, or have it back."""
        if self._planned is not None:
            self._planned.cancel()
            self._planned = None
        if on and self._every_s:
            self._plan()

    def _plan(self) -> None:
        self._planned = self._clock.call_later(self._every_s * SECOND, self._report)

    def _report(self) -> None:
        self._plan()
        devices = self._devices()
        if not devices:
            return
        device, self._turn = devices[self._turn % len(devices)], self._turn + 1
        time = Typed(ZclType.UTC_TIME, zigbee_time(self._clock.now()))
        report = ReportAttributes(((utc_time.TIME, time),))
        frame = general_frame(report, Direction.TO_CLIENT, self._node.next_sequence())
        self._node.send_frame(device, utc_time.CLUSTER, frame)
