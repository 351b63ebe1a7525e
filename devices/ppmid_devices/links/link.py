"""A line between named parties: it can be down, slow, lossy, and can overtake itself; all by a seed.

Nothing on a line knows what the bytes mean. Every frame that enters is heard by the tap, also one that will be lost.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ppmid_devices.ports import MILLISECOND, Clock, Random, Tap

Receive = Callable[[str, bytes], None]
"""Called with the sender's name and the frame."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a line treats a frame: delays in nanoseconds, shares between 0 and 1.

    ``jitter`` is the largest extra delay, evenly spread. ``reordered`` is the share of frames held back by ten times
    the delay, so that later ones overtake them. ``altered`` is the share that arrives with one bit turned.
    """

    delay: int = 20 * MILLISECOND
    jitter: int = 0
    lost: float = 0.0
    reordered: float = 0.0
    altered: float = 0.0


class Link:
    """A line that parties attach to under their names."""

    def __init__(self, name: str, clock: Clock, tap: Tap, random: Random, conditions: Conditions) -> None:
        self.name = name
        self.conditions = conditions
        self._clock, self._tap, self._random = clock, tap, random
        self._receivers: dict[str, Receive] = {}
        self._watchers: list[Callable[[bool], None]] = []
        self._up = True

    @property
    def up(self) -> bool:
        """Whether the line carries anything; both ends can tell, as they can of a lost carrier."""
        return self._up

    def attach(self, party: str, receive: Receive) -> None:
        """From now on frames for ``party`` are given to ``receive``."""
        self._receivers[party] = receive

    def watch(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed(up)`` at every change between up and down."""
        self._watchers.append(changed)

    def set_up(self, up: bool) -> None:
        """Take the line down or bring it back; frames on their way when it goes down still arrive."""
        if up != self._up:
            self._up = up
            for changed in self._watchers:
                changed(up)

    def send(self, sender: str, receiver: str, frame: bytes) -> None:
        """Put ``frame`` on the line for ``receiver``."""
        lost = self._why_lost(receiver)
        self._tap.crossed(self.name, sender, receiver, frame, lost)
        if lost:
            return
        if self.conditions.altered and self._random.random() < self.conditions.altered:
            frame = self._turn_a_bit(frame)
            self._tap.crossed(self.name, sender, receiver, frame)
        self._clock.call_later(self._delay(), lambda: self._receivers[receiver](sender, frame))

    def _turn_a_bit(self, frame: bytes) -> bytes:
        bit = self._random.randrange(0, 8 * len(frame))
        return bytes(octet ^ (1 << bit % 8 if place == bit // 8 else 0) for place, octet in enumerate(frame))

    def _why_lost(self, receiver: str) -> str:
        if not self._up:
            return "line down"
        if receiver not in self._receivers:
            return "nobody there"
        if self.conditions.lost and self._random.random() < self.conditions.lost:
            return "lost"
        return ""

    def _delay(self) -> int:
        delay = self.conditions.delay
        if self.conditions.jitter:
            delay += self._random.randrange(0, self.conditions.jitter + 1)
        if self.conditions.reordered and self._random.random() < self.conditions.reordered:
            delay += 10 * self.conditions.delay
        return delay
