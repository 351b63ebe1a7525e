"""DLMS payloads: Access-Request, Access-Response and Data-Notification (IEC 62056-5-3, as GBCS 7.2.3 profiles them)."""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs.axdr import Data, Null, encode_data, read_data
from ppmid_protocols.gbcs.ber import encode_length, read_length, take

ACCESS_REQUEST, ACCESS_RESPONSE, DATA_NOTIFICATION = 0xD9, 0xDA, 0x0F

_SPECIFICATION_OCTETS = 10  # choice, class, OBIS, attribute or method


class Choice(IntEnum):
    """What an access specification asks for."""

    GET = 1
    SET = 2
    ACTION = 3
    GET_WITH_SELECTION = 4


_CHOICES = {choice.value: choice for choice in Choice}


@dataclass(frozen=True, slots=True)
class Specification:
    """One access: class, 6-octet OBIS code, member (attribute or method), and for selective access its selector."""

    choice: Choice
    class_id: int
    obis: bytes
    member: int
    selector: int | None = None
    selection: Data | None = None

    def __post_init__(self) -> None:
        if len(self.obis) != 6:
            raise Malformed("OBIS code", f"expected 6 octets, found {len(self.obis)}")
        selective = self.choice is Choice.GET_WITH_SELECTION
        if (self.selector is None or self.selection is None) == selective:
            raise Malformed("access selection", "expected a selector and parameters with choice 4 alone")

    def __str__(self) -> str:
        a, b, *rest = self.obis
        return f"{self.choice.name.lower()} {self.class_id}/{a}-{b}:{'.'.join(map(str, rest))}/{self.member}"


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """``invoke_id`` is the 32-bit long-invoke-id-and-priority; there is one item of ``data`` for each specification."""

    invoke_id: int
    specifications: tuple[Specification, ...]
    data: tuple[Data, ...]
    date_time: bytes = b""

    def encode(self) -> bytes:
        parts = [_opening(ACCESS_REQUEST, self.invoke_id, self.date_time), encode_length(len(self.specifications))]
        for one in self.specifications:
            parts.append(bytes((one.choice,)) + one.class_id.to_bytes(2, "big") + one.obis + bytes((one.member,)))
            if one.selector is not None and one.selection is not None:
                parts.append(bytes((one.selector,)) + encode_data(one.selection))
        parts.append(encode_length(len(self.data)))
        parts.extend(map(encode_data, self.data))
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class AccessResult:
    """The choice that was asked for and the data-access or action result (0 is success)."""

    choice: Choice
    result: int


@dataclass(frozen=True, slots=True)
class AccessResponse:
    """One item of ``data`` and one of ``results`` for each specification of the request, in its order."""

    invoke_id: int
    data: tuple[Data, ...]
    results: tuple[AccessResult, ...]
    date_time: bytes = b""

    def encode(self) -> bytes:
        parts = [_opening(ACCESS_RESPONSE, self.invoke_id, self.date_time), b"\0", encode_length(len(self.data))]
        parts.extend(map(encode_data, self.data))
        parts.append(encode_length(len(self.results)))
        parts.extend(bytes((one.choice, one.result)) for one in self.results)
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class DataNotification:
    """The body of an Alert; GBCS makes it a structure of alert code, date-time and what the Alert adds."""

    invoke_id: int
    body: Data
    date_time: bytes = b""

    def encode(self) -> bytes:
        return _opening(DATA_NOTIFICATION, self.invoke_id, self.date_time) + encode_data(self.body)


Apdu = AccessRequest | AccessResponse | DataNotification


def invoke_id(counter: int) -> int:
    """The long-invoke-id of a message: ``20`` and the low 24 bits of its Originator Counter."""
    return 0x20000000 | counter & 0xFFFFFF


def request(counter: int, *accesses: tuple[Specification, Data]) -> AccessRequest:
    """An Access-Request for the message with this Originator Counter."""
    return AccessRequest(invoke_id(counter), tuple(one for one, _ in accesses), tuple(data for _, data in accesses))


def response(counter: int, *results: tuple[Choice, int, Data]) -> AccessResponse:
    """An Access-Response of (choice, result, data); data is Null for set, action and whatever failed."""
    data = tuple(data for _, _, data in results)
    return AccessResponse(
        invoke_id(counter), data, tuple(AccessResult(choice, result) for choice, result, _ in results)
    )


def decode(payload: bytes) -> Apdu:
    """Read one APDU that fills ``payload``; encodes to the same octets. Raises Malformed with field and offset."""
    tag = payload[0] if payload else None
    if tag not in _READERS:
        raise Malformed("DLMS APDU", f"expected D9, DA or 0F, found {payload[:1].hex().upper() or 'nothing'}", 0)
    invoke = int.from_bytes(take(payload, 1, 4, "long-invoke-id"), "big")
    length, at = read_length(payload, 5, "date-time")
    date_time = take(payload, at, length, "date-time")
    apdu, at = _READERS[tag](payload, at + length, invoke, date_time)
    if at != len(payload):
        raise Malformed("DLMS APDU", f"expected its end, found {len(payload) - at} more octets", at)
    return apdu


def _opening(tag: int, invoke: int, date_time: bytes) -> bytes:
    return bytes((tag,)) + invoke.to_bytes(4, "big") + encode_length(len(date_time)) + date_time


def _read_request(payload: bytes, at: int, invoke: int, date_time: bytes) -> tuple[Apdu, int]:
    count, at = read_length(payload, at, "access specifications")
    specifications: list[Specification] = []
    for _ in range(count):
        specification, at = _read_specification(payload, at)
        specifications.append(specification)
    data, at = _read_list(payload, at, count)
    return AccessRequest(invoke, tuple(specifications), data, date_time), at


def _read_specification(payload: bytes, at: int) -> tuple[Specification, int]:
    choice = _read_choice(payload, at)
    octets = take(payload, at, _SPECIFICATION_OCTETS, "access specification")
    at += _SPECIFICATION_OCTETS
    if choice is not Choice.GET_WITH_SELECTION:
        return _plain_specification(octets), at
    class_id, obis, member = int.from_bytes(octets[1:3], "big"), octets[3:9], octets[9]
    selector = take(payload, at, 1, "access selector")[0]
    selection, at = read_data(payload, at + 1)
    return Specification(choice, class_id, obis, member, selector, selection), at


@lru_cache(maxsize=2048)  # the use cases name some 500
def _plain_specification(octets: bytes) -> Specification:
    return Specification(_CHOICES[octets[0]], int.from_bytes(octets[1:3], "big"), octets[3:9], octets[9])


def _read_choice(payload: bytes, at: int) -> Choice:
    octet = take(payload, at, 1, "access choice")[0]
    choice = _CHOICES.get(octet)
    if choice is None:
        raise Malformed("access choice", f"expected 01 to 04, found {octet:02X}", at)
    return choice


def _read_list(payload: bytes, at: int, wanted: int | None) -> tuple[tuple[Data, ...], int]:
    """A counted list of data, which must have ``wanted`` items."""
    count, after = read_length(payload, at, "access data")
    if wanted is not None and count != wanted:
        raise Malformed("access data", f"expected {wanted} items, one for each specification, found {count}", at)
    items: list[Data] = []
    at = after
    for _ in range(count):
        item, at = read_data(payload, at)
        items.append(item)
    return tuple(items), at


def _read_response(payload: bytes, at: int, invoke: int, date_time: bytes) -> tuple[Apdu, int]:
    if take(payload, at, 1, "access request specification") != b"\0":
        raise Malformed("access request specification", f"expected 00 (left out), found {payload[at]:02X}", at)
    data, at = _read_list(payload, at + 1, None)
    count, after = read_length(payload, at, "access results")
    if count != len(data):
        raise Malformed("access results", f"expected {len(data)} items, one for each of the data, found {count}", at)
    take(payload, after, 2 * count, "access results")
    end = after + 2 * count
    results: list[AccessResult] = []
    for at in range(after, end, 2):
        result = _RESULTS.get(payload[at : at + 2])
        results.append(result or AccessResult(_read_choice(payload, at), payload[at + 1]))
    return AccessResponse(invoke, data, tuple(results), date_time), end


def _read_notification(payload: bytes, at: int, invoke: int, date_time: bytes) -> tuple[Apdu, int]:
    body, at = read_data(payload, at)
    return DataNotification(invoke, body, date_time), at


_READERS = {ACCESS_REQUEST: _read_request, ACCESS_RESPONSE: _read_response, DATA_NOTIFICATION: _read_notification}

_RESULTS = {bytes((choice, 0)): AccessResult(choice, 0) for choice in Choice}  # success: the most frequent by far

NULL = Null()
"""What stands for the data of a get in a request, and of a set, an action or a failure in a response."""
