"""What the DCC remembers: its services by RequestID and by Command, and what it has answered."""

from dataclasses import replace

from ppmid_devices.dcc.service import Service
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.variants import VARIANTS, Input
from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs.message import CommandKey, Cra, Message


class Records:
    """A RequestID is for one Request, or for a critical one and its signed Pre-Command: each is answered once."""

    def __init__(self) -> None:
        self._services: dict[RequestId, Service] = {}
        self._of_commands: dict[CommandKey, Service] = {}
        self._answered: dict[tuple[RequestId, Input], tuple[Request, Response]] = {}

    def services(self) -> list[Service]:
        """The services of Requests to devices, oldest first; those of schedules are not among them."""
        return list(self._services.values())

    def answer_to(self, request: Request) -> Response | None:
        """What the same Request has been answered before. Raises Malformed for a RequestID of another Request."""
        service = self._services.get(request.request_id)
        earlier, answer = self._answered.get(_stage(request), (request, None))
        if earlier != request or (service is not None and service.request.srv != request.srv):
            raise Malformed("RequestID", f"{request.request_id} has been used for another Request")
        return answer

    def remember(self, request: Request, answer: Response) -> None:
        """Answer the same Request like this from now on."""
        self._answered[_stage(request)] = request, answer

    def is_news(self, request: Request, answer: Response) -> bool:
        """As ``remember``; gives whether that, but for its time, is not what the Request has been answered before."""
        before = self.answer_to(request)
        self.remember(request, answer)
        return before is None or replace(answer, date_time=before.date_time) != before

    def begun(self, request: RequestId) -> bool:
        """Whether a Request of this RequestID has been answered, and not refused."""
        return any((request, stage) in self._answered for stage in Input)

    def service_of(self, request: Request, user: str) -> Service:
        """The service of a Request's RequestID, or a new one that is not entered yet."""
        return self._services.get(request.request_id) or Service(request, user)

    def enter(self, service: Service, request: Request, user: str) -> None:
        """Keep a service, with its latest Request."""
        service.request, service.user = request, user
        self._services[request.request_id] = service

    def issued(self, service: Service, command: Message) -> None:
        """A Command has been made for a service."""
        service.command = command.encode()
        self._of_commands[command.command_key] = service

    def of_command(self, command: CommandKey) -> Service | None:
        """The service that a Command was made for."""
        return self._of_commands.get(command)

    def answered_by(self, response: Message) -> Service:
        """The service whose Command a Response answers. Raises Malformed."""
        service = self._of_commands.get(response.command_key)
        if service is None or response.cra is not Cra.RESPONSE:
            raise Malformed("GBCS message", "expected an Alert, or the Response to a request that is known")
        return service


def _stage(request: Request) -> tuple[RequestId, Input]:
    """A RequestID is answered once for each of these."""
    return request.request_id, VARIANTS[request.command_variant].takes
