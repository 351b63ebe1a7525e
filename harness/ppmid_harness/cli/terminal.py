"""How a run goes on, at the terminal: a line for each scenario that has ended, and a bar below them."""

import sys
from typing import TYPE_CHECKING, TextIO

from ppmid_harness.cli.output import emit

if TYPE_CHECKING:
    from ppmid_harness.progress import Event, Listener

_NANOSECONDS = 1_000_000_000
_MOST_BECAUSE = 1000


def terminal(total: int | None, stream: TextIO) -> "Listener":
    """Shows the events of a run of ``total`` scenarios: lines on ``stream``, the bar on a terminal alone."""
    return _Bar(total, stream) if sys.stderr.isatty() else _Lines(stream)


class _Lines:
    """A line for each scenario that has ended."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, event: "Event") -> None:
        """Its verdict, and why when it did not pass."""
        from ppmid_harness.progress import Ended
        from ppmid_reports.text import cut, shown

        if isinstance(event, Ended):
            why = " ".join(shown(cut(event.because, _MOST_BECAUSE, "record.json")).split())
            because = "" if event.verdict == "pass" else f"\n              {why}"
            emit(f"{event.verdict:<13} {event.scenario}{because}", self._stream)


class _Bar(_Lines):
    """The lines, and below them on the terminal how far the run is, with its counts and the time left."""

    def __init__(self, total: int | None, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        from ppmid_harness.tally import Tally

        super().__init__(stream)
        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[counts]}", markup=False),
            TextColumn("{task.fields[left]}", markup=False),
            TextColumn("{task.description}", markup=False),
        )
        console = Console(file=sys.stderr)
        self._bar = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
        self._task = self._bar.add_task("", total=total, counts="", left="")
        self._tally = Tally()

    def __call__(self, event: "Event") -> None:
        """Take the bar away for a line; it comes back with the next scenario."""
        from ppmid_harness.progress import Began

        self._tally.take(event)
        if isinstance(event, Began):
            self._bar.update(self._task, description=event.name)
            self._bar.start()
            return
        self._bar.update(self._task, completed=self._tally.done, counts=self._tally.words, left=self._left())
        self._bar.stop()
        super().__call__(event)

    def _left(self) -> str:
        from ppmid_reports.words import span

        left = self._tally.left_s
        return f"{span(left * _NANOSECONDS)} left" if left else ""
