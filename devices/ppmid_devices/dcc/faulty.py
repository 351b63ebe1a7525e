"""DCCs with one fault each."""

from dataclasses import replace

from ppmid_devices.dcc.authority import Grant
from ppmid_devices.dcc.service import Service
from ppmid_devices.dcc.simulated import SimulatedDcc
from ppmid_devices.ports import SECOND
from ppmid_protocols.duis.bodies import LocalCommand
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.response_code import SUCCESS
from ppmid_protocols.duis.services import UserRole
from ppmid_protocols.duis.variants import VARIANTS
from ppmid_protocols.duis.variants import Service as DuisService
from ppmid_protocols.errors import Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message, decode

_NOT_SPECIFIED = bytes.fromhex("FFFFFFFFFFFFFFFFFF8000FF")  # a COSEM date-time with nothing filled in


class LocalCopyDiffers(SimulatedDcc):
    """Puts a date-time into the header of the copy for local delivery, and makes its MAC anew.

    Breaks: Command Variants 3 and 7 give one Command twice, so the two copies are equal octet for octet (DUIS schema
    5.4). The signature of a critical Command does not hold over the altered copy.
    """

    def _local_copy(self, command: Message) -> bytes:
        return self._commands.authorised(replace(command, date_time=_NOT_SPECIFIED)).encode()


class CountsSignedAnew(SimulatedDcc):
    """Sends a signed Command over the SM WAN by a counter of its own, and makes its MAC anew.

    Breaks: Command Variant 7 gives one Command twice (DUIS schema 5.4); over another counter the User's signature does
    not hold.
    """

    def _send_over_wan(self, service: Service) -> None:
        command = decode(service.command)
        if command.signature:
            service.command = self._commands.authorised(replace(command, counter=command.counter + 1)).encode()
        super()._send_over_wan(service)


class NeverSends(SimulatedDcc):
    """Accepts requests for the SM WAN, and sends nothing over it.

    Breaks: I99 says that the Command is on its way (DUIS schema 5.4, Command Variants 1, 3, 5 and 7).
    """

    def _send_over_wan(self, service: Service) -> None:
        self._wan_desk.stop(service)


class SendsAnyway(SimulatedDcc):
    """Sends over the SM WAN, too, what a User asked to have for local delivery alone.

    Breaks: Command Variants 2 and 6 give a Command for local delivery only (DUIS schema 5.4).
    """

    def _give_command(self, service: Service, request: Request, unauthorised: Message) -> Response:
        answer = super()._give_command(service, request, unauthorised)
        if not VARIANTS[request.command_variant].over_wan:
            self._clock.call_later(0, lambda: self._wan_desk.submit(service))
        return answer


class WantsNoNews(SimulatedDcc):
    """Refuses to be told how a hub was installed.

    Breaks: SRV 8.14.2 tells the DCC of a hub without SM WAN, and it acknowledges it (DUIS schema 5.4).
    """

    def _answer(self, user: str, request: Request, grant: Grant) -> Response:
        if request.srv == "8.14.2":
            raise Unsupported("SRV 8.14.2: nobody wants to know")
        return super()._answer(user, request, grant)


class ForgetsLocalDelivery(SimulatedDcc):
    """Takes a returned Response with I0 and keeps nothing of it.

    Breaks: SRV 8.13 tells the DCC that a Command was delivered locally (DUIS schema 5.4, ReturnLocalCommandResponse).
    """

    def _mark_delivered_locally(self, service: Service) -> None:
        service.delivered_locally = False


class TakesItsTime(SimulatedDcc):
    """Answers every Request after ten seconds.

    Breaks: a Pre-Command is given within the target for transforms (limit pre-command).
    """

    def receive(self, user: str, frame: bytes, at: DuisService | None = None) -> None:
        self._clock.call_later(10 * SECOND, lambda: super(TakesItsTime, self).receive(user, frame, at))


class ServesAnybody(SimulatedDcc):
    """Takes every User for one of every role.

    Breaks: a User may send the Service Requests of its own role (DUIS, E2).
    """

    def admit(self, user: Eui, roles: tuple[UserRole, ...]) -> None:  # noqa: ARG002 - that is the fault
        super().admit(user, tuple(UserRole))


class LetsOldSupplierIn(SimulatedDcc):
    """Does not heed a change of Supplier.

    Breaks: the responsible Supplier alone may ask something of a device (DUIS, E4).
    """

    def register(self, device: Eui, user: Eui, role: UserRole) -> None:
        """That is the fault."""


class KnowsSuppliersOnly(SimulatedDcc):
    """Has no roles but those of Suppliers.

    Breaks: network operators and others are Users too (SEC), and may have what the DUIS schema gives their roles.
    """

    def admit(self, user: Eui, roles: tuple[UserRole, ...]) -> None:
        suppliers = UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER
        super().admit(user, tuple(role for role in roles if role in suppliers))


class SchedulesLocally(SimulatedDcc):
    """Gives the User what a schedule asks as a Command for local delivery.

    Breaks: the DCC sends the Commands of a schedule itself, over the SM WAN (DUIS schema 5.4).
    """

    def _issue(self, service: Service, unauthorised: Message) -> None:
        if service.schedule is None:
            super()._issue(service, unauthorised)
            return
        body = LocalCommand(self._commands.authorised(unauthorised).encode())
        self._replies.send(service.user, self._replies.to(service.request, SUCCESS, body))


class CountsOnlyTheWan(SimulatedDcc):
    """Leaves requests for local delivery alone out of its anomaly detection.

    Breaks: the DCC makes those Commands too, and counts a User's communications by kind (SEC, Threshold Anomaly
    Detection).
    """

    def _screened(self, service: Service, request: Request, unauthorised: Message) -> Response | None:
        over_wan = VARIANTS[request.command_variant].over_wan
        return super()._screened(service, request, unauthorised) if over_wan else None


class CountsReturns(SimulatedDcc):
    """Counts the Response that comes back by SRV 8.13 as one more communication of the kind that it answers.

    Breaks: a Command is one communication (SEC, Threshold Anomaly Detection).
    """

    def _mark_delivered_locally(self, service: Service) -> None:
        super()._mark_delivered_locally(service)
        self._anomalies.count(service, service.request)


class HandsOutQuarantined(SimulatedDcc):
    """Says that a request is quarantined, and lets its Command go nevertheless.

    Breaks: the excess over a threshold is quarantined (SEC, Threshold Anomaly Detection).
    """

    def _screened(self, service: Service, request: Request, unauthorised: Message) -> Response | None:
        super()._screened(service, request, unauthorised)
        return None
