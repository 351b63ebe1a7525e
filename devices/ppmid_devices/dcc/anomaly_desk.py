"""Where a request stands between the DCC's checks and the making of its Command: counted, let through or held."""

from collections.abc import Callable

from ppmid_devices.dcc.anomalies import AnomalyDetection
from ppmid_devices.dcc.contract import AnomalyCount, Breach, DccLimits, Fate, Quarantined, UserThresholds
from ppmid_devices.dcc.quarantine import Held, Quarantine, alert
from ppmid_devices.dcc.service import Service
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.ports import SECOND, Clock
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.gbcs.message import Message


class AnomalyDesk:
    """Threshold Anomaly Detection and the quarantine behind it.

    ``give`` makes the Command of a request after all, and gives what the User is answered; ``answer`` makes an answer
    by its code; ``remember`` keeps an answer for the same Request sent again; ``send`` sends to a User, ``tell`` what a
    Request that was held has come to.
    """

    def __init__(
        self,
        clock: Clock,
        settings: DccSettings,
        *,
        give: Callable[[Service, Request, Message], Response],
        answer: Callable[[Request, ResponseCode], Response],
        remember: Callable[[Request, Response], None],
        send: Callable[[str, Response], None],
        tell: Callable[[str, Request, Response], None],
    ) -> None:
        self._clock, self._settings = clock, settings
        self._give, self._answer, self._remember, self._send, self._tell = give, answer, remember, send, tell
        self._detection = AnomalyDetection(settings.anomaly_window_s * SECOND, settings.anomaly_limits)
        self._quarantine = Quarantine()

    def set_user_thresholds(self, thresholds: UserThresholds) -> None:
        """As the DCC's contract has it."""
        self._detection.set_user_thresholds(thresholds)

    def set_limits(self, limits: DccLimits) -> None:
        """As the DCC's contract has it."""
        self._detection.set_limits(limits)

    def counts(self) -> list[AnomalyCount]:
        """What is counted now."""
        return self._detection.counts(self._clock.now())

    def quarantined(self) -> list[Quarantined]:
        """As the DCC's contract has it."""
        return self._quarantine.records()

    def count(self, service: Service, request: Request) -> Breach | None:
        """Count a request of which a Command is to be made, however it is to travel; gives why to quarantine it."""
        assert service.content is not None  # a signed Pre-Command has had its Service Request
        return self._detection.count(request.request_id.originator, request.srv, service.content, self._clock.now())

    def screen(self, service: Service, request: Request, unauthorised: Message) -> Response | None:
        """Count a request; the answer to one that is quarantined, None for one that may go on.

        The User is told by a DCC alert after that answer.
        """
        breach = self.count(service, request)
        if breach is None:
            return None
        answer = self._answer(request, ResponseCode(self._settings.quarantine_answer))
        record = self._quarantine.hold(Held(service, request, unauthorised), breach)
        told = alert(request, record, self._settings.quarantine_alert, self._clock.now())
        self._remember(request, answer)
        self._clock.call_later(0, lambda: self._send(service.user, told))
        return answer

    def release(self, reference: int) -> None:
        """As the DCC's contract has it."""
        held = self._quarantine.settle(reference, Fate.RELEASED)
        self._tell(held.service.user, held.request, self._give(held.service, held.request, held.unauthorised))

    def delete(self, reference: int) -> RequestId:
        """As the DCC's contract has it. The User gets the code for refusals that no known code fits."""
        held = self._quarantine.settle(reference, Fate.DELETED)
        answer = self._answer(held.request, ResponseCode(self._settings.refusal_code))
        self._tell(held.service.user, held.request, answer)
        return held.request.request_id
