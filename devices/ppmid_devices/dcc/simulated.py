"""A simulated DCC: DUIS towards the Users, GBCS over the SM WAN towards the devices, Access Control Broker between."""

from collections.abc import Mapping

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory
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
from ppmid_devices.dcc.device_answers import DeviceAnswers
from ppmid_devices.dcc.follow import follow
from ppmid_devices.dcc.inventory import SmartMeteringInventory
from ppmid_devices.dcc.kept_logs import KeptLogs
from ppmid_devices.dcc.later import Later
from ppmid_devices.dcc.non_device import NonDevice
from ppmid_devices.dcc.ppmid_firmware import PpmidFirmware
from ppmid_devices.dcc.reception import Reception
from ppmid_devices.dcc.records import Records
from ppmid_devices.dcc.replies import Replies
from ppmid_devices.dcc.service import Service
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.users import Users
from ppmid_devices.dcc.wan_desk import WanDesk
from ppmid_devices.inventory import inventory
from ppmid_devices.links.link import Link
from ppmid_devices.ports import Clock
from ppmid_protocols.duis import response_code
from ppmid_protocols.duis.bodies import (
    LocalCommand,
    PreCommand,
    ReturnLocalCommandResponse,
    SignedPreCommand,
    content_of,
)
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.duis.services import Keeper, UserRole
from ppmid_protocols.duis.variants import VARIANTS, Input, Output, execution_time
from ppmid_protocols.duis.variants import Service as DuisService
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import gbt
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.responses import success_of


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
        self._clock, self._duis, self._wan, self._directory = clock, duis, wan, directory
        self._settings = settings
        self._eui = credentials.eui
        self._replies = Replies(clock, duis, credentials.own("xml_signing"))
        self.users = Users(settings.users, settings.registrations, settings.unlisted_roles)
        self.inventory = SmartMeteringInventory(inventory(devices, directory), settings.inventory)
        self._authority = Authority(self._eui, self.users, self.inventory, unknown_locally=settings.unknown_locally)
        self._kept = KeptLogs(devices)
        self._commands = CommandMaker(
            clock, credentials, directory, self.inventory, self._kept, settings.broker_counter_start
        )
        self._wan_desk = WanDesk(
            clock,
            wan,
            wan_wait=settings.wan_wait_s,
            response_wait=settings.response_wait_s,
            send=self._send_over_wan,
            give_up=self._give_up,
        )
        self._records = Records()
        self._reception = Reception(
            clock, directory, self._authority, self._records, self._replies, settings, answer=self._answer
        )
        self._later = Later(
            clock,
            self._authority,
            self._commands,
            self._replies,
            issue=self._issue,
            refuse=self._reception.refuse,
            fail=self._reception.fail,
            removal=settings.schedule_removal_alert,
        )
        nothing_found = ResponseCode(settings.inventory_code)
        self._firmware = PpmidFirmware(wan, directory, self._replies, settings.ppmid_alert)
        self._non_device = NonDevice(clock, self.users, self.inventory, self._later, self._firmware, nothing_found)
        self._anomalies = AnomalyDesk(
            clock,
            settings,
            give=self._give_command,
            answer=self._replies.to,
            remember=self._records.remember,
            send=self._replies.send,
            tell=self._reception.tell_after_all,
        )
        self._answers = DeviceAnswers(
            self._eui,
            self._commands,
            self._records,
            self._replies,
            self._firmware,
            self._kept,
            lines=self._reception.lines,
            refusal=ResponseCode(settings.local_response_code),
            over_wan=self._answered_over_wan,
            locally=self._answered_locally,
        )

    @property
    def eui(self) -> Eui:
        return self._eui

    @property
    def refused(self) -> tuple[str, ...]:
        """Why frames were dropped without an answer, and Requests answered with a code, oldest first."""
        return tuple(self._reception.refused)

    def start(self) -> None:
        self._duis.attach(roles.DCC, self.receive)
        self._wan.attach(roles.DCC, self._from_wan)
        self._wan_desk.start()
        self._firmware.start()

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
        self._reception.receive(user, frame, at)

    def _answer(self, user: str, request: Request, grant: Grant) -> Response:
        """The synchronous answer to a Request. Raises Refused, or another ProtocolError that has no code of its own."""
        if isinstance(request.body, ReturnLocalCommandResponse):
            return self._answers.returned(request, request.body)
        if grant.service.non_device:
            told = self._non_device.answer(request, user, grant)
            self._reception.sequences.end(request.request_id, True)
            return self._replies.to(request, response_code.SUCCESS, told)
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

    # Users

    def admit(self, user: Eui, roles: tuple[UserRole, ...]) -> None:
        self.users.admit(user, roles)

    def register(self, device: Eui, user: Eui, role: UserRole) -> None:
        self.users.register(device, role, user, self._clock.now())

    def certificate_issued(self, certificate: bytes) -> None:
        self._directory.enter_issued(certificate)

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
        self._reception.sequences.end(self._anomalies.delete(reference), False)

    def _screened(self, service: Service, request: Request, unauthorised: Message) -> Response | None:
        """The answer to a request that is quarantined, None for one of which the Command is to be made."""
        return self._anomalies.screen(service, request, unauthorised)

    # The SM WAN

    def _send_over_wan(self, service: Service) -> None:
        """A Command that is too long for a tunnel goes in blocks (GBCS 7.2.11)."""
        for octets in gbt.transfers_of(service.command):
            self._wan.send(roles.DCC, roles.HUB, octets)

    def _give_up(self, service: Service, code: ResponseCode) -> None:
        self._replies.send(service.user, self._replies.given_up(service, code, self._settings.command_failure_alert))
        if service.schedule is None:
            self._reception.sequences.end(service.request.request_id, False)

    def _from_wan(self, sender: str, frame: bytes) -> None:
        try:
            answer = self._answers.from_wan(frame)
        except ProtocolError as problem:
            self._reception.refused.append(f"from {sender}: {problem}")
            return
        if answer is not None:
            self._replies.send(*answer)

    # Responses of devices

    def _answered_over_wan(self, service: Service, response: Message) -> None:
        self._wan_desk.stop(service)
        service.delivered_over_wan = True
        self._learn(service, response)

    def _answered_locally(self, service: Service, response: Message) -> None:
        self._mark_delivered_locally(service)
        self._learn(service, response)

    def _mark_delivered_locally(self, service: Service) -> None:
        service.delivered_locally = True

    def _learn(self, service: Service, response: Message) -> None:
        """What follows from a Response. That a sequence goes on after one that cannot be read is assumed."""
        success = success_of(response)
        proven = bool(success) and self._commands.proves(response)
        if proven:
            self._kept.take(response)
        if proven and self._settings.inventory_follows:
            follow(self.inventory, service, self._clock.now())
        if service.schedule is None:
            self._reception.sequences.end(service.request.request_id, success is not False)
