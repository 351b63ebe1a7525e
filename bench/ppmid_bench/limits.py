"""The limits that checks and answers use: each a number with unit, status (known or assumed) and source."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources

from ppmid_bench.errors import BadInput


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit. ``status`` is ``known`` or ``assumed``; ``source`` says from where."""

    id: str
    quantity: str
    value: float
    unit: str
    status: str
    source: str


def _read() -> dict[str, Limit]:
    text = (resources.files("ppmid_bench") / "data" / "limits.csv").read_text(encoding="utf-8")
    return {
        row["id"]: Limit(row["id"], row["quantity"], float(row["value"]), row["unit"], row["status"], row["source"])
        for row in csv.DictReader(text.splitlines())
    }


LIMITS: Mapping[str, Limit] = _read()


def with_overrides(overrides: Mapping[str, float], source: str = "bench file") -> dict[str, Limit]:
    """The limits of one bench: the table, with what the bench file's ``[limits]`` says. Raises BadInput."""
    limits = dict(LIMITS)
    for name, value in overrides.items():
        if name not in limits:
            raise BadInput(source, f"[limits] {name}", f"one of {', '.join(sorted(limits))}")
        if not 0 <= value < math.inf:  # nothing compares with what is no number
            raise BadInput(source, f"[limits] {name}", "a number from 0 up", str(value))
        limits[name] = replace(limits[name], value=float(value), source="bench file")
    return limits
