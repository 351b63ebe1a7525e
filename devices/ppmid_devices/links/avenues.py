"""The home's end of each avenue: what is on the line, and the sealed messages in it.

All have the face of a line, so that the end that seals knows none of them. What is no whole message goes no further.
"""

from collections import deque
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ppmid_devices import roles
from ppmid_devices.links import stick_access
from ppmid_devices.links.link import Link, Receive
from ppmid_devices.ports import MILLISECOND, SECOND, Clock
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import cobs, stick
from ppmid_protocols.local_interface.stick import MOST_MESSAGES, Direction
from ppmid_protocols.local_interface.tapping import TappedPpmid

CHUNK_OCTETS = 64
"""Octets that a serial line brings at a time: a bulk transaction of full-speed USB (USB 2.0, 5.8.3)."""

WRITES_AFTER = SECOND
"""How long a device gathers what it has to say before it writes its file (assumed)."""

_PACE = 2 * MILLISECOND


class Avenue:
    """The Internet: the line as it is, a sealed message in each frame."""

    def __init__(self, clock: Clock, line: Link, device: Eui) -> None:
        self._clock, self._line, self._device = clock, line, device
        self._name = ""
        self._receive: Receive = lambda *_: None
        self._powered = False

    @property
    def up(self) -> bool:
        """Whether somebody is there."""
        return self._line.up

    def attach(self, party: str, receive: Receive) -> None:
        """Take the place of ``party`` on the line; give every whole message to ``receive``."""
        self._name, self._receive = party, receive
        self._line.attach(party, self._take)
        self._line.watch(self._changed)

    def watch(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed(up)`` when somebody comes or goes."""
        self._line.watch(changed)

    def power(self, on: bool) -> None:
        """The device loses power, or has it back."""
        self._powered = on
        self._changed(self.up)

    def send(self, sender: str, receiver: str, frame: bytes) -> None:
        """Say a sealed message."""
        self._line.send(sender, receiver, frame)

    def _take(self, sender: str, frame: bytes) -> None:
        self._receive(sender, frame)

    def _changed(self, up: bool) -> None:
        """Somebody has come or gone, or the power has."""


class SerialAvenue(Avenue):
    """A serial line: frames of COBS in chunks; what a cable that is pulled cuts is forgotten."""

    def __init__(self, clock: Clock, line: Link, device: Eui) -> None:
        super().__init__(clock, line, device)
        self._deframer = cobs.CobsDeframer()

    def send(self, sender: str, receiver: str, frame: bytes) -> None:  # noqa: ARG002 - it goes to whoever is there
        stuffed = cobs.frame(frame)
        for start in range(0, len(stuffed), CHUNK_OCTETS):
            self._line.send(sender, roles.CARRIER, stuffed[start : start + CHUNK_OCTETS])

    def _take(self, sender: str, frame: bytes) -> None:
        if not self._powered:
            return
        for message in self._deframer.feed(frame):
            if isinstance(message, bytes):
                self._receive(sender, message)

    def _changed(self, up: bool) -> None:  # noqa: ARG002 - either way nothing is left of the frame
        self._deframer = cobs.CobsDeframer()


class StickAvenue(Avenue):
    """A USB stick: reads its file when one is put in, and writes its own whenever it has something new to say."""

    def __init__(self, clock: Clock, line: Link, device: Eui) -> None:
        super().__init__(clock, line, device)
        self._reads, self._writes = (stick.file_name(device, one) for one in Direction)
        self._reading = stick_access.Assembly(self._reads)
        self._said: deque[bytes] = deque(maxlen=MOST_MESSAGES)
        self._stay = 0  # which stay of a stick it is: what was begun in an earlier one is not gone on with
        self._to_write = False

    def send(self, sender: str, receiver: str, frame: bytes) -> None:  # noqa: ARG002 - it goes into the file
        self._said.append(frame)
        if not self._to_write:
            self._to_write = True
            self._clock.call_later(WRITES_AFTER, self._write)

    def _write(self) -> None:
        self._to_write = False
        if self.up and self._powered:
            stay, file = self._stay, stick.write_file(Direction.FROM_PPMID, tuple(self._said))
            self._give(stay, deque(stick_access.blocks(self._writes, file)))

    def _give(self, stay: int, left: deque[bytes]) -> None:
        """Write the next block, while this stick is in."""
        if left and stay == self._stay:
            self._line.send(self._name, roles.CARRIER, left.popleft())
            self._clock.call_later(_PACE, lambda: self._give(stay, left))

    def _take(self, sender: str, frame: bytes) -> None:
        try:
            block = stick_access.decode(frame)
        except Malformed:
            return
        if self._powered and isinstance(block, stick_access.Block):
            self._block(sender, block)

    def _block(self, sender: str, block: stick_access.Block) -> None:
        file = self._reading.add(block)
        if file is None:
            return
        try:
            messages = stick.read_file(Direction.TO_PPMID, file)
        except Malformed:
            return  # a file that is damaged is refused as a whole
        for message in messages:
            self._receive(sender, message)

    def _changed(self, up: bool) -> None:
        self._stay += 1
        self._reading = stick_access.Assembly(self._reads)
        if up and self._powered:
            self._line.send(self._name, roles.CARRIER, stick_access.Ask(self._reads).encode())


class NfcAvenue(Avenue):
    """NFC: answers the APDUs of a phone that taps; what has come of a message stays until the power is lost."""

    def __init__(self, clock: Clock, line: Link, device: Eui) -> None:
        super().__init__(clock, line, device)
        self._card = TappedPpmid(device)

    def send(self, sender: str, receiver: str, frame: bytes) -> None:  # noqa: ARG002 - it waits for whoever taps
        self._card.keep(frame, MOST_MESSAGES)

    def power(self, on: bool) -> None:
        if not on:
            waiting, self._card = self._card.waiting, TappedPpmid(self._device)
            for answer in waiting:
                self._card.keep(answer, MOST_MESSAGES)
        super().power(on)

    def _take(self, sender: str, frame: bytes) -> None:
        if not self._powered:
            return
        response, message = self._card.take(frame)
        self._line.send(self._name, sender, response.encode())
        if message is not None:
            self._receive(sender, message)

    def _changed(self, up: bool) -> None:
        if not up:
            self._card.leave()


AVENUES: Mapping[str, type[Avenue]] = MappingProxyType(
    {
        "internet": Avenue,
        "usb-serial": SerialAvenue,
        "serial": SerialAvenue,
        "usb-stick": StickAvenue,
        "nfc": NfcAvenue,
    }
)
"""The end of each avenue, by ``contract.Port`` and ``contract.HubPort``."""
