"""A second delivery service, from the contract and the protocols: it seals, sends, opens and tells."""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_devices import roles
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
        home: str,
        ppmid: Eui,
        avenue: Link,
        settings: Settings,
    ) -> None:
        self._key, self._home, self._ppmid, self._avenue = key, home, ppmid, avenue
        self._keys, self._guard = {settings.ppmid_key_id.encode(): ppmid_key}, ReplayGuard()
        self._sent = 0
        self._heard: list[Callable[[Message], None]] = []

    def start(self) -> None:
        self._avenue.attach(roles.DELIVERY_SERVICE, self._take)

    def listen(self, heard: Callable[[Message], None]) -> None:
        self._heard.append(heard)

    def submit_command(self, target: Eui, command: bytes) -> str:
        return self._send(lambda request_id: SubmitCommand(request_id, target, command))

    def submit_utrn(self, meter: Eui, digits: Secret) -> str:
        return self._send(lambda request_id: SubmitUtrn(request_id, meter, digits))

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
