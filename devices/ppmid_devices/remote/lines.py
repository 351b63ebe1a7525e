"""The two ends of a link that is in the bench and of which a party elsewhere holds one side.

The link itself, with its delays, its losses and its tap, stays in the bench. In the party's process a ``RemoteLine``
stands for it; in the bench a ``LineEnd`` does to the link what the party asks. Whether the line is up a party learns
as late as the message takes.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ppmid_devices.links.han import Han
from ppmid_devices.links.link import Link, Receive
from ppmid_devices.remote.peer import Peer


class RemoteLine:
    """A link (as far as parties use one) at the other end of ``peer``."""

    def __init__(self, peer: Peer, name: str, up: bool) -> None:
        self._peer, self.name, self._up = peer, name, up
        self._receivers: dict[str, Receive] = {}
        self._watchers: list[Callable[[bool], None]] = []
        peer.offer(name, self._heard())

    @property
    def up(self) -> bool:
        """Whether it carries anything, as last heard."""
        return self._up

    def attach(self, party: str, receive: Receive) -> None:
        """As ``Link.attach``."""
        self._receivers[party] = receive
        self._peer.tell(self.name, "attach", party)

    def watch(self, changed: Callable[[bool], None]) -> None:
        """As ``Link.watch``."""
        self._watchers.append(changed)

    def send(self, sender: str, receiver: str, frame: bytes) -> None:
        """As ``Link.send``."""
        self._peer.tell(self.name, "send", sender, receiver, frame)

    def _heard(self) -> Mapping[str, Callable[..., Any]]:
        return {"receive": self._receive, "changed": self._changed}

    def _receive(self, party: str, sender: str, frame: bytes) -> None:
        self._receivers[party](sender, frame)

    def _changed(self, up: bool) -> None:
        self._up = up
        for changed in self._watchers:
            changed(up)


class RemoteHan(RemoteLine):
    """The HAN at the other end of ``peer``."""

    def __init__(self, peer: Peer, name: str, up: bool) -> None:
        self._members: dict[int, Callable[[bytes], None]] = {}
        super().__init__(peer, name, up)

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

    def transmit(self, sender_name: str, frame: bytes) -> None:
        """As ``Han.transmit``."""
        self._peer.tell(self.name, "transmit", sender_name, frame)

    def _heard(self) -> Mapping[str, Callable[..., Any]]:
        return {**super()._heard(), "hear": self._hear}

    def _hear(self, short: int, frame: bytes) -> None:
        self._members[short](frame)


class LineEnd:
    """Does to ``link`` what the party at the other end of ``peer`` asks, and tells it what arrives."""

    def __init__(self, peer: Peer, link: Link) -> None:
        self._peer, self._link = peer, link
        offered: dict[str, Callable[..., Any]] = {"attach": self._attach, "send": link.send}
        if isinstance(link, Han):
            self._han = link
            offered |= {"join": self._join, "leave": link.leave}
            offered |= {"set_awake": link.set_awake, "transmit": link.transmit}
        peer.offer(link.name, offered)
        link.watch(lambda up: peer.tell(link.name, "changed", up))

    def _attach(self, party: str) -> None:
        self._link.attach(
            party, lambda sender, frame: self._peer.tell(self._link.name, "receive", party, sender, frame)
        )

    def _join(self, short: int, name: str) -> None:
        self._han.join(short, name, lambda frame: self._peer.tell(self._link.name, "hear", short, frame))
