"""Bodies of Requests and Responses: one frozen dataclass each, and the tables from element name to dataclass.

Names and order of elements: DUIS schema 5.4. GBCS octets stay out of repr, since they hold UTRNs in clear. The bodies
of the Service Requests that the harness's own parties handle by name have a dataclass here; all others are a
``ServiceBody``, a tree of named values shaped by the table ``data/bodies.txt``.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, get_args

from lxml.etree import _Element

from ppmid_protocols.duis import canonical
from ppmid_protocols.duis.answers import ANSWER_BODIES, EVENT_BODIES, Answer, DccBody
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.safe_xml import SR, Children, parse, path
from ppmid_protocols.duis.service_body import Node, ServiceBody, read_node, write_node
from ppmid_protocols.duis.shapes import (
    ALERT_CODE,
    BASE64,
    DATE_TIME,
    DCC_ALERT_CODE,
    EUI,
    NUMBER,
    REQUEST_ID,
    TEXT,
    UTRN,
    Element,
    Shape,
    choice,
    record,
    text_record,
)
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.utrn import Utrn


@dataclass(frozen=True, slots=True)
class FutureDatable:
    """A body that may carry the time (ns since 1970-01-01 UTC) at which the Command is to be carried out."""

    execution_date_time: Annotated[int | None, Element("ExecutionDateTime", DATE_TIME, optional=True)] = field(
        default=None, kw_only=True
    )


@dataclass(frozen=True, slots=True)
class TopUpDevice:
    """SRV 2.2."""

    utrn: Annotated[Utrn, Element("UTRN", UTRN)]


@dataclass(frozen=True, slots=True)
class ActivateEmergencyCredit:
    """SRV 2.5."""


@dataclass(frozen=True, slots=True)
class ReadMeterBalance(FutureDatable):
    """SRV 4.18."""


@dataclass(frozen=True, slots=True)
class EnableSupply:
    """SRV 7.1 (electricity only)."""


@dataclass(frozen=True, slots=True)
class ArmSupply:
    """SRV 7.3."""


@dataclass(frozen=True, slots=True)
class ReadSupplyStatus:
    """SRV 7.4."""


@dataclass(frozen=True, slots=True)
class ReturnLocalCommandResponse:
    """SRV 8.13: a device's Response that came by another way than the SM WAN, handed to the DCC."""

    original_request_id: Annotated[RequestId | None, Element("OriginalRequestID", REQUEST_ID, optional=True)]
    device_gbcs: Annotated[bytes, Element("DeviceGBCSResponse", BASE64)] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedPreCommand(FutureDatable):
    """Command Variants 5 to 7: the Pre-Command that the User has signed."""

    gbcs: Annotated[bytes, Element("GBCSPayload", BASE64)] = field(repr=False)


TypedBody = (
    TopUpDevice
    | ActivateEmergencyCredit
    | ReadMeterBalance
    | EnableSupply
    | ArmSupply
    | ReadSupplyStatus
    | ReturnLocalCommandResponse
    | SignedPreCommand
)
RequestBody = TypedBody | ServiceBody
TYPED_BODIES: dict[str, type[TypedBody]] = {cls.__name__: cls for cls in get_args(TypedBody)}
_TYPED_SHAPES: dict[str, Shape] = {name: record(cls) for name, cls in TYPED_BODIES.items()}


def body_name(body: RequestBody) -> str:
    """The name of a body's element."""
    return body.name if isinstance(body, ServiceBody) else type(body).__name__


def read_request_body(parent: _Element) -> RequestBody:
    """Read the one child of a Request's Body. Raises Malformed or Unsupported."""
    children = Children(parent)
    name = children.peek_name()
    if not name:
        raise Malformed(path(parent), f"expected a Service Request, found {children.peek() or 'nothing'}")
    found = children.take(name)
    children.end()
    body: RequestBody = _TYPED_SHAPES[name].read(found) if name in _TYPED_SHAPES else ServiceBody(read_node(found))
    return body


def write_request_body(body: RequestBody) -> str:
    """The one child of a Request's Body as canonical XML."""
    if isinstance(body, ServiceBody):
        return write_node(body.node)
    name = body_name(body)
    return canonical.element(name, _TYPED_SHAPES[name].write(body))


def content_of(body: RequestBody) -> Node:
    """The body as a tree of named values, whether it has a dataclass or not. Raises Unsupported."""
    return body.node if isinstance(body, ServiceBody) else _content_of(body)


@lru_cache(maxsize=64)
def _content_of(body: TypedBody) -> Node:
    """Who asks, and who makes the Command, want the same content several times, one soon after the other."""
    return read_node(parse(f'<Body xmlns:sr="{SR}">{write_request_body(body)}</Body>'.encode())[0])


@dataclass(frozen=True, slots=True)
class GbcsPayload:
    """A device's Response, as it came over the SM WAN."""

    gbcs: Annotated[bytes, Element("GBCSPayload", BASE64)] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PreCommand:
    """Answer to Command Variant 4: what the User checks and signs (a General-Signing APDU without signature)."""

    gbcs_version: Annotated[str, Element("GBCSVersion", TEXT)]
    gbcs: Annotated[bytes, Element("GBCSPayload", BASE64)] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LocalCommand:
    """Answer to Command Variants 2, 3, 6 and 7: a complete Command, for delivery by other means than the SM WAN."""

    gbcs: Annotated[bytes, Element("GBCSPayload", BASE64)] = field(repr=False)


MESSAGE_BODIES: dict[str, Shape] = {
    "GBCSPayload": text_record(GbcsPayload, BASE64),
    "PreCommand": record(PreCommand),
    "LocalCommand": record(LocalCommand),
    **ANSWER_BODIES,
}
"""What a ResponseMessage may hold beside its Service Reference; none of them in a plain acknowledgement or error."""


@dataclass(frozen=True, slots=True)
class DeviceAlert:
    """An Alert of a device that the DCC passes on; ``alert_code`` is the GBCS code (0x8F00...)."""

    alert_code: Annotated[int, Element("AlertCode", ALERT_CODE)]
    throttled_sequence: Annotated[int | None, Element("ThrottledAlertSequenceId", NUMBER, optional=True)] = field(
        default=None, kw_only=True
    )
    throttled_count: Annotated[int | None, Element("ThrottledAlertCount", NUMBER, optional=True)] = field(
        default=None, kw_only=True
    )
    gbcs: Annotated[bytes, Element("GBCSPayload", BASE64)] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CommandFailure:
    """DCC alert: a Command could not be brought to the device."""

    command_request_id: Annotated[RequestId, Element("CommandRequestID", REQUEST_ID)]
    schedule_id: Annotated[int | None, Element("DSPScheduleID", NUMBER, optional=True)] = field(
        default=None, kw_only=True
    )
    device: Annotated[Eui, Element("DeviceID", EUI)]


@dataclass(frozen=True, slots=True)
class ScheduleRemoval:
    """DCC alert: the DCC has removed a schedule."""

    device: Annotated[Eui, Element("DeviceID", EUI)]
    schedule_id: Annotated[int, Element("DSPScheduleID", NUMBER)]


@dataclass(frozen=True, slots=True)
class _Breach:
    request_id: Annotated[RequestId, Element("RequestID", REQUEST_ID)]
    event_reference: Annotated[int, Element("QuarantineEventRef", NUMBER)]


@dataclass(frozen=True, slots=True)
class UserThresholdBreach(_Breach):
    """Quarantined: more Requests than the User's own anomaly threshold."""


@dataclass(frozen=True, slots=True)
class DccThresholdBreach(_Breach):
    """Quarantined: more Requests than the DCC's anomaly threshold."""


@dataclass(frozen=True, slots=True)
class AttributeLimitsBreach(_Breach):
    """Quarantined: a value outside the DCC's attribute limits."""


Breach = UserThresholdBreach | DccThresholdBreach | AttributeLimitsBreach
BREACHES: dict[str, Shape] = {
    "ADUserThresholdBreach": record(UserThresholdBreach),
    "ADDCCThresholdBreach": record(DccThresholdBreach),
    "ADAttributeLimitsBreach": record(AttributeLimitsBreach),
}
DCC_ALERTS: dict[str, Shape] = {
    "CommandFailure": record(CommandFailure),
    "DSPScheduleRemoval": record(ScheduleRemoval),
    "QuarantinedRequest": choice(BREACHES),
    **EVENT_BODIES,
}
Event = CommandFailure | ScheduleRemoval | Breach | DccBody


@dataclass(frozen=True, slots=True)
class DccAlert:
    """An alert of the DCC itself. Which code goes with which event is in no public text: both are kept as they came."""

    code: Annotated[str, Element("DCCAlertCode", DCC_ALERT_CODE)]
    throttled_sequence: Annotated[int | None, Element("ThrottledAlertSequenceId", NUMBER, optional=True)] = field(
        default=None, kw_only=True
    )
    throttled_count: Annotated[int | None, Element("ThrottledAlertCount", NUMBER, optional=True)] = field(
        default=None, kw_only=True
    )
    event: Annotated[Event, Element("DCCAlert", choice(DCC_ALERTS))]


ResponseBody = GbcsPayload | PreCommand | LocalCommand | Answer | DeviceAlert | DccAlert
ALERT_BODIES: dict[str, Shape] = {"DeviceAlertMessage": record(DeviceAlert), "DCCAlertMessage": record(DccAlert)}
