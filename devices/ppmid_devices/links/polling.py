"""A device whose receiver is off: it asks its parent now and again for what is kept for it, and listens a little."""

from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import MILLISECOND, Clock, Timer
from ppmid_protocols.zigbee import mac_poll
from ppmid_protocols.zigbee.han import Radio
from ppmid_protocols.zigbee.outside import HUB_SHORT

LISTENS = 500 * MILLISECOND
"""How long a device listens after it has asked, and after the last frame that it heard then (assumed)."""


class Polling:
    """Asks every ``interval`` nanoseconds while there is power; the hub is its parent."""

    def __init__(self, clock: Clock, han: Han, membership: HanMembership, node: HanNode, interval: int) -> None:
        self._clock, self._han, self._membership, self._node = clock, han, membership, node
        self._interval = interval
        self._pan = Radio(eui=membership.eui, short=membership.short).pan
        self._sequence = self._heard = 0
        self._timers: dict[str, Timer] = {}

    def power(self, on: bool) -> None:
        """Lose power, or have it back: it asks at once then."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        if on:
            self._ask()

    def _ask(self) -> None:
        self._node.wake()
        self._sequence = (self._sequence + 1) & 0xFF
        frame = mac_poll.data_request(self._membership.short, HUB_SHORT, self._pan, self._sequence)
        self._han.transmit(self._membership.name, frame)
        self._timers["ask"] = self._clock.call_later(self._interval, self._ask)
        self._listen()

    def _listen(self) -> None:
        self._heard = self._node.heard
        if "sleep" in self._timers:
            self._timers["sleep"].cancel()
        self._timers["sleep"] = self._clock.call_later(LISTENS, self._sleep)

    def _sleep(self) -> None:
        if self._node.heard > self._heard:
            self._listen()
        else:
            self._node.sleep()
