"""Requests of a sequence: each is held until the Response to the one that precedes it has come.

The DUIS schema 5.4 has the two elements of the header that say so. What becomes of a Request whose preceding one fails
or is never answered is in no public text.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ppmid_devices.ports import Clock, Timer
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.variants import VARIANTS, Output, Service
from ppmid_protocols.errors import Malformed

_FIELD = "Request/Header/PrecedingServiceRequestID"


@dataclass(frozen=True, slots=True)
class InSequence:
    """A Request that waits for its turn; ``user``: the User's name on the line, ``at``: the service it was sent to."""

    user: str
    request: Request
    at: Service | None
    patience: Timer


class Sequences:
    """``go`` is called with what may go on, ``stop`` with what may not, and why.

    ``wait``: how long a Request is held (ns). ``stops``: whether those after one that failed, or was not answered in
    that time, are stopped; otherwise they go on.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        wait: int,
        stops: bool,
        go: Callable[[InSequence], None],
        stop: Callable[[InSequence, str], None],
    ) -> None:
        self._clock, self._wait, self._stops = clock, wait, stops
        self._go, self._stop = go, stop
        self._done: dict[RequestId, bool] = {}
        self._held: dict[RequestId, InSequence] = {}

    def hold(self, user: str, request: Request, at: Service | None) -> bool:
        """Hold a Request whose turn has not come; gives whether it is held.

        A Pre-Command is given at once: nothing leaves by it (assumed). Raises Malformed for a place that is none, and
        for one behind a Request that has failed.
        """
        before = request.preceding
        if before is None or VARIANTS[request.command_variant].gives == (Output.PRE_COMMAND,):
            return False
        if request.first_in_sequence:
            raise Malformed(_FIELD, "expected none in the first Request of a sequence")
        if before == request.request_id or before.originator != request.request_id.originator:
            raise Malformed(_FIELD, f"expected another Request of this User, found {before}")
        if before in self._done:
            if self._stops and not self._done[before]:
                raise Malformed(_FIELD, f"expected a Request that was done, found {before}, which was not")
            return False
        timer = self._clock.call_later(self._wait, lambda: self._end(before, "has not been answered in time"))
        self._held[request.request_id] = InSequence(user, request, at, timer)
        return True

    def end(self, request: RequestId, done: bool) -> None:
        """A Request is done, or has failed: those that waited for it go on or are stopped, in their order.

        One that was done stays so, whatever is heard of a second copy.
        """
        self._done[request] = done or self._done.get(request, False)
        self._end(request, "has failed")

    def _end(self, before: RequestId, how: str) -> None:
        done = self._done.setdefault(before, False)
        for one in [one for one in self._held.values() if one.request.preceding == before]:
            one.patience.cancel()
            del self._held[one.request.request_id]
            self._clock.call_later(0, self._next(one, done, f"{before}, which precedes it, {how}"))

    def _next(self, one: InSequence, done: bool, why: str) -> Callable[[], None]:
        return (lambda: self._go(one)) if done or not self._stops else (lambda: self._stop(one, why))
