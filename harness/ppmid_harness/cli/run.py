"""``ppmid-harness run``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ppmid_harness.cli.output import emit, emit_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ppmid_harness.github import Commands
    from ppmid_harness.plan import NothingToRun, Options
    from ppmid_harness.runners import RunnerName
    from ppmid_harness.selection import Planned
    from ppmid_harness.session import Session

_NANOSECONDS = 1_000_000_000
_MOST_OF_A_REASON = 300

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
  ppmid-harness run features/secmp0038/top_up_command.feature --watch
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
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Write the report as report.pdf too, which the extra pdf does.")
    ] = False,
    risk: Annotated[Path | None, typer.Option(help="The document of risk --json, to stand in the report.")] = None,
    proof: Annotated[Path | None, typer.Option(help="The document of prove --json, to stand in the report.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Take up an interrupted run in --out.")] = False,
    desk: Annotated[
        Path | None, typer.Option(help="Socket at which operators are asked, in place of the terminal.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Run again whenever a file changes that the run is made of; until Ctrl-C.")
    ] = False,
    github: Annotated[
        bool | None,
        typer.Option("--github/--no-github", help="Annotations and summary for GitHub Actions; there, by itself."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the record as one JSON document.")] = False,
) -> int:
    """Run scenarios."""
    import os

    from ppmid_harness.finishers import documents, finishers
    from ppmid_harness.github import is_github
    from ppmid_harness.plan import Options
    from ppmid_harness.signing_keys import read_private_key

    if pdf:
        from ppmid_reports.pdf import require_weasyprint

        require_weasyprint()
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
        desk=desk,
    )
    if watch:
        from ppmid_harness.cli.watch import watch as watched
        from ppmid_harness.run_command import run_command

        command = run_command(options, runner=runner, workers=workers, sign=sign)
        refused = {"--out": out, "--resume": resume, "--json": json, "--pdf": pdf, "--risk": risk, "--proof": proof}
        return watched(options, command, refused)
    key = read_private_key(sign) if sign else None
    finished_by = finishers(key, pdf=pdf, given=documents(risk, proof))
    hosted = is_github(os.environ) if github is None else github
    return _run(options, runner, workers, out, finished_by, resume=resume, json=json, github=hosted)


def _run(
    options: "Options",
    runner: "RunnerName",
    workers: int,
    out: Path | None,
    finished_by: "Iterable[Callable[[Path], object]]",
    *,
    resume: bool,
    json: bool,
    github: bool,
) -> int:
    """One run, from its plan to what is printed of it."""
    from functools import partial

    from ppmid_harness import runners
    from ppmid_harness import workers as sharing
    from ppmid_harness.cli.terminal import terminal
    from ppmid_harness.github import Commands
    from ppmid_harness.plan import NothingToRun, make_plan
    from ppmid_harness.progress import Progress, ProgressFile, weights
    from ppmid_harness.run_folder import open_run_folder
    from ppmid_harness.session import Session
    from ppmid_harness.stopping import not_interrupted, terminated_as_interrupted

    try:
        plan = make_plan(options)
    except NothingToRun as nothing:
        if out is not None and not resume:
            _report_nothing(nothing, runner, out, finished_by)
        raise
    if workers > 1:
        sharing.require_shareable(plan.bench)
    commands = Commands(partial(emit, stream=sys.stderr if json else sys.stdout)) if github else None
    if commands:
        commands.pause()
    folder = open_run_folder(out, plan, resume=resume)
    file, shown = ProgressFile(folder.path), terminal(len(plan.to_run), sys.stderr if json else sys.stdout)
    to_run = [one for one in plan.to_run if one.id not in folder.kept]
    needed = sharing.longest_share_s(to_run, workers) if plan.bench.time == "wall" else None
    if needed:
        _say_how_long(to_run, needed, workers, limited=options.max_wall is not None)
    progress = Progress([file, shown], weights(to_run, plan.bench.time))
    session = Session(plan, folder, runner=runner, finishers=finished_by, progress=progress)
    try:
        with terminated_as_interrupted():
            progress.started(plan, folder.kept.values(), needed)
            if session.to_run:
                session.acquire()
            if session.to_run and workers > 1:
                sharing.run(session, options, runner, workers)
            elif session.to_run:
                runners.run(runner, session)
    except KeyboardInterrupt:
        session.interrupt()
    finally:
        with not_interrupted(_say_what_is_written):
            _finish(session)
    progress.finished(session.exit_code, session.record["summary"], interrupted=session.interrupted)
    if file.problem:
        emit(file.problem, sys.stderr)
    try:
        return _told(session, json)
    finally:
        if commands:
            _tell_github(session, commands)


def _report_nothing(
    nothing: "NothingToRun", runner: str, out: Path, finished_by: "Iterable[Callable[[Path], object]]"
) -> None:
    """Where somebody will look for the results of a run that had nothing to run, they say so. Raises BadInput."""
    from ppmid_harness.run_folder import open_run_folder
    from ppmid_harness.session import Session

    session = Session(
        nothing.plan, open_run_folder(out, nothing.plan, resume=False), runner=runner, finishers=finished_by
    )
    session.broke(str(nothing))
    _finish(session)


def _say_how_long(to_run: "Iterable[Planned]", needed: int, workers: int, *, limited: bool) -> None:
    """Say what a run in wall-clock time will take, before anybody waits for it."""
    from ppmid_bench.sentences import counted
    from ppmid_harness.selection import seconds_needed
    from ppmid_reports.words import span

    declared = [seconds_needed(one.tags) or 0 for one in to_run]
    whole, longest = (span(seconds * _NANOSECONDS) for seconds in (needed, max(declared)))
    shared = f" with {workers} workers" if workers > 1 else ""
    hint = "" if limited else "; --max-wall leaves out what is longer than you have time for"
    told = f"by what they declare {whole} of wall-clock time{shared}, the longest {longest}"
    emit(f"{counted(len(declared), 'scenario')}, {told}{hint}", sys.stderr)


def _say_what_is_written() -> None:
    emit("no more scenarios are run; record and reports are being written: once more gives them up", sys.stderr)


def _finish(session: "Session") -> None:
    """Write what there is to write. Raises HarnessFault when the folder takes no more: what is finished stays in it."""
    from ppmid_bench.errors import HarnessFault

    folder = session.folder
    try:
        session.finish()
    except OSError as problem:
        folder.close()
        why = problem.strerror or str(problem)
        raise HarnessFault(
            f"{folder.path}: expected room for the run, found: {why}; what is finished is kept, --resume goes on"
        ) from problem


def _tell_github(session: "Session", commands: "Commands") -> None:
    """Annotations, and the summary where GitHub has a file for it; that it cannot be written ends no run."""
    import os

    from ppmid_bench.errors import BadInput
    from ppmid_harness.github import write_summary
    from ppmid_harness.run_folder import ENVIRONMENT, read_json

    fault = str(read_json(session.folder.path / ENVIRONMENT).get("fault", ""))
    commands.resume()
    planned = {one.id: one for one in session.plan.planned}
    commands.annotate(session.record, planned, Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()), fault)
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if file:
        try:
            write_summary(Path(file), session.record, fault)
        except BadInput as problem:
            emit(str(problem), sys.stderr)


def _told(session: "Session", json: bool) -> int:
    """Print what came of the run; gives its exit code. Raises BadInput when its bench could not be made."""
    from ppmid_harness.run_folder import RECORD
    from ppmid_reports.text import cut

    folder = str(session.folder.path)
    if json:
        emit_json(session.record | {"folder": folder})
    else:
        counts = session.record["summary"]
        words = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in counts.items() if count)
        emit(f"{words}\nrun folder: {folder}")
        for one in session.record["tolerances"]:
            emit(f"tolerance {one['id']} {one['state']}, until {one['expires']}: {_came_of_tolerance(one)}")
        if session.excused:
            emit(f"failed and tolerated, so not counted in the exit code: {', '.join(session.excused)}")
        for line in certified(session.record):
            emit(cut(line, _MOST_OF_A_REASON, RECORD))  # a reason may name hundreds of scenarios
    if session.interrupted:
        emit("interrupted; the same command with --out and --resume goes on", sys.stderr)
    if session.refused is not None:
        raise session.refused
    return session.exit_code


def _came_of_tolerance(one: "Mapping[str, Any]") -> str:
    """The scenarios that it tolerates, or what to make of it where there is none."""
    from ppmid_bench.tolerances import STALE

    if one["state"] == STALE:
        return (
            f"{one['check']} was judged for {one['requirement']} and has not failed: take it out, for it fails the run"
        )
    return ", ".join(one["tolerated"]) or f"{one['check']} was not judged for {one['requirement']}"


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
