"""The SM WAN between the DCC and one home's Communications Hub; its frames are bare GBCS messages.

A home is one of three kinds. ``intermittent``: it has coverage, which fails at times. ``no-wan``: it has none of its
own yet; what helps it is in the table of ``wan_variants``: a neighbour's hub, as long as that one is on, or an aerial.
``never-wan``: nothing reaches it. The end of an outage brings back only what the home had before; that somebody
proposes a solution brings nothing, until it is fitted.
"""

import math
from dataclasses import replace

from ppmid_devices.links.contract import Aerial, Installer, Kind, Lends, Need, Network, Variant
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.links.wan_variants import Site, may_fit, reach
from ppmid_devices.ports import MILLISECOND, SECOND, Clock, Random, Tap
from ppmid_devices.roles import DCC, HUB, NEIGHBOUR_HUB

CELLULAR = Conditions(delay=500 * MILLISECOND)
"""One way over the network, cellular or long-range radio (assumed)."""

_OTHER_END = {DCC: HUB, HUB: DCC}


class Wan(Link):
    """The line between ``roles.DCC`` and ``roles.HUB``. Through a neighbour's hub it is two hops, both heard.

    That hub is a party of its own: it says what it lends, hears what goes by its way, and passes it on or does not.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        tap: Tap,
        random: Random,
        conditions: Conditions = CELLULAR,
        *,
        kind: Kind = "intermittent",
        variant: Variant = "cellular",
        network: Network = "cellular",
        lacks: Need = "none",
    ) -> None:
        super().__init__(name, clock, tap, random, conditions)
        self.variant = variant
        self._site = Site(kind=kind, network=network, lacks=lacks)
        self._aerial: Aerial | None = None
        self._held_down = False
        self._outages = 0
        self._up = self._reachable

    @property
    def through_neighbour(self) -> bool:
        """Whether the home's only way is a neighbour's hub."""
        return reach(self._site, self.variant, self._aerial) == "neighbour"

    @property
    def _reachable(self) -> bool:
        return reach(self._site, self.variant, self._aerial) != "none"

    def propose(self) -> None:
        """Somebody proposes a solution for the home; nothing comes of it before it is fitted."""

    def fit_aerial(self, aerial: Aerial, installer: Installer) -> bool:
        """Fit an aerial to the hub; False when the hub has no place for it, or it is not this party's to fit."""
        if not may_fit(installer, aerial, self.variant):
            return False
        self._aerial = aerial
        self._settle()
        return True

    def set_up(self, up: bool) -> None:
        """Begin an outage without an end, or end it; a home that nothing reaches stays down."""
        self._held_down = not up
        self._settle()

    def outage(self, duration: int) -> None:
        """Down now, for ``duration`` nanoseconds; outages that overlap end with the last of them."""
        self._outages += 1
        self._settle()
        self._clock.call_later(duration, self._end_outage)

    def schedule_outages(self, mean_up_s: int, mean_down_s: int) -> None:
        """Let outages come and go from now on by chance: exponential times with these means, in seconds."""
        self._clock.call_later(self._spell(mean_up_s), lambda: self._chance_outage(mean_up_s, mean_down_s))

    def exchange_hub(self, variant: Variant) -> None:
        """The hub is exchanged for one of another variant; an aerial stays with the old one."""
        self.variant, self._aerial = variant, None
        self._settle()

    def lend(self, lends: Lends) -> None:
        """The hub next door lends its way to hubs of this kind from now on; empty: to none, or it is off."""
        self._site = replace(self._site, neighbour=lends)
        self._settle()

    def send(self, sender: str, receiver: str, frame: bytes) -> None:
        """Put ``frame`` on the line, by way of the neighbour's hub where that is the only way."""
        super().send(sender, NEIGHBOUR_HUB if self.through_neighbour else receiver, frame)

    def pass_on(self, sender: str, frame: bytes) -> None:
        """The hub next door sends on what it had of ``sender``."""
        super().send(NEIGHBOUR_HUB, _OTHER_END[sender], frame)

    def _chance_outage(self, mean_up_s: int, mean_down_s: int) -> None:
        down = self._spell(mean_down_s)
        self.outage(down)
        self._clock.call_later(down, lambda: self.schedule_outages(mean_up_s, mean_down_s))

    def _spell(self, mean_s: int) -> int:
        return round(-math.log(1 - self._random.random()) * mean_s * SECOND)

    def _end_outage(self) -> None:
        self._outages -= 1
        self._settle()

    def _settle(self) -> None:
        super().set_up(self._reachable and not self._held_down and not self._outages)
