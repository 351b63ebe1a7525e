"""A second delivery service, from the contract and the protocols: it seals, sends, opens and tells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_devices import roles
from ppmid_devices.delivery_service.contract import Entered
from ppmid_devices.links.link import Link
from ppmid_devices.ports import Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message, ReplayGuard, SubmitCommand, SubmitUtrn, open_sealed, seal
from ppmid_protocols.secret import Secret


@dataclass(frozen=True, slots=True)
class Settings:
    """The id of the PPMID's key."""

    ppmid_key_id: str = "ppmid"


class SecondDeliveryService:
    def __init__(
        self,
        *,
        clock: Clock,
        key: Ed25519PrivateKey,
        ppmid_key: Ed25519PublicKey,
        homes: Mapping[str, tuple[Eui, ...]],
        home: str,
        ppmid: Eui,
        avenue: Link,
        settings: Settings,
    ) -> None:
        self._key, self._home, self._ppmid, self._avenue = key, home, ppmid, avenue
        self._keys, self._guard = {settings.ppmid_key_id.encode(): ppmid_key}, ReplayGuard()
        self._sent = 0
        self._meters, self._tokens = homes[home], dict[str, str]()
        self._heard: list[Callable[[Message], None]] = []

    def start(self) -> None:
        self._avenue.attach(roles.DELIVERY_SERVICE, self._take)

    def listen(self, heard: Callable[[Message], None]) -> None:
        self._heard.append(heard)

    def submit_command(self, target: Eui, command: bytes) -> str:
        return self._send(lambda request_id: SubmitCommand(request_id, target, command))

    def submit_utrn(self, meter: Eui, digits: Secret) -> str:
        return self._send(lambda request_id: SubmitUtrn(request_id, meter, digits))

    def log_in(self, home: str) -> str:
        token = self._key.sign(f"{home} {len(self._tokens)}".encode()).hex()
        self._tokens[token] = home
        return token

    def log_out(self, token: str) -> None:
        self._tokens[token] = ""

    def enter_utrn(self, token: str, meter: Eui, digits: Secret) -> Entered:
        if self._tokens.get(token) != self._home or meter not in self._meters:
            return Entered(refused="not under this session")
        return Entered(self.submit_utrn(meter, digits))

    def _send(self, make: Callable[[bytes], Message]) -> str:
        self._sent += 1
        message = make(self._sent.to_bytes(8, "big"))
        sender = roles.DELIVERY_SERVICE
        sealed = seal(
            message, key=self._key, sender=sender.encode(), home=self._home, ppmid=self._ppmid, replay=self._sent
        )
        self._avenue.send(sender, roles.PPMID, sealed)
        return message.request_id.hex()

    def _take(self, _: str, sealed: bytes) -> None:
        try:
            opened = open_sealed(sealed, keys=self._keys, home=self._home, ppmid=self._ppmid)
            self._guard = self._guard.accept(opened)
        except ProtocolError:
            return
        for heard in self._heard:
            heard(opened.message)
