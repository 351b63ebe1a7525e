"""When a ZCL command takes effect: at once, at a time, or, as a cancellation, never (GBCS 9.2; RTDS 4.5.0)."""

from collections.abc import Callable
from dataclasses import dataclass

from ppmid_devices.meter.times import from_zigbee_time
from ppmid_devices.meter.zcl.refusals import ComponentRefused
from ppmid_devices.ports import Clock, Timer
from ppmid_protocols.gbcs.message import Message

CANCEL = (0xFFFFFFFF, 0xFFFFFFFE)
"""Start times that withdraw what was dated before; the second is that of calendars and tariffs (RTDS 4.5.0)."""

Announce = Callable[[Message, bytes, bool], None]
"""Tells that what a Command had dated took effect, or (False) could not: the Command, and what the Alert adds."""


@dataclass(slots=True)
class _Waiting:
    """The components of one Command that wait for the same time."""

    counter: int
    start: int
    timer: Timer
    acts: list[Callable[[], None]]


class Dating:
    """The dated commands that wait, of each ``what`` those of one Command. A start that has passed means at once
    (assumed)."""

    def __init__(self, clock: Clock, announce: Announce) -> None:
        self._clock, self._announce = clock, announce
        self._waiting: dict[bytes, _Waiting] = {}

    def at(self, what: bytes, start: int, act: Callable[[], None], command: Message) -> None:
        """Let ``act`` happen at ``start``, UTC seconds since 2000. At once it may raise ComponentRefused.

        ``what``: the ZCL command's cluster, direction and number. A later Command withdraws what waits of an earlier.
        """
        before = self._waiting.get(what)
        if before is not None and (before.counter, before.start) == (command.counter, start):
            before.acts.append(act)
            return
        if before is not None:
            self._waiting.pop(what).timer.cancel()
        if start in CANCEL:
            return
        when = from_zigbee_time(start)
        if when <= self._clock.now():
            act()
            return
        timer = self._clock.call_at(when, lambda: self._come(what, command))
        self._waiting[what] = _Waiting(command.counter, start, timer, [act])

    def _come(self, what: bytes, command: Message) -> None:
        done = True
        for act in self._waiting.pop(what).acts:
            try:
                act()
            except ComponentRefused:
                done = False
        self._announce(command, what, done)
