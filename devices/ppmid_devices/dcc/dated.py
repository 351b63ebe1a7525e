"""Future-dated Requests whose Commands the DCC keeps until their time, and what becomes of the date in a Request."""

from dataclasses import dataclass, replace

from ppmid_devices.dcc.service import Service
from ppmid_devices.ports import Timer
from ppmid_protocols.duis.bodies import FutureDatable, RequestBody
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.service_body import EXECUTION_DATE_TIME, ServiceBody
from ppmid_protocols.transforms.ask import CANCEL


@dataclass(slots=True, eq=False)
class Kept:
    """A Request whose Command is not made yet."""

    service: Service
    request: Request
    timer: Timer


class DatedRequests:
    """The Requests that wait for their time. An empty one keeps nothing."""

    def __init__(self) -> None:
        self._kept: list[Kept] = []

    def keep(self, service: Service, request: Request, timer: Timer) -> None:
        """Keep a Request until ``timer`` runs."""
        self._kept.append(Kept(service, request, timer))

    def release(self, service: Service) -> None:
        """Its time has come."""
        self._kept = [one for one in self._kept if one.service is not service]

    def cancel(self, request: Request) -> int:
        """Take back what the same User asked of the same device by the same SRV; gives how many those were.

        That the execution time which cancels at a device (``transforms.ask.CANCEL``) does so at the DCC is assumed.
        """
        taken = [one for one in self._kept if _same(one.request, request)]
        for one in taken:
            one.timer.cancel()
        self._kept = [one for one in self._kept if one not in taken]
        return len(taken)


def cancels(execution: int) -> bool:
    """Whether an execution time (ns) takes back an earlier Request."""
    return execution == CANCEL


def undated(request: Request) -> Request:
    """The Request without its date, as its Command is made when the time has come."""
    return replace(request, body=_undated(request.body))


def _undated(body: RequestBody) -> RequestBody:
    match body:
        case FutureDatable():
            return replace(body, execution_date_time=None)
        case ServiceBody(node):
            rest = tuple(child for child in node.children if child.name != EXECUTION_DATE_TIME)
            return ServiceBody(replace(node, children=rest))
        case _:
            return body


def _same(kept: Request, asked: Request) -> bool:
    return (kept.request_id.originator, kept.request_id.target, kept.srv) == (
        asked.request_id.originator,
        asked.request_id.target,
        asked.srv,
    )
