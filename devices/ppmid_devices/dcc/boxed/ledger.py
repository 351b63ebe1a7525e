"""What was seen of each request to a device, on our side of DCC Boxed's interface."""

from dataclasses import dataclass

from ppmid_devices.dcc.contract import ServiceRecord
from ppmid_devices.ports import Timer
from ppmid_protocols.duis.bodies import GbcsPayload, ReturnLocalCommandResponse
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.gbcs.message import decode


@dataclass(slots=True, eq=False)
class Service:
    """What is known of one RequestID. ``patience`` runs from I99 on, while nothing has come (``responded``)."""

    srv: str
    command_variant: int
    delivered_locally: bool = False
    delivered_over_wan: bool = False
    responded: bool = False
    patience: Timer | None = None
    overdue: bool = False


class Ledger:
    """The services by RequestID. SRV 8.13 itself has none: it is about another."""

    def __init__(self) -> None:
        self._services: dict[RequestId, Service] = {}

    def ask(self, request: Request) -> None:
        """A Request goes out; a signed Pre-Command belongs to the service that it was transformed for."""
        if not isinstance(request.body, ReturnLocalCommandResponse):
            service = self._services.setdefault(request.request_id, Service(request.srv, request.command_variant))
            service.srv, service.command_variant = request.srv, request.command_variant

    def find(self, request_id: RequestId) -> Service | None:
        """The service of this RequestID, or None."""
        return self._services.get(request_id)

    def returned(self, body: ReturnLocalCommandResponse) -> None:
        """The DCC has taken a Response that came by another way than its SM WAN. Raises Malformed."""
        original = body.original_request_id or RequestId(*decode(body.device_gbcs).command_key)
        service = self._services.get(original)
        if service is not None:
            service.delivered_locally = True

    def responded(self, service: Service, response: Response | None) -> None:
        """The DCC has called back about a service: what it waited for has come."""
        service.responded = True
        if service.patience is not None:
            service.patience.cancel()
            service.patience = None
        if response is not None and isinstance(response.body, GbcsPayload):
            service.delivered_over_wan = True

    def records(self) -> list[ServiceRecord]:
        """As the contract has them, oldest first."""
        return [
            ServiceRecord(
                request=str(identity),
                srv=service.srv,
                command_variant=service.command_variant,
                delivered_locally=service.delivered_locally,
                delivered_over_wan=service.delivered_over_wan,
                waiting=service.patience is not None,
            )
            for identity, service in self._services.items()
        ]
