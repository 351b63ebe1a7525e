"""Communications Hubs that a flood finds wanting; the faulty part stands before each."""

from dataclasses import replace
from typing import Any

from ppmid_devices import roles
from ppmid_devices.hub.carrying import Carrying
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message

_NO_LIMIT = 10**6
_ENOUGH = 25
"""Commands of a PPMID with which it has its hands full."""


class _Choking(Carrying):
    _brought = 0

    def _relay(self, bringer: Eui, message: Message, octets: bytes) -> None:
        self._brought += 1
        super()._relay(bringer, message, octets)

    def from_wan(self, octets: bytes) -> None:
        if self._brought < _ENOUGH:
            super().from_wan(octets)
        else:
            self.note(roles.DCC, None, Refusal.TOO_MANY)


class RelaysWithoutALimit(SimulatedHub):
    """Passes on whatever a PPMID brings, however often.

    Breaks: a relay passes on so many Commands for a device in an hour and no more (limit hub-relay-rate).
    """

    def __init__(self, *, settings: HubSettings, **needs: Any) -> None:
        super().__init__(settings=replace(settings, relay_rate_per_hour=_NO_LIMIT), **needs)


class ChokesOnFlood(SimulatedHub):
    """Drops what the SM WAN brings, once a PPMID has brought it many Commands.

    Breaks: what a PPMID brings takes no service from meters and displays (limit service-kept-under-flood).
    """

    carrying = _Choking
