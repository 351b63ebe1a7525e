"""``ppmid-harness run``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TextIO

import typer

from ppmid_harness.cli.output import emit, emit_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ppmid_harness.selection import Planned
    from ppmid_harness.session import Entry, Progress, Session

HELP = """Run scenarios, and write a run folder with the evidence, the record and the report.

Without PATHS the harness's own features. Exit codes: 0 pass, 1 a party failed, 2 bad input or nothing judged,
3 the harness, the bench or a simulated party at fault, 4 inconclusive.

\b
Examples:
  ppmid-harness run
  ppmid-harness run --tags "@SEC0009 and not @wall" --runner behave
  ppmid-harness run features/secmp0038 --bench lab.toml --ics ours.toml --out today
  ppmid-harness run --out today --resume
  ppmid-harness run --mode certification --bench lab.toml --ics ours.toml --runner behave
"""


def run(
    paths: Annotated[list[Path] | None, typer.Argument(help="Feature files, or folders of them.")] = None,
    bench: Annotated[Path | None, typer.Option(help="Bench file; without it all parties are simulated.")] = None,
    ics: Annotated[Path | None, typer.Option(help="Implementation conformance statement.")] = None,
    tags: Annotated[str | None, typer.Option(help="Tag expression that scenarios must meet.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Id of a scenario; may be given more than once.")] = None,
    runner: Annotated[Literal["pytest", "behave", "robot"], typer.Option(help="Who runs them.")] = "pytest",
    mode: Annotated[
        Literal["regular", "certification"], typer.Option(help="Certification fixes selection and seed.")
    ] = "regular",
    seed: Annotated[int | None, typer.Option(min=0, help="Seed, in place of the bench's.")] = None,
    max_wall: Annotated[
        int | None, typer.Option(min=0, help="Longest scenario, in seconds, on a wall-clock bench.")
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", "-n", min=1, help="Processes that share the scenarios, on a wall-clock bench.")
    ] = 1,
    tolerances: Annotated[
        Path | None, typer.Option(help="Fails that somebody answers for; they move no verdict.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Run folder; without it one under ppmid-runs/.")] = None,
    sign: Annotated[Path | None, typer.Option(help="Private key that signs the bundle.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Take up an interrupted run in --out.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the record as one JSON document.")] = False,
) -> int:
    """Run scenarios."""
    from ppmid_harness import runners
    from ppmid_harness import workers as sharing
    from ppmid_harness.finishers import finishers
    from ppmid_harness.plan import Options, make_plan
    from ppmid_harness.run_folder import open_run_folder
    from ppmid_harness.session import Session
    from ppmid_harness.signing_keys import read_private_key

    key = read_private_key(sign) if sign else None
    options = Options(
        paths=tuple(paths or ()),
        bench=bench,
        ics=ics,
        tags=tags,
        only=tuple(only or ()),
        mode=mode,
        seed=seed,
        max_wall=max_wall,
        tolerances=tolerances,
    )
    plan = make_plan(options)
    if workers > 1:
        sharing.require_shareable(plan.bench)
    session = Session(
        plan,
        open_run_folder(out, plan, resume=resume),
        runner=runner,
        finishers=finishers(key),
        progress=progress(len(plan.to_run), sys.stderr if json else sys.stdout),
    )
    try:
        if session.to_run:
            session.acquire()
        if session.to_run and workers > 1:
            sharing.run(session, options, runner, workers)
        elif session.to_run:
            runners.run(runner, session)
    except KeyboardInterrupt:
        session.interrupt()
    finally:
        session.finish()
    return _told(session, json)


def _told(session: "Session", json: bool) -> int:
    """Print what came of the run; gives its exit code. Raises BadInput when its bench could not be made."""
    folder = str(session.folder.path)
    if json:
        emit_json(session.record | {"folder": folder})
    else:
        counts = session.record["summary"]
        words = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in counts.items() if count)
        emit(f"{words}\nrun folder: {folder}")
        for one in session.record["tolerances"]:
            tolerated = ", ".join(one["tolerated"]) or "nothing"
            emit(f"tolerance {one['id']} {one['state']}, until {one['expires']}: {tolerated}")
        if session.excused:
            emit(f"failed and tolerated, so not counted in the exit code: {', '.join(session.excused)}")
        for line in certified(session.record):
            emit(line)
    if session.interrupted:
        emit("interrupted; the same command with --out and --resume goes on", sys.stderr)
    if session.refused is not None:
        raise session.refused
    return session.exit_code


def certified(record: "Mapping[str, Any]") -> "Iterator[str]":
    """What a certification run claims, or each reason why it claims nothing, with the versions that it holds for."""
    found = record["certificate"]
    if found is None:
        return
    counts = ", ".join(f"{number} {word.replace('_', ' ')}" for word, number in found["checks"].items() if number)
    yield f"verdict of the {found['iut']}: {found['verdict']} ({counts or 'no check judged it'})"
    yield f"certificate: {'claimed' if found['claimed'] else 'not claimed'}"
    yield from (f"  {reason}" for reason in found["reasons"])
    harness = found["harness"]
    yield f"suite {found['suite']}"
    yield f"harness {harness['version']} {harness['sha256']}"


def progress(total: int | None, stream: TextIO) -> "Progress":
    """Tells how a run goes on: a line for each scenario, and a bar below them on a terminal."""
    return _Bar(total, stream) if sys.stderr.isatty() else _Lines(stream)


class _Lines:
    """A line for each scenario that has ended."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def began(self, planned: "Planned") -> None:
        """Nothing to say yet."""

    def ended(self, entry: "Entry") -> None:
        """Its verdict, and why when it did not pass."""
        because = "" if entry["verdict"] == "pass" else f"\n              {entry['because']}"
        emit(f"{entry['verdict']:<13} {entry['id']}{because}", self._stream)


class _Bar(_Lines):
    """The lines, and below them on the terminal how far the run is."""

    def __init__(self, total: int | None, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        super().__init__(stream)
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
        console = Console(file=sys.stderr)
        self._bar = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
        self._task = self._bar.add_task("", total=total)
        self._total, self._done = total, 0

    def began(self, planned: "Planned") -> None:
        """Show its name."""
        self._bar.start()
        self._bar.update(self._task, description=planned.name)

    def ended(self, entry: "Entry") -> None:
        """Take the bar away, and say the line; the bar comes back with the next scenario."""
        self._done += 1
        self._bar.update(self._task, completed=self._done)
        self._bar.stop()
        super().ended(entry)
