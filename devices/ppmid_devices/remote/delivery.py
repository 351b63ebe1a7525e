"""The delivery service as its User reaches it from another process, and what it tells in return.

It is the one party that another holds by its contract instead of by a link, and the one contract with a verb that
takes a function.
"""

from collections.abc import Callable

from ppmid_devices.delivery_service.contract import Deliveries
from ppmid_devices.remote.peer import Peer
from ppmid_devices.remote.values import decode
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message, messages
from ppmid_protocols.secret import Secret

DELIVERY, LISTENERS = "delivery", "listeners"

Heard = Callable[[Message], None]


class RemoteDelivery:
    """A delivery service (``delivery_service.contract.Deliveries``) at the other end of ``peer``."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        offer_listener(peer, self._heard)
        self._listeners: list[Heard] = []

    def listen(self, heard: Heard) -> None:
        """As the contract has it."""
        if not self._listeners:
            self._peer.tell(DELIVERY, "listen")
        self._listeners.append(heard)

    def submit_command(self, target: Eui, command: bytes) -> str:
        """As the contract has it."""
        return str(decode(self._peer.ask(DELIVERY, "submit_command", target, command), str))

    def submit_utrn(self, meter: Eui, digits: Secret) -> str:
        """As the contract has it."""
        return str(decode(self._peer.ask(DELIVERY, "submit_utrn", meter, digits), str))

    def _heard(self, message: Message) -> None:
        for heard in self._listeners:
            heard(message)


def offer_delivery(peer: Peer, delivery: Deliveries) -> None:
    """Let the User at the other end of ``peer`` reach ``delivery``."""
    # Functions of their own, for their type hints: ``delivery`` may itself be a party in a process, which has none.

    def submit_command(target: Eui, command: bytes) -> str:
        return delivery.submit_command(target, command)

    def submit_utrn(meter: Eui, digits: Secret) -> str:
        return delivery.submit_utrn(meter, digits)

    def listen() -> None:
        delivery.listen(teller(peer))

    peer.offer(DELIVERY, {"submit_command": submit_command, "submit_utrn": submit_utrn, "listen": listen})


def teller(peer: Peer) -> Heard:
    """Tells the other end of ``peer`` every message that it is called with."""
    return lambda message: peer.tell(LISTENERS, "heard", messages.encode(message))


def offer_listener(peer: Peer, heard: Heard) -> None:
    """Call ``heard`` with every message that the other end tells."""

    def take(message: bytes) -> None:
        heard(messages.decode(message))

    peer.offer(LISTENERS, {"heard": take})
