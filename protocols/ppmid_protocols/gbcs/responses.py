"""What a Response of any use case says: done or refused, by its result codes (GBCS 7.2; checked against RTDS 4.5.0).

A DLMS Response has one result for each access (0 is success), a GBZ one the ZCL statuses of its components, a DER one
the named numbers of its structure. The values of the prepayment use cases are read by ``prepayment``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.gbcs import asn1, dlms, gbz, prepayment
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.names.tables import zcl_command
from ppmid_protocols.gbcs.names.zcl_fields import REST, Field, read_fields
from ppmid_protocols.gbcs.names.zcl_general import CLUSTER_SPECIFIC, TO_CLIENT, general_fields
from ppmid_protocols.gbcs.payload import DerPayload, GbzPayload, Payload, read_payload
from ppmid_protocols.gbcs.prepayment import ResponseOutcome
from ppmid_protocols.zigbee.prepayment import TopUpResult

SUCCESS = 0
NOT_FOUND = 0x8B
"""ZCL status: there are no, or no more, records of the kind asked for. A log that is shorter than the question."""

_PREPAYMENT = frozenset(prepayment.CODES.values())
_CLEARED = 0x08  # the bit of the only log that CS11 clears
_GOOD: Mapping[tuple[str, str], Callable[[int], bool]] = {
    ("consumer top up response", "result"): lambda code: code in tuple(TopUpResult) and TopUpResult(code).accepted,
    ("clear event log response", "cleared"): lambda bits: bits == _CLEARED,
}
"""Fields of the clusters' own answers that tell the result; any other such answer is what was asked for."""
_DONE = ("success", "reliable")


def outcome_of(message: Message, opened: Sequence[bytes] = ()) -> ResponseOutcome:
    """What a Response says; ``opened``: the plain octets of its sealed parts, in their order.

    Raises Malformed for what is no such Response, and Unsupported where its results are sealed and were not opened.
    """
    if message.cra is not Cra.RESPONSE:
        raise Malformed("CRA flag", f"expected a Response, found a {message.cra.name.title()}")
    if message.message_code in _PREPAYMENT:
        return prepayment.outcome_of(message)
    codes = list(_refusals(read_payload(message), iter(opened)))
    return ResponseOutcome(not codes, codes[0] if codes else SUCCESS)


def success_of(message: Message) -> bool | None:
    """Whether a Response says that all was done; None where its results are sealed, or nobody can read them."""
    try:
        return outcome_of(message).success
    except ProtocolError:
        return None


def _refusals(payload: Payload, opened: Iterator[bytes]) -> Iterator[int]:
    """The result codes in a payload that are no success."""
    match payload:
        case dlms.AccessResponse(results=results):
            yield from (one.result for one in results if one.result != SUCCESS)
        case GbzPayload(components=components):
            for one in components:
                yield from _component(one, next(opened, None) if one.encrypted else one.body)
        case DerPayload(element=element):
            yield from _element(element)
        case _:
            raise Malformed("Response", f"expected a Response's payload, found {type(payload).__name__}")


def _component(one: gbz.Component, body: bytes | None) -> Iterator[int]:
    if one.frame_control & CLUSTER_SPECIFIC:
        yield from () if body is None else _own_answer(one, body)
        return
    if one.command not in (gbz.READ_ATTRIBUTES_RESPONSE, gbz.DEFAULT_RESPONSE):
        raise Malformed("Response", f"expected an answer, found the general command {one.command:02X}")
    if body is None:
        raise Unsupported("the statuses are sealed, and were not opened")
    fields = general_fields(one.cluster, one.frame_control, one.command, body)
    if not fields or any(field.type == REST for field in fields):
        raise Malformed("Response", f"expected the records of command {one.command:02X}, found {len(body)} octets")
    unfound = one.command == gbz.DEFAULT_RESPONSE  # so answers a meter that has nothing to give
    for status in (field.value for field in fields if field.name == "status"):
        if isinstance(status, int) and status != SUCCESS and not (unfound and status == NOT_FOUND):
            yield status


def _own_answer(one: gbz.Component, body: bytes) -> Iterator[int]:
    known = zcl_command(one.cluster, one.frame_control, one.command)
    if known is None or not one.frame_control & TO_CLIENT:
        raise Malformed("Response", f"expected an answer of cluster {one.cluster:04X}, found command {one.command:02X}")
    fields: Sequence[Field] = read_fields(known.fields, body)
    for field in fields:
        good = _GOOD.get((known.name, field.name))
        if good is not None and isinstance(field.value, int) and not good(field.value):
            yield field.value


def _element(element: asn1.Element) -> Iterator[int]:
    number = element.number
    if number is not None:
        done = element.type.names.get(SUCCESS) in _DONE and number == SUCCESS
        tells = element.type.names.get(SUCCESS) in _DONE or element.name == "failure"
        if tells and not done:
            yield number
    for child in element.children:
        yield from _element(child)
