"""What the constructor of each role's adapter is called with: the keys and lines that are its own (``needs``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ppmid_bench import other_home
from ppmid_bench.home import HomePlan
from ppmid_bench.home_keys import (
    ACCESS_CONTROL_BROKER,
    NEIGHBOUR_HUB,
    NETWORK_OPERATOR,
    NEW_GPF,
    NEW_HUB,
    SUPPLIER,
    HomeKeys,
)
from ppmid_bench.rehearsal import Rehearsal
from ppmid_bench.wired_han import membership
from ppmid_devices import roles
from ppmid_devices.lines.ends import Unheard
from ppmid_devices.links.han import Han
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.links.wan import Wan
from ppmid_devices.needs import (
    CarrierNeeds,
    CoverageDeskNeeds,
    DccNeeds,
    DccUserNeeds,
    DeliveryServiceNeeds,
    HcalcsNeeds,
    HhtNeeds,
    HubNeeds,
    MeterNeeds,
    NeighbourHubNeeds,
    PpmidNeeds,
)
from ppmid_devices.ports import Clock

HOME = "home-1"
"""The home's name on the avenue."""


@dataclass(frozen=True, slots=True)
class Links:
    """The four interfaces. ``handover``: the Supplier's end of an avenue whose messages go by hand, else the avenue."""

    duis: Link
    wan: Wan
    avenue: Link
    han: Han
    handover: Link
    rehearsal: Rehearsal | None = None
    """What the process at the home's end of the avenue is told of that end, where it is a real line to it."""


def hub_needs(plan: HomePlan, keys: HomeKeys, clock: Clock, links: Links) -> HubNeeds:
    meters = {keys.eui(meter): meter for meter in plan.meters}
    return HubNeeds(
        clock=clock,
        credentials=keys.credentials_of(roles.HUB),
        directory=keys.directory_of(roles.HUB),
        gas_proxy=keys.held(roles.GPF),
        supplier=keys.eui(SUPPLIER),
        access_control_broker=keys.eui(ACCESS_CONTROL_BROKER),
        wan=links.wan,
        han=links.han,
        membership=membership(roles.HUB, plan, keys),
        devices=meters | {keys.eui(role): role for role in (roles.PPMID, *plan.switches)},
        hhts={keys.eui(roles.HHT): keys.agreed(roles.HHT)} if plan.engineer else {},
        situation=plan.hub,
    )


def needs_of(
    role: str, plan: HomePlan, keys: HomeKeys, clock: Clock, links: Links, built: dict[str, Any]
) -> Mapping[str, Any]:
    """What the constructor of a role's adapter is called with, beside its settings."""
    meters = {keys.eui(meter): meter for meter in plan.meters}
    ppmid, hub, broker = keys.eui(roles.PPMID), keys.eui(roles.HUB), keys.eui(ACCESS_CONTROL_BROKER)
    devices = meters | {hub: roles.HUB, keys.eui(roles.GPF): roles.GPF, ppmid: roles.PPMID}
    devices |= {keys.eui(switch): switch for switch in plan.switches}
    if plan.hub_exchange and role in (roles.DCC, roles.DCC_USER):
        devices |= {keys.eui(NEW_HUB): roles.HUB, keys.eui(NEW_GPF): roles.GPF}
    unmet = () if plan.joined else (roles.PPMID, roles.GSME)
    match role:
        case roles.DCC:
            return DccNeeds(
                clock=clock,
                credentials=keys.credentials_of(ACCESS_CONTROL_BROKER),
                directory=keys.directory_of(role),
                duis=links.duis,
                wan=links.wan,
                devices=devices,
            )
        case roles.DCC_USER:
            return DccUserNeeds(
                clock=clock,
                credentials=keys.credentials_of(SUPPLIER),
                directory=keys.directory_of(role),
                duis=links.duis,
                delivery=built[roles.DELIVERY_SERVICE],
                dcc=broker,
                devices=devices,
                situation=plan.user,
            )
        case roles.DELIVERY_SERVICE:
            return DeliveryServiceNeeds(
                clock=clock,
                key=keys.avenue_key(role),
                ppmid_key=keys.avenue_public(plan.avenue_end),
                homes=({} if plan.ihd_only else {HOME: tuple(meters)}) | {other_home.HOME: (other_home.METER,)},
                home=HOME,
                ppmid=keys.eui(plan.avenue_end),
                avenue=links.handover,
            )
        case roles.PPMID:
            return PpmidNeeds(
                clock=clock,
                credentials=keys.credentials_of(role),
                directory=keys.directory_of(role, unmet),
                key=keys.avenue_key(role),
                senders={roles.DELIVERY_SERVICE: keys.avenue_public(roles.DELIVERY_SERVICE)},
                home=HOME,
                avenue=links.avenue if plan.avenue_end == role else _unplugged(keys, clock),
                han=links.han,
                membership=membership(role, plan, keys),
                hub=hub,
                gpf=keys.eui(roles.GPF),
                supplier=keys.eui(SUPPLIER),
                access_control_broker=broker,
                meters=meters,
                situation=plan.ppmid_situation,
            )
        case roles.HUB:
            return hub_needs(plan, keys, clock, links)
        case roles.CARRIER:
            return CarrierNeeds(
                clock=clock,
                port=plan.port,
                ppmid=keys.eui(plan.avenue_end),
                handover=links.handover,
                avenue=links.avenue,
            )
        case roles.HHT:
            return HhtNeeds(
                clock=clock,
                eui=keys.eui(role),
                install_code=keys.install_code(role),
                agreed=keys.agreed(role),
                han=links.han,
            )
        case roles.NEIGHBOUR_HUB:
            return NeighbourHubNeeds(clock=clock, eui=NEIGHBOUR_HUB, wan=links.wan, situation=plan.neighbour_hub)
        case roles.HCALCS:
            return HcalcsNeeds(
                clock=clock,
                credentials=keys.credentials_of(role),
                directory=keys.directory_of(role),
                han=links.han,
                membership=membership(role, plan, keys),
                hub=hub,
                supplier=keys.eui(SUPPLIER),
                access_control_broker=broker,
                devices={hub: roles.HUB},
            )
        case roles.COVERAGE_DESK:
            return CoverageDeskNeeds(clock=clock, home=HOME, wan=links.wan)
        case _:
            return MeterNeeds(
                clock=clock,
                credentials=keys.credentials_of(role),
                directory=keys.directory_of(role, unmet),
                han=links.han,
                membership=membership(role, plan, keys),
                hub=hub,
                supplier=keys.eui(SUPPLIER),
                access_control_broker=broker,
                ppmid=ppmid if plan.joined else None,
                situation=plan.meter_situations.get(role),
            )


def needs_of_port(role: str, plan: HomePlan, keys: HomeKeys, links: Links) -> Mapping[str, Any]:
    """What an adapter is called with beside, where the hub takes Commands by a port of its own."""
    if plan.avenue_end != roles.HUB:
        return {}
    if role == roles.HUB:
        service = roles.DELIVERY_SERVICE
        return {
            "key": keys.avenue_key(role),
            "senders": {service: keys.avenue_public(service)},
            "home": HOME,
            "avenue": links.avenue,
        }
    return {"there": plan.avenue_end} if role in (roles.DELIVERY_SERVICE, roles.CARRIER) else {}


def needs_of_switches(role: str, plan: HomePlan, keys: HomeKeys) -> Mapping[str, Any]:
    """What an adapter is called with beside, where an HCALCS is in the home."""
    if role != roles.PPMID or not plan.switches:
        return {}
    return {"switches": tuple(map(keys.eui, plan.switches))}


def needs_of_users(role: str, plan: HomePlan, keys: HomeKeys) -> Mapping[str, Any]:
    """What an adapter is called with beside, where a network operator is among the Users: a meter knows it."""
    if role not in roles.METERS or NETWORK_OPERATOR not in plan.other_users:
        return {}
    return {"network_operator": keys.eui(NETWORK_OPERATOR)}


def _unplugged(keys: HomeKeys, clock: Clock) -> Link:
    """The avenue of a PPMID that nobody reaches: it never comes up."""
    line = Link("nobody's", clock, Unheard(), keys.derivation.random("nobody's"), Conditions())
    line.set_up(False)
    return line
