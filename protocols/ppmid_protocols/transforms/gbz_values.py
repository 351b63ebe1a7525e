"""The words in which the tables say how ZCL commands are made: each gives, for a Request, octets or components.

A ``Source`` of a number is the number itself, the path of an element, or a function. ZCL is little endian; its times
are UTC seconds since 2000-01-01.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import gbz
from ppmid_protocols.gbcs.gbz import Component
from ppmid_protocols.transforms.ask import CANCEL, Ask, Builder, seconds_2000

Value = Callable[[Ask], bytes]
Source = int | str | Callable[[Ask], int]
Components = Callable[[Ask], Iterator[Component]]
"""None, one or several components, still without their sequence numbers."""

NEVER, LAST_TIME = 0xFFFFFFFF, 0xFFFFFFFE
"""The time that cancels, and the latest that ZCL can write."""

_GLOBAL, _TO_SERVER, _TO_CLIENT = 0x00, 0x01, 0x09  # frame controls


def number(size: int, *, signed: bool = False) -> Callable[[Source], Value]:
    """Numbers of so many octets."""

    def written(value: int) -> bytes:
        try:
            return value.to_bytes(size, "little", signed=signed)
        except OverflowError as problem:
            raise Malformed("ZCL number", f"expected a number of {size} octets, found {value}") from problem

    def made(source: Source) -> Value:
        if isinstance(source, int):
            constant = written(source)
            return lambda _: constant
        if isinstance(source, str):
            return lambda ask: written(ask.number(source))
        return lambda ask: written(source(ask))

    return made


u8, u16, u24, u32, u48 = (number(size) for size in (1, 2, 3, 4, 6))
i32 = number(4, signed=True)


def position(ask: Ask) -> int:
    """The number of the part that is looked at."""
    return ask.position


def event(ask: Ask) -> bytes:
    """Issuer Event Id: the time of issue. It also serves as the id of a calendar or message."""
    return ask.circumstances.issued.to_bytes(4, "little")


def utc(path: str) -> Value:
    """A time; one that ZCL cannot write becomes the latest that it can (RTDS 4.5.0)."""
    return u32(lambda ask: zcl_time(ask.number(path)))


def zcl_time(moment: int) -> int:
    """A moment (ns since 1970-01-01 UTC) as ZCL writes it. Raises Malformed for one before 2000."""
    if seconds_2000(moment) < 0:
        raise Malformed("ZCL time", "expected a time from 2000-01-01 on")
    return min(seconds_2000(moment), LAST_TIME)


def start_number(ask: Ask, cancelled: int = NEVER) -> int:
    """When a command takes effect: 0 at once, a time, or what cancels."""
    if ask.execution is None:
        return 0
    return cancelled if ask.execution == CANCEL else zcl_time(ask.execution)


start = u32(start_number)
calendar_start = u32(lambda ask: start_number(ask, LAST_TIME))
"""Tariff tables and some calendars are cancelled by FFFFFFFE (RTDS 4.5.0)."""


def octets(text: Callable[[Ask], bytes]) -> Value:
    """A string with its length before it."""

    def made(ask: Ask) -> bytes:
        written = text(ask)
        return u8(len(written))(ask) + written

    return made


def text(path: str) -> Value:
    return octets(lambda ask: ask.text(path).encode("ascii"))


def each(path: str, *values: Value) -> Value:
    """Values for every element at a path, one after another."""
    return lambda ask: b"".join(value(part) for part in ask.each(path) for value in values)


# Components


def _component(frame_control: int, cluster: int, command: int, body: bytes, from_: int | None = None) -> Component:
    return Component(
        cluster=cluster, frame_control=frame_control, sequence=0, command=command, body=body, from_date_time=from_
    )


def to_server(
    cluster: int, command: int, *values: Value, from_date_time: Callable[[Ask], int] | None = None
) -> Components:
    """A cluster's command from client to server, as the GSME takes most."""

    def made(ask: Ask) -> Iterator[Component]:
        from_ = None if from_date_time is None else from_date_time(ask)
        yield _component(_TO_SERVER, cluster, command, b"".join(value(ask) for value in values), from_)

    return made


def to_client(cluster: int, command: int, *values: Value) -> Components:
    """A cluster's command from server to client: what is published to the GSME."""
    return lambda ask: iter([_component(_TO_CLIENT, cluster, command, b"".join(value(ask) for value in values))])


def reads(cluster: int, *attributes: int) -> Components:
    """A read of attributes."""
    body = b"".join(attribute.to_bytes(2, "little") for attribute in attributes)
    return lambda _: iter([_component(_GLOBAL, cluster, gbz.READ_ATTRIBUTES, body)])


def every(path: str, *components: Components) -> Components:
    """Components for each element at a path."""
    return lambda ask: (one for part in ask.each(path) for component in components for one in component(part))


def when(path: str, *components: Components) -> Components:
    """Components for a Request that has an element at a path."""
    return lambda ask: (one for component in components for one in component(ask)) if ask.has(path) else iter(())


def gbz_command(*components: Components) -> Builder:
    """The payload of a Command: the components, numbered from 0."""

    def made(ask: Ask) -> bytes:
        found = [one for component in components for one in component(ask)]
        return gbz.encode(tuple(replace(one, sequence=at) for at, one in enumerate(found)))

    return made
