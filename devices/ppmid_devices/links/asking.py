"""What has been asked over the avenue, and must be remembered over a loss of power: pure tables.

Every change gives a new one. Times are nanoseconds. Nothing here ever says "send again": what had no answer stays
without one, or gets a late one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ppmid_protocols.gbcs.message import CommandKey
from ppmid_protocols.local_interface import Message

LATE_KEPT = 32
"""How many requests without an answer are remembered for a late one (assumed)."""
REQUESTS_KEPT = 256
"""How many requests of the avenue are remembered, so that the same one is not done twice (assumed)."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked over the avenue, and under which request id."""

    sender: str
    request_id: bytes


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of the avenue that were taken, each with what was last said about it."""

    known: Mapping[Asker, tuple[Message, Message | None]] = field(default_factory=dict)

    def of(self, asker: Asker) -> tuple[Message, Message | None] | None:
        """The request under this id and what was last said of it; None when the id is new."""
        return self.known.get(asker)

    def begin(self, asker: Asker, request: Message) -> "Requests":
        """The table with a new request; the oldest makes room."""
        known = {**self.known, asker: (request, None)}
        if len(known) > REQUESTS_KEPT:
            del known[next(iter(known))]
        return Requests(known)

    def said(self, asker: Asker, message: Message) -> "Requests":
        """The table after ``message`` was said about the request."""
        if asker not in self.known:
            return self
        return Requests({**self.known, asker: (self.known[asker][0], message)})


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A Command that was given to the hub and has no Response yet; ``overdue`` once its time has passed."""

    key: CommandKey
    asker: Asker
    ends: int
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Commands:
    """The Commands that wait for their Responses, oldest first; one that was asked for twice is there twice."""

    waiting: tuple[Forwarded, ...] = ()

    def add(self, forwarded: Forwarded) -> "Commands":
        """The table with one more; of those that are overdue, only the latest stay."""
        late = [one for one in self.waiting if one.overdue][-LATE_KEPT:]
        return Commands((*(one for one in self.waiting if not one.overdue or one in late), forwarded))

    def answered_by(self, key: CommandKey) -> Forwarded | None:
        """The oldest Command that a Response with this key answers."""
        return next((one for one in self.waiting if one.key == key), None)

    def without(self, forwarded: Forwarded) -> "Commands":
        """The table without a Command that has its answer."""
        return Commands(tuple(one for one in self.waiting if one is not forwarded))

    def expire(self, now: int) -> tuple["Commands", tuple[Forwarded, ...]]:
        """The table with those overdue whose time has passed, and which of them that is new of."""
        late = tuple(one for one in self.waiting if not one.overdue and one.ends <= now)
        marked = tuple(replace(one, overdue=True) if one in late else one for one in self.waiting)
        return Commands(marked), late
