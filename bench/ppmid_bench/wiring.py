"""How a home is put together: its links, its parties with the keys and lines of their own, and who listens to what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ppmid_bench import adapters, lines, other_home, stranger
from ppmid_bench.bench_file import PROCESS, BenchFile
from ppmid_bench.control import ControlPort
from ppmid_bench.describe import AvenueReader, DuisReader, HanReader, WanReader
from ppmid_bench.describe_carried import readers as carried_readers
from ppmid_bench.han_ear import BunchOfKeysEar, HanEar
from ppmid_bench.home import HomePlan
from ppmid_bench.home_keys import ACCESS_CONTROL_BROKER, NEIGHBOUR_HUB, NEW_GPF, NEW_HUB, SUPPLIER, HomeKeys
from ppmid_bench.link_adapters import link_class, table_of
from ppmid_bench.other_user import OtherUser
from ppmid_bench.recorder import Reader, Recorder
from ppmid_bench.rehearsal import Rehearsal, zep_node
from ppmid_bench.remote_party import RemoteParty
from ppmid_devices import roles
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.dcc_user.vending import Vendor
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.lines.ends import Unheard
from ppmid_devices.lines.overheard import OverheardHan
from ppmid_devices.links.han import QUIET, Han, HanMembership, Place
from ppmid_devices.links.handover import Handover
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.links.wan import CELLULAR, Wan
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
from ppmid_devices.ports import MILLISECOND, CannotArrange, Clock, Tap
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.han import HanKeys

HOME = "home-1"
"""The home's name on the avenue."""

_BROADBAND = Conditions(delay=40 * MILLISECOND)
_GATEWAY = Conditions(delay=50 * MILLISECOND)
_TOUCH = Conditions(delay=MILLISECOND)


@dataclass(frozen=True, slots=True)
class Links:
    """The four interfaces. ``handover``: the Supplier's end of an avenue whose messages go by hand, else the avenue."""

    duis: Link
    wan: Wan
    avenue: Link
    han: Han
    handover: Link
    rehearsal: Rehearsal | None = None
    """What the PPMID's process is told of its own end of the avenue, where that is a real line to it."""


def wire_links(
    plan: HomePlan, bench: BenchFile, keys: HomeKeys, clock: Clock, tap: Tap, control: ControlPort | None = None
) -> Links:
    """The links, behaving as the scenario says, else the bench file, else as they are."""

    def link(name: str, own: Conditions, **more: Any) -> Any:
        table = table_of(name, plan.links.get(name), bench)
        conditions = own if table is None else table.conditions(own)
        make = link_class(name, table, bench.source)
        return make(name, clock, tap, keys.derivation.random(name), conditions, **more)

    avenue: Link
    rehearsal: Rehearsal | None = None
    if control is not None and lines.is_rehearsed(bench):
        ppmid = keys.eui(roles.PPMID)
        rehearsal = lines.rehearse(plan, control, keys.derivation, ppmid=ppmid, clock=clock, tap=tap)
        avenue = rehearsal.line
    elif lines.is_real(bench.links, lines.AVENUE):
        chance = keys.derivation.random(lines.AVENUE)
        avenue = lines.harness_end(plan, bench, ppmid=keys.eui(plan.avenue_end), clock=clock, tap=tap, random=chance)
    else:
        avenue = link(lines.AVENUE, _TOUCH if plan.carrier else _BROADBAND)
    handover = avenue
    if plan.carrier:
        avenue.set_up(False)
        handover = Handover("avenue", clock, tap, keys.derivation.random("handover"), _BROADBAND)
    return Links(
        duis=link("duis", _GATEWAY),
        wan=link("wan", CELLULAR, **plan.coverage()),
        avenue=avenue,
        han=link("han", QUIET, bands=plan.bands(), places=_places(plan, keys)),
        handover=handover,
        rehearsal=rehearsal,
    )


def wire_parties(plan: HomePlan, bench: BenchFile, keys: HomeKeys, clock: Clock, links: Links) -> dict[str, Any]:
    """The parties by role, each built by its adapter with the keys that are its own; none is switched on yet."""
    built: dict[str, Any] = {}
    for role in (
        roles.DCC,
        roles.DELIVERY_SERVICE,
        roles.DCC_USER,
        roles.PPMID,
        roles.HUB,
        *plan.meters,
        *plan.switches,
        *plan.visitors,
    ):
        entry = bench.party(role)
        built[role] = adapters.build(
            role,
            plan.adapters.get(role, entry.adapter),
            entry.settings,
            bench.source,
            **_needs(role, plan, keys, clock, links, built),
            **_needs_of_port(role, plan, keys, links),
            **_needs_of_switches(role, plan, keys),
        )
    if plan.hub_exchange:
        built[NEW_HUB] = _new_hub(plan, bench, keys, clock, links)
    return built


def _new_hub(plan: HomePlan, bench: BenchFile, keys: HomeKeys, clock: Clock, links: Links) -> Any:
    """The hub that is to take the place of the home's: of the same make, with a network of its own, and no devices.

    Raises CannotArrange.
    """
    entry = bench.party(roles.HUB)
    adapter = plan.adapters.get(roles.HUB, entry.adapter)
    if adapter == PROCESS or plan.avenue_end == roles.HUB:
        raise CannotArrange("a hub in a process of its own, or with a port of its own, is not exchanged")
    needs = _hub_needs(plan, keys, clock, links)
    needs["credentials"], needs["directory"] = keys.credentials_of(NEW_HUB), keys.directory_of(NEW_HUB)
    needs["gas_proxy"] = keys.held(NEW_GPF)
    needs["situation"] = replace(plan.hub or HubSituation(can_relay=False), new=True)
    needs["membership"] = replace(
        needs["membership"],
        eui=keys.eui(NEW_HUB),
        network_key=keys.symmetric("network of the new hub"),
        link_keys={},
        addresses={keys.eui(NEW_HUB): keys.short_address(roles.HUB)},
    )
    return adapters.build(roles.HUB, adapter, entry.settings, bench.source, **needs)


def _hub_needs(plan: HomePlan, keys: HomeKeys, clock: Clock, links: Links) -> HubNeeds:
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
        membership=_membership(roles.HUB, plan, keys),
        devices=meters | {keys.eui(role): role for role in (roles.PPMID, *plan.switches)},
        hhts={keys.eui(roles.HHT): keys.agreed(roles.HHT)} if plan.engineer else {},
        situation=plan.hub,
    )


def other_user(name: str, plan: HomePlan, keys: HomeKeys, clock: Clock, links: Links) -> OtherUser:
    """A User beside the Supplier, with the keys that are its own and every certificate that is public."""
    credentials, vendor = keys.credentials_of(name), None
    if credentials.prepayment is not None:
        vendor = Vendor(
            credentials=credentials,
            directory=keys.directory_of(roles.DCC_USER),
            meters=map(keys.eui, plan.meters),
            clock=clock,
            settings=DccUserSettings(),
        )
    return OtherUser(name, credentials, links.duis, vendor, keys.authority)


def processes(parties: Mapping[str, Any], bench: BenchFile, control: ControlPort, links: Links) -> list[RemoteParty]:
    """Those of the parties that live in processes; they call at ``control``, and reach real lines themselves."""
    found = {role: party for role, party in parties.items() if isinstance(party, RemoteParty)}
    zep = zep_node(links.han)
    for role, party in found.items():
        avenue = links.rehearsal.far if links.rehearsal is not None and role == roles.PPMID else None
        ends = {name: end for name, end in (("han", zep), ("avenue", avenue)) if end is not None}
        party.live_at(control, by_hand=bench.party(role).by_hand, ends=ends)
    return list(found.values())


def _needs(
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
                ppmid_key=keys.avenue_key(plan.avenue_end).public_key(),
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
                senders={roles.DELIVERY_SERVICE: keys.avenue_key(roles.DELIVERY_SERVICE).public_key()},
                home=HOME,
                avenue=links.avenue if plan.avenue_end == role else _unplugged(keys, clock),
                han=links.han,
                membership=_membership(role, plan, keys),
                hub=hub,
                gpf=keys.eui(roles.GPF),
                supplier=keys.eui(SUPPLIER),
                access_control_broker=broker,
                meters=meters,
                situation=plan.ppmid,
            )
        case roles.HUB:
            return _hub_needs(plan, keys, clock, links)
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
                membership=_membership(role, plan, keys),
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
                membership=_membership(role, plan, keys),
                hub=hub,
                supplier=keys.eui(SUPPLIER),
                access_control_broker=broker,
                ppmid=ppmid if plan.joined else None,
                situation=plan.meter_situations.get(role),
            )


def _needs_of_port(role: str, plan: HomePlan, keys: HomeKeys, links: Links) -> Mapping[str, Any]:
    """What an adapter is called with beside, where the hub takes Commands by a port of its own."""
    if plan.avenue_end != roles.HUB:
        return {}
    if role == roles.HUB:
        service = roles.DELIVERY_SERVICE
        return {
            "key": keys.avenue_key(role),
            "senders": {service: keys.avenue_key(service).public_key()},
            "home": HOME,
            "avenue": links.avenue,
        }
    return {"there": plan.avenue_end} if role in (roles.DELIVERY_SERVICE, roles.CARRIER) else {}


def _needs_of_switches(role: str, plan: HomePlan, keys: HomeKeys) -> Mapping[str, Any]:
    """What an adapter is called with beside, where an HCALCS is in the home."""
    if role != roles.PPMID or not plan.switches:
        return {}
    return {"switches": tuple(map(keys.eui, plan.switches))}


def _unplugged(keys: HomeKeys, clock: Clock) -> Link:
    """The avenue of a PPMID that nobody reaches: it never comes up."""
    line = Link("nobody's", clock, Unheard(), keys.derivation.random("nobody's"), Conditions())
    line.set_up(False)
    return line


def _devices(plan: HomePlan) -> list[str]:
    return [roles.HUB, roles.PPMID, *plan.meters, *plan.switches]


def _places(plan: HomePlan, keys: HomeKeys) -> dict[str, Place]:
    """Of the home's devices; a Hand-Held Terminal is given its short address when it is let in."""
    places = {device: Place(keys.eui(device), keys.short_address(device)) for device in _devices(plan)}
    if plan.engineer:
        terminal = keys.eui(roles.HHT)
        places[roles.HHT] = Place(terminal, int.from_bytes(terminal))
    return places


def _membership(role: str, plan: HomePlan, keys: HomeKeys) -> HanMembership:
    devices = _devices(plan)
    return HanMembership(
        name=role,
        eui=keys.eui(role),
        short=keys.short_address(role),
        network_key=keys.symmetric("network"),
        link_keys={keys.eui(peer): key for peer in devices if (key := _link_key(keys, role, peer)) is not None},
        addresses={keys.eui(device): keys.short_address(device) for device in devices},
        sub_ghz=frozenset(keys.eui(device) for device in plan.sub_ghz),
        install_code=None if role == roles.HUB else keys.install_code(role),
        watches=plan.hub_exchange and role != roles.HUB,
    )


def _link_key(keys: HomeKeys, one: str, other: str) -> Secret | None:
    """The link key of two devices: every device has one with the hub, PPMID and ESME have one of their own."""
    pair = {one, other}
    if len(pair) == 2 and (roles.HUB in pair or pair == {roles.PPMID, roles.ESME}):
        return keys.symmetric(" ".join(sorted(pair)))
    return None


def han_keys(plan: HomePlan, keys: HomeKeys) -> dict[tuple[str, ...], Secret]:
    """All keys of the home's HAN, by the devices that share them; the network key by ``("network",)``."""
    devices = _devices(plan)
    found: dict[tuple[str, ...], Secret] = {("network",): keys.symmetric("network")}
    for place, one in enumerate(devices):
        for other in devices[place + 1 :]:
            key = _link_key(keys, one, other)
            if key is not None:
                found[one, other] = key
    return found


def join_keys(plan: HomePlan, keys: HomeKeys) -> dict[str, Secret]:
    """The key made of the install code of each device that may come onto the home's HAN while it is watched."""
    joining = [device for device in _devices(plan) if device != roles.HUB] + [roles.HHT] * plan.engineer
    return {device: keys.install_code(device).link_key for device in joining}


def observe_links(
    plan: HomePlan, bench: BenchFile, keys: HomeKeys, recorder: Recorder, han: Han
) -> Mapping[str, Secret]:
    """Give the recorder a reader for each link that the bench can observe; gives the HAN keys that it will learn."""
    redactor = recorder.redactor
    end, device = plan.avenue_end, keys.eui(plan.avenue_end)
    avenue_keys = {role.encode(): keys.avenue_key(role).public_key() for role in (roles.DELIVERY_SERVICE, end)}
    addresses = {keys.short_address(device): keys.eui(device) for device in _devices(plan)}
    by_code = {keys.eui(device): key for device, key in join_keys(plan, keys).items()}
    ear = HanEar(_sniffer_keys(plan, keys), addresses, by_code)
    if isinstance(han, OverheardHan):
        ear = BunchOfKeysEar(han.keys)
    avenue = AvenueReader(redactor, avenue_keys, HOME, device)
    readers: dict[str, Reader] = {
        "duis": DuisReader(redactor),
        "wan": WanReader(redactor),
        "avenue": avenue,
        "han": HanReader(redactor, ear),
    }
    for link, reader in readers.items():
        if link in bench.points:
            recorder.observe(link, reader)
    for carrier in (roles.CARRIER, other_home.PHONE, stranger.NAME) if plan.carrier else ():
        to_home, from_home = carried_readers(plan.port, device, avenue)
        for reader, way in ((to_home, (carrier, end)), (from_home, (end, carrier))):
            recorder.capture_as("by-hand", "avenue", *way)
            if "avenue" in bench.points:
                recorder.observe("avenue", reader, *way)
    return ear.learned


def labelled_keys(plan: HomePlan, keys: HomeKeys, han: Han) -> dict[str, Secret]:
    """The keys that open what is captured on the HAN, by what they are called beside the capture."""
    if isinstance(han, OverheardHan):
        return {held.label or f"key {number}": held.key for number, held in enumerate(han.keys, 1)}
    return {" and ".join(devices): key for devices, key in han_keys(plan, keys).items()}


def _sniffer_keys(plan: HomePlan, keys: HomeKeys) -> HanKeys:
    held = han_keys(plan, keys)
    network = held.pop(("network",))
    pairs = {(keys.eui(one), keys.eui(other)): key for (one, other), key in held.items()}
    hub = keys.eui(roles.HUB)
    return HanKeys(
        network,
        trust_centre=hub,
        device_keys={other: key for (one, other), key in pairs.items() if one == hub},
        pair_keys={pair: key for pair, key in pairs.items() if hub not in pair},
    )
