"""A run's progress: what the page says of it, and the stream of events by which the page's script keeps it so."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from ppmid_bench.errors import BadInput
from ppmid_harness.console.begun import BegunRun
from ppmid_harness.console.runs import events_from, readable, tally_of
from ppmid_harness.tally import Tally

LOOKS_S = 0.3
_HEARTBEAT = 50
"""Looks after which a silent stream says that it lives, so that one whose reader has gone ends."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the page must be made anew for: ``asked`` is the number of the open question, 0 without one."""

    going: bool
    asked: int
    over: bool

    def __str__(self) -> str:
        return f"{self.going:d}.{self.asked}.{self.over:d}"


def situation(run: BegunRun | None, tally: Tally) -> Situation:
    """How a run stands now."""
    asked = run.desk.asked if run else None
    return Situation(run is not None and run.is_going, asked.number if asked else 0, tally.over is not None)


def in_words(run: BegunRun | None, tally: Tally) -> str:
    """The state of a run in a sentence."""
    if tally.over is not None:
        how = "interrupted" if tally.over.interrupted else "finished"
        return f"This run is {how}; its exit code is {tally.over.exit_code}."
    if run is None:
        return "This run was begun elsewhere, and has not said that it is finished."
    if run.is_going:
        return "This run is under way." if tally.began else "This run is being prepared."
    return f"This run has ended with exit code {run.exit_code}."


async def stream(
    folder: Path, at: int, known: str, run: BegunRun | None, is_over: Callable[[], bool]
) -> AsyncIterator[str]:
    """Server-sent events (HTML Living Standard, 9.2) of a run from this octet of its progress on.

    ``known``: the situation that the page was made for; it ends with ``changed`` once that is another.
    """
    looks = 0
    while not is_over():
        try:
            for line in events_from(folder, at):
                at += len(line)
                yield f"id: {at}\nevent: progress\ndata: {readable(line)}\n\n"
            tally, _ = tally_of(folder)
        except BadInput as problem:
            yield f"event: problem\ndata: {json.dumps(str(problem))}\n\n"
            return
        if str(situation(run, tally)) != known:
            yield "event: changed\ndata: {}\n\n"
            return
        looks += 1
        if looks % _HEARTBEAT == 0:
            yield ": it lives\n\n"
        await asyncio.sleep(LOOKS_S)
