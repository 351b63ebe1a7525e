"""A second PPMID, from the contract and the protocols: it passes Commands on and Responses back, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from second_tunnel import Tunnel

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.link import Link
from ppmid_devices.ports import MINUTE, CannotArrange, Clock
from ppmid_devices.ppmid.contract import Image, PpmidSituation, Screen
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import CommandKey, decode
from ppmid_protocols.local_interface import (
    CommandResponse,
    Message,
    Reason,
    ReplayGuard,
    State,
    Status,
    SubmitCommand,
    open_sealed,
    seal,
)

PATIENCE = 2 * MINUTE


@dataclass(frozen=True, slots=True)
class Settings:
    """The id of its key on the avenue."""

    key_id: str = "ppmid"


class SecondPpmid:
    def __init__(
        self,
        *,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        key: Ed25519PrivateKey,
        senders: Mapping[str, Ed25519PublicKey],
        home: str,
        avenue: Link,
        han: Han,
        membership: HanMembership,
        hub: Eui,
        gpf: Eui,
        supplier: Eui,
        access_control_broker: Eui,
        meters: Mapping[Eui, str],
        settings: Settings,
        situation: PpmidSituation | None,
    ) -> None:
        if situation is not None and situation.can_relay is False:
            raise CannotArrange("this PPMID carries Commands, and cannot be one that does not")
        if situation is not None and situation.port != "internet":
            raise CannotArrange(f"this PPMID is on the Internet, and has no {situation.port}")
        self._clock, self._eui, self._key, self._key_id = clock, credentials.eui, key, settings.key_id.encode()
        self._senders = {name.encode(): public for name, public in senders.items()}
        self._home, self._avenue, self._han, self._membership, self._hub = home, avenue, han, membership, hub
        self._meters, self._guard, self._replay = meters, ReplayGuard(), 0
        self._asked: dict[CommandKey, tuple[str, bytes]] = {}
        self._lines: list[str] = []

    @property
    def eui(self) -> Eui:
        return self._eui

    def start(self) -> None:
        self._tunnel = Tunnel(HanNode(self._clock, self._han, self._membership), self._hub, self._from_hub, asks=False)
        self._avenue.attach(roles.PPMID, self._from_avenue)

    def restart(self) -> None:
        self._lines.clear()

    def factory_reset(self) -> None:
        raise CannotArrange("this PPMID has no reset button")

    def touch(self) -> None:
        raise CannotArrange("this PPMID has no screen")

    def image(self, kind: Image) -> bytes:
        raise CannotArrange(f"there is no {kind} image for this PPMID")

    def enter_utrn(self, meter: Eui, digits: str) -> None:
        self._lines.append("No keypad")

    def select_emergency_credit(self, meter: Eui) -> None:
        self._lines.append("No emergency credit")

    def enable_supply(self, meter: Eui) -> None:
        self._lines.append("No switch")

    def screen(self) -> Screen:
        return Screen(tuple(self._lines))

    def _from_avenue(self, _: str, sealed: bytes) -> None:
        try:
            opened = open_sealed(sealed, keys=self._senders, home=self._home, ppmid=self._eui)
            self._guard = self._guard.accept(opened)
        except ProtocolError:
            return
        sender, message = opened.sender.decode(), opened.message
        if not isinstance(message, SubmitCommand):
            refusal = Status(message.request_id, State.REFUSED, Reason.OTHER, "Only Commands are taken")
            self._say(sender, refusal)
        elif message.target in self._meters and self._tunnel.send(message.command):
            self._asked[decode(message.command).command_key] = sender, message.request_id
            self._say(sender, Status(message.request_id, State.FORWARDED, None, "Passed on"))
            key = decode(message.command).command_key
            self._clock.call_later(PATIENCE, lambda: self._give_up(key, sender, message.request_id))
        else:
            self._say(sender, Status(message.request_id, State.REFUSED, Reason.HAN_UNREACHABLE, "Not passed on"))

    def _give_up(self, key: CommandKey, sender: str, request_id: bytes) -> None:
        if key in self._asked:
            self._say(sender, Status(request_id, State.UNKNOWN, None, "No answer of the meter"))

    def _from_hub(self, octets: bytes) -> None:
        asked = self._asked.pop(decode(octets).command_key, None)
        if asked is not None:
            sender, request_id = asked
            self._say(sender, CommandResponse(request_id, octets))

    def _say(self, sender: str, message: Message) -> None:
        self._replay += 1
        sealed = seal(
            message, key=self._key, sender=self._key_id, home=self._home, ppmid=self._eui, replay=self._replay
        )
        self._avenue.send(roles.PPMID, sender, sealed)
