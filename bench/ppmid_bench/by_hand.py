"""How a step reaches a party that a person stands for: in the step's own thread, while the home goes on living.

A person takes minutes, and the one thread that runs the home must not wait for them. What was asked and answered goes
into the evidence, secrets apart, as soon as there is an answer, or none in time.
"""

from collections.abc import Callable
from typing import Any, Protocol

from ppmid_bench.inside import BedClock
from ppmid_devices.operator.questions import Answered


class Attended(Protocol):
    """An adapter that asks a person."""

    def take_answers(self) -> list[Answered]:
        """What was asked and answered since this was asked last."""


class Carries(Protocol):
    """A carrier whom somebody has to carry. ``written_first``: it is written here before it is brought."""

    written_first: bool

    def bring(self) -> None:
        """Have it brought to the PPMID."""

    def fetch(self) -> None:
        """Have it taken away from there."""


class ByHand:
    """``target``, whose methods are called where the step is; ``note`` is given the answers where the clock runs."""

    def __init__(self, clock: BedClock, target: Attended, note: Callable[[list[Answered]], None]) -> None:
        self._clock, self._target, self._note = clock, target, note

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            try:
                return found(*arguments, **named)
            finally:
                self._clock.perform(lambda: self._note(self._target.take_answers()))

        return call
