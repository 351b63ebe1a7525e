"""How a run goes on, as events: for the terminal, and in ``progress.jsonl`` for whoever looks on from outside.

One event is one line; docs/record.md has their keys. They tell, and decide nothing: what counts is the record.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from ppmid_bench.errors import BadInput
from ppmid_bench.typed import convert
from ppmid_harness.plan import Plan
from ppmid_harness.selection import Planned, seconds_needed

PROGRESS = "progress.jsonl"

_SPARED = ("pass", "not_reached")
"""What of a check is not told when its scenario has ended."""


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=str.lower):
    at: str


class Started(_Event, frozen=True):
    """A run begins. ``kept``: how many scenarios an earlier start has finished, by their verdicts.

    ``left_s``: what it takes by what its scenarios declare, None where time is virtual.
    """

    planned: int
    to_run: int
    kept: dict[str, int]
    mode: str
    seed: int
    device: str
    left_s: int | None = None


class Began(_Event, frozen=True):
    """A scenario begins."""

    scenario: str
    name: str


class Spotted(msgspec.Struct, frozen=True):
    """A check that did not pass."""

    id: str
    judges: str
    verdict: str
    reason_code: str
    reason: str


class Ended(_Event, frozen=True):
    """A scenario has ended. ``done``: how many have since the run began; ``left_s``: what the rest may take."""

    scenario: str
    name: str
    verdict: str
    because: str
    checks: list[Spotted]
    done: int
    left_s: int | None


class Finished(_Event, frozen=True):
    """The run is over, and its record is written."""

    exit_code: int
    summary: dict[str, int]
    interrupted: bool


Event = Started | Began | Ended | Finished
Listener = Callable[[Event], None]


class Progress:
    """Tells listeners of a run's scenarios; a session is given one. ``weights``: how long each takes, in any unit."""

    def __init__(
        self,
        listeners: Iterable[Listener],
        weights: Mapping[str, float] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._listeners = tuple(listeners)
        self._weights = weights or {}
        self._clock = clock
        self._since = clock()
        self._done: set[str] = set()

    def started(self, plan: Plan, kept: Iterable[Mapping[str, Any]] = (), left_s: int | None = None) -> None:
        """The run begins; ``kept``: the entries of the scenarios that an earlier start has finished."""
        self._since = self._clock()
        self._tell(
            Started(
                at=_now(),
                planned=len(plan.planned),
                to_run=len(plan.to_run),
                kept=dict(Counter(entry["verdict"] for entry in kept)),
                mode=plan.mode,
                seed=plan.seed,
                device=plan.bench.device,
                left_s=left_s,
            )
        )

    def began(self, planned: Planned) -> None:
        """A scenario begins."""
        self._tell(Began(at=_now(), scenario=planned.id, name=planned.name))

    def ended(self, entry: Mapping[str, Any]) -> None:
        """A scenario has ended with this entry in the record."""
        self._done.add(entry["id"])
        left = time_left(self._clock() - self._since, self._weights, self._done)
        spotted = (check for check in entry["checks"] if check["verdict"] not in _SPARED)
        self._tell(
            Ended(
                at=_now(),
                scenario=entry["id"],
                name=entry["name"],
                verdict=entry["verdict"],
                because=entry["because"],
                checks=[Spotted(*(check[name] for name in Spotted.__struct_fields__)) for check in spotted],
                done=len(self._done),
                left_s=None if left is None else round(left),
            )
        )

    def finished(self, exit_code: int, summary: Mapping[str, int], *, interrupted: bool) -> None:
        """The run is over, and its record is written."""
        self._tell(Finished(at=_now(), exit_code=exit_code, summary=dict(summary), interrupted=interrupted))

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def weights(planned: Iterable[Planned], time: str) -> dict[str, float]:
    """How long each scenario takes: on a wall-clock bench what its tags declare, else all the same."""
    return {one.id: float(seconds_needed(one.tags) or 1) if time == "wall" else 1.0 for one in planned}


def time_left(elapsed: float, weights: Mapping[str, float], done: Iterable[str]) -> float | None:
    """The seconds that the rest will take, at the pace of what is done; None where that says nothing yet."""
    behind = sum(weights.get(id, 0.0) for id in done)
    return elapsed * (sum(weights.values()) - behind) / behind if behind else None


class ProgressFile:
    """Puts each event at the end of a run folder's ``progress.jsonl``, at once.

    ``problem``: why it no longer does, in a sentence. A run does not come to an end for want of its progress.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / PROGRESS
        self.problem = ""

    def __call__(self, event: Event) -> None:
        if self.problem:
            return
        line = json.dumps(msgspec.to_builtins(event), ensure_ascii=False)
        try:
            with self._path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
                file.write(line + "\n")
        except OSError as problem:
            self.problem = f"{self._path} cannot be written: {problem.strerror or problem}"


def read_event(line: bytes, source: str) -> Event:
    """The event in one line of ``progress.jsonl``. Raises BadInput."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise BadInput(source, "", "an event in JSON on each line", str(problem)) from problem
    event: Event = convert(content, Event, source, "")  # type: ignore[arg-type]  # a union is no type to mypy
    return event
