"""What a hub remembers of the Commands that it carries for others: how many for whom, and who brought which."""

from collections.abc import Callable

from ppmid_devices.hub.relay import Refusal, RelayRules, RouteBack
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.ports import SECOND, Clock
from ppmid_devices.rate_limit import RateLimit
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import CommandKey, Message


class Relaying:
    """``targets`` gives the devices that a PPMID may bring Commands for."""

    def __init__(self, clock: Clock, settings: HubSettings, targets: Callable[[], frozenset[Eui]]) -> None:
        self._clock, self._settings, self._targets = clock, settings, targets
        types = None if settings.relay_types == "all" else frozenset(settings.relay_types)
        self.rules = RelayRules(types=types, octets=settings.relay_octets)
        self._rate, self._routes = self._no_rate(), self._no_routes()

    def update(self, settings: HubSettings) -> None:
        """Go by these settings from now on, as other firmware has it; what it remembers it keeps."""
        self._settings = settings

    def power_off(self) -> None:
        """Lose what does not survive a loss of power."""
        self._rate = self._no_rate()
        if not self._settings.routes_survive_power_cycle:
            self._routes = self._no_routes()

    def against_rules(self, message: Message, octets: int) -> Refusal | None:
        """Why the rules do not let a PPMID's Command pass, whatever passed before it."""
        return self.rules.refusal(message, octets, self._targets())

    def why_not(self, message: Message, octets: int) -> Refusal | None:
        """Why a Command that a PPMID brought is not relayed; None when it is."""
        if self._settings.relay == "none":
            return Refusal.NO_RELAY
        refusal = self.against_rules(message, octets)
        if refusal is None and not self._rate.admits(message.target, self._clock.now()):
            return Refusal.TOO_MANY
        return refusal

    def carried(self, message: Message, bringer: Eui, *, counts: bool) -> None:
        """A Command was carried; ``counts``: towards the rate of its target."""
        now = self._clock.now()
        if counts:
            self._rate = self._rate.after(message.target, now)
        self._routes = self._routes.add(message, bringer, now)

    def bringer(self, response: Message) -> Eui | None:
        """Who brought the Command which this Response answers."""
        return self._routes.bringer(response, self._clock.now())

    def brought_by(self, key: CommandKey) -> Eui | None:
        """Who brought the Command with this key."""
        return self._routes.of(key, self._clock.now())

    def _no_rate(self) -> RateLimit:
        return RateLimit(self._settings.relay_rate_per_hour)

    def _no_routes(self) -> RouteBack:
        return RouteBack(self._settings.routes, self._settings.route_life_s * SECOND)
