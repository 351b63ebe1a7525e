"""What waits in a hub: messages for a device that cannot take them now, and messages for the SM WAN while that is down.

Pure: every change gives a new object. Times are nanoseconds.
"""

from dataclasses import dataclass, replace

from ppmid_protocols.eui import Eui


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that waits, at the longest until ``until``."""

    message: bytes
    until: int


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The messages for one device, oldest first; when it is full a new one finds no room (assumed)."""

    capacity: int
    letters: tuple[Letter, ...] = ()

    @property
    def full(self) -> bool:
        """Whether there is no room for another message."""
        return len(self.letters) >= self.capacity

    def put(self, message: bytes, until: int) -> "Mailbox":
        """The mailbox with ``message``; unchanged when it is full."""
        return self if self.full else replace(self, letters=(*self.letters, Letter(message, until)))

    def take(self) -> tuple["Mailbox", bytes | None]:
        """The mailbox without its oldest message, the next to go (assumed), and that one; None when it is empty."""
        if not self.letters:
            return self, None
        return replace(self, letters=self.letters[1:]), self.letters[0].message

    def expire(self, now: int) -> tuple["Mailbox", tuple[Letter, ...]]:
        """The mailbox without the messages whose time has passed, and those."""
        stale = tuple(letter for letter in self.letters if letter.until < now)
        if not stale:
            return self, ()
        return replace(self, letters=tuple(letter for letter in self.letters if letter.until >= now)), stale


@dataclass(frozen=True, slots=True)
class Outbox:
    """Messages of all devices for the SM WAN in order of arrival, at most ``limit`` of each device: the oldest goes."""

    limit: int
    messages: tuple[tuple[Eui, bytes], ...] = ()

    def put(self, device: Eui, message: bytes) -> tuple["Outbox", int]:
        """The outbox with ``message`` of ``device``, and how many older ones were dropped for it (0 or 1)."""
        messages = (*self.messages, (device, message))
        own = [place for place, (sender, _) in enumerate(messages) if sender == device]
        if len(own) <= self.limit:
            return replace(self, messages=messages), 0
        return replace(self, messages=messages[: own[0]] + messages[own[0] + 1 :]), 1

    def take(self) -> tuple["Outbox", bytes | None]:
        """The outbox without its oldest message, and that message; None when it is empty."""
        if not self.messages:
            return self, None
        return replace(self, messages=self.messages[1:]), self.messages[0][1]
