"""Coverage comes from what was judged, never from what was cited."""

from typing import Any

from ppmid_bench.requirements import PURPOSES, REQUIREMENTS, THREATS
from ppmid_reports.coverage import coverage


def scenario(verdict: str, *, tags: tuple[str, ...] = ("SECMP0038", "REQ-015"), **counts: list[str]) -> dict[str, Any]:
    check = {
        "id": "one-outcome",
        "verdict": verdict,
        "requirements": ["REQ-015"],
        "threats": [],
        "purposes": [],
        "assumed": [],
    }
    return {
        "id": "f/one",
        "name": "One",
        "tags": list(tags),
        "home": {"wan": "intermittent", "hub": "today's"},
        "verdict": verdict,
        "checks": [check | counts],
        "measurements": [],
    }


def row(found: dict[str, Any], kind: str, id: str) -> dict[str, Any]:
    return next(one for one in found[kind] if one["id"] == id)


def test_a_requirement_is_covered_by_a_check_of_its_rule_that_passed_or_failed() -> None:
    for verdict in ("pass", "fail"):
        found = coverage([{"scenarios": [scenario(verdict)]}])
        assert row(found, "requirements", "REQ-015")["by"] == {"one-outcome": 1}
        assert "REQ-015" not in found["uncovered"]


def test_what_was_not_decided_covers_nothing() -> None:
    for verdict in ("inconclusive", "error", "not_reached"):
        found = coverage([{"scenarios": [scenario(verdict, threats=["I4e"], purposes=["PP-002"])]}])
        assert {"REQ-015", "I4e", "PP-002"} <= set(found["uncovered"])


def test_a_tag_covers_nothing() -> None:
    cited_only = scenario("pass", requirements=[])
    assert "REQ-015" in coverage([{"scenarios": [cited_only]}])["uncovered"]
    other_modification = scenario("pass", tags=("SEC0009", "REQ-015"))
    assert "REQ-015" in coverage([{"scenarios": [other_modification]}])["uncovered"]


def test_threats_and_purposes_are_covered_by_the_checks_that_count_for_them() -> None:
    found = coverage([{"scenarios": [scenario("pass", threats=["I4e"], purposes=["PP-002"])]}])
    assert row(found, "threats", "I4e")["by"] == {"one-outcome": 1}
    assert row(found, "purposes", "PP-002") == {
        "id": "PP-002",
        "text": PURPOSES["PP-002"].text,
        "covered": True,
        "by": {"one-outcome": 1},
        "lacks": [],
    }


def test_a_recorded_answer_covers_its_requirement() -> None:
    found = coverage([{"scenarios": []}])
    assert row(found, "requirements", "REQ-037")["by"] == {"recorded": 0}


def test_the_counts_add_up_and_every_row_is_there() -> None:
    found = coverage([{"scenarios": [scenario("pass")]}, {"scenarios": [scenario("fail")]}])
    assert found["of"] == len(REQUIREMENTS) + len(THREATS) + len(PURPOSES)
    assert found["covered"] + len(found["uncovered"]) == found["of"]
    assert row(found, "requirements", "REQ-016")["lacks"] != []
