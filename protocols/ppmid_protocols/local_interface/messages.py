"""The seven messages: their contents, and their form as CBOR arrays (``[number, request id, fields…]``)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import cbor
from ppmid_protocols.local_interface.fields import (
    Reader,
    digits,
    eui,
    flag,
    listed,
    member,
    octets,
    optional,
    text,
    whole,
)
from ppmid_protocols.secret import Secret

MAX_GBCS = 3072
"""The most octets of a GBCS message; the HAN's smaller limit is the PPMID's to hold."""

_MAX_METERS = 8


class Fuel(IntEnum):
    """What a meter measures."""

    ELECTRICITY = 0
    GAS = 1


class UtrnOutcome(IntEnum):
    """What became of a UTRN, as far as the PPMID knows. Nobody can verify its word."""

    ACCEPTED = 0
    REFUSED = 1
    UNKNOWN = 2


class State(IntEnum):
    """How far a request has come."""

    RECEIVED = 0
    FORWARDED = 1
    REFUSED = 2
    WAITING_FOR_GAS_METER = 3
    UNKNOWN = 4


class Reason(IntEnum):
    """Why the PPMID refused a request; NO_PPMID is said in its place by who would have carried the request."""

    OTHER = 0
    UNKNOWN_METER = 1
    CANNOT_RELAY = 2
    COMMAND_NOT_GBCS = 3
    COMMAND_NOT_ALLOWED = 4
    COMMAND_TOO_LARGE = 5
    COMMAND_TOO_OLD = 6
    UTRN_NOT_WELL_FORMED = 7
    TOO_MANY_REQUESTS = 8
    REQUEST_ID_IN_USE = 9
    HAN_UNREACHABLE = 10
    NO_PPMID = 11


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter of the home."""

    eui: Eui
    fuel: Fuel


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the PPMID is and can do; it says so when a connection opens. ``firmware``: 1 to 64 octets."""

    request_id: bytes
    firmware: str
    can_relay: bool
    meters: tuple[Meter, ...]


@dataclass(frozen=True, slots=True)
class SubmitCommand:
    """A complete GBCS Command for the device ``target``."""

    request_id: bytes
    target: Eui
    command: bytes


@dataclass(frozen=True, slots=True)
class CommandResponse:
    """The complete GBCS Response that the target gave to the Command of the same request id."""

    request_id: bytes
    response: bytes


@dataclass(frozen=True, slots=True)
class SubmitUtrn:
    """A UTRN for ``meter``: ASCII digits as the customer would enter them, right or wrong, at most 20."""

    request_id: bytes
    meter: Eui
    utrn: Secret


@dataclass(frozen=True, slots=True)
class UtrnResult:
    """What became of a UTRN.

    ``value``: the credit in millipence, where the meter told it. ``meter_result``: the result type of the meter's
    Consumer Top Up Response; None where the meter gave none. ``text``: what the PPMID shows.
    """

    request_id: bytes
    outcome: UtrnOutcome
    value: int | None
    meter_result: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that the PPMID reports unasked: its ``source``, a GBCS alert or event code, and what it shows."""

    request_id: bytes
    source: Eui | None
    code: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """How far the request of the same request id has come. ``reason`` is there exactly when ``state`` is REFUSED."""

    request_id: bytes
    state: State
    reason: Reason | None
    text: str


Message = Capabilities | SubmitCommand | CommandResponse | SubmitUtrn | UtrnResult | Alert | Status


def _meter(name: str, item: object) -> Meter:
    if not isinstance(item, list) or len(item) != 2:
        raise Malformed(name, "expected a meter's EUI-64 and its fuel")
    return Meter(eui(f"{name}.eui", item[0]), member(Fuel)(f"{name}.fuel", item[1]))


_REQUEST_ID = octets(1, 16)
_GBCS = octets(1, MAX_GBCS)
_TEXT = text(0, 256)
_CREDIT = whole(-(2**31), 2**31 - 1)

_Fields = dict[str, Reader[object]]
_SHAPES: dict[int, tuple[Callable[..., Message], _Fields]] = {
    1: (
        Capabilities,
        {
            "request_id": _REQUEST_ID,
            "firmware": text(1, 64),
            "can_relay": flag,
            "meters": listed(_meter, _MAX_METERS),
        },
    ),
    2: (SubmitCommand, {"request_id": _REQUEST_ID, "target": eui, "command": _GBCS}),
    3: (CommandResponse, {"request_id": _REQUEST_ID, "response": _GBCS}),
    4: (SubmitUtrn, {"request_id": _REQUEST_ID, "meter": eui, "utrn": digits}),
    5: (
        UtrnResult,
        {
            "request_id": _REQUEST_ID,
            "outcome": member(UtrnOutcome),
            "value": optional(_CREDIT),
            "meter_result": optional(whole(0, 255)),
            "text": _TEXT,
        },
    ),
    6: (
        Alert,
        {"request_id": _REQUEST_ID, "source": optional(eui), "code": optional(whole(0, 0xFFFF)), "text": _TEXT},
    ),
    7: (
        Status,
        {"request_id": _REQUEST_ID, "state": member(State), "reason": optional(member(Reason)), "text": _TEXT},
    ),
}
"""By number: the message, and its fields in the order of the array."""

_NUMBERS = {build: number for number, (build, _) in _SHAPES.items()}


def encode(message: Message) -> bytes:
    """The message's only CBOR form. Raises Malformed for a field outside its type or limits."""
    number = _NUMBERS[type(message)]
    _, readers = _SHAPES[number]
    data = cbor.encode("message", [number, *[_item(getattr(message, name)) for name in readers]])
    decode(data)
    return data


@lru_cache(maxsize=64)
def decode(data: bytes) -> Message:
    """Read a message. Raises Malformed naming the field: CBOR, number, count of fields, type or limits."""
    item = cbor.decode("message", data)
    if not isinstance(item, list) or not item or type(item[0]) is not int or item[0] not in _SHAPES:
        raise Malformed("message", f"expected an array that begins with one of {list(_SHAPES)}")
    build, readers = _SHAPES[item[0]]
    kind = build.__name__
    if len(item) != len(readers) + 1:
        raise Malformed(kind, f"expected the fields {', '.join(readers)}; found {len(item) - 1} fields")
    contents = zip(readers.items(), item[1:], strict=True)
    message = build(**{name: read(f"{kind}.{name}", one) for (name, read), one in contents})
    if isinstance(message, Status) and (message.reason is not None) != (message.state is State.REFUSED):
        raise Malformed("Status.reason", "expected a reason with the state refused, and with no other")
    return message


def _item(value: object) -> object:
    """A field's value as the plain CBOR types."""
    if isinstance(value, Meter):
        return [bytes(value.eui), int(value.fuel)]
    if isinstance(value, tuple):
        return [_item(one) for one in value]
    if isinstance(value, IntEnum):
        return int(value)
    return bytes(value) if isinstance(value, bytes) else value
