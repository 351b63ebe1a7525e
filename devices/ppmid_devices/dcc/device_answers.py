"""What devices say, over the SM WAN or returned by a User, and which Request or User it belongs to."""

from collections.abc import Callable, Mapping

from ppmid_devices import roles
from ppmid_devices.dcc.alerts import DATED, alert_code, outcome_of
from ppmid_devices.dcc.commands import CommandMaker
from ppmid_devices.dcc.kept_logs import CHANGED, KeptLogs
from ppmid_devices.dcc.ppmid_firmware import MESSAGE_CODES, PpmidFirmware
from ppmid_devices.dcc.records import Records
from ppmid_devices.dcc.replies import Replies
from ppmid_devices.dcc.service import Service
from ppmid_protocols.duis import response_code
from ppmid_protocols.duis.answers import FutureDatedAlert
from ppmid_protocols.duis.bodies import ReturnLocalCommandResponse
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.duis.variants import Refused
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message, decode


class DeviceAnswers:
    """``lines``: the names of Users on the line. ``refusal``: the code for what is refused of SRV 8.13.

    ``over_wan`` and ``locally`` are told of the Response to a service, by the way by which it came.
    """

    def __init__(
        self,
        broker: Eui,
        commands: CommandMaker,
        records: Records,
        replies: Replies,
        firmware: PpmidFirmware,
        kept: KeptLogs,
        *,
        lines: Mapping[Eui, str],
        refusal: ResponseCode,
        over_wan: Callable[[Service, Message], None],
        locally: Callable[[Service, Message], None],
    ) -> None:
        self._broker, self._commands, self._records, self._replies = broker, commands, records, replies
        self._firmware, self._kept = firmware, kept
        self._lines, self._refusal = lines, refusal
        self._over_wan, self._locally = over_wan, locally

    def from_wan(self, frame: bytes) -> tuple[str, Response] | None:
        """Whom a message of a device is for, and how it is told; None for what is for the DCC alone.

        Raises Malformed, NotAuthentic for a Response to the broker that does not hold, Unsupported for an Alert to it.
        """
        message = decode(frame)
        if message.cra is Cra.ALERT:
            return self._alert(message, frame)
        service = self._answered_by(message)
        self._over_wan(service, message)
        return service.user, self._replies.of_device(service, frame)

    def returned(self, request: Request, body: ReturnLocalCommandResponse) -> Response:
        """Take what came by local delivery (SRV 8.13). Raises Refused, or NotAuthentic."""
        try:
            message = decode(body.device_gbcs)
            service = self._answered_by(message)
        except Malformed as problem:
            raise Refused(self._refusal, str(problem)) from problem
        answered = service.request.request_id
        fits = body.original_request_id in (None, answered) and answered.originator == request.request_id.originator
        if not fits:
            raise Refused(self._refusal, "expected a Response to one of this User's requests")
        self._locally(service, message)
        return self._replies.to(request, response_code.SUCCESS)

    def _answered_by(self, response: Message) -> Service:
        """The service whose Command a Response answers. Raises Malformed, or NotAuthentic for one to the broker."""
        service = self._records.answered_by(response)
        self._commands.check_if_own(response)
        return service

    def _alert(self, message: Message, frame: bytes) -> tuple[str, Response] | None:
        """One of a future-dated Command is told as a Response to its Request."""
        code = alert_code(message)
        if code in DATED:
            outcome = outcome_of(message)
            service = self._records.of_command(outcome.command)
            if service is not None:
                place, count = outcome.instruction(decode(service.command).payload)
                body = FutureDatedAlert(code, frame, place, count)
                return service.user, self._replies.to(service.request, response_code.SUCCESS, body)
        if message.target == self._broker and message.message_code in MESSAGE_CODES:
            return self._firmware.told(message)
        if message.target == self._broker and message.message_code == CHANGED:
            self._commands.check_if_own(message)
            self._kept.take(message)
            return None
        if message.target == self._broker:
            raise Unsupported(f"Alert {code:04X} to the Access Control Broker: nothing here acts on it")
        return self._lines.get(message.target, roles.DCC_USER), self._replies.device_alert(code, frame)
