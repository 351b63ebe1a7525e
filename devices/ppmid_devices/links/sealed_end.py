"""One end of the avenue: it seals what its party says, and opens what is authentic, for this home and in order.

What a receiver does, and in which order, is the local command interface's. What fails is dropped without an answer,
which would help only whoever tries; it is counted by reason.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ppmid_protocols.errors import Malformed, NotAuthentic, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message, Opened, ReplayGuard, open_sealed, seal


class Sends(Protocol):
    """What takes a sealed message: a line, or the framing before one."""

    def send(self, sender: str, receiver: str, frame: bytes) -> None:
        """Put ``frame`` on its way to ``receiver``."""


class SealedEnd:
    """The end of the party ``name``. ``others``: the public keys of the other side by their key ids, never its own."""

    def __init__(
        self,
        *,
        name: str,
        key: Ed25519PrivateKey,
        key_id: str,
        others: Mapping[str, Ed25519PublicKey],
        home: str,
        ppmid: Eui,
        avenue: Sends,
        first_replay_number: int = 1,
    ) -> None:
        self._name, self._key, self._key_id, self._home, self._ppmid = name, key, key_id.encode(), home, ppmid
        self._others = {other.encode(): public for other, public in others.items()}
        self._avenue = avenue
        self._guard = ReplayGuard()
        self._replay_number = first_replay_number
        self.dropped: Counter[str] = Counter()

    def send(self, to: str, message: Message) -> None:
        """Seal ``message`` under the next replay number, and put it on the avenue for the party ``to``."""
        number, self._replay_number = self._replay_number, self._replay_number + 1
        sealed = seal(message, key=self._key, sender=self._key_id, home=self._home, ppmid=self._ppmid, replay=number)
        self._avenue.send(self._name, to, sealed)

    def take(self, frame: bytes) -> Opened | None:
        """What a frame holds; None of one that is dropped."""
        try:
            opened = self._open(frame)
            self._guard = self._guard.accept(opened)
        except ProtocolError as error:
            self.dropped[_reason(error)] += 1
            return None
        return opened

    def _open(self, frame: bytes) -> Opened:
        """The message inside, if a known sender signed it for this home and PPMID. Raises ProtocolError."""
        return open_sealed(frame, keys=self._others, home=self._home, ppmid=self._ppmid)


def _reason(error: ProtocolError) -> str:
    if isinstance(error, NotAuthentic):
        return error.what
    return "malformed" if isinstance(error, Malformed) else "unsupported"
