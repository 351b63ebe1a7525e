"""Another home of the same Supplier, of which this bench has no more than what may come here by mistake.

Its messages are sealed by the Supplier's own delivery service, for its own PPMID. A carrier may bring them here, and a
phone of that home may be held to this PPMID.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_devices import roles
from ppmid_devices.links.link import Link
from ppmid_devices.ports import MILLISECOND, Clock
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message, SubmitCommand, seal
from ppmid_protocols.local_interface.tapping import TappingPhone

HOME = "home-2"
PPMID = Eui.parse("00-DB-12-34-56-78-90-FE")
METER = Eui.parse("00-DB-12-34-56-78-90-FF")
PHONE = "phone of another home"

_REQUEST_ID = b"other home"
_REPLAY = 1 << 32  # a replay number that no message of this home has come to
_PACE = 5 * MILLISECOND


class OtherHome:
    """Sends a Command for that home, by a carrier of this one or by a phone of its own."""

    def __init__(self, clock: Clock, key: Ed25519PrivateKey, handover: Link, avenue: Link, ppmid: Eui) -> None:
        self._clock, self._key, self._handover, self._avenue, self._ppmid = clock, key, handover, avenue, ppmid
        self._phone: TappingPhone | None = None

    def give_carrier(self, meter: Eui, command: bytes) -> None:
        """Give the carrier a Command for a meter of that home, among what is for this one."""
        sealed = self._sealed(SubmitCommand(_REQUEST_ID, meter, command))
        self._handover.send(roles.DELIVERY_SERVICE, roles.PPMID, sealed)

    def tap(self, meter: Eui, command: bytes) -> None:
        """Hold a phone with a Command of that home to this PPMID, whichever PPMID it says that it means."""
        self._phone = TappingPhone(self._ppmid, [self._sealed(SubmitCommand(_REQUEST_ID, meter, command))])
        self._avenue.attach(PHONE, self._hear)
        self._say(self._phone.first())

    def _hear(self, _: str, frame: bytes) -> None:
        if self._phone is not None:
            command = self._phone.after(frame)
            if command is not None:
                self._clock.call_later(_PACE, lambda: self._say(command))

    def _say(self, command: bytes) -> None:
        self._avenue.send(PHONE, roles.PPMID, command)

    def _sealed(self, message: Message) -> bytes:
        sender = roles.DELIVERY_SERVICE.encode()
        return seal(message, key=self._key, sender=sender, home=HOME, ppmid=PPMID, replay=_REPLAY)
