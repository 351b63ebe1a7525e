"""Results for Allure: in the shape of Allure's own model, never green for what did not pass, with ids that stay."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ppmid_reports.allure import write_allure

model = pytest.importorskip("allure_commons.model2", reason="allure-python-commons is not installed")
Make = Callable[..., Path]
HOSTILE = "<script>alert(1)</script>\x00\ud800\u202e [x](http://x)\n"
PARTS = {
    "statusDetails": model.StatusDetails,
    "labels": model.Label,
    "steps": model.TestStepResult,
    "attachments": model.Attachment,
    "parameters": model.Parameter,
    "links": model.Link,
}


def modelled(kind: Any, content: dict[str, Any]) -> Any:
    """``content`` as Allure's own class. Raises TypeError for a field that it has not."""
    made = {
        name: [modelled(PARTS[name], one) for one in value]
        if isinstance(value, list)
        else modelled(PARTS[name], value)
        if name in PARTS
        else value
        for name, value in content.items()
    }
    return kind(**made)


def results(folder: Path, out: Path) -> dict[str, Any]:
    """The results of a run by the names of their tests, each as Allure's model has it."""
    out.mkdir()
    number = write_allure(folder, out)
    found = [json.loads(path.read_text()) for path in out.glob("*-result.json")]
    assert len(found) == number
    assert all((out / f"{one['uuid']}-result.json").exists() for one in found)
    return {one["name"]: modelled(model.TestResult, one) for one in found}


def test_every_scenario_is_a_result_in_allures_model_with_its_verdict(make_run: Make, tmp_path: Path) -> None:
    found = results(make_run(), tmp_path / "out")
    assert {name: one.status for name, one in found.items()} == {
        "Passes": model.Status.PASSED,
        "Fails": model.Status.FAILED,
        "Does not tell": model.Status.UNKNOWN,
        "Breaks": model.Status.BROKEN,
        "Not for us": model.Status.SKIPPED,
        "Too long": model.Status.SKIPPED,
    }
    assert found["Fails"].statusDetails.message == "fail: forwarded-unaltered: other octets came out"
    assert [(one.name, one.status) for one in found["Fails"].steps] == [
        ("forwarded-unaltered (ppmid)", "failed"),
        ("response-in-time (route)", "skipped"),
    ]
    assert found["Passes"].description == (
        "All parties are simulated: this shows how the harness's models behave, it certifies no device."
    )
    labels = {(one.name, one.value) for one in found["Passes"].labels}
    assert {("epic", "SECMP0038"), ("story", "REQ-004"), ("suite", "first"), ("tag", "REQ-004")} <= labels


def test_a_field_that_allure_has_not_would_be_found() -> None:
    with pytest.raises(TypeError):
        modelled(model.TestResult, {"verdict": "pass"})


def test_evidence_is_attached_and_captures_are_not(make_run: Make, tmp_path: Path) -> None:
    folder = make_run()
    (folder / "captures").mkdir()
    (folder / "captures" / "first__passes.pcapng").write_bytes(b"secret")
    found = results(folder, tmp_path / "out")
    (attached,) = found["Passes"].attachments
    evidence = folder / "evidence" / "first__passes.jsonl"
    assert (tmp_path / "out" / attached.source).read_bytes() == evidence.read_bytes()
    assert not [path for path in (tmp_path / "out").iterdir() if path.read_bytes() == b"secret"]


def test_ids_stay_from_run_to_run_and_no_two_results_are_one_file(make_run: Make, tmp_path: Path) -> None:
    first = results(make_run(), tmp_path / "one")
    second = results(make_run(environment={"started": "2027-01-01T00:00:00+00:00"}), tmp_path / "two")
    assert {name: one.historyId for name, one in first.items()} == {name: one.historyId for name, one in second.items()}
    assert len({one.historyId for one in first.values()}) == len(first)
    assert {one.uuid for one in first.values()}.isdisjoint(one.uuid for one in second.values())
    third = results(make_run(environment={"started": "2027-01-01T00:00:00+00:00"}), tmp_path / "three")
    assert {one.uuid for one in second.values()} == {one.uuid for one in third.values()}


def test_a_run_that_broke_is_never_green(make_run: Make, build: ModuleType, tmp_path: Path) -> None:
    scenarios = (build.scenario("a/passes", "pass", "1 check holds", build.CREDITED),)
    found = results(make_run(scenarios=scenarios, environment={"fault": "the bench fell"}), tmp_path / "out")
    assert (found["the run itself"].status, found["Passes"].status) == ("broken", "passed")
    assert found["the run itself"].statusDetails.message == "the bench fell"


def test_hostile_texts_stay_texts(make_run: Make, build: ModuleType, tmp_path: Path) -> None:
    failing = build.check("credited-once", "fail", reason=HOSTILE)
    scenarios = (build.scenario("a/hostile", "fail", HOSTILE, failing, name=HOSTILE, tags=[HOSTILE]),)
    folder = make_run(scenarios=scenarios, environment={"versions": {"ppmid-harness": HOSTILE}})
    (one,) = results(folder, tmp_path / "out").values()
    assert one.name.startswith("<script>alert(1)</script>\\x00\\ud800\\u202e [x]")
    assert "descriptionHtml" not in vars(one) or one.descriptionHtml is None
    for path in (tmp_path / "out").iterdir():
        if path.suffix != ".jsonl":
            assert path.read_text(encoding="ascii").isascii()
    properties = (tmp_path / "out" / "environment.properties").read_text().splitlines()
    assert [line.partition("=")[0] for line in properties] == ["bench", "run", "seed", "harness"]
