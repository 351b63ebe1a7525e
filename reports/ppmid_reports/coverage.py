"""What runs have judged of the requirements, threats and test purposes: from their records alone, never from tags.

A requirement is covered when a check or measurement that its rule names came out one way or the other in a scenario
that counts for it; a recorded answer covers itself. A threat or purpose is covered when a check that counts for it did.
What was inconclusive, in error or not reached covers nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ppmid_bench import answers
from ppmid_bench.requirements import PURPOSES, REQUIREMENTS, THREATS
from ppmid_bench.verdict import Verdict

_SETTLED = (Verdict.PASS, Verdict.FAIL)


def coverage(records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """``{"requirements": [row…], "threats": […], "purposes": […], "covered": n, "of": n, "uncovered": [id…]}``. Pure.

    A row: ``{"id", "text", "covered", "by": {check, threat or measurement: number of scenarios}, "lacks"}``; those of
    requirements have their ``kind`` and ``modifications`` too. ``lacks``: what the rules say is not tried.
    """
    scenarios = [one for record in records for one in record["scenarios"]]
    counted = {name: _counted(scenarios, name) for name in ("threats", "purposes")}
    rows = {
        "requirements": [_requirement(id, scenarios) for id in REQUIREMENTS],
        "threats": [_row(id, one.text, counted["threats"].get(id, {})) for id, one in THREATS.items()],
        "purposes": [_row(id, one.text, counted["purposes"].get(id, {})) for id, one in PURPOSES.items()],
    }
    every = [row for listed in rows.values() for row in listed]
    uncovered = [row["id"] for row in every if not row["covered"]]
    return {**rows, "covered": len(every) - len(uncovered), "of": len(every), "uncovered": uncovered}


def _requirement(id: str, scenarios: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    rules = [rule for (_, requirement), rule in answers.RULES.items() if requirement == id]
    by: dict[str, int] = {}
    for rule in rules:
        if rule.recorded:
            by["recorded"] = 0
        for about, ids in answers.settled_by(rule, scenarios).items():
            by[about] = by.get(about, 0) + len(set(ids))
    one = REQUIREMENTS[id]
    return {
        **_row(id, one.text, by, [rule.lacks for rule in rules if rule.lacks]),
        "kind": one.kind,
        "modifications": [rule.modification for rule in rules],
    }


def _row(id: str, text: str, by: Mapping[str, int], lacks: Iterable[str] = ()) -> dict[str, Any]:
    return {"id": id, "text": text, "covered": bool(by), "by": dict(by), "lacks": list(dict.fromkeys(lacks))}


def _counted(scenarios: Iterable[Mapping[str, Any]], name: str) -> dict[str, dict[str, int]]:
    """The checks that settled each threat or purpose, with the number of scenarios in which they did."""
    found: dict[str, dict[str, set[str]]] = {}
    for scenario in scenarios:
        for check in scenario["checks"]:
            for id in check[name] if check["verdict"] in _SETTLED else ():
                found.setdefault(id, {}).setdefault(check["id"], set()).add(scenario["id"])
    return {id: {check: len(ids) for check, ids in by.items()} for id, by in found.items()}
