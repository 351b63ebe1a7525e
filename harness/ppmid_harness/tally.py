"""What the events of a run come to so far: for a bar on the terminal, and for the console's page."""

from collections import Counter
from dataclasses import dataclass, field

from ppmid_bench.record import VERDICTS
from ppmid_harness.progress import Began, Ended, Event, Finished, Started

_UNREMARKABLE = ("pass", "not_applicable", "not_run")


@dataclass(slots=True)
class Tally:
    """A run so far. ``now``: names of the scenarios that run at this moment, by id; ``failed``: what did not pass.

    ``of``: how many are to be run, None where nobody has said; ``left_s``: what the rest may take, in seconds.
    ``over``: the last event, once there is one.
    """

    began: Started | None = None
    counts: Counter[str] = field(default_factory=Counter)
    now: dict[str, str] = field(default_factory=dict)
    failed: list[Ended] = field(default_factory=list)
    left_s: int | None = None
    over: Finished | None = None

    def take(self, event: Event) -> None:
        """One event more. A run that is taken up again begins anew, with what it has kept."""
        match event:
            case Started():
                self.began, self.counts, self.left_s, self.over = event, Counter(event.kept), event.left_s, None
                self.now.clear()
                self.failed.clear()
            case Began():
                self.now[event.scenario] = event.name
            case Ended():
                self.now.pop(event.scenario, None)
                self.counts[event.verdict] += 1
                self.left_s = event.left_s
                if event.verdict not in _UNREMARKABLE:
                    self.failed.append(event)
            case Finished():
                self.now.clear()
                self.left_s = None
                self.over = event

    @property
    def of(self) -> int | None:
        """How many scenarios are to be run."""
        return self.began.to_run if self.began else None

    @property
    def done(self) -> int:
        """How many of them have ended."""
        return self.counts.total()

    @property
    def words(self) -> str:
        """The counts in a line: ``3 pass, 1 fail``."""
        return ", ".join(f"{self.counts[word]} {word.replace('_', ' ')}" for word in VERDICTS if self.counts[word])
