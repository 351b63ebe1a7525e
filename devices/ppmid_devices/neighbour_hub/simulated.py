"""A simulated neighbour's hub: while it is on, it carries between the SM WAN and the hub next door, octet for octet.

It holds no key of what it carries, keeps nothing of it, and none of it is for its own home.
"""

from ppmid_devices.links.contract import Lends
from ppmid_devices.links.wan import Wan
from ppmid_devices.neighbour_hub.contract import NeighbourSituation
from ppmid_devices.neighbour_hub.settings import NeighbourHubSettings
from ppmid_devices.ports import SECOND, Clock, Timer
from ppmid_devices.roles import NEIGHBOUR_HUB
from ppmid_protocols.eui import Eui


class SimulatedNeighbourHub:
    """A neighbour's hub (``neighbour_hub.contract.NeighbourHub``). Without a situation it lends its way to nobody."""

    def __init__(
        self,
        *,
        clock: Clock,
        eui: Eui,
        wan: Wan,
        settings: NeighbourHubSettings,
        situation: NeighbourSituation | None = None,
    ) -> None:
        self._clock, self._eui, self._wan, self._settings = clock, eui, wan, settings
        self._lends: Lends = "" if situation is None else situation.lends
        self._on = False
        self._starting: Timer | None = None

    @property
    def eui(self) -> Eui:
        return self._eui

    @property
    def lends(self) -> Lends:
        return self._lends

    def start(self) -> None:
        self._wan.attach(NEIGHBOUR_HUB, self._heard)
        self._serve()

    def switch(self, on: bool) -> None:
        if self._starting is not None:
            self._starting.cancel()
            self._starting = None
        if not on:
            self._on = False
            self._wan.lend("")
        elif not self._on:
            self._starting = self._clock.call_later(self._settings.start_s * SECOND, self._serve)

    def _serve(self) -> None:
        self._on, self._starting = True, None
        self._wan.lend(self._lends)

    def _heard(self, sender: str, frame: bytes) -> None:
        if self._on:
            self._wan.pass_on(sender, frame)
