"""A run is added once, whole, and whatever its texts are; what no database holds is refused and leaves nothing."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import func, select
from waiting_wall import LONG_S

from ppmid_bench.errors import BadInput
from ppmid_reports.history import models, questions
from ppmid_reports.history.adding import Added, add, firmware_of, moment
from ppmid_reports.history.database import reading, writing
from ppmid_reports.history.intake import DEVELOPMENT, LAB, TRUSTED, Taken, taken
from ppmid_reports.record import Declared, Record

NOW = datetime(2026, 11, 26, tzinfo=UTC)

Take = Callable[..., Taken]


def added(db: str, taken: Taken) -> Added:
    with writing(db) as session:
        return add(session, taken, NOW)


def counted(db: str) -> dict[str, int]:
    with reading(db) as session:
        tables = (models.RunRow, models.Device, models.Firmware, models.ScenarioRow, models.CheckRow, models.AnswerRow)
        return {one.__tablename__: session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


def declared(value: str, *observed: str) -> dict[str, Any]:
    agrees = not any(one != value for one in observed) if observed else None
    return {"item": "firmware", "declared": value, "observed": list(observed), "agrees": agrees, "evidence": []}


def test_a_run_stands_in_it_as_its_record_has_it(db: str, take: Take) -> None:
    facts = {"device": "Acme, P1, 0007", "lab": "Lab A", "seed": 10**30, "profile": "cd" * 32}
    one = take(facts=facts, record={"declared": [declared("3", "3")]})
    assert added(db, one) == Added(1, "new", "unsigned")
    with reading(db) as session:
        [run] = questions.runs(session)
    assert (str(run.device), run.device.role, str(run.firmware)) == ("Acme, P1, 0007", "ppmid", "3")
    assert (run.sha256, run.seed, run.lab, run.kind) == (one.sha256, "1" + "0" * 30, "Lab A", "simulated")
    assert run.counts == {"pass": 1, "fail": 1, "inconclusive": 1, "error": 1, "not_applicable": 1, "not_run": 1}
    assert (run.planned, run.verdict, run.fault) == (6, "error", "")
    assert (run.started, run.added) == ("2026-11-25T15:16:10.136083+00:00", "2026-11-26T00:00:00.000000+00:00")
    assert run.ended == "2026-11-25T15:16:12.000000+00:00", "all times are equally long, so that they sort"


def test_a_run_that_is_known_is_not_added_again(db: str, take: Take) -> None:
    one = take()
    added(db, one)
    before = counted(db)
    assert added(db, one) == Added(1, "known", "unsigned")
    assert counted(db) == before == {
        "run": 1, "device": 1, "firmware": 1, "scenario": 6, "judgement": 5, "answer": 4
    }  # fmt: skip


def test_better_integrity_of_a_known_run_is_noted_and_worse_is_not(db: str, take: Take) -> None:
    one = take()

    def again(integrity: str) -> Added:
        return added(db, Taken(one.run, one.sha256, f"{integrity}.zip", integrity, f"{integrity}'s"))

    assert again(DEVELOPMENT).was == "new"
    assert again(LAB) == Added(1, "better known", LAB)
    assert again(DEVELOPMENT) == Added(1, "known", LAB)
    assert again(TRUSTED) == Added(1, "better known", TRUSTED)
    with reading(db) as session:
        [run] = questions.runs(session)
    assert (run.integrity, run.fingerprint, run.source) == (TRUSTED, "trusted's", "trusted.zip")


def test_runs_of_one_device_share_it_and_versions_are_told_apart(db: str, take: Take) -> None:
    named = {"device": "Acme, P1, 0007"}
    for number, (facts, table) in enumerate(
        [
            (named, [declared("3", "3")]),
            (named, [declared("3", "4")]),
            (named, [declared("4")]),
            ({}, [declared("3")]),
            (named | {"iut": "hub"}, []),
        ]
    ):
        added(db, take(facts=facts | {"seed": number}, record={"declared": table}))
    with reading(db) as session:
        devices = questions.devices(session)
        firmware = [str(run.firmware) for run in questions.runs(session, device=1)]
    assert [(one.role, str(one)) for one in devices] == [
        ("hub", "Acme, P1, 0007"),
        ("ppmid", "Acme, P1, 0007"),
        ("ppmid", "simulated (not named)"),
    ]
    assert sorted(firmware) == ["3", "3 (told 4)", "4"]


@pytest.mark.parametrize(
    ("table", "version"),
    [
        ([], ("", "")),
        ([Declared("firmware", "3", ["3"], True, [])], ("3", "")),
        ([Declared("firmware", "3", [], None, [])], ("3", "")),
        ([Declared("gas", True, [], None, []), Declared("firmware", "3", ["5", "4"], False, [])], ("3", "4, 5")),
    ],
)
def test_the_version_is_the_declared_one_and_what_was_told_against_it(
    table: list[Declared], version: tuple[str, str], take: Take
) -> None:
    record = take().run.record
    fields = {name: getattr(record, name) for name in record.__struct_fields__} | {"declared": table}
    assert firmware_of(Record(**fields)) == version


def test_hostile_texts_are_kept_made_fit_and_without_utrns(db: str, take: Take, build: ModuleType) -> None:
    nasty = "\x00\x1b[31m\ud800\u202e'; DROP TABLE run; --"
    because = nasty + " 73951773847901038897"
    check = build.check("own\x00check", "fail", reason=because, reason_code=nasty, requirements=["REQ-\x00"])
    measured = [{"id": nasty, "value": 1.5, "unit": nasty, "n": 1, "of": nasty}]
    judged = build.scenario("f/a", "fail", because, check, measurements=measured)
    broken = build.scenario(f"f/{nasty}", "error", because) | {"name": nasty}
    hostile = {"device": nasty, "lab": nasty}
    added(db, take(judged, broken, facts=hostile))
    fit = "\\x00\\x1b[31m\\ud800\\u202e'; DROP TABLE run; --"
    with reading(db) as session:
        [run] = questions.runs(session)
        [point] = questions.scenario_points(session, "f/a")
        [other] = questions.scenario_points(session, f"f/{fit}")
    assert str(run.device) == fit
    assert point.outcome.because == other.outcome.because == f"{fit} [20 digits withheld]"
    assert [(one.id, one.value, one.unit, one.of) for one in point.values] == [(fit, 1.5, fit, fit)]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"version": 2**70}, "expected whole numbers up to 2147483647, found 1180591620717411303424"),
        ({"value": float("nan")}, "expected JSON, found NaN is no number"),
        ({"value": float("inf")}, "expected JSON, found Infinity is no number"),
    ],
)
def test_numbers_that_no_database_holds_are_refused_and_leave_nothing(
    change: dict[str, Any], line: str, db: str, take: Take, build: ModuleType
) -> None:
    check = build.check("c", "pass") | {"version": change.get("version", 1)}
    measured = [{"id": "m", "value": change.get("value", 1.0), "unit": "s", "n": 1, "of": ""}]
    added(db, take())
    before = counted(db)
    with pytest.raises(BadInput, match=line):
        added(db, take(build.scenario("f/a", "pass", "", check, measurements=measured), facts={"device": "another"}))
    assert counted(db) == before


def test_a_time_that_is_none_is_refused(db: str, take: Take) -> None:
    with pytest.raises(BadInput, match="expected a time in ISO 8601, found 'yesterday'"):
        added(db, take(environment={"started": "yesterday"}))


def test_times_are_kept_in_utc() -> None:
    assert moment(datetime.fromisoformat("2026-11-26T01:30:00+01:00")) == "2026-11-26T00:30:00.000000+00:00"


ADD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ppmid_reports.history.adding import add
from ppmid_reports.history.database import writing
from ppmid_reports.history.intake import taken
db, *folders = sys.argv[1:]
for folder in folders:
    with taken(Path(folder), None, ()) as one, writing(db) as session:
        print(add(session, one, datetime.now(UTC)).was)
"""


def test_processes_that_add_at_once_wait_for_each_other(db: str, take: Take) -> None:
    folders = [take(facts={"seed": number}).source for number in range(4)]
    command = [sys.executable, "-c", ADD, db, *folders]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [one.communicate(timeout=LONG_S)[0].split() for one in running]
    assert [one.returncode for one in running] == [0, 0]
    assert sorted(told[0] + told[1]) == ["known"] * 4 + ["new"] * 4
    assert (counted(db)["run"], counted(db)["device"]) == (4, 1)


def test_a_run_of_two_thousand_scenarios_is_added_whole(db: str, take: Take, build: ModuleType) -> None:
    checks = [build.check(f"check-{n}", "pass", requirements=["REQ-004"], purposes=["PP-001"]) for n in range(6)]
    record = Path(take().source) / "record.json"
    content = json.loads(record.read_text())
    content["scenarios"] = [build.scenario(f"f/s{n}", "pass", "", *checks) for n in range(2_000)]
    content["summary"] = dict.fromkeys(content["summary"], 0) | {"planned": 2_000, "pass": 2_000}
    record.write_text(json.dumps(content))
    with taken(record.parent, None, ()) as one:
        assert added(db, one).was == "new"
    assert (counted(db)["scenario"], counted(db)["judgement"]) == (2_000, 12_000)
