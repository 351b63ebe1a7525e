"""A simulated delivery service: seals what a User hands it, opens what the PPMID sends, and keeps no key of a meter."""

from collections import deque
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_devices import roles
from ppmid_devices.delivery_service.settings import DeliveryServiceSettings
from ppmid_devices.links.link import Link
from ppmid_devices.links.sealed_end import SealedEnd
from ppmid_devices.ports import Clock
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message, SubmitCommand, SubmitUtrn, messages
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
        self._clock, self._avenue = clock, avenue
        self._end = SealedEnd(
            name=roles.DELIVERY_SERVICE,
            key=key,
            key_id=roles.DELIVERY_SERVICE,
            others={settings.ppmid_key_id: ppmid_key},
            home=home,
            ppmid=ppmid,
            avenue=avenue,
            first_replay_number=settings.first_replay_number,
        )
        self._requests = 0
        self._waiting: deque[Message] = deque()
        self._listeners: list[Callable[[Message], None]] = []

    @property
    def dropped(self) -> Mapping[str, int]:
        """How many frames of the avenue it dropped, by reason."""
        return self._end.dropped

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
        self._end.send(roles.PPMID, message)

    def _from_avenue(self, _: str, frame: bytes) -> None:
        opened = self._end.take(frame)
        if opened is not None:
            self._pass_on(opened.message)

    def _pass_on(self, message: Message) -> None:
        for heard in self._listeners:
            heard(message)
