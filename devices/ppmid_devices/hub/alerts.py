"""What a hub tells the DCC of its own accord, while it has power and unless it is set to keep quiet."""

from collections.abc import Mapping

from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.voice import GNCA, Event, HubVoice
from ppmid_devices.hub.wan_side import WanSide
from ppmid_devices.meter.cosem.chf import back_up
from ppmid_devices.ports import Clock
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.axdr import Data

CS14 = 0x0018
"""Message Code: a device was added to the device log, or taken off it."""


class Alerts:
    """``eui``: of the CHF, whose Alerts they are."""

    def __init__(self, clock: Clock, wan: WanSide, voice: HubVoice, settings: HubSettings, eui: Eui) -> None:
        self._clock, self._wan, self._voice, self._settings, self._eui = clock, wan, voice, settings, eui
        self._powered = False

    def power(self, on: bool) -> None:
        """Lose power, or have it back."""
        self._powered = on

    def tell(self, event: Event, further: bytes = b"", message_code: int = GNCA) -> None:
        """Send an Alert of this event. ``further``: octets that its use case adds."""
        self._send(event, (axdr.octet_string(further),) if further else (), message_code)

    def say(self, event: Event, added: Data, message_code: int) -> None:
        """Send an Alert of this event, with what its use case adds."""
        self._send(event, (added,), message_code)

    def log_changed(self, listed: Mapping[Eui, bytes]) -> None:
        """Tell that the device log has changed, with a back up of it as it is now (CS14; RTDS 4.5.0)."""
        self._send(Event.DEVICE_LOG_CHANGED, (back_up(listed, self._clock.now()),), CS14)

    def _send(self, event: Event, added: tuple[Data, ...], message_code: int) -> None:
        if self._settings.alerts and self._powered:
            self._wan.send(self._eui, self._voice.alert(event, self._clock.now(), added, message_code))

    def image_ended(self, device: Eui, version: int, good: bool) -> None:
        """Tell what became of a firmware image (CCS08)."""
        self._wan.send(self._eui, self._voice.transferred(device, version, good, self._clock.now()))
