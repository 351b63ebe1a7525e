"""How a device at 868 MHz stays with its hub when that changes the channel.

It moves when its hub announces where to (Sub-GHz cluster). One that did not hear it, since it slept or for the noise,
notices that its hub is silent, and asks on every other channel in turn; where nobody answers, it goes back, and tries
again the next time that it misses its hub. Off its network it is by turns there and where every hub begins, as a new
one does.
"""

from collections.abc import Callable

from ppmid_devices.links.channels import FIRST
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import MILLISECOND, MINUTE, SECOND, Clock
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import keep_alive, sub_ghz, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.sub_ghz import ALL_CHANNELS, Channels
from ppmid_protocols.zigbee.zcl import Direction

PATIENCE = 2 * SECOND
"""How long its hub may be silent after a question before a device looks for it elsewhere (assumed)."""
DWELL = 250 * MILLISECOND
"""How long a device that looks for its hub waits on each channel for an answer (assumed)."""
CHECKED = 10 * MINUTE
"""How often a device that is always awake asks whether its hub is still on its channel (assumed)."""


class ChannelFollower:
    """The search is assumed: no public text has one.

    ``busy`` is called at each question of a search: who sleeps hears no answer. ``found``: once the hub is found.
    """

    def __init__(
        self,
        clock: Clock,
        han: Han,
        membership: HanMembership,
        node: HanNode,
        *,
        busy: Callable[[], None] = lambda: None,
        found: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock, self._han, self._name, self._node = clock, han, membership.name, node
        self._busy, self._found = busy, found
        self._channel = self._tuned = FIRST
        self._answered = self._searching = False
        node.on(sub_ghz.CLUSTER, self._announced)
        node.on(keep_alive.CLUSTER, self._hear)

    def miss(self) -> None:
        """The hub has just been asked something: look for it on other channels if it stays silent."""
        if self._searching or not self._node.powered:
            return
        if not self._node.on_network:
            self._move(self._channel if self._tuned == FIRST else FIRST)
            return
        self._channel, heard = self._tuned, self._node.heard
        self._clock.call_later(PATIENCE, lambda: self._look(heard))

    def _look(self, heard: int) -> None:
        there = self._node.powered and self._node.on_network
        if there and self._node.heard == heard and not self._searching:
            self._searching, self._answered = True, False
            self._try([one for one in ALL_CHANNELS if one != self._channel])

    def _try(self, others: list[Channels]) -> None:
        """Ask on the first of these channels; on the one before it, somebody has answered or nobody has."""
        if self._answered or not others or not self._node.powered:
            self._searching = False
            if not self._answered:
                self._move(self._channel)
            return
        self._busy()
        asked, *rest = others
        self._move(asked)
        self._ask()
        self._clock.call_later(DWELL, lambda: self._try(rest))

    def _move(self, to: Channels) -> None:
        self._tuned = to
        self._han.tune(self._name, to)

    def _ask(self) -> None:
        frame = zcl.general_frame(keep_alive.READ, Direction.TO_SERVER, self._node.next_sequence())
        self._node.send_frame(self._node.hub, keep_alive.CLUSTER, frame)

    def _hear(self, sender: Eui, _message: AppMessage) -> None:
        """An answer while it searches: this is the hub's channel."""
        if self._searching and not self._answered and sender == self._node.hub:
            self._channel, self._answered = self._tuned, True
            self._found()

    def _announced(self, sender: Eui, message: AppMessage) -> None:
        to = sub_ghz.announced(message.zcl)
        if sender == self._node.hub and to is not None:
            self._channel = to
            self._move(to)


class WakefulFollower(ChannelFollower):
    """Of a device whose receiver is on: it asks its hub now and again, so as to notice that it is gone."""

    def __init__(self, clock: Clock, han: Han, membership: HanMembership, node: HanNode) -> None:
        super().__init__(clock, han, membership, node)
        self._plan()

    def _plan(self) -> None:
        self._clock.call_later(CHECKED, self._check)

    def _check(self) -> None:
        self._plan()
        if self._node.powered and self._node.on_network and not self._searching:
            self._ask()
        self.miss()
