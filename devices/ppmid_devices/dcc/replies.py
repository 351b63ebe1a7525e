"""What the DCC writes to Users: Responses to their Requests, and alerts; signed and put on the line."""

from ppmid_devices import roles
from ppmid_devices.credentials import KeyPair
from ppmid_devices.dcc.commands import customer_number
from ppmid_devices.dcc.service import Service
from ppmid_devices.links.link import Link
from ppmid_devices.ports import Clock
from ppmid_devices.signed_documents import sign_document
from ppmid_protocols.duis.answers import CinMessage, ScheduledMessage
from ppmid_protocols.duis.bodies import CommandFailure, DccAlert, DeviceAlert, Event, GbcsPayload, ResponseBody
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.request_id import response_id
from ppmid_protocols.duis.response_code import SUCCESS, ResponseCode

_CUSTOMER_NUMBER_SRV = "9.1"


class Replies:
    """``pair``: the DCC's own XML-signing pair."""

    def __init__(self, clock: Clock, duis: Link, pair: KeyPair) -> None:
        self._clock, self._duis, self._pair = clock, duis, pair

    def send(self, user: str, response: Response) -> None:
        """Sign a Response and put it on the line for the User of that name."""
        self._duis.send(roles.DCC, user, sign_document(response, self._pair))

    def to(self, request: Request, code: ResponseCode, body: ResponseBody | None = None) -> Response:
        """The Response to a Request."""
        identity = request.request_id
        return Response(identity, response_id(identity), code, self._clock.now(), body, request.srv)

    def of_device(self, service: Service, frame: bytes) -> Response:
        """What a device has answered to the Command of a service.

        One to a schedule bears no RequestID (assumed: no User asked for just this).
        """
        request = service.request
        if service.schedule is not None:
            body = ScheduledMessage(frame, service.schedule)
            return Response(None, None, SUCCESS, self._clock.now(), body, request.srv)
        if request.srv == _CUSTOMER_NUMBER_SRV:
            return self.to(request, SUCCESS, CinMessage(frame, customer_number(request.request_id)))
        return self.to(request, SUCCESS, GbcsPayload(frame))

    def given_up(self, service: Service, code: ResponseCode, alert: str) -> Response:
        """That nothing came of a Command: by ``code``, or of one that a schedule asked for by a DCC alert."""
        identity = service.request.request_id
        if service.schedule is None:
            return self.to(service.request, code)
        return self.dcc_alert(alert, CommandFailure(identity, identity.target, schedule_id=service.schedule))

    def device_alert(self, code: int, frame: bytes) -> Response:
        """An Alert of a device that belongs to no Request."""
        return Response(None, None, SUCCESS, self._clock.now(), DeviceAlert(code, frame), None)

    def dcc_alert(self, code: str, event: Event) -> Response:
        """An alert of the DCC itself."""
        return Response(None, None, SUCCESS, self._clock.now(), DccAlert(code, event=event), None)
