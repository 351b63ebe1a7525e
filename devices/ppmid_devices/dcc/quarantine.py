"""The requests that the DCC has quarantined, and what is told of them: nothing goes on before somebody decides."""

from dataclasses import dataclass, replace

from ppmid_devices.dcc.contract import Breach, Fate, Quarantined
from ppmid_devices.dcc.service import Service
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.response_code import SUCCESS
from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs.message import Message

_EVENTS: dict[Breach, type[bodies.Breach]] = {
    Breach.USER_THRESHOLD: bodies.UserThresholdBreach,
    Breach.DCC_THRESHOLD: bodies.DccThresholdBreach,
    Breach.ATTRIBUTE_LIMITS: bodies.AttributeLimitsBreach,
}


@dataclass(frozen=True, slots=True)
class Held:
    """What a quarantined request needs to go on: the Request, and the Command that is not authorised yet."""

    service: Service
    request: Request
    unauthorised: Message


class Quarantine:
    """The quarantined requests by their references, which count from 1 (how the DCC numbers them is assumed)."""

    def __init__(self) -> None:
        self._records: dict[int, Quarantined] = {}
        self._held: dict[int, Held] = {}

    def records(self) -> list[Quarantined]:
        """All of them, oldest first."""
        return list(self._records.values())

    def hold(self, held: Held, breach: Breach) -> Quarantined:
        """Keep a request."""
        record = Quarantined(
            reference=len(self._records) + 1,
            request=str(held.request.request_id),
            breach=breach,
            fate=Fate.HELD,
        )
        self._records[record.reference], self._held[record.reference] = record, held
        return record

    def settle(self, reference: int, fate: Fate) -> Held:
        """Take a request out, to be released or deleted. Raises Malformed for one that is not held."""
        held = self._held.pop(reference, None)
        if held is None:
            raise Malformed("reference", f"expected that of a request in quarantine, found {reference}")
        self._records[reference] = replace(self._records[reference], fate=fate)
        return held


def alert(request: Request, record: Quarantined, code: str, now: int) -> Response:
    """The DCC alert QuarantinedRequest; ``code`` is the alert's own."""
    event = _EVENTS[record.breach](request.request_id, record.reference)
    return Response(None, None, SUCCESS, now, bodies.DccAlert(code, event=event), None)
