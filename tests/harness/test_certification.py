"""A certification run: nothing of its plan is left out, doubled or mended, and whoever verifies its bundle can tell."""

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.answers import answers
from ppmid_bench.declared import against
from ppmid_harness.cli import execute
from ppmid_reports import write_junit, write_report
from ppmid_reports.bundle.writing import write_bundle

HOME = "    Given a prepayment home with an electricity meter\n"
SCENARIO = f"  Scenario: %s\n{HOME}    Then the balance of the electricity meter has not moved\n"
FEATURE = "@SECMP0038 @REQ-004\nFeature: F\n" + "".join(
    SCENARIO % name for name in ("One", "Two", "Three", "Four", "Five")
)
FEATURE = FEATURE.replace("  Scenario: Five", "  @watch\n  Scenario: Five")
IDS = ("f/one", "f/two", "f/three", "f/four", "f/five")

Capture = pytest.CaptureFixture[str]


@pytest.fixture(name="feature")
def make_feature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "f.feature"
    path.write_text(FEATURE)
    return path


@pytest.fixture(name="run")
def certification_run(feature: Path) -> Path:
    assert execute(["run", str(feature), "--mode", "certification", "--out", "run"]) == 0
    return feature.parent / "run"


def record_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "record.json").read_text())  # type: ignore[no-any-return]


def test_what_is_claimed_stands_in_output_record_report_and_xml(feature: Path, capsys: Capture) -> None:
    assert execute(["run", str(feature), "--mode", "certification", "--out", "run"]) == 0
    told, run = capsys.readouterr().out, feature.parent / "run"
    claim = record_of(run)["certificate"]
    assert claim["claimed"] is False
    assert claim["reasons"] == [
        "it is not the suite of this harness: other features, checks or limits",
        "no conformance statement (ICS) of its maker was given",
        "no device was tested: the ppmid is simulated",
        "the verdict of the ppmid is none",
    ]
    assert claim["watched"] == ["f/five"]
    page, xml = (run / "report.html").read_text(), (run / "junit.xml").read_text()
    for version in (claim["suite"], claim["harness"]["sha256"]):
        assert re.fullmatch("[0-9a-f]{64}", version)
        assert version in told
        assert version in page
    for reason in claim["reasons"]:
        assert f"  {reason}\n" in told
        assert f"<li>{reason}</li>" in page
    assert "certificate: not claimed\n" in told
    assert re.search("Watched, and so not counted: <a href=[^>]*>Five</a>", page)
    assert '<property name="certificate" value="not claimed" />' in xml


def test_a_reason_that_names_very_many_scenarios_is_cut_where_it_is_printed(feature: Path, capsys: Capture) -> None:
    many = "".join("  @wall\n" + SCENARIO % f"Number {number}" for number in range(99))
    feature.write_text(f"{FEATURE}\n{many}")
    assert execute(["run", str(feature), "--mode", "certification", "--out", "run"]) == 0
    (reason,) = (one for one in record_of(feature.parent / "run")["certificate"]["reasons"] if "not run on" in one)
    assert reason.endswith("f/number-98")
    told = capsys.readouterr().out
    assert f"  {reason[:298]} … (cut: {len(reason) + 2} characters, all of them in record.json)\n" in told


@pytest.mark.parametrize("runner", ["pytest", "behave", "robot"])
def test_what_a_runner_leaves_out_by_its_own_means_is_an_error(
    runner: str, feature: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Nothing but the code can, as a runner that is not ours would."""
    leave_out: dict[str, Callable[[], None]] = {
        "pytest": lambda: monkeypatch.setattr("_pytest.main.pytest_collection_modifyitems", _not_the_second),
        "behave": lambda: monkeypatch.setattr("behave.model.Scenario.should_run", lambda one, *_: one.name != "Two"),
        "robot": lambda: monkeypatch.setattr("robot.running.TestSuite.configure", _without_two),
    }
    leave_out[runner]()
    code = execute(["run", str(feature), "--mode", "certification", "--runner", runner, "--out", "run"])
    found = record_of(feature.parent / "run")
    assert (code, found["summary"]["error"], found["summary"]["pass"]) == (3, 1, 4)
    assert [one["id"] for one in found["plan"]] == list(IDS)
    assert found["scenarios"][1]["because"] == f"{runner} never ran it"
    assert "1 scenario in error: f/two" in found["certificate"]["reasons"]
    assert "certificate: not claimed" in capsys.readouterr().out


def _not_the_second(items: list[pytest.Item]) -> None:
    items[:] = [one for one in items if one.name != "test_two"]


def _without_two(suite: Any, **_options: Any) -> None:
    for one in (suite, *suite.suites):
        one.tests = [test for test in one.tests if test.name != "Two"]


def forged(run: Path, *left_out: str, twice: str = "", plan_too: bool = False) -> Path:
    """The bundle of a run from whose record scenarios were taken, and in which one stands twice; all else agrees."""
    record = record_of(run)
    kept = [one for one in record["scenarios"] if one["id"] not in left_out]
    record["scenarios"] = kept + [one for one in kept if one["id"] == twice]
    if plan_too:
        record["plan"] = [one for one in record["plan"] if one["id"] not in left_out]
        record["certificate"]["watched"] = [id for id in record["certificate"]["watched"] if id not in left_out]
        record["answers"] = answers(record["scenarios"], record["parties"])
        declared = {one["item"]: one["declared"] for one in record["declared"]}
        record["declared"] = against(declared, record["scenarios"], 0)
    number = len(record["scenarios"])
    record["summary"] |= {"planned": number, "pass": number}
    (run / "record.json").write_text(json.dumps(record))
    write_junit(run)
    write_report(run)
    return write_bundle(run)


def problems(bundle: Path, capsys: Capture) -> list[str]:
    capsys.readouterr()
    code = execute(["verify", str(bundle), "--json"])
    found = [f"{one['member']}: {one['found']}" for one in json.loads(capsys.readouterr().out)["problems"]]
    assert code == (1 if found else 0)
    return found


def test_a_whole_bundle_holds(run: Path, capsys: Capture) -> None:
    assert problems(run / "bundle.zip", capsys) == []


def test_three_scenarios_that_are_missing_and_one_that_is_doubled_are_named(run: Path, capsys: Capture) -> None:
    found = problems(forged(run, *IDS[2:], twice="f/one"), capsys)
    expected = [f"record.json: the scenario {id} was planned, and is not there" for id in IDS[2:]]
    assert found[:4] == [*expected, "record.json: the scenario f/one stands in it 2 times"]


def test_scenarios_that_were_taken_from_the_plan_too_are_named_by_the_inputs(run: Path, capsys: Capture) -> None:
    found = problems(forged(run, *IDS[2:], plan_too=True), capsys)
    assert found == [f"record.json: the suite has the scenario {id}, and the plan has not" for id in IDS[2:]]


def test_a_suite_that_was_cut_in_the_inputs_too_has_another_hash(run: Path, capsys: Capture) -> None:
    (run / "inputs" / "features" / "f.feature").write_text(FEATURE[: FEATURE.index("  Scenario: Three")])
    (found,) = problems(forged(run, *IDS[2:], plan_too=True), capsys)
    assert re.fullmatch("record.json: its suite is [0-9a-f]{16}, and its inputs make another", found)


def test_a_certificate_that_was_claimed_by_hand_is_refused(run: Path, capsys: Capture) -> None:
    record = record_of(run)
    record["certificate"] |= {"claimed": True, "reasons": []}
    (run / "record.json").write_text(json.dumps(record))
    write_report(run)
    found = problems(write_bundle(run), capsys)
    assert any(one.startswith("record.json: its certificate, claimed is True") for one in found)
    record["certificate"] = None
    (run / "record.json").write_text(json.dumps(record))
    assert problems(write_bundle(run), capsys)[0].startswith("record.json: it cannot be read")


def test_a_regular_run_claims_nothing_and_may_be_narrowed(feature: Path, capsys: Capture) -> None:
    assert execute(["run", str(feature), "--only", "f/one", "--out", "run"]) == 0
    assert "certificate" not in capsys.readouterr().out
    found = record_of(feature.parent / "run")
    assert (found["certificate"], found["plan"]) == (None, [{"id": "f/one", "status": "run", "because": ""}])
    assert problems(feature.parent / "run" / "bundle.zip", capsys) == []
    with zipfile.ZipFile(feature.parent / "run" / "bundle.zip") as bundle:
        assert b'name="ppmid-certificate" content="none"' in bundle.read("report.html")


TOLERANCE = """[[tolerance]]
id = "T-1"
requirement = "REQ-029"
check = "balance-unmoved"
owner = "A. Name"
reason = "firmware 1"
expires = %s
rectification = "firmware 2"
"""
FAILING = f"""@SECMP0038 @REQ-029
Feature: F
  Scenario: One
{HOME}    And a hub that can relay
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has not moved
"""


@pytest.mark.parametrize("faulty", [True, False])
def test_a_tolerance_moves_no_verdict_and_fails_a_regular_run_only_when_it_is_stale(
    faulty: bool, feature: Path, capsys: Capture
) -> None:
    feature.write_text(FAILING if faulty else FEATURE.replace("REQ-004", "REQ-029"))
    Path("bench.toml").write_text('[bench]\niut = "esme"\n')
    Path("tolerances.toml").write_text(TOLERANCE % "9999-12-31")
    given = ["--bench", "bench.toml", "--tolerances", "tolerances.toml"]
    assert execute(["run", str(feature), *given, "--out", "run"]) == (0 if faulty else 1)
    folder = feature.parent / "run"
    (row,) = record_of(folder)["tolerances"]
    xml = (folder / "junit.xml").read_text()
    page = next((folder / "report").glob("*one*.html"), folder / "report.html").read_text()
    told = "tolerated by T-1 until 9999-12-31 (A. Name): firmware 1"
    assert (told in xml, told in page) == (faulty, faulty)
    if faulty:
        assert (row["state"], row["tolerated"]) == ("applied", ["f/one"])
        assert record_of(folder)["summary"]["fail"] == 1
        said = capsys.readouterr().out
        assert "1 fail\n" in said
        assert "tolerance T-1 applied, until 9999-12-31: f/one" in said
        assert "failed and tolerated, so not counted in the exit code: f/one" in said
        assert 'failures="1"' in xml
    else:
        assert (row["state"], record_of(folder)["summary"]["pass"]) == ("stale", 5)
        assert "it is stale: balance-unmoved has not failed for REQ-029" in xml
        said = "T-1 stale, until 9999-12-31: balance-unmoved was judged for REQ-029 and has not failed: take it out"
        assert said in capsys.readouterr().out
    assert problems(folder / "bundle.zip", capsys) == []
    assert execute(["replay", "run/bundle.zip"]) == 0


def test_in_certification_a_tolerated_fail_counts(feature: Path, capsys: Capture) -> None:
    feature.write_text(FAILING)
    Path("bench.toml").write_text('[bench]\niut = "esme"\n')
    Path("tolerances.toml").write_text(TOLERANCE % "9999-12-31")
    given = ["--bench", "bench.toml", "--tolerances", "tolerances.toml", "--mode", "certification"]
    assert execute(["run", str(feature), *given, "--out", "run"]) == 1
    said = capsys.readouterr().out
    assert "tolerance T-1 applied, until 9999-12-31: f/one" in said
    assert "so not counted" not in said
    assert "certificate: not claimed" in said


def test_a_fail_that_nobody_answers_for_fails_the_run_beside_one_that_is_tolerated(feature: Path) -> None:
    one = FAILING.split("Feature: F\n")[1]
    two = one.replace("One", "Two").replace("has not moved", "has risen by £20.00, once")
    feature.write_text(f"@SECMP0038\nFeature: F\n  @REQ-029\n{one}\n  @REQ-004\n{two}")
    Path("bench.toml").write_text('[bench]\niut = "esme"\n')
    Path("tolerances.toml").write_text(TOLERANCE % "9999-12-31")
    given = ["--bench", "bench.toml", "--tolerances", "tolerances.toml"]
    assert execute(["run", str(feature), *given, "--out", "run"]) == 1
    assert record_of(feature.parent / "run")["summary"]["fail"] == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (TOLERANCE % "2020-01-01", "T-1 expires: expected a day from"),
        ((TOLERANCE % "9999-12-31").replace("REQ-029", "REQ-999"), "T-1 requirement: expected the id of a requirement"),
        ((TOLERANCE % "9999-12-31").replace("balance-unmoved", "x"), "T-1 check: expected the id of a check"),
    ],
)
def test_a_tolerance_that_nobody_can_answer_for_is_bad_input(
    text: str, line: str, feature: Path, capsys: Capture
) -> None:
    Path("tolerances.toml").write_text(text)
    assert execute(["run", str(feature), "--tolerances", "tolerances.toml"]) == 2
    error = capsys.readouterr().err
    assert line in error
    assert error.count("\n") == 1
    assert not Path("ppmid-runs").exists()
