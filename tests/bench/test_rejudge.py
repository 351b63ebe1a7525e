"""Judging again from the evidence: the same, unless evidence or check has changed."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench import record
from ppmid_bench.answers import answers
from ppmid_bench.bench_file import BenchFile
from ppmid_bench.checks import CHECKS
from ppmid_bench.errors import BadInput, NotPassed
from ppmid_bench.evidence import digest
from ppmid_bench.rejudge import rejudge
from ppmid_bench.scenario import ScenarioRun
from ppmid_bench.which_harness import which_harness


@pytest.fixture
def run_folder(top_up: Callable[..., ScenarioRun], tmp_path: Path) -> Path:
    """A run of one scenario: one check that passes, one inconclusive, one not reached; and two of every meter."""
    world = top_up(tmp_path)
    world.judge("credited-once", {"meter": "esme", "amount": 1_000_000})
    world.bed.read_meter("esme")
    with pytest.raises(NotPassed):
        world.judge("forwarded-unaltered", {})
    world.not_reached(["one-outcome"])
    entries = [world.close(), record.unrun_entry("f/other", "Other", [], "not_run", "no time")]
    plan = [{"id": one["id"], "status": "run", "because": ""} for one in entries]
    told = answers(entries, record.parties(BenchFile(), entries))
    content = record.run_record(
        BenchFile(), seed=1, mode="regular", suite="0" * 64, plan=plan, entries=entries, answers=told
    )
    record.write(tmp_path / "record.json", content)
    return tmp_path


def _evidence(folder: Path) -> Path:
    return folder / "evidence" / "top-up__by-utrn.jsonl"


def test_a_run_judged_again_comes_out_the_same(run_folder: Path) -> None:
    again = rejudge(run_folder)
    assert again == {"checks": 4, "same": 4, "different": [], "check_changed": [], "other_rules": []}


def _change(folder: Path, old: str, new: str) -> None:
    text = _evidence(folder).read_text(encoding="utf-8")
    assert text.count(old)
    _evidence(folder).write_text(text.replace(old, new), encoding="utf-8")


def test_one_changed_line_shows_in_the_file_and_in_the_check_that_rests_on_it(run_folder: Path) -> None:
    balances = [
        line["fields"]["balance"]
        for line in map(json.loads, _evidence(run_folder).read_text(encoding="utf-8").splitlines())
        if line["link"] == "meter-display"
    ]
    _change(run_folder, f'"balance":{balances[1]}', f'"balance":{balances[0]}')
    again = rejudge(run_folder)
    assert (again["checks"], again["same"]) == (4, 3)
    file, check = again["different"]
    assert file == {"scenario": "top-up/by-utrn", "evidence": "the file is not the one that was recorded"}
    assert (check["check"], check["verdict"]) == ("credited-once", {"was": "pass", "is": "error"})
    assert check["reason_code"] == {"was": "holds", "is": "not-credited"}


def test_a_changed_line_that_no_check_rests_on_still_shows_in_the_file(run_folder: Path) -> None:
    _change(run_folder, "Given a prepayment home", "Given a detached home")
    again = rejudge(run_folder)
    assert (again["same"], [list(one) for one in again["different"]]) == (4, [["scenario", "evidence"]])


def test_lines_after_the_judgement_do_not_change_it(run_folder: Path) -> None:
    """The display was read once more after credited-once, which is judged from its own window."""
    content = json.loads((run_folder / "record.json").read_text())
    first, second, *_ = content["scenarios"][0]["checks"]
    assert first["window"][1] < second["window"][1]
    assert rejudge(run_folder)["same"] == 4


@pytest.mark.parametrize("known", [True, False])
def test_a_check_with_another_version_is_listed_not_compared(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    check = CHECKS["credited-once"]
    today = check.version + 1 if known else None
    if today is None:
        monkeypatch.delitem(CHECKS, check.id)
    else:
        monkeypatch.setitem(CHECKS, check.id, replace(check, version=today))
    again = rejudge(run_folder)
    assert (again["checks"], again["same"], again["different"]) == (4, 3, [])
    changed = {"scenario": "top-up/by-utrn", "check": check.id, "was": check.version, "is": today}
    assert again["check_changed"] == [changed]


def _remove(path: Path) -> None:
    path.unlink()


def _garble(path: Path) -> None:
    path.write_text("{")


def _hollow(path: Path) -> None:
    path.write_text("{}")


@pytest.mark.parametrize("damage", [_remove, _garble, _hollow])
@pytest.mark.parametrize("name", ["record.json", "evidence/top-up__by-utrn.jsonl"])
def test_what_cannot_be_read_is_bad_input_that_names_the_file(run_folder: Path, damage: Any, name: str) -> None:
    damage(run_folder / name)
    with pytest.raises(BadInput) as caught:
        rejudge(run_folder)
    assert caught.value.source == str(run_folder / name)


@pytest.mark.parametrize("scenario", ["text", {"id": "a/b"}, {"id": "a/b", "checks": [{"id": "credited-once"}]}])
def test_a_record_whose_scenarios_are_not_such_is_bad_input(run_folder: Path, scenario: object) -> None:
    (run_folder / "record.json").write_text(json.dumps({"scenarios": [scenario]}))
    with pytest.raises(BadInput) as caught:
        rejudge(run_folder)
    assert caught.value.source == str(run_folder / "record.json")


def test_a_scenario_id_does_not_lead_out_of_the_run_folder(run_folder: Path) -> None:
    content = json.loads((run_folder / "record.json").read_text())
    content["scenarios"][0]["id"] = "../../elsewhere"
    (run_folder / "record.json").write_text(json.dumps(content))
    with pytest.raises(BadInput) as caught:
        rejudge(run_folder)
    assert Path(caught.value.source).parent == run_folder / "evidence"


Edit = Callable[[dict[str, Any]], object]


def _edited(folder: Path, change: Edit) -> dict[str, Any]:
    content = json.loads((folder / "record.json").read_text())
    change(content)
    (folder / "record.json").write_text(json.dumps(content))
    return rejudge(folder)


def _checks(content: dict[str, Any]) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = content["scenarios"][0]["checks"]
    return checks


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda content: content["summary"].update({"pass": 9}), "summary"),
        (lambda content: content["plan"].pop(), "plan"),
        (lambda content: content["scenarios"][1].update(home={"wan": "no-wan"}), "evidence"),
        (lambda content: _checks(content)[1].update(window=[0, 9]), "window of forwarded-unaltered"),
        (lambda content: _checks(content)[2].update(requirements=["REQ-004"]), "requirements"),
    ],
)
def test_what_follows_from_the_evidence_is_made_again(run_folder: Path, change: Edit, place: str) -> None:
    """Whoever made the record: none of these hangs on the rules of a harness."""
    assert place in {name for row in _edited(run_folder, change)["different"] for name in row}


@pytest.mark.parametrize("amount", [0, 10_000, 2_000_000])
def test_a_check_that_is_asked_otherwise_is_found_though_it_judges_rightly(run_folder: Path, amount: int) -> None:
    """What it was asked stands in the evidence, where the answer to another question would not fit."""
    again = _edited(run_folder, lambda content: _checks(content)[0]["args"].update(amount=amount))
    found = {name: row[name] for row in again["different"] for name in row if name.startswith("args")}
    args = {"meter": "esme", "amount": 1_000_000}
    assert found == {"args of credited-once": {"was": args | {"amount": amount}, "is": args}}


def _of(folder: Path, harness: str) -> None:
    (folder / "environment.json").write_text(json.dumps({"harness": {"sha256": harness}}))


@pytest.mark.parametrize("here", [True, False])
def test_what_hangs_on_rules_is_the_word_of_another_harness_and_a_lie_of_this(run_folder: Path, here: bool) -> None:
    _of(run_folder, which_harness()["sha256"] if here else "another")

    def change(content: dict[str, Any]) -> None:
        (one,) = (one for one in content["answers"] if one["requirement"] == "REQ-049")
        one["because"] = "so it is"
        content["scenarios"][0]["because"] = "so it is"
        _checks(content)[0]["version"] += 1

    again = _edited(run_folder, change)
    told = [*again["different"], *again["other_rules"], *again["check_changed"]]
    places = {name for row in told for name in row}
    assert {"because", "answers, SEC0009 REQ-049, because"} <= places, places
    assert bool(again["different"]) is here
    assert bool(again["other_rules"] and again["check_changed"]) is not here
    assert ("version" in places) is here


def test_evidence_that_does_not_say_what_was_asked_is_of_another_harness(run_folder: Path) -> None:
    path = _evidence(run_folder)
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line.replace('"what":"check"', '"what":"other"') for line in lines]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    asked = {"scenario": "top-up/by-utrn", "checks": "its evidence does not say what they were asked"}
    change: Edit = lambda content: content["scenarios"][0].update(evidence_sha256=digest(path))  # noqa: E731
    again = _edited(run_folder, change)
    assert (again["different"], again["other_rules"]) == ([], [asked])
    _of(run_folder, which_harness()["sha256"])
    assert rejudge(run_folder)["different"] == [asked]
