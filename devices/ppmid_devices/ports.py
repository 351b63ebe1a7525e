"""What a test bed gives to the parties: time, chance, and somebody who writes down what crosses a link.

Parties reach the outside only through these. So one implementation runs in virtual and in wall time, and a scenario's
bytes depend on nothing but its seed. In return an adapter tells the test bed of its nature, and of what it cannot do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 3600 * SECOND
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """What an adapter's class says of itself, as its attribute ``nature``, beyond what its name tells.

    ``real``: something that is not ours stands behind it. ``wall_clock_only``: it cannot live in virtual time.
    ``hides``: observation points that a bench loses by it. ``by_hand``: a person does and reads what is asked of it.
    """

    real: bool
    by_hand: bool = False
    wall_clock_only: bool = False
    hides: frozenset[str] = frozenset()


class CannotArrange(Exception):
    """An adapter cannot bring its device into the situation that a scenario asks for; says which and why.

    Raised by its constructor, by a verb that sets something, or once it is asked for something that it cannot bring
    about: the scenario is then inconclusive, and no device is blamed.
    """


class Awaited(Protocol):
    """An adapter whose device comes by itself, once it is told to: nothing is switched on before it is there."""

    @property
    def patience_s(self) -> int:
        """How long it may take to come."""

    @property
    def there(self) -> bool:
        """Whether it has come."""

    @property
    def absence(self) -> str:
        """What to look at when it does not come."""

    def call_up(self) -> None:
        """Let it know that it is to come."""


class Timer(Protocol):
    """A call that has been asked for and has not happened yet."""

    def cancel(self) -> None:
        """Take the call back; nothing happens when it has run already."""


class Clock(Protocol):
    """Time and the calls that wait for it. All times are integer nanoseconds since 1970-01-01 00:00 UTC."""

    def now(self) -> int:
        """The present time."""

    def call_at(self, when: int, run: Callable[[], None]) -> Timer:
        """Run ``run`` once at ``when``, or as soon as possible when that has passed; equal times keep their order."""

    def call_later(self, delay: int, run: Callable[[], None]) -> Timer:
        """Run ``run`` once, ``delay`` nanoseconds from now."""


class Tap(Protocol):
    """Hears everything that crosses a link."""

    def crossed(self, link: str, sender: str, receiver: str, frame: bytes, lost: str = "") -> None:
        """``frame`` entered ``link`` at this moment; ``lost`` says why it will not arrive, empty when it will."""


class Ear(Tap, Protocol):
    """A tap that is also told by media on which the bench only listens."""

    def overheard(self, link: str, sender: str, receiver: str, frame: bytes, at: int) -> None:
        """``frame`` was on the link ``at`` that time; whether it arrived nobody here can tell."""

    def lost_sight(self, link: str, why: str) -> None:
        """From now on the link may carry what is not told."""


class Random(Protocol):
    """A stream of chance of one party or link, derived from the seed and the scenario (random.Random satisfies it)."""

    def random(self) -> float:
        """A number in [0, 1)."""

    def randrange(self, start: int, stop: int) -> int:
        """A whole number in [start, stop)."""
