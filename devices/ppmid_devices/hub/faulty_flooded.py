"""A Communications Hub that a flood puts out of service; its faulty part stands before it."""

from ppmid_devices import roles
from ppmid_devices.hub.carrying import Carrying
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message

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


class ChokesOnFlood(SimulatedHub):
    """Drops what the SM WAN brings, once a PPMID has brought it many Commands.

    Breaks: what a PPMID brings takes no service from meters and displays (limit service-kept-under-flood).
    """

    carrying = _Choking
