"""A simulated DCC: DUIS towards the Users, GBCS over the SM WAN towards the devices, Access Control Broker between."""

from collections.abc import Mapping

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.dcc.alerts import DATED, alert_code, outcome_of
from ppmid_devices.dcc.anomaly_desk import AnomalyDesk
from ppmid_devices.dcc.authority import Authority, Grant
from ppmid_devices.dcc.commands import CommandMaker
from ppmid_devices.dcc.contract import (
    AnomalyCount,
    DccLimits,
    Quarantined,
    ServiceRecord,
    UserThresholds,
)
from ppmid_devices.dcc.inventory import SmartMeteringInventory
from ppmid_devices.dcc.later import Later
from ppmid_devices.dcc.non_device import NonDevice
from ppmid_devices.dcc.records import Records
from ppmid_devices.dcc.replies import Replies
from ppmid_devices.dcc.service import Service
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.users import Users
from ppmid_devices.dcc.wan_desk import WanDesk
from ppmid_devices.inventory import inventory
from ppmid_devices.links.link import Link
from ppmid_devices.ports import MILLISECOND, Clock
from ppmid_devices.signed_documents import open_document
from ppmid_protocols.duis import response_code
from ppmid_protocols.duis.answers import FutureDatedAlert
from ppmid_protocols.duis.bodies import (
    CommandFailure,
    LocalCommand,
    PreCommand,
    ReturnLocalCommandResponse,
    SignedPreCommand,
    content_of,
)
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.duis.services import Keeper
from ppmid_protocols.duis.variants import VARIANTS, Input, Output, Refused, execution_time
from ppmid_protocols.duis.variants import Service as DuisService
from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message, decode


class SimulatedDcc:
    """Makes, authorises and sends Commands, and tells the Users what came of them (``dcc.contract.Dcc``).

    It holds the Access Control Broker's keys and its own XML-signing key; of Responses it verifies those with a MAC
    for the broker, and no other. Where no public text gives a code, ``DccSettings`` has the assumed one.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        duis: Link,
        wan: Link,
        devices: Mapping[Eui, str],
        settings: DccSettings,
    ) -> None:
        self._clock, self._directory, self._duis, self._wan = clock, directory, duis, wan
        self._settings = settings
        self._eui = credentials.eui
        self._replies = Replies(clock, duis, credentials.own("xml_signing"))
        self._refusal_code = ResponseCode(settings.refusal_code)
        self.users = Users(settings.users, settings.registrations, settings.unlisted_roles)
        self.inventory = SmartMeteringInventory(inventory(devices, directory), settings.inventory)
        self._authority = Authority(self._eui, self.users, self.inventory, unknown_locally=settings.unknown_locally)
        self._commands = CommandMaker(clock, credentials, directory, self.inventory, settings.broker_counter_start)
        self._wan_desk = WanDesk(
            clock,
            wan,
            wan_wait=settings.wan_wait_s,
            response_wait=settings.response_wait_s,
            send=self._send_over_wan,
            give_up=self._give_up,
        )
        self._later = Later(
            clock,
            self._authority,
            self._commands,
            self._replies,
            issue=self._issue,
            refuse=self._refuse,
            removal=settings.schedule_removal_alert,
        )
        nothing_found = ResponseCode(settings.inventory_code)
        self._non_device = NonDevice(clock, self.users, self.inventory, self._later, nothing_found)
        self._records = Records()
        self._lines: dict[Eui, str] = {}
        self._refused: list[str] = []
        self._anomalies = AnomalyDesk(
            clock,
            settings,
            give=self._give_command,
            answer=self._replies.to,
            remember=self._records.remember,
            send=self._replies.send,
        )

    @property
    def eui(self) -> Eui:
        return self._eui

    @property
    def refused(self) -> tuple[str, ...]:
        """Why frames were dropped without an answer, and Requests answered with a code, oldest first."""
        return tuple(self._refused)

    def start(self) -> None:
        self._duis.attach(roles.DCC, self.receive)
        self._wan.attach(roles.DCC, self._from_wan)
        self._wan_desk.start()

    def services(self) -> list[ServiceRecord]:
        """Its records of the requests to devices; what it refused, and what it answers by itself, leave none."""
        return [
            ServiceRecord(
                request=str(service.request.request_id),
                srv=service.request.srv,
                command_variant=service.request.command_variant,
                delivered_locally=service.delivered_locally,
                delivered_over_wan=service.delivered_over_wan,
                waiting=self._wan_desk.waits(service),
            )
            for service in self._records.services()
        ]

    # Requests of Users

    def receive(self, user: str, frame: bytes, at: DuisService | None = None) -> None:
        """Take a document from the line ``user``. ``at``: the DUIS service that it was sent to; None: any."""
        try:
            request = open_document(frame, self._directory)
        except ProtocolError as problem:
            self._refused.append(f"from {user}: {problem}")  # nobody is proven to have asked, so nobody is answered
            return
        if isinstance(request, Request):
            delay = self._settings.processing_ms * MILLISECOND
            self._lines[request.request_id.originator] = user
            self._clock.call_later(delay, lambda: self._serve(user, request, at))
        else:
            self._refused.append(f"from {user}: expected a Request, found a Response")

    def _serve(self, user: str, request: Request, at: DuisService | None) -> None:
        """Answer a Request. That its counter may be lower than an earlier one is assumed; a device refuses it then."""
        try:
            grant = self._authority.grant(request, self._clock.now(), at)
            answer = self._records.answer_to(request)
            if answer is None:
                answer = self._answer(user, request, grant)
                self._records.remember(request, answer)
        except ProtocolError as problem:
            answer = self._refuse(request, problem)
        self._replies.send(user, answer)

    def _refuse(self, request: Request, problem: ProtocolError) -> Response:
        """The answer to what is refused; a problem that has no code of its own gets that for refusals."""
        refusal = problem if isinstance(problem, Refused) else Refused(self._refusal_code, str(problem))
        self._refused.append(f"{request.request_id}: {refusal}")
        return self._replies.to(request, refusal.code)

    def _answer(self, user: str, request: Request, grant: Grant) -> Response:
        """The synchronous answer to a Request. Raises Refused, or another ProtocolError that has no code of its own."""
        if isinstance(request.body, ReturnLocalCommandResponse):
            return self._take_local_response(request, request.body)
        if grant.service.non_device:
            return self._replies.to(request, response_code.SUCCESS, self._non_device.answer(request, user, grant))
        service = self._records.service_of(request, user)
        answer = self._answer_for_device(service, request, grant)
        self._records.enter(service, request, user)
        return answer

    def _answer_for_device(self, service: Service, request: Request, grant: Grant) -> Response:
        execution = execution_time(request.body)
        if isinstance(request.body, SignedPreCommand):
            if execution not in (None, execution_time(service.request.body)):
                raise Malformed("ExecutionDateTime", "expected that of the Service Request")
            unauthorised = self._commands.signed_as_given(service.pre_command, request.body)
        elif execution is not None and Keeper.DCC in grant.service.dated:
            service.content = content_of(request.body)
            return self._later.keep(service, request, execution)
        else:
            service.content = content_of(request.body)
            unauthorised = self._commands.unauthorised(request, grant.target, grant.role)
        if VARIANTS[request.command_variant].takes is Input.CRITICAL:
            service.pre_command = unauthorised
            body = PreCommand(self._settings.gbcs_version, unauthorised.encode())
            return self._replies.to(request, response_code.SUCCESS, body)
        held = self._screened(service, request, unauthorised)
        return self._give_command(service, request, unauthorised) if held is None else held

    def _give_command(self, service: Service, request: Request, unauthorised: Message) -> Response:
        """Authorise a Command, and let it go the ways that its Command Variant says."""
        variant = VARIANTS[request.command_variant]
        command = self._authorise(service, unauthorised)
        if variant.over_wan:
            self._clock.call_later(0, lambda: self._wan_desk.submit(service))  # after the synchronous answer
        if Output.LOCAL_COMMAND in variant.gives:
            return self._replies.to(request, response_code.SUCCESS, LocalCommand(self._local_copy(command)))
        return self._replies.to(request, response_code.ACCEPTED)

    def _authorise(self, service: Service, unauthorised: Message) -> Message:
        command = self._commands.authorised(unauthorised)
        self._records.issued(service, command)
        return command

    def _issue(self, service: Service, unauthorised: Message) -> None:
        """Let a Command go that is made of a Request whose time has come, or of a schedule.

        That what a schedule sends is counted by no anomaly detection is assumed.
        """
        if service.schedule is None and self._screened(service, service.request, unauthorised) is not None:
            return
        self._authorise(service, unauthorised)
        self._wan_desk.submit(service)

    def _local_copy(self, command: Message) -> bytes:
        """The octets that go back for local delivery: those of the copy for the SM WAN."""
        return command.encode()

    def _take_local_response(self, request: Request, body: ReturnLocalCommandResponse) -> Response:
        code = ResponseCode(self._settings.local_response_code)
        try:
            service = self._answered_by(decode(body.device_gbcs))
        except Malformed as problem:
            raise Refused(code, str(problem)) from problem
        answered = service.request.request_id
        fits = body.original_request_id in (None, answered) and answered.originator == request.request_id.originator
        if not fits:
            raise Refused(code, "expected a Response to one of this User's requests")
        self._mark_delivered_locally(service)
        return self._replies.to(request, response_code.SUCCESS)

    def _answered_by(self, response: Message) -> Service:
        """The service whose Command a Response answers. Raises Malformed, or NotAuthentic for one to the broker."""
        service = self._records.answered_by(response)
        self._commands.check_if_own(response)
        return service

    def _mark_delivered_locally(self, service: Service) -> None:
        service.delivered_locally = True

    # Threshold Anomaly Detection

    def set_user_thresholds(self, thresholds: UserThresholds) -> None:
        self._anomalies.set_user_thresholds(thresholds)

    def set_limits(self, limits: DccLimits) -> None:
        self._anomalies.set_limits(limits)

    def anomaly_counts(self) -> list[AnomalyCount]:
        return self._anomalies.counts()

    def quarantined(self) -> list[Quarantined]:
        return self._anomalies.quarantined()

    def release(self, reference: int) -> None:
        self._anomalies.release(reference)

    def delete(self, reference: int) -> None:
        self._anomalies.delete(reference)

    def _screened(self, service: Service, request: Request, unauthorised: Message) -> Response | None:
        """The answer to a request that is quarantined, None for one of which the Command is to be made."""
        return self._anomalies.screen(service, request, unauthorised)

    # The SM WAN

    def _send_over_wan(self, service: Service) -> None:
        self._wan.send(roles.DCC, roles.HUB, service.command)

    def _give_up(self, service: Service, code: ResponseCode) -> None:
        if service.schedule is None:
            self._replies.send(service.user, self._replies.to(service.request, code))
            return
        identity = service.request.request_id
        event = CommandFailure(identity, identity.target, schedule_id=service.schedule)
        self._replies.send(service.user, self._replies.dcc_alert(self._settings.command_failure_alert, event))

    def _from_wan(self, sender: str, frame: bytes) -> None:
        try:
            message = decode(frame)
            answer = self._alert(message, frame) if message.cra is Cra.ALERT else self._device_response(message, frame)
        except ProtocolError as problem:
            self._refused.append(f"from {sender}: {problem}")
            return
        self._replies.send(*answer)

    def _alert(self, message: Message, frame: bytes) -> tuple[str, Response]:
        """Whom an Alert is for, and how it is told: one of a future-dated Command as a Response to its Request."""
        code = alert_code(message)
        if code in DATED:
            outcome = outcome_of(message)
            service = self._records.of_command(outcome.command)
            if service is not None:
                place, count = outcome.instruction(decode(service.command).payload)
                body = FutureDatedAlert(code, frame, place, count)
                return service.user, self._replies.to(service.request, response_code.SUCCESS, body)
        if message.target == self._eui:
            raise Unsupported(f"Alert {code:04X} to the Access Control Broker: nothing here acts on it")
        return self._lines.get(message.target, roles.DCC_USER), self._replies.device_alert(code, frame)

    def _device_response(self, message: Message, frame: bytes) -> tuple[str, Response]:
        service = self._answered_by(message)
        self._wan_desk.stop(service)
        service.delivered_over_wan = True
        return service.user, self._replies.of_device(service, frame)
