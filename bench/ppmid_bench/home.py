"""The home of a scenario: what its Givens say, before anything is switched on."""

from dataclasses import dataclass, field
from typing import Any, Literal

from ppmid_bench.bench_file import LinkTable
from ppmid_devices import roles

WanKind = Literal["intermittent", "no-wan", "never-wan"]
WanVariant = Literal["cellular", "cellular+mesh"]


@dataclass(slots=True)
class HomePlan:
    """A home to be wired. ``settings`` and ``adapters`` are what the scenario itself asks of a party.

    ``wan``: intermittent (comes and goes), no-wan (planned, not served yet) or never-wan (beyond the coverage duty).
    ``wan_variant``: a hub with mesh can reach the WAN through a neighbour's hub, where there is one.
    """

    meters: list[str] = field(default_factory=list)
    wan: WanKind = "intermittent"
    wan_variant: WanVariant = "cellular"
    neighbour_hub: bool = False
    hub_can_relay: bool = False
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    adapters: dict[str, str] = field(default_factory=dict)
    links: dict[str, LinkTable] = field(default_factory=dict)

    def set(self, role: str, **settings: Any) -> None:
        """Ask for these settings of one party's simulation."""
        self.settings.setdefault(role, {}).update(settings)

    def parties(self) -> list[str]:
        """The parties that this home and its Supplier consist of."""
        return [role for role in roles.PARTIES if role not in roles.METERS or role in self.meters]

    def facts(self) -> dict[str, Any]:
        """What the evidence and the record say of the home."""
        return {
            "meters": self.meters,
            "wan": self.wan,
            "wan_variant": self.wan_variant,
            "hub": "can relay" if self.hub_can_relay else "today's",
        }
