"""The document of ``routes``: every cell of the matrix, tried or left out, and where it is not as it must be. Pure."""

from collections.abc import Iterable
from typing import Any

from ppmid_harness.routes.cell import Tried
from ppmid_harness.routes.plan import AXES, Table, left_out, names

SCHEMA = 1


def document(table: Table, found: Iterable[Tried], seed: int) -> dict[str, Any]:
    """The JSON document; the same bytes for one seed."""
    rows = [_row(one) for one in found]
    skipped = [(name, why) for name in names(table) if (why := left_out(table, name))]
    reasons = dict.fromkeys(why for _, why in skipped)
    return {
        "schema": SCHEMA,
        "seed": seed,
        "from": "simulated",
        "cells": len(rows) + len(skipped),
        "tried": len(rows),
        "as_expected": sum(not row["problem"] for row in rows),
        "rows": rows,
        "left_out": [{"why": why, "cells": sum(why == other for _, other in skipped)} for why in reasons],
    }


def _row(one: Tried) -> dict[str, Any]:
    return {
        **dict(zip(AXES, one.cell.name, strict=True)),
        "acts": one.came.acted,
        "outcome": one.came.outcome,
        "reached": list(one.came.reached),
        "why": one.cell.expected.why,
        "problem": one.problem,
    }
