"""Lets the Commands of schedules be made when they fall due."""

from collections.abc import Callable

from ppmid_devices.dcc.schedules import Planned, Schedules
from ppmid_devices.ports import Clock, Timer
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import Node

_OVER_WAN = 1
"""The Command Variant of what a schedule sends: over the SM WAN, never for local delivery (DUIS schema 5.4)."""


class ScheduleRunner:
    """``run`` is called with each schedule at each time that it falls due, and with what is then asked."""

    def __init__(self, clock: Clock, run: Callable[[Planned, Request], None]) -> None:
        self.planned = Schedules()
        self._clock, self._run = clock, run
        self._timers: dict[int, Timer] = {}

    def plan(self, request: RequestId, user: str, details: Node) -> Planned:
        """Make a schedule; days that have passed are left out. Raises Malformed, as ``Schedules.create``."""
        planned = self.planned.create(request, user, details)
        self._wait(planned, self._clock.now() - 1)
        return planned

    def drop(self, planned: Planned) -> None:
        """Send no more for a schedule, and forget it."""
        timer = self._timers.pop(planned.number, None)
        if timer is not None:
            timer.cancel()
        self.planned.remove(planned)

    def _wait(self, planned: Planned, after: int) -> None:
        due = planned.after(after)
        if due is not None:
            self._timers[planned.number] = self._clock.call_at(due, lambda: self._fall_due(planned, due))

    def _fall_due(self, planned: Planned, due: int) -> None:
        self._wait(planned, due)
        identity = RequestId(planned.request.originator, planned.device, planned.request.counter)
        self._run(planned, Request(identity, _OVER_WAN, planned.service.srv, planned.body(due)))
