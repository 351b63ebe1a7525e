"""Numbers among settings lie from 0 up: counts, durations, sizes. The few that may lie below say so where they stand.

balance_mp: Annotated[int, Signed()] = 500_000
"""

import math
from dataclasses import dataclass, fields
from typing import Any, get_type_hints


@dataclass(frozen=True, slots=True)
class Signed:
    """Marks a setting that may lie below zero, as a balance in debt does."""


def below_zero(settings: Any) -> dict[str, float]:
    """The numbers of a settings dataclass that do not lie from 0 up and must, by their names; ``nan`` lies nowhere."""
    hints = get_type_hints(type(settings), include_extras=True)
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return {
        name: value
        for name, value in values.items()
        if isinstance(value, int | float)
        and not 0 <= value < math.inf
        and Signed() not in getattr(hints[name], "__metadata__", ())
    }
