"""Somebody on the avenue who holds no key that the home's device trusts, and speaks in the delivery service's name."""

from functools import partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_devices import roles
from ppmid_devices.carrier.hands import HANDS, Event, Say
from ppmid_devices.carrier.settings import CarrierSettings
from ppmid_devices.links.link import Link
from ppmid_devices.ports import MILLISECOND, Clock
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message, SubmitCommand, SubmitUtrn, seal
from ppmid_protocols.utrn import Utrn

NAME = "stranger"

_REQUEST_ID = b"stranger"
_FAR_AHEAD = 1 << 32  # a replay number that no sender of the home has come to


class Stranger:
    """Sends well-formed messages of the local command interface, under a key of its own.

    ``there``: the party of the home that takes messages, and ``device`` its EUI-64.
    """

    def __init__(
        self, clock: Clock, key: Ed25519PrivateKey, avenue: Link, home: str, there: str, device: Eui, port: str
    ) -> None:
        self._clock, self._key, self._avenue, self._home = clock, key, avenue, home
        self._there, self._device, self._port = there, device, port
        self._settings = CarrierSettings()

    def send_utrn(self, meter: Eui, utrn: Utrn) -> None:
        """Send a UTRN that may even be genuine, over the Internet."""
        sealed = self._sealed(SubmitUtrn(_REQUEST_ID, meter, utrn.digits))
        self._avenue.send(roles.DELIVERY_SERVICE, self._there, sealed)

    def send_bare(self, octets: bytes) -> None:
        """Send octets as they are: no message of the local command interface."""
        self._avenue.send(roles.DELIVERY_SERVICE, self._there, octets)

    def send_command(self, target: Eui, command: bytes) -> None:
        """Send a Command that may even be authentic, over the Internet."""
        self.send_bare(self._sealed(SubmitCommand(_REQUEST_ID, target, command)))

    def bring_command(self, target: Eui, command: bytes) -> None:
        """Plug in, or tap, with a Command, as a carrier does."""
        hand = HANDS[self._port](self._device, self._settings)
        self._avenue.attach(NAME, lambda _, frame: self._do(hand.hear(frame)))
        self._do(hand.arrive([self._sealed(SubmitCommand(_REQUEST_ID, target, command))]))

    def _do(self, events: list[Event]) -> None:
        """Say what there is to say; a stranger asks for no answers."""
        for event in events:
            if isinstance(event, Say):
                delay = event.beats * self._settings.pace_ms * MILLISECOND
                self._clock.call_later(delay, partial(self._avenue.send, NAME, self._there, event.frame))

    def _sealed(self, message: Message) -> bytes:
        sender = roles.DELIVERY_SERVICE.encode()
        return seal(message, key=self._key, sender=sender, home=self._home, ppmid=self._device, replay=_FAR_AHEAD)
