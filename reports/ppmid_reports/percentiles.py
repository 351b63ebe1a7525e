"""What was measured over several runs: count, least, greatest and percentiles of each value of each scenario. Pure.

A percentile is by the nearest rank, so it is a value that was measured. Where there are too few values for it to be
another than the greatest, it is not given: the 95th of nineteen would say what nobody has seen.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any

import msgspec

from ppmid_reports.run import Measurement

PERCENTILES = (50, 95, 99)

Key = tuple[str, str, str]


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
    """``{"runs": n, "rows": [row…]}``, by scenario, measurement and unit; what was not measured has no row.

    A row: ``{"scenario", "measurement", "unit", "n", "runs", "least", "p50", "p95", "p99", "greatest"}``; ``n``: how
    many values, ``runs``: of how many runs. What was measured in a scenario that failed counts too.
    """
    values: dict[Key, list[float]] = defaultdict(list)
    measured_in: dict[Key, set[int]] = defaultdict(set)
    runs = 0
    for number, record in enumerate(records):
        runs += 1
        for scenario in record["scenarios"]:
            for one in scenario["measurements"]:
                key = scenario["id"], one["id"], one["unit"]
                values[key].append(one["value"])
                measured_in[key].add(number)
    return {"runs": runs, "rows": [_row(key, sorted(found), len(measured_in[key])) for key, found in values.items()]}


def _row(key: Key, found: Sequence[float], runs: int) -> dict[str, Any]:
    scenario, measurement, unit = key
    percentiles = {f"p{percent}": nearest_rank(found, percent) for percent in PERCENTILES}
    about = {"scenario": scenario, "measurement": measurement, "unit": unit, "n": len(found), "runs": runs}
    return {**about, "least": found[0], **percentiles, "greatest": found[-1]}
