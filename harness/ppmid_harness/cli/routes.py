"""``ppmid-harness routes``: what comes of a Command on every avenue, for every target, class, SM WAN and hub."""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from ppmid_harness.cli.output import emit, emit_json

HELP = """Try the matrix of routes on the simulated bench: avenue, target, class of Command, SM WAN and hub.

Every cell is tried, or has a reason why it is not. Exit codes: 0 all came out as they must, 1 some did not.

\b
Examples:
  ppmid-harness routes
  ppmid-harness routes --avenue "Hand-Held Terminal" --json
"""


def routes(
    avenue: Annotated[list[str] | None, typer.Option(help="An avenue; may be given more than once.")] = None,
    target: Annotated[list[str] | None, typer.Option(help="A target; may be given more than once.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="What keys and chances of all cells derive from.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Try the matrix of routes."""
    from ppmid_harness.risk import pool
    from ppmid_harness.routes import plan
    from ppmid_harness.routes.cell import tried
    from ppmid_harness.routes.report import document

    began = time.monotonic()
    table = plan.read_table()
    wanted = {"avenue": set(avenue or ()), "target": set(target or ())}
    _require(table, wanted)
    chosen = [
        one
        for one in plan.cells(table)
        if all(not names or one.name[plan.AXES.index(axis)] in names for axis, names in wanted.items())
    ]
    found = document(table, pool.run_all(tried, chosen, seed), seed)
    if json:
        emit_json(found)
    else:
        for line in _told(found):
            emit(line)
    emit(f"{found['tried']} cells in {time.monotonic() - began:.0f} s", sys.stderr)
    return 0 if found["as_expected"] == found["tried"] else 1


def _require(table: Any, wanted: dict[str, set[str]]) -> None:
    from ppmid_bench.errors import BadInput

    for axis, names in wanted.items():
        known = [one.name for one in getattr(table, axis)]
        for name in names:
            if name not in known:
                raise BadInput(f"--{axis}", "", f"one of {', '.join(known)}", name)


def _told(found: dict[str, Any]) -> Iterator[str]:
    """A line for each avenue, hub and state of the SM WAN: how many targets and classes came to what."""
    groups: dict[tuple[str, str, str], Counter[str]] = {}
    for row in found["rows"]:
        what = f"{'acts' if row['acts'] else 'does not act'}, {row['outcome'] or 'nobody asks'}"
        groups.setdefault((row["avenue"], row["hub"], row["wan"]), Counter())[what] += 1
    for (avenue, hub, wan), counts in groups.items():
        said = "; ".join(f"{count} {what}" for what, count in counts.items())
        yield f"{avenue:<19} hub {hub:<21} SM WAN {wan:<17} {said}"
    for row in found["rows"]:
        if row["problem"]:
            place = ", ".join(row[axis] for axis in ("avenue", "target", "class", "wan", "hub"))
            yield f"NOT AS IT MUST BE: {place}: {row['problem']} ({row['why']})"
    for row in found["left_out"]:
        yield f"not tried, {row['cells']} cells: {row['why']}"
    yield f"{found['as_expected']} of {found['tried']} cells as they must be; {found['cells']} in all"
