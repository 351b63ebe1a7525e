"""``ppmid-harness history``: runs in a database, and what they say together."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ppmid_harness.cli.output import emit, emit_json, emit_table

if TYPE_CHECKING:
    from ppmid_reports.history.rows import Run
    from ppmid_reports.history.statement import Statement

HELP = """Keep runs in a database, and ask what they say together: devices, trends, flaky scenarios, statements.

The database is a file of SQLite, or PostgreSQL by its URL (extra `postgres`). Without --db it is the one that
PPMID_HISTORY names, else this user's own.

\b
Examples:
  ppmid-harness history add ppmid-runs/*/bundle.zip
  ppmid-harness history runs --db postgresql://lab@db.example/ppmid
"""

app = typer.Typer(help=HELP, rich_markup_mode=None, no_args_is_help=True)

Db = Annotated[str | None, typer.Option(help="The database: a file, or a URL.", metavar="URL")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command("add")
def add(
    runs: Annotated[list[Path], typer.Argument(help="Run folders, or bundles.", metavar="RUN…")],
    db: Db = None,
    trust: Annotated[Path | None, typer.Option(help="The public key of the lab that should have signed them.")] = None,
    json: Json = False,
) -> int:
    """Add runs, each once: it is known by the hash of its record.

    A bundle is verified first, and a run folder's files are held against each other; then it is judged again from its
    evidence. One that does not hold is refused, and what was added before it stays. How far the integrity of a run is
    known is kept with it.

    \b
    Examples:
      ppmid-harness history add ppmid-runs/today
      ppmid-harness history add monday.zip tuesday.zip --trust lab.pem.pub --db lab.db
    """
    from datetime import UTC, datetime

    from ppmid_bench.rejudge import require_shown
    from ppmid_harness.cli.shown import tell_of_words
    from ppmid_harness.planning_again import other_plan
    from ppmid_harness.signing_keys import read_public_key
    from ppmid_reports.consistency import inconsistencies
    from ppmid_reports.history.adding import add as added
    from ppmid_reports.history.database import writing
    from ppmid_reports.history.intake import taken

    key = read_public_key(trust) if trust else None
    done: list[dict[str, Any]] = []
    for path in runs:
        with taken(path, key, (inconsistencies, other_plan)) as one:
            tell_of_words(require_shown(one.run.folder, one.run.content, str(path)), str(path))
            with writing(db) as session:
                result = added(session, one, datetime.now(UTC))
        done.append({"path": str(path), "run": result.id, "was": result.was, "integrity": result.integrity})
        if not json:
            emit(f"run {result.id} is {result.was}, {result.integrity}: {path}")
    if json:
        emit_json({"added": done})
    return 0


@app.command("runs")
def runs(db: Db = None, json: Json = False) -> int:
    """List the runs, newest first.

    \b
    Examples:
      ppmid-harness history runs
      ppmid-harness history runs --json
    """
    from ppmid_reports.history import questions
    from ppmid_reports.history.database import reading

    with reading(db) as session:
        found = questions.runs(session)
    if json:
        _emit_json({"runs": found})
    else:
        _tell_runs(found)
    return 0


@app.command("trends")
def trends(
    scenario: Annotated[str | None, typer.Option(help="Only this scenario, run by run, with its values.")] = None,
    db: Db = None,
    json: Json = False,
) -> int:
    """Say how the verdict of each scenario went on each device: what became worse first, the latest before all.

    \b
    Examples:
      ppmid-harness history trends
      ppmid-harness history trends --scenario the-han/a-new-hub --json
    """
    from ppmid_reports.history import questions
    from ppmid_reports.history.database import reading

    with reading(db) as session:
        if scenario is not None:
            points = questions.scenario_points(session, scenario)
        else:
            found = questions.scenario_trends(session)
    if scenario is not None:
        if json:
            _emit_json({"scenario": scenario, "points": points})
            return 0
        for point in points:
            one = point.outcome
            values = "; ".join(f"{value.id} {value.value:g} {value.unit}".rstrip() for value in point.values)
            about = f"run {one.run}, {_day(one.started)}: {one.verdict}, {one.device}, firmware {one.firmware}"
            emit(f"{about}, seed {one.seed}" + (f"\n    {values}" if values else ""))
            if one.verdict != "pass":
                emit(f"    {one.because}")
    elif json:
        _emit_json({"trends": found})
    else:
        heads = ("NOW", "WAS", "SINCE", "RUNS", "CHANGES", "DEVICE", "FIRMWARE", "SCENARIO")
        cells = (
            (one.now, one.was, _day(one.since), one.runs, one.changes, one.device, one.firmware, one.scenario)
            for one in found
        )
        emit_table(heads, cells)
    return 0


@app.command("flaky")
def flaky(db: Db = None, json: Json = False) -> int:
    """List scenarios to which one device and firmware gave different verdicts under one suite.

    Within one seed on one bench, on one bench under several seeds, or on several benches only: the first says most.

    \b
    Example:
      ppmid-harness history flaky
    """
    from ppmid_reports.history import questions
    from ppmid_reports.history.database import reading

    with reading(db) as session:
        found = questions.flaky_scenarios(session)
    if json:
        _emit_json({"flaky": found})
        return 0
    heads = ("WITHIN", "VERDICTS", "DEVICE", "FIRMWARE", "SUITE", "SCENARIO")
    cells = (
        (one.within, _counts(one.verdicts), one.device, one.firmware, one.suite[:8], one.scenario) for one in found
    )
    emit_table(heads, cells)
    emit(f"{len(found)} flaky")
    return 0


@app.command("device")
def device(
    which: Annotated[str, typer.Argument(help="The id of a device, or a class such as ppmid.", metavar="ID|CLASS")],
    db: Db = None,
    json: Json = False,
) -> int:
    """Say what is known of a device: its firmware, declarations, answers and runs; or list the devices of a class.

    \b
    Examples:
      ppmid-harness history device ppmid
      ppmid-harness history device 1
    """
    from ppmid_bench.errors import BadInput
    from ppmid_reports.history import questions
    from ppmid_reports.history.database import reading
    from ppmid_reports.words import declared

    with reading(db) as session:
        if which.isdecimal():
            one = questions.device(session, which)
        else:
            listed = questions.devices(session, which)
    if not which.isdecimal():
        if not listed:
            raise BadInput(which, "", "the id of a device of the history, or a class of which it has one", "none")
        if json:
            _emit_json({"devices": listed})
        else:
            emit_table(("ID", "CLASS", "DEVICE"), ((found.id, found.role, found) for found in listed))
        return 0
    if json:
        _emit_json(one)
        return 0
    emit(f"{one.device.role}: {one.device}\nfirmware: {', '.join(map(str, one.firmware))}")
    for item in one.declared:
        observed = ", ".join(map(declared, item.observed))
        seen = {True: "agrees", False: f"observed {observed}", None: "not observed"}[item.agrees]
        emit(f"declared {item.item}, {declared(item.declared)}: {seen} (run {item.run})")
    for answer in one.answers:
        about = f"{answer.modification} {answer.requirement} {answer.answer}"
        emit(f"{about}, from {answer.origin} parties (run {answer.run})")
    _tell_runs(one.runs)
    return 0


@app.command("statement")
def statement(
    device_class: Annotated[str, typer.Option(help="The role of the devices: ppmid, hub, esme, …")],
    suite: Annotated[str, typer.Option(help="Beginning of the suite's hash; without it, the newest run's.")] = "",
    firmware: Annotated[str, typer.Option(help="Only runs of this declared version.")] = "",
    kind: Annotated[
        Literal["simulated", "process", "real", "manual", "replay"] | None,
        typer.Option(help="Only runs whose party under test is this."),
    ] = None,
    db: Db = None,
    json: Json = False,
) -> int:
    """State the conformance of a class of devices, from all runs that contribute, and what none of them shows.

    Only checks that judge the party under test count. A statement from simulated parties certifies no device.

    \b
    Examples:
      ppmid-harness history statement --device-class ppmid
      ppmid-harness history statement --device-class ppmid --kind real --firmware 3 --json
    """
    from ppmid_reports.history import questions
    from ppmid_reports.history.database import reading

    with reading(db) as session:
        found = questions.statement_of(session, device_class, suite=suite, firmware=firmware, kind=kind or "")
    if json:
        _emit_json(found)
    else:
        _tell_statement(found)
    return 0


def _tell_statement(found: "Statement") -> None:
    emit(f"{found.says}\nsuite {found.suite}")
    for run in found.runs:
        emit(f"run {run.id}: {run.device}, firmware {run.firmware}, {run.kind}, {_day(run.started)}, {run.integrity}")
    for one in found.left_out:
        emit(f"left out: run {one.run}: {one.because}")
    for name, rows in found.parts.items():
        heads = (name.upper(), "RESULT", "PASSES IN", "FAILS IN", "OPEN IN", "FROM", "LACKS", "TEXT")
        cells = (
            (
                one.id,
                one.result,
                *(_ids(runs) for runs in (one.passes_in, one.fails_in, one.open_in)),
                one.origin,
                f"{len(one.lacks)} of its checks" if one.lacks and name != "checks" else "",
                one.text,
            )
            for one in rows
        )
        emit_table(heads, cells)
    by = [(one, "; ".join(f"{word} in {_ids(runs)}" for word, runs in one.runs.items())) for one in found.answers]
    emit_table(("ANSWERS", "MODIFICATION", "BY RUNS"), ((one.requirement, one.modification, told) for one, told in by))


def _tell_runs(found: "list[Run]") -> None:
    heads = (
        "RUN",
        "STARTED",
        "VERDICT",
        "SCENARIOS",
        "CLASS",
        "DEVICE",
        "FIRMWARE",
        "KIND",
        "SEED",
        "INTEGRITY",
        "RECORD",
    )
    cells = (
        (
            one.id,
            _day(one.started),
            one.verdict,
            _counts(one.counts),
            one.device.role,
            one.device,
            one.firmware,
            one.kind,
            one.seed,
            one.integrity,
            one.sha256[:12],
        )
        for one in found
    )
    emit_table(heads, cells)


def _emit_json(document: Any) -> None:
    import msgspec

    emit_json(msgspec.to_builtins(document))


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {word.replace('_', ' ')}" for word, number in counts.items() if number)


def _ids(runs: list[int]) -> str:
    return ",".join(map(str, runs))


def _day(moment: str) -> str:
    """A time to the minute."""
    return moment[:16].replace("T", " ")
