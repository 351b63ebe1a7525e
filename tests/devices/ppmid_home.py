"""A home around a PPMID under test: our hub, two stub meters, and a sender at the far end of the avenue."""

from dataclasses import replace
from random import Random
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from home_parts import (
    ESME,
    GSME,
    HUB,
    HUB_HOLDS,
    KEYS,
    METERS,
    PPMID,
    PPMID_HOLDS,
    UTRN,
    Ground,
    answer_to,
    heard_on_the_han,
    membership,
    with_mac_of,
)

from ppmid_devices import roles
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.links.contract import Port
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.link import Conditions
from ppmid_devices.links.tunnel import TunnelClient, TunnelServer
from ppmid_devices.links.wan import Wan
from ppmid_devices.ports import SECOND, Clock
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import message as gbcs
from ppmid_protocols.gbcs import prepayment as payloads
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.local_interface import Message as AvenueMessage
from ppmid_protocols.local_interface import State, Status, SubmitCommand, SubmitUtrn, UtrnResult, open_sealed, seal
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import gb_hrgp, metering, prepayment, tunneling, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.prepayment import ConsumerTopUp, ConsumerTopUpResponse, TopUpResult

HOME = "home 1"
SENDER = roles.DELIVERY_SERVICE
SENDER_KEY, PPMID_KEY, STRANGER = (KEYS.avenue_key(name) for name in (SENDER, roles.PPMID, "stranger"))


class Esme:
    """Answers what it is told to; remembers what it heard."""

    def __init__(self, node: HanNode) -> None:
        self.node = node
        self.commands: list[bytes] = []
        self.top_ups: list[bytes] = []
        self.answers: list[ConsumerTopUpResponse | None] = []
        self.status = zcl.Status.SUCCESS
        self.answer_commands = True
        self.tunnel = TunnelServer(node, HUB, self._command)
        node.on(prepayment.CLUSTER, self._prepayment)
        node.on(metering.CLUSTER, self._default)

    def _command(self, octets: bytes) -> None:
        self.commands.append(octets)
        if self.answer_commands:
            self.tunnel.send(answer_to(gbcs.decode(octets)).encode())

    def _prepayment(self, sender: Eui, message: AppMessage) -> None:
        if message.zcl.header.scope is zcl.Scope.GENERAL:
            return  # a display that reads: this stub has no figures
        command = prepayment.read(message.zcl)
        if not isinstance(command, ConsumerTopUp):
            self._default(sender, message)
            return
        self.top_ups.append(bytes(command.code))
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            self.node.send_frame(sender, prepayment.CLUSTER, prepayment.frame(answer, message.zcl.header.sequence))

    def _default(self, sender: Eui, message: AppMessage) -> None:
        if message.zcl.header.scope is zcl.Scope.GENERAL:
            return
        header = message.zcl.header
        answer = zcl.DefaultResponse(header.command, self.status)
        frame = zcl.general_frame(answer, zcl.Direction.TO_CLIENT, header.sequence)
        self.node.send_frame(sender, message.cluster, frame)


class Gsme:
    """Fetches when told to; answers PCS01 and PCS02 with a MAC, anything else with a bare Response."""

    def __init__(self, node: HanNode, clock: Clock) -> None:
        self.commands: list[bytes] = []
        self.result = TopUpResult.ACCEPTED
        self.sealing_as = GSME
        self.tunnel = TunnelClient(node, HUB, clock, self._heard, opened=self.fetch)
        self.mute = False

    def fetch(self) -> None:
        if self.tunnel.is_open:
            self.tunnel.send(gb_hrgp.Get().encode())
        else:
            self.tunnel.open()

    def _heard(self, data: bytes) -> None:
        exchange = gb_hrgp.decode(data)
        assert isinstance(exchange, gb_hrgp.GetResponse)
        if not exchange.message:
            return
        self.commands.append(exchange.message)
        if not self.mute:
            self.put(self.answer(gbcs.decode(exchange.message)))
        if exchange.remaining:
            self.fetch()

    def put(self, response: Message) -> None:
        self.tunnel.send(gb_hrgp.Put(response.encode()).encode())

    def answer(self, command: Message) -> Message:
        if command.originator != PPMID:
            return answer_to(command)
        code, accepted = command.message_code, self.result.accepted
        content = (
            payloads.gsme.top_up_response(code, self.result, 1_000_000 if accepted else None)
            if code == payloads.CODES["ppmid-gsme", payloads.TopUp]
            else payloads.gsme.status_response(code, 0)
        )
        plain = replace(answer_to(command), payload=content.payload, mac=None)
        return with_mac_of(plain, self.sealing_as, PPMID)


def in_tunnel(message: AppMessage) -> bytes:
    """The octets that a message carries through a tunnel."""
    transfer = tunneling.read(message.zcl)
    assert isinstance(transfer, tunneling.TransferData)
    return transfer.data


class Home(Ground):
    """A PPMID under test, our hub, two stub meters, and a sender at the far end of the avenue."""

    def __init__(
        self,
        kind: type[SimulatedPpmid] = SimulatedPpmid,
        relay: Literal["none", "commands"] = "commands",
        joined: bool = True,
        hub_on: bool = True,
        start: int = 0,
        port: Port = "internet",
        **settings: Any,
    ) -> None:
        super().__init__(start)
        self.avenue = self.line("avenue")
        self.hub = SimulatedHub(
            clock=self.clock,
            **HUB_HOLDS,
            han=self.han,
            membership=membership(HUB),
            wan=Wan("wan", self.clock, self.tap, Random("wan"), Conditions(), kind="never-wan"),
            devices={**METERS, PPMID: roles.PPMID},
            hhts={},
            settings=HubSettings(relay=relay, on_unknown="error" if relay == "none" else "drop"),
        )
        self.esme = Esme(self.node(ESME))
        self.gas_node = self.node(GSME)
        self.gsme = Gsme(self.gas_node, self.clock)
        self.ppmid = kind(
            clock=self.clock,
            **PPMID_HOLDS | ({} if joined else {"directory": KEYS.directory_of(roles.PPMID, without=(roles.GSME,))}),
            key=PPMID_KEY,
            senders={SENDER: SENDER_KEY.public_key()},
            home=HOME,
            avenue=self.avenue,
            han=self.han,
            membership=membership(PPMID),
            meters=METERS,
            settings=PpmidSettings(**settings),
            situation=PpmidSituation(port=port, joined=joined),
        )
        self.sealed: list[bytes] = []
        self.avenue.attach(SENDER, lambda _, data: self.sealed.append(data))
        self.replay = 0
        self.ppmid.start()
        if hub_on:
            self.hub.start()
        self.run(2 * SECOND)
        self.gsme.fetch()
        self.run()
        self.tap.crossings.clear()
        self.sealed.clear()

    def submit(self, message: AvenueMessage, key: Ed25519PrivateKey = SENDER_KEY, **binding: Any) -> bytes:
        self.replay += 1
        bound: dict[str, Any] = {
            "sender": SENDER.encode(),
            "home": HOME,
            "ppmid": PPMID,
            "replay": self.replay,
            **binding,
        }
        sealed = seal(message, key=key, **bound)
        self.avenue.send(SENDER, roles.PPMID, sealed)
        self.run()
        return sealed

    def submit_command(self, one: Message, request_id: bytes = b"r", target: Eui | None = None) -> None:
        self.submit(SubmitCommand(request_id, target or one.target, one.encode()))

    def submit_utrn(self, meter: Eui, digits: str = UTRN, request_id: bytes = b"u") -> None:
        self.submit(SubmitUtrn(request_id, meter, Secret(digits.encode())))

    def gas_wakes(self) -> None:
        self.run()
        self.gsme.fetch()
        self.run()

    @property
    def said(self) -> list[Any]:
        keys = {b"ppmid": PPMID_KEY.public_key()}
        return [open_sealed(data, keys=keys, home=HOME, ppmid=PPMID).message for data in self.sealed]

    @property
    def states(self) -> list[State | str]:
        return [one.state if isinstance(one, Status) else type(one).__name__ for one in self.said]

    @property
    def results(self) -> list[UtrnResult]:
        return [one for one in self.said if isinstance(one, UtrnResult)]

    @property
    def lines(self) -> tuple[str, ...]:
        return self.ppmid.screen().lines

    @property
    def on_han(self) -> list[AppMessage]:
        return heard_on_the_han(self.tap.crossings)

    @property
    def from_ppmid(self) -> list[AppMessage]:
        return [message for message in self.on_han if message.source == PPMID]


ACCEPTED = ConsumerTopUpResponse(TopUpResult.ACCEPTED, 1_000_000, credit_remaining=4_525_000)
