"""A line between named parties, and what it shares with the HAN: to be down, slow, lossy, to alter; all by a seed.

Nothing here knows what the bytes mean. Every frame that enters is heard by the tap, also one that will be lost.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ppmid_devices.links.contract import Impairments
from ppmid_devices.ports import MILLISECOND, SECOND, Clock, Random, Tap

Receive = Callable[[str, bytes], None]
"""Called with the sender's name and the frame."""

_UNIMPAIRED = Impairments()
LOST, DOWN, NOBODY = "lost", "line down", "nobody there"
"""Reasons for a loss: by chance, since nothing is carried, and since no receiver is there."""


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


class Medium:
    """What lines and the HAN have in common: they can be down, and do to a frame what their conditions say."""

    def __init__(self, name: str, clock: Clock, tap: Tap, random: Random, conditions: Conditions) -> None:
        self.name = name
        self.conditions = conditions
        self._clock, self._tap, self._random = clock, tap, random
        self._watchers: list[Callable[[bool], None]] = []
        self._up = True

    @property
    def up(self) -> bool:
        """Whether it carries anything; both ends can tell, as they can of a lost carrier."""
        return self._up

    def watch(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed(up)`` at every change between up and down."""
        self._watchers.append(changed)

    def set_up(self, up: bool) -> None:
        """Take it down or bring it back; frames on their way when it goes down still arrive."""
        if up != self._up:
            self._up = up
            for changed in self._watchers:
                changed(up)

    def _why_lost(self, absent: str) -> str:
        """Why a frame that enters now will not arrive; ``absent``: what keeps its receiver from it. Empty: it will."""
        if not self._up:
            return DOWN
        if absent:
            return absent
        if self.conditions.lost and self._random.random() < self.conditions.lost:
            return LOST
        return ""

    def _as_it_arrives(self, sender: str, receiver: str, frame: bytes) -> bytes:
        """The frame, perhaps with one bit turned; the tap hears a turned one too."""
        if not self.conditions.altered or self._random.random() >= self.conditions.altered:
            return frame
        bit = self._random.randrange(0, 8 * len(frame))
        turned = bytes(octet ^ (1 << bit % 8 if place == bit // 8 else 0) for place, octet in enumerate(frame))
        self._tap.crossed(self.name, sender, receiver, turned)
        return turned

    def _delay(self) -> int:
        delay = self.conditions.delay
        if self.conditions.jitter:
            delay += self._random.randrange(0, self.conditions.jitter + 1)
        if self.conditions.reordered and self._random.random() < self.conditions.reordered:
            delay += 10 * self.conditions.delay
        return delay


class Link(Medium):
    """A line that parties attach to under their names."""

    def __init__(self, name: str, clock: Clock, tap: Tap, random: Random, conditions: Conditions) -> None:
        super().__init__(name, clock, tap, random, conditions)
        self._receivers: dict[str, Receive] = {}
        self._impairments = _UNIMPAIRED
        self._dark = self._torn = False
        self._free_at: dict[str, int] = {}
        self._carried = 0

    def attach(self, party: str, receive: Receive) -> None:
        """From now on frames for ``party`` are given to ``receive``."""
        self._receivers[party] = receive

    def send(self, sender: str, receiver: str, frame: bytes) -> None:
        """Put ``frame`` on the line for ``receiver``."""
        lost = self._why_lost("" if receiver in self._receivers else NOBODY) or self._why_impaired()
        self._tap.crossed(self.name, sender, receiver, frame, lost)
        if not lost:
            arriving = self._as_it_arrives(sender, receiver, frame)
            at = self._impaired(sender, len(frame), self._clock.now() + self._delay())
            self._clock.call_at(at, lambda: self._receivers[receiver](sender, arriving))

    # What a scenario does to it in mid-run; a real line does the same by its fault proxy.

    def impair(self, impairments: Impairments) -> None:
        """From now on do this to what enters, beside what its conditions say. Raises CannotArrange."""
        self._impairments, self._free_at, self._carried = impairments, {}, 0

    def set_dark(self, dark: bool) -> None:
        """Carry nothing any more and tell neither end, or carry again; then what lost a part is reset.

        Raises CannotArrange.
        """
        self._dark = dark
        if not dark and self._torn:
            self.reset()

    def reset(self) -> None:
        """Reset the connection: both ends notice, and have a new one at once. Raises CannotArrange."""
        self._torn, self._carried = False, 0
        if self._up:
            self.set_up(False)
            self.set_up(True)

    def _why_impaired(self) -> str:
        if self._dark:
            self._torn = True
            return DOWN
        dropped = self._impairments.dropped
        return LOST if dropped and self._random.random() < dropped else ""

    def _impaired(self, sender: str, octets: int, at: int) -> int:
        """When a frame of so many octets arrives that would arrive at ``at``: later ones of its sender no sooner."""
        wanted = self._impairments
        if wanted is _UNIMPAIRED or wanted == _UNIMPAIRED:
            return at
        at = max(at + wanted.delay_ms * MILLISECOND, self._free_at.get(sender, 0))
        if wanted.octets_per_s:
            at += octets * SECOND // wanted.octets_per_s
        self._free_at[sender] = at
        self._carried += octets
        if 0 < wanted.reset_after <= self._carried:
            self._clock.call_at(at, self.reset)
            self._carried = 0
        return at
