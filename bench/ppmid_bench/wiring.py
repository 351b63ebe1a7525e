"""How a home is put together: its links, its parties with the keys and lines of their own, and who listens to what."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ppmid_bench import adapters, lines, other_home, stranger
from ppmid_bench.bench_file import PROCESS, BenchFile
from ppmid_bench.control import ControlPort
from ppmid_bench.describe import AvenueReader, DuisReader, WanReader
from ppmid_bench.describe_carried import readers as carried_readers
from ppmid_bench.describe_han import HanReader
from ppmid_bench.han_ear import BunchOfKeysEar, HanEar
from ppmid_bench.home import HomePlan
from ppmid_bench.home_keys import NEW_GPF, NEW_HUB, HomeKeys
from ppmid_bench.link_adapters import link_class, table_of
from ppmid_bench.other_user import OtherUser
from ppmid_bench.recorder import Reader, Recorder
from ppmid_bench.rehearsal import Rehearsal, zep_node
from ppmid_bench.remote_party import RemoteParty
from ppmid_bench.wired_han import devices_of, install_codes, places, sniffer_keys
from ppmid_bench.wired_needs import HOME, Links, hub_needs, needs_of, needs_of_port, needs_of_switches, needs_of_users
from ppmid_devices import roles
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.dcc_user.vending import Vendor
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.lines.overheard import OverheardHan
from ppmid_devices.links.han import QUIET, Han
from ppmid_devices.links.handover import Handover
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.links.wan import CELLULAR
from ppmid_devices.ports import MILLISECOND, CannotArrange, Clock, Tap
from ppmid_protocols.secret import Secret

_BROADBAND = Conditions(delay=40 * MILLISECOND)
_GATEWAY = Conditions(delay=50 * MILLISECOND)
_TOUCH = Conditions(delay=MILLISECOND)


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
        device = keys.eui(plan.avenue_end)
        rehearsal = lines.rehearse(plan, bench, control, keys.derivation, device=device, clock=clock, tap=tap)
        avenue = rehearsal.line
    elif lines.is_real(bench.links, lines.AVENUE):
        chance = keys.derivation.random(lines.AVENUE)
        avenue = lines.harness_end(plan, bench, device=keys.eui(plan.avenue_end), clock=clock, tap=tap, random=chance)
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
        han=link("han", QUIET, bands=plan.bands(), places=places(plan, keys)),
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
        adapter, settings = adapters.who_stands(role, bench, plan.adapters.get(role))
        built[role] = adapters.build(
            role,
            adapter,
            settings,
            bench.source,
            **needs_of(role, plan, keys, clock, links, built),
            **needs_of_port(role, plan, keys, links),
            **needs_of_switches(role, plan, keys),
            **needs_of_users(role, plan, keys),
        )
    if plan.hub_exchange:
        built[NEW_HUB] = _new_hub(plan, bench, keys, clock, links)
    return built


def _new_hub(plan: HomePlan, bench: BenchFile, keys: HomeKeys, clock: Clock, links: Links) -> Any:
    """The hub that is to take the place of the home's: of the same make, with a network of its own, and no devices.

    Raises CannotArrange.
    """
    adapter, settings = adapters.who_stands(roles.HUB, bench, plan.adapters.get(roles.HUB))
    if adapter == PROCESS or plan.avenue_end == roles.HUB:
        raise CannotArrange("a hub in a process of its own, or with a port of its own, is not exchanged")
    needs = hub_needs(plan, keys, clock, links)
    needs["credentials"], needs["directory"] = keys.credentials_of(NEW_HUB), keys.directory_of(NEW_HUB)
    needs["gas_proxy"] = keys.held(NEW_GPF)
    before = plan.hub or HubSituation(can_relay=False)
    needs["situation"] = replace(before, new=True, sub_ghz_devices=plan.new_hub_takes)
    needs["membership"] = replace(
        needs["membership"],
        eui=keys.eui(NEW_HUB),
        network_key=keys.symmetric("network of the new hub"),
        link_keys={},
        addresses={keys.eui(NEW_HUB): keys.short_address(roles.HUB)},
    )
    return adapters.build(roles.HUB, adapter, settings, bench.source, **needs)


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


def processes(
    plan: HomePlan, parties: Mapping[str, Any], bench: BenchFile, control: ControlPort, links: Links
) -> list[RemoteParty]:
    """Those of the parties that live in processes; they call at ``control``, and reach real lines themselves."""
    found = {role: party for role, party in parties.items() if isinstance(party, RemoteParty)}
    zep = zep_node(links.han, control.bench) if found else None
    for role, party in found.items():
        avenue = links.rehearsal.far if links.rehearsal is not None and role == plan.avenue_end else None
        ends = {name: end for name, end in (("han", zep), ("avenue", avenue)) if end is not None}
        party.live_at(control, by_hand=bench.party(role).by_hand, ends=ends)
    return list(found.values())


def observe_links(
    plan: HomePlan, bench: BenchFile, keys: HomeKeys, recorder: Recorder, han: Han
) -> Mapping[str, Secret]:
    """Give the recorder a reader for each link that the bench can observe; gives the HAN keys that it will learn."""
    redactor = recorder.redactor
    end, device = plan.avenue_end, keys.eui(plan.avenue_end)
    avenue_keys = {role.encode(): keys.avenue_public(role) for role in (roles.DELIVERY_SERVICE, end)}
    addresses = {keys.short_address(device): keys.eui(device) for device in devices_of(plan)}
    by_code = {keys.eui(device): code for device, code in install_codes(plan, keys).items()}
    ear = HanEar(sniffer_keys(plan, keys), addresses, by_code)
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
