"""The prepayment use cases of the ESME: CS01a, ECS09, ECS42, ECS44, ECS45, ECS82 (DLMS; checked against RTDS 4.5.0)."""

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.gbcs.dlms import Choice, Specification
from ppmid_protocols.gbcs.prepayment.requests import (
    CS01A,
    ECS09,
    ECS42,
    ECS44,
    ECS45,
    ECS82,
    ActivateEmergencyCredit,
    ArmSupply,
    Content,
    EnableSupply,
    ReadBalance,
    ReadSupplyStatus,
    Request,
    ResponseOutcome,
    SupplyState,
    TopUp,
)
from ppmid_protocols.secret import Secret

SUCCESS, REFUSED, OTHER_REASON = 0, 1, 250
"""Results that RTDS 4.5.0 has; GBCS asks for 250 when emergency credit cannot be activated, RTDS answers 1."""

_SUPPLY_SCRIPT = ("00000A006AFF", 1)

_SPECIFICATIONS = {
    code: Specification(choice, class_id, bytes.fromhex(obis), member)
    for code, choice, class_id, obis, member in (
        (CS01A, Choice.ACTION, 115, "0000132800FF", 1),
        (ECS09, Choice.ACTION, 112, "0000130A01FF", 3),
        (ECS42, Choice.ACTION, 9, *_SUPPLY_SCRIPT),
        (ECS44, Choice.ACTION, 9, *_SUPPLY_SCRIPT),
        (ECS45, Choice.GET, 70, "000060030AFF", 3),
        (ECS82, Choice.GET, 112, "0000130A00FF", 2),
    )
}
_ENABLE, _ARM = axdr.Number(axdr.LONG_UNSIGNED, 51), axdr.Number(axdr.LONG_UNSIGNED, 54)  # scripts of 0-0:10.0.106.255
_ARGUMENTS: dict[int, axdr.Data] = {ECS09: axdr.Number(axdr.INTEGER, 0), ECS42: _ENABLE, ECS44: _ARM}
_REQUESTS: dict[int, Request] = {
    ECS09: ActivateEmergencyCredit(),
    ECS42: EnableSupply(),
    ECS44: ArmSupply(),
    ECS45: ReadSupplyStatus(),
    ECS82: ReadBalance(),
}
_READ_TYPES = {ECS45: ("supply", axdr.ENUM), ECS82: ("balance", axdr.DOUBLE_LONG)}


def command(code: int, counter: int, request: Request) -> Content:
    """The Command of use case ``code`` for a message with this Originator Counter."""
    argument: axdr.Data = dlms.NULL
    if isinstance(request, TopUp):
        argument = axdr.octet_string(request.digits)
    return Content(code, dlms.request(counter, (_SPECIFICATIONS[code], _ARGUMENTS.get(code, argument))).encode())


def read_command(code: int, counter: int, payload: bytes) -> Request:
    """What a Command asks. Raises Malformed unless it is exactly what the use case has."""
    request = _REQUESTS.get(code) or _read_top_up(payload)
    if command(code, counter, request).payload != payload:
        raise Malformed(
            "Command", f"expected {_SPECIFICATIONS[code]} with the invoke-id of its Originator Counter, found otherwise"
        )
    return request


def _read_top_up(payload: bytes) -> TopUp:
    apdu = dlms.decode(payload)
    if isinstance(apdu, dlms.AccessRequest) and len(apdu.data) == 1 and isinstance(apdu.data[0], axdr.Octets):
        return TopUp(Secret(apdu.data[0].value))
    raise Malformed("CS01a", "expected an Access-Request with one octet-string")


def response(code: int, counter: int, result: int = SUCCESS, value: int | None = None) -> Content:
    """The Response of use case ``code``.

    ``value``: what a successful read gives, millipence for ECS82 and a SupplyState for ECS45; None otherwise.
    Raises Malformed when a value is missing, or given where the use case has none.
    """
    choice = _SPECIFICATIONS[code].choice
    if (value is not None) != (code in _READ_TYPES and result == SUCCESS):
        raise Malformed("Response", "expected a value for a successful read, and for nothing else")
    data = dlms.NULL if value is None else axdr.Number(_READ_TYPES[code][1], value)
    return Content(code, dlms.response(counter, (choice, result, data)).encode())


def outcome(code: int, counter: int, payload: bytes) -> ResponseOutcome:
    """What a Response says. Raises Malformed unless it has the shape that the use case gives it."""
    apdu = dlms.decode(payload)
    if not isinstance(apdu, dlms.AccessResponse) or len(apdu.results) != 1:
        raise Malformed("Response", "expected an Access-Response with one result")
    if apdu.invoke_id != dlms.invoke_id(counter):
        expected = dlms.invoke_id(counter)
        raise Malformed("long-invoke-id", f"expected {expected:08X} by the counter, found {apdu.invoke_id:08X}", 1)
    (answer,), (data,) = apdu.results, apdu.data
    if answer.choice is not _SPECIFICATIONS[code].choice:
        raise Malformed(
            "Response", f"expected the choice of {_SPECIFICATIONS[code]}, found {answer.choice.name.lower()}"
        )
    if answer.result != SUCCESS or code not in _READ_TYPES:
        if data != dlms.NULL:
            raise Malformed("Response", f"expected null-data, found {data}")
        return ResponseOutcome(answer.result == SUCCESS, answer.result)
    name, tag = _READ_TYPES[code]
    if not isinstance(data, axdr.Number) or data.tag != tag:
        raise Malformed("Response", f"expected {name} as {axdr.NUMBERS[tag][0]}, found {data}")
    return ResponseOutcome(True, SUCCESS, {name: _supply_state(data.value) if code == ECS45 else data.value})


def _supply_state(value: int) -> SupplyState:
    if value not in tuple(SupplyState):
        raise Malformed("supply state", f"expected 0 disabled, 1 enabled or 2 armed, found {value}")
    return SupplyState(value)
