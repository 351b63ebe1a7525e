"""Finding a class that a bench file names, and whether it fits: its methods, and the settings that it takes."""

import importlib
from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import lru_cache
from typing import Any, get_type_hints

from ppmid_bench.errors import BadInput
from ppmid_bench.typed import convert
from ppmid_devices.signed import below_zero


class Same:
    """What a bench file names, to know things by: equal to itself alone, as no ``1`` is that equals ``True``."""

    def __init__(self, found: Callable[..., Any]) -> None:
        self.found = found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.found is other.found

    def __hash__(self) -> int:
        return id(self.found)


def settings_hint(found: Callable[..., Any]) -> Any:
    """The type of the settings that a class's constructor takes; None where it says none. Asked for in every home."""
    return _settings_hint(Same(found))


@lru_cache(maxsize=256)
def _settings_hint(same: Same) -> Any:
    return get_type_hints(getattr(same.found, "__init__", same.found)).get("settings")


def settings_of(shape: type, settings: dict[str, Any], source: str, place: str) -> Any:
    """The settings of an adapter, typed by its dataclass ``shape``. Raises BadInput."""
    unknown = sorted(settings.keys() - {field.name for field in fields(shape)}) if settings else ()
    if unknown:
        raise BadInput(source, place, f"settings of {shape.__name__}", ", ".join(unknown))
    made: Any = convert(settings, shape, source, place)
    for name, value in below_zero(made).items():
        raise BadInput(source, f"{place}.{name}", "a number from 0 up", str(value))
    return made


def require_methods(found: Any, names: Iterable[str], source: str, place: str, what: str, adapter: str) -> None:
    """Raise BadInput unless a class has these methods; names with an underscore are nobody's business.

    A class that makes its methods as they are asked for, as one does that stands for a process, cannot be asked.
    """
    missing = _missing(Same(found), tuple(names))
    if missing:
        raise BadInput(source, place, what, f"{adapter}, which has no {', '.join(missing)}")


@lru_cache(maxsize=256)
def _missing(same: Same, names: tuple[str, ...]) -> tuple[str, ...]:
    """The methods that a class lacks. Asked again for every home."""
    if hasattr(same.found, "__getattr__"):
        return ()
    return tuple(name for name in names if not name.startswith("_") and not callable(getattr(same.found, name, None)))


def find(name: str, source: str, place: str) -> Callable[..., Any]:
    """What ``module:Class`` names. Raises BadInput."""
    module, _, attribute = name.partition(":")
    try:
        found: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as problem:
        hint = "; is its folder in PYTHONPATH?" if isinstance(problem, ModuleNotFoundError) else ""
        raise BadInput(
            source, f"{place} adapter", "simulated or module:Class", f"{name} ({problem}{hint})"
        ) from problem
    return found
