"""What changed between two runs is told, what became worse before all else."""

from typing import Any

from ppmid_reports.compare import compare, requirements_first


def check(id: str, verdict: str, *requirements: str) -> dict[str, Any]:
    lists = {name: [] for name in ("threats", "purposes", "assumed")}
    return {"id": id, "verdict": verdict, "requirements": list(requirements), **lists}


def scenario(id: str, verdict: str, *checks: dict[str, Any], **measured: float) -> dict[str, Any]:
    return {
        "id": id,
        "name": id,
        "tags": ["SECMP0038", "REQ-015", "REQ-004"],
        "home": {"wan": "intermittent", "hub": "today's"},
        "verdict": verdict,
        "because": f"it is {verdict}",
        "checks": list(checks),
        "measurements": [{"id": name, "value": value, "unit": "s", "of": ""} for name, value in measured.items()],
    }


def record(*scenarios: dict[str, Any], **answers: str) -> dict[str, Any]:
    listed = [
        {"modification": "SECMP0038", "requirement": name.replace("_", "-"), "answer": word, "because": f"it is {word}"}
        for name, word in answers.items()
    ]
    return {"run": {"seed": 1}, "parties": [], "assumptions": [], "scenarios": list(scenarios), "answers": listed}


GOOD = record(
    scenario("f/a", "pass", check("one-outcome", "pass", "REQ-015")), scenario("f/b", "pass"), REQ_015="shown"
)


def test_a_run_compared_with_itself_is_the_same() -> None:
    result = compare(GOOD, GOOD)
    assert (result["same"], result["worse"], result["run"]) == (True, False, [])


def test_new_failures_come_first_with_the_requirement_that_they_count_against() -> None:
    bad = record(
        scenario("f/a", "fail", check("one-outcome", "fail", "REQ-015"), check("supply-is", "not_reached")),
        scenario("f/b", "inconclusive", check("credited-once", "inconclusive", "REQ-004")),
        REQ_015="refuted",
    )
    result = compare(GOOD, bad)
    assert [(row["scenario"], row["was"], row["is"]) for row in result["verdicts"]] == [
        ("f/a", "pass", "fail"),
        ("f/b", "pass", "inconclusive"),
    ]
    assert result["verdicts"][0]["checks"] == ["one-outcome"]
    assert requirements_first(result["verdicts"]) == ["REQ-015", "REQ-004"]
    assert [(row["requirement"], row["was"], row["is"], row["worse"]) for row in result["answers"]] == [
        ("REQ-015", "shown", "refuted", True)
    ]
    assert (result["same"], result["worse"]) == (False, True)


def test_a_scenario_that_fails_for_another_reason_fails_anew() -> None:
    def failed(id: str, requirement: str, code: str = "lost") -> dict[str, Any]:
        return record(scenario("f/a", "fail", check(id, "fail", requirement) | {"reason_code": code}))

    before = failed("one-outcome", "REQ-015")
    result = compare(before, failed("credited-once", "REQ-004"))
    [row] = result["verdicts"]
    assert (row["was"], row["is"], row["worse"], row["by"]) == ("fail", "fail", True, 1)
    assert (row["was_checks"], row["checks"]) == (["one-outcome"], ["credited-once"])
    assert requirements_first(result["verdicts"]) == ["REQ-004"]
    assert (result["same"], result["worse"]) == (False, True)
    assert compare(before, failed("one-outcome", "REQ-015", "doubled"))["worse"]
    assert compare(before, before)["same"]


def test_what_does_not_tell_for_another_reason_is_told_and_is_no_worsening() -> None:
    before, after = (record(scenario("f/a", "inconclusive", check(id, "inconclusive"))) for id in ("one", "two"))
    result = compare(before, after)
    assert [(row["was"], row["is"], row["worse"]) for row in result["verdicts"]] == [
        ("inconclusive", "inconclusive", False)
    ]
    assert (result["same"], result["worse"]) == (False, False)


def test_what_became_better_is_no_worsening() -> None:
    before = record(scenario("f/a", "fail", check("one-outcome", "fail", "REQ-015")), REQ_015="refuted")
    after = record(scenario("f/a", "pass", check("one-outcome", "pass", "REQ-015")), REQ_015="shown")
    result = compare(before, after)
    assert (result["same"], result["worse"]) == (False, False)
    assert requirements_first(result["verdicts"]) == []


def test_a_scenario_that_is_gone_is_told_and_so_is_what_it_covered() -> None:
    result = compare(GOOD, record(scenario("f/b", "pass"), REQ_015="shown"))
    assert [(row["scenario"], row["is"], row["worse"]) for row in result["verdicts"]] == [("f/a", "absent", True)]
    assert [(row["id"], row["is"], row["worse"]) for row in result["coverage"]] == [("REQ-015", "uncovered", True)]


def test_a_value_is_told_when_it_moves_by_more_than_a_twentieth() -> None:
    before = record(scenario("f/a", "pass", time=100.0, calm=100.0, zero=0.0))
    after = record(scenario("f/a", "pass", time=106.0, calm=104.9, zero=0.0))
    result = compare(before, after)
    assert [(row["measurement"], row["was"], row["is"]) for row in result["measurements"]] == [("time", 100.0, 106.0)]
    assert (result["same"], result["worse"]) == (False, False)


def test_runs_of_other_parties_are_said_to_be_such() -> None:
    assert compare(GOOD, GOOD | {"parties": [{"role": "hub"}]})["run"] == ["parties"]


def test_it_is_said_in_what_the_runs_differ() -> None:
    before = GOOD | {
        "run": {"seed": 1, "device": "P1"},
        "parties": [{"role": "ppmid", "adapter": "simulated"}],
        "declared": [{"item": "firmware", "declared": "2"}, {"item": "gas", "declared": True}],
    }
    after = GOOD | {
        "run": {"seed": 1, "device": "P2"},
        "parties": [{"role": "ppmid", "adapter": "acme"}, {"role": "hht", "adapter": "simulated"}],
        "declared": [{"item": "firmware", "declared": "3"}, {"item": "gas", "declared": True}],
    }
    assert [(one["name"], one["was"], one["is"]) for one in compare(before, after)["between"]] == [
        ("device", "P1", "P2"),
        ("ppmid", "simulated", "acme"),
        ("declared firmware", "2", "3"),
        ("hht", "absent", "simulated"),
    ]
