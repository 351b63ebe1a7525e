"""Which class stands for a party or link: our own, in this process or another, or what is named as module:Class.

Whether a class can stand there is found out before anything runs: it has the methods of the contract, its constructor
takes what the role is given, and the bench file's settings are such as it takes.
"""

import importlib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any, Protocol, get_type_hints, runtime_checkable

from ppmid_bench.bench_file import OURS, PROCESS, SIMULATED, BenchFile, LinkTable
from ppmid_bench.errors import BadInput
from ppmid_bench.remote_party import RemoteParty
from ppmid_bench.typed import convert
from ppmid_devices import roles
from ppmid_devices.needs import NEEDS
from ppmid_devices.ports import Nature
from ppmid_devices.remote.contracts import CONTRACTS, is_property
from ppmid_devices.signed import below_zero

_SIMULATED = {
    roles.DCC_USER: "ppmid_devices.dcc_user.simulated:SimulatedDccUser",
    roles.DCC: "ppmid_devices.dcc.simulated:SimulatedDcc",
    roles.DELIVERY_SERVICE: "ppmid_devices.delivery_service.simulated:SimulatedDeliveryService",
    roles.PPMID: "ppmid_devices.ppmid.simulated:SimulatedPpmid",
    roles.HUB: "ppmid_devices.hub.simulated:SimulatedHub",
    roles.ESME: "ppmid_devices.meter.esme:SimulatedEsme",
    roles.GSME: "ppmid_devices.meter.gsme:SimulatedGsme",
    roles.CARRIER: "ppmid_devices.carrier.simulated:SimulatedCarrier",
    roles.HHT: "ppmid_devices.hht.simulated:SimulatedHht",
}


_LINKS = {
    "duis": "ppmid_devices.links.link:Link",
    "wan": "ppmid_devices.links.wan:Wan",
    "avenue": "ppmid_devices.links.link:Link",
    "han": "ppmid_devices.links.han:Han",
}


@runtime_checkable
class Observing(Protocol):
    """An adapter that notes what is odd about what stands behind it; others have no ``findings``."""

    @property
    def findings(self) -> tuple[str, ...]:
        """A sentence each, oldest first."""


@runtime_checkable
class Closing(Protocol):
    """An adapter that holds something of the real world, such as a process or a port; others have no ``close``."""

    def close(self) -> None:
        """Give it back: the scenario has ended, or the home could not be switched on."""


def link_class(name: str, table: LinkTable | None, source: str) -> Callable[..., Any]:
    """The class of the link ``name``: our own, or what its table names as module:Class. Raises BadInput."""
    adapter = SIMULATED if table is None else table.adapter
    place = f"[links.{name}]"
    own = _find(_LINKS[name], source, place)
    found = own if adapter == SIMULATED else _find(adapter, source, place)
    verbs = [verb for verb in dir(own) if callable(getattr(own, verb))]
    _require_methods(found, verbs, source, f"{place} adapter", f"an adapter of the link {name}", adapter)
    return found


def build(role: str, adapter: str, settings: dict[str, Any], source: str, **needs: Any) -> Any:
    """Make the party ``role``: its adapter's class, called with ``needs`` and its settings. Raises BadInput."""
    make = partial(RemoteParty, role, _SIMULATED[role]) if adapter == PROCESS else _class(role, adapter, source)
    return make(settings=_settings(role, adapter, settings, source), **needs)


def settings_shape(role: str, adapter: str, source: str) -> type:
    """The dataclass of the settings that an adapter takes. Raises BadInput."""
    shape = get_type_hints(_class(role, adapter, source).__init__).get("settings")
    if not isinstance(shape, type) or not is_dataclass(shape):
        raise BadInput(source, f"[parties.{role}] adapter", "a class whose constructor takes typed settings", adapter)
    return shape


def require_adapters(bench: BenchFile) -> None:
    """Raise BadInput unless all that a bench file names can be made of it; asked before anything runs."""
    for role, entry in bench.parties.items():
        _require_fit(role, bench)
        if entry.adapter == PROCESS and bench.time != "wall":
            raise BadInput(bench.source, f"[parties.{role}] adapter", 'time = "wall" with a process', bench.time)
        _settings(role, entry.adapter, entry.settings, bench.source)
    for name, table in bench.links.items():
        link_class(name, table, bench.source)


def kind(role: str, bench: BenchFile) -> str:
    """``simulated`` and ``process`` for our own implementations, faulty ones too; ``real`` for whatever is not ours."""
    adapter = bench.party(role).adapter
    if adapter == PROCESS:
        return PROCESS
    return "real" if not is_our_own(adapter) or _nature(role, bench).real else "simulated"


def is_our_own(adapter: str) -> bool:
    """Whether the class is one of the harness, whatever stands behind it."""
    return adapter in OURS or adapter.startswith("ppmid_devices.")


def _nature(role: str, bench: BenchFile) -> Nature:
    """What the class of a party's adapter says of itself. Raises BadInput when there is no such class."""
    adapter = bench.party(role).adapter
    found: Nature = getattr(_class(role, adapter, bench.source), "nature", Nature(real=not is_our_own(adapter)))
    return found


def _require_fit(role: str, bench: BenchFile) -> None:
    adapter, nature = bench.party(role).adapter, _nature(role, bench)
    if nature.wall_clock_only and bench.time != "wall":
        raise BadInput(bench.source, f"[parties.{role}] adapter", f'time = "wall" with {adapter}', bench.time)
    hidden = ", ".join(sorted(nature.hides & bench.points))
    if hidden:
        raise BadInput(bench.source, "[bench] points", f"only what can be seen with {adapter}", hidden)


def _settings(role: str, adapter: str, settings: dict[str, Any], source: str) -> Any:
    shape = settings_shape(role, adapter, source)
    unknown = sorted(set(settings) - {field.name for field in fields(shape)})
    if unknown:
        raise BadInput(source, f"[parties.{role}]", f"settings of {shape.__name__}", ", ".join(unknown))
    made: Any = convert(settings, shape, source, f"[parties.{role}]")
    for name, value in below_zero(made).items():
        raise BadInput(source, f"[parties.{role}].{name}", "a number from 0 up", str(value))
    return made


def _class(role: str, adapter: str, source: str) -> Callable[..., Any]:
    place = f"[parties.{role}]"
    found = _find(_SIMULATED[role] if adapter in (SIMULATED, PROCESS) else adapter, source, place)
    place += " adapter"
    verbs = [name for name in vars(CONTRACTS[role]) if not is_property(role, name)]
    _require_methods(found, verbs, source, place, f"an adapter of {role}", adapter)
    try:
        inspect.signature(found).bind(settings=None, **dict.fromkeys(NEEDS[role]))
    except (TypeError, ValueError) as problem:
        expected = f"an adapter of {role}, whose constructor takes settings, {', '.join(sorted(NEEDS[role]))}"
        raise BadInput(source, place, expected, f"{adapter} ({problem})") from problem
    return found


def _require_methods(found: Any, names: Iterable[str], source: str, place: str, what: str, adapter: str) -> None:
    """Raise BadInput unless a class has these methods; names with an underscore are nobody's business.

    A class that makes its methods as they are asked for, as one does that stands for a process, cannot be asked.
    """
    missing = [name for name in names if not name.startswith("_") and not callable(getattr(found, name, None))]
    if missing and not hasattr(found, "__getattr__"):
        raise BadInput(source, place, what, f"{adapter}, which has no {', '.join(missing)}")


def _find(name: str, source: str, place: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    try:
        found: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as problem:
        raise BadInput(source, f"{place} adapter", "simulated or module:Class", f"{name} ({problem})") from problem
    return found
