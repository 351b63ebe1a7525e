"""Bodies of Requests and Responses: one frozen dataclass each, and the tables from element name to dataclass.

Names and order of elements: DUIS schema 5.4. GBCS octets stay out of repr, since they hold UTRNs in clear.
A dataclass of another Service Request is added here, and to its union.
"""

from dataclasses import dataclass, field
from typing import Annotated, get_args

from ppmid_protocols.duis.request_id import RequestId
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


RequestBody = (
    TopUpDevice
    | ActivateEmergencyCredit
    | ReadMeterBalance
    | EnableSupply
    | ArmSupply
    | ReadSupplyStatus
    | ReturnLocalCommandResponse
    | SignedPreCommand
)
REQUEST_BODIES: dict[str, Shape] = {cls.__name__: record(cls) for cls in get_args(RequestBody)}


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
    "QuarantinedRequest": choice(BREACHES),
}


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
    event: Annotated[CommandFailure | Breach, Element("DCCAlert", choice(DCC_ALERTS))]


ResponseBody = GbcsPayload | PreCommand | LocalCommand | DeviceAlert | DccAlert
ALERT_BODIES: dict[str, Shape] = {"DeviceAlertMessage": record(DeviceAlert), "DCCAlertMessage": record(DccAlert)}
