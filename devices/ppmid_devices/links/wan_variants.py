"""How a Communications Hub can reach the SM WAN: what each variant needs, and which homes it reaches. Pure.

| variant            | network           | of its own              | through a neighbour's hub      |
|--------------------|-------------------|-------------------------|--------------------------------|
| `cellular`         | cellular          | where there is coverage | never                          |
| `cellular+mesh`    | cellular          | the same, or by aerial  | a mesh hub, while it is on     |
| `buddy`            | cellular          | where there is coverage | its buddy, while that is on    |
| `long-range-radio` | long-range radio  | where there is coverage | never                          |

| aerial | fits            | ordered and fitted by |
|--------|-----------------|-----------------------|
| `T1`   | `cellular+mesh` | Supplier              |
| `T2`   | `cellular+mesh` | Supplier              |
| `T3`   | `cellular+mesh` | DCC                   |

One network serves a region: long-range radio the North, cellular all else. That aerials are for mesh hubs, and that the
DCC alone orders and fits a T3, is said of SKU2 hubs. What tells a buddy from mesh is assumed to be the pairing: a hub
in buddy mode reaches through one hub of its own mode, and no mesh hub serves it. That any aerial is enough for a home
that only an aerial helps is assumed too. A home that lacks a mast of the network gains nothing by an aerial.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ppmid_devices.links.contract import Aerial, Installer, Kind, Lends, Need, Network, Variant

Reach = Literal["own", "neighbour", "none"]


@dataclass(frozen=True, slots=True)
class HubVariant:
    """``neighbour``: the kind of hub that it needs at a neighbour's, empty where none helps."""

    network: Network
    neighbour: Lends = ""
    takes_aerials: bool = False


VARIANTS: Mapping[Variant, HubVariant] = MappingProxyType(
    {
        "cellular": HubVariant("cellular"),
        "cellular+mesh": HubVariant("cellular", "mesh", takes_aerials=True),
        "buddy": HubVariant("cellular", "buddy"),
        "long-range-radio": HubVariant("long-range-radio"),
    }
)
FITTED_BY: Mapping[Aerial, Installer] = MappingProxyType({"T1": "Supplier", "T2": "Supplier", "T3": "DCC"})
"""Who orders and fits an aerial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A home and its region. ``neighbour``: what a hub next door that is on lends, empty where there is none."""

    kind: Kind = "intermittent"
    network: Network = "cellular"
    lacks: Need = "none"
    neighbour: Lends = ""


def reach(site: Site, variant: Variant, aerial: Aerial | None = None) -> Reach:
    """How a hub of this variant reaches the SM WAN there, outages apart."""
    hub = VARIANTS[variant]
    if site.kind == "never-wan" or hub.network != site.network:
        return "none"
    if site.kind == "intermittent" or (site.lacks == "aerial" and aerial is not None and hub.takes_aerials):
        return "own"
    return "neighbour" if hub.neighbour and hub.neighbour == site.neighbour else "none"


def may_fit(installer: Installer, aerial: Aerial, variant: Variant) -> bool:
    """Whether this party may fit this aerial, and the hub has a place for it."""
    return VARIANTS[variant].takes_aerials and FITTED_BY[aerial] == installer
