"""The prepayment use cases of the GSME: CS01b, PCS01, PCS02, GCS06, GCS33, GCS39, GCS60 (GBZ; checked with RTDS 4.5.0).

ZCL contents are little endian. Top-ups, emergency credit and the general commands are those that devices speak on the
HAN, and coded where those are: ``zigbee.prepayment``, ``zigbee.zcl``.
"""

from collections.abc import Callable, Mapping

from ppmid_protocols.errors import Malformed, Unsupported
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
from ppmid_protocols.zigbee.octets import Cursor, pack
from ppmid_protocols.zigbee.prepayment import (
    ConsumerTopUp,
    ConsumerTopUpResponse,
    Originator,
    SelectAvailableEmergencyCredit,
    TopUpResult,
)
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import AttributeRead, DefaultResponse, ReadAttributes, ReadAttributesResponse

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

_ATTRIBUTES = {
    GCS33: {
        (metering.CLUSTER, 0x0205): ("battery_days", ZclType.UINT16),
        (metering.CLUSTER, metering.SUPPLY_STATUS): ("supply", ZclType.ENUM8),
    },
    GCS60: {
        (metering.CLUSTER, 0x0A00): ("credit_mode_balance", ZclType.UINT32),
        (prepayment.CLUSTER, prepayment.Attribute.CREDIT_REMAINING): ("balance", ZclType.INT32),
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
            body = bytes(4) + pack(issued, 4, "Issuer Event Id") + bytes(8) + b"\x01\x01"
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
    return Content(
        code, gbz.encode((_one(cluster, _ANSWER, gbz.DEFAULT_RESPONSE, DefaultResponse(number, status).encode()),))
    )


def arm_response(issued: int) -> Content:
    """The Response of GCS39 to a Command issued then: the supply is armed."""
    body = bytes(4) + pack(issued, 4, "Issuer Event Id") + bytes(4) + bytes((SupplyStatus.OFF_ARMED,))
    return Content(GCS39, gbz.encode((_one(metering.CLUSTER, _TO_CLIENT, _SUPPLY_STATUS_RESPONSE, body),)))


def read_response(code: int, values: Mapping[str, int | None], refusals: Mapping[str, int] | None = None) -> Content:
    """The Response of GCS33 and GCS60: each attribute by its name, its value or the ZCL status of its refusal.

    A value of None is written as the pattern for no value. Raises Malformed for a value that does not fit its type.
    """
    answers: dict[int, list[AttributeRead]] = {}
    for (cluster, attribute), (name, type_) in _ATTRIBUTES[code].items():
        status, typed = (refusals or {}).get(name, SUCCESS), None
        if status == SUCCESS:
            value = values[name]
            typed = Typed(
                type_, _SUPPLY_NUMBERS[SupplyState(value)] if name == "supply" and value is not None else value
            )
        answers.setdefault(cluster, []).append(AttributeRead(attribute, status, typed))
    components = (
        Component(
            cluster=cluster,
            frame_control=_ANSWER,
            sequence=at,
            command=gbz.READ_ATTRIBUTES_RESPONSE,
            body=ReadAttributesResponse(tuple(records)).encode(),
        )
        for at, (cluster, records) in enumerate(answers.items())
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
        for record in _records(one.body):
            name, wanted = _ATTRIBUTES[code].get((one.cluster, record.attribute), ("", None))
            if wanted is None or name in values:
                raise Malformed("Response", f"expected each attribute asked for once, found {record.attribute:04X}")
            refusal = refusal or record.status
            if record.value is not None:
                values[name] = _value(name, wanted, record.value)
    complete = len(values) == len(_ATTRIBUTES[code])
    if refusal == SUCCESS and not complete:
        raise Malformed("Response", f"expected {len(_ATTRIBUTES[code])} attributes, found {len(values)}")
    return ResponseOutcome(refusal == SUCCESS, refusal, values)


def _records(body: bytes) -> tuple[AttributeRead, ...]:
    try:
        return ReadAttributesResponse.decode(body).records
    except Unsupported as problem:
        raise Malformed("attribute type", f"expected one of the attributes asked for: {problem}") from problem


def _value(name: str, wanted: ZclType, found: Typed) -> int | None:
    """The value of an attribute; None where the meter says that it has none."""
    if found.type is not wanted:
        raise Malformed(name, f"expected the type {wanted:02X}, found {found.type:02X}")
    number = found.value if isinstance(found.value, int) else None
    return _supply_state(number) if name == "supply" else number


def _default_status(one: Component) -> int:
    """The status of a Default Response. Which command it names is not judged: RTDS has FF for a failed read."""
    return DefaultResponse.decode(one.body).status


def _supply_state(number: int | None) -> SupplyState:
    state = None if number is None else _SUPPLY_STATES.get(number)
    if state is None:
        raise Malformed("supply state", f"expected 0 closed, 1 armed or 2 open, found {number}")
    return state


def _read(sequence: int, cluster: int, attributes: list[int]) -> Component:
    body = ReadAttributes(tuple(attributes)).encode()
    return Component(cluster=cluster, frame_control=_READ, sequence=sequence, command=gbz.READ_ATTRIBUTES, body=body)


def _one(cluster: int, frame_control: int, command: int, body: bytes) -> Component:
    return Component(cluster=cluster, frame_control=frame_control, sequence=0, command=command, body=body)
