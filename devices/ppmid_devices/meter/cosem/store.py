"""The objects of a device as a store: every access of an Access-Request is done or refused, one after the other.

What an object means is not known here. Its shape and access are the table's; where a device has a model of its own
(account, supply, clock, logs) a ``View`` reads and changes that model, so that nothing is kept twice.

The data-access-results of refusals are those of IEC 62056-6-2; which one a meter chooses is assumed, as RTDS 4.5.0 has
1 and 250 alone, each for reasons that it does not tell.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.cosem import logs, objects
from ppmid_devices.meter.cosem.objects import Member, Place
from ppmid_devices.meter.cosem.refusals import (
    CLASS_INCONSISTENT,
    DENIED,
    TYPE_UNMATCHED,
    UNDEFINED,
    AccessRefused,
)
from ppmid_devices.meter.cosem.shapes import fits
from ppmid_protocols.gbcs import dlms
from ppmid_protocols.gbcs.axdr import Data
from ppmid_protocols.gbcs.dlms import AccessRequest, Choice, Specification

SUCCESS = 0


class View(NamedTuple):
    """An attribute of a model: how it is read and, where it can change, how it is set. ``write`` may refuse."""

    read: Callable[[], Data]
    write: Callable[[Data], None] | None = None


Method = Callable[[Data, Asked], Data | None]
"""What an action does with its argument; gives the data of its result, None for null-data. May refuse."""
Changed = Callable[[Place, Data, Asked], None]
"""Called before an attribute is set that does something by its value, as an activation time; may refuse it."""


class ObjectStore:
    """``device``: ``esme`` or ``chf``. ``methods`` of a place go before those of a class (by class and number)."""

    def __init__(
        self,
        device: str,
        views: Mapping[Place, View],
        methods: Mapping[Place, Method],
        class_methods: Mapping[tuple[int, int], Callable[[Place, Data, Asked], Data | None]],
    ) -> None:
        self._members = objects.members(device)
        self._views, self._methods, self._class_methods = views, methods, class_methods
        self._values: dict[Place, Data] = {}
        self.on_set: dict[Place, Changed] = {}

    @property
    def values(self) -> Mapping[Place, Data]:
        """What has been set of the objects that have no model of their own."""
        return dict(self._values)

    def answer(self, request: AccessRequest, asked: Asked) -> bytes:
        """Do every access of a request; gives the Access-Response, with null-data for what has no data or failed."""
        results: list[tuple[Choice, int, Data]] = []
        for wanted, data in zip(request.specifications, request.data, strict=True):
            choice = Choice.GET if wanted.choice is Choice.GET_WITH_SELECTION else wanted.choice
            try:
                results.append((choice, SUCCESS, self._access(wanted, data, asked)))
            except AccessRefused as refused:
                results.append((choice, refused.result, dlms.NULL))
        return dlms.response(asked.message.counter, *results).encode()

    def _access(self, wanted: Specification, data: Data, asked: Asked) -> Data:
        place = Place.of(wanted)
        match wanted.choice:
            case Choice.GET:
                return self._get(place, "r")
            case Choice.GET_WITH_SELECTION:
                return logs.selected(self._get(place, "r"), wanted)
            case Choice.SET:
                self._set(place, data, asked)
                return dlms.NULL
            case Choice.ACTION:
                return self._act(place, data, asked) or dlms.NULL

    def _get(self, place: Place, access: str) -> Data:
        if access not in self._member(place).access:
            raise AccessRefused(DENIED)
        return self.value(place)

    def protected(self, place: Place) -> Data:
        """The value of an attribute for a protected read. Raises AccessRefused."""
        return self._get(place, "p")

    def _set(self, place: Place, data: Data, asked: Asked) -> None:
        member = self._member(place)
        if "w" not in member.access:
            raise AccessRefused(DENIED)
        if member.shape is None or not fits(member.shape, data):
            raise AccessRefused(TYPE_UNMATCHED)
        if place in self.on_set:
            self.on_set[place](place, data, asked)
        self.put(place, data)

    def _act(self, place: Place, data: Data, asked: Asked) -> Data | None:
        member = self._member(place)
        if member.shape is not None and not fits(member.shape, data):
            raise AccessRefused(TYPE_UNMATCHED)
        if place in self._methods:
            return self._methods[place](data, asked)
        of_class = self._class_methods.get((place.class_id, place.member))
        if of_class is not None:
            return of_class(place, data, asked)
        self._values[place] = data  # a script or function without a model: what was asked last
        return None

    def _member(self, place: Place) -> Member:
        """Raises AccessRefused for what this device has not."""
        member = self._members.get(place)
        if member is None:
            elsewhere = any(place.obis == one.obis and place.class_id != one.class_id for one in self._members)
            raise AccessRefused(CLASS_INCONSISTENT if elsewhere else UNDEFINED)
        return member

    def value(self, place: Place) -> Data:
        """What an attribute has, by whichever right."""
        if place in self._views:
            return self._views[place].read()
        initial = self._member(place).value
        assert initial is not None  # it is an attribute
        return self._values.get(place, initial)

    def may_differ(self) -> Iterator[Place]:
        """What may have another value than when the device was made: attributes of a model, and those that were set."""
        yield from self._views
        yield from self._values

    def was_set(self, place: Place) -> bool:
        """Whether a value without a model has been set since the device was made."""
        return place in self._values

    def put(self, place: Place, data: Data) -> None:
        """Let an attribute have a value that fits it. Raises AccessRefused when its model does not take it."""
        view = self._views.get(place)
        if view is None:
            self._values[place] = data
        elif view.write is None:
            raise AccessRefused(DENIED)
        else:
            view.write(data)

    def reset(self, place: Place) -> None:
        """Let an attribute have what it had at first; a log is emptied. Raises AccessRefused."""
        member = self._member(place)
        assert member.value is not None  # it is an attribute
        self.put(place, member.value)
