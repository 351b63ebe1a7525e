"""The session, where the runners meet: what it makes of a runner's calls, and what it leaves behind."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from ppmid_bench.errors import BadInput, HarnessFault, NotPassed
from ppmid_bench.evidence import digest
from ppmid_harness.plan import Options, Plan, make_plan
from ppmid_harness.run_folder import RunFolder, open_run_folder
from ppmid_harness.selection import Planned
from ppmid_harness.session import Session, StepCrashed

FEATURE = """@SECMP0038 @REQ-004
Feature: F
  Scenario: One
    Given a home with one
    Then what was seen is pass for good
    And what was seen is pass for better
  @ics-gas
  Scenario: Two
    Given a home with two
    Then what was seen is pass for good
"""
ONE, TWO = "f/one", "f/two"
STEPS = {
    ONE: (
        ("given", "a home with one"),
        ("then", "what was seen is pass for good"),
        ("then", "what was seen is pass for better"),
    ),
    TWO: (("given", "a home with two"), ("then", "what was seen is pass for good")),
}

Make = Callable[..., Session]


@pytest.fixture(name="plan")
def make_plan_of_two(small: ModuleType, tmp_path: Path) -> Plan:
    path = tmp_path / "f.feature"
    path.write_text(FEATURE)
    return make_plan(Options(paths=(path,)), small.steps)


@pytest.fixture(name="make")
def make_session(plan: Plan, small: ModuleType, tmp_path: Path) -> Make:
    def make(resume: bool = False, **more: Any) -> Session:
        folder = open_run_folder(tmp_path / "run", plan, resume=resume)
        return Session(plan, folder, **({"runner": "by hand", "make_world": small.World} | more))

    return make


def run_all(session: Session, *ids: str) -> None:
    for id in ids:
        session.begin(id)
        for kind, text in STEPS[id]:
            session.run_step(kind, text)
        session.end()


def verdicts(session: Session) -> dict[str, str]:
    return {entry["id"]: entry["verdict"] for entry in session.record["scenarios"]}


def test_a_run_that_passes(make: Make, tmp_path: Path) -> None:
    told: list[str] = []

    class Listener:
        def began(self, planned: Any) -> None:
            told.append(f"began {planned.id}")

        def ended(self, entry: dict[str, Any]) -> None:
            told.append(f"ended {entry['id']} {entry['verdict']}")

    finished: list[Path] = []
    session = make(progress=Listener(), finishers=[finished.append])
    run_all(session, TWO, ONE)
    session.finish()
    folder = tmp_path / "run"
    assert verdicts(session) == {ONE: "pass", TWO: "pass"}
    assert session.exit_code == 0
    assert list(verdicts(session)) == [ONE, TWO]
    assert told == ["began f/two", "ended f/two pass", "began f/one", "ended f/one pass"]
    assert finished == [folder]
    assert json.loads((folder / "record.json").read_text()) == session.record
    assert session.record["scenarios"][0]["tags"] == ["SECMP0038", "REQ-004"]
    environment = json.loads((folder / "environment.json").read_text())
    assert environment["runner"] == "by hand"
    assert f"pytest-bdd=={environment['versions']['pytest-bdd']}" in environment["installed"]
    assert {path.name for path in folder.iterdir()} == {"record.json", "environment.json", "native", "inputs"}


def test_the_first_check_that_does_not_pass_ends_the_scenario(make: Make, small: ModuleType) -> None:
    class Failing(small.World):  # type: ignore[misc, name-defined]
        def judge(self, check_id: str, arguments: dict[str, Any]) -> None:
            super().judge(check_id, arguments | {"verdict": "fail", "reason": "bad"})

    session = make(make_world=Failing)
    session.begin(ONE)
    session.run_step(*STEPS[ONE][0])
    with pytest.raises(NotPassed, match="bad"):
        session.run_step(*STEPS[ONE][1])
    entry = session.end()
    assert [check["verdict"] for check in entry["checks"]] == ["fail", "not_reached"]
    assert entry["verdict"] == "fail"


def test_a_runner_that_goes_on_after_the_end(make: Make, small: ModuleType) -> None:
    session = make()
    session.begin(ONE)
    session.run_step(*STEPS[ONE][0])
    with pytest.raises(StepCrashed):
        session.run_step("then", "what was seen is fail for bad")
    with pytest.raises(StepCrashed):
        session.run_step(*STEPS[ONE][1])
    assert session.end()["verdict"] == "error"


@pytest.mark.parametrize(
    ("kind", "text", "table", "docstring"),
    [
        ("given", "a home with two", None, None),
        ("when", "a home with one", None, None),
        ("given", "a home with one", [["a"]], None),
        ("given", "a home with one", None, "text"),
    ],
)
def test_a_runner_that_reads_another_step(make: Make, kind: str, text: str, table: Any, docstring: Any) -> None:
    session = make()
    session.begin(ONE)
    with pytest.raises(StepCrashed, match="where the plan has"):
        session.run_step(kind, text, table, docstring)
    assert session.end()["because"].startswith("HarnessFault: the runner read the step")


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_runner_that_leaves_steps_out_never_passes(make: Make, steps: int) -> None:
    session = make()
    session.begin(ONE)
    for step in STEPS[ONE][:steps]:
        session.run_step(*step)
    with pytest.raises(StepCrashed, match=f"after {steps} of 3 steps"):
        session.end()
    session.finish()
    assert verdicts(session) == {ONE: "error", TWO: "error"}
    assert session.record["scenarios"][1]["because"] == "by hand never ran it"
    assert session.exit_code == 3


def test_steps_and_scenarios_out_of_place(make: Make) -> None:
    session = make()
    with pytest.raises(HarnessFault, match="outside any scenario"):
        session.run_step(*STEPS[ONE][0])
    with pytest.raises(HarnessFault, match="not begun"):
        session.end()
    session.begin(ONE)
    with pytest.raises(HarnessFault, match="f/two begins within f/one"):
        session.begin(TWO)


def test_a_bench_that_breaks_at_the_end(make: Make, small: ModuleType) -> None:
    class Breaking(small.World):  # type: ignore[misc, name-defined]
        def close(self) -> dict[str, Any]:
            raise OSError("disk full")

    session = make(make_world=Breaking)
    with pytest.raises(StepCrashed, match="OSError: disk full"):
        run_all(session, ONE)


def test_a_bench_that_is_bad_input(make: Make) -> None:
    def refuse(**_: Any) -> Any:
        raise BadInput("lab.toml", "[parties.ppmid]", "an adapter")

    session = make(make_world=refuse)
    with pytest.raises(StepCrashed, match=r"lab.toml: \[parties.ppmid\]: expected an adapter"):
        run_all(session, ONE)
    assert session.refused is not None


def test_scenarios_that_the_user_left_out_are_not_planned(make: Make) -> None:
    session = make()
    session.narrow([TWO])
    run_all(session, TWO)
    session.finish()
    assert verdicts(session) == {TWO: "pass"}
    assert session.record["summary"]["planned"] == 1


HOMES = FEATURE.replace("a home with one", "a prepayment home with an electricity meter").replace(
    "a home with two", "a prepayment home with a gas meter"
)
HOMES = HOMES.replace("what was seen is pass for good", "the balance of the electricity meter has not moved", 1)
HOMES = HOMES.replace("what was seen is pass for better", "the configuration of the electricity meter is what it was")
HOMES = HOMES.replace("what was seen is pass for good", "the balance of the gas meter has not moved")


def test_a_signal_while_the_runner_runs_interrupts_the_next_step(make: Make) -> None:
    session = make()
    run_all(session, ONE)
    session.told_to_end()
    session.begin(TWO)
    with pytest.raises(KeyboardInterrupt, match="the run was interrupted"):
        session.run_step(*STEPS[TWO][0])
    session.end()
    session.finish()
    assert verdicts(session) == {ONE: "pass", TWO: "error"}
    assert (session.interrupted, session.exit_code) == (True, 3)


@pytest.mark.parametrize("time", ["virtual", "wall"])
def test_a_signal_within_a_step_lets_it_end_where_time_is_virtual_and_a_second_does_not(
    make: Make, plan: Plan, time: str
) -> None:
    session = make()
    session.plan = replace(plan, bench=msgspec.structs.replace(plan.bench, time=time))
    session.begin(ONE)
    session.run_step(*STEPS[ONE][0])
    assert session._now is not None
    session._now.world.step = lambda *_: session.told_to_end()
    if time == "virtual":
        session.run_step(*STEPS[ONE][1])
    with pytest.raises(KeyboardInterrupt):
        session.run_step(*STEPS[ONE][1])
    with pytest.raises(KeyboardInterrupt):
        session.told_to_end()


def test_an_interrupted_run_is_resumed(tmp_path: Path) -> None:
    """What it keeps is judged once more, from its evidence."""
    (tmp_path / "f.feature").write_text(HOMES)
    plan = make_plan(Options(paths=(tmp_path / "f.feature",)))
    one, two = plan.planned

    def made(resume: bool) -> Session:
        return Session(plan, open_run_folder(tmp_path / "run", plan, resume=resume), runner="by hand")

    def steps(session: Session, planned: Planned, count: int) -> None:
        session.begin(planned.id)
        for step in planned.steps[:count]:
            session.run_step(step.kind, step.text)

    first = made(resume=False)
    steps(first, one, 3)
    first.end()
    steps(first, two, 1)
    first.finish()
    assert verdicts(first) == {ONE: "pass", TWO: "error"}
    assert first.exit_code == 3

    second = made(resume=True)
    assert [planned.id for planned in second.to_run] == [TWO]
    steps(second, two, 2)
    second.end()
    second.finish()
    assert verdicts(second) == {ONE: "pass", TWO: "pass"}
    assert not (second.folder.path / "partial").exists()

    third = made(resume=True)
    assert third.to_run == ()
    third.finish()
    assert third.record == second.record


def test_a_used_folder_is_refused(make: Make, tmp_path: Path) -> None:
    make()
    with pytest.raises(BadInput, match="a new or empty folder, or --resume, found a folder that is not empty"):
        make()


def test_a_folder_of_another_run_is_not_resumed(make: Make, plan: Plan, tmp_path: Path) -> None:
    make()
    other = make_plan(Options(paths=tuple({planned.path for planned in plan.planned}), seed=2), plan.registry)
    with pytest.raises(BadInput, match="seed: expected a run of 2 to be resumed, found 1"):
        open_run_folder(tmp_path / "run", other, resume=True)


def test_a_folder_that_is_no_run_is_not_resumed(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").touch()
    with pytest.raises(BadInput, match=r"record.json: expected a readable JSON file"):
        open_run_folder(tmp_path / "mine", plan, resume=True)
    with pytest.raises(BadInput, match=r"notes.txt: expected a folder that can be written"):
        open_run_folder(tmp_path / "mine" / "notes.txt", plan, resume=False)


def test_a_runner_that_begins_a_scenario_again_has_an_error_in_its_place(make: Make, tmp_path: Path) -> None:
    """A retry would choose its verdict, and what the first showed would be gone."""
    session = make()
    run_all(session, ONE, TWO)
    with pytest.raises(HarnessFault, match="f/one: by hand began it more than once"):
        session.begin(ONE)
    kept = json.loads((tmp_path / "run" / "partial" / "f__one.json").read_text())
    session.finish()
    assert verdicts(session) == {ONE: "error", TWO: "pass"}
    assert kept["because"] == session.record["scenarios"][0]["because"] == "by hand began it more than once"
    assert len(session.record["scenarios"][0]["checks"]) == 2
    assert session.exit_code == 3


def test_certification_is_not_narrowed(small: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "f.feature"
    path.write_text(FEATURE)
    plan = make_plan(Options(paths=(path,), mode="certification"), small.steps)
    session = Session(
        plan, open_run_folder(tmp_path / "run", plan, resume=False), runner="by hand", make_world=small.World
    )
    session.narrow([TWO])
    run_all(session, TWO)
    session.finish()
    assert session.record["scenarios"][0]["because"] == "by hand never ran it"
    assert "1 scenario in error: f/one" in session.record["certificate"]["reasons"]


def test_a_worker_has_its_share_of_a_certification_run_alone(small: ModuleType, tmp_path: Path) -> None:
    """What another worker runs too would be run twice, each over the other's evidence."""
    path = tmp_path / "f.feature"
    path.write_text(FEATURE)
    plan = make_plan(Options(paths=(path,), mode="certification"), small.steps)
    open_run_folder(tmp_path / "run", plan, resume=False)
    session = Session(plan, RunFolder.shared(tmp_path / "run", 1), runner="by hand", make_world=small.World)
    session.share([TWO])
    assert [planned.id for planned in session.to_run] == [TWO]


def test_a_run_under_another_harness_is_not_resumed_in_certification(
    plan: Plan, small: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certified = make_plan(Options(paths=(tmp_path / "f.feature",), mode="certification"), small.steps)
    open_run_folder(tmp_path / "run", certified, resume=False).close()
    monkeypatch.setattr("ppmid_harness.run_folder.harness_version", lambda: {"version": "2", "sha256": "another"})
    with pytest.raises(BadInput, match="harness: expected a run of another to be resumed"):
        open_run_folder(tmp_path / "run", certified, resume=True)


def test_a_run_on_another_bench_or_statement_is_not_resumed(small: ModuleType, plan: Plan, tmp_path: Path) -> None:
    """What a run kept is of its own bench and its own device."""
    open_run_folder(tmp_path / "run", plan, resume=False)
    bench = tmp_path / "bench.toml"
    bench.write_text("[links.han]\nlost = 0.5\n")
    other = make_plan(Options(paths=(tmp_path / "f.feature",), bench=bench), small.steps)
    with pytest.raises(BadInput, match="profile: expected a run of"):
        open_run_folder(tmp_path / "run", other, resume=True)


def test_certification_has_its_own_seed(small: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "f.feature"
    path.write_text(FEATURE)
    bench = tmp_path / "bench.toml"
    bench.write_text("[bench]\nseed = 9\n")
    assert make_plan(Options(paths=(path,), bench=bench), small.steps).seed == 9
    assert make_plan(Options(paths=(path,), bench=bench, mode="certification"), small.steps).seed == 1
    with pytest.raises(BadInput, match="the suite's own seed, 1, found --seed"):
        make_plan(Options(paths=(path,), mode="certification", seed=1), small.steps)


def test_the_suite_hash_follows_what_it_stands_for(small: ModuleType, tmp_path: Path) -> None:
    def suite(name: str, text: str, limits: str = "") -> str:
        path, bench = tmp_path / name / "f.feature", tmp_path / name / "bench.toml"
        path.parent.mkdir()
        path.write_text(text)
        bench.write_text(limits)
        return make_plan(Options(paths=(path,), bench=bench), small.steps).suite

    first = suite("a", FEATURE)
    assert first == suite("b", FEATURE)
    assert first != suite("c", FEATURE + "\n")
    assert first != suite("d", FEATURE, "[limits]\nresponse-on-demand = 31\n")


def test_a_broken_feature_stops_the_plan(small: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "f.feature"
    path.write_text(FEATURE.replace("Scenario: Two", "Scenario: One"))
    with pytest.raises(BadInput, match=r"f.feature: line 8: expected a scenario name of its own"):
        make_plan(Options(paths=(path,)), small.steps)
    with pytest.raises(BadInput, match=r"expected at least one .feature file, found none"):
        make_plan(Options(paths=(tmp_path / "empty",) if (tmp_path / "empty").mkdir() is None else ()), small.steps)


def test_evidence_that_is_lost_before_the_end_is_an_error_in_exit_code_and_record_of_the_run(
    make: Make, small: ModuleType, tmp_path: Path
) -> None:
    evidence = tmp_path / "run" / "evidence" / "f__one.jsonl"

    class WithEvidence(small.World):  # type: ignore[misc, name-defined]
        def close(self) -> dict[str, Any]:
            evidence.parent.mkdir(exist_ok=True)
            evidence.write_text("{}\n")
            entry: dict[str, Any] = super().close()
            return entry | {"evidence_sha256": digest(evidence) if entry["id"] == ONE else ""}

    session = make(make_world=WithEvidence)
    run_all(session, ONE, TWO)
    evidence.unlink()
    session.finish()
    assert verdicts(session) == {ONE: "pass", TWO: "pass"}  # what was judged was there
    assert session.exit_code == 3
    lost = "evidence/f__one.jsonl is not there any more as it was written"
    assert json.loads((tmp_path / "run" / "environment.json").read_text())["fault"] == lost  # as reports then have it


def test_a_bench_that_cannot_be_given_back_is_an_error_in_the_exit_code_too(make: Make, tmp_path: Path) -> None:
    class Place:
        def release(self) -> None:
            raise HarnessFault("the place is gone")

    session = make()
    run_all(session, ONE, TWO)
    session._place = Place()  # type: ignore[assignment]
    session.finish()
    assert session.exit_code == 3
    assert json.loads((tmp_path / "run" / "environment.json").read_text())["fault"] == "the place is gone"
