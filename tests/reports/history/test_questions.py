"""What the history answers over several runs, the same from either kind of database."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ppmid_bench.errors import BadInput
from ppmid_reports.history import questions
from ppmid_reports.history.adding import add
from ppmid_reports.history.database import reading, writing
from ppmid_reports.history.flakiness import ONE_SEED
from ppmid_reports.history.intake import Taken

NAMED = {"device": "Acme, P1, 0007"}


@pytest.fixture(name="three")
def three_runs(db: str, take: Callable[..., Taken], build: ModuleType) -> str:
    """Three runs of one device, of which the second fails, and one of a hub; added in another order than they began."""

    def begun(day: int, verdict: str, **more: Any) -> Taken:
        check = build.check(
            "outcome-stays", verdict, requirements=["REQ-026"], purposes=["PP-003"], judges="ppmid", reason="so it is"
        )
        about_meter = {"judges": "meter", "args": {"meter": "esme"}, "requirements": ["REQ-004"]}
        of_meter = build.check("credited-once", "pass", **about_meter)
        measured = [{"id": "time", "value": float(day), "unit": "s", "n": 1, "of": ""}]
        entries = [
            build.scenario("f/a", verdict, f"it is {verdict}", check, of_meter, measurements=measured),
            build.scenario("f/watched", "fail", "", build.check("own", "fail", purposes=["PP-001"]), tags=["watch"]),
        ]
        facts = NAMED | {"lab": str(day)} | more.pop("facts", {})
        answers = [build.answer("REQ-004", more.pop("answer", "open"), f"day {day}")]
        firmware = {"item": "firmware", "declared": str(day), "observed": [], "agrees": None, "evidence": []}
        record = {"answers": answers, "declared": [firmware | more.pop("declared", {})]}
        return take(*entries, facts=facts, record=record, environment={"started": f"2026-11-{day:02}T09:00:00+00:00"})

    with writing(db) as session:
        for one in (
            begun(3, "pass", declared={"declared": "2"}),
            begun(1, "pass", answer="shown", declared={"declared": "2", "observed": ["1"], "agrees": False}),
            begun(2, "fail", declared={"declared": "2"}),
            begun(4, "pass", facts={"iut": "hub"}),
        ):
            add(session, one, datetime(2026, 11, 26, tzinfo=UTC))
    return db


@pytest.fixture(name="session")
def opened(three: str) -> Any:
    with reading(three) as session:
        yield session


def test_runs_come_newest_first_by_when_they_began(session: Session) -> None:
    assert [run.lab for run in questions.runs(session)] == ["4", "3", "2", "1"]
    assert [run.lab for run in questions.runs(session, device_class="ppmid")] == ["3", "2", "1"]
    hub = next(one for one in questions.devices(session) if one.role == "hub")
    assert [run.lab for run in questions.runs(session, device=hub.id)] == ["4"]


def test_a_device_has_its_firmware_declarations_answers_and_runs(session: Session) -> None:
    [ppmid] = questions.devices(session, "ppmid")
    found = questions.device(session, str(ppmid.id))
    assert (str(found.device), [run.lab for run in found.runs]) == ("Acme, P1, 0007", ["3", "2", "1"])
    assert [str(one) for one in found.firmware] == ["2", "2 (told 1)"]
    [answer] = found.answers
    assert (answer.requirement, answer.answer, answer.because) == ("REQ-004", "shown", "day 1"), (
        "later runs leave it open"
    )
    [declared] = found.declared
    assert (declared.item, declared.declared, declared.agrees) == ("firmware", "2", None)


def test_the_trend_of_a_scenario_and_its_points(session: Session) -> None:
    found = {(one.device.role, one.scenario): one for one in questions.scenario_trends(session)}
    trend = found["ppmid", "f/a"]
    assert (trend.now, trend.was, trend.since[:10], trend.runs, trend.changes) == ("pass", "fail", "2026-11-03", 3, 2)
    assert found["hub", "f/a"].changes == 0
    points = questions.scenario_points(session, "f/a")
    assert [(one.outcome.verdict, one.outcome.because, one.values[0].value) for one in points] == [
        ("pass", "it is pass", 1.0),
        ("fail", "it is fail", 2.0),
        ("pass", "it is pass", 3.0),
        ("pass", "it is pass", 4.0),
    ]


def test_what_is_flaky(session: Session) -> None:
    [row] = questions.flaky_scenarios(session)
    assert (row.scenario, str(row.firmware), row.within, row.verdicts) == ("f/a", "2", ONE_SEED, {"fail": 1, "pass": 1})


def test_a_statement_counts_what_judges_the_class_and_is_not_watched(session: Session) -> None:
    found = questions.statement_of(session, "ppmid")
    rows = {one.id: one for part in found.parts.values() for one in part}
    by_lab = {run.id: run.lab for run in found.runs}
    assert (rows["REQ-026"].result, [by_lab[id] for id in rows["REQ-026"].fails_in]) == ("fails", ["2"])
    assert sorted(by_lab[id] for id in rows["REQ-026"].passes_in) == ["1", "3"]
    assert rows["PP-001"].result == "missing", "a watched scenario counts for nothing"
    assert rows["REQ-004"].result == "missing", "it was the meter that was judged for it"
    assert found.left_out == []
    [answered] = found.answers
    assert {word: sorted(by_lab[id] for id in ids) for word, ids in answered.runs.items()} == {
        "open": ["2", "3"],
        "shown": ["1"],
    }
    narrowed = questions.statement_of(session, "ppmid", firmware="9")
    assert (narrowed.runs, len(narrowed.left_out), narrowed.says[:6]) == ([], 3, "No run")


def test_what_there_is_not_is_bad_input(session: Session) -> None:
    with pytest.raises(BadInput, match="a class of devices of the history: hub, ppmid"):
        questions.statement_of(session, "esme")
    assert questions.devices(session, "esme") == []


@pytest.mark.parametrize("id", ["99", "2147483648", "9" * 20, "9" * 5000, "-1", "", "ppmid"])
def test_a_device_that_there_is_not(id: str, session: Session) -> None:
    with pytest.raises(BadInput, match="expected the id of a device of the history, found none"):
        questions.device(session, id)


@pytest.mark.parametrize("text", ["f/none", "f/\0", "f/\udcff"])
def test_a_text_that_no_database_holds_is_none_of_the_history(text: str, session: Session) -> None:
    with pytest.raises(BadInput, match="expected the id of a scenario of the history, found none"):
        questions.scenario_points(session, text)
    with pytest.raises(BadInput, match="a class of devices of the history: hub, ppmid"):
        questions.statement_of(session, text)
    assert (questions.devices(session, text), questions.scenario_names(session, text)) == ([], {})
    assert questions.statement_of(session, "ppmid", suite=text, firmware=text).runs == []
