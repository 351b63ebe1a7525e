"""Two ends of a real line in one process, each with a clock of its own, and what was heard at them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from ppmid_bench.wall_clock import WallClock
from ppmid_devices import roles
from ppmid_devices.lines.ends import End
from ppmid_devices.lines.real_line import RealLine
from ppmid_devices.links.link import Receive
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui

PPMID = Eui.parse("00-DB-12-34-56-78-90-A4")
SOON = 60 * SECOND


@dataclass
class Heard:
    """A tap: what crossed, as (sender, receiver, frame, why it was lost)."""

    crossings: list[tuple[str, str, bytes, str]] = field(default_factory=list)

    def crossed(self, link: str, sender: str, receiver: str, frame: bytes, lost: str = "") -> None:
        self.crossings.append((sender, receiver, frame, lost))


class Side:
    """One end with its clock, its tap, and what its party was given."""

    def __init__(
        self,
        make: Callable[[End], RealLine],
        *,
        here: str,
        there: str,
        ppmid: Eui = PPMID,
        attach: bool = True,
    ) -> None:
        self.clock, self.tap = WallClock(), Heard()
        self.here, self.there = here, there
        self.given: list[bytes] = []
        self.changes: list[bool] = []
        end = End(name="avenue", here=here, there=there, ppmid=ppmid, clock=self.clock, tap=self.tap, random=Random(1))
        self.line: Any = self.clock.perform(lambda: make(end))
        self.line.watch(self.changes.append)
        if attach:
            self.attach(lambda _, frame: self.given.append(frame))

    def attach(self, receive: Receive) -> None:
        """Man it: from now on the other end may come."""
        self.clock.perform(lambda: self.line.attach(self.here, receive))

    def send(self, frame: bytes) -> None:
        self.clock.perform(lambda: self.line.send(self.here, self.there, frame))

    def set_up(self, up: bool) -> None:
        self.clock.perform(lambda: self.line.set_up(up))

    def until(self, done: Callable[[], bool]) -> None:
        """Wait until it holds; whatever the line raises meanwhile comes out."""
        assert self.clock.run_until(self.clock.now() + SOON, done), (self.line.findings, self.given, self.changes)

    def noted(self, part: str) -> bool:
        return any(part in finding for finding in self.line.findings)

    def close(self) -> None:
        self.clock.perform(self.line.close)
        self.clock.stop()


class Sides:
    """Makes ends, and closes them at the end."""

    def __init__(self) -> None:
        self._made: list[Side] = []

    def harness(self, make: Callable[[End], RealLine], *, here: str = roles.DELIVERY_SERVICE, **more: Any) -> Side:
        return self._keep(Side(make, here=here, there=roles.PPMID, **more))

    def ppmid(self, make: Callable[[End], RealLine], *, there: str = roles.DELIVERY_SERVICE, **more: Any) -> Side:
        return self._keep(Side(make, here=roles.PPMID, there=there, **more))

    def close(self) -> None:
        for side in self._made:
            side.close()

    def _keep(self, side: Side) -> Side:
        self._made.append(side)
        return side


def wait_for(done: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something that no clock of a line tells."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)
