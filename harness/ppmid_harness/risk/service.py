"""Floods on the simulated bench, at rising rates: what is left for honest people, and when it is all back."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Any, Literal

import msgspec

from ppmid_bench.bench_file import BenchFile
from ppmid_bench.limits import with_overrides
from ppmid_bench.risk.service import service
from ppmid_bench.typed import read_toml
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE
from ppmid_harness.risk.trial import evidence
from ppmid_steps.registry import Registry

MINUTES = 30
"""How long a flood lasts."""
_EVERY = 3
"""Minutes between two rounds of honest questions."""
_AFTER = 75
"""Minutes of honest questions by the PPMID after a flood: longer than what an hour's limit remembers."""
_ROLES = {"electricity meter": roles.ESME, "gas meter": roles.GSME}

_HOME = (
    ("given", "a prepayment home with an electricity meter and a gas meter"),
    ("given", "a hub that relays what is on the list: every Command"),
)
_LOCAL = ("when", "the Supplier has the electricity meter's balance read through the PPMID")
_ROUND = (
    ("when", "the Supplier has the electricity meter's balance read over the SM WAN"),
    _LOCAL,
    ("when", "the customer looks at the PPMID"),
)
_GAS = ("when", "the Supplier has the gas meter's balance read over the SM WAN")
_GAS_EVERY = 5
"""One round in so many asks the gas meter too, which wakes every half hour."""


class _Flood(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    threat: str
    meter: Literal["electricity meter", "gas meter"]
    hands: str
    given: str
    each_minute: list[int]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    flood: list[_Flood]


@dataclass(frozen=True, slots=True)
class Rate:
    """One flood at one rate; 0 is the home without a flood."""

    flood: _Flood
    each_minute: int


def read_floods() -> Iterator[Rate]:
    """The project's own table, a rate after the other. Raises BadInput."""
    with resources.as_file(resources.files("ppmid_harness") / "data" / "risk_floods.toml") as path:
        table = read_toml(path, _File)
    return (Rate(flood, rate) for flood in table.flood for rate in flood.each_minute)


def measured(one: Rate, registry: Registry, bench: BenchFile, seed: int) -> dict[str, Any]:
    """Run one, and give its row of the document. Raises HarnessFault where the bench itself broke."""
    id = f"risk/flood/{one.flood.name.replace(' ', '-')}/{one.each_minute}"
    log, begin = evidence(id, (*_HOME, ("given", one.flood.given)), _steps(one), registry, bench, seed)
    limits = with_overrides(bench.limits)
    found = service(
        log,
        _ROLES[one.flood.meter],
        bench.identities[roles.GSME],
        begin,
        begin + MINUTES * MINUTE,
        within_s=limits["response-on-demand"].value,
        within_gas_s=limits["ppmid-answer-gas"].value,
    )
    row = {"flood": one.flood.name, "threat": one.flood.threat, "each_minute": one.each_minute, "minutes": MINUTES}
    return row | {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(found).items()}


def _steps(one: Rate) -> list[tuple[str, str]]:
    what = f"{one.each_minute} Commands a minute for the {one.flood.meter}"
    flood = f"the hostile {one.flood.hands} sends {what}, for {MINUTES} minutes"
    begun = [("when", flood)] if one.each_minute else []
    pause = ("when", f"{_EVERY} minutes pass")
    rounds = [
        step
        for number in range(MINUTES // _EVERY)
        for step in (*_ROUND, *([_GAS] if number % _GAS_EVERY == 1 else []), pause)
    ]
    return [*begun, *rounds, *[_LOCAL, pause] * (_AFTER // _EVERY), ("when", "90 minutes pass")]
