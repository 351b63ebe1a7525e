"""Which class stands for a party or link: our own, or what the bench file or scenario names as module:Class."""

import importlib
from collections.abc import Callable
from dataclasses import is_dataclass
from typing import Any, get_type_hints

import msgspec

from ppmid_bench.bench_file import SIMULATED, BenchFile, LinkTable
from ppmid_bench.errors import BadInput
from ppmid_devices import roles

_SIMULATED = {
    roles.DCC_USER: "ppmid_devices.dcc_user.simulated:SimulatedDccUser",
    roles.DCC: "ppmid_devices.dcc.simulated:SimulatedDcc",
    roles.DELIVERY_SERVICE: "ppmid_devices.delivery_service.simulated:SimulatedDeliveryService",
    roles.PPMID: "ppmid_devices.ppmid.simulated:SimulatedPpmid",
    roles.HUB: "ppmid_devices.hub.simulated:SimulatedHub",
    roles.ESME: "ppmid_devices.meter.esme:SimulatedEsme",
    roles.GSME: "ppmid_devices.meter.gsme:SimulatedGsme",
}


_LINKS = {
    "duis": "ppmid_devices.links.link:Link",
    "wan": "ppmid_devices.links.wan:Wan",
    "avenue": "ppmid_devices.links.link:Link",
    "han": "ppmid_devices.links.han:Han",
}


def link_class(name: str, table: LinkTable | None, source: str) -> Callable[..., Any]:
    """The class of the link ``name``: our own, or what its table names as module:Class. Raises BadInput."""
    adapter = SIMULATED if table is None else table.adapter
    return _find(_LINKS[name] if adapter == SIMULATED else adapter, source, f"[links.{name}]")


def build(role: str, adapter: str, settings: dict[str, Any], source: str, **needs: Any) -> Any:
    """Make the party ``role``: its adapter's class, called with ``needs`` and its settings. Raises BadInput."""
    place = f"[parties.{role}]"
    maker = _find(_class_of(role, adapter), source, place)
    shape = get_type_hints(maker.__init__).get("settings")
    if shape is None or not is_dataclass(shape):
        raise BadInput(source, f"{place} adapter", "a class whose constructor takes typed settings", adapter)
    try:
        return maker(settings=msgspec.convert(settings, shape), **needs)
    except msgspec.ValidationError as problem:
        raise BadInput(source, place, str(problem)) from problem


def require_adapters(bench: BenchFile) -> None:
    """Raise BadInput unless every adapter that the bench file names can be found; asked before anything runs."""
    for role, entry in bench.parties.items():
        _find(_class_of(role, entry.adapter), bench.source, f"[parties.{role}]")
    for name, table in bench.links.items():
        link_class(name, table, bench.source)


def _class_of(role: str, adapter: str) -> str:
    return _SIMULATED[role] if adapter == SIMULATED else adapter


def _find(name: str, source: str, place: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    try:
        found: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as problem:
        raise BadInput(source, f"{place} adapter", "simulated or module:Class", f"{name} ({problem})") from problem
    return found
