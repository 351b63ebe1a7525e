"""``ppmid-harness risk``: what attackers can reach by each configuration, as a difference to today's."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ppmid_harness.cli.output import emit, emit_json

HELP = """Run attack trials on the simulated bench, and say what each configuration lets attackers reach.

Each trial is one attack on one class of Command; its evidence decides whether it comes to nothing, delay, repeat, harm
or a home off supply. The same seed gives the same document to the byte; how long it took goes to standard error.

\b
Examples:
  ppmid-harness risk
  ppmid-harness risk --seed 7 --json
"""


def risk(
    seed: Annotated[int, typer.Option(min=0, help="What keys and chances of all trials derive from.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    effort: Annotated[
        Path | None, typer.Option(help="Where to write how much it took, for answers --with.", metavar="FILE")
    ] = None,
) -> int:
    """Report risk."""
    from ppmid_bench.errors import BadInput
    from ppmid_bench.sentences import counted
    from ppmid_harness.risk import plan, pool, service
    from ppmid_harness.risk.report import document
    from ppmid_harness.risk.trial import outcome
    from ppmid_harness.run_folder import write_json

    if effort is not None and not effort.parent.is_dir():
        raise BadInput(str(effort), "", "a file in a folder that is there", "no such folder")
    began = time.monotonic()
    table = plan.read_trials()
    outcomes = list(pool.run_all(outcome, plan.trials(table), seed))
    floods = list(pool.run_all(service.measured, service.read_floods(), seed))
    found = document(table, outcomes, floods, seed)
    if json:
        emit_json(found)
    else:
        for line in _told(found):
            emit(line)
    took = time.monotonic() - began
    if effort is not None:
        write_json(
            effort, {"assessment": "risk", "seed": seed, **_count(found), "seconds": round(took, 1), "pounds": 0}
        )
    tried = f"{counted(found['trials'], 'trial')} and {counted(found['floods'], 'flood')}"
    emit(f"{tried} in {took:.0f} s; nothing was paid for it", sys.stderr)
    return 0


def _count(found: dict[str, Any]) -> dict[str, int]:
    return {"trials": found["trials"], "floods": found["floods"]}


def _told(found: dict[str, Any]) -> Iterator[str]:
    for one in found["configurations"]:
        yield f"{one['id']}: {one['name']}"
        yield from _cells(one["cells"])
    yield "held against today:"
    for one in found["differences"]:
        yield f"  {one['id']:<28} {_counted(one['route'])}"
    yield "by the hub's list:"
    for one in found["lists"]:
        threats = ", ".join(one["threats_realised"]) or "none"
        yield f"  {one['list']:<28} {_counted(one['counts'])}; threats come true: {threats}"
    yield "by avenue, where every Command goes:"
    for one in found["avenues"]:
        worst = one["worst"]
        by = f"{worst['attacker']} {worst['by']}"
        yield f"  {one['avenue']:<28} {_counted(one['counts'])}; worst: {worst['level']}, {by}"
    yield "under a flood (kept, p95 and questions: electricity meter, gas meter, display, Commands by the PPMID):"
    for one in found["service"]:
        yield _flood(one)
    yield "who reads along, by configuration and class:"
    yield from _read_along(found["reading"]["rows"])
    yield "what is left where every Command is relayed:"
    for one in found["residual"]:
        yield f"  {one['level']:<11} {one['act']} ({', '.join(one['attackers'])}): {one['why']}; {one['mitigation']}"


def _read_along(rows: list[dict[str, Any]]) -> Iterator[str]:
    """One line for each configuration, class and reader: the most that is read on any of its avenues."""
    most: dict[tuple[str, str, str], dict[str, None]] = {}
    for row in rows:
        most.setdefault((row["configuration"], row["class"], row["reader"]), {}).update(dict.fromkeys(row["reads"]))
    for (configuration, kind, reader), told in most.items():
        yield f"  {configuration}, {kind}: {reader}: {'; '.join(told) or 'nothing'}"


def _cells(cells: list[dict[str, Any]]) -> Iterator[str]:
    """One line for each class of Command: what each attacker reaches, or why there is nothing to reach."""
    for kind in dict.fromkeys(cell["class"] for cell in cells):
        own = [cell for cell in cells if cell["class"] == kind]
        reached = [f"{cell['attacker']}: {cell['level']}" for cell in own if not cell["absent"]]
        absent = dict.fromkeys(cell["absent"] for cell in own if cell["absent"])
        yield f"  {kind:<24} {', '.join([*reached, *(f'absent, {why}' for why in absent)])}"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {level}" for level, count in counts.items() if count) or "nothing"


def _flood(one: dict[str, Any]) -> str:
    kept = " ".join(
        f"{_percent(one[name])} {_p95(one['times'][name])}" for name in ("esme", "gsme", "display", "local")
    )
    back = "not back" if one["recovery_s"] is None else f"back after {one['recovery_s']} s"
    missed = {
        "within_limit": "service",
        "latency_within_limit": "time",
        "mailbox_within_limit": "mailbox",
        "recovery_within_limit": "recovery",
    }
    below = [name for key, name in missed.items() if not one[key]]
    limit = f"BEYOND THE LIMIT ({', '.join(below)}), " if below else ""
    lost = f"{limit}{one['lost']} lost, {back}, on the air {one['air']:.1%}"
    return f"  {one['each_minute']:>4}/min kept {kept}, {lost}: {one['flood']}"


def _p95(times: dict[str, Any]) -> str:
    p95 = "none" if times["p95"] is None else f"{times['p95']:g} s"
    return f"({p95}, {times['n']})"


def _percent(share: float | None) -> str:
    return "   -" if share is None else f"{share:>4.0%}"
