"""What a PPMID has under way and must remember over a loss of power: pure tables, every change gives a new one.

Times are nanoseconds. Nothing here ever says "send again": what had no answer stays without one, or gets a late one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import CommandKey
from ppmid_protocols.local_interface import Message
from ppmid_protocols.secret import Secret

NO_DIGITS = Secret(b"")
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


class Choice(StrEnum):
    """What the PPMID itself asks of a meter: all that its use cases know (PECS01-03, PCS01, PCS02)."""

    TOP_UP = "top-up"
    EMERGENCY_CREDIT = "emergency credit"
    ENABLE_SUPPLY = "enable supply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something for a meter. ``asker`` None: a person at the PPMID asked. ``digits``: of a top-up."""

    choice: Choice
    meter: Eui
    asker: Asker | None = None
    digits: Secret = NO_DIGITS


@dataclass(frozen=True, slots=True)
class Sent:
    """A task that was sent. ``token`` tells its answer: the ZCL sequence (ESME) or Originator Counter (GSME)."""

    task: Task
    token: int
    ends: int


@dataclass(frozen=True, slots=True)
class Tasks:
    """One task at a time for each meter; the others wait their turn. ``late``: sent, their time has passed."""

    queued: tuple[Task, ...] = ()
    sent: tuple[Sent, ...] = ()
    late: tuple[Sent, ...] = ()

    def queue(self, task: Task) -> "Tasks":
        """The table with a task at the end of the queue."""
        return replace(self, queued=(*self.queued, task))

    def waiting_for(self, meter: Eui) -> int:
        """How many tasks wait for their turn at ``meter``."""
        return sum(task.meter == meter for task in self.queued)

    def next_for(self, meter: Eui) -> tuple["Tasks", Task | None]:
        """The table without the next task for ``meter``, and that task; None while another one is under way there."""
        busy = any(one.task.meter == meter for one in self.sent)
        task = None if busy else next((task for task in self.queued if task.meter == meter), None)
        return replace(self, queued=tuple(one for one in self.queued if one is not task)), task

    def begin(self, sent: Sent) -> "Tasks":
        """The table with a task that was sent now."""
        return replace(self, sent=(*self.sent, sent))

    def find(self, meter: Eui, token: int) -> Sent | None:
        """The task that an answer of ``meter`` with this token is for, a late one too."""
        known = (*self.sent, *reversed(self.late))
        return next((one for one in known if one.task.meter == meter and one.token == token), None)

    def without(self, sent: Sent) -> "Tasks":
        """The table without a task that has its answer."""
        return replace(
            self,
            sent=tuple(one for one in self.sent if one is not sent),
            late=tuple(one for one in self.late if one is not sent),
        )

    def expire(self, now: int) -> tuple["Tasks", tuple[Sent, ...]]:
        """The table with those late whose time has passed, and which of them that is new of."""
        over = tuple(one for one in self.sent if one.ends <= now)
        kept = tuple(one for one in self.sent if one.ends > now)
        return replace(self, sent=kept, late=(*self.late, *over)[-LATE_KEPT:]), over
