"""One document of all trials: what each configuration lets attackers reach, and how configurations differ. Pure."""

import csv
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import Any

from ppmid_bench import business_case
from ppmid_bench.limits import LIMITS
from ppmid_bench.requirements import THREATS
from ppmid_bench.risk import levels
from ppmid_bench.risk.exposure import (
    CALM,
    GENERIC,
    ROUTE,
    Cell,
    Outcome,
    cells,
    counts,
    differences,
    threats_realised,
    worse,
)
from ppmid_bench.risk.levels import Level
from ppmid_bench.risk.lists import LISTS
from ppmid_harness.risk.plan import IN_EVERY_CONFIGURATION, Configuration, Trials
from ppmid_harness.risk.reading import reading

SCHEMA = 1
BASE = "today"
"""The configuration that all others are held against (REQ-003)."""
_WIDEST = "relay every Command"
_CODES, _TERMINAL = "UTRN only", "Hand-Held Terminal"
_SERVED = ("esme", "gsme", "display")
"""Whom a flood must leave as served as they were (``service``)."""
_GIVEN_SHARES = ("homes", "share_never_wan", "share_with_avenue", "share_prepaying")


def document(
    table: Trials, outcomes: Sequence[Outcome], service: Sequence[dict[str, Any]], seed: int
) -> dict[str, Any]:
    """The JSON document of ``risk``; the same bytes for one seed. ``service``: the rows of the measured floods."""
    helps = {attack.act: attack.mitigation for attack in table.attack if attack.mitigation}
    attacks = [one for one in outcomes if one.act not in helps]
    matrix = cells(one for one in attacks if one.avenue in IN_EVERY_CONFIGURATION)
    base = [one for one in matrix if one.configuration == BASE]
    configurations = [_configuration(one, matrix, base, attacks) for one in table.configuration]
    tried = sorted({one.threat for one in outcomes if one.threat} | {row["threat"] for row in service})
    return {
        "schema": SCHEMA,
        "seed": seed,
        "trials": len(outcomes),
        "floods": len(service),
        "from": "simulated",
        "configurations": configurations,
        "differences": [_held_against(one, matrix, base) for one in table.configuration if one.id != BASE],
        "lists": [_list(one, matrix, attacks) for one in table.configuration if one.list or one.codes],
        "avenues": list(_avenues(attacks)),
        "worse": [_worse(matrix, _WIDEST, other) for other in (_CODES, _TERMINAL)],
        "service": list(_within_limit(service)),
        "reading": reading(attacks, BASE),
        "mitigations": [_mitigation(one, helps[one.act]) for one in outcomes if one.act in helps and _counts(one)],
        "residual": _residual(attacks),
        "threats": {"tried": tried, "not_tried_here": sorted(set(THREATS) - set(tried))},
        "rules": [
            {"fact": str(rule.fact), "class": rule.kind, "level": str(rule.level), "why": rule.why}
            for rule in levels.RULES.values()
        ],
        "inputs": _inputs(),
    }


def _configuration(
    one: Configuration, matrix: Sequence[Cell], base: Sequence[Cell], attacks: Sequence[Outcome]
) -> dict[str, Any]:
    own = [cell for cell in matrix if cell.configuration == one.id]
    scopes = {(found.cell.kind, found.cell.attacker): found.scope for found in differences(own, base)}
    return {
        "id": one.id,
        "name": one.name,
        "counts": _named(own),
        "threats": threats_realised(outcome for outcome in attacks if outcome.configuration == one.id),
        "cells": [_cell(cell) | {"scope": scopes.get((cell.kind, cell.attacker), "")} for cell in own],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "class": cell.kind,
        "attacker": cell.attacker,
        "level": str(cell.level),
        "by": cell.act,
        "threat": cell.threat,
        "why": cell.why,
        "absent": cell.absent,
    }


def _named(found: Iterable[Cell]) -> dict[str, int]:
    return {str(level): count for level, count in counts(found).items()}


def _held_against(one: Configuration, matrix: Sequence[Cell], base: Sequence[Cell]) -> dict[str, Any]:
    found = differences((cell for cell in matrix if cell.configuration == one.id), base)
    own = [difference for difference in found if difference.scope == ROUTE]
    return {
        "id": one.id,
        "against": BASE,
        "route": _named(difference.cell for difference in own),
        "generic": sum(difference.scope == GENERIC for difference in found),
        "cells": [
            {
                "class": difference.cell.kind,
                "attacker": difference.cell.attacker,
                "before": str(difference.before),
                "now": str(difference.cell.level),
                "by": difference.cell.act,
            }
            for difference in own
        ],
    }


def _list(one: Configuration, matrix: Sequence[Cell], attacks: Sequence[Outcome]) -> dict[str, Any]:
    listed = LISTS.get(one.list)
    own = [outcome for outcome in attacks if outcome.configuration == one.id]
    return {
        "list": one.list or one.id,
        "service_requests": 0 if listed is None else listed.count,
        "message_codes": None if listed is not None and listed.codes is None else len((listed and listed.codes) or ()),
        "counts": _named(cell for cell in matrix if cell.configuration == one.id),
        "threats_realised": threats_realised(own),
        "trials_with_harm": sum(outcome.level >= Level.HARM for outcome in own),
    }


def _within_limit(service: Sequence[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Each row against the limits: what meters and displays keep of what the same home answers without a flood, how
    long nineteen in twenty of their answers then take at most, whether the gas meter's mailbox loses nothing beyond
    what may be lost, and whether all is back in time.
    """
    least = LIMITS["service-kept-under-flood"].value / 100
    unloaded = {row["flood"]: row for row in service if not row["each_minute"]}
    for row in service:
        kept = ((row[name], unloaded[row["flood"]][name]) for name in _SERVED)
        in_time = row["recovery_s"] is not None and row["recovery_s"] <= LIMITS["recovery-after-flood"].value
        yield row | {
            "within_limit": all((now or 0.0) >= least * (before or 0.0) for now, before in kept),
            "latency_within_limit": all(_as_quick(row, unloaded[row["flood"]], name) for name in _SERVED),
            "mailbox_within_limit": _came(row) >= LIMITS["mailbox-service-kept"].value,
            "recovery_within_limit": in_time,
        }


def _as_quick(row: dict[str, Any], unloaded: dict[str, Any], name: str) -> bool:
    """Whether the p95 is no more than so many times that of the home without a flood; without one it is not."""
    now, before = (one["times"][name]["p95"] for one in (row, unloaded))
    return now is not None and before is not None and now <= LIMITS["latency-under-flood"].value * before


def _came(row: dict[str, Any]) -> float:
    """The share of the genuine Commands for the gas meter that came to it, percent."""
    asked: int = row["times"]["gsme"]["n"]
    lost: int = row["lost"]
    return 100 * (1 - lost / asked)


def _avenues(attacks: Sequence[Outcome]) -> Iterable[dict[str, Any]]:
    """One row for each avenue where every Command goes: what who holds the avenue can cause (REQ-010)."""
    own = [one for one in attacks if one.configuration in (_WIDEST, _TERMINAL) and one.attacker in _HOLDERS]
    for avenue in dict.fromkeys(one.avenue for one in own):
        calm = [one for one in attacks if one.avenue == avenue and one.attacker == CALM]
        found = cells([one for one in own if one.avenue == avenue] + calm)
        harmful = [one for one in own if one.avenue == avenue and one.level > Level.NOTHING]
        worst = max(found, key=lambda cell: cell.level)
        yield {
            "avenue": avenue,
            "trials": sum(one.avenue == avenue for one in own),
            "with_effect": len(harmful),
            "counts": _named(found),
            "worst": {"class": worst.kind, "attacker": worst.attacker, "level": str(worst.level), "by": worst.act},
        }


_HOLDERS = ("network", "delivery service", "carrier")
"""Those who hold an avenue, and nothing in the home."""


def _worse(matrix: Sequence[Cell], one: str, other: str) -> dict[str, Any]:
    first, second = ([cell for cell in matrix if cell.configuration == name] for name in (one, other))
    both = {(cell.kind, cell.attacker) for cell in first} & {(cell.kind, cell.attacker) for cell in second}
    fewer = [[cell for cell in cells_ if (cell.kind, cell.attacker) in both] for cells_ in (first, second)]
    return {"one": one, "than": other, "worse": worse(*fewer), "cells_compared": len(both)}


def _counts(one: Outcome) -> bool:
    return one.configuration == _WIDEST and one.avenue in IN_EVERY_CONFIGURATION


def _mitigation(one: Outcome, what: str) -> dict[str, Any]:
    return {"class": one.kind, "avenue": one.avenue, "what": what, "level": str(one.level), "why": one.why}


def _residual(attacks: Sequence[Outcome]) -> list[dict[str, Any]]:
    """What is left where every Command is relayed, the worst first: each act that came to more than nothing."""
    text = (resources.files("ppmid_bench") / "data" / "risk_residual.csv").read_text(encoding="utf-8")
    said = {row["act"]: row for row in csv.DictReader(text.splitlines())}
    own = [
        one
        for one in attacks
        if one.configuration == _WIDEST and one.level > Level.NOTHING and one.effects.stop is None
    ]
    rows = []
    for act in dict.fromkeys(one.act for one in own):
        group = [one for one in own if one.act == act]
        worst = max(group, key=lambda one: one.level)
        rows.append(
            {
                "act": act,
                "attackers": sorted({one.attacker for one in group}),
                "level": str(worst.level),
                "classes": sorted({one.kind for one in group if one.level == worst.level}),
                "threat": worst.threat,
                "why": said[act]["why"] if act in said else worst.why,
                "mitigation": said[act]["mitigation"] if act in said else "",
            }
        )
    return sorted(rows, key=lambda row: -Level[str(row["level"]).upper().replace(" ", "_")])


def _inputs() -> dict[str, Any]:
    """The shares by which anybody may scale this to a number of homes (REQ-036); none of them changes a level."""
    read = business_case.read()
    return {
        name: {"value": read[name].value, "status": read[name].status, "why": read[name].why} for name in _GIVEN_SHARES
    }
