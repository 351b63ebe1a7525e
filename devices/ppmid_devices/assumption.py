"""Settings whose defaults no public text settles: how a setting says so where it stands, and how that is read.

routes: Annotated[int, Assumed("how many Commands a hub knows the way back of; a proposal's matter")] = 100
"""

from dataclasses import dataclass, fields
from typing import Any, get_type_hints


@dataclass(frozen=True, slots=True)
class Assumed:
    """Marks a setting: its default is ours. ``why``, one clause: what it is, and how far the sources go.

    ``only``: the one role that the setting means something to, where several roles share its settings.
    """

    why: str
    only: str = ""


@dataclass(frozen=True, slots=True)
class Assumption:
    """An assumed setting with its default ``value``; ``only`` as in ``Assumed``."""

    setting: str
    value: Any
    why: str
    only: str = ""


def assumptions_of(shape: type) -> tuple[Assumption, ...]:
    """The assumed settings of a settings dataclass, in the order of its fields."""
    hints = get_type_hints(shape, include_extras=True)
    return tuple(
        Assumption(field.name, field.default, mark.why, mark.only)
        for field in fields(shape)
        for mark in getattr(hints[field.name], "__metadata__", ())
        if isinstance(mark, Assumed)
    )
