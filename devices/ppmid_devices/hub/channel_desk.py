"""How a hub leaves a noisy channel at 868 MHz: it measures all, announces where it goes, moves, and tells the DCC.

While it measures it hears nobody in that band. To each device in the band it says where it goes, sleeping or not; who
does not hear it has to find it.
"""

from collections.abc import Callable, Iterable

from ppmid_devices.hub.alerts import Alerts
from ppmid_devices.hub.channel_choice import Agility, ChannelBook, Trigger
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.voice import GNCA, Event
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import HOUR, MILLISECOND, SECOND, Clock
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.axdr import Bits, Data
from ppmid_protocols.zigbee import sub_ghz, tunneling
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.sub_ghz import ALL_CHANNELS, Channels

DBCH07 = 0x0111
"""Message Code: the channel has changed."""
MISSING = 24 * HOUR
"""A gas meter that has not been heard for so long is missing (DUIS: GSMEMissingForTheLastDay)."""

Ask = Callable[[Trigger], None]
"""Asks for a scan, which the hub may refuse."""


class ChannelDesk:
    """``configuration``: what DBCH04 set. ``served``: whom the hub serves, at the moment. ``book``: outlives power."""

    def __init__(
        self,
        clock: Clock,
        han: Han,
        membership: HanMembership,
        book: ChannelBook,
        alerts: Alerts,
        settings: HubSettings,
        *,
        configuration: Callable[[], Data],
        served: Callable[[], Iterable[Eui]],
    ) -> None:
        self._clock, self._han, self._name, self._band = clock, han, membership.name, membership.sub_ghz
        self._book, self._alerts, self._settings = book, alerts, settings
        self._configuration, self._served = configuration, served
        self._life, self._scanning = 0, False
        self._heard_at: dict[Eui, int] = {}

    def attach(self, node: HanNode, gas_meters: frozenset[Eui], ask: Ask) -> None:
        """Use this place on the HAN; ``ask`` is called when a gas meter in the band is missing."""
        self._node, self._gas_meters, self._ask = node, gas_meters & self._band, ask
        self._han.tune(self._name, self._book.channel)
        node.on(tunneling.CLUSTER, self._heard)
        if self._gas_meters:
            self._clock.call_later(HOUR, self._look)

    def power(self, on: bool) -> None:
        """Lose power, or have it back: what was under way is not gone on with; it is on the channel that it was on."""
        self._life, self._scanning = self._life + 1, False
        if on:
            self._han.tune(self._name, self._book.channel)

    # When

    def _heard(self, device: Eui, _message: AppMessage) -> None:
        if device in self._gas_meters:
            self._heard_at[device] = self._clock.now()

    def _look(self) -> None:
        """Once an hour (assumed): a gas meter that it has served and not heard for a day is missing."""
        self._clock.call_later(HOUR, self._look)
        now = self._clock.now()
        for meter in self._gas_meters.intersection(self._served()):
            if self._node.powered and now - self._heard_at.setdefault(meter, now) >= MISSING:
                self._heard_at[meter] = now
                self._ask(Trigger.GSME_MISSING)

    # What

    def scan(self, trigger: Trigger) -> None:
        """Measure the noise on every channel, and go where it is quieter."""
        if self._scanning:
            return
        self._scanning = True
        self._tell(Event.SCAN_BEGUN, trigger)
        self._han.tune(self._name, None)
        length = len(ALL_CHANNELS) * self._settings.scan_channel_ms * MILLISECOND
        self._later(length, lambda: self._measured(trigger))

    def _measured(self, trigger: Trigger) -> None:
        self._han.tune(self._name, self._book.channel)
        readings = {channel: self._han.noise(channel) for channel in ALL_CHANNELS}
        agility = Agility.of(self._configuration())
        to = agility.choose(readings, self._book.channel)
        if to is None or not self._book.may_change(agility.per_week, self._clock.now()):
            self._scanning = False
            self._tell(Event.CHANNEL_KEPT, trigger)
        else:
            self._announce(to)
            self._later(self._settings.channel_notice_s * SECOND, lambda: self._leave(to, trigger))

    def _announce(self, to: Channels) -> None:
        for device in sorted(self._band.intersection(self._served())):
            self._node.send_frame(device, sub_ghz.CLUSTER, sub_ghz.announce(to, self._node.next_sequence()))

    def _leave(self, to: Channels, trigger: Trigger) -> None:
        """Go, and tell the DCC; what its Alert bears beside its code is assumed."""
        now = self._clock.now()
        self._scanning = False
        self._book.changed(to, now)
        self._book.note(now, Event.CHANNEL_CHANGED, trigger)
        self._han.tune(self._name, to)
        said = axdr.structure(Bits(32, to.octets), axdr.octet_string(bytes((trigger,))))
        self._alerts.say(Event.CHANNEL_CHANGED, said, DBCH07)

    def _tell(self, event: Event, trigger: Trigger) -> None:
        self._book.note(self._clock.now(), event, trigger)
        self._alerts.tell(event, b"", GNCA)

    def _later(self, delay: int, do: Callable[[], None]) -> None:
        life = self._life
        self._clock.call_later(delay, lambda: do() if life == self._life else None)
