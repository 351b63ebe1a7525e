"""Sessions of customers in the Supplier's app: a pure table, every change gives a new one. Times are nanoseconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Session:
    """Whose it is, and when it was last used."""

    home: str
    used: int


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions by their tokens. ``lasts``: how long one may lie unused; whoever has its token holds it."""

    lasts: int
    open: Mapping[str, Session] = field(default_factory=dict)

    def begin(self, token: str, home: str, now: int) -> "Sessions":
        """The table with a new session of a customer of ``home``; those that are over are forgotten."""
        alive = {name: one for name, one in self.open.items() if self._alive(one, now)}
        return Sessions(self.lasts, {**alive, token: Session(home, now)})

    def end(self, token: str) -> "Sessions":
        """The table without a session; its token is never good again."""
        return Sessions(self.lasts, {name: one for name, one in self.open.items() if name != token})

    def home_of(self, token: str, now: int) -> str | None:
        """Whose session it is; None when it is over, or never was."""
        session = self.open.get(token)
        return session.home if session is not None and self._alive(session, now) else None

    def used(self, token: str, now: int) -> "Sessions":
        """The table after a session was used."""
        return Sessions(self.lasts, {**self.open, token: Session(self.open[token].home, now)})

    def _alive(self, session: Session, now: int) -> bool:
        return now < session.used + self.lasts
