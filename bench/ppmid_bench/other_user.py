"""A DCC User beside the home's Supplier: what it may ask, and no more of its systems than that.

It sends Requests that need no signed Pre-Command, and has a Command delivered by handing it to whoever delivers. What
the DCC answers is in the evidence.
A Supplier among them vends too, and has certificates for the meter that is handed over to it.
"""

from cryptography import x509

from ppmid_bench.credentials_update import credentials_update
from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Use
from ppmid_devices.dcc_user.ask import NON_DEVICE, VARIANTS
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.dcc_user.vending import Vendor
from ppmid_devices.links.link import Link
from ppmid_devices.ports import CannotArrange
from ppmid_devices.signed_documents import sign_document
from ppmid_protocols.duis.bodies import LocalCommand, ReturnLocalCommandResponse
from ppmid_protocols.duis.documents import Request, Response, from_xml
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.errors import NotAuthentic, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.utrn import Utrn

CREATE_SCHEDULE, RETURN = "5.1", "8.13"
_FIRST_COUNTER = 1_000


class OtherUser:
    """``name``: its own on the DUIS line. ``vendor``: what makes a Supplier's UTRNs.

    ``authority``: the certificate of who issued its own.
    """

    def __init__(
        self, name: str, credentials: Credentials, duis: Link, vendor: Vendor | None, authority: x509.Certificate
    ) -> None:
        self.eui = credentials.eui
        self._credentials, self._vendor, self._authority = credentials, vendor, authority
        self._name, self._duis, self._pair = name, duis, credentials.own("xml_signing")
        self._counter = _FIRST_COUNTER
        self._commands: dict[str, bytes] = {}

    def start(self) -> None:
        """Begin to listen; of what comes, Commands for local delivery are kept."""
        self._duis.attach(self._name, self._hear)

    def _hear(self, _sender: str, frame: bytes) -> None:
        """Whether the DCC has signed it is no matter here: nobody else is on this line, and the meter judges."""
        try:
            document = from_xml(frame)
        except ProtocolError:
            return
        if isinstance(document, Response) and isinstance(document.body, LocalCommand):
            self._commands[str(document.request_id)] = document.body.gbcs

    def command(self, request: str) -> bytes:
        """The Command that the DCC has given for local delivery, of the request of this name. Raises CannotArrange."""
        if request not in self._commands:
            raise CannotArrange(f"request {request}: the DCC has given no Command for local delivery")
        return self._commands[request]

    def ask(self, srv: str, device: Eui, way: Way, body: ServiceBody) -> str:
        """Ask ``device`` for a Service Request that is not critical; gives the request's name."""
        return self._send(srv, device, VARIANTS[way], body)

    def schedule(self, dcc: Eui, body: ServiceBody) -> str:
        """Ask the DCC for a schedule (SRV 5.1); gives the request's name."""
        return self._send(CREATE_SCHEDULE, dcc, NON_DEVICE, body)

    def give_back(self, dcc: Eui, request: str, octets: bytes) -> str:
        """Return a Response to the Command of one of its requests (SRV 8.13); gives the name of this one."""
        return self._send(RETURN, dcc, NON_DEVICE, ReturnLocalCommandResponse(RequestId.parse(request), octets))

    def vend(self, meter: Eui, amount: int) -> Utrn:
        """Make a UTRN of ``amount`` millipence for ``meter``, whosever it is now: as its Supplier to be would.

        Raises Malformed for a meter that is not of this home.
        """
        assert self._vendor is not None  # the scenario speaks of a Supplier
        return self._vendor.printed(meter, amount)

    def credentials_update(self) -> ServiceBody:
        """The body of the Request by which the present Supplier has a meter trust this one (SRV 6.15.1, CS02b).

        It sets no floor for UTRN counters. Raises CannotArrange where the bench has no certificate of the issuer.
        """
        uses: tuple[Use, ...] = ("signing", "agreement", "prepayment")
        try:
            certificates = {use: self._credentials.own(use).certificate for use in uses}
            return credentials_update(certificates, self._authority, _FIRST_COUNTER)
        except NotAuthentic as problem:
            raise CannotArrange(f"the certificate of who issued those of {self._name} is not here") from problem

    def _send(self, srv: str, target: Eui, variant: int, body: ServiceBody | ReturnLocalCommandResponse) -> str:
        identity = RequestId(self.eui, target, self._counter)
        self._counter += 1
        request = Request(identity, variant, srv, body)
        self._duis.send(self._name, roles.DCC, sign_document(request, self._pair))
        return str(identity)
