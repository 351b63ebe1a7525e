"""What was measured over several runs: count, least, greatest and percentiles of each value of each scenario. Pure.

A percentile is by the nearest rank, so it is a value that was measured. Where there are too few values for it to be
another than the greatest, it is not given: the 95th of nineteen would say what nobody has seen.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any

import msgspec

from ppmid_reports.record import Measurement

PERCENTILES = (50, 95, 99)

Key = tuple[str, str, str]
ALL = "/*"
"""The end of an outline's name, in the place of an example's."""


class _Scenario(msgspec.Struct):
    measurements: list[Measurement]


class Measured(msgspec.Struct):
    """What makes a record one of which the measurements can be read."""

    scenarios: list[_Scenario]


def nearest_rank(values: Sequence[float], percent: int) -> float | None:
    """The least of the sorted ``values`` that so many percent of them do not exceed; None where there are too few."""
    if len(values) * (100 - percent) < 100:
        return None
    return values[ceil(len(values) * percent / 100) - 1]


def timings(records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """``{"runs": n, "rows": [row…], "outlines": [row…]}``, by scenario, measurement and unit, and by outline.

    What was not measured has no row. An outline's row has what was measured in all of its examples, where there are two
    or more.

    A row: ``{"scenario", "measurement", "unit", "n", "runs", "least", "p50", "p95", "p99", "greatest"}``; ``n``: how
    many values, ``runs``: of how many runs. What was measured in a scenario that failed counts too.
    """
    values: dict[Key, list[float]] = defaultdict(list)
    measured_in: dict[Key, set[int]] = defaultdict(set)
    examples: dict[Key, set[str]] = defaultdict(set)
    runs = 0
    for number, record in enumerate(records):
        runs += 1
        for scenario in record["scenarios"]:
            for one in scenario["measurements"]:
                for name in _names(scenario["id"]):
                    key = name, one["id"], one["unit"]
                    values[key].append(one["value"])
                    measured_in[key].add(number)
                    examples[key].add(scenario["id"])
    rows = {key: _row(key, sorted(found), len(measured_in[key])) for key, found in values.items()}
    outlines = [row for key, row in rows.items() if key[0].endswith(ALL) and len(examples[key]) > 1]
    return {"runs": runs, "rows": [row for key, row in rows.items() if not key[0].endswith(ALL)], "outlines": outlines}


def _names(scenario: str) -> tuple[str, ...]:
    """A scenario's id and, of an outline's example, that of all of them."""
    outline, _, example = scenario.rpartition("/")
    return (scenario, f"{outline}{ALL}") if "/" in outline and example else (scenario,)


def _row(key: Key, found: Sequence[float], runs: int) -> dict[str, Any]:
    scenario, measurement, unit = key
    percentiles = {f"p{percent}": nearest_rank(found, percent) for percent in PERCENTILES}
    about = {"scenario": scenario, "measurement": measurement, "unit": unit, "n": len(found), "runs": runs}
    return {**about, "least": found[0], **percentiles, "greatest": found[-1]}
