"""When a hub lets devices join that nobody has asked it to: for an hour after its power comes on. Pure."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class JoinWindow:
    """The time for Inter-PAN, ``length`` from power on (GBCS 0.8.1: 60 minutes). A power cycle opens it anew.

    Times are nanoseconds. ``opened_at`` None: there is no power.
    """

    length: int
    opened_at: int | None = None

    def powered(self, now: int) -> "JoinWindow":
        """The window when power has come on."""
        return replace(self, opened_at=now)

    def unpowered(self) -> "JoinWindow":
        """The window without power."""
        return replace(self, opened_at=None)

    def is_open(self, now: int) -> bool:
        """Whether a device may still ask to join."""
        return self.opened_at is not None and now - self.opened_at <= self.length
