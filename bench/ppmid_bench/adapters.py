"""Which class stands for a party: our own, in this process or another, or what is named as module:Class.

Whether a class can stand there is found out before anything runs: it has the methods of the contract, its constructor
takes what the role is given, and the bench file's settings are such as it takes.
"""

import inspect
from collections.abc import Callable, Collection
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Protocol, Unpack, get_args, get_origin, get_type_hints

from ppmid_bench import lab
from ppmid_bench.adapter_classes import Same, find, require_methods, settings_hint, settings_of
from ppmid_bench.bench_file import OPERATOR, OURS, PROCESS, REPLAY, BenchFile
from ppmid_bench.errors import BadInput
from ppmid_bench.kinds import KINDS
from ppmid_bench.link_adapters import require_links
from ppmid_bench.offers import offers
from ppmid_bench.remote_party import RemoteParty
from ppmid_devices import roles
from ppmid_devices.needs import NEEDS
from ppmid_devices.ports import CannotArrange, Nature
from ppmid_devices.remote.contracts import CONTRACTS, is_property

SIMULATIONS = {
    roles.DCC_USER: "ppmid_devices.dcc_user.simulated:SimulatedDccUser",
    roles.DCC: "ppmid_devices.dcc.simulated:SimulatedDcc",
    roles.DELIVERY_SERVICE: "ppmid_devices.delivery_service.simulated:SimulatedDeliveryService",
    roles.PPMID: "ppmid_devices.ppmid.simulated:SimulatedPpmid",
    roles.HUB: "ppmid_devices.hub.simulated:SimulatedHub",
    roles.ESME: "ppmid_devices.meter.esme:SimulatedEsme",
    roles.GSME: "ppmid_devices.meter.gsme:SimulatedGsme",
    roles.CARRIER: "ppmid_devices.carrier.simulated:SimulatedCarrier",
    roles.HHT: "ppmid_devices.hht.simulated:SimulatedHht",
    roles.NEIGHBOUR_HUB: "ppmid_devices.neighbour_hub.simulated:SimulatedNeighbourHub",
    roles.COVERAGE_DESK: "ppmid_devices.coverage_desk.simulated:SimulatedCoverageDesk",
    roles.HCALCS: "ppmid_devices.hcalcs.simulated:SimulatedHcalcs",
}
"""Our own simulation of each role, as module:Class."""


_HERE_ALONE = (roles.NEIGHBOUR_HUB, roles.COVERAGE_DESK)
"""What moves the SM WAN itself, which only a party in this process can."""


_NAMED = {REPLAY: "ppmid_devices.lines.replayed_party:ReplayedParty"}
"""Adapters that stand for a party of any role."""

_OPERATORS = {
    roles.PPMID: "ppmid_devices.operator.ppmid:OperatorPpmid",
    roles.ESME: "ppmid_devices.operator.meter:OperatorMeter",
    roles.GSME: "ppmid_devices.operator.meter:OperatorMeter",
    roles.CARRIER: "ppmid_devices.operator.carrier:OperatorCarrier",
}
"""A person in front of a real device, by the roles that have something to see, to press or to carry."""


class Observing(Protocol):
    """An adapter that notes what is odd about what stands behind it; others have no ``findings``."""

    @property
    def findings(self) -> tuple[str, ...]:
        """A sentence each, oldest first."""


class Beside(Protocol):
    """Settings that name files or folders."""

    def beside(self, folder: Path) -> Any:
        """The same settings, with relative paths taken from ``folder``."""


class Many(Protocol):
    """Settings of an adapter that has a device for each scenario, if they say so; others have no ``many``."""

    @property
    def many(self) -> bool:
        """Whether they do."""


class Closing(Protocol):
    """An adapter that holds something of the real world, such as a process or a port; others have no ``close``."""

    def close(self) -> None:
        """Give it back: the scenario has ended, or the home could not be switched on."""


def build(role: str, adapter: str, settings: dict[str, Any], source: str, **needs: Any) -> Any:
    """Make the party ``role``: its adapter's class, called with ``needs`` and its settings.

    Raises BadInput, and CannotArrange where the home asks for what only some adapters of the role have.
    """
    found = _class(role, adapter, source)
    make = partial(RemoteParty, role, SIMULATIONS[role]) if adapter == PROCESS else found
    if needs.keys() > NEEDS[role]:
        try:
            inspect.signature(make).bind(settings=None, **needs)
        except TypeError as problem:
            beside = ", ".join(sorted(needs.keys() - NEEDS[role]))
            raise CannotArrange(f"{adapter} as {role}: its constructor does not take {beside}") from problem
    shape = _shape(found, role, adapter, source)
    return make(settings=_settings(shape, role, settings, source), **needs)


def who_stands(role: str, bench: BenchFile, put_there: str | None) -> tuple[str, dict[str, Any]]:
    """The adapter of a role, with its settings: the bench's, or the one that a scenario has ``put_there``.

    A scenario's own takes those of the bench's settings that it knows: the others are of a device that is not there.
    Raises BadInput.
    """
    entry = bench.party(role)
    if put_there is None or put_there == entry.adapter:
        return entry.adapter, entry.settings
    known = {field.name for field in fields(settings_shape(role, put_there, bench.source))}
    return put_there, {name: value for name, value in entry.settings.items() if name in known}


def settings_shape(role: str, adapter: str, source: str) -> type:
    """The dataclass of the settings that an adapter takes. Raises BadInput."""
    return _shape(_class(role, adapter, source), role, adapter, source)


def _shape(found: Callable[..., Any], role: str, adapter: str, source: str) -> type:
    """The same of a class that was found."""
    shape = settings_hint(found)
    if not isinstance(shape, type) or not is_dataclass(shape):
        raise BadInput(source, f"[parties.{role}] adapter", "a class whose constructor takes typed settings", adapter)
    return shape


def require_adapters(bench: BenchFile, *, files: bool = True) -> None:
    """Raise BadInput unless all that a bench file names can be made of it; asked before anything runs.

    ``files``: the certificates of a real line are there too, without which nothing can run.
    """
    lab.require(bench, files=files)
    for role, entry in bench.parties.items():
        _require_fit(role, bench)
        if entry.adapter == PROCESS and role in _HERE_ALONE:
            raise BadInput(bench.source, f"[parties.{role}] adapter", "simulated or module:Class", PROCESS)
        if entry.adapter == PROCESS and bench.time != "wall":
            raise BadInput(bench.source, f"[parties.{role}] adapter", 'time = "wall" with a process', bench.time)
        party_settings(role, entry.adapter, entry.settings, bench.source)
    require_links(bench, files=files)
    _require_kind(bench)


def _require_kind(bench: BenchFile) -> None:
    """Raise BadInput unless the parties that the kind says are real, and where it says none, none is."""
    if bench.kind:
        expected = KINDS[bench.kind].real
        found = [role for role in roles.PARTIES if kind(role, bench) == "real"]
        if not set(expected) <= set(found) or (found and not expected):
            real = f"as real parties {', '.join(expected)}" if expected else "no real party"
            raise BadInput(bench.source, "[bench] kind", f"{real} on a {bench.kind}", ", ".join(found) or "none")


def kind(role: str, bench: BenchFile) -> str:
    """``simulated``, ``process`` for our own, faulty ones too; ``replay`` out of a capture; ``manual`` where a person
    stands for a real device; ``real`` for all else, but for an adapter that says of itself that nothing real is there.
    """
    adapter = bench.party(role).adapter
    if adapter in (PROCESS, REPLAY):
        return adapter
    try:
        nature = _nature(role, bench)
    except BadInput:  # a class that is not here, as when an old run is looked at: nobody knows
        nature = Nature(real=not is_our_own(adapter))
    if nature.by_hand:
        return "manual"
    return "real" if nature.real else "simulated"


def is_many(role: str, bench: BenchFile) -> bool:
    """Whether there are as many of a party as are asked for, since the bench starts it. Raises BadInput."""
    entry = bench.party(role)
    settings = party_settings(role, entry.adapter, entry.settings, bench.source)
    return offers(settings, Many) and settings.many


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


def party_settings(role: str, adapter: str, settings: dict[str, Any], source: str) -> Any:
    """A bench file's settings of a party as its adapter takes them, paths from beside the file. Raises BadInput."""
    return _settings(settings_shape(role, adapter, source), role, settings, source)


def _settings(shape: type, role: str, settings: dict[str, Any], source: str) -> Any:
    made = settings_of(shape, settings, source, f"[parties.{role}]")
    return made.beside(Path(source).parent) if offers(made, Beside) else made


def _require_names(found: Any, names: Collection[str]) -> None:
    """Raise TypeError where a constructor takes its needs as ``Unpack`` of a shape that lacks one of these names."""
    for hint in get_type_hints(found.__init__).values():
        for shape in get_args(hint) if get_origin(hint) is Unpack else ():
            lacking = sorted(set(names) - set(get_type_hints(shape)))
            if lacking:
                raise TypeError(f"it takes {shape.__name__}, without {', '.join(lacking)}")


def _class(role: str, adapter: str, source: str) -> Callable[..., Any]:
    place = f"[parties.{role}]"
    if adapter == OPERATOR and role not in _OPERATORS:
        raise BadInput(source, f"{place} adapter", f"{OPERATOR} for {', '.join(_OPERATORS)} only", role)
    own = {OPERATOR: _OPERATORS.get(role), **_NAMED, **dict.fromkeys(OURS, SIMULATIONS[role])}
    found = find(own.get(adapter) or adapter, source, place)
    place += " adapter"
    require_methods(found, _methods(role), source, place, f"an adapter of {role}", adapter)
    problem = _misfit(Same(found), role)
    if problem:
        expected = f"an adapter of {role}, whose constructor takes settings, {', '.join(sorted(NEEDS[role]))}"
        raise BadInput(source, place, expected, f"{adapter} ({problem})")
    return found


@cache
def _methods(role: str) -> tuple[str, ...]:
    """The names in a contract that are no properties."""
    return tuple(name for name in vars(CONTRACTS[role]) if not is_property(role, name))


@lru_cache(maxsize=256)
def _misfit(same: Same, role: str) -> str:
    """Why a constructor does not take what the role is given; empty where it does. Asked again for every scenario."""
    try:
        inspect.signature(same.found).bind(settings=None, **dict.fromkeys(NEEDS[role]))
        _require_names(same.found, NEEDS[role])
    except (TypeError, ValueError) as problem:
        return str(problem)
    return ""
