"""The prepayment use cases of the GSME: CS01b, PCS01, PCS02, GCS06, GCS33, GCS39, GCS60 (GBZ; checked with RTDS 4.5.0).

ZCL contents are little endian. Those of top-ups and emergency credit are the ones that an ESME takes on the HAN, and
coded by module ``zigbee.prepayment``.
"""

from collections.abc import Callable, Iterator

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import gbz
from ppmid_protocols.gbcs.ber import take
from ppmid_protocols.gbcs.gbz import Component
from ppmid_protocols.gbcs.prepayment.requests import (
    CS01B,
    GCS06,
    GCS33,
    GCS39,
    GCS60,
    PCS01,
    PCS02,
    ActivateEmergencyCredit,
    ArmSupply,
    Content,
    ReadBalance,
    ReadSupplyStatus,
    Request,
    ResponseOutcome,
    SupplyState,
    TopUp,
)
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import metering, prepayment
from ppmid_protocols.zigbee.metering import SupplyStatus
from ppmid_protocols.zigbee.octets import Cursor
from ppmid_protocols.zigbee.prepayment import (
    ConsumerTopUp,
    ConsumerTopUpResponse,
    Originator,
    SelectAvailableEmergencyCredit,
    TopUpResult,
)

SUCCESS, FAILURE = 0x00, 0x01  # ZCL statuses

_TO_SERVER, _TO_CLIENT, _READ, _ANSWER = 0x01, 0x09, 0x00, 0x08  # frame controls
_TOP_UP, _TOP_UP_RESPONSE, _EMERGENCY_CREDIT = 0x04, 0x03, 0x00
_CHANGE_SUPPLY, _SUPPLY_STATUS_RESPONSE = 0x0B, 0x0C
_ISSUED_OFFSET = 4  # of the Issuer Event Id in the body of Change Supply

_SOURCES = dict.fromkeys((CS01B, GCS06), Originator.ENERGY_SERVICE_INTERFACE) | dict.fromkeys(
    (PCS01, PCS02), Originator.IN_HOME_DEVICE
)
_SUPPLY_STATES: dict[int, SupplyState] = {
    SupplyStatus.OFF: SupplyState.DISABLED,
    SupplyStatus.OFF_ARMED: SupplyState.ARMED,
    SupplyStatus.ON: SupplyState.ENABLED,
}
_SUPPLY_NUMBERS = {state: number for number, state in _SUPPLY_STATES.items()}

_UINT16, _UINT32, _INT32, _ENUM8 = 0x21, 0x23, 0x2B, 0x30
_TYPES = {_UINT16: (2, False), _UINT32: (4, False), _INT32: (4, True), _ENUM8: (1, False)}  # octets, signed
_ABSENT = {_UINT16: 0xFFFF, _UINT32: 0xFFFFFFFF, _INT32: -(2**31)}  # what stands for no value (ZCL 2.6.2)
_ATTRIBUTES = {
    GCS33: {
        (metering.CLUSTER, 0x0205): ("battery_days", _UINT16),
        (metering.CLUSTER, metering.SUPPLY_STATUS): ("supply", _ENUM8),
    },
    GCS60: {
        (metering.CLUSTER, 0x0A00): ("credit_mode_balance", _UINT32),
        (prepayment.CLUSTER, prepayment.Attribute.CREDIT_REMAINING): ("balance", _INT32),
    },
}
"""What the reads ask: (cluster, attribute) in the order of the request, its name in an outcome, its type."""


def command(code: int, request: Request) -> Content:
    """The Command of use case ``code``. Raises Malformed for GCS39 without a time of issue."""
    if code in _ATTRIBUTES:
        wanted: dict[int, list[int]] = {}
        for cluster, attribute in _ATTRIBUTES[code]:
            wanted.setdefault(cluster, []).append(attribute)
        return Content(code, gbz.encode(tuple(_read(at, *one) for at, one in enumerate(wanted.items()))))
    cluster, number = (metering.CLUSTER, _CHANGE_SUPPLY) if code == GCS39 else (prepayment.CLUSTER, _EMERGENCY_CREDIT)
    match request:
        case TopUp(digits):
            number, body = _TOP_UP, ConsumerTopUp(digits, _SOURCES[code]).encode()
        case ArmSupply(issued):
            if issued is None:
                raise Malformed("GCS39", "expected a time of issue")
            body = bytes(4) + _little(issued, 4) + bytes(8) + b"\x01\x01"
        case _:
            body = SelectAvailableEmergencyCredit(originator=_SOURCES[code]).encode()
    return Content(code, gbz.encode((_one(cluster, _TO_SERVER, number, body),)))


def read_command(code: int, payload: bytes) -> Request:
    """What a Command asks. Raises Malformed unless it is exactly what the use case has."""
    request = _READERS[code](gbz.decode(payload)[0].body)
    if command(code, request).payload != payload:
        raise Malformed("Command", f"expected what use case {code:04X} has, found otherwise")
    return request


_READERS: dict[int, Callable[[bytes], Request]] = {
    CS01B: lambda body: TopUp(Secret(body[2:])),
    PCS01: lambda body: TopUp(Secret(body[2:])),
    PCS02: lambda _: ActivateEmergencyCredit(),
    GCS06: lambda _: ActivateEmergencyCredit(),
    GCS33: lambda _: ReadSupplyStatus(),
    GCS39: lambda body: ArmSupply(int.from_bytes(take(body, _ISSUED_OFFSET, 4, "Issuer Event Id"), "little")),
    GCS60: lambda _: ReadBalance(),
}


def top_up_response(
    code: int, result: TopUpResult, credited: int | None = None, remaining: int | None = None, source: int = 0
) -> Content:
    """The Response of CS01b and PCS01: millipence credited and balance after it (None: no value, FFFFFFFF)."""
    body = ConsumerTopUpResponse(result, credited, source, remaining).encode()
    return Content(code, gbz.encode((_one(prepayment.CLUSTER, _TO_CLIENT, _TOP_UP_RESPONSE, body),)))


def status_response(code: int, status: int = SUCCESS) -> Content:
    """The Response of GCS06 and PCS02, and a refusal of GCS39: a Default Response with this ZCL status."""
    cluster, number = (metering.CLUSTER, _CHANGE_SUPPLY) if code == GCS39 else (prepayment.CLUSTER, _EMERGENCY_CREDIT)
    return Content(code, gbz.encode((_one(cluster, _ANSWER, gbz.DEFAULT_RESPONSE, bytes((number, status))),)))


def arm_response(issued: int) -> Content:
    """The Response of GCS39 to a Command issued then: the supply is armed."""
    body = bytes(4) + _little(issued, 4) + bytes(4) + bytes((SupplyStatus.OFF_ARMED,))
    return Content(GCS39, gbz.encode((_one(metering.CLUSTER, _TO_CLIENT, _SUPPLY_STATUS_RESPONSE, body),)))


def read_response(code: int, values: dict[str, int], refusals: dict[str, int] | None = None) -> Content:
    """The Response of GCS33 and GCS60: each attribute by its name, its value or the ZCL status of its refusal."""
    answers: dict[int, bytes] = {}
    for (cluster, attribute), (name, type_) in _ATTRIBUTES[code].items():
        status = (refusals or {}).get(name, SUCCESS)
        answer = _little(attribute, 2) + bytes((status,))
        if status == SUCCESS:
            value = _SUPPLY_NUMBERS[SupplyState(values[name])] if name == "supply" else values[name]
            octets, signed = _TYPES[type_]
            answer += bytes((type_,)) + _little(value, octets, signed=signed)
        answers[cluster] = answers.get(cluster, b"") + answer
    components = (
        Component(cluster=cluster, frame_control=_ANSWER, sequence=at, command=gbz.READ_ATTRIBUTES_RESPONSE, body=body)
        for at, (cluster, body) in enumerate(answers.items())
    )
    return Content(code, gbz.encode(tuple(components)))


def outcome(code: int, payload: bytes) -> ResponseOutcome:
    """What a Response says. Raises Malformed unless it has the shape that the use case gives it."""
    components = gbz.decode(payload)
    if code in _ATTRIBUTES:
        return _read_outcome(code, components)
    if len(components) != 1:
        raise Malformed("Response", f"expected one component, found {len(components)}")
    one = components[0]
    if one.command == gbz.DEFAULT_RESPONSE and one.frame_control == _ANSWER:
        status = _default_status(one)
        return ResponseOutcome(status == SUCCESS, status)
    shape = (one.cluster, one.frame_control, one.command)
    if code in (CS01B, PCS01) and shape == (prepayment.CLUSTER, _TO_CLIENT, _TOP_UP_RESPONSE):
        return _top_up_outcome(one.body)
    if code == GCS39 and shape == (metering.CLUSTER, _TO_CLIENT, _SUPPLY_STATUS_RESPONSE) and len(one.body) == 13:
        state = _supply_state(one.body[12])
        return ResponseOutcome(state is SupplyState.ARMED, None, {"supply": state})
    raise Malformed("Response", f"expected a Response of use case {code:04X}, found command {one.command:02X}")


def _top_up_outcome(body: bytes) -> ResponseOutcome:
    if len(body) != 10:
        raise Malformed("Consumer Top Up Response", f"expected 10 octets, found {len(body)}")
    said = ConsumerTopUpResponse.read(Cursor(body))
    if said.result not in tuple(TopUpResult):
        raise Malformed("Consumer Top Up Response", f"expected a result of the specification, found {said.result:02X}")
    values = {"credited": said.value, "source": said.source, "remaining": said.credit_remaining}
    return ResponseOutcome(said.accepted, said.result, values)


def _read_outcome(code: int, components: tuple[Component, ...]) -> ResponseOutcome:
    values: dict[str, int | None] = {}
    refusal = SUCCESS
    for one in components:
        if one.command == gbz.DEFAULT_RESPONSE:
            refusal = refusal or _default_status(one) or FAILURE  # a read that succeeds answers with its attributes
            continue
        if one.command != gbz.READ_ATTRIBUTES_RESPONSE:
            raise Malformed("Response", f"expected a Read Attributes Response, found command {one.command:02X}")
        for attribute, status, type_, octets in _answers(one.body):
            name, wanted = _ATTRIBUTES[code].get((one.cluster, attribute), ("", None))
            if wanted is None or name in values:
                raise Malformed("Response", f"expected each attribute asked for once, found {attribute:04X}")
            refusal = refusal or status
            if status == SUCCESS:
                if type_ != wanted:
                    raise Malformed(name, f"expected the type {wanted:02X}, found {type_:02X}")
                value = int.from_bytes(octets, "little", signed=_TYPES[wanted][1])
                known = None if value == _ABSENT.get(wanted) else value
                values[name] = _supply_state(value) if name == "supply" else known
    complete = len(values) == len(_ATTRIBUTES[code])
    if refusal == SUCCESS and not complete:
        raise Malformed("Response", f"expected {len(_ATTRIBUTES[code])} attributes, found {len(values)}")
    return ResponseOutcome(refusal == SUCCESS, refusal, values)


def _answers(body: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Attribute, status, type and value octets of each answer in a Read Attributes Response."""
    at = 0
    while at < len(body):
        attribute, status = int.from_bytes(take(body, at, 2, "attribute"), "little"), take(body, at + 2, 1, "status")[0]
        at += 3
        type_, octets = 0, b""
        if status == SUCCESS:
            type_ = take(body, at, 1, "attribute type")[0]
            if type_ not in _TYPES:
                raise Malformed("attribute type", f"expected UINT16, UINT32, INT32 or ENUM8, found {type_:02X}", at)
            octets = take(body, at + 1, _TYPES[type_][0], "attribute value")
            at += 1 + len(octets)
        yield attribute, status, type_, octets


def _default_status(one: Component) -> int:
    """The status of a Default Response. Which command it names is not judged: RTDS has FF for a failed read."""
    if len(one.body) != 2:
        raise Malformed("Default Response", f"expected 2 octets, found {len(one.body)}")
    return one.body[1]


def _supply_state(number: int) -> SupplyState:
    if number not in _SUPPLY_STATES:
        raise Malformed("supply state", f"expected 0 closed, 1 armed or 2 open, found {number}")
    return _SUPPLY_STATES[number]


def _read(sequence: int, cluster: int, attributes: list[int]) -> Component:
    body = b"".join(_little(attribute, 2) for attribute in attributes)
    return Component(cluster=cluster, frame_control=_READ, sequence=sequence, command=gbz.READ_ATTRIBUTES, body=body)


def _one(cluster: int, frame_control: int, command: int, body: bytes) -> Component:
    return Component(cluster=cluster, frame_control=frame_control, sequence=0, command=command, body=body)


def _little(value: int, octets: int, *, signed: bool = False) -> bytes:
    try:
        return value.to_bytes(octets, "little", signed=signed)
    except OverflowError as problem:
        raise Malformed("ZCL number", f"expected a number of {octets} octets, found {value}") from problem
