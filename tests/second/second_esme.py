"""A second ESME, from the contract and the protocols: it takes top-up Commands, and nothing else."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from second_tunnel import Tunnel

from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.meter.contract import MeterDisplay, MeterSituation, Supply
from ppmid_devices.ports import Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.prepayment import esme, read_top_up_digits
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import COUNTER_LIMIT, Utrn, check_mac
from ppmid_protocols.zigbee.ota import ImageHead


@dataclass(frozen=True, slots=True)
class Settings:
    """Millipence on the display at first."""

    balance_mp: int = 0


class SecondEsme:
    def __init__(
        self,
        *,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        han: Han,
        membership: HanMembership,
        hub: Eui,
        supplier: Eui,
        access_control_broker: Eui,
        ppmid: Eui | None,
        settings: Settings,
        situation: MeterSituation | None,
    ) -> None:
        self._clock, self._own, self._others = clock, credentials, directory
        self._han, self._membership, self._hub = han, membership, hub
        self._supplier, self._broker = supplier, access_control_broker
        self._balance, self._highest = (situation and situation.balance) or settings.balance_mp, 0

    @property
    def eui(self) -> Eui:
        return self._own.eui

    def start(self) -> None:
        self._node = HanNode(self._clock, self._han, self._membership)
        self._tunnel = Tunnel(self._node, self._hub, self._hear, asks=False)

    def display(self) -> MeterDisplay:
        return MeterDisplay(balance=self._balance, supply=Supply.ENABLED, emergency_credit=None)

    def press_enable(self) -> None:
        """The supply is always on."""

    def enter_utrn(self, digits: str) -> str:
        return "Not here"

    def power_cycle(self) -> None:
        """It forgets nothing, and is back at once."""

    def image(self) -> bytes:
        head = ImageHead(manufacturer=1, image_type=1, file_version=2, stack_version=2, name="second", size=56)
        return head.encode()

    def configuration(self) -> dict[str, str]:
        return {}

    def _hear(self, octets: bytes) -> None:
        try:
            command = decode(octets)
            crypto.verify_mac(command, self._key, self._others.public_key(self._broker, "agreement"))
            digits = read_top_up_digits(command)
        except ProtocolError:
            return
        fits = (command.originator, command.target) == (self._supplier, self.eui)
        if digits is not None and fits and command.counter > self._highest:
            self._answer(command, self._credit(command, digits))

    def _credit(self, command: Message, digits: Secret) -> int:
        self._highest = command.counter
        supplier_key = self._others.public_key(self._supplier, "prepayment")
        try:
            utrn = Utrn.parse(digits)
            check_mac(utrn, self._supplier, self.eui, command.counter // COUNTER_LIMIT, self._key, supplier_key)
            self._balance += utrn.amount
        except ProtocolError:
            return esme.REFUSED
        return esme.SUCCESS

    def _answer(self, command: Message, result: int) -> None:
        content = esme.response(command.message_code, command.counter, result)
        response = Message(
            cra=Cra.RESPONSE,
            counter=command.counter,
            originator=self.eui,
            target=command.originator,
            message_code=content.message_code,
            payload=content.payload,
        )
        peer = self._others.public_key(command.originator, "agreement")
        self._tunnel.send(crypto.with_mac(response, self._key, peer).encode())

    @property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        return self._own.own("agreement").private
