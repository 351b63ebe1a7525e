"""The SM WAN between the DCC and one home's Communications Hub; its frames are bare GBCS messages.

A home is one of three kinds. ``intermittent``: it has coverage, which fails at times. ``no-wan``: it has none of its
own; a hub with mesh may still reach the DCC through a neighbour's hub, as long as that one is on. ``never-wan``:
nothing reaches it. The end of an outage brings back only what the home had before; that somebody promises a solution
brings nothing.
"""

import math
from typing import Literal

from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.ports import MILLISECOND, SECOND, Clock, Random, Tap
from ppmid_devices.roles import DCC, HUB, NEIGHBOUR_HUB

Kind = Literal["intermittent", "no-wan", "never-wan"]
Variant = Literal["cellular", "cellular+mesh"]

CELLULAR = Conditions(delay=500 * MILLISECOND)
"""One way over the cellular network (assumed)."""

_OTHER_END = {DCC: HUB, HUB: DCC}


class Wan(Link):
    """The line between ``roles.DCC`` and ``roles.HUB``. Through a neighbour's hub it is two hops, both heard."""

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
        neighbour: bool = False,
    ) -> None:
        super().__init__(name, clock, tap, random, conditions)
        self.kind, self.variant = kind, variant
        self._neighbour_on = neighbour
        self._held_down = False
        self._outages = 0
        self.attach(NEIGHBOUR_HUB, self._pass_on)
        self._up = self._reachable

    @property
    def through_neighbour(self) -> bool:
        """Whether the home's only way is a neighbour's hub: it must be on, and both must be mesh hubs."""
        return self.kind == "no-wan" and self.variant == "cellular+mesh" and self._neighbour_on

    @property
    def _reachable(self) -> bool:
        return self.kind == "intermittent" or self.through_neighbour

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

    def set_neighbour(self, on: bool) -> None:
        """Switch the neighbour's mesh hub on or off."""
        self._neighbour_on = on
        self._settle()

    def send(self, sender: str, receiver: str, frame: bytes) -> None:
        """Put ``frame`` on the line, by way of the neighbour's hub where that is the only way."""
        super().send(sender, NEIGHBOUR_HUB if self.through_neighbour else receiver, frame)

    def _pass_on(self, sender: str, frame: bytes) -> None:
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
