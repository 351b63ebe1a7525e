"""What a hub makes of Commands about its 868 MHz radio: to scan for a better channel (DBCH05), to be set anew (DBCH04).

It assesses whether it may scan, and tells the DCC (DBCH08). Channels and their noise are not modelled: a scan that it
takes up finds none that is better, so the channel never changes (DBCH07). How many scans are too many is not public.
"""

from collections.abc import Callable
from enum import IntEnum

from ppmid_devices.hub.alerts import Alerts
from ppmid_devices.hub.duty_cycle import Level
from ppmid_devices.hub.voice import Event
from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.cosem.objects import Place, place
from ppmid_devices.meter.cosem.store import Changed
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.axdr import Data

DBCH08, DBCH09 = 0x0112, 0x0113
"""Message Codes: outcome of the assessment of a scan, configuration changed."""
_SCAN, _CONFIGURATION = place("1/0-0:94.44.10.1/2"), place("1/0-0:94.44.10.0/2")


class Trigger(IntEnum):
    """What a scan was asked for by: the first of two octets in DBCH08."""

    COMMAND = 0


class Assessment(IntEnum):
    """Whether a hub takes a scan up, and why not: the second octet, in the order of the DUIS schema (both assumed)."""

    ACCEPTED = 0
    HHT_CONNECTED = 1
    DUTY_CYCLE_TOO_HIGH = 2
    JOINING_PERMITTED = 3


class SubGhzDesk:
    """``connected``: whether a Hand-Held Terminal is; ``joining``: whether devices may join; ``level``: duty cycle."""

    def __init__(
        self,
        alerts: Alerts,
        connected: Callable[[], bool],
        joining: Callable[[], bool],
        level: Callable[[], Level],
    ) -> None:
        self._alerts, self._connected, self._joining, self._level = alerts, connected, joining, level

    def on_set(self) -> dict[Place, Changed]:
        """What to call when a Command sets an object, by its place."""
        return {_SCAN: self._scan, _CONFIGURATION: self._configured}

    def _scan(self, _place: Place, _data: Data, _asked: Asked) -> None:
        outcome = self._assess()
        said = axdr.structure(axdr.octet_string(bytes((Trigger.COMMAND,))), axdr.octet_string(bytes((outcome,))))
        self._alerts.say(Event.SCAN_ASSESSED, said, DBCH08)

    def _assess(self) -> Assessment:
        if self._connected():
            return Assessment.HHT_CONNECTED
        if self._level() is not Level.NORMAL:
            return Assessment.DUTY_CYCLE_TOO_HIGH
        return Assessment.JOINING_PERMITTED if self._joining() else Assessment.ACCEPTED

    def _configured(self, _place: Place, data: Data, _asked: Asked) -> None:
        self._alerts.say(Event.SUB_GHZ_CONFIGURED, data, DBCH09)
