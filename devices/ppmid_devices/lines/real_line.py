"""What every real line does: the face of a ``Link``, evidence of what crosses, whether the other end is there.

Everything here happens where the clock runs its calls; threads come in by ``_post`` alone.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from ppmid_devices.lines.ends import End, LineFault, LineSettings
from ppmid_devices.lines.proxy.fault_proxy import FaultProxy, Spoiler
from ppmid_devices.links.contract import Impairments
from ppmid_devices.links.link import DOWN, NOBODY, Conditions, Link, Receive
from ppmid_devices.ports import SECOND, CannotArrange, Nature, Timer

_MOST_FINDINGS = 100


class RealLine(Link, ABC):
    """One end of a real line. It is up while it is wanted (``set_up``) and the other end is there.

    It lets the other end come once the party at this one is attached, so that nothing comes before somebody hears it.

    What is wanted and does not come within ``patience_s`` ends the scenario (LineFault), naming what ``_look`` says.
    """

    nature: ClassVar[Nature] = Nature(real=True, wall_clock_only=True)

    def __init__(self, end: End, settings: LineSettings) -> None:
        super().__init__(end.name, end.clock, end.tap, end.random, Conditions())
        self._end, self._patience_s = end, settings.patience_s
        self._there = False
        self._last_speaker = end.here
        self._findings: list[str] = []
        self._closed = False
        self._deadline: Timer | None = None
        self._manned = False
        self._proxy: FaultProxy | None = None
        self._dark = False

    # The face of a link.

    @property
    def up(self) -> bool:
        """Whether a frame that is sent now goes to the other end."""
        return self._up and self._there

    def attach(self, party: str, receive: Receive) -> None:
        """As ``Link.attach``. Raises CannotArrange for the party that is at the other end."""
        if party == self._end.there:
            raise CannotArrange(f"{party} is at the other end of a real line, so it cannot be in this process too")
        super().attach(party, receive)
        if party == self._end.here and not self._manned:
            self._manned = True
            if self._up:
                self._begin()

    def send(self, sender: str, receiver: str, frame: bytes) -> None:
        """Put ``frame`` on the line, which leads to one party and to no other."""
        lost = DOWN if self._dark or not self.up else "" if receiver == self._end.there else NOBODY
        self._tap.crossed(self.name, sender, receiver, frame, lost)
        if not lost:
            self._last_speaker = sender
        if not lost or (self._dark and self.up):  # who does not know that it is dark, speaks
            self._put(frame)

    def set_up(self, up: bool) -> None:
        """Have the other end come, or break off: a cable that is pulled, a router that is switched off.

        Behind a proxy it goes dark instead, which neither end is told: a router that has lost its uplink.
        """
        if self._proxy is not None:
            self._dark = not up
            self._proxy.set_dark(self._dark)
            return
        if up == self._up:
            return
        before, self._up = self.up, up
        if up:
            if self._manned:
                self._begin()
        else:
            self._there = False
            self._forget_deadline()
            self._shut()
        self._tell(before)

    def impair(self, impairments: Impairments) -> None:
        """As ``Link.impair``, by the proxy. Raises CannotArrange where there is none, or for what it cannot do."""
        self._spoiler().impair(impairments)

    def set_dark(self, dark: bool) -> None:
        """As ``Link.set_dark``, by the proxy. Raises CannotArrange where there is none."""
        spoiler = self._spoiler()
        self._dark = dark
        spoiler.set_dark(dark)

    def reset(self) -> None:
        """As ``Link.reset``, by the proxy. Raises CannotArrange where there is none, or nothing to reset."""
        self._spoiler().reset()

    def _spoiler(self) -> Spoiler:
        """What spoils this line. Raises CannotArrange."""
        if self._proxy is None:
            raise CannotArrange(f"nothing can spoil the {self.name} of this bench: its table has no proxy = {{}}")
        return self._proxy

    def _begin(self) -> None:
        self._expect()
        self._open()

    # What an adapter shows.

    @property
    def findings(self) -> tuple[str, ...]:
        """What was odd on the line, oldest first."""
        return tuple(self._findings)

    def close(self) -> None:
        """Give everything back."""
        self._closed = True
        self._forget_deadline()
        self._shut()
        if self._proxy is not None:
            self._proxy.close()

    # What a kind of line does.

    def _open(self) -> None:
        """Let the other end come, from now on. May be asked for again after ``_shut``."""

    def _shut(self) -> None:
        """Break off, and expect nobody. May be asked for again."""

    @abstractmethod
    def _put(self, frame: bytes) -> None:
        """Give a frame to the other end, without waiting."""

    def _look(self) -> str:
        """What to look at when nobody comes."""
        return ""

    def _hears(self) -> str:
        """To whom what comes now is given."""
        return self._end.here

    # For the kinds of line.

    def _post(self, run: Callable[[], None]) -> None:
        """From any thread: do this where the clock runs its calls, unless the line is closed then."""
        self._clock.call_at(self._clock.now(), lambda: None if self._closed else run())

    def _came(self) -> None:
        """The other end is there."""
        before, self._there = self.up, True
        self._forget_deadline()
        self._tell(before)

    def _left(self, why: str) -> None:
        """The other end is gone."""
        before, self._there = self.up, False
        self._note(f"{self._end.there} is gone: {why}")
        self._tell(before)

    def _heard(self, frame: bytes) -> None:
        """The other end says something."""
        target = self._hears()
        receive = self._receivers.get(target)
        self._tap.crossed(self.name, self._end.there, target, frame, NOBODY if receive is None else "")
        if receive is not None:
            receive(self._end.there, frame)

    def _note(self, sentence: str) -> None:
        if len(self._findings) < _MOST_FINDINGS and self._findings[-1:] != [sentence]:
            self._findings.append(sentence)

    def _expect(self) -> None:
        """The other end has to come within the line's patience."""
        self._forget_deadline()
        if self._patience_s:
            self._deadline = self._clock.call_later(self._patience_s * SECOND, partial(self._post, self._missed))

    def _missed(self) -> None:
        if self._up and not self._there:
            last = f"; the last thing noticed: {self._findings[-1]}" if self._findings else ""
            look = self._look()
            raise LineFault(f"{self.name}: no {self._end.there} within {self._patience_s} s. {look}{last}")

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()

    def _tell(self, before: bool) -> None:
        if self.up != before:
            for changed in self._watchers:
                changed(self.up)
