"""What runs have judged of the requirements, threats and test purposes: from their records alone, never from tags.

A requirement is covered when a check or measurement that its rule names came out one way or the other in a scenario
that counts for it; a recorded answer covers itself,
and so does what the harness itself does. A threat or purpose is covered when a check that counts for it did.
What was inconclusive, in error or not reached covers nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ppmid_bench import answers
from ppmid_bench.requirements import PURPOSES, REQUIREMENTS, THREATS
from ppmid_bench.verdict import Verdict

_SETTLED = (Verdict.PASS, Verdict.FAIL)


Row = dict[str, Any]
"""``{"id", "text", "covered", "by": {check, threat or measurement: [id of a scenario…]}, "failed", "lacks"}``.

Those of requirements have their ``kind`` and ``modifications`` too. ``failed``: the scenarios in which a check that
counts for it failed. ``lacks``: what the rules say is not tried.
"""


def coverage(records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """``{"requirements": [row…], "threats": […], "purposes": […], "covered": n, "of": n, "uncovered": [id…]}``. Pure.

    The rows are those of ``matrix``, with the number of scenarios in the place of their ids.
    """
    found = matrix([one for record in records for one in record["scenarios"]])
    rows = {name: [_told(row) for row in listed] for name, listed in found.items()}
    every = [row for listed in rows.values() for row in listed]
    uncovered = [row["id"] for row in every if not row["covered"]]
    return {**rows, "covered": len(every) - len(uncovered), "of": len(every), "uncovered": uncovered}


def matrix(scenarios: Sequence[Mapping[str, Any]]) -> dict[str, list[Row]]:
    """``{"requirements": […], "threats": […], "purposes": […]}``: every one there is, covered or not. Pure."""
    settled = {name: _settled(scenarios, name) for name in ("threats", "purposes")}
    failed = _failed(scenarios)
    return {
        "requirements": [_requirement(id, scenarios, failed) for id in REQUIREMENTS],
        "threats": [_row(id, one.text, settled["threats"].get(id, {}), failed) for id, one in THREATS.items()],
        "purposes": [_row(id, one.text, settled["purposes"].get(id, {}), failed) for id, one in PURPOSES.items()],
    }


def _told(row: Row) -> Row:
    kept = {name: value for name, value in row.items() if name != "failed"}
    return kept | {"by": {about: len(ids) for about, ids in row["by"].items()}}


def _requirement(id: str, scenarios: Sequence[Mapping[str, Any]], failed: Mapping[str, list[str]]) -> Row:
    rules = [rule for (_, requirement), rule in answers.RULES.items() if requirement == id]
    by: dict[str, list[str]] = {}
    for rule in rules:
        if rule.recorded:
            by["recorded"] = []
        if rule.itself:
            by["the harness itself"] = []
        for about, ids in answers.settled_by(rule, scenarios).items():
            by[about] = by.get(about, []) + list(dict.fromkeys(ids))
    one = REQUIREMENTS[id]
    return {
        **_row(id, one.text, by, failed, [rule.lacks for rule in rules if rule.lacks]),
        "kind": one.kind,
        "modifications": [rule.modification for rule in rules],
    }


def _row(
    id: str,
    text: str,
    by: Mapping[str, list[str]],
    failed: Mapping[str, list[str]],
    lacks: Iterable[str] = (),
) -> Row:
    found = {"id": id, "text": text, "covered": bool(by), "by": dict(by), "failed": failed.get(id, [])}
    return found | {"lacks": list(dict.fromkeys(lacks))}


def _settled(scenarios: Iterable[Mapping[str, Any]], name: str) -> dict[str, dict[str, list[str]]]:
    """The checks that settled each threat or purpose, with the scenarios in which they did."""
    found: dict[str, dict[str, dict[str, None]]] = {}
    for scenario in scenarios:
        for check in scenario["checks"]:
            for id in check[name] if check["verdict"] in _SETTLED else ():
                found.setdefault(id, {}).setdefault(check["id"], {})[scenario["id"]] = None
    return {id: {check: list(ids) for check, ids in by.items()} for id, by in found.items()}


def _failed(scenarios: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The scenarios in which a check failed that counts for it, by requirement, threat and purpose."""
    found: dict[str, dict[str, None]] = {}
    for scenario in scenarios:
        for check in scenario["checks"]:
            if check["verdict"] == Verdict.FAIL:
                for id in (*check["requirements"], *check["threats"], *check["purposes"]):
                    found.setdefault(id, {})[scenario["id"]] = None
    return {id: list(ids) for id, ids in found.items()}
