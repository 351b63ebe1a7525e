"""What the two simulated meters have in common on the HAN: how they are made, and how they lose power."""

from abc import abstractmethod
from typing import Unpack

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.meter.firmware import MAKERS, ImageReceiver
from ppmid_devices.meter.hub_time import HubTimeReader
from ppmid_devices.meter.meter import SimulatedMeter
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.trust import Parties, joined
from ppmid_devices.needs import MeterNeeds
from ppmid_devices.ports import SECOND
from ppmid_protocols.smki import Role


class HanMeter(SimulatedMeter):
    """A meter on a home's HAN, whose tunnel is with the hub."""

    def __init__(self, *, settings: MeterSettings, **needs: Unpack[MeterNeeds]) -> None:
        own, ppmid = needs["credentials"], needs["ppmid"]
        self._hub = needs["hub"]
        operator = needs.get("network_operator")
        parties = Parties(
            meter=own.eui,
            supplier=needs["supplier"],
            broker=needs["access_control_broker"],
            ppmid=ppmid,
            others={} if operator is None else {operator: Role.NETWORK_OPERATOR},
            devices=joined(self._hub, ppmid),
        )
        super().__init__(needs["clock"], own, needs["directory"], parties, settings.under(needs.get("situation")))
        self._han, self._membership = needs["han"], needs["membership"]

    def start(self) -> None:
        """Power it on for the first time."""
        self._node = HanNode(self._clock, self._han, self._membership)
        self._hub_time = HubTimeReader(self._node, self._own_clock, lambda: self._node.hub)
        self._images = ImageReceiver(
            self._clock,
            self._node,
            self._hub,
            self._firmware,
            MAKERS[self.kind],
            received=self._tell_receipt,
            heard=self._stay_awake,
        )
        self._listen()
        self._power_on()

    def power_cycle(self) -> None:
        """Cut its power and give it back a while later."""
        if self._powered:
            self._power_off()
            self._hang_up()
            self._node.switch_off()
            self._clock.call_later(self._settings.off_s * SECOND, self._power_back)

    def _power_back(self) -> None:
        self._node.switch_on()
        self._power_on()
        self._images.resume()

    def _stay_awake(self) -> None:
        """Sleep no sooner than a while after this, where it sleeps at all."""

    @abstractmethod
    def _listen(self) -> None:
        """Be there for what comes by the HAN."""

    @abstractmethod
    def _hang_up(self) -> None:
        """Lose the tunnel, and what runs with it."""
