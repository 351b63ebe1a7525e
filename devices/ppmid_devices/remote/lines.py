"""The two ends of a link that is in the bench and of which a party elsewhere holds one side.

The link itself, with its delays, its losses and its tap, stays in the bench. In the party's process a ``RemoteLine``
stands for it; in the bench ``end_line`` does to the link what the party asks. Whether the line is up a party learns
as late as the message takes.
"""

from collections.abc import Callable

from ppmid_devices.links.channels import FLOOR
from ppmid_devices.links.han import Han
from ppmid_devices.links.link import Link, Medium, Receive
from ppmid_devices.remote.peer import Peer
from ppmid_protocols.zigbee.sub_ghz import Channels


class _RemoteMedium:
    """What a line and the HAN have in common, as far as parties use it, at the other end of ``peer``."""

    def __init__(self, peer: Peer, name: str, up: bool) -> None:
        self._peer, self.name, self._up = peer, name, up
        self._watchers: list[Callable[[bool], None]] = []
        peer.offer(name, {"changed": self._changed})

    @property
    def up(self) -> bool:
        """Whether it carries anything, as last heard."""
        return self._up

    def watch(self, changed: Callable[[bool], None]) -> None:
        """As ``Medium.watch``."""
        self._watchers.append(changed)

    def _changed(self, up: bool) -> None:
        self._up = up
        for changed in self._watchers:
            changed(up)


class RemoteLine(_RemoteMedium):
    """A link at the other end of ``peer``."""

    def __init__(self, peer: Peer, name: str, up: bool) -> None:
        super().__init__(peer, name, up)
        self._receivers: dict[str, Receive] = {}
        peer.offer(name, {"receive": self._receive})

    def attach(self, party: str, receive: Receive) -> None:
        """As ``Link.attach``."""
        self._receivers[party] = receive
        self._peer.tell(self.name, "attach", party)

    def send(self, sender: str, receiver: str, frame: bytes) -> None:
        """As ``Link.send``."""
        self._peer.tell(self.name, "send", sender, receiver, frame)

    def _receive(self, party: str, sender: str, frame: bytes) -> None:
        self._receivers[party](sender, frame)


class RemoteHan(_RemoteMedium):
    """The HAN at the other end of ``peer``."""

    def __init__(self, peer: Peer, name: str, up: bool) -> None:
        super().__init__(peer, name, up)
        self._members: dict[int, Callable[[bytes], None]] = {}
        peer.offer(name, {"hear": self._hear})

    def join(self, short: int, name: str, receive: Callable[[bytes], None]) -> None:
        """As ``Han.join``."""
        self._members[short] = receive
        self._peer.tell(self.name, "join", short, name)

    def leave(self, short: int) -> None:
        """As ``Han.leave``."""
        self._peer.tell(self.name, "leave", short)

    def set_awake(self, short: int, awake: bool) -> None:
        """As ``Han.set_awake``."""
        self._peer.tell(self.name, "set_awake", short, awake)

    def tune(self, name: str, channel: Channels | None) -> None:
        """As ``Han.tune``."""
        self._peer.tell(self.name, "tune", name, -1 if channel is None else channel.pack())

    def noise(self, channel: Channels) -> int:  # noqa: ARG002 (whichever it is)
        """No radio measures for a party elsewhere: every channel reads as quiet, so none is left for another one."""
        return FLOOR

    def transmit(self, sender_name: str, frame: bytes) -> None:
        """As ``Han.transmit``."""
        self._peer.tell(self.name, "transmit", sender_name, frame)

    def _hear(self, short: int, frame: bytes) -> None:
        self._members[short](frame)


def end_line(peer: Peer, name: str, link: Medium) -> None:
    """Do to ``link``, its need ``name``, what the party at the other end of ``peer`` asks; tell it what arrives."""

    def attach(party: str) -> None:
        line.attach(party, lambda sender, frame: peer.tell(name, "receive", party, sender, frame))

    def join(short: int, member: str) -> None:
        han.join(short, member, lambda frame: peer.tell(name, "hear", short, frame))

    def tune(member: str, channel: int) -> None:
        han.tune(member, None if channel < 0 else Channels.unpack(channel))

    match link:
        case Link() as line:
            peer.offer(name, {"attach": attach, "send": line.send})
        case Han() as han:
            peer.offer(name, {"join": join, "leave": han.leave, "set_awake": han.set_awake})
            peer.offer(name, {"tune": tune, "transmit": han.transmit})
    link.watch(lambda up: peer.tell(name, "changed", up))
