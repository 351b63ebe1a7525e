"""Floods on the simulated bench, at rising rates: what is left for honest people, and when it is all back."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from math import inf
from typing import Any, Literal

import msgspec

from ppmid_bench.bench_file import BenchFile
from ppmid_bench.limits import with_overrides
from ppmid_bench.risk.service import Answers, Service, service, together
from ppmid_bench.typed import read_toml
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_harness.risk.trial import evidence
from ppmid_reports.percentiles import nearest_rank
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
    ("when", "the Supplier has the gas meter's balance read over the SM WAN"),
)
_BEFORE = (0, 11)
"""Minutes that each home has been there when its flood begins: the gas meter's wakes then fall at other moments of it.

There are two homes of each, since a p95 needs twenty questions.
"""


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
    """Run one in each of its homes, and give its row of the document. Raises HarnessFault where the bench itself broke.

    A percentile is over all that was asked: where more was never answered than it leaves out, there is none.
    """
    limits = with_overrides(bench.limits)
    within_s, within_gas_s = limits["response-on-demand"].value, limits["ppmid-answer-gas"].value
    found = together([_in_home(one, minutes, registry, bench, seed, within_s) for minutes in _BEFORE])
    kept = {
        "esme": found.esme.kept(within_s),
        "gsme": found.gsme.kept(within_gas_s),
        "display": found.display.kept(MINUTE / SECOND),
        "local": found.local.kept(within_s),
    }
    return {
        "flood": one.flood.name,
        "threat": one.flood.threat,
        "each_minute": one.each_minute,
        "minutes": MINUTES,
        "homes": len(_BEFORE),
        "offered": found.offered,
        "reached": found.reached,
        **{name: None if share is None else round(share, 4) for name, share in kept.items()},
        "times": {name: _times(getattr(found, name)) for name in kept},
        "lost": found.lost,
        "recovery_s": found.recovery_s,
        "air": round(found.air, 4),
    }


def _times(answers: Answers) -> dict[str, Any]:
    given, never = answers.given, len(answers.seconds) - len(answers.given)
    ranked = {f"p{percent}": nearest_rank([*given, *[inf] * never], percent) for percent in (50, 95)}
    found = {name: None if value in (None, inf) else round(value, 3) for name, value in ranked.items()}
    return {"n": len(answers.seconds), "answered": len(given), **found}


def _in_home(one: Rate, minutes: int, registry: Registry, bench: BenchFile, seed: int, within_s: float) -> Service:
    id = f"risk/flood/{one.flood.name.replace(' ', '-')}/{one.each_minute}/after-{minutes}"
    home = (*_HOME, ("given", one.flood.given), ("when", f"{minutes} minutes pass"))
    log, begin = evidence(id, home, _steps(one), registry, bench, seed)
    meter, gas_meter = _ROLES[one.flood.meter], bench.identities[roles.GSME]
    return service(log, meter, gas_meter, begin, begin + MINUTES * MINUTE, within_s=within_s)


def _steps(one: Rate) -> list[tuple[str, str]]:
    what = f"{one.each_minute} Commands a minute for the {one.flood.meter}"
    flood = f"the hostile {one.flood.hands} sends {what}, for {MINUTES} minutes"
    begun = [("when", flood)] if one.each_minute else []
    pause = ("when", f"{_EVERY} minutes pass")
    rounds = [step for _ in range(MINUTES // _EVERY) for step in (*_ROUND, pause)]
    return [*begun, *rounds, *[_LOCAL, pause] * (_AFTER // _EVERY), ("when", "90 minutes pass")]
