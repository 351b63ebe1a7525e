"""A simulated DCC: DUIS towards the Users, GBCS over the SM WAN towards the devices, Access Control Broker between."""

from collections.abc import Mapping
from dataclasses import replace

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.dcc.alerts import alert_code
from ppmid_devices.dcc.anomaly_desk import AnomalyDesk
from ppmid_devices.dcc.contract import AnomalyCount, DccLimits, Quarantined, ServiceRecord, UserThresholds
from ppmid_devices.dcc.service import Service
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.inventory import inventory
from ppmid_devices.links.link import Link
from ppmid_devices.ports import MILLISECOND, SECOND, Clock
from ppmid_devices.signed_documents import open_document, sign_document
from ppmid_protocols.duis import response_code
from ppmid_protocols.duis.bodies import (
    DeviceAlert,
    GbcsPayload,
    LocalCommand,
    PreCommand,
    ResponseBody,
    ReturnLocalCommandResponse,
    SignedPreCommand,
    content_of,
)
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.request_id import RequestId, response_id
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.duis.services import Target
from ppmid_protocols.duis.variants import VARIANTS, Input, Output, Refused, UserRole, check
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.message import CommandKey, Cra, Message, decode
from ppmid_protocols.transforms import Circumstances, transform


class SimulatedDcc:
    """Makes, authorises and sends Commands, and tells the Users what came of them (``dcc.contract.Dcc``).

    It holds the Access Control Broker's key agreement key and its own XML-signing key; of Responses it verifies those
    with a MAC that is made for the broker, and no other. Where no public text gives a code, ``DccSettings`` has the
    assumed one.
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
        self._devices = inventory(devices, directory)
        self._settings = settings
        self._eui = credentials.eui
        self._agreement = credentials.own("agreement")
        self._xml_signing = credentials.own("xml_signing")
        self._services: dict[RequestId, Service] = {}
        self._of_commands: dict[CommandKey, Service] = {}
        self._broker_counter = settings.broker_counter_start
        self._waiting: list[Service] = []
        self._answered: dict[tuple[RequestId, Input], tuple[Request, Response]] = {}
        self._refused: list[str] = []
        self._anomalies = AnomalyDesk(
            clock,
            settings,
            give=self._give_command,
            answer=self._response,
            remember=self._remember,
            send=self._send,
        )

    @property
    def eui(self) -> Eui:
        return self._eui

    @property
    def refused(self) -> tuple[str, ...]:
        """Why frames were dropped without an answer, and Requests answered with a code, oldest first."""
        return tuple(self._refused)

    def start(self) -> None:
        self._duis.attach(roles.DCC, self._from_user)
        self._wan.attach(roles.DCC, self._from_wan)
        self._wan.watch(self._wan_changed)

    def services(self) -> list[ServiceRecord]:
        """Its records of the requests to devices; what it refused, and SRV 8.13 itself, leave none."""
        return [
            ServiceRecord(
                request=str(identity),
                srv=service.request.srv,
                command_variant=service.request.command_variant,
                delivered_locally=service.delivered_locally,
                delivered_over_wan=service.delivered_over_wan,
                waiting=service in self._waiting,
            )
            for identity, service in self._services.items()
        ]

    # Requests of Users

    def _from_user(self, user: str, frame: bytes) -> None:
        try:
            request = open_document(frame, self._directory)
        except ProtocolError as problem:
            self._refused.append(f"from {user}: {problem}")  # nobody is proven to have asked, so nobody is answered
            return
        if isinstance(request, Request):
            delay = self._settings.processing_ms * MILLISECOND
            self._clock.call_later(delay, lambda: self._serve(user, request))
        else:
            self._refused.append(f"from {user}: expected a Request, found a Response")

    def _serve(self, user: str, request: Request) -> None:
        stage = _stage(request)
        service = self._services.get(request.request_id)
        earlier, answer = self._answered.get(stage, (request, None))
        if earlier != request or (service is not None and service.request.srv != request.srv):
            reason = f"{request.request_id} has been used for another Request"
            answer = self._refusal(request, Refused(ResponseCode(self._settings.refusal_code), reason))
        elif answer is None:
            answer = self._answered_anew(user, request)
            if not answer.code.startswith("E"):
                self._remember(request, answer)
        self._send(user, answer)

    def _answered_anew(self, user: str, request: Request) -> Response:
        try:
            return self._answer(user, request)
        except Refused as refusal:
            return self._refusal(request, refusal)
        except ProtocolError as problem:
            return self._refusal(request, Refused(ResponseCode(self._settings.refusal_code), str(problem)))

    def _refusal(self, request: Request, refusal: Refused) -> Response:
        self._refused.append(f"{request.request_id}: {refusal}")
        return self._response(request, refusal.code)

    def _answer(self, user: str, request: Request) -> Response:
        """The synchronous answer to a Request. Raises Refused, or another ProtocolError that has no code of its own."""
        target = request.request_id.target
        known = self._devices.get(target)
        if known is None and target != self._eui:
            raise Refused(response_code.DEVICE_UNKNOWN, f"{target} is no device that is known here")
        kind = Target.DCC if known is None else known.type
        role = self._settings.gas_role if kind is Target.GSME else self._settings.electricity_role
        check(request, target=kind)
        check(request, role=UserRole(role))  # only now: which role the User is in depends on the kind of target
        if isinstance(request.body, ReturnLocalCommandResponse):
            return self._take_local_response(request, request.body)
        service = self._services.get(request.request_id) or Service(request, user)
        answer = self._answer_for_device(service, request)
        service.request, service.user = request, user
        self._services[request.request_id] = service
        return answer

    def _answer_for_device(self, service: Service, request: Request) -> Response:
        variant = VARIANTS[request.command_variant]
        if isinstance(request.body, SignedPreCommand):
            unauthorised = self._signed_as_given(service, request.body)
        else:
            service.content = content_of(request.body)
            unauthorised = transform(request, self._circumstances(request.request_id.target)).message
            if unauthorised.originator == self._eui:
                self._broker_counter += 1
        if variant.takes is Input.CRITICAL:
            service.pre_command = unauthorised
            body = PreCommand(self._settings.gbcs_version, unauthorised.encode())
            return self._response(request, response_code.SUCCESS, body)
        held = self._screened(service, request, unauthorised)
        return self._give_command(service, request, unauthorised) if held is None else held

    def _give_command(self, service: Service, request: Request, unauthorised: Message) -> Response:
        """Authorise a Command, and let it go the ways that its Command Variant says."""
        variant = VARIANTS[request.command_variant]
        command = self._authorised(unauthorised)
        service.command = command.encode()
        self._of_commands[command.command_key] = service
        if variant.over_wan:
            self._clock.call_later(0, lambda: self._send_or_wait(service))  # after the synchronous answer
        if Output.LOCAL_COMMAND in variant.gives:
            return self._response(request, response_code.SUCCESS, LocalCommand(self._local_copy(command)))
        return self._response(request, response_code.ACCEPTED)

    def _circumstances(self, device: Eui) -> Circumstances:
        """What it knows of a device, of those beside it, and of itself."""
        return Circumstances(
            target=self._devices[device].type,
            now=self._clock.now(),
            broker=self._eui,
            broker_counter=self._broker_counter,
            devices=self._devices,
        )

    def _signed_as_given(self, service: Service, body: SignedPreCommand) -> Message:
        """The signed Pre-Command, which must be the one that was given, with its originator's signature."""
        given = service.pre_command
        if given is None:
            raise Malformed("SignedPreCommand", "expected a Pre-Command to have been asked for by this RequestID")
        signed = decode(body.gbcs)
        if replace(signed, signature=b"") != given:
            raise Malformed("SignedPreCommand", "expected the Pre-Command that was given, found another")
        crypto.verify_signature(signed, self._directory.public_key(signed.originator, "signing"))
        return signed

    def _authorised(self, command: Message) -> Message:
        """The Command with the Access Control Broker's MAC."""
        device = self._directory.public_key(command.target, "agreement")
        return crypto.with_mac(command, self._agreement.private, device)

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
        return self._response(request, response_code.SUCCESS)

    def _answered_by(self, response: Message) -> Service:
        """The request whose Command a Response answers. Raises Malformed, or NotAuthentic for one that is made for it.

        Only a MAC that is made for the Access Control Broker is its to verify; it holds no key of any other.
        """
        service = self._of_commands.get(response.command_key)
        if service is None or response.cra is not Cra.RESPONSE:
            raise Malformed("GBCS message", "expected an Alert, or the Response to a request that is known")
        if response.target == self._eui and response.mac is not None:
            device = self._directory.public_key(response.originator, "agreement")
            crypto.verify_mac(response, self._agreement.private, device)
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

    def _remember(self, request: Request, answer: Response) -> None:
        self._answered[_stage(request)] = request, answer

    # The SM WAN

    def _send_or_wait(self, service: Service) -> None:
        if self._wan.up:
            self._send_over_wan(service)
        else:
            self._waiting.append(service)
            self._allow(service, self._settings.wan_wait_s, response_code.NO_COMMUNICATION)

    def _wan_changed(self, up: bool) -> None:
        if up:
            for service in list(self._waiting):
                self._send_over_wan(service)

    def _send_over_wan(self, service: Service) -> None:
        self._stop_waiting(service)
        self._allow(service, self._settings.response_wait_s, response_code.NO_RESPONSE)
        self._wan.send(roles.DCC, roles.HUB, service.command)

    def _allow(self, service: Service, seconds: int, otherwise: ResponseCode) -> None:
        """Give ``service`` so long for its next step over the SM WAN, ``otherwise`` the User gets that code."""
        service.patience = self._clock.call_later(seconds * SECOND, lambda: self._give_up(service, otherwise))

    def _stop_waiting(self, service: Service) -> None:
        if service in self._waiting:
            self._waiting.remove(service)
        if service.patience is not None:
            service.patience.cancel()
            service.patience = None

    def _give_up(self, service: Service, code: ResponseCode) -> None:
        self._stop_waiting(service)
        self._send(service.user, self._response(service.request, code))

    def _from_wan(self, sender: str, frame: bytes) -> None:
        try:
            message = decode(frame)
            answer = self._alert(message, frame) if message.cra is Cra.ALERT else self._device_response(message, frame)
        except ProtocolError as problem:
            self._refused.append(f"from {sender}: {problem}")
            return
        self._send(*answer)

    def _alert(self, message: Message, frame: bytes) -> tuple[str, Response]:
        body = DeviceAlert(alert_code(message), frame)
        return roles.DCC_USER, Response(None, None, response_code.SUCCESS, self._clock.now(), body, None)

    def _device_response(self, message: Message, frame: bytes) -> tuple[str, Response]:
        service = self._answered_by(message)
        self._stop_waiting(service)
        service.delivered_over_wan = True
        return service.user, self._response(service.request, response_code.SUCCESS, GbcsPayload(frame))

    def _response(self, request: Request, code: ResponseCode, body: ResponseBody | None = None) -> Response:
        identity = request.request_id
        return Response(identity, response_id(identity), code, self._clock.now(), body, request.srv)

    def _send(self, user: str, response: Response) -> None:
        self._duis.send(roles.DCC, user, sign_document(response, self._xml_signing))


def _stage(request: Request) -> tuple[RequestId, Input]:
    """A RequestID is answered once for each of these."""
    return request.request_id, VARIANTS[request.command_variant].takes
