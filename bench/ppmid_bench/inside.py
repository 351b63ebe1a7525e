"""How a step reaches what lives with the bed's clock: through the clock, whichever kind that is.

Parties, links and recorder belong to the one thread that runs the clock's calls. In virtual time that is the step's
own thread, in wall-clock time it is not; steps write the same for both.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from ppmid_devices.ports import Clock

T = TypeVar("T")


class BedClock(Clock, Protocol):
    """What a bed needs of its clock beyond what parties do."""

    @property
    def uncertainty(self) -> int:
        """How wrong a reading can be, in nanoseconds."""

    def perform(self, action: Callable[[], T]) -> T:
        """Do ``action`` where the calls are run, and give what it gives."""

    def run_until(self, deadline: int, done: Callable[[], bool] = ...) -> bool:
        """Let time pass until ``done()`` holds or ``deadline`` is reached; gives whether it held."""

    def advance(self, delay: int) -> None:
        """Let ``delay`` nanoseconds pass."""

    def stop(self) -> None:
        """No more calls are run."""


class _OfABed(Protocol):
    clock: BedClock


Bed = TypeVar("Bed", bound=_OfABed)
P = ParamSpec("P")


def at_once(method: Callable[Concatenate[Bed, P], T]) -> Callable[Concatenate[Bed, P], T]:
    """A method of a bed that is done as one thing: nothing else happens between its parts."""

    @wraps(method)
    def inside(bed: Bed, /, *arguments: P.args, **named: P.kwargs) -> T:
        return bed.clock.perform(lambda: method(bed, *arguments, **named))

    return inside


class Inside:
    """``target``, every attribute of which is read, and every method called, where ``clock`` runs its calls."""

    def __init__(self, clock: BedClock, target: Any) -> None:
        self._clock, self._target = clock, target

    def __getattr__(self, name: str) -> Any:
        found = self._clock.perform(lambda: getattr(self._target, name))
        if not callable(found):
            return found
        return lambda *arguments, **named: self._clock.perform(lambda: found(*arguments, **named))
