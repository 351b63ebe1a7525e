"""Which class stands for a link: our own simulation, one of our real media by its name, or what is named module:Class.

A link's class is called with its name, the clock, the tap, its stream of chance and its conditions, and by name with
what the home says of it. One that takes ``settings`` (a dataclass) is given what else its table holds.
"""

from collections.abc import Callable
from dataclasses import is_dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol, Self, runtime_checkable

import msgspec

from ppmid_bench import lines
from ppmid_bench.adapter_classes import find, require_methods, settings_hint, settings_of
from ppmid_bench.bench_file import SIMULATED, BenchFile, LinkTable
from ppmid_bench.errors import BadInput
from ppmid_bench.installed import resolved
from ppmid_bench.kinds import KINDS
from ppmid_bench.rehearsal import ADAPTER as REHEARSAL
from ppmid_devices.lines.ends import NotUsable
from ppmid_devices.lines.table import LINES
from ppmid_devices.links.link import Conditions
from ppmid_devices.ports import Nature

_LINKS = {
    "duis": "ppmid_devices.links.link:Link",
    "wan": "ppmid_devices.links.wan:Wan",
    "avenue": "ppmid_devices.links.link:Link",
    "han": "ppmid_devices.links.han:Han",
}
MEDIA = {
    ("han", "zep"): "ppmid_devices.lines.zep:ZepHan",
    ("han", "sniffer"): "ppmid_devices.lines.sniffer:SniffedHan",
    ("han", "replay"): "ppmid_devices.lines.replay:ReplayedHan",
}
"""Real media of ours, by the link and the word that a bench file has for them."""


@runtime_checkable
class Usable(Protocol):
    """Settings that name files, and that can be looked at before anything runs."""

    def beside(self, folder: Path) -> Self:
        """The same settings, with relative paths taken from ``folder``."""

    def require(self) -> None:
        """Raise NotUsable when nothing can come of these settings."""


def link_class(name: str, table: LinkTable | None, source: str) -> Callable[..., Any]:
    """The class of the link ``name``, with the settings of its table. Raises BadInput."""
    table = table or LinkTable()
    place = f"[links.{name}]"
    own = find(_LINKS[name], source, place)
    found = own
    if table.adapter != SIMULATED:
        ours = (*(word for link, word in MEDIA if link == name), *(LINES if name == lines.AVENUE else ()))
        adapter = resolved(table.adapter, source, place, (SIMULATED, *ours))
        found = find(MEDIA.get((name, adapter), adapter), source, place)
    require_methods(found, _methods(own), source, f"{place} adapter", f"an adapter of the link {name}", table.adapter)
    shape = settings_hint(found)
    if isinstance(shape, type) and is_dataclass(shape):
        settings = settings_of(shape, table.settings, source, place)
        if isinstance(settings, Usable):
            settings = settings.beside(Path(source).parent)
        return partial(found, settings=settings)
    if table.settings:
        known = ", ".join(field for field in LinkTable.__struct_fields__ if field != "settings")
        raise BadInput(source, place, f"only {known}", ", ".join(sorted(table.settings)))
    return found


@lru_cache(maxsize=16)
def _methods(own: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a class of ours that can be called."""
    return tuple(name for name in dir(own) if callable(getattr(own, name)))


def table_of(name: str, scenario: LinkTable | None, bench: BenchFile) -> LinkTable | None:
    """How a link behaves: as the scenario says, else as the bench file does; on the bench's medium in either case."""
    own = bench.links.get(name)
    if scenario is None or own is None or scenario.adapter != SIMULATED:
        return scenario or own
    return msgspec.structs.replace(scenario, adapter=own.adapter, settings=own.settings)


_KEEP_ALL = ("tls", "stick", "nfc", REHEARSAL)
"""Real lines that bring what they are given whole or not at all, and say so; a serial line may lose an octet."""


def disturbed(bench: BenchFile) -> set[str]:
    """The links of a bench that may not carry everything as it is."""
    return {name for name, table in bench.links.items() if not _carries_all(name, table, bench)}


def _carries_all(name: str, table: LinkTable, bench: BenchFile) -> bool:
    if table.conditions(Conditions()) != Conditions() or table.settings.get("proxy"):
        return False
    if name == "han" and table.adapter == "zep":
        return bench.kind in KINDS and not KINDS[bench.kind].air
    return lines.is_real(bench.links, name) and table.adapter in _KEEP_ALL


def require_links(bench: BenchFile, *, files: bool = True) -> None:
    """Raise BadInput unless every link that a bench file names can be made, and lives in the bench's kind of time."""
    lines.require(bench, files=files)
    for name, table in bench.links.items():
        if lines.is_real(bench.links, name):
            continue
        make = link_class(name, table, bench.source)
        nature = _nature(make)
        if nature.wall_clock_only and bench.time != "wall":
            raise BadInput(bench.source, f"[links.{name}] adapter", f'time = "wall" with {table.adapter}', bench.time)
        settings = make.keywords["settings"] if isinstance(make, partial) else None
        hides = nature.hides | getattr(settings, "hides", frozenset())
        hidden = ", ".join(sorted(hides & bench.points))
        if hidden:
            raise BadInput(bench.source, "[bench] points", f"only what can be seen with {table.adapter}", hidden)
        if isinstance(settings, Usable):
            try:
                settings.require()
            except NotUsable as problem:
                place = f"[links.{name}].{problem.setting}"
                raise BadInput(bench.source, place, problem.expected, problem.found) from problem


def _nature(make: Callable[..., Any]) -> Nature:
    found: Nature = getattr(make.func if isinstance(make, partial) else make, "nature", Nature(real=False))
    return found
