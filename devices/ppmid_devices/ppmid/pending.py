"""What a PPMID itself has under way and must remember over a loss of power: pure tables, every change gives a new one.

Times are nanoseconds. Nothing here ever says "send again": what had no answer stays without one, or gets a late one.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from ppmid_devices.links.asking import LATE_KEPT, Asker
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret

NO_DIGITS = Secret(b"")


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
        for one in (*self.sent, *reversed(self.late)):
            if one.token == token and one.task.meter == meter:
                return one
        return None

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
