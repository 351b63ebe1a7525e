"""A simulated delivery service: seals what a User hands it, opens what the PPMID sends, and keeps no key of a meter."""

import hashlib
from collections import deque
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_devices import roles
from ppmid_devices.delivery_service.contract import Entered
from ppmid_devices.delivery_service.sessions import Sessions
from ppmid_devices.delivery_service.settings import DeliveryServiceSettings
from ppmid_devices.links.link import Link
from ppmid_devices.links.sealed_end import SealedEnd
from ppmid_devices.ports import SECOND, Clock
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message, Reason, State, Status, SubmitCommand, SubmitUtrn, messages
from ppmid_protocols.secret import Secret

REQUEST_ID_OCTETS = 4


class SimulatedDeliveryService:
    """Carries messages of one home (``delivery_service.contract.DeliveryService``).

    A request id is four octets on the avenue, and eight hex digits to its callers. While the avenue is down messages
    wait, in their order, as many as there is room for; nothing is ever sent twice. What is not authentic, or comes
    again, is dropped. ``there``: who takes them in the home, the PPMID or the hub; ``ppmid`` and ``ppmid_key`` are its.
    """

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
        settings: DeliveryServiceSettings,
        there: str = roles.PPMID,
    ) -> None:
        self._clock, self._avenue, self._room = clock, avenue, settings.waiting
        self._key, self._home, self._homes, self._there, self._ppmid = key, home, homes, there, ppmid
        began = clock.now() if settings.by_time else 0
        self._sessions, self._logins = Sessions(settings.session_s * SECOND), 0
        self._end = SealedEnd(
            name=roles.DELIVERY_SERVICE,
            key=key,
            key_id=roles.DELIVERY_SERVICE,
            others={settings.hub_key_id if there == roles.HUB else settings.ppmid_key_id: ppmid_key},
            home=home,
            ppmid=ppmid,
            avenue=avenue,
            first_replay_number=settings.first_replay_number + began,
        )
        self._requests = began // SECOND
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

    def log_in(self, home: str) -> str:
        """As the contract has it. Raises Malformed for a home that is none of its customers'."""
        if home not in self._homes:
            raise Malformed("home", f"expected one of its customers', found {home}")
        self._logins += 1
        token = hashlib.sha256(self._key.sign(f"session {self._logins} of {home}".encode())).hexdigest()[:32]
        self._sessions = self._sessions.begin(token, home, self._clock.now())
        return token

    def log_out(self, token: str) -> None:
        self._sessions = self._sessions.end(token)

    def enter_utrn(self, token: str, meter: Eui, digits: Secret) -> Entered:
        refused = self._why_not(token, meter)
        if refused:
            return Entered(refused=refused)
        self._sessions = self._sessions.used(token, self._clock.now())
        return Entered(self.submit_utrn(meter, digits))

    def _why_not(self, token: str, meter: Eui) -> str:
        """Why whoever holds this token may not top this meter up; empty when they may."""
        home = self._sessions.home_of(token, self._clock.now())
        if home is None:
            return "no session, or one that is over"
        if meter not in self._homes[home]:
            return "a meter of another home"
        return "" if home == self._home else "no PPMID of this home is served"

    def _next_request_id(self) -> bytes:
        self._requests += 1
        return self._requests.to_bytes(REQUEST_ID_OCTETS, "big")

    def _post(self, message: Message) -> None:
        messages.encode(message)  # what no message can carry is refused now, not when the avenue comes back
        if self._home not in self._homes:
            self._refuse(message, Reason.NO_PPMID, "No PPMID of this home is known to the delivery service")
        elif self._avenue.up:
            self._send(message)
        elif len(self._waiting) < self._room:
            self._waiting.append(message)
        else:
            text = "The delivery service holds no more while the avenue is down"
            self._refuse(message, Reason.TOO_MANY_REQUESTS, text)

    def _refuse(self, message: Message, reason: Reason, text: str) -> None:
        refusal = Status(message.request_id, State.REFUSED, reason, text)
        self._clock.call_later(0, lambda: self._pass_on(refusal))  # once its sender knows the request id

    def _avenue_changed(self, up: bool) -> None:
        while up and self._waiting:
            self._send(self._waiting.popleft())

    def _send(self, message: Message) -> None:
        self._end.send(self._there, message)

    def _from_avenue(self, _: str, frame: bytes) -> None:
        opened = self._end.take(frame)
        if opened is not None:
            self._pass_on(opened.message)

    def _pass_on(self, message: Message) -> None:
        for heard in self._listeners:
            heard(message)
