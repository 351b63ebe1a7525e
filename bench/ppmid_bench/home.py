"""The home of a scenario: what its Givens say, before anything is switched on."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ppmid_bench.bench_file import LinkTable
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import UserSituation
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.links.bands import Bands
from ppmid_devices.links.channels import FIRST, FLOOR, QUIET_AIR, Noise
from ppmid_devices.links.contract import HubPort, Kind, Need, Network, Port, Variant
from ppmid_devices.meter.contract import MeterSituation
from ppmid_devices.neighbour_hub.contract import NeighbourSituation
from ppmid_devices.ports import CannotArrange
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_protocols.errors import Malformed
from ppmid_protocols.zigbee.sub_ghz import channel

Commissioned = Literal["over the SM WAN", "with a Hand-Held Terminal"]
_BY_WAN: Commissioned = "over the SM WAN"
_BY_HHT: Commissioned = "with a Hand-Held Terminal"
_UPPER_BAND = 31


@dataclass(slots=True)
class HomePlan:
    """A home to be wired. What a scenario asks of a device stands in the words of its contract, so that a real one can
    be asked too, None where any will do; ``adapters`` and ``links`` say who stands on the way.

    ``other_users``: Users beside the Supplier (``home_keys.OTHER_USERS``).
    ``wan``: intermittent (comes and goes), no-wan (planned, not served yet) or never-wan (beyond the coverage duty).
    ``wan_variant``: how the hub can reach it (``links.wan_variants``), ``neighbour_hub``: the hub next door, None where
    there is none, ``wan_network``: which network serves the region, ``wan_lacks``: what would give the home coverage.
    ``coverage_desk``: somebody works on the home's coverage.
    ``sub_ghz``: the devices that are in the 868 MHz band; the hub has both, unless one with 2.4 GHz only is asked for.
    ``noise``: on the channels of that band.
    ``commissioned``: over the SM WAN, or by an engineer with a Hand-Held Terminal; None: as its coverage has it.
    ``joined``: whether the PPMID has been joined to the meters (CS03), else that is still to be done.
    ``ihd_only``: an In-Home Display stands in the PPMID's place, and no delivery service knows of a PPMID.
    ``hub_exchange``: a new hub is at hand, to take the place of the one that is there.
    ``new_hub_takes``: how many devices in the 868 MHz band that one takes; None: as many as there are.
    ``hcalcs``: a HAN Connected Auxiliary Load Control Switch is in the home.
    ``carrier``: messages go to the PPMID by hand. ``engineer``: one with a Hand-Held Terminal is in the home.
    """

    meters: list[str] = field(default_factory=list)
    wan: Kind = "intermittent"
    wan_variant: Variant = "cellular"
    wan_network: Network = "cellular"
    wan_lacks: Need = "none"
    neighbour_hub: NeighbourSituation | None = None
    coverage_desk: bool = False
    engineer: bool = False
    hcalcs: bool = False
    sub_ghz: set[str] = field(default_factory=set)
    noise: Noise = QUIET_AIR
    commissioned: Commissioned | None = None
    joined: bool = True
    hub: HubSituation | None = None
    hub_exchange: bool = False
    new_hub_takes: int | None = None
    ppmid: PpmidSituation | None = None
    ihd_only: bool = False
    carrier: bool = False
    user: UserSituation | None = None
    meter_situations: dict[str, MeterSituation] = field(default_factory=dict)
    adapters: dict[str, str] = field(default_factory=dict)
    links: dict[str, LinkTable] = field(default_factory=dict)
    other_users: list[str] = field(default_factory=list)

    def ask(self, meter: str, **situation: Any) -> None:
        """Ask this of a meter (the fields of ``MeterSituation``), beside what was asked before."""
        self.meter_situations[meter] = replace(self.meter_situations.get(meter, MeterSituation()), **situation)

    def ask_hub(self, **situation: Any) -> None:
        """Ask this of the hub (fields of ``HubSituation``), beside what was asked before; else it is one of today."""
        self.hub = replace(self.hub or HubSituation(can_relay=False), **situation)

    def be_noisy(self, first: int, *, others: int = FLOOR, quiet: int | None = None) -> None:
        """Have noise at 868 MHz, in dBm: on the channel where a hub begins, and on others but an upper one.

        Raises CannotArrange where the upper band has no such channel.
        """
        try:
            spared = {} if quiet is None else {channel(_UPPER_BAND, quiet): FLOOR}
        except Malformed as error:
            raise CannotArrange(f"the upper channel {quiet}: {error}") from None
        self.noise = Noise({FIRST: first, **spared}, others)

    @property
    def was_commissioned(self) -> Commissioned:
        """How: where nothing is said, over the SM WAN in homes that it comes and goes in, else by an engineer.

        Raises CannotArrange for a home that the SM WAN is said to have commissioned and could not.
        """
        if self.commissioned == _BY_WAN and self.wan == "never-wan":
            raise CannotArrange("a home beyond the SM WAN's reach that was commissioned over it")
        return self.commissioned or (_BY_WAN if self.wan == "intermittent" else _BY_HHT)

    @property
    def _clocks(self) -> dict[str, str]:
        """Whether the meters' clocks have been set since, by meter."""
        asked = self.meter_situations
        return {meter: (asked[meter].clock if meter in asked else None) or "reliable" for meter in self.meters}

    def parties(self) -> list[str]:
        """The parties that this home and its Supplier consist of."""
        there = {*self.meters, *self.switches, *self.visitors}
        return [role for role in roles.PARTIES if role not in roles.NOT_EVERYWHERE or role in there]

    @property
    def absent(self) -> set[str]:
        """The devices that other homes have, and this one has not."""
        return {roles.ESME, roles.GSME, roles.HCALCS} - {*self.meters, *self.switches}

    @property
    def switches(self) -> tuple[str, ...]:
        """The home's HCALCS, if it has one."""
        return (roles.HCALCS,) if self.hcalcs else ()

    @property
    def visitors(self) -> tuple[str, ...]:
        """Who comes into the home by hand or on foot, is next door, or works on its coverage."""
        there = {
            roles.CARRIER: self.carrier,
            roles.HHT: self.engineer,
            roles.NEIGHBOUR_HUB: self.neighbour_hub is not None,
            roles.COVERAGE_DESK: self.coverage_desk,
        }
        return tuple(role for role, here in there.items() if here)

    @property
    def port(self) -> Port | HubPort:
        """The avenue into the home: of the hub, where that takes Commands itself, else of the PPMID."""
        if self._hub_port is not None:
            return self._hub_port
        return "internet" if self.ppmid is None else self.ppmid.port

    @property
    def avenue_end(self) -> str:
        """Who in the home is at the end of the avenue."""
        return roles.PPMID if self._hub_port is None else roles.HUB

    @property
    def _hub_port(self) -> HubPort | None:
        return None if self.hub is None else self.hub.port

    def coverage(self) -> dict[str, Any]:
        """What the SM WAN is told of the home, by the names of its constructor."""
        return {
            "kind": self.wan,
            "variant": self.wan_variant,
            "network": self.wan_network,
            "lacks": self.wan_lacks,
        }

    def bands(self) -> Bands:
        """Which device has which radio."""
        single = self.hub is not None and self.hub.dual_band is False
        return Bands(frozenset(self.sub_ghz), frozenset() if single else frozenset({roles.HUB}), self.noise)

    @property
    def ppmid_situation(self) -> PpmidSituation | None:
        """What is asked of the PPMID: as the scenario says, and whether it has been joined."""
        return self.ppmid if self.joined else replace(self.ppmid or PpmidSituation(), joined=False)

    @property
    def _asked_of_ppmid(self) -> str | None:
        """What the scenario asks of the PPMID beside its avenue; None: it is as it is."""
        relays = None if self.ppmid is None else self.ppmid.can_relay
        return {True: "able to relay", False: "unable to relay", None: None}[relays]

    def facts(self) -> dict[str, Any]:
        """What the evidence and the record say of the home."""
        return {
            "meters": self.meters,
            "ppmid_asked_to_be": self._asked_of_ppmid,
            "wan": self.wan,
            "wan_variant": self.wan_variant,
            "hub": "can relay" if self.hub is not None and self.hub.can_relay else "today's",
            "avenue": self.port,
            "avenue_end": self.avenue_end,
            "carrier": self.carrier,
            "engineer": self.engineer,
            "hcalcs": self.hcalcs,
            "neighbour_hub": None if self.neighbour_hub is None else self.neighbour_hub.lends or "nothing",
            "coverage_desk": self.coverage_desk,
            "sub_ghz": sorted(self.sub_ghz),
            "noise": self.noise.facts,
            "joined": self.joined,
            "commissioned": self.was_commissioned,
            "clocks": self._clocks,
        }
