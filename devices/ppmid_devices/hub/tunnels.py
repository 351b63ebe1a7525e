"""The ends of a hub's tunnels: it is the client of all but the gas meter's (GBCS 10.2.2)."""

from collections.abc import Callable
from functools import partial

from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.tunnel import RENEWAL, TunnelClient, TunnelServer
from ppmid_devices.ports import Clock
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import gb_hrgp
from ppmid_protocols.zigbee.tunneling import TransferStatus


class Tunnels:
    """``heard``: called with a device and what came from it; ``asked``: the same of a gas meter, header and all.

    ``opened``: called with the device whose tunnel has just been opened.
    """

    def __init__(
        self,
        clock: Clock,
        node: HanNode,
        *,
        heard: Callable[[Eui, bytes], None],
        asked: Callable[[Eui, bytes], None],
        opened: Callable[[Eui], None],
    ) -> None:
        self._clock, self._node = clock, node
        self._heard, self._asked, self._opened = heard, asked, opened
        self._clients: dict[Eui, TunnelClient] = {}
        self._parted: dict[Eui, TunnelClient] = {}
        self._servers: dict[Eui, TunnelServer] = {}
        self._parted_servers: dict[Eui, TunnelServer] = {}

    @property
    def awake(self) -> tuple[Eui, ...]:
        """The devices whose tunnels it opens itself, as they are always awake."""
        return tuple(self._clients)

    def meet(self, device: Eui) -> None:
        """Have a tunnel with a device from now on; it is not asked for yet. One that comes again has a new one."""
        client = self._parted.pop(device, None) or TunnelClient(
            self._node,
            device,
            self._clock,
            partial(self._heard, device),
            opened=partial(self._opened, device),
            renewal=RENEWAL,
        )
        client.stop()
        self._clients[device] = client

    def meet_gas_meter(self, meter: Eui) -> None:
        """Wait for a gas meter to ask for its tunnel."""
        server = self._parted_servers.pop(meter, None)
        self._servers[meter] = server or TunnelServer(self._node, meter, partial(self._asked, meter))

    def part_from(self, device: Eui) -> None:
        """Have no tunnel with a device any more."""
        if device in self._servers:
            self._parted_servers[device] = self._servers.pop(device)
            self._parted_servers[device].lose()
        if device in self._clients:
            self._parted[device] = self._clients.pop(device)
            self._parted[device].stop()

    def open(self, device: Eui) -> None:
        """Ask for a device's tunnel, if there is such a device."""
        if device in self._clients:
            self._clients[device].open()

    def power_off(self) -> None:
        """Forget every tunnel."""
        for client in self._clients.values():
            client.stop()
        for server in self._servers.values():
            server.lose()

    def room(self, device: Eui) -> int:
        """Octets of the largest message that one transfer takes to a device, behind the header of a gas meter's."""
        if device in self._servers:
            return self._servers[device].largest - gb_hrgp.GET_RESPONSE_HEADER
        return self._clients[device].largest

    def is_open(self, device: Eui) -> bool:
        """Whether a message could go to a device now; to a gas meter it cannot, until that asks."""
        return device in self._clients and self._clients[device].is_open

    def send(self, device: Eui, message: bytes) -> None:
        """Send a message to a device that is awake."""
        self._clients[device].send(message)

    def hand_out(self, meter: Eui, answer: gb_hrgp.GetResponse) -> None:
        """Answer a gas meter's GET."""
        self._servers[meter].send(answer.encode())

    def refuse(self, device: Eui) -> None:
        """Answer a device's last transfer with an error."""
        if device in self._clients:
            self._clients[device].refuse(TransferStatus.WRONG_DEVICE)
