"""What a hub makes of Commands about its 868 MHz radio: to scan for a better channel (DBCH05), to be set anew (DBCH04).

It assesses whether it may scan, tells the DCC (DBCH08), and has ``channel_desk`` scan. How many scans are too many is
not public, so none is refused for that.
"""

from collections.abc import Callable
from enum import IntEnum

from ppmid_devices.hub.alerts import Alerts
from ppmid_devices.hub.channel_choice import Trigger
from ppmid_devices.hub.duty_cycle import Level
from ppmid_devices.hub.voice import Event
from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.cosem.objects import Place, place
from ppmid_devices.meter.cosem.store import Changed
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.axdr import Data

DBCH08, DBCH09 = 0x0112, 0x0113
"""Message Codes: outcome of the assessment of a scan, configuration changed."""
_SCAN, CONFIGURATION = place("1/0-0:94.44.10.1/2"), place("1/0-0:94.44.10.0/2")
"""Where a scan is asked for, and how the radio is to be."""


class Assessment(IntEnum):
    """Whether a hub takes a scan up, and why not: the second octet of a DBCH08, after the trigger (assumed).

    Both are in the order of the DUIS schema.
    """

    ACCEPTED = 0
    HHT_CONNECTED = 1
    DUTY_CYCLE_TOO_HIGH = 2
    JOINING_PERMITTED = 3


class SubGhzDesk:
    """``connected``: whether a Hand-Held Terminal is; ``joining``: whether devices may join; ``level``: duty cycle.

    ``scan``: has the radio scanned.
    """

    def __init__(
        self,
        alerts: Alerts,
        connected: Callable[[], bool],
        joining: Callable[[], bool],
        level: Callable[[], Level],
        scan: Callable[[Trigger], None],
    ) -> None:
        self._alerts, self._connected, self._joining, self._level = alerts, connected, joining, level
        self._scan = scan

    def on_set(self) -> dict[Place, Changed]:
        """What to call when a Command sets an object, by its place."""
        return {_SCAN: lambda *_: self.ask(Trigger.COMMAND), CONFIGURATION: self._configured}

    def ask(self, trigger: Trigger) -> None:
        """Assess whether to scan, say so, and scan."""
        outcome = self._assess()
        said = axdr.structure(axdr.octet_string(bytes((trigger,))), axdr.octet_string(bytes((outcome,))))
        self._alerts.say(Event.SCAN_ASSESSED, said, DBCH08)
        if outcome is Assessment.ACCEPTED:
            self._scan(trigger)

    def _assess(self) -> Assessment:
        if self._connected():
            return Assessment.HHT_CONNECTED
        if self._level() is not Level.NORMAL:
            return Assessment.DUTY_CYCLE_TOO_HIGH
        return Assessment.JOINING_PERMITTED if self._joining() else Assessment.ACCEPTED

    def _configured(self, _place: Place, data: Data, _asked: Asked) -> None:
        self._alerts.say(Event.SUB_GHZ_CONFIGURED, data, DBCH09)
