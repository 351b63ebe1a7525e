"""A stand-in for DCC Boxed: its HTTP interface, with our simulated DCC behind it. For tests and rehearsals.

It is made from what is publicly known of DCC Boxed's clients, so that it shows how our adapter behaves, and nothing of
how a DCC Boxed does. What is behind its SM WAN is for whoever makes it to say.
"""

import queue
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.dcc.boxed.adapter import STAND_IN
from ppmid_devices.dcc.boxed.call import Call
from ppmid_devices.dcc.boxed.fault import BoxedFault
from ppmid_devices.dcc.boxed.http_service import XML, Asked, HttpService, Reply, loudly
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.simulated import SimulatedDcc
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.remote.loop import WallLoop
from ppmid_devices.signed_documents import open_document
from ppmid_protocols.duis.documents import Request, Response, from_xml, to_xml
from ppmid_protocols.duis.request_id import RequestId, response_id
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.duis.variants import Service
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui

QUICK = DccSettings(processing_ms=20)
_SERVICES = {service.value: service for service in Service}
_PATIENCE_S = 10.0
_CALLBACK_S = 5.0


class _Nobody:
    def crossed(self, link: str, sender: str, receiver: str, frame: bytes, lost: str = "") -> None:
        """Nobody listens to what happens within the stand-in."""


class _NoChance:
    """Nothing within the stand-in is left to chance (``ports.Random``)."""

    def random(self) -> float:
        return 0.0

    def randrange(self, start: int, stop: int) -> int:  # noqa: ARG002 - always the first
        return start


class StandIn:
    """Takes Requests by POST as DCC Boxed does, and POSTs what comes later to ``callback`` (an address; may be set).

    ``hub`` is given each Command that goes over the SM WAN, in the thread of ``clock``; without one it goes nowhere.
    ``more`` answers other paths. ``kind`` is the DCC behind it. ``called_back`` are the callbacks: status, or what went
    wrong. Raises OSError when the port is taken.
    """

    def __init__(
        self,
        *,
        credentials: Credentials,
        directory: Directory,
        devices: Mapping[Eui, str],
        callback: str = "",
        host: str = "127.0.0.1",
        port: int = 0,
        hub: Callable[[bytes], None] | None = None,
        more: Callable[[Asked], Reply] = lambda _: Reply(404),
        kind: type[SimulatedDcc] = SimulatedDcc,
        settings: DccSettings = QUICK,
    ) -> None:
        self.callback, self._more, self._settings = callback, more, settings
        self.called_back: list[int | str] = []
        self._directory = directory
        self._pending: defaultdict[RequestId, deque[Future[bytes]]] = defaultdict(deque)
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.clock = self._loop = WallLoop()
        at_once = Conditions(delay=0)
        self._duis = Link("duis", self._loop, _Nobody(), _NoChance(), at_once)
        self._wan = Link("wan", self._loop, _Nobody(), _NoChance(), at_once)
        self._dcc = kind(
            clock=self._loop,
            credentials=credentials,
            directory=directory,
            duis=self._duis,
            wan=self._wan,
            devices=devices,
            settings=settings,
        )
        self._duis.attach(roles.DCC_USER, lambda _, frame: self._from_dcc(frame))
        if hub is not None:
            self._wan.attach(roles.HUB, lambda _, frame: hub(frame))
        self._http = HttpService(host, port, self._serve, loudly, STAND_IN)
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._loop.run, self._call_back)]

    @property
    def url(self) -> str:
        """The address under which its services are."""
        host, port = self._http.address
        return f"http://{host}:{port}"

    def start(self) -> None:
        """Begin to answer."""
        self._loop.call_at(0, self._dcc.start)
        for thread in self._threads:
            thread.start()
        self._http.start()

    def close(self) -> None:
        """Stop."""
        self._http.close()
        self._loop.stop()
        self._outgoing.put(None)
        for thread in self._threads:
            thread.join()

    def from_hub(self, frame: bytes) -> None:
        """Put a Response or an Alert of a device onto the stand-in's SM WAN; from any thread."""
        self._loop.call_at(0, lambda: self._wan.send(roles.HUB, roles.DCC, frame))

    # In the threads of the HTTP service

    def _serve(self, asked: Asked) -> Reply:
        service = _SERVICES.get(asked.path)
        if service is None:
            return self._more(asked)
        if asked.method != "POST":
            return Reply(405)
        if asked.content_type != XML:
            return Reply(415)
        return self._take(service, asked.body)

    def _take(self, service: Service, octets: bytes) -> Reply:
        try:
            request = from_xml(octets)
        except ProtocolError:
            return Reply(400)
        if not isinstance(request, Request):
            return Reply(400)
        try:
            open_document(octets, self._directory)
        except ProtocolError:
            # DCC Boxed has been seen to send errors without a signature
            return _xml(to_xml(self._error(request, ResponseCode(self._settings.refusal_code))))
        answer: Future[bytes] = Future()
        self._loop.call_at(0, lambda: self._ask(request.request_id, octets, service, answer))
        try:
            return _xml(answer.result(_PATIENCE_S))
        except TimeoutError:
            return Reply(504)

    def _error(self, request: Request, code: ResponseCode) -> Response:
        identity = request.request_id
        return Response(identity, response_id(identity), code, self._loop.now(), None, request.srv)

    # In the loop's thread

    def _ask(self, request_id: RequestId, octets: bytes, service: Service, answer: Future[bytes]) -> None:
        self._pending[request_id].append(answer)
        self._dcc.receive(roles.DCC_USER, octets, service)

    def _from_dcc(self, frame: bytes) -> None:
        """The first answer to a Request is the one that its POST waits for; all else is called back."""
        request_id = from_xml(frame).request_id
        waiting = self._pending.get(request_id) if request_id is not None else None
        if waiting:
            waiting.popleft().set_result(frame)
        else:
            self._outgoing.put(frame)

    # In the thread of the callbacks, one after the other

    def _call_back(self) -> None:
        while (frame := self._outgoing.get()) is not None:
            try:
                self.called_back.append(Call(self.callback, frame, _CALLBACK_S).run().status)
            except BoxedFault as problem:
                self.called_back.append(str(problem))


def _xml(octets: bytes) -> Reply:
    return Reply(200, octets, XML)
