"""Percentiles over runs: by the nearest rank, and none that the count does not bear."""

from typing import Any

import pytest

from ppmid_reports.percentiles import nearest_rank, timings


@pytest.mark.parametrize(
    ("count", "percent", "expected"),
    [
        (1, 50, None),
        (2, 50, 1),
        (5, 50, 3),
        (19, 95, None),
        (20, 95, 19),
        (40, 95, 38),
        (41, 95, 39),
        (99, 99, None),
        (100, 99, 99),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(count: int, percent: int, expected: float | None) -> None:
    assert nearest_rank(list(range(1, count + 1)), percent) == expected


def run(*values: float, scenario: str = "f/one") -> dict[str, Any]:
    measured = [{"id": "user-time", "unit": "s", "value": value} for value in values]
    return {"scenarios": [{"id": scenario, "measurements": measured}]}


def test_each_value_of_each_scenario_has_its_row_with_its_count() -> None:
    found = timings([run(3.0, 1.0), run(2.0), run(), run(9.0, scenario="f/two")])
    assert found["runs"] == 4
    one, two = found["rows"]
    about = {"measurement": "user-time", "unit": "s", "p95": None, "p99": None}
    assert one == about | {"scenario": "f/one", "n": 3, "runs": 2, "least": 1.0, "p50": 2.0, "greatest": 3.0}
    assert two == about | {"scenario": "f/two", "n": 1, "runs": 1, "least": 9.0, "p50": None, "greatest": 9.0}


def test_the_examples_of_an_outline_are_told_together_too() -> None:
    runs = [run(1.0, scenario="f/wait/1"), run(3.0, scenario="f/wait/4"), run(5.0, scenario="f/wait/4")]
    found = timings([*runs, run(9.0, scenario="f/alone/1")])
    assert [row["scenario"] for row in found["rows"]] == ["f/wait/1", "f/wait/4", "f/alone/1"]
    (outline,) = found["outlines"]
    expected = ("f/wait/*", 3, 3, 1.0, 3.0, 5.0)
    assert tuple(outline[name] for name in ("scenario", "n", "runs", "least", "p50", "greatest")) == expected
