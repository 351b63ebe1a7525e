"""The PPMID's end of the avenue: it opens what is authentic, fresh and for it, and seals what the PPMID says."""

from collections import Counter, deque
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_devices import roles
from ppmid_devices.links.link import Link
from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message, Opened, ReplayGuard, open_sealed, seal

HELD = 100
"""Messages that are kept while the avenue is down; the oldest goes first (assumed)."""


class AvenueEnd:
    """A sender's key id is its party name on the avenue, and where its answers go.

    What cannot be authenticated, was meant for another, or comes again is dropped without an answer, which would help
    only whoever tries; it is counted by reason. Replay numbers, in and out, outlive a loss of power.
    """

    def __init__(
        self,
        *,
        key: Ed25519PrivateKey,
        key_id: str,
        senders: Mapping[str, Ed25519PublicKey],
        home: str,
        ppmid: Eui,
        avenue: Link,
        heard: Callable[[str, Message], None],
        connected: Callable[[], None],
    ) -> None:
        self._key, self._key_id, self._home, self._ppmid, self._avenue = key, key_id.encode(), home, ppmid, avenue
        self._senders = {name.encode(): public for name, public in senders.items()}
        self._heard, self._connected = heard, connected
        self._guard = ReplayGuard()
        self._replay = 0
        self._held: deque[tuple[str, Message]] = deque(maxlen=HELD)
        self._powered = False
        self.dropped: Counter[str] = Counter()

    def attach(self) -> None:
        """Take the PPMID's place on the avenue."""
        self._avenue.attach(roles.PPMID, self._receive)
        self._avenue.watch(self._changed)

    def power(self, on: bool) -> None:
        """Lose power, or have it back: then it connects and says what it held."""
        self._powered = on
        self._changed(self._avenue.up)

    def tell(self, sender: str, message: Message) -> None:
        """Say ``message`` to the party that ``sender`` names, as soon as the avenue is up."""
        if self._avenue.up and self._powered:
            self._send(sender, message)
        else:
            self._held.append((sender, message))

    def tell_all(self, message: Message) -> None:
        """Say ``message`` to every sender that is known."""
        for sender in self._senders:
            self.tell(sender.decode(), message)

    def _send(self, sender: str, message: Message) -> None:
        self._replay += 1
        sealed = seal(
            message, key=self._key, sender=self._key_id, home=self._home, ppmid=self._ppmid, replay=self._replay
        )
        self._avenue.send(roles.PPMID, sender, sealed)

    def _changed(self, up: bool) -> None:
        if not (up and self._powered):
            return
        self._connected()
        while self._held:
            self._send(*self._held.popleft())

    def _receive(self, _: str, data: bytes) -> None:
        if not self._powered:
            return
        try:
            opened = self._open(data)
            self._guard = self._guard.accept(opened)
        except ProtocolError as error:
            self.dropped[_reason(error)] += 1
            return
        self._heard(opened.sender.decode("utf-8", "replace"), opened.message)

    def _open(self, data: bytes) -> Opened:
        """The message inside, if a known sender signed it for this home and PPMID. Raises ProtocolError."""
        return open_sealed(data, keys=self._senders, home=self._home, ppmid=self._ppmid)


def _reason(error: ProtocolError) -> str:
    if isinstance(error, NotAuthentic):
        return error.what
    return "malformed" if isinstance(error, Malformed) else "unsupported"
