"""``ppmid-harness rejudge``: the verdicts of a run once more, from its evidence."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ppmid_harness.cli.output import emit, emit_json

HELP = """Judge a run again from its evidence, and make again what follows from that. Exit code 1 when a check comes out
otherwise, or the record says anything else than its evidence and inputs do.

\b
Examples:
  ppmid-harness rejudge ppmid-runs/today
  ppmid-harness rejudge bundle.zip --json
"""


def rejudge(
    run: Annotated[Path, typer.Argument(help="A run folder, or a bundle.", metavar="DIR|BUNDLE")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Judge a run again."""
    from ppmid_bench.rejudge import rejudge as judge_again
    from ppmid_harness.planning_again import other_plan
    from ppmid_reports.bundle.opening import laid_out

    with laid_out(run) as folder:
        result = judge_again(folder, (other_plan,))
    if json:
        emit_json(result)
    else:
        for one in result["different"]:
            emit(f"different: {one}")
        for one in result["check_changed"]:
            emit(_not_judged(one))
        for one in result["other_rules"]:
            emit(f"by the rules of another harness: {one}")
        sums = f"{result['checks']} check(s), {result['same']} the same, {len(result['different'])} different"
        changed = len(result["check_changed"])
        emit(f"{sums}, {changed} not judged again" if changed else sums)
    return 1 if result["different"] else 0


def _not_judged(one: Mapping[str, Any]) -> str:
    """Of a check that has changed since the run: by which it was judged, and which this harness has."""
    here = "is not known here" if one["is"] is None else f"is version {one['is']} here"
    return f"not judged again: {one['scenario']}: {one['check']} was version {one['was']}, and {here}"
