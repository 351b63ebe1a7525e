"""DCC Boxed in the DCC's place: Requests go out by POST, answers come back at once or to a receive service of ours.

Input and output happen in threads of their own; what comes enters the bench by the clock alone. Nothing is waited for
in the clock's thread, so nothing there can hang.
"""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.dcc.boxed.call import HttpAnswer, require_address
from ppmid_devices.dcc.boxed.calls import Calls, enter
from ppmid_devices.dcc.boxed.fault import BoxedFault
from ppmid_devices.dcc.boxed.http_service import XML, Asked, HttpService, Reply
from ppmid_devices.dcc.boxed.ledger import Ledger, Service
from ppmid_devices.dcc.boxed.reading import Document, read_answer, read_response
from ppmid_devices.dcc.boxed.settings import BoxedSettings
from ppmid_devices.dcc.contract import AnomalyCount, DccLimits, Quarantined, ServiceRecord, UserThresholds
from ppmid_devices.links.link import Link
from ppmid_devices.ports import SECOND, CannotArrange, Clock, Nature
from ppmid_protocols.duis import response_code
from ppmid_protocols.duis.bodies import ReturnLocalCommandResponse
from ppmid_protocols.duis.documents import Request, from_xml
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.services import UserRole
from ppmid_protocols.duis.variants import VARIANTS
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.eui import Eui

STAND_IN = "ppmid-harness-stand-in"
"""What our own stand-in calls itself, so that no record takes it for DCC Boxed."""


_HIDDEN = frozenset({"wan", "dcc"})
"""Observation points that DCC Boxed does not offer: its SM WAN, and what is on its own records."""


class BoxedDcc:
    """The DCC at the other end of an HTTP interface (``dcc.contract.Dcc``). Its records are what was seen of it here.

    It holds no keys: Requests are signed by their User, and the Access Control Broker's keys are DCC Boxed's. What goes
    wrong on the way is a BoxedFault, and ends the scenario in error. ``findings`` are what is odd and not fatal.
    """

    nature: ClassVar[Nature] = Nature(real=True, wall_clock_only=True, hides=_HIDDEN)
    rehearsal: ClassVar[bool] = False

    def __init__(
        self,
        *,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        duis: Link,
        wan: Link,  # noqa: ARG002 - DCC Boxed has an SM WAN of its own
        devices: Mapping[Eui, str],
        settings: BoxedSettings,
    ) -> None:
        self._clock, self._directory, self._duis, self._settings = clock, directory, duis, settings
        self._eui = credentials.eui
        self._gas_meters = {device for device, role in devices.items() if role == roles.GSME}
        self._ledger = Ledger()
        self._calls = Calls(clock, settings.answer_s)
        self._heard: set[bytes] = set()
        self._findings: list[str] = []
        self._receiver: HttpService | None = None

    @property
    def eui(self) -> Eui:
        return self._eui

    @property
    def findings(self) -> tuple[str, ...]:
        """What was odd about what came, oldest first."""
        return tuple(self._findings)

    @property
    def receive_url(self) -> str:
        """The address that DCC Boxed must be told as its Receive Response Service address."""
        host, port = (self._settings.listen_host, self._settings.listen_port)
        if self._receiver is not None:
            host, port = self._receiver.address
        return f"http://{host}:{port}{self._settings.listen_path}"

    def start(self) -> None:
        require_address(self._settings.url)
        try:
            host, port = self._settings.listen_host, self._settings.listen_port
            self._receiver = HttpService(host, port, self._from_outside, self._broken)
        except OSError as problem:
            found = f"it cannot be listened on: {problem.strerror or problem}"
            raise BoxedFault(self.receive_url, found, "`listen_host` and `listen_port`") from problem
        self._receiver.start()
        self._duis.attach(roles.DCC, self._from_user)

    def close(self) -> None:
        """Stop listening, and end what is under way."""
        if self._receiver is not None:
            self._receiver.close()
        self._calls.close()

    def services(self) -> list[ServiceRecord]:
        """What was seen here of the requests to devices."""
        return self._ledger.records()

    def admit(self, user: Eui, roles: tuple[UserRole, ...]) -> None:
        raise CannotArrange(f"DCC Boxed has Users of its own, and cannot be told that {user} is {', '.join(roles)}")

    def register(self, device: Eui, user: Eui, role: UserRole) -> None:
        raise CannotArrange(f"DCC Boxed cannot be told that {user} is responsible for {device} as {role}")

    def certificate_issued(self, certificate: bytes) -> None:
        raise CannotArrange(
            f"DCC Boxed has an SMKI of its own: a certificate of {len(certificate)} octets is not of it"
        )

    # Threshold Anomaly Detection goes by files and by people, and DCC Boxed is not known to have any

    def set_user_thresholds(self, thresholds: UserThresholds) -> None:
        raise _without_anomaly_detection(f"the User's thresholds of SRV {thresholds.srv}")

    def set_limits(self, limits: DccLimits) -> None:
        raise _without_anomaly_detection(f"the limits of SRV {limits.srv}")

    def anomaly_counts(self) -> list[AnomalyCount]:
        raise _without_anomaly_detection("what it has counted")

    def quarantined(self) -> list[Quarantined]:
        raise _without_anomaly_detection("what it has quarantined")

    def release(self, reference: int) -> None:
        raise _without_anomaly_detection(f"the release of {reference}")

    def delete(self, reference: int) -> None:
        raise _without_anomaly_detection(f"the deletion of {reference}")

    # Requests, and what comes back at once

    def _from_user(self, user: str, frame: bytes) -> None:
        try:
            request = from_xml(frame)
        except ProtocolError as problem:
            self._findings.append(f"from {user}, not sent on: {problem}")
            return
        if not isinstance(request, Request):
            self._findings.append(f"from {user}, not sent on: expected a Request, found a Response")
            return
        variant = VARIANTS[request.command_variant]
        if variant.service is None:
            self._findings.append(f"from {user}, not sent on: no service takes Command Variant {variant.number}")
            return
        if variant.over_wan and not self._settings.over_wan:
            raise CannotArrange(
                f"SRV {request.srv} by Command Variant {variant.number} goes over DCC Boxed's own SM WAN, which leads"
                " to no meter of this bench; where it does, say `over_wan = true`"
            )
        self._ledger.ask(request)
        url = self._settings.url.rstrip("/") + variant.service.value
        self._calls.post(str(request.request_id), url, frame, partial(self._answered, user, request, url))

    def _answered(self, user: str, request: Request, url: str, answer: HttpAnswer) -> None:
        self._require_whom_we_mean(answer)
        document = read_answer(answer, request.request_id, self._directory)
        self._note(f"answer to {request.request_id}", document)
        if answer.url != url:
            self._findings.append(f"answer to {request.request_id}: redirected to {answer.url}")
        self._note_answer(request, document)
        self._duis.send(roles.DCC, user, document.octets)

    def _require_whom_we_mean(self, answer: HttpAnswer) -> None:
        """Neither is our stand-in to be recorded as DCC Boxed, nor DCC Boxed as our stand-in."""
        if answer.server.startswith(STAND_IN) == self.rehearsal:
            return
        found, name = ("a DCC", BoxedDcc) if self.rehearsal else ("our own stand-in", RehearsedBoxedDcc)
        raise BoxedFault(answer.url, f"{found} answers", f'`url`, or say adapter = "{__package__}:{name.__name__}"')

    def _note_answer(self, request: Request, document: Document) -> None:
        code = None if document.response is None else document.response.code
        if code == response_code.ACCEPTED:
            self._wait_for_response(request.request_id)
        elif code == response_code.SUCCESS and isinstance(request.body, ReturnLocalCommandResponse):
            self._ledger.returned(request.body)

    def _wait_for_response(self, request_id: RequestId) -> None:
        service = self._ledger.find(request_id)
        if service is None or service.responded:  # the Response was faster than the answer
            return
        gas = request_id.target in self._gas_meters
        seconds = self._settings.gsme_response_s if gas else self._settings.esme_response_s
        overdue = partial(self._overdue, request_id, service, seconds)
        service.patience = self._clock.call_later(round(seconds * SECOND), overdue)

    def _overdue(self, request_id: RequestId, service: Service, seconds: float) -> None:
        service.patience, service.overdue = None, True
        refused = next((one for one in reversed(self._findings) if one.startswith(_REFUSED)), "")
        found = f"no Response to {request_id} within {seconds:g} s after I99" + (f" ({refused})" if refused else "")
        check = "the Receive Response Service address on DCC Boxed's DUIS Interface page"
        raise BoxedFault(self.receive_url, found, check)

    # Responses and alerts that come by themselves

    def _from_outside(self, asked: Asked) -> Reply:
        """A request to our receive service, in its own thread: 204 when taken, 400 for no Response of the DCC."""
        if asked.path != self._settings.listen_path:
            return Reply(404)
        if asked.method != "POST":
            return Reply(405)
        try:
            if asked.content_type != XML:
                raise _unlike(asked.content_type)
            document = read_response(asked.body, self._directory)
        except ProtocolError as problem:
            text = f"{_REFUSED}: {problem}"
            enter(self._clock, lambda: self._findings.append(text))
            return Reply(400)
        enter(self._clock, lambda: self._called_back(document))
        return Reply(204)

    def _broken(self, problem: BaseException) -> None:
        """Whatever else goes wrong while one is taken comes out where the bench waits."""

        def come_out() -> None:
            raise problem

        enter(self._clock, come_out)

    def _called_back(self, document: Document) -> None:
        digest = hashlib.sha256(document.octets).digest()
        name = f"callback for {document.request_id}" if document.request_id else "alert"
        if digest in self._heard:
            self._findings.append(f"{name}: the same octets came before; not handed on again")
            return
        self._heard.add(digest)
        self._note(name, document)
        if document.request_id is not None:
            self._note_response(name, document.request_id, document)
        self._duis.send(roles.DCC, roles.DCC_USER, document.octets)

    def _note_response(self, name: str, request_id: RequestId, document: Document) -> None:
        service = self._ledger.find(request_id)
        if service is None:
            self._findings.append(f"{name}: nothing was asked by this RequestID here")
            return
        if service.overdue:
            self._findings.append(f"{name}: late, the wait for it was over")
        self._ledger.responded(service, document.response)

    def _note(self, name: str, document: Document) -> None:
        self._findings.extend(f"{name}: {odd}" for odd in document.odd)


class RehearsedBoxedDcc(BoxedDcc):
    """The same with our own stand-in (``boxed.stand_in``) at the other end: a rehearsal, and recorded as such."""

    nature = Nature(real=False, wall_clock_only=True, hides=_HIDDEN)
    rehearsal = True


_REFUSED = "callback refused with 400"


def _without_anomaly_detection(what: str) -> CannotArrange:
    return CannotArrange(f"DCC Boxed's interface has nothing of anomaly detection: {what}")


def _unlike(content_type: str) -> ProtocolError:
    return Malformed("Content-Type", f"expected {XML}, found {content_type!r}")
