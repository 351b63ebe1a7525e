"""What is to come of an object, and when it comes into force: at once, at a time, or never (GBCS 9.2)."""

from collections.abc import Callable

from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.cosem import objects
from ppmid_devices.meter.cosem.objects import Activation, Place
from ppmid_devices.meter.cosem.refusals import TYPE_UNMATCHED, AccessRefused
from ppmid_devices.meter.cosem.store import ObjectStore
from ppmid_devices.meter.times import nanoseconds
from ppmid_devices.ports import Clock, Timer
from ppmid_protocols.gbcs.axdr import Data, Octets
from ppmid_protocols.gbcs.message import Message

AT_ONCE, NEVER = bytes(9) + b"\x80\x00\xff", b"\xff" * 9 + b"\x80\x00\xff"
"""The two date-times that are no time (RTDS 4.5.0)."""

Announce = Callable[[Message, bytes, bool], None]
"""Tells that what a Command had dated came into force, or (False) could not: the Command, and what the Alert adds."""


class Activations:
    """The activation times of a store's objects. A time that has passed means at once (assumed)."""

    def __init__(self, store: ObjectStore, clock: Clock, announce: Announce) -> None:
        self._store, self._clock, self._announce = store, clock, announce
        self._waiting: dict[Place, Timer] = {}
        for trigger in objects.activations():
            store.on_set[trigger] = self._dated

    def at_once(self, place: Place, _argument: Data, _asked: Asked) -> None:
        """The method that brings into force what is to come."""
        self._activate(objects.activations().get(place, ()))

    def _dated(self, place: Place, data: Data, asked: Asked) -> None:
        """An activation time was set; the last one counts."""
        assert isinstance(data, Octets)  # its shape was checked
        group = objects.activations()[place]
        if place in self._waiting:
            self._waiting.pop(place).cancel()
        if data.value == NEVER:
            return
        when = 0 if data.value == AT_ONCE else nanoseconds(data.value)
        if when is None:
            raise AccessRefused(TYPE_UNMATCHED)
        if when <= self._clock.now():
            self._activate(group)
        else:
            self._waiting[place] = self._clock.call_at(when, lambda: self._come(place, group, asked.message))

    def _come(self, place: Place, group: tuple[Activation, ...], command: Message) -> None:
        del self._waiting[place]
        try:
            self._activate(group)
            done = True
        except AccessRefused:
            done = False
        self._announce(command, place.class_id.to_bytes(2, "big") + place.obis + bytes((place.member,)), done)

    def _activate(self, group: tuple[Activation, ...]) -> None:
        """What nobody has set is not to come."""
        for one in group:
            if self._store.was_set(one.what):
                self._store.put(one.becomes, self._store.value(one.what))
