"""A home around a hub under test: plain ends of its tunnels for the devices, and the far end of the SM WAN."""

from dataclasses import replace
from random import Random
from typing import Any

from home_parts import (
    AGREED,
    BROKER,
    ESME,
    GSME,
    HHT,
    HUB,
    HUB_HOLDS,
    METERS,
    OTHER_PPMID,
    PPMID,
    Ground,
    check_mac_as,
    command,
    membership,
    with_mac_of,
)

from ppmid_devices import roles
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.links.bands import Bands
from ppmid_devices.links.link import Conditions
from ppmid_devices.links.tunnel import TunnelClient, TunnelServer
from ppmid_devices.links.wan import Wan
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import dlms, message
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment.requests import CS01B, PCS01
from ppmid_protocols.zigbee.gb_hrgp import Get, GetResponse, Put, decode

DEVICES = {**METERS, PPMID: roles.PPMID, OTHER_PPMID: roles.PPMID}


class Home(Ground):
    """A hub under test, plain ends of its tunnels for the devices, and the far end of the SM WAN."""

    def __init__(
        self,
        kind: type[SimulatedHub] = SimulatedHub,
        wan_up: bool = True,
        start: int = 0,
        sub_ghz: frozenset[Eui] = frozenset(),
        bands: Bands = Bands(),  # noqa: B008 (frozen)
        **settings: Any,
    ) -> None:
        super().__init__(start, bands=bands)
        self.wan = Wan("wan", self.clock, self.tap, Random("wan"), Conditions())
        self.wan.set_up(wan_up)
        self.wan.attach(roles.DCC, lambda *_: None)
        self.heard: dict[Eui, list[bytes]] = {device: [] for device in DEVICES}
        self.errors: list[int] = []
        self.nodes = {device: self.node(device) for device in DEVICES}
        self.servers = {
            device: TunnelServer(self.nodes[device], HUB, self.heard[device].append, refused=self.errors.append)
            for device in (ESME, PPMID, OTHER_PPMID)
        }
        self.gas = TunnelClient(self.nodes[GSME], HUB, self.clock, self.heard[GSME].append)
        self.hub = kind(
            clock=self.clock,
            **HUB_HOLDS,
            han=self.han,
            membership=replace(membership(HUB), sub_ghz=sub_ghz),
            wan=self.wan,
            devices=DEVICES,
            hhts={HHT: AGREED},
            settings=HubSettings(**settings),
        )
        self.hub.start()
        self.run(2 * SECOND)
        self.gas.open()
        self.run()

    def from_wan(self, *messages: Message) -> None:
        for one in messages:
            self.wan.send(roles.DCC, roles.HUB, one.encode())
        self.run()

    def send(self, device: Eui, *messages: Message) -> None:
        for one in messages:
            self.servers[device].send(one.encode())
        self.run()

    def get(self) -> GetResponse:
        self.gas.send(Get().encode())
        self.run()
        exchange = decode(self.heard[GSME][-1])
        assert isinstance(exchange, GetResponse)
        return exchange

    def put(self, one: Message) -> None:
        self.gas.send(Put(one.encode()).encode())
        self.run()

    @property
    def to_dcc(self) -> list[bytes]:
        return [one.frame for one in self.tap.carried("wan", roles.HUB)]

    @property
    def reasons(self) -> list[Refusal]:
        return [refused.reason for refused in self.hub.refusals]


class AskedHome(Home):
    """The same, and a broker that asks its Communications Hub Function."""

    def __init__(self, **more: Any) -> None:
        self.counter = 100
        super().__init__(**more)

    def ask(self, code: int, *accesses: Any) -> dlms.AccessResponse:
        self.counter += 1
        plain = Message(
            cra=Cra.COMMAND,
            counter=self.counter,
            originator=BROKER,
            target=HUB,
            message_code=code,
            payload=dlms.request(self.counter, *accesses).encode(),
        )
        self.from_wan(with_mac_of(plain, BROKER, HUB))
        self.run()
        response = next(one for one in map(message.decode, reversed(self.to_dcc)) if one.cra is Cra.RESPONSE)
        check_mac_as(response, BROKER, HUB)
        assert (response.message_code, response.counter) == (code, self.counter)
        apdu = dlms.decode(response.payload)
        assert isinstance(apdu, dlms.AccessResponse)
        return apdu

    def results(self, code: int, *accesses: Any) -> list[int]:
        return [one.result for one in self.ask(code, *accesses).results]


TOP_UP, GAS_TOP_UP = command(ESME), command(GSME, code=CS01B)
PPMIDS_TOP_UP = command(GSME, 10_000, code=PCS01, originator=PPMID)
