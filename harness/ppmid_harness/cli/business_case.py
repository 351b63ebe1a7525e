"""``ppmid-harness business-case``: what a way for homes without SM WAN costs for each home that it helps."""

from pathlib import Path
from typing import Annotated

import typer

from ppmid_harness.cli.output import emit, emit_json

HELP = """Reckon how many homes are helped, what each costs, and from how many on it pays beside engineers' visits.

The inputs say of each whether it is known, assumed or open. What needs an open one is not computed. A file of the same
form takes the place of our own inputs.

\b
Examples:
  ppmid-harness business-case
  ppmid-harness business-case --inputs mine.toml --json
"""


def business_case(
    inputs: Annotated[Path | None, typer.Option(help="Inputs of your own.", metavar="FILE")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Reckon a business case."""
    from dataclasses import asdict

    from ppmid_bench import business_case as reckoning

    read = reckoning.read(inputs)
    found = reckoning.case(read)
    if json:
        plain = {name: {"value": one.value, "status": one.status, "why": one.why} for name, one in read.items()}
        emit_json(asdict(found) | {"pays_from": _finite(found.pays_from), "inputs": plain})
        return 0
    for name in reckoning.NAMES:
        one = read[name]
        emit(f"{name:<22} {'-' if one.value is None else f'{one.value:g}':>10}  {one.status:<8} {one.why}")
    emit(f"helped: {found.helped:,.0f} homes; without those that aerials would cover: {_homes(found.beside_aerials)}")
    emit(f"cost of each: {_pounds(found.cost_per_home)}; visits instead: {_pounds(found.visits_per_home)}")
    emit(f"pays from: {_homes(found.pays_from)}")
    return 0


def _finite(homes: float | None) -> float | str | None:
    return "never" if homes == float("inf") else homes


def _homes(homes: float | None) -> str:
    return "open" if homes is None else "never" if homes == float("inf") else f"{homes:,.0f} homes"


def _pounds(pounds: float | None) -> str:
    return "open" if pounds is None else f"£{pounds:,.2f}"
