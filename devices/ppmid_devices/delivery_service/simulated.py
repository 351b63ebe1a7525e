"""A simulated delivery service: seals what a User hands it, opens what the PPMID sends, and keeps no key of a meter."""

from collections import deque
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_devices import roles
from ppmid_devices.delivery_service.settings import DeliveryServiceSettings
from ppmid_devices.links.link import Link
from ppmid_devices.ports import Clock
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message, ReplayGuard, SubmitCommand, SubmitUtrn, messages, open_sealed, seal
from ppmid_protocols.secret import Secret

REQUEST_ID_OCTETS = 4


class SimulatedDeliveryService:
    """Carries messages of one home (``delivery_service.contract.DeliveryService``).

    A request id is four octets on the avenue, and eight hex digits to its callers. While the avenue is down messages
    wait, in their order; nothing is ever sent twice. What is not authentic, or comes again, is dropped.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        key: Ed25519PrivateKey,
        ppmid_key: Ed25519PublicKey,
        home: str,
        ppmid: Eui,
        avenue: Link,
        settings: DeliveryServiceSettings,
    ) -> None:
        self._clock, self._key, self._home, self._ppmid, self._avenue = clock, key, home, ppmid, avenue
        self._senders = {settings.ppmid_key_id.encode(): ppmid_key}
        self._guard = ReplayGuard()
        self._replay_number = settings.first_replay_number
        self._requests = 0
        self._waiting: deque[Message] = deque()
        self._listeners: list[Callable[[Message], None]] = []
        self._dropped: list[str] = []

    @property
    def dropped(self) -> tuple[str, ...]:
        """Why frames from the avenue were dropped, oldest first."""
        return tuple(self._dropped)

    def start(self) -> None:
        self._avenue.attach(roles.DELIVERY_SERVICE, self._from_avenue)
        self._avenue.watch(self._avenue_changed)

    def listen(self, heard: Callable[[Message], None]) -> None:
        self._listeners.append(heard)

    def submit_command(self, target: Eui, command: bytes) -> str:
        request_id = self._next_request_id()
        self._post(SubmitCommand(request_id, target, command))
        return request_id.hex()

    def submit_utrn(self, meter: Eui, digits: Secret) -> str:
        request_id = self._next_request_id()
        self._post(SubmitUtrn(request_id, meter, digits))
        return request_id.hex()

    def _next_request_id(self) -> bytes:
        self._requests += 1
        return self._requests.to_bytes(REQUEST_ID_OCTETS, "big")

    def _post(self, message: Message) -> None:
        messages.encode(message)  # what no message can carry is refused now, not when the avenue comes back
        if self._avenue.up:
            self._send(message)
        else:
            self._waiting.append(message)

    def _avenue_changed(self, up: bool) -> None:
        while up and self._waiting:
            self._send(self._waiting.popleft())

    def _send(self, message: Message) -> None:
        number, self._replay_number = self._replay_number, self._replay_number + 1
        sealed = seal(
            message,
            key=self._key,
            sender=roles.DELIVERY_SERVICE.encode(),
            home=self._home,
            ppmid=self._ppmid,
            replay=number,
        )
        self._avenue.send(roles.DELIVERY_SERVICE, roles.PPMID, sealed)

    def _from_avenue(self, sender: str, frame: bytes) -> None:
        try:
            opened = open_sealed(frame, keys=self._senders, home=self._home, ppmid=self._ppmid)
            self._guard = self._guard.accept(opened)
        except ProtocolError as problem:
            self._dropped.append(f"from {sender}: {problem}")
            return
        self._pass_on(opened.message)

    def _pass_on(self, message: Message) -> None:
        for heard in self._listeners:
            heard(message)
