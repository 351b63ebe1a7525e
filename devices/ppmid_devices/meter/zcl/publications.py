"""Calendars, tariffs and prices as they were published to a device, and are published by it when it is asked."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from ppmid_devices.meter import tables
from ppmid_devices.meter.zcl.calendars import DAYS, SEASONS, SPECIAL_DAYS, WEEKS
from ppmid_devices.meter.zcl.dating import Dating
from ppmid_devices.meter.zcl.refusals import NOT_FOUND, ComponentRefused
from ppmid_devices.meter.zcl.store import CommandId, Given, Handler, Reply

_CALENDAR = 0x0707
_PUBLISH_CALENDAR = 0
_PARTS = (DAYS, WEEKS, SEASONS, SPECIAL_DAYS)
_TARIFF, _NON_DISABLEMENT = "tariff", "non-disablement"
_FRIENDLY_CREDIT = 3  # the calendar type of non-disablement (ZSE)
_IN_FORCE_NON_DISABLEMENT = 0xFFFFFFFE  # as a calendar's number: that of the non-disablement in force (public SDK)
_PRICE, _PRICE_NOW, _BILLING_PERIOD = 0x0700, 0x00, 0x09
_GET_PRICE, _GET_BILLING_PERIOD = 0x00, 0x0B

Book = tuple[int, int, str]
"""A cluster, a command to the client, and for calendars which one."""
Parts = Mapping[int, tuple[bytes, ...]]
"""A calendar: the bodies by the command that published them."""

PUBLISHED = frozenset(
    {
        *(CommandId(_CALENDAR, True, part) for part in (_PUBLISH_CALENDAR, *_PARTS)),
        *(CommandId(_CALENDAR, False, part) for part in _PARTS),
        CommandId(_PRICE, True, _BILLING_PERIOD),
        CommandId(_PRICE, False, _GET_PRICE),
        CommandId(_PRICE, False, _GET_BILLING_PERIOD),
    }
)
"""The commands that have a handler here."""


class Publications:
    """What is in force, and what a Command has published of the next."""

    def __init__(self, dating: Dating, suspends: Callable[[Parts], None] = lambda _: None) -> None:
        """``suspends`` is told of each calendar of non-disablement that comes into force; it may refuse it."""
        self._dating, self._suspends = dating, suspends
        self._in_force: dict[Book, tuple[bytes, ...]] = dict(_at_first())
        self._staged: dict[Book, tuple[int, tuple[bytes, ...]]] = {}
        self._calendar, self._at_once = _TARIFF, False

    @property
    def in_force(self) -> Mapping[Book, tuple[bytes, ...]]:
        """The bodies of what is in force."""
        return dict(self._in_force)

    @property
    def billing_period(self) -> bytes:
        """The body of the Publish Billing Period in force."""
        return self._in_force[_PRICE, _BILLING_PERIOD, ""][0]

    def handlers(self) -> Mapping[CommandId, Handler]:
        """Of the commands that publish and of those that ask."""
        published = {CommandId(_CALENDAR, True, part): self._part for part in _PARTS}
        asked = {CommandId(_CALENDAR, False, part): self._asked for part in _PARTS}
        return {
            **published,
            **asked,
            CommandId(_CALENDAR, True, _PUBLISH_CALENDAR): self._publish_calendar,
            CommandId(_PRICE, True, _BILLING_PERIOD): self._billing_period,
            CommandId(_PRICE, False, _GET_PRICE): lambda _: self._replies(_PRICE, _PRICE_NOW, ""),
            CommandId(_PRICE, False, _GET_BILLING_PERIOD): lambda _: self._replies(_PRICE, _BILLING_PERIOD, ""),
        }

    def _publish_calendar(self, given: Given) -> Iterable[Reply]:
        """Days, weeks and seasons that follow are of this calendar, and come into force with it."""
        self._calendar = _NON_DISABLEMENT if given.number("type") == _FRIENDLY_CREDIT else _TARIFF
        which, counter = self._calendar, given.asked.message.counter

        def act() -> None:
            for part in (DAYS, WEEKS, SEASONS):
                self._enforce((_CALENDAR, part, which), counter)

        own = CommandId.of(given.component)
        self._dating.at(own.octets, given.number("start"), act, given.asked.message)
        self._at_once = given.number("start") == 0
        return ()

    def _part(self, given: Given) -> Iterable[Reply]:
        part, counter = given.component.command, given.asked.message.counter
        if part == SPECIAL_DAYS:
            book = (_CALENDAR, part, _NON_DISABLEMENT if given.number("type") == _FRIENDLY_CREDIT else _TARIFF)
            self._stage(book, given)
            own = CommandId.of(given.component)
            self._dating.at(
                own.octets, given.number("start"), lambda: self._enforce(book, counter), given.asked.message
            )
        else:
            book = (_CALENDAR, part, self._calendar)
            self._stage(book, given)
            if self._at_once:
                self._enforce(book, counter)
        return ()

    def _billing_period(self, given: Given) -> Iterable[Reply]:
        self._in_force[_PRICE, _BILLING_PERIOD, ""] = (given.component.body,)
        return ()

    def _stage(self, book: Book, given: Given) -> None:
        """The parts of one Command belong together; those of an earlier one are replaced."""
        counter = given.asked.message.counter
        before = self._staged.get(book)
        earlier = before[1] if before is not None and before[0] == counter else ()
        self._staged[book] = counter, (*earlier, given.component.body)

    def _enforce(self, book: Book, counter: int) -> None:
        staged = self._staged.get(book)
        if staged is None or staged[0] != counter:
            return
        if book[2] == _NON_DISABLEMENT:
            of_it = {part: bodies for (_, part, which), bodies in self._in_force.items() if which == _NON_DISABLEMENT}
            self._suspends({**of_it, book[1]: staged[1]})
        self._in_force[book] = staged[1]

    def _asked(self, given: Given) -> Iterable[Reply]:
        non_disablement = given.number("calendar") == _IN_FORCE_NON_DISABLEMENT
        which = _NON_DISABLEMENT if non_disablement else _TARIFF
        return self._replies(_CALENDAR, given.component.command, which)

    def _replies(self, cluster: int, command: int, which: str) -> Iterable[Reply]:
        found = self._in_force.get((cluster, command, which), ())
        if not found:
            raise ComponentRefused(NOT_FOUND)
        return [Reply(command, body) for body in found]


@cache
def _at_first() -> Mapping[Book, tuple[bytes, ...]]:
    """One entry of each, as a Supplier has configured a meter before."""
    return {
        (int(row["cluster"], 16), int(row["command"], 16), row["calendar"]): (bytes.fromhex(row["body"]),)
        for row in tables.rows("publications.csv")
    }
