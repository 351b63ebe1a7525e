"""Adapters that installed distributions offer by name, under the entry point group ``ppmid_harness.adapters``.

    [project.entry-points."ppmid_harness.adapters"]
    acme = "acme_ppmid.adapter:AcmePpmid"

A name is found in the metadata alone: nothing of a distribution is imported before a bench file asks for it. What the
record then says is the ``module:Class`` behind the name, which means the same wherever it is read.
"""

import difflib
from dataclasses import dataclass
from importlib.metadata import entry_points

from ppmid_bench.errors import BadInput

GROUP = "ppmid_harness.adapters"


@dataclass(frozen=True, slots=True, order=True)
class Installed:
    """One offer: ``name`` stands for ``adapter`` (module:Class), by a ``distribution`` of this ``version``."""

    name: str
    adapter: str
    distribution: str
    version: str


def installed() -> list[Installed]:
    """Every offer of this environment, by name."""
    found = set()
    for point in entry_points(group=GROUP):
        of = ("", "") if point.dist is None else (point.dist.name, point.dist.version)
        found.add(Installed(point.name, point.value, *of))
    return sorted(found)


def resolved(adapter: str, source: str, place: str, known: tuple[str, ...]) -> str:
    """``adapter`` as module:Class where it is the name of an offer. Raises BadInput for a name that nobody offers.

    What has a colon is a class already; ``known`` are names that the bench has adapters for itself. Two distributions
    that offer one name are refused: which of them is found first is an accident of the environment.
    """
    if ":" in adapter or adapter in known:
        return adapter
    every = installed()
    offers = [offer for offer in every if offer.name == adapter]
    if len(offers) > 1:
        of = " and ".join(f"{offer.distribution} ({offer.adapter})" for offer in offers)
        raise BadInput(source, f"{place} adapter", "a name that one distribution offers", f"{adapter} of {of}")
    if not offers:
        names = [*known, *(offer.name for offer in every)]
        near = difflib.get_close_matches(adapter, names, n=1)
        hint = f"; the nearest is {near[0]}" if near else ""
        expected = f"module:Class, or one of {', '.join(names)}"
        raise BadInput(source, f"{place} adapter", expected, f"{adapter!r}{hint}")
    return offers[0].adapter
