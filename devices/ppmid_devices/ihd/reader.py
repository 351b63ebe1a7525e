"""How a display comes by its figures: while its screen is on it reads each meter, a gas meter in the hub's mirror."""

from collections.abc import Mapping
from dataclasses import dataclass

from ppmid_devices import roles
from ppmid_devices.ihd.contract import ShownFigures
from ppmid_devices.ihd.figures import READ, Figures
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import SECOND, Clock, Timer
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.zcl import Direction, Scope

_QUESTIONS = {cluster: zcl.ReadAttributes(attributes) for cluster, attributes in READ.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Seconds: between two readings while the screen is on, and from the last touch till it goes off."""

    every_s: int
    screen_on_s: int


class FigureReader:
    """What it has read stays on the screen, with its time, until something newer comes or ``forget`` wipes it."""

    figures_type: type[Figures] = Figures

    def __init__(self, clock: Clock, node: HanNode, hub: Eui, meters: Mapping[Eui, str], rate: Rate) -> None:
        self._clock, self._node, self._rate = clock, node, rate
        self._mirrored = frozenset(meter for meter, role in meters.items() if role == roles.GSME)
        self._sources = {meter: hub if meter in self._mirrored else meter for meter in meters}
        self._empty = self.figures_type(self._mirrored)
        self._figures = self._empty
        self._asked: dict[tuple[Eui, int, int], Eui] = {}
        self._screen_off = 0
        self._planned: Timer | None = None
        for cluster in READ:
            node.on(cluster, self._hear)

    @property
    def shown(self) -> tuple[ShownFigures, ...]:
        """What there is to show, a meter after the other."""
        return tuple(self._figures.shown.values())

    def move(self, hub: Eui) -> None:
        """Read gas in the mirror of this hub from now on."""
        self._sources |= dict.fromkeys(self._mirrored, hub)

    def touch(self) -> None:
        """Somebody touches it: its screen is on, and it reads at its rate for a while."""
        self._screen_off = self._clock.now() + self._rate.screen_on_s * SECOND
        if self._planned is None:
            self._read()

    def stop(self) -> None:
        """Lose power: read no more, and forget what was read."""
        if self._planned is not None:
            self._planned.cancel()
        self._planned, self._asked = None, {}
        self.forget()

    def forget(self) -> None:
        """Wipe what has been read."""
        self._figures = self._empty

    def _read_on(self) -> None:
        self._planned = None
        if self._clock.now() < self._screen_off:
            self._read()

    def _read(self) -> None:
        self._planned = self._clock.call_later(self._rate.every_s * SECOND, self._read_on)
        self._asked = {}  # what has had no answer till now gets none
        for meter, source in self._sources.items():
            for cluster, question in _QUESTIONS.items():
                sequence = self._node.next_sequence()
                self._asked[source, cluster, sequence] = meter
                frame = zcl.general_frame(question, Direction.TO_SERVER, sequence)
                self._node.send_frame(source, cluster, frame)

    def _hear(self, sender: Eui, message: AppMessage) -> None:
        header = message.zcl.header
        asked = sender, message.cluster, header.sequence
        meter = self._asked.get(asked)
        if meter is None or header.scope is not Scope.GENERAL or header.direction is not Direction.TO_CLIENT:
            return
        try:
            answer = zcl.read_general(message.zcl)
        except ProtocolError:
            return  # what cannot be read is no answer
        if isinstance(answer, zcl.ReadAttributesResponse):
            del self._asked[asked]
            self._figures = self._figures.taken(meter, message.cluster, answer, self._clock.now())
