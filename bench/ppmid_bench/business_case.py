"""What a way for homes without SM WAN costs for each home that it helps, and from how many homes on it pays. Pure.

The inputs are data, ``data/business_case.toml``, or a file of the same form. What is not public has no value, and
nothing that needs it is computed: a case is never made of a guess.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

from ppmid_bench.errors import BadInput
from ppmid_bench.typed import read_toml

_SHARES = ("share_never_wan", "share_with_avenue", "share_prepaying")
_INTERMITTENT, _CURED = "share_intermittent", "share_cured_by_aerials"
NAMES = ("homes", *_SHARES, _INTERMITTENT, _CURED, "central_cost", "home_cost", "visit_cost", "visits")
"""The inputs, in the order in which they are told."""


class Input(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One input. ``status``: ``known`` from a public text, ``assumed``, or ``open``: nobody has published it."""

    status: Literal["known", "assumed", "open"]
    why: str
    value: float | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    inputs: dict[str, Input]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What comes of the inputs; None of what needs an input that nobody has published.

    ``helped``: homes; ``beside_aerials``: those of them that aerials on street furniture would not cover.
    ``cost_per_home``: pounds, of central and home cost together. ``visits_per_home``: pounds that a
    home's visits would cost instead. ``pays_from``: homes, from which on the way costs no more than visits; infinite
    where it never does. ``open``: the inputs without a value.
    """

    helped: float
    beside_aerials: float | None
    cost_per_home: float | None
    visits_per_home: float | None
    pays_from: float | None
    open: tuple[str, ...]


def read(path: Path | None = None) -> Mapping[str, Input]:
    """The inputs of a file, or our own. Raises BadInput for a file that lacks one, or has what none can be."""
    source = Path(str(resources.files("ppmid_bench") / "data" / "business_case.toml")) if path is None else path
    return whole(read_toml(source, _File).inputs, str(source), "[inputs.{}]")


def whole(inputs: Mapping[str, Input], source: str, place: str) -> Mapping[str, Input]:
    """The inputs, each there and in its range; ``place``: how that file names the place of one. Raises BadInput."""
    if set(inputs) != set(NAMES):
        different = ", ".join(sorted(set(inputs) ^ set(NAMES)))
        raise BadInput(source, "inputs", f"exactly {', '.join(NAMES)}", f"a difference in {different}")
    for name, one in inputs.items():
        most = 1 if name.startswith("share_") else math.inf
        if one.value is not None and not 0 <= one.value <= most:
            raise BadInput(source, f"{place.format(name)} value", f"0 to {most:g}", f"{one.value:g}")
        if (one.value is None) != (one.status == "open"):
            raise BadInput(source, place.format(name), "a value, or the status open", one.status)
    return inputs


def case(inputs: Mapping[str, Input]) -> Case:
    """Reckon a case. Raises BadInput where a share or the number of homes has no value."""
    values = {name: one.value for name, one in inputs.items()}
    helped = 1.0
    for name in ("homes", *_SHARES):
        value = values[name]
        if value is None:
            raise BadInput("business case", f"[inputs.{name}]", "a value", "none")
        helped *= value
    central, home, visit, visits = (values[name] for name in ("central_cost", "home_cost", "visit_cost", "visits"))
    instead = None if visit is None or visits is None else visit * visits
    cost = None if central is None or home is None or not helped else central / helped + home
    cured = values[_CURED]
    return Case(
        helped=helped,
        beside_aerials=None if cured is None else helped * (1 - cured),
        cost_per_home=cost,
        visits_per_home=instead,
        pays_from=_pays_from(central, home, instead),
        open=tuple(name for name in NAMES if values[name] is None),
    )


def _pays_from(central: float | None, home: float | None, instead: float | None) -> float | None:
    """The number of homes at which central cost and the homes' own are what visits to them would cost."""
    if central is None or home is None or instead is None:
        return None
    spared = instead - home
    return math.inf if spared <= 0 and central > 0 else 0.0 if central == 0 else math.ceil(central / spared)
