"""A simulated HCALCS: it joins and parts, shows its credentials and its device log, tells its firmware.

All Commands that public use cases address to it are of that kind (DER), so it has no COSEM objects and no clusters of
its own. Its switch is the ESME's to command, by ZigBee messages inside the HAN (HECS01), which are not played.
"""

from typing import Unpack

from ppmid_devices.hcalcs.settings import HcalcsSettings
from ppmid_devices.links.channel_follower import WakefulFollower
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.keep_alive_watch import KeepAliveWatch
from ppmid_devices.links.rejoining import Rejoining
from ppmid_devices.links.tunnel import TunnelServer
from ppmid_devices.meter import functions
from ppmid_devices.meter.commanded import CommandedDevice
from ppmid_devices.meter.documents import Documents
from ppmid_devices.meter.firmware import Firmware
from ppmid_devices.meter.functions import Functions
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.trust import parties_of
from ppmid_devices.needs import HcalcsNeeds
from ppmid_devices.ports import SECOND


class SimulatedHcalcs(CommandedDevice):
    """An HCALCS (``hcalcs.contract.Hcalcs``), always awake, in a tunnel that the hub opens.

    Over a loss of power it keeps its device log and Execution Counters (assumed).
    """

    kind = "hcalcs"

    def __init__(self, *, settings: HcalcsSettings, **needs: Unpack[HcalcsNeeds]) -> None:
        own = needs["credentials"]
        parties = parties_of(own.eui, needs["supplier"], needs["access_control_broker"], needs["devices"])
        commanded = MeterSettings(firmware=settings.firmware, processing_ms=settings.processing_ms)
        super().__init__(needs["clock"], own, needs["directory"], parties, commanded)
        self._off_s = settings.off_s
        self._han, self._membership = needs["han"], needs["membership"]
        self._hub = needs["hub"]
        self.noted: list[LogCode] = []
        documents = Documents(self._keys, self._anchors, Firmware(settings.firmware), self, None)
        self._become(Functions(functions.codes(self.kind), documents))

    def start(self) -> None:
        self._node = HanNode(self._clock, self._han, self._membership)
        self._tunnel = TunnelServer(self._node, self._hub, self.hear)
        rejoining = Rejoining(self._clock, self._han, self._membership, self._node, self._moved)
        if self._membership.watches:
            KeepAliveWatch(self._clock, self._node, rejoining)
        if self._membership.eui in self._membership.sub_ghz:
            WakefulFollower(self._clock, self._han, self._membership, self._node)
        self._powered = True

    def _moved(self) -> None:
        """It is off the HAN, or on one again, perhaps that of another hub."""
        self._tunnel.move(self._node.hub)

    def power_cycle(self) -> None:
        if self._powered:
            self._powered, self._life = False, self._life + 1
            self._tunnel.lose()
            self._node.switch_off()
            self._clock.call_later(self._off_s * SECOND, self._power_back)

    def _power_back(self) -> None:
        self._node.switch_on()
        self._powered = True

    def transmit(self, message: bytes) -> None:
        """Send into the hub's tunnel; what comes while there is none is lost (assumed)."""
        self._tunnel.send(message)

    def note(self, code: LogCode) -> None:
        """Write a code to its log, which Commands do not read here."""
        self.noted.append(code)
