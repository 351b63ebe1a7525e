"""The files of a run folder say the same, or somebody is told which does not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ppmid_bench.which_harness import which_harness
from ppmid_reports import write_junit, write_report
from ppmid_reports.consistency import inconsistencies


@pytest.fixture(name="folder")
def finished_run(make_run: Callable[..., Path]) -> Path:
    folder = make_run()
    write_junit(folder)
    write_report(folder)
    return folder


def found(folder: Path) -> list[tuple[str, str]]:
    return list(inconsistencies(folder))


def edit(path: Path, what: str, instead: str) -> None:
    text = path.read_text()
    assert what in text
    path.write_text(text.replace(what, instead, 1))


def test_a_run_as_it_was_written_says_the_same_everywhere(folder: Path) -> None:
    assert found(folder) == []


def test_a_scenario_that_stands_twice_is_said_once_more(folder: Path) -> None:
    record = json.loads((folder / "record.json").read_text())
    record["scenarios"].append(record["scenarios"][0])
    (folder / "record.json").write_text(json.dumps(record))
    assert ("record.json", "the scenario first/passes stands in it 2 times") in found(folder)
    assert {name for name, _ in found(folder)} == {"record.json"}


def test_counts_that_were_mended_by_hand_are_said(folder: Path) -> None:
    edit(folder / "record.json", '"fail": 1', '"fail": 0')
    names = [name for name, _ in found(folder)]
    assert names == ["record.json", "junit.xml", "report.html"]


def test_evidence_that_was_changed_or_is_gone_is_said(folder: Path) -> None:
    path = folder / "evidence" / "first__fails.jsonl"
    path.write_text("{}\n")
    assert [name for name, _ in found(folder)] == ["evidence/first__fails.jsonl"]
    path.unlink()
    assert found(folder) == [("evidence/first__fails.jsonl", "the record speaks of it, and it is not there")]


def test_a_failure_that_was_taken_out_of_the_xml_is_said(folder: Path) -> None:
    text = (folder / "junit.xml").read_text()
    start, end = text.index("<failure"), text.index("</failure>") + len("</failure>")
    (folder / "junit.xml").write_text(text[:start] + text[end:])
    ((name, sentence),) = found(folder)
    assert name == "junit.xml"
    assert "'failure': 1" in sentence
    assert "'failure': 2" in sentence


@pytest.mark.parametrize("instead", ["", "<", "<a/>"])
def test_xml_that_cannot_be_read_or_holds_nothing_is_said(folder: Path, instead: str) -> None:
    (folder / "junit.xml").write_text(instead)
    assert [name for name, _ in found(folder)] == ["junit.xml"]


def test_a_report_of_other_counts_is_said(folder: Path) -> None:
    edit(folder / "report.html", "fail=1", "fail=0")
    ((name, sentence),) = found(folder)
    assert name == "report.html"
    assert "fail=0" in sentence
    (folder / "report.html").write_text("<html></html>")
    assert found(folder)[0][1].startswith("it counts nothing")


def test_a_page_that_says_another_verdict_or_is_gone_is_said(folder: Path) -> None:
    page = folder / "report" / "first__fails.html"
    edit(page, "first/fails fail", "first/fails pass")
    assert found(folder) == [
        ("report/first__fails.html", "it says first/fails pass, the record first/fails fail"),
    ]
    page.unlink()
    ((name, sentence),) = found(folder)
    assert name == "report/first__fails.html"
    assert sentence.startswith("it cannot be read: ")


def test_a_report_of_one_page_as_older_runs_have_it_needs_no_others(folder: Path) -> None:
    report = folder / "report.html"
    report.write_text(report.read_text().replace('href="report/', 'href="#'))
    for page in (folder / "report").iterdir():
        page.unlink()
    assert found(folder) == []


def test_a_scenario_whose_evidence_is_not_spoken_of_is_said_unless_the_run_broke(folder: Path) -> None:
    record = json.loads((folder / "record.json").read_text())
    one = next(one for one in record["scenarios"] if one["id"] == "first/fails")
    one["evidence_sha256"] = ""
    (folder / "record.json").write_text(json.dumps(record))
    assert ("evidence/first__fails.jsonl", "the record does not speak of it") in found(folder)
    edit(folder / "environment.json", '"runner"', '"fault": "a worker came to grief", "runner"')
    assert "evidence/first__fails.jsonl" not in [name for name, _ in found(folder)]


def test_a_scenario_is_run_as_its_plan_says_and_for_no_other_reason_left_out(folder: Path) -> None:
    record = json.loads((folder / "record.json").read_text())
    entries = [(one["id"], one["verdict"], one["because"]) for one in record["scenarios"]]
    unrun = ("not_applicable", "not_run")
    record["plan"] = [
        {"id": id, "status": word if word in unrun else "run", "because": why if word in unrun else ""}
        for id, word, why in entries
    ]
    (folder / "record.json").write_text(json.dumps(record))
    assert found(folder) == []
    record["plan"][-1]["status"] = "run"
    record["plan"][-2]["because"] = "so it is"
    (folder / "record.json").write_text(json.dumps(record))
    assert found(folder) == [
        ("record.json", "the scenario second/not-for-us was not run for another reason than its plan says"),
        ("record.json", "the scenario second/too-long is not_run, and its plan says run"),
    ]


def test_answers_are_made_again_of_a_record_of_this_harness(folder: Path) -> None:
    """Those of the fixture are made by hand; of a record of another harness they are its word."""
    surroundings = json.loads((folder / "environment.json").read_text())
    surroundings["harness"] = {name: which_harness()[name] for name in ("version", "sha256", "of")}
    (folder / "environment.json").write_text(json.dumps(surroundings))
    sentence = "evidence is ['first/fails'], and what stands in it comes to ['second/breaks']"
    assert ("record.json", f"its answers, SECMP0038 REQ-004, {sentence}") in found(folder)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"verdict": "not_applicable"', '"verdict": "pass"', "is pass, which does not follow from its checks"),
        ('"kind": "simulated"', '"kind": "real"', "is said to be real, and its adapter is simulated"),
    ],
)
def test_what_does_not_follow_from_the_record_itself_is_said(folder: Path, old: str, new: str, sentence: str) -> None:
    edit(folder / "record.json", old, new)
    assert any(name == "record.json" and sentence in said for name, said in found(folder)), found(folder)


def test_a_record_that_is_none_is_said(folder: Path) -> None:
    (folder / "record.json").write_text('{"scenarios": []}')
    assert [name for name, _ in found(folder)] == ["record.json"]
