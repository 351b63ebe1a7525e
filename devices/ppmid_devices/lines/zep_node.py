"""A device's radio whose medium is elsewhere: the face of ``Han``, and ZEP over UDP behind it.

It is for parties of ours that are not in the bench's process; ``lines.zep`` runs the medium. What the radio does itself
it does here: it hears only while it is awake, acknowledges what is meant for it, and sends a frame again, up to three
times, for which no acknowledgement comes. What crosses is heard by the tap of whoever runs the medium.
"""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ppmid_devices.lines.datagrams import Address, Datagrams, parse_address
from ppmid_devices.lines.zep_benches import Benches
from ppmid_devices.links.channels import FLOOR
from ppmid_devices.links.han import MAC_RETRIES
from ppmid_devices.ports import MILLISECOND, SECOND, Clock, Timer
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.zigbee import zep
from ppmid_protocols.zigbee.frames import acknowledged, acknowledgement_for
from ppmid_protocols.zigbee.outside import destination_of
from ppmid_protocols.zigbee.sub_ghz import Channels

GREETING_INTERVAL = 1 * SECOND
"""How often a node says that it is there, and so how soon a medium that starts later knows it."""
_SILENCE = 3 * GREETING_INTERVAL + GREETING_INTERVAL // 2


@dataclass(frozen=True, slots=True)
class ZepNodeSettings:
    """``medium``: HOST:PORT of the medium. ``host``, ``port``: where the node listens, port 0 for any free one.

    ``channel``: written into the datagrams. ``ack_wait_ms``: how long a frame waits for its acknowledgement; a radio
    waits 0.9 ms, a datagram travels longer, and longest between many processes of one machine. ``bench``: the id that
    it greets with, and that a medium which says one must have.
    """

    medium: str = f"127.0.0.1:{zep.PORT}"
    host: str = "127.0.0.1"
    port: int = 0
    channel: int = 11
    ack_wait_ms: int = 50
    bench: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError where the medium is no address."""
        parse_address(self.medium)


@dataclass(slots=True)
class _Outgoing:
    frame: bytes
    retries: int
    wait: Timer | None = None


@dataclass(slots=True)
class _Member:
    name: str
    receive: Callable[[bytes], None]
    awake: bool = True


class ZepNode:
    """The radio. It greets the medium until ``close``; whether that is there, ``up`` tells."""

    def __init__(self, name: str, clock: Clock, settings: ZepNodeSettings) -> None:
        """``name``: of the HAN. Raises LineFault when the node's port cannot be had."""
        self.name = name
        self._clock, self._channel = clock, settings.channel
        self._ack_wait = settings.ack_wait_ms * MILLISECOND
        self._medium = parse_address(settings.medium)
        self._benches = Benches(settings.bench)
        self._members: dict[int, _Member] = {}
        self._waiting: deque[bytes] = deque()
        self._going: _Outgoing | None = None
        self._watchers: list[Callable[[bool], None]] = []
        self._last_heard: int | None = None
        self._up = False
        self._sequence = 0
        self._closed = False
        self.dropped: Counter[str] = Counter()
        self._air = Datagrams(clock, settings.host, settings.port, self._hear, f"a node of the {name} link")
        self._greet()

    @property
    def address(self) -> Address:
        """Where the node listens."""
        return self._air.address

    @property
    def up(self) -> bool:
        """Whether the medium has been heard lately; a radio itself could not tell."""
        return self._up

    def watch(self, changed: Callable[[bool], None]) -> None:
        """As ``Medium.watch``."""
        self._watchers.append(changed)

    def join(self, short: int, name: str, receive: Callable[[bytes], None]) -> None:
        """As ``Han.join``."""
        self._members[short] = _Member(name, receive)

    def leave(self, short: int) -> None:
        """As ``Han.leave``."""
        self._members.pop(short, None)

    def set_awake(self, short: int, awake: bool) -> None:
        """As ``Han.set_awake``."""
        if short in self._members:
            self._members[short].awake = awake

    def tune(self, name: str, channel: Channels | None) -> None:
        """Nothing: a datagram names a channel of 2.4 GHz, and its medium has one."""

    def noise(self, channel: Channels) -> int:  # noqa: ARG002 (whichever it is)
        """No radio measures here: every channel reads as quiet, so none is left for another one."""
        return FLOOR

    def transmit(self, sender_name: str, frame: bytes) -> None:  # noqa: ARG002 (one device has one radio)
        """As ``Han.transmit``."""
        self._waiting.append(frame)
        if self._going is None:
            self._send_next()

    def close(self) -> None:
        """Say nothing more, and give the port back."""
        self._closed = True
        self._air.close()

    # Sending.

    def _send_next(self) -> None:
        self._going = None
        if self._waiting:
            self._going = _Outgoing(self._waiting.popleft(), MAC_RETRIES)
            self._attempt(self._going)

    def _attempt(self, outgoing: _Outgoing) -> None:
        if self._closed:
            return
        self._radiate(outgoing.frame)
        if acknowledgement_for(outgoing.frame) is None:
            self._send_next()
        else:
            outgoing.wait = self._clock.call_later(self._ack_wait, partial(self._unanswered, outgoing))

    def _unanswered(self, outgoing: _Outgoing) -> None:
        if outgoing is not self._going:
            return
        if outgoing.retries:
            outgoing.retries -= 1
            self._attempt(outgoing)
        else:
            self.dropped["not acknowledged"] += 1
            self._send_next()

    def _radiate(self, frame: bytes) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFFFFFF
        datagram = zep.Data(frame=frame, channel=self._channel, time=self._clock.now(), sequence=self._sequence)
        self._air.send(self._medium, zep.encode(datagram))

    # Hearing.

    def _hear(self, sender: Address, octets: bytes) -> None:
        if sender != self._medium:
            self.dropped["not from the medium"] += 1
            return
        try:
            datagram = zep.decode(octets)
        except ProtocolError:
            self.dropped["no ZEP"] += 1
            return
        self._last_heard = self._clock.now()
        self._look()
        if isinstance(datagram, zep.Data):
            self._take(datagram.frame)
        elif isinstance(datagram, zep.Hello):
            self._benches.hear(f"the {self.name} link", sender, datagram.about)

    def _take(self, frame: bytes) -> None:
        sequence = acknowledged(frame)
        if sequence is not None:
            going = self._going
            if going is not None and going.wait is not None and going.frame[2] == sequence:
                going.wait.cancel()
                self._send_next()
            return
        member = self._members.get(destination_of(frame))
        if member is None or not member.awake:
            return
        acknowledgement = acknowledgement_for(frame)
        if acknowledgement is not None:
            self._radiate(acknowledgement)
        member.receive(frame)

    # The medium.

    def _greet(self) -> None:
        if self._closed:
            return
        about = ", ".join(member.name for member in self._members.values()) or "nobody yet"
        self._air.send(self._medium, zep.encode(zep.Hello(about=self._benches.says(about))))
        self._look()
        self._clock.call_later(GREETING_INTERVAL, self._greet)

    def _look(self) -> None:
        up = self._last_heard is not None and self._clock.now() - self._last_heard < _SILENCE
        if up != self._up:
            self._up = up
            for changed in self._watchers:
                changed(up)
