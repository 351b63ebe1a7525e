"""The home's end of the avenue: whom it hears while it has power, and what it holds while it cannot be heard."""

from collections import deque
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_devices.links.avenues import Avenue
from ppmid_devices.links.sealed_end import SealedEnd
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message

HELD = 100
"""Messages that are kept while the avenue is down; the oldest goes first (assumed)."""


class AvenueEnd(SealedEnd):
    """The end of the device ``name``. A sender's key id is its party name on the avenue, and where its answers go.

    Replay numbers, in and out, outlive a loss of power, and so do the messages that are held.
    """

    def __init__(
        self,
        *,
        name: str,
        key: Ed25519PrivateKey,
        key_id: str,
        senders: Mapping[str, Ed25519PublicKey],
        home: str,
        ppmid: Eui,
        avenue: Avenue,
        heard: Callable[[str, Message], None],
        connected: Callable[[], None],
    ) -> None:
        super().__init__(name=name, key=key, key_id=key_id, others=senders, home=home, ppmid=ppmid, avenue=avenue)
        self._way = avenue
        self._senders = tuple(senders)
        self._heard, self._connected = heard, connected
        self._held: deque[tuple[str, Message]] = deque(maxlen=HELD)
        self._powered = False

    def attach(self) -> None:
        """Take the device's place on the avenue."""
        self._way.attach(self._name, self._receive)
        self._way.watch(self._changed)

    def power(self, on: bool) -> None:
        """Lose power, or have it back: then it connects and says what it held."""
        self._powered = on
        self._way.power(on)
        self._changed(self._way.up)

    def tell(self, sender: str, message: Message) -> None:
        """Say ``message`` to the party that ``sender`` names, as soon as the avenue is up."""
        if self._way.up and self._powered:
            self.send(sender, message)
        else:
            self._held.append((sender, message))

    def forget(self) -> None:
        """Drop what is held; replay numbers go on, so that nothing old is taken for new."""
        self._held.clear()

    def trust_nobody(self) -> None:
        """Hear no sender any more, until it is set up anew."""
        self._others, self._senders = {}, ()

    def tell_all(self, message: Message) -> None:
        """Say ``message`` to every sender that is known."""
        for sender in self._senders:
            self.tell(sender, message)

    def _changed(self, up: bool) -> None:
        if not (up and self._powered):
            return
        self._connected()
        while self._held:
            self.send(*self._held.popleft())

    def _receive(self, _: str, frame: bytes) -> None:
        opened = self.take(frame) if self._powered else None
        if opened is not None:
            self._heard(opened.sender.decode("utf-8", "replace"), opened.message)
