"""What can be asked of the history. Each takes an open session (``database.reading``) and answers with values.

A text is asked for as it would have been kept (``text.shown``): of what no database holds there is simply none.
"""

from collections import defaultdict
from collections.abc import Iterator

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ppmid_bench.answers import OPEN
from ppmid_bench.errors import BadInput
from ppmid_bench.record import VERDICTS
from ppmid_reports.history import flakiness, models, rows, statement, trends
from ppmid_reports.history.models import CheckRow, RunRow, ScenarioRow
from ppmid_reports.text import shown

_MOST_DIGITS = 9
"""Of an id: every number of so many digits is one of the column."""


class Answer(msgspec.Struct, frozen=True):
    """What a device's newest run that does not leave it open answers to a requirement, else the newest run of all."""

    modification: str
    requirement: str
    answer: str
    because: str
    origin: str
    run: int


class Declared(msgspec.Struct, frozen=True):
    """What was last declared of a device, and what was seen of it."""

    item: str
    declared: bool | float | str
    observed: list[bool | float | str]
    agrees: bool | None
    run: int


class DeviceHistory(msgspec.Struct, frozen=True):
    """All that is known of a device; its runs newest first."""

    device: rows.Device
    firmware: list[rows.Version]
    runs: list[rows.Run]
    answers: list[Answer]
    declared: list[Declared]


def runs(session: Session, *, device: int | None = None, device_class: str = "") -> list[rows.Run]:
    """The runs, newest first; those of one device, or of one class."""
    asked = select(RunRow).order_by(RunRow.started.desc(), RunRow.id.desc())
    if device is not None:
        asked = asked.where(RunRow.firmware.has(models.Firmware.device_id == device))
    if device_class:
        asked = asked.where(RunRow.firmware.has(models.Firmware.device.has(models.Device.role == shown(device_class))))
    return [_run(row) for row in session.scalars(asked)]


def devices(session: Session, device_class: str = "") -> list[rows.Device]:
    """The devices, by class and name; those of one class."""
    asked = select(models.Device).order_by(models.Device.role, models.Device.name, models.Device.id)
    if device_class:
        asked = asked.where(models.Device.role == shown(device_class))
    return [_device(row) for row in session.scalars(asked)]


def device(session: Session, id: str) -> DeviceHistory:
    """One device, by the digits of its id. Raises BadInput for an id of none."""
    row = session.get(models.Device, int(id)) if id.isdecimal() and len(id) <= _MOST_DIGITS else None
    if row is None:
        raise BadInput(f"the device {id}", "", "the id of a device of the history", "none")
    its_runs = runs(session, device=row.id)
    return DeviceHistory(
        device=_device(row),
        firmware=list(dict.fromkeys(run.firmware for run in its_runs)),
        runs=its_runs,
        answers=list(_answers(session, its_runs)),
        declared=list(_declared(session, its_runs)),
    )


def scenario_trends(session: Session) -> list[trends.Trend]:
    """How each scenario went on each device: what became worse first."""
    return trends.trends(_outcomes(session))


def scenario_points(session: Session, scenario: str) -> list[trends.Point]:
    """One scenario in each of its runs, oldest first. Raises BadInput for an id of none."""
    found = list(_outcomes(session, scenario))
    if not found:
        raise BadInput(scenario, "", "the id of a scenario of the history", "none")
    values: dict[int, list[trends.Value]] = defaultdict(list)
    measured = models.MeasurementRow
    asked = (
        select(measured)
        .join(ScenarioRow, (ScenarioRow.run_id == measured.run_id) & (ScenarioRow.n == measured.scenario_n))
        .where(ScenarioRow.id == shown(scenario))
        .order_by(measured.run_id, measured.scenario_n, measured.n)
    )
    for one in session.scalars(asked):
        values[one.run_id].append(trends.Value(one.id, one.value, one.unit, one.of))
    found.sort(key=lambda one: (one.started, one.run))
    return [trends.Point(one, values[one.run]) for one in found]


def scenario_names(session: Session, scenario: str = "") -> dict[str, str]:
    """The name of each scenario, or of one, by its id: that of the run that was added last."""
    added = func.max(ScenarioRow.run_id)
    asked = select(ScenarioRow.id, ScenarioRow.name).group_by(ScenarioRow.id, ScenarioRow.name).order_by(added)
    if scenario:
        asked = asked.where(ScenarioRow.id == shown(scenario))
    return {row.id: row.name for row in session.execute(asked)}


def flaky_scenarios(session: Session) -> list[flakiness.Flaky]:
    """The scenarios to which the same device, firmware and suite gave different verdicts."""
    return flakiness.flaky(_outcomes(session))


def statement_of(
    session: Session, device_class: str, *, suite: str = "", firmware: str = "", kind: str = ""
) -> statement.Statement:
    """The statement of conformance of a class; see ``statement.contributing`` for who contributes.

    Raises BadInput for a class of which there is no run.
    """
    of_class = runs(session, device_class=device_class)
    if not of_class:
        known = ", ".join(sorted({one.role for one in devices(session)})) or "none"
        raise BadInput(device_class, "", f"a class of devices of the history: {known}", "another")
    whole, kept, left_out = statement.contributing(of_class, suite, firmware, kind)
    ids = [run.id for run in kept]
    answer = models.AnswerRow
    answers = session.execute(
        select(answer.requirement, answer.modification, answer.answer, answer.run_id).where(answer.run_id.in_(ids))
    )
    found = ((one.requirement, one.modification, one.answer, one.run_id) for one in answers)
    return statement.statement(device_class, whole, kept, left_out, _judgements(session, ids), found)


def _judgements(session: Session, run_ids: list[int]) -> Iterator[statement.Judgement]:
    asked = (
        select(CheckRow)
        .join(ScenarioRow, (ScenarioRow.run_id == CheckRow.run_id) & (ScenarioRow.n == CheckRow.scenario_n))
        .where(CheckRow.run_id.in_(run_ids), CheckRow.of_iut.is_(True), ScenarioRow.watched.is_(False))
    )
    for one in session.scalars(asked):
        yield statement.Judgement(one.run_id, one.id, one.verdict, one.requirements, one.threats, one.purposes)


def _outcomes(session: Session, scenario: str = "") -> Iterator[rows.Outcome]:
    asked = select(ScenarioRow.run_id, ScenarioRow.id, ScenarioRow.verdict, ScenarioRow.because)
    if scenario:
        asked = asked.where(ScenarioRow.id == shown(scenario))
    by_id = {one.id: one for one in runs(session)}
    for run_id, id, verdict, because in session.execute(asked):
        run = by_id[run_id]
        yield rows.Outcome(
            scenario=id,
            run=run_id,
            started=run.started,
            device=run.device,
            firmware=run.firmware,
            kind=run.kind,
            suite=run.suite,
            profile=run.profile,
            seed=run.seed,
            verdict=verdict,
            because=because,
        )


def _answers(session: Session, newest_first: list[rows.Run]) -> Iterator[Answer]:
    found: dict[tuple[str, str], Answer] = {}
    for run in newest_first:
        asked = select(models.AnswerRow).where(models.AnswerRow.run_id == run.id).order_by(models.AnswerRow.n)
        for one in session.scalars(asked):
            key = one.modification, one.requirement
            if key not in found or (found[key].answer == OPEN and one.answer != OPEN):
                found[key] = Answer(*key, one.answer, one.because, one.origin, run.id)
    yield from (found[key] for key in sorted(found))


def _declared(session: Session, newest_first: list[rows.Run]) -> Iterator[Declared]:
    seen: set[str] = set()
    for run in newest_first:
        asked = select(models.DeclaredRow).where(models.DeclaredRow.run_id == run.id).order_by(models.DeclaredRow.n)
        for one in session.scalars(asked):
            if one.item not in seen:
                seen.add(one.item)
                yield Declared(one.item, one.declared, one.observed, one.agrees, run.id)


_SAME = tuple(name for name in rows.Run.__struct_fields__ if name not in ("device", "firmware", "counts"))
"""What a run is told by, named as in its table."""


def _device(row: models.Device) -> rows.Device:
    return rows.Device(row.id, row.role, row.named, row.name)


def _run(row: RunRow) -> rows.Run:
    return rows.Run(
        **{name: getattr(row, name) for name in _SAME},
        device=_device(row.firmware.device),
        firmware=rows.Version(row.firmware.declared, row.firmware.told),
        counts={word: getattr(row, "passed" if word == "pass" else word) for word in VERDICTS},
    )
