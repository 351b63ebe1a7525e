"""``ppmid-harness adapter``: what is installed, and whether an adapter keeps its contract."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ppmid_harness.cli.output import emit, emit_json

if TYPE_CHECKING:
    from ppmid_bench.adapter_check.clauses import Outcome

app = typer.Typer(help="Adapters: those that are installed, and how they keep their contract.", rich_markup_mode=None)

LIST_HELP = """List the adapters that installed distributions offer by name.

\b
Example:
  ppmid-harness adapter list --json
"""

CHECK_HELP = """Exercise the adapters of a bench against their contract, clause by clause, before any scenario.

Those that the bench file names, or all when it names none. The result is written beside the bench file, and the next
run with this bench file takes it along. Exit codes: 0 every clause is kept, 1 an adapter breaks one, 2 bad input,
3 our own simulation breaks one, 4 some could not be tried.

\b
Examples:
  ppmid-harness adapter check --bench lab.toml
  ppmid-harness adapter check --bench lab.toml --role ppmid --json
"""


@app.command("list", help=LIST_HELP)
def list_(json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> int:
    """List what is installed."""
    from dataclasses import asdict

    from ppmid_bench.installed import GROUP, installed

    offers = installed()
    if json:
        emit_json({"group": GROUP, "adapters": [asdict(offer) for offer in offers]})
        return 0
    for offer in offers:
        emit(f"{offer.name:<20} {offer.adapter} ({offer.distribution} {offer.version})")
    if not offers:
        emit(f"no installed distribution offers an adapter (entry point group {GROUP})")
    return 0


@app.command("check", help=CHECK_HELP)
def check(
    bench: Annotated[Path, typer.Option(help="Bench file.")],
    role: Annotated[list[str] | None, typer.Option(help="Role to check; may be given more than once.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the result goes, in place of beside the bench file.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Check adapters."""
    from datetime import UTC, datetime

    from ppmid_bench.adapter_check.check import check_bench, exit_code_of, roles_of
    from ppmid_bench.adapter_check.result import place_of, write_result
    from ppmid_bench.adapters import require_adapters
    from ppmid_bench.bench_file import read_bench
    from ppmid_bench.errors import BadInput

    read = read_bench(bench)
    require_adapters(read)
    known = roles_of(read)
    for one in role or ():
        if one not in known:
            raise BadInput("--role", one, f"one of {', '.join(known)}")
    result = check_bench(read, role or known, (lambda _role, _outcome: None) if json else _tell)
    place = out or place_of(bench)
    write_result(place, result, read, datetime.now(UTC).isoformat())
    if json:
        emit_json(result)
    else:
        clauses = [clause["verdict"] for party in result["parties"] for clause in party["clauses"]]
        counts = ", ".join(f"{clauses.count(word)} {word}" for word in dict.fromkeys(clauses))
        emit(f"{counts}\nwritten to {place}")
    return exit_code_of(result)


def _tell(role: str, outcome: "Outcome") -> None:
    emit(f"{outcome.verdict:<13} {role:<17} {outcome.clause.id}")
    if outcome.verdict != "pass":
        emit(f"{'':<13} expected: {outcome.clause.expects}\n{'':<13} found: {outcome.cause}")
