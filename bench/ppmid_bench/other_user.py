"""A DCC User beside the home's Supplier: what it may ask, and no more of its systems than that.

It sends Requests that need no signed Pre-Command, and has nothing delivered. What the DCC answers is in the evidence.
"""

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials
from ppmid_devices.dcc_user.ask import NON_DEVICE, VARIANTS
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.links.link import Link
from ppmid_devices.signed_documents import sign_document
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.eui import Eui

CREATE_SCHEDULE = "5.1"
_FIRST_COUNTER = 1_000


class OtherUser:
    """``name``: its own on the DUIS line."""

    def __init__(self, name: str, credentials: Credentials, duis: Link) -> None:
        self.eui = credentials.eui
        self._name, self._duis, self._pair = name, duis, credentials.own("xml_signing")
        self._counter = _FIRST_COUNTER

    def start(self) -> None:
        """Begin to listen; nothing that comes is acted on."""
        self._duis.attach(self._name, lambda _sender, _frame: None)

    def ask(self, srv: str, device: Eui, way: Way, body: ServiceBody) -> str:
        """Ask ``device`` for a Service Request that is not critical; gives the request's name."""
        return self._send(srv, device, VARIANTS[way], body)

    def schedule(self, dcc: Eui, body: ServiceBody) -> str:
        """Ask the DCC for a schedule (SRV 5.1); gives the request's name."""
        return self._send(CREATE_SCHEDULE, dcc, NON_DEVICE, body)

    def _send(self, srv: str, target: Eui, variant: int, body: ServiceBody) -> str:
        identity = RequestId(self.eui, target, self._counter)
        self._counter += 1
        request = Request(identity, variant, srv, body)
        self._duis.send(self._name, roles.DCC, sign_document(request, self._pair))
        return str(identity)
