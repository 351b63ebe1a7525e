"""Somebody on the avenue who holds no key that the home's device trusts, and speaks in the delivery service's name."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_devices import roles
from ppmid_devices.links.link import Link
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message, SubmitUtrn, seal
from ppmid_protocols.utrn import Utrn

_REQUEST_ID = b"stranger"
_FAR_AHEAD = 1 << 32  # a replay number that no sender of the home has come to


class Stranger:
    """Sends well-formed messages of the local command interface, under a key of its own.

    ``there``: the party of the home that takes messages, and ``device`` its EUI-64.
    """

    def __init__(self, key: Ed25519PrivateKey, avenue: Link, home: str, there: str, device: Eui) -> None:
        self._key, self._avenue, self._home, self._there, self._device = key, avenue, home, there, device

    def send_utrn(self, meter: Eui, utrn: Utrn) -> None:
        """Send a UTRN that may even be genuine."""
        self._send(SubmitUtrn(_REQUEST_ID, meter, utrn.digits))

    def _send(self, message: Message) -> None:
        sender = roles.DELIVERY_SERVICE
        sealed = seal(
            message, key=self._key, sender=sender.encode(), home=self._home, ppmid=self._device, replay=_FAR_AHEAD
        )
        self._avenue.send(sender, self._there, sealed)
