"""What a DCC alert tells of a request, in words that may stand in its record."""

from collections.abc import Mapping
from types import MappingProxyType

from ppmid_protocols.duis.answers import DccBody
from ppmid_protocols.duis.bodies import (
    AttributeLimitsBreach,
    Breach,
    CommandFailure,
    DccAlert,
    DccThresholdBreach,
    UserThresholdBreach,
)
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui

_WHY: Mapping[type[Breach], str] = MappingProxyType(
    {
        UserThresholdBreach: "past this User's own threshold",
        DccThresholdBreach: "past the DCC's threshold",
        AttributeLimitsBreach: "a value outside the DCC's limits",
    }
)


def request_of(alert: DccAlert) -> str:
    """The RequestID that it speaks of. Raises Malformed for an alert of something else."""
    if isinstance(alert.event, CommandFailure):
        return str(alert.event.command_request_id)
    if isinstance(alert.event, Breach):
        return str(alert.event.request_id)
    raise Malformed("DCC alert", "expected one of a request")


def activation_of(alert: DccAlert) -> tuple[Eui, int] | None:
    """The PPMID whose firmware a PPMIDAlert speaks of, with the alert code; None for any other alert."""
    if not isinstance(alert.event, DccBody) or alert.event.name != "PPMIDAlert":
        return None
    device, code = (alert.event.node.at(name).value for name in ("DeviceID", "DeviceAlertCode"))
    assert isinstance(device, Eui)  # by the definition of the body
    assert isinstance(code, bytes)
    return device, int.from_bytes(code, "big")


def quarantines(alert: DccAlert) -> bool:
    """Whether the DCC says that it holds the request."""
    return isinstance(alert.event, Breach)


def words_of(alert: DccAlert) -> str:
    """``quarantined by the DCC, event 7: past the DCC's threshold``; codes have no public meaning and stay out."""
    event = alert.event
    if isinstance(event, Breach):
        return f"quarantined by the DCC, event {event.event_reference}: {_WHY[type(event)]}"
    return "the DCC has not brought the Command to the device"
