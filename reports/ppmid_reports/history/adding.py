"""Adding a run to the history: its record turned into rows, once."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ppmid_bench.certificate import WATCH
from ppmid_bench.checks.check import judged_roles
from ppmid_bench.errors import BadInput
from ppmid_reports.history import models
from ppmid_reports.history.intake import INTEGRITY, Taken
from ppmid_reports.page import verdict_of
from ppmid_reports.record import Record
from ppmid_reports.text import shown

Row = dict[str, Any]

_AT_ONCE = 1_000
"""Rows that are sent together: a round trip is for many."""
_GREATEST = (1 << 31) - 1
"""The greatest whole number of a column."""


@dataclass(frozen=True, slots=True)
class Added:
    """What came of it. ``was``: ``new``, ``known``, or ``better known`` where its integrity now is."""

    id: int
    was: str
    integrity: str


def add(session: Session, taken: Taken, now: datetime) -> Added:
    """Add a run, unless it is known by the hash of its record; of one that is, better integrity is noted.

    Raises BadInput for what no database holds.
    """
    known = session.scalar(select(models.RunRow).where(models.RunRow.sha256 == taken.sha256))
    if known is not None:
        return _met_again(known, taken)
    return Added(_written(session, taken, now), "new", taken.integrity)


def _met_again(known: models.RunRow, taken: Taken) -> Added:
    better = INTEGRITY.index(taken.integrity) > INTEGRITY.index(known.integrity)
    if better:
        known.integrity, known.fingerprint, known.source = taken.integrity, taken.fingerprint, shown(taken.source)
    return Added(known.id, "better known" if better else "known", known.integrity)


def _written(session: Session, taken: Taken, now: datetime) -> int:
    run = taken.run
    row = models.RunRow(**_run(taken, now), firmware=_firmware(session, run.record))
    session.add(row)
    session.flush()
    for table, rows in _parts(run.record, taken.source):
        numbered = [{"run_id": row.id, **one} for one in rows]
        for at in range(0, len(numbered), _AT_ONCE):
            # only what returns something is sent as one statement for many rows
            session.execute(insert(table).returning(table.__table__.c.run_id), numbered[at : at + _AT_ONCE])
    return row.id


def _firmware(session: Session, record: Record) -> models.Firmware:
    """The device and version that were under test, made where they are new."""
    name = shown(record.run.device or _iut(record).get("adapter", ""))
    about: Row = {"role": shown(record.run.iut), "named": bool(record.run.device), "name": name}
    device = session.scalar(select(models.Device).filter_by(**about)) or models.Device(**about)
    declared, told = firmware_of(record)
    version: Row = {"declared": shown(declared), "told": shown(told)}
    if device.id is not None:
        known = session.scalar(select(models.Firmware).filter_by(device_id=device.id, **version))
        if known is not None:
            return known
    return models.Firmware(device=device, **version)


def firmware_of(record: Record) -> tuple[str, str]:
    """The version that the IXIT declares, and what the device told where that is something else; empty without."""
    for one in record.declared:
        if one.item == "firmware":
            told = sorted({str(value) for value in one.observed if value != one.declared})
            return str(one.declared), ", ".join(told)
    return "", ""


def _iut(record: Record) -> Mapping[str, str]:
    found = (one for one in record.parties if one.role == record.run.iut)
    return next(({"adapter": one.adapter, "kind": one.kind} for one in found), {})


def _run(taken: Taken, now: datetime) -> Row:
    run, record, environment = taken.run, taken.run.record, taken.run.environment
    facts, summary, iut = record.run, record.summary, _iut(record)
    texts = {
        "source": taken.source,
        "kind": iut.get("kind", "absent"),
        "adapter": iut.get("adapter", ""),
        "seed": str(facts.seed),
        "mode": facts.mode,
        "suite": facts.suite,
        "profile": facts.profile,
        "time": facts.time,
        "lab": facts.lab,
        "harness": environment.harness,
        "runner": environment.runner,
        "claim": record.claim,
        "fault": "; ".join(run.faults),
        "verdict": verdict_of(run),
    }
    counts = {"passed" if name == "pass" else name: number for name, number in summary.by_verdict().items()}
    counts["planned"] = summary.planned
    return {
        **{name: shown(text) for name, text in texts.items()},
        **{name: _value(number, taken.source) for name, number in counts.items()},
        "sha256": taken.sha256,
        "added": moment(now),
        "started": _moment_of(environment.started, taken.source),
        "ended": _moment_of(environment.ended, taken.source),
        "integrity": taken.integrity,
        "fingerprint": taken.fingerprint,
    }


def moment(time: datetime) -> str:
    """A time as the history keeps it: in UTC, each as long as the other, so that texts sort as times do."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def _moment_of(text: str, source: str) -> str:
    try:
        return moment(datetime.fromisoformat(text)) if text else ""
    except (ValueError, OverflowError) as problem:
        raise BadInput(source, "environment.json", "a time in ISO 8601", repr(text)) from problem


def _parts(record: Record, source: str) -> Iterator[tuple[type[models.Base], Sequence[Row]]]:
    """The rows of each table that belong to a run, but for its id."""
    yield (
        models.PartyRow,
        [
            {"n": n, "role": shown(one.role), "adapter": shown(one.adapter), "kind": shown(one.kind)}
            for n, one in enumerate(record.parties)
        ],
    )
    yield (
        models.DeclaredRow,
        [
            {
                "n": n,
                "item": shown(one.item),
                "declared": _value(one.declared, source),
                "observed": [_value(value, source) for value in one.observed],
                "agrees": one.agrees,
            }
            for n, one in enumerate(record.declared)
        ],
    )
    yield (
        models.ScenarioRow,
        [
            {
                "n": n,
                "id": shown(one.id),
                "name": shown(one.name),
                "verdict": one.verdict,
                "because": shown(one.because),
                "watched": WATCH in one.tags,
            }
            for n, one in enumerate(record.scenarios)
        ],
    )
    yield models.CheckRow, list(_checks(record, source))
    yield models.MeasurementRow, list(_measurements(record, source))
    yield (
        models.AnswerRow,
        [
            {
                "n": n,
                "modification": shown(one.modification),
                "requirement": shown(one.requirement),
                "answer": one.answer,
                "because": shown(one.because),
                "origin": shown(one.parties),
            }
            for n, one in enumerate(record.answers)
        ],
    )


def _checks(record: Record, source: str) -> Iterator[Row]:
    for scenario_n, scenario in enumerate(record.scenarios):
        for n, one in enumerate(scenario.checks):
            yield {
                "scenario_n": scenario_n,
                "n": n,
                "id": shown(one.id),
                "version": _value(one.version, source),
                "of_iut": record.run.iut in judged_roles(one.judges, one.args),
                "verdict": one.verdict,
                "reason_code": shown(one.reason_code),
                "reason": shown(one.reason),
                "requirements": [shown(id) for id in one.requirements],
                "threats": [shown(id) for id in one.threats],
                "purposes": [shown(id) for id in one.purposes],
            }


def _measurements(record: Record, source: str) -> Iterator[Row]:
    for scenario_n, scenario in enumerate(record.scenarios):
        for n, one in enumerate(scenario.measurements):
            about = {"id": shown(one.id), "unit": shown(one.unit), "of": shown(one.of)}
            yield {"scenario_n": scenario_n, "n": n, "value": _value(one.value, source), **about}


def _value(value: Any, source: str) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise BadInput(source, "record.json", "numbers that are finite", str(value))
    if isinstance(value, int) and abs(value) > _GREATEST:
        raise BadInput(source, "record.json", f"whole numbers up to {_GREATEST}", str(value))
    return shown(value) if isinstance(value, str) else value
