"""``ppmid-harness prove``: what a pass of this suite is worth."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ppmid_harness.cli.output import emit, emit_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ppmid_harness.proof.faults import Fault

HELP = """Let every faulty party loose, and every scenario run again under other seeds.

A faulty party is killed when the check that it stands for fails, with the reason that it names; where a check finds
against another party, that one is accused wrongly. A conformant run that fails is a false alarm. Exit codes: 0 all of
that holds, 1 the proof falls short, 2 bad input, 3 a false alarm, or somebody accused wrongly.

\b
Examples:
  ppmid-harness prove
  ppmid-harness prove --only one-outcome --only SettlesTwice
  ppmid-harness prove --points minimal --json
  ppmid-harness prove --faults ours.toml --seeds 0
"""


_SEEDS = 10
"""For runs without a fault, unless it is said how many."""


def prove(
    only: Annotated[
        list[str] | None, typer.Option(help="Id of a check, or class of a faulty party; may be given more than once.")
    ] = None,
    points: Annotated[
        Literal["all", "minimal"], typer.Option(help="Observation points: all, or those of the smallest real bench.")
    ] = "all",
    seeds: Annotated[
        int | None, typer.Option(min=0, help="Seeds for runs without a fault: 10; with --only there are none.")
    ] = None,
    faults: Annotated[
        list[Path] | None, typer.Option(help="A table of faulty parties of your own, beside the project's.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Prove the suite."""
    from ppmid_bench.checks import CHECKS
    from ppmid_bench.errors import BadInput
    from ppmid_harness.plan import Options
    from ppmid_harness.proof import pool
    from ppmid_harness.proof.tally import exit_code, tally
    from ppmid_harness.proof.trials import Hunted, Repeated

    if only and seeds:
        raise BadInput("--seeds", "", "none with --only, which runs faulty parties alone", str(seeds))
    conformant = 0 if only else _SEEDS if seeds is None else seeds
    hunted_for = _chosen(tuple(only or ()), tuple(faults or ()))
    options = Options()
    pieces = pool.pieces_of(pool.plan_with(options, points), conformant)
    total = len(hunted_for) + sum(len(ids) for ids, _ in pieces)
    hunted: dict[Fault, Hunted] = {}
    repeated: list[Repeated] = []
    for one in _shown(pool.trials(options, points, hunted_for, pieces), total):
        if isinstance(one, Hunted):
            hunted[one.fault] = one
        else:
            repeated.append(one)
    repeated.sort(key=lambda one: (one.seed, one.scenario))
    checks = {fault.check for fault in hunted_for} if only else CHECKS
    document = tally((hunted[fault] for fault in hunted_for), repeated, conformant, checks)
    if json:
        emit_json(document)
    else:
        _tell(document)
    return exit_code(document)


def _chosen(only: tuple[str, ...], own: tuple[Path, ...]) -> "list[Fault]":
    """The faults of the tables that ``only`` names, or all. Raises BadInput for a name of none."""
    from ppmid_bench.errors import BadInput
    from ppmid_harness.proof.faults import faults, read_faults

    every = [*faults(), *(fault for path in own for fault in read_faults(path))]
    names = [{fault.check, fault.adapter, fault.adapter.rpartition(":")[2]} for fault in every]
    for name in only:
        if not any(name in known for known in names):
            raise BadInput("--only", "", "the id of a check or the class of a faulty party", name)
    chosen = [fault for fault, known in zip(every, names, strict=True) if not only or known & set(only)]
    return list(dict.fromkeys(chosen))


def _shown(results: "Iterator[Any]", total: int) -> "Iterable[Any]":
    """The results; on a terminal with a bar of how many are there."""
    if not sys.stderr.isatty():
        return results
    from rich.console import Console
    from rich.progress import track

    return track(results, "proving", total=total, console=Console(file=sys.stderr), transient=True)


_LISTS = {
    "survived": "survived, though it should have been caught",
    "wrong_reason": "caught, for another reason than its own",
    "not_observable": "not observable on this bench",
    "checks_without_killer": "no faulty party fails this check",
    "requirements_without_killer": "no faulty party refutes this requirement",
    "threats_without_killer": "no faulty party lets this threat through",
    "purposes_without_killer": "no faulty party breaks this test purpose",
    "accused_wrongly": "accused though the fault is another's",
    "false_alarms": "blamed without a fault",
    "undecided": "not decided without a fault",
}


def _tell(document: dict[str, Any]) -> None:
    for name, sentence in _LISTS.items():
        for one in document[name]:
            emit(f"{sentence}: {one}")
    for id, what in document["requirements_of_the_harness"].items():
        emit(f"about the harness itself, so no faulty party can refute it: {id}: {what}")
    wrongly, alarms = len(document["accused_wrongly"]), len(document["false_alarms"])
    emit(
        f"{document['killed']} of {document['faulty']} faulty parties killed, in {document['faulty_scenario_runs']} "
        f"scenario runs, and {wrongly} times another accused; {alarms} false alarms in "
        f"{document['conformant_scenario_runs']} conformant scenario runs ({document['seeds_per_scenario']} seeds each)"
    )
