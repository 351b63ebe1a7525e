"""The words in which the tables say how DLMS data are made: each gives, for a Request, a value or an access.

A ``Source`` of a number is the number itself, the path of an element, or a function. Clocks are COSEM: date-times of
twelve octets, dates of five, times of four (IEC 62056-6-2 4.1.6.1); FF is any, deviation 8000, status FF.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from ppmid_protocols.duis.kinds import Date, Time
from ppmid_protocols.duis.service_body import Node
from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.gbcs.dlms import Choice, Specification
from ppmid_protocols.gbcs.names.tables import obis, requests
from ppmid_protocols.transforms.ask import CANCEL, Ask, Builder, seconds_2000

Value = Callable[[Ask], axdr.Data]
Source = int | str | Callable[[Ask], int]
Accesses = Callable[[Ask], Iterator[tuple[Specification, axdr.Data]]]
"""None, one or several accesses of a request."""

AT_ONCE, CANCELLED = bytes(9) + bytes.fromhex("8000FF"), bytes.fromhex("FFFFFFFFFFFFFFFFFF8000FF")
TRUE, FALSE = 0xFF, 0x00
"""The octets of booleans in the Commands of RTDS 4.5.0."""
_ANY, _ANY_YEAR = 0xFF, 0xFFFF
_OBJECT = re.compile(r"(\d+)/([\d.:-]+)/(\d+)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PERIOD = "ReadLogPeriod"
_PROFILE, _PROFILE_BUFFER = 7, 2


def number(tag: int) -> Callable[[Source], Value]:
    """Values of one numeric type."""

    def made(source: Source) -> Value:
        if isinstance(source, int):
            constant = axdr.Number(tag, source)
            return lambda _: constant
        if isinstance(source, str):
            return lambda ask: axdr.Number(tag, ask.number(source))
        return lambda ask: axdr.Number(tag, source(ask))

    return made


i8, i16, i32 = number(axdr.INTEGER), number(axdr.LONG), number(axdr.DOUBLE_LONG)
u8, u16, u32 = number(axdr.UNSIGNED), number(axdr.LONG_UNSIGNED), number(axdr.DOUBLE_LONG_UNSIGNED)
enum, boolean = number(axdr.ENUM), number(axdr.BOOLEAN)


def null(_: Ask) -> axdr.Data:
    return dlms.NULL


def position(ask: Ask) -> int:
    """The number of the part that is looked at."""
    return ask.position


def octets(made: bytes | Callable[[Ask], bytes]) -> Value:
    """An octet-string."""
    if isinstance(made, bytes):
        constant = axdr.octet_string(made)
        return lambda _: constant
    return lambda ask: axdr.octet_string(made(ask))


def text(path: str) -> Value:
    """An octet-string of the characters at a path."""
    return octets(lambda ask: ask.text(path).encode("ascii"))


def object_code(written: str) -> Value:
    """An octet-string of an OBIS code such as ``0-0:19.10.0.255``."""
    return octets(obis(written))


def structure(*values: Value) -> Value:
    return lambda ask: axdr.structure(*(value(ask) for value in values))


def array(*values: Value) -> Value:
    return lambda ask: axdr.array(*(value(ask) for value in values))


def each(path: str, value: Value) -> Value:
    """An array of a value for every element at a path."""
    return lambda ask: axdr.array(*(value(part) for part in ask.each(path)))


def bits(made: Callable[[Ask], Iterator[bool]]) -> Value:
    """A bit-string, first bit highest."""

    def value(ask: Ask) -> axdr.Data:
        written = "".join("01"[bit] for bit in made(ask))
        padded = written.ljust((len(written) + 7) // 8 * 8, "0")
        return axdr.Bits(len(written), bytes(int(padded[at : at + 8], 2) for at in range(0, len(padded), 8)))

    return value


# Clocks


def date_time(moment: int) -> bytes:
    """A moment (ns since 1970-01-01 UTC) as a COSEM date-time. Raises Malformed beyond the year 9999."""
    try:
        at = _EPOCH + timedelta(microseconds=moment // 1000)
    except OverflowError:
        raise Malformed("date-time", "expected a year up to 9999") from None
    clock = bytes((at.month, at.day, _ANY, at.hour, at.minute, at.second, 0))
    return at.year.to_bytes(2, "big") + clock + bytes.fromhex("8000FF")


def moment(path: str) -> Value:
    return octets(lambda ask: date_time(ask.number(path)))


def activation(ask: Ask) -> axdr.Data:
    """When what was set takes effect: at once, at a time, or never (a cancellation)."""
    if ask.execution is None:
        return axdr.octet_string(AT_ONCE)
    return axdr.octet_string(CANCELLED if ask.execution == CANCEL else date_time(ask.execution))


def time_of(path: str) -> Value:
    """A COSEM time of four octets."""

    def made(ask: Ask) -> bytes:
        found = ask.value(path)
        if not isinstance(found, Time):
            raise Malformed(path, "expected a time of day")
        return bytes((*found, 0))

    return octets(made)


def date_of(path: str) -> Value:
    """A COSEM date of five octets, from a date or from an element of wildcards."""
    return octets(lambda ask: day(ask.node.at(path)))


def day(node: Node) -> bytes:
    if isinstance(node.value, Date):
        return node.value.year.to_bytes(2, "big") + bytes((node.value.month, node.value.day, _ANY))
    year, month, day_of_month, weekday = (_part(part) for part in node.children)
    return (_ANY_YEAR if year is None else year).to_bytes(2, "big") + bytes(
        _ANY if part is None else part for part in (month, day_of_month, weekday)
    )


_SPECIAL_PARTS = {"LastDayOfMonth": 0xFE, "SecondLastDayOfMonth": 0xFD}


def _part(node: Node) -> int | None:
    """A part of a date with wildcards; None: any."""
    chosen = node.children[0]
    return chosen.value if isinstance(chosen.value, int) else _SPECIAL_PARTS.get(chosen.name)


# Accesses


def access(choice: Choice, written: str, value: Value) -> Accesses:
    specification = _specification(choice, written)
    return lambda ask: iter([(specification, value(ask))])


def set_(written: str, value: Value) -> Accesses:
    return access(Choice.SET, written, value)


def action(written: str, value: Value = i8(0)) -> Accesses:  # noqa: B008 (a constant)
    return access(Choice.ACTION, written, value)


def gets(written: str) -> Accesses:
    """Gets of attributes, written one after another."""
    found = [(_specification(Choice.GET, one), dlms.NULL) for one in written.split()]
    return lambda _: iter(found)


def when(path: str, *accesses: Accesses) -> Accesses:
    """Accesses for a Request that has an element at a path."""
    return lambda ask: (one for access in accesses for one in access(ask)) if ask.has(path) else iter(())


def every(path: str, make: Callable[[Ask], Accesses]) -> Accesses:
    """Accesses for each element at a path."""
    return lambda ask: (one for part in ask.each(path) for one in make(part)(part))


def dlms_request(*accesses: Accesses) -> Builder:
    """An Access-Request of these accesses."""
    return lambda ask: dlms.request(ask.counter, *(one for access in accesses for one in access(ask))).encode()


def read(ask: Ask) -> bytes:
    """An Access-Request of what the use case reads, by its table; a log for the period that is asked for."""
    return dlms.request(ask.counter, *_reads(ask)).encode()


def _reads(ask: Ask) -> Iterator[tuple[Specification, axdr.Data]]:
    for wanted in requests(ask.message_code):
        specification = wanted.specification
        if wanted.protected:
            yield specification, _protected(ask, wanted.protected)
        elif _is_log(specification) and ask.has(_PERIOD):
            yield _selection(ask, specification), dlms.NULL
        else:
            yield specification, dlms.NULL


def _is_log(specification: Specification) -> bool:
    return (specification.class_id, specification.member) == (_PROFILE, _PROFILE_BUFFER)


_CLOCK_COLUMN = axdr.structure(
    axdr.Number(axdr.LONG_UNSIGNED, 1),
    axdr.octet_string(obis("0-0:94.44.100.255")),
    axdr.Number(axdr.INTEGER, 2),
    axdr.Number(axdr.LONG_UNSIGNED, 0),
)
_BY_RANGE = 1


def _selection(ask: Ask, specification: Specification) -> Specification:
    """The entries of a log whose time lies in the period that is asked for."""
    ends = (seconds_2000(ask.number(f"{_PERIOD}/{end}DateTime")) for end in ("Start", "End"))
    span = axdr.structure(_CLOCK_COLUMN, *(axdr.Number(axdr.DOUBLE_LONG_UNSIGNED, end) for end in ends), axdr.array())
    wanted = (specification.class_id, specification.obis, specification.member)
    return Specification(Choice.GET_WITH_SELECTION, *wanted, _BY_RANGE, span)


_AUTHENTICATED_ENCRYPTION = structure(enum(2), structure(octets(b"\x02"), octets(b"")))


def _protected(ask: Ask, objects: tuple[Specification, ...]) -> axdr.Data:
    """What a protected read asks for, and for whom it is to be sealed."""
    transaction = b"\x04" + ask.counter.to_bytes(8, "big")
    parties = (axdr.octet_string(one) for one in (transaction, ask.reader, ask.target, b""))
    sealing = axdr.structure(*parties, _AUTHENTICATED_ENCRYPTION(ask))
    protection = axdr.structure(axdr.Number(axdr.ENUM, 2), sealing)
    wanted = (
        axdr.structure(
            axdr.Number(axdr.LONG_UNSIGNED, one.class_id),
            axdr.octet_string(one.obis),
            axdr.Number(axdr.INTEGER, one.member),
            axdr.Number(axdr.LONG_UNSIGNED, 0),
            _restriction(ask, one),
        )
        for one in objects
    )
    return axdr.structure(axdr.array(*wanted), axdr.array(protection))


def _restriction(ask: Ask, specification: Specification) -> axdr.Data:
    if not (_is_log(specification) and ask.has(_PERIOD)):
        return axdr.structure(axdr.Number(axdr.ENUM, 0), dlms.NULL)
    ends = (axdr.octet_string(date_time(ask.number(f"{_PERIOD}/{end}DateTime"))) for end in ("Start", "End"))
    return axdr.structure(axdr.Number(axdr.ENUM, 1), axdr.structure(*ends))


def _specification(choice: Choice, written: str) -> Specification:
    parts = _OBJECT.fullmatch(written)
    if parts is None:
        raise ValueError(f"expected an object such as 8/0-0:1.0.0.255/2, found {written!r}")
    return Specification(choice, int(parts[1]), obis(parts[2]), int(parts[3]))
