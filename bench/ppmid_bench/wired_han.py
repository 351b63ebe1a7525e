"""The home's HAN as its devices hold it: places, link keys, and what a sniffer is given to open its frames."""

from ppmid_bench.home import HomePlan
from ppmid_bench.home_keys import HomeKeys
from ppmid_devices import roles
from ppmid_devices.lines.overheard import OverheardHan
from ppmid_devices.links.han import Han, HanMembership, Place
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.han import HanKeys
from ppmid_protocols.zigbee.joining import InstallCode


def devices_of(plan: HomePlan) -> list[str]:
    return [roles.HUB, roles.PPMID, *plan.meters, *plan.switches]


def places(plan: HomePlan, keys: HomeKeys) -> dict[str, Place]:
    """Of the home's devices; a Hand-Held Terminal is given its short address when it is let in."""
    places = {device: Place(keys.eui(device), keys.short_address(device)) for device in devices_of(plan)}
    if plan.engineer:
        terminal = keys.eui(roles.HHT)
        places[roles.HHT] = Place(terminal, int.from_bytes(terminal))
    return places


def membership(role: str, plan: HomePlan, keys: HomeKeys) -> HanMembership:
    devices = devices_of(plan)
    return HanMembership(
        name=role,
        eui=keys.eui(role),
        short=keys.short_address(role),
        network_key=keys.symmetric("network"),
        link_keys={keys.eui(peer): key for peer in devices if (key := link_key(keys, role, peer)) is not None},
        addresses={keys.eui(device): keys.short_address(device) for device in devices},
        sub_ghz=frozenset(keys.eui(device) for device in plan.sub_ghz),
        install_code=None if role == roles.HUB else keys.install_code(role),
        watches=plan.hub_exchange and role != roles.HUB,
    )


def link_key(keys: HomeKeys, one: str, other: str) -> Secret | None:
    """The link key of two devices: every device has one with the hub, PPMID and ESME have one of their own."""
    pair = {one, other}
    if len(pair) == 2 and (roles.HUB in pair or pair == {roles.PPMID, roles.ESME}):
        return keys.symmetric(" ".join(sorted(pair)))
    return None


def han_keys(plan: HomePlan, keys: HomeKeys) -> dict[tuple[str, ...], Secret]:
    """All keys of the home's HAN, by the devices that share them; the network key by ``("network",)``."""
    devices = devices_of(plan)
    found: dict[tuple[str, ...], Secret] = {("network",): keys.symmetric("network")}
    for place, one in enumerate(devices):
        for other in devices[place + 1 :]:
            key = link_key(keys, one, other)
            if key is not None:
                found[one, other] = key
    return found


def install_codes(plan: HomePlan, keys: HomeKeys) -> dict[str, InstallCode]:
    """The install code of each device that may come onto the home's HAN while it is watched."""
    joining = [device for device in devices_of(plan) if device != roles.HUB] + [roles.HHT] * plan.engineer
    return {device: keys.install_code(device) for device in joining}


def labelled_keys(plan: HomePlan, keys: HomeKeys, han: Han) -> dict[str, Secret]:
    """The keys that open what is captured on the HAN, by what they are called beside the capture."""
    if isinstance(han, OverheardHan):
        return {held.label or f"key {number}": held.key for number, held in enumerate(han.keys, 1)}
    return {" and ".join(devices): key for devices, key in han_keys(plan, keys).items()}


def sniffer_keys(plan: HomePlan, keys: HomeKeys) -> HanKeys:
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
