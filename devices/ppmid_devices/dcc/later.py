"""Commands that the DCC makes of itself: of future-dated Requests at their time, and of schedules when they fall due.

They go over the SM WAN, never to a User for local delivery. While it is down they wait for it like any other, and a
schedule goes on making more.
"""

from collections.abc import Callable

from ppmid_devices.dcc.authority import Authority
from ppmid_devices.dcc.commands import CommandMaker
from ppmid_devices.dcc.dated import DatedRequests, cancels, undated
from ppmid_devices.dcc.replies import Replies
from ppmid_devices.dcc.schedule_runner import ScheduleRunner
from ppmid_devices.dcc.schedules import Planned
from ppmid_devices.dcc.service import Service
from ppmid_devices.ports import Clock
from ppmid_protocols.duis import response_code
from ppmid_protocols.duis.bodies import ScheduleRemoval
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.gbcs.message import Message


class Later:
    """``issue`` authorises a Command and lets it go over the SM WAN.

    ``fail`` gives the Response to a Request that is refused at its time, ``refuse`` that to what a schedule asks.
    ``removal``: the code of the alert that a schedule has ended.
    """

    def __init__(
        self,
        clock: Clock,
        authority: Authority,
        commands: CommandMaker,
        replies: Replies,
        *,
        issue: Callable[[Service, Message], None],
        refuse: Callable[[Request, ProtocolError], Response],
        fail: Callable[[Request, ProtocolError], Response],
        removal: str,
    ) -> None:
        self._clock, self._authority, self._commands, self._replies = clock, authority, commands, replies
        self._issue, self._refuse, self._fail, self._removal = issue, refuse, fail, removal
        self._dated = DatedRequests()
        self.schedules = ScheduleRunner(clock, self._fall_due)

    def keep(self, service: Service, request: Request, execution: int) -> Response:
        """Keep a future-dated Request until its time (ns); or take back what was kept of its like.

        Raises Malformed: there is nothing to take back, or the time has passed (that this is refused is assumed).
        """
        if cancels(execution):
            if not self._dated.cancel(request):
                raise Malformed("ExecutionDateTime", "expected a Request of the kind to take back")
            return self._replies.to(request, response_code.SUCCESS)
        if execution <= self._clock.now():
            raise Malformed("ExecutionDateTime", "expected a time to come")
        self._dated.keep(service, request, self._clock.call_at(execution, lambda: self._make_now(service, request)))
        return self._replies.to(request, response_code.ACCEPTED)

    def end(self, planned: Planned) -> None:
        """End a schedule that its User has not deleted, and tell the User (when the DCC does so is assumed)."""
        self.schedules.drop(planned)
        event = ScheduleRemoval(planned.device, planned.number)
        self._replies.send(planned.user, self._replies.dcc_alert(self._removal, event))

    def _make_now(self, service: Service, request: Request) -> None:
        """The time of a Request has come: make its Command, unless its User may no longer ask for it."""
        self._dated.release(service)
        try:
            self._make(service, undated(request))
        except ProtocolError as problem:
            self._replies.send(service.user, self._fail(request, problem))

    def _fall_due(self, planned: Planned, request: Request) -> None:
        """Send what a schedule asks; one whose User may no longer ask for it ends."""
        try:
            self._make(Service(request, planned.user, schedule=planned.number), request)
        except ProtocolError as problem:
            self._refuse(request, problem)
            self.end(planned)

    def _make(self, service: Service, request: Request) -> None:
        grant = self._authority.grant(request, self._clock.now())
        by_schedule = service.schedule is not None
        self._issue(service, self._commands.unauthorised(request, grant.target, grant.role, by_schedule=by_schedule))
