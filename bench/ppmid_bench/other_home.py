"""Another home of the same Supplier, of which this bench has no more than what may come here by mistake.

Its messages are sealed by the Supplier's own delivery service, for its own PPMID. A carrier may bring them here, and a
phone of that home may be held to the device of this one.
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
    """Sends a Command for that home, by a carrier of this one or by a phone of its own.

    ``there``: the party of this home that takes messages by hand, and ``device`` its EUI-64.
    """

    def __init__(
        self, clock: Clock, key: Ed25519PrivateKey, handover: Link, avenue: Link, there: str, device: Eui
    ) -> None:
        self._clock, self._key, self._handover, self._avenue = clock, key, handover, avenue
        self._there, self._device = there, device
        self._phone: TappingPhone | None = None
        self._begun = False

    def give_carrier(self, meter: Eui, command: bytes) -> None:
        """Give the carrier a Command for a meter of that home, among what is for this one."""
        sealed = self._sealed(SubmitCommand(_REQUEST_ID, meter, command))
        self._handover.send(roles.DELIVERY_SERVICE, self._there, sealed)

    def give_carrier_as_before(self, meter: Eui, command: bytes) -> None:
        """The same, of a time when this home's device stood in that home: it names that home, and this device."""
        sealed = self._sealed(SubmitCommand(_REQUEST_ID, meter, command), self._device)
        self._handover.send(roles.DELIVERY_SERVICE, self._there, sealed)

    def tap(self, meter: Eui, command: bytes) -> None:
        """Hold a phone with a Command of that home to this home's device, whichever one it says that it means."""
        self._phone = TappingPhone(self._device, [self._sealed(SubmitCommand(_REQUEST_ID, meter, command))])
        self._avenue.attach(PHONE, self._hear)
        self._begun = False
        self._avenue.watch(self._begin)
        self._begin(self._avenue.up)

    def _begin(self, up: bool) -> None:
        """Speak once the device is there: a reader has to find it first."""
        if up and not self._begun and self._phone is not None:
            self._begun = True
            self._say(self._phone.first())

    def _hear(self, _: str, frame: bytes) -> None:
        if self._phone is not None:
            command = self._phone.after(frame)
            if command is not None:
                self._clock.call_later(_PACE, lambda: self._say(command))

    def _say(self, command: bytes) -> None:
        self._avenue.send(PHONE, self._there, command)

    def _sealed(self, message: Message, device: Eui = PPMID) -> bytes:
        sender = roles.DELIVERY_SERVICE.encode()
        return seal(message, key=self._key, sender=sender, home=HOME, ppmid=device, replay=_REPLAY)
