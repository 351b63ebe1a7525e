"""Standing between a line and the party under check: what arrives for it can be doubled, held back or swallowed.

A party gives its line a function to call (``attach``, ``join``). An ear puts itself in that function's place, on this
one line object, for this one party; everything else on the line goes on as ever.
"""

from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import Any

from ppmid_bench.adapter_check.stopwatch import Stopwatch
from ppmid_devices.ports import MILLISECOND, Clock

_APART = 10 * MILLISECOND
_NOBODY = "nobody"
"""The sender of what arrives on a line on which nobody has been heard yet."""


class Treatment(Enum):
    """What becomes of a frame that arrives for the party."""

    AS_IT_IS = auto()
    TWICE = auto()
    HELD = auto()
    SWALLOWED = auto()


class Ear:
    """The ear of ``role`` on one line. ``name`` is the line's among the needs of the role."""

    def __init__(self, name: str, line: Any, role: str, clock: Clock, watch: Stopwatch) -> None:
        self.name, self.line, self._role, self._clock, self._watch = name, line, role, clock, watch
        self.treatment = Treatment.AS_IT_IS
        self.heard: list[bytes] = []
        """The frames that have come, oldest first."""
        self._held: list[Callable[[], None]] = []
        self._deliver: Callable[[bytes], None] | None = None
        for verb in ("attach", "join"):
            if hasattr(line, verb):
                setattr(line, verb, partial(self._listening, getattr(line, verb)))

    def _listening(self, listen: Callable[..., Any], *place: Any) -> Any:
        """The party (or another) begins to listen: at its name, or at an address under its name."""
        *where, receive = place
        if self._role in where:
            self._deliver = partial(self._timed, partial(receive, _NOBODY) if where == [self._role] else receive)
        return listen(*where, partial(self._arrived, receive) if self._role in where else receive)

    def _arrived(self, receive: Callable[..., None], *come: Any) -> None:
        """A frame has come; its sender stands before it where the line tells."""
        *sender, frame = come
        self.heard.append(frame)
        deliver = partial(self._timed, partial(receive, *sender))
        self._deliver = deliver
        match self.treatment:
            case Treatment.SWALLOWED:
                pass
            case Treatment.HELD:
                self._held.insert(0, partial(deliver, frame))  # the last comes first when they are let go
            case Treatment.TWICE:
                deliver(frame)
                self._clock.call_later(_APART, partial(deliver, frame))
            case Treatment.AS_IT_IS:
                deliver(frame)

    def _timed(self, receive: Callable[[bytes], None], frame: bytes) -> None:
        self._watch.measure(f"a frame of {self.name}", lambda: receive(frame))

    def let_go(self) -> None:
        """Deliver what was held back, the other way round; what comes from now on is delivered as it is."""
        self.treatment = Treatment.AS_IT_IS
        held, self._held = self._held, []
        for number, deliver in enumerate(held):
            self._clock.call_later(number * _APART, deliver)

    def say(self, frame: bytes) -> None:
        """Have a frame arrive, from whoever was heard last; nothing where the party does not listen."""
        if self._deliver is not None:
            self._deliver(frame)
