"""Numbers among settings lie from 0 up: counts, durations, sizes. The few that may lie below say so where they stand.

balance_mp: Annotated[int, Signed()] = 500_000
"""

import math
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, get_type_hints


@dataclass(frozen=True, slots=True)
class Signed:
    """Marks a setting that may lie below zero, as a balance in debt does."""


def below_zero(settings: Any) -> dict[str, float]:
    """The numbers of a settings dataclass that do not lie from 0 up and must, by their names; ``nan`` lies nowhere."""
    shape: Any = type(settings)
    values = {name: getattr(settings, name) for name in _from_zero_up(shape)}
    return {
        name: value for name, value in values.items() if isinstance(value, (int, float)) and not 0 <= value < math.inf
    }


@lru_cache(maxsize=256)
def _from_zero_up(shape: Any) -> tuple[str, ...]:
    """The fields of a settings dataclass that may not lie below zero if they are numbers."""
    hints = get_type_hints(shape, include_extras=True)
    return tuple(one.name for one in fields(shape) if Signed() not in getattr(hints[one.name], "__metadata__", ()))
