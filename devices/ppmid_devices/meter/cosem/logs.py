"""Logs as attributes of class 7: compact arrays of entries, and the part of one that a selection asks for."""

from collections.abc import Iterable

from ppmid_devices.meter.cosem.refusals import OUT_OF_SCOPE, AccessRefused
from ppmid_devices.meter.times import nanoseconds, zigbee_time
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.axdr import CompactArray, Data, Group, Number, Octets, Shape
from ppmid_protocols.gbcs.dlms import Specification

_BY_RANGE = 1  # the selector "range descriptor" of class 7 (IEC 62056-6-2 4.3.6.2)


Part = int | bytes | tuple[int, ...]
"""A number, octets, or the numbers of an array."""


def log(shape: Shape, entries: Iterable[tuple[Part, ...]]) -> CompactArray:
    """A buffer whose entries are structures of the types of ``shape``."""
    return CompactArray(shape, tuple(_entry(shape, values) for values in entries))


def _entry(shape: Shape, values: tuple[Part, ...]) -> Data:
    parts: list[Data] = []
    for part, value in zip(shape.items, values, strict=True):
        match value:
            case int():
                parts.append(Number(part.tag, value))
            case bytes():
                parts.append(Octets(part.tag, value))
            case _:
                parts.append(axdr.array(*(Number(part.items[0].tag, one) for one in value)))
    return axdr.structure(*parts)


def selected(buffer: Data, wanted: Specification) -> Data:
    """The entries within the times that a selective access gives. Raises AccessRefused for any other selection."""
    match wanted.selector, wanted.selection, buffer:
        case _BY_RANGE, Group(axdr.STRUCTURE, (_, Number(_, first), Number(_, last), _)), CompactArray():
            return within(buffer, first, last)
    raise AccessRefused(OUT_OF_SCOPE)


def restricted(buffer: Data, restriction: Data) -> Data:
    """The entries that a protected read asks for: all, or those between two date-times. Raises AccessRefused."""
    match restriction, buffer:
        case Group(_, (Number(_, 0), _)), _:
            return buffer
        case Group(_, (Number(_, 1), Group(_, (Octets(_, first), Octets(_, last))))), CompactArray():
            return within(buffer, _utc(first), _utc(last))
    raise AccessRefused(OUT_OF_SCOPE)


def _utc(date_time: bytes) -> int:
    """Seconds since 2000-01-01 of a COSEM date-time. Raises AccessRefused when it is none."""
    at = nanoseconds(date_time)
    if at is None:
        raise AccessRefused(OUT_OF_SCOPE)
    return zigbee_time(at)


def within(buffer: CompactArray, first: int, last: int) -> CompactArray:
    """The entries whose time, their first member, lies between these (UTC seconds since 2000-01-01)."""
    return CompactArray(buffer.shape, tuple(one for one in buffer.items if first <= _time(one) <= last))


def _time(entry: Data) -> int:
    match entry:
        case Group(_, (Number(_, time), *_)):
            return time
    return 0
