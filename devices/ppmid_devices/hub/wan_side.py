"""The hub's side of the SM WAN: what its devices have for the DCC goes at once, or waits and goes later."""

from collections.abc import Callable

from ppmid_devices import roles
from ppmid_devices.hub.mailbox import Outbox
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.links.link import Link
from ppmid_devices.ports import SECOND, Clock, Timer
from ppmid_protocols.eui import Eui


class WanSide:
    """Nothing overtakes what waits. After an outage the messages go one by one, at the interval of the settings."""

    def __init__(self, clock: Clock, wan: Link, settings: HubSettings) -> None:
        self._clock, self._wan, self._settings = clock, wan, settings
        self._outbox = Outbox(settings.outbox_messages)
        self._powered = False
        self._planned: Timer | None = None
        self.dropped = 0

    def attach(self, heard: Callable[[bytes], None]) -> None:
        """Take the hub's place on the SM WAN; ``heard`` is called with what the DCC sends while there is power."""
        self._heard = heard
        self._wan.attach(roles.HUB, self._receive)
        self._wan.watch(self._changed)

    def power(self, on: bool) -> None:
        """Lose power, or have it back; whether what waits survives is a setting."""
        self._powered = on
        if on:
            self._release()
            return
        if self._planned is not None:
            self._planned.cancel()
            self._planned = None
        if not self._settings.queues_survive_power_cycle:
            self._outbox = Outbox(self._settings.outbox_messages)

    def send(self, device: Eui, octets: bytes) -> None:
        """Send a message of ``device`` to the DCC, as soon as the SM WAN is up and it is its turn."""
        if self._wan.up and not self._outbox.messages:
            self._wan.send(roles.HUB, roles.DCC, octets)
        else:
            self._outbox, dropped = self._outbox.put(device, octets)
            self.dropped += dropped

    def _receive(self, _: str, octets: bytes) -> None:
        if self._powered:
            self._heard(octets)

    def _changed(self, up: bool) -> None:
        if up:
            self._release()

    def _release(self) -> None:
        """Plan to send the next of what waits, unless that is planned."""
        if self._powered and self._planned is None and self._outbox.messages:
            self._planned = self._clock.call_later(self._settings.outbox_interval_s * SECOND, self._release_one)

    def _release_one(self) -> None:
        self._planned = None
        if not self._wan.up:
            return  # its return plans anew
        self._outbox, octets = self._outbox.take()
        if octets is not None:
            self._wan.send(roles.HUB, roles.DCC, octets)
        self._release()
