"""As ``victims``, of what not every home has: terminal, display, auxiliary switch, carrier, a port of the hub."""

from random import Random
from typing import Any

import hub_home
import ppmid_home
from home_parts import (
    AGREED,
    BROKER,
    CREDENTIALS,
    ESME,
    GPF,
    HHT,
    HUB,
    KEYS,
    PPMID,
    SUPPLIER,
    Ground,
    answer_to,
    command,
    membership,
    signed_by,
    with_mac_of,
)
from victims import NEW_YEAR, OnHan

from ppmid_devices import roles
from ppmid_devices.carrier.settings import CarrierSettings
from ppmid_devices.carrier.simulated import SimulatedCarrier
from ppmid_devices.hcalcs.settings import HcalcsSettings
from ppmid_devices.hcalcs.simulated import SimulatedHcalcs
from ppmid_devices.hht.contract import HhtState
from ppmid_devices.hht.settings import HhtSettings
from ppmid_devices.hht.simulated import SimulatedHht
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.ihd.simulated import SimulatedIhd
from ppmid_devices.links.contract import Port
from ppmid_devices.links.han import HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.handover import Handover
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.links.tunnel import TunnelClient
from ppmid_devices.ports import HOUR, MINUTE, SECOND
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import asn1
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.local_interface import CommandResponse, SubmitCommand, cobs, open_sealed, seal
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import metering, prepayment, zcl
from ppmid_protocols.zigbee.han import AppMessage, HanKeys
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import Scope

HCALCS = KEYS.eui(roles.HCALCS)
_HCALCS_SHORT, _HCALCS_KEY = 0x1004, Secret(b"h" * 16)
_JOIN = 0x00AB  # CS03A2
_JOIN_ESME = asn1.make(
    "JoinDeviceCommand", {"methodAndRole": "methodAResponder", "otherDevice": bytes(ESME), "otherDeviceType": "esme"}
).encode()
_BALANCE, _SUPPLY = 0x0001, 0x0014


class HhtVictim(OnHan):
    """A terminal that the hub has let in, and the hub; it carries what it cannot read."""

    eui = HHT

    def __init__(self, kind: type[SimulatedHht] = SimulatedHht, *, connected: bool = True) -> None:
        self.ground = self.home = hub_home.Home(wan_up=False)
        self.peer = self.home.hub._node
        self.hht = kind(
            clock=self.home.clock,
            eui=HHT,
            install_code=KEYS.install_code(roles.HHT),
            agreed=AGREED,
            han=self.home.han,
            settings=HhtSettings(),
        )
        self.hht.start()
        if connected:
            self._connect()

    def _connect(self) -> None:
        self.hht.connect(GPF)
        self.ground.run(20 * SECOND)
        assert self.hht.state is HhtState.CONNECTED

    @property
    def short(self) -> int:
        assert self.hht._short is not None
        return self.hht._short

    @property
    def keys(self) -> HanKeys:
        return HanKeys(KEYS.symmetric("network"), HUB, {HHT: self.peer.link_keys[HHT]})

    @property
    def unmoved(self) -> Any:
        return self.hht.state, self.hht.responses, list(self.home.heard[ESME])

    def deliver(self, octets: bytes) -> None:
        """The hub puts a message into its tunnel."""
        self.home.hub._tunnels.send(HHT, octets)
        self.ground.run(2 * SECOND)

    def hears_outside(self, frames: list[bytes]) -> None:
        for frame in frames:
            self.ground.han._members[int.from_bytes(HHT, "big")].receive(frame)
        self.ground.run(15 * SECOND)

    def serves(self) -> None:
        """A Command to the meter and its Response back; one that is not in comes in first."""
        if self.hht.state is not HhtState.CONNECTED:
            self._connect()
        self.hht.load(command(ESME, 900).encode())
        self.ground.run(2 * SECOND)
        assert self.home.heard[ESME][-1] == command(ESME, 900).encode()
        self.home.send(ESME, answer_to(command(ESME, 900)))
        assert self.hht.responses[-1] == answer_to(command(ESME, 900)).encode()


class IhdVictim(OnHan):
    """A display whose screen is on, with questions that no meter has answered; its peer is the meter."""

    eui = PPMID  # it stands in its place

    def __init__(self, kind: type[SimulatedIhd] = SimulatedIhd) -> None:
        self.ground = home = Ground(NEW_YEAR)
        self.peer = HanNode(home.clock, home.han, membership(ESME))
        self.balance: int | None = None
        self.commanded: list[int] = []
        for cluster in (prepayment.CLUSTER, metering.CLUSTER):
            self.peer.on(cluster, self._asked)
        self.ihd = kind(
            clock=home.clock,
            han=home.han,
            membership=membership(PPMID),
            hub=HUB,
            meters={ESME: roles.ESME},
            settings=PpmidSettings(),
        )
        self.ihd.start()
        self.ihd.touch()
        home.run(SECOND)

    def _asked(self, sender: Eui, message: AppMessage) -> None:
        if message.zcl.header.scope is not Scope.GENERAL:
            self.commanded.append(message.zcl.header.command)
        elif self.balance is not None:
            values = {_BALANCE: Typed(ZclType.INT32, self.balance), _SUPPLY: Typed(ZclType.ENUM8, 2)}
            self.peer.send_frame(sender, message.cluster, zcl.answer_read(message.zcl, values))

    @property
    def unmoved(self) -> Any:
        return self.ihd.figures(), list(self.commanded)

    def serves(self) -> None:
        self.balance = 120_000
        self.ihd.touch()
        self.ground.run(MINUTE)
        (shown,) = self.ihd.figures()
        assert shown.balance == 120_000


class HcalcsVictim(OnHan):
    """An auxiliary switch in the tunnel of a bare hub."""

    eui = HCALCS
    short = _HCALCS_SHORT

    def __init__(self, kind: type[SimulatedHcalcs] = SimulatedHcalcs) -> None:
        self.ground = home = Ground(NEW_YEAR)
        hub = membership(HUB)
        addresses = {**hub.addresses, HCALCS: _HCALCS_SHORT}
        place = HanMembership(
            name=roles.HCALCS,
            eui=HCALCS,
            short=_HCALCS_SHORT,
            network_key=hub.network_key,
            link_keys={HUB: _HCALCS_KEY},
            addresses=addresses,
        )
        self.hcalcs = kind(
            clock=home.clock,
            credentials=CREDENTIALS[HCALCS],
            directory=KEYS.directory_of(roles.HCALCS),
            han=home.han,
            membership=place,
            hub=HUB,
            supplier=SUPPLIER,
            access_control_broker=BROKER,
            devices={HUB: roles.HUB},
            settings=HcalcsSettings(),
        )
        self.hcalcs.start()
        at_hub = HanMembership(
            name=hub.name,
            eui=HUB,
            short=hub.short,
            network_key=hub.network_key,
            link_keys={HCALCS: _HCALCS_KEY},
            addresses=addresses,
        )
        self.peer = HanNode(home.clock, home.han, at_hub)
        self.heard: list[bytes] = []
        self.tunnel = TunnelClient(self.peer, HCALCS, home.clock, self.heard.append)
        self.tunnel.open()
        home.run(2 * SECOND)

    @property
    def keys(self) -> HanKeys:
        return HanKeys(KEYS.symmetric("network"), HUB, {HCALCS: _HCALCS_KEY})

    def genuine(self, counter: int = 2) -> bytes:
        """A join with the electricity meter that it would make."""
        plain = Message(
            cra=Cra.COMMAND,
            counter=counter,
            originator=SUPPLIER,
            target=HCALCS,
            message_code=_JOIN,
            payload=_JOIN_ESME,
        )
        return with_mac_of(signed_by(plain, SUPPLIER), BROKER, HCALCS).encode()

    @property
    def unmoved(self) -> Any:
        return dict(self.hcalcs.functions.documents.log.devices)

    @property
    def noted(self) -> int:
        return len(self.hcalcs.noted)

    def answers(self) -> list[bytes]:
        return self.heard

    def deliver(self, octets: bytes) -> None:
        self.tunnel.send(octets)
        self.ground.run(3 * SECOND)

    def serves(self) -> None:
        self.deliver(self.genuine(5))
        assert ESME in self.hcalcs.functions.documents.log.devices
        assert decode(self.heard[-1]).payload.hex() == "020100"  # RTDS 4.5.0, CS03A2: success


_PORT_KEY, _SENDER = KEYS.avenue_key("hub"), "delivery-service"


class PortVictim(hub_home.Home):
    """A hub with a cable in a port of its own."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        super().__init__(self._with_port, wan_up=False)  # type: ignore[arg-type]
        self.line.set_up(True)
        self.run()

    def _with_port(self, **given: Any) -> SimulatedHub:
        self.line = Link("avenue", self.clock, self.tap, Random("avenue"), Conditions())
        self.line.set_up(False)
        self.line.attach(roles.CARRIER, lambda _, frame: self.frames.append(frame))
        senders = {_SENDER: ppmid_home.SENDER_KEY.public_key()}
        situation = HubSituation(port="serial", can_relay=True)
        return SimulatedHub(
            **given, situation=situation, key=_PORT_KEY, senders=senders, home=ppmid_home.HOME, avenue=self.line
        )

    def sealed(self, octets: bytes | None = None, **changes: Any) -> bytes:
        """A Command for the electricity meter as the port would take it, but for the changes."""
        how: dict[str, Any] = {"key": ppmid_home.SENDER_KEY, "sender": _SENDER.encode(), "replay": 1}
        how |= {"home": ppmid_home.HOME, "ppmid": HUB} | changes
        asked = command(ESME).encode() if octets is None else octets
        return seal(SubmitCommand(bytes((how["replay"],)), ESME, asked), **how)

    def hear(self, frame: bytes) -> None:
        """Octets come by the cable."""
        self.line.send(roles.CARRIER, roles.HUB, frame)
        self.run(2 * SECOND)

    def bring(self, sealed: bytes) -> None:
        self.hear(cobs.frame(sealed))

    @property
    def said(self) -> list[Any]:
        """What it has said to the cable since the last question, opened."""
        keys = {b"hub": _PORT_KEY.public_key()}
        frames = cobs.CobsDeframer().feed(b"".join(self.frames))
        return [open_sealed(one, keys=keys, home=ppmid_home.HOME, ppmid=HUB).message for one in frames]  # type: ignore[arg-type]

    @property
    def unmoved(self) -> Any:
        return [list(self.heard[device]) for device in (ESME, PPMID)]

    def serves(self) -> None:
        self.hear(b"\x00")  # what ends a frame that was broken off
        asked = command(ESME, 900)
        self.bring(self.sealed(asked.encode(), replay=9))
        assert self.heard[ESME][-1] == asked.encode()
        self.send(ESME, answer_to(asked))
        assert [one.response for one in self.said if isinstance(one, CommandResponse)] == [answer_to(asked).encode()]


class CarrierVictim:
    """A carrier between a delivery service that is played and a PPMID with such a port."""

    def __init__(self, port: Port, kind: type[SimulatedCarrier] = SimulatedCarrier) -> None:
        self.home = home = ppmid_home.Home(port=port)
        home.avenue.set_up(False)
        self.handover = Handover("avenue", home.clock, home.tap, Random("handover"), Conditions())
        self.handed_in: list[bytes] = []
        self.handover.attach(roles.DELIVERY_SERVICE, lambda _, sealed: self.handed_in.append(sealed))
        self.carrier = kind(
            clock=home.clock,
            port=port,
            ppmid=PPMID,
            handover=self.handover,
            avenue=home.avenue,
            settings=CarrierSettings(),
        )
        self.carrier.start()
        home.run()

    def sealed(self, replay: int = 1) -> bytes:
        """A Command that the PPMID would take."""
        bound: dict[str, Any] = {"sender": ppmid_home.SENDER.encode(), "home": ppmid_home.HOME, "ppmid": PPMID}
        asked = SubmitCommand(bytes((replay,)), ESME, command(ESME, replay).encode())
        return seal(asked, key=ppmid_home.SENDER_KEY, replay=replay, **bound)

    def given(self, octets: bytes) -> None:
        """The delivery service hands something over."""
        self.handover.send(roles.DELIVERY_SERVICE, roles.PPMID, octets)
        self.home.run()

    def goes_there(self) -> None:
        self.handover.set_up(False)
        self.home.run(HOUR)
        self.home.avenue.set_up(True)

    def hears(self, frame: bytes) -> None:
        """The PPMID says something."""
        self.home.avenue.send(roles.PPMID, roles.CARRIER, frame)
        self.home.run(2 * SECOND)

    def comes_back(self) -> None:
        self.home.run(MINUTE)
        self.home.avenue.set_up(False)
        self.home.run()
        self.handover.set_up(True)
        self.home.run()

    def serves(self) -> None:
        """A Command there, and the meter's Response back."""
        self.given(self.sealed(9))
        self.goes_there()
        self.comes_back()
        assert self.home.esme.commands[-1] == command(ESME, 9).encode()
        keys = {b"ppmid": ppmid_home.PPMID_KEY.public_key()}
        heard = [open_sealed(one, keys=keys, home=ppmid_home.HOME, ppmid=PPMID).message for one in self.handed_in]
        assert answer_to(command(ESME, 9)).encode() in [
            one.response for one in heard if isinstance(one, CommandResponse)
        ]
