"""Schedules of SRV 5.1: when Commands fall due, and what each of them asks. A pure model: the time is passed in.

No public text says at which time of the day a schedule without one is due, nor what becomes of a day that a month does
not have: 00:00 UTC, and the month's last day, are assumed.
"""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from ppmid_protocols.duis.answers import Schedule, SchedulesRead
from ppmid_protocols.duis.kinds import Date, Time
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import Node, ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS, ServiceRequest
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui

MOST = 99
"""Schedules of one device and User: so many fit into one answer to SRV 5.2 (that no more can be made is assumed)."""

_MONTHS: Mapping[str, int] = MappingProxyType({"Monthly": 1, "Quarterly": 3, "Half-Yearly": 6, "Yearly": 12})
_DAYS: Mapping[str, int] = MappingProxyType({"Daily": 1, "Weekly": 7})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PREFIX = "DSP"


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule as the DCC keeps it; ``request``: the SRV 5.1 that made it, ``user`` the User's name on the line."""

    number: int
    request: RequestId
    user: str
    details: Node

    @property
    def device(self) -> Eui:
        """What its Commands are for."""
        device = self.details.at("DeviceID").value
        assert isinstance(device, Eui)  # by the definition of the body
        return device

    @property
    def service(self) -> ServiceRequest:
        """What its Commands ask. Raises Malformed for what the DCC sends by no schedule."""
        srv = self.details.at("DSPScheduledServiceReferenceVariant").text
        known = SERVICE_REQUESTS.get(srv)
        asked = self.details.children[-1].name.removeprefix(_PREFIX)
        if known is None or not known.scheduled or known.body_name != asked:
            raise Malformed(
                "CreateSchedule", f"expected what the DCC sends by a schedule, found SRV {srv} with {asked}"
            )
        return known

    def due(self) -> Iterator[int]:
        """The times at which its Commands fall due (ns since 1970-01-01 UTC), earliest first. Raises Malformed."""
        first, last = _day(self.details.at("ScheduleStartDate")), self.details.find("ScheduleEndDate")
        end = None if last is None else _day(last)
        time = self.details.find("ScheduleExecutionStartTime")
        frequency = self.details.at("ScheduleFrequency").text
        for step in range(100_000):
            day = _later(first, frequency, step)
            if end is not None and day > end:
                return
            yield _moment(day, time)

    def after(self, moment: int) -> int | None:
        """The first time later than ``moment`` at which a Command falls due; None: there is none any more."""
        return next((due for due in self.due() if due > moment), None)

    def body(self, due: int) -> ServiceBody:
        """What is asked at a time that it falls due: its offsets are counted from that day. Raises Malformed."""
        asked = self.details.children[-1]
        plain: dict[str, Any] = {}
        if asked.children:
            day = (_EPOCH + timedelta(microseconds=due // 1000)).date()
            plain["ReadLogPeriod"] = {
                f"{end}DateTime": _moment(_shifted(day, asked.at(f"{end}DateOffset")), asked.at(f"{end}Time"))
                for end in ("Start", "End")
            }
        certificate = self.details.find("KAPublicSecurityCredential")
        if certificate is not None:
            plain["KAPublicSecurityCredentials"] = certificate.value
        return ServiceBody.of(self.service.body_name, plain)


class Schedules:
    """The schedules by their numbers, which count from 1 (how the DCC numbers them is assumed)."""

    def __init__(self) -> None:
        self._planned: dict[int, Planned] = {}
        self._last = 0

    def create(self, request: RequestId, user: str, details: Node) -> Planned:
        """Keep a schedule. Raises Malformed where the DCC sends no such Command, or there are too many schedules."""
        planned = Planned(self._last + 1, request, user, details)
        first = next(planned.due(), None)
        if first is None:
            raise Malformed("CreateSchedule/ScheduleEndDate", "expected a day that is not before the first")
        planned.body(first)
        if len(self._of(request.originator, planned.device)) >= MOST:
            raise Malformed("CreateSchedule", f"expected at most {MOST} schedules for {planned.device}")
        self._last += 1
        self._planned[self._last] = planned
        return planned

    def wanted(self, user: Eui, body: Node) -> list[Planned]:
        """The User's own schedules that SRV 5.2 or 5.3 names: one by its number, or all of a device."""
        (by,) = body.children
        if isinstance(by.value, Eui):
            return self._of(user, by.value)
        found = self._planned.get(by.value) if isinstance(by.value, int) else None
        return [found] if found is not None and found.request.originator == user else []

    def of_device(self, device: Eui) -> list[Planned]:
        """Everybody's schedules of a device."""
        return [one for one in self._planned.values() if one.device == device]

    def remove(self, planned: Planned) -> None:
        """Forget a schedule."""
        self._planned.pop(planned.number, None)

    def _of(self, user: Eui, device: Eui) -> list[Planned]:
        return [one for one in self.of_device(device) if one.request.originator == user]


def read(planned: list[Planned]) -> SchedulesRead:
    """Schedules as SRV 5.2 is answered."""
    return SchedulesRead(tuple(Schedule(one.number, one.details) for one in planned))


def _day(node: Node) -> date:
    wanted = node.value
    assert isinstance(wanted, Date)  # by the definition of the body
    try:
        return date(*wanted)
    except ValueError as problem:
        raise Malformed(node.name, f"expected a day of the calendar, found {node.text}") from problem


def _later(first: date, frequency: str, step: int) -> date:
    if frequency in _DAYS:
        return first + timedelta(days=_DAYS[frequency] * step)
    year, month = divmod(first.month - 1 + _MONTHS[frequency] * step, 12)
    year, month = first.year + year, month + 1
    return date(year, month, min(first.day, calendar.monthrange(year, month)[1]))


def _shifted(day: date, offset: Node) -> date:
    assert isinstance(offset.value, int)  # by the definition of the body
    return day + timedelta(days=offset.value)


def _moment(day: date, time: Node | None) -> int:
    at = time.value if time is not None and isinstance(time.value, Time) else Time(0, 0)
    moment = datetime(day.year, day.month, day.day, *at, tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000
