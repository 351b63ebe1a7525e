"""Threshold Anomaly Detection: what is counted of the Users' communications, and which of them are to be quarantined.

Public text names a User's own warning and quarantine thresholds, the DCC's quarantine thresholds over all Users, and
the DCC's limits of values, and says that the excess is quarantined (SEC, Threshold Anomaly Detection and its
Procedures). No public text gives a number, nor how the counting is done.

A communication is counted when a Command is to be made of it, by whatever way that is to reach the device: so one for
local delivery counts as one for the SM WAN. What becomes of the Command afterwards is nothing that can be seen here.
A pure model: the time is passed in.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from ppmid_devices.dcc.contract import AnomalyCount, Breach, DccLimits, UserThresholds, ValueLimit
from ppmid_protocols.duis.content import BODIES, Element, elements
from ppmid_protocols.duis.service_body import Node
from ppmid_protocols.duis.services import SERVICE_REQUESTS
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.utrn import Utrn

_UTRN = "UTRN"


class AnomalyDetection:
    """The counts, and the thresholds and limits that hold. ``window`` in nanoseconds.

    That the window slides, and that what is quarantined counts as well, is assumed.
    """

    def __init__(self, window: int, limits: Iterable[DccLimits] = ()) -> None:
        if window <= 0:
            raise Malformed("window", f"expected a time above zero, found {window} ns")
        self._window = window
        self._times: dict[tuple[Eui, str], deque[int]] = {}
        self._of_users: dict[tuple[Eui, str], UserThresholds] = {}
        self._of_dcc: dict[str, DccLimits] = {}
        for one in limits:
            self.set_limits(one)

    def set_user_thresholds(self, thresholds: UserThresholds) -> None:
        """From now on; what has been counted stays counted. Raises Malformed for an unknown kind of communication."""
        _require_srv(thresholds.srv)
        self._of_users[thresholds.user, thresholds.srv] = thresholds

    def set_limits(self, limits: DccLimits) -> None:
        """As ``set_user_thresholds``. Raises Malformed for an element that the Service Request does not have."""
        _require_srv(limits.srv)
        for limit in limits.values:
            _require_element(limits.srv, limit.element)
        self._of_dcc[limits.srv] = limits

    def count(self, user: Eui, srv: str, content: Node, now: int) -> Breach | None:
        """Count one communication at ``now``; gives why it is to be quarantined, None when it is not.

        ``content`` is that of the Service Request. Which of several breaches is named is assumed: the schema's order.
        """
        self._times.setdefault((user, srv), deque()).append(now)
        own, dcc = self._of_users.get((user, srv)), self._of_dcc.get(srv)
        if own is not None and _past(own.quarantine, self._count(user, srv, now)):
            return Breach.USER_THRESHOLD
        if dcc is None:
            return None
        if _past(dcc.quarantine, self._count_of_all(srv, now)):
            return Breach.DCC_THRESHOLD
        return Breach.ATTRIBUTE_LIMITS if any(_outside(limit, content) for limit in dcc.values) else None

    def counts(self, now: int) -> list[AnomalyCount]:
        """What has been counted within the window that ends at ``now``: (now - window, now]."""
        return [self._said_of(user, srv, now) for user, srv in sorted(self._times) if self._count(user, srv, now)]

    def _said_of(self, user: Eui, srv: str, now: int) -> AnomalyCount:
        count, own = self._count(user, srv, now), self._of_users.get((user, srv))
        warned = own is not None and _past(own.warning, count)
        return AnomalyCount(user=user, srv=srv, count=count, of_all=self._count_of_all(srv, now), warned=warned)

    def _count(self, user: Eui, srv: str, now: int) -> int:
        times = self._times[user, srv]
        while times and times[0] <= now - self._window:
            times.popleft()
        return len(times)

    def _count_of_all(self, srv: str, now: int) -> int:
        return sum(self._count(user, kind, now) for user, kind in self._times if kind == srv)


def _past(threshold: int | None, count: int) -> bool:
    return threshold is not None and count > threshold


def _outside(limit: ValueLimit, content: Node) -> bool:
    return any(not limit.least <= value <= limit.most for value in _values(limit.element, content))


def _values(element: str, content: Node) -> Iterator[int]:
    """The numbers at a path of the content; of a UTRN whose value class GBCS leaves undefined, none is known."""
    for node in content.all(element):
        if node.name == _UTRN:
            try:
                yield Utrn.parse(node.text).amount
            except Unsupported:
                continue
        elif isinstance(node.value, int) and not isinstance(node.value, bool):
            yield node.value


def _require_srv(srv: str) -> None:
    if srv not in SERVICE_REQUESTS:
        raise Malformed("Service Reference Variant", f"expected one of the DUIS schema 5.4, found {srv[:20]!r}")


def _require_element(srv: str, where: str) -> None:
    element: Element | None = BODIES.get(SERVICE_REQUESTS[srv].body_name)
    for name in where.split("/"):
        inside = {} if element is None else {one.name: one for one in elements(element.content)}
        if name not in inside:
            raise Malformed("value limit", f"expected an element of SRV {srv}, found {where[:80]!r}")
        element = inside[name]
