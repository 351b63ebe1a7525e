"""A second Communications Hub, from the contract and the protocols: it relays for a PPMID, and carries for the DCC."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from second_tunnel import Tunnel

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory, Held
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.link import Link
from ppmid_devices.ports import SECOND, CannotArrange, Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import CommandKey, Cra, decode
from ppmid_protocols.secret import Secret


@dataclass(frozen=True, slots=True)
class Settings:
    """When it opens its tunnels."""

    tunnels_after_s: int = 1


class SecondHub:
    def __init__(
        self,
        *,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        gas_proxy: Held,
        supplier: Eui,
        access_control_broker: Eui,
        han: Han,
        membership: HanMembership,
        wan: Link,
        devices: Mapping[Eui, str],
        hhts: Mapping[Eui, Secret],
        settings: Settings,
        situation: HubSituation | None,
    ) -> None:
        if situation is not None and situation.relays is not None:
            raise CannotArrange("this hub has no list of what it relays")
        if situation is not None and (situation.frame_counter is not None or situation.own_frame_s is not None):
            raise CannotArrange("nobody sets what this hub's radio counts, or what it sends of its own accord")
        if situation is not None and situation.airtime_ms is not None:
            raise CannotArrange("nobody sets how long this hub's radio may send at 868 MHz")
        self._clock, self._eui, self._wan, self._settings = clock, credentials.eui, wan, settings
        self._relays = situation is None or situation.can_relay
        self._han, self._membership, self._devices = han, membership, devices
        self._tunnels: dict[Eui, Tunnel] = {}
        self._bringers: dict[CommandKey, Eui] = {}

    @property
    def eui(self) -> Eui:
        return self._eui

    def start(self) -> None:
        node = HanNode(self._clock, self._han, self._membership)
        for device in self._devices:
            self._tunnels[device] = Tunnel(node, device, partial(self._from_device, device), asks=True)
        self._wan.attach(roles.HUB, self._from_wan)
        self._open()

    def update(self) -> None:
        raise CannotArrange("nobody updates this hub")

    def take_away(self) -> None:
        raise CannotArrange("nobody takes this hub away")

    def power_cycle(self) -> None:
        self._bringers.clear()
        self._open()

    def _open(self) -> None:
        for tunnel in self._tunnels.values():
            self._clock.call_later(self._settings.tunnels_after_s * SECOND, tunnel.open)

    def _from_wan(self, _: str, octets: bytes) -> None:
        try:
            target = decode(octets).target
        except ProtocolError:
            return
        if target in self._tunnels:
            self._tunnels[target].send(octets)

    def _from_device(self, device: Eui, octets: bytes) -> None:
        try:
            message = decode(octets)
        except ProtocolError:
            return
        if message.cra is Cra.COMMAND:
            meter = self._devices.get(message.target) in roles.METERS
            if meter and self._devices[device] == roles.PPMID and self._relays:
                self._bringers[message.command_key] = device
                self._tunnels[message.target].send(octets)
            return
        bringer = self._bringers.get(message.command_key) if message.cra is Cra.RESPONSE else None
        if bringer is not None:
            self._tunnels[bringer].send(octets)
        if self._wan.up:
            self._wan.send(roles.HUB, roles.DCC, octets)
