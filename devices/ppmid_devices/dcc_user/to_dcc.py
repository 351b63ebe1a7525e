"""What a User sends to the DCC: Requests under its own numbers, Pre-Commands that it has signed, Responses handed back.

What comes back, and what that means for a request, is not known here.
"""

from collections.abc import Mapping

from ppmid_devices import roles
from ppmid_devices.dcc_user.ask import NON_DEVICE, SIGNED_VARIANTS, TRANSFORM, VARIANTS, Ask
from ppmid_devices.dcc_user.book import Book
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.dcc_user.exchange import Exchange
from ppmid_devices.dcc_user.seals import Seals
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.links.link import Link
from ppmid_devices.ports import MILLISECOND, SECOND, Clock
from ppmid_protocols.duis.bodies import RequestBody, ReturnLocalCommandResponse
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.transforms import KnownDevice
from ppmid_protocols.zigbee.ota import read_head

_RETURN_SRV = "8.13"


class ToDcc:
    """The User's side of the DUIS line. ``devices``: those that it knows; ``book``: where its requests are kept."""

    def __init__(
        self,
        *,
        clock: Clock,
        duis: Link,
        seals: Seals,
        book: Book,
        user: Eui,
        dcc: Eui,
        devices: Mapping[Eui, KnownDevice],
        settings: DccUserSettings,
    ) -> None:
        self._clock, self._duis, self._seals, self._book = clock, duis, seals, book
        self._user, self._dcc, self._devices = user, dcc, devices
        self._slack = settings.clock_slack_s * SECOND
        by_clock = settings.originator_counters == "epoch"
        self._counter = clock.now() // MILLISECOND if by_clock else settings.originator_counter_start

    def ask(self, srv: str, device: Eui, way: Way, body: RequestBody, counter: int | None = None) -> Ask:
        """Ask for a Service Request, by the next Originator Counter where ``counter`` gives none.

        Raises Malformed for a device that the User does not know, and Unsupported where there is no use case.
        """
        if device not in self._devices:
            raise Malformed("device", f"expected a device of this User's customers, found {device}")
        identity = RequestId(self._user, device, self._next_counter() if counter is None else counter)
        variant = TRANSFORM if SERVICE_REQUESTS[srv].critical else VARIANTS[way]
        exchange = Exchange.of(Request(identity, variant, srv, body), self._dcc, self._devices)
        ask = self._book.open(str(identity), srv, device, way, exchange)
        self._send(exchange.request)
        return ask

    def tell(self, srv: str, body: ServiceBody) -> str:
        """Ask the DCC itself; gives the RequestID. Raises Unsupported for another SRV, Malformed for its body."""
        known = SERVICE_REQUESTS.get(srv)
        if known is None or not known.non_device:
            raise Unsupported(f"SRV {srv}: expected a Service Request that the DCC answers itself")
        if body.name != known.body_name:
            raise Malformed("Request/Body", f"expected {known.body_name} for SRV {srv}, found {body.name}")
        identity = RequestId(self._user, self._dcc, self._next_counter())
        self._send(Request(identity, NON_DEVICE, srv, body))
        return str(identity)

    def update(self, srv: str, device: Eui, image: bytes) -> None:
        """Give the DCC an image for a device (SRV 11.1, 11.4). Raises ProtocolError for octets that are no image."""
        version = f"{read_head(image).file_version:08X}"
        plain = {"FirmwareImage": image, "FirmwareVersion": version, "DeviceIDList": (device,)}
        self.tell(srv, ServiceBody.of(SERVICE_REQUESTS[srv].body_name, plain))

    def sign(self, ask: Ask, exchange: Exchange, octets: bytes) -> None:
        """Sign a Pre-Command that is what was asked for, and send it with the RequestID it was asked for by.

        Raises ProtocolError for a Pre-Command that is not that.
        """
        body = self._seals.signed(exchange, octets, self._moments_since(ask.record.asked_at))
        asked = exchange.request
        self._send(Request(asked.request_id, SIGNED_VARIANTS[ask.way], asked.srv, body))

    def hand_back(self, ask: Ask, exchange: Exchange, octets: bytes) -> None:
        """Return to the DCC a Response that came by another way than its SM WAN (SRV 8.13)."""
        original = exchange.request.request_id
        identity = RequestId(self._user, self._dcc, self._next_counter())
        self._book.returns[identity] = ask
        ask.returned = True
        self._send(Request(identity, NON_DEVICE, _RETURN_SRV, ReturnLocalCommandResponse(original, octets)))

    def _send(self, request: Request) -> None:
        self._duis.send(roles.DCC_USER, roles.DCC, self._seals.document(request))

    def _next_counter(self) -> int:
        counter, self._counter = self._counter, self._counter + 1
        return counter

    def _moments_since(self, asked_at: int) -> range:
        """A moment of every second from a request till now, in which the DCC may have issued what it came to."""
        now = self._clock.now()
        return range(asked_at - self._slack, now + self._slack + SECOND, SECOND)
