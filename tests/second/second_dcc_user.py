"""A second DCC User, from the contract and the protocols: a Supplier that does nothing but top up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.dcc_user.contract import Outcome, RequestRecord, UserSituation, Way
from ppmid_devices.delivery_service.contract import DeliveryService
from ppmid_devices.links.link import Link
from ppmid_devices.ports import MINUTE, CannotArrange, Clock
from ppmid_protocols.duis import signature
from ppmid_protocols.duis.bodies import GbcsPayload, LocalCommand, RequestBody, ReturnLocalCommandResponse, TopUpDevice
from ppmid_protocols.duis.documents import Request, from_xml, to_xml
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.errors import ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto, prepayment
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.local_interface import CommandResponse, Message
from ppmid_protocols.utrn import COUNTER_LIMIT, Utrn, ValueClass, make

VARIANTS = {Way.WAN: 1, Way.LOCAL: 2, Way.HHT: 2, Way.BOTH: 3}
A_PENNY = 1_000
PATIENCE = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Settings:
    """The first UTRN counter."""

    first_counter: int = 1


class SecondDccUser:
    def __init__(
        self,
        *,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        duis: Link,
        delivery: DeliveryService,
        dcc: Eui,
        devices: Mapping[Eui, str],
        settings: Settings,
        situation: UserSituation | None,
    ) -> None:
        self._clock, self._own, self._others = clock, credentials, directory
        self._duis, self._delivery, self._dcc = duis, delivery, dcc
        self._counter = settings.first_counter - 1
        self._records: dict[str, RequestRecord] = {}
        self._commands: dict[str, bytes] = {}
        self._ways: dict[str, Way] = {}

    @property
    def eui(self) -> Eui:
        return self._own.eui

    def start(self) -> None:
        self._duis.attach(roles.DCC_USER, self._from_dcc)
        self._delivery.listen(self._from_avenue)

    def vend(self, meter: Eui, amount: int) -> Utrn:
        self._counter += 1
        private, peer = self._own.own("prepayment").private, self._others.public_key(meter, "agreement")
        counter = self._counter * COUNTER_LIMIT
        return make(self.eui, meter, counter, amount // A_PENNY, ValueClass.PENCE, private, peer)

    def top_up(self, meter: Eui, amount: int, way: Way) -> str:
        utrn = self.vend(meter, amount)
        identity = RequestId(self.eui, meter, self._counter * COUNTER_LIMIT)
        self._records[str(identity)] = RequestRecord(
            request=str(identity),
            srv="2.2",
            device=meter,
            outcome=Outcome.PENDING,
            asked_at=self._clock.now(),
            settled_at=None,
            verified_by="",
            credits=0,
            settlements=0,
        )
        self._ways[str(identity)] = way
        self._ask(identity, VARIANTS[way], "2.2", TopUpDevice(utrn))
        self._clock.call_later(PATIENCE, lambda: self._give_up(str(identity)))
        return str(identity)

    def _give_up(self, request: str) -> None:
        if self._records[request].outcome is Outcome.PENDING:
            self._records[request] = replace(self._records[request], outcome=Outcome.UNKNOWN)

    def request(self, srv: str, device: Eui, way: Way, body: ServiceBody | None = None) -> str:
        raise Unsupported(f"SRV {srv}: this User tops up, and nothing else")

    def send_utrn(self, meter: Eui, utrn: Utrn) -> str:
        raise Unsupported("this User sends Commands, and no UTRNs")

    def tell_dcc(self, srv: str, body: ServiceBody) -> str:
        self._counter += 1
        identity = RequestId(self.eui, self._dcc, self._counter * COUNTER_LIMIT)
        self._ask(identity, 8, srv, body)
        return str(identity)

    def update_ppmid(self, ppmid: Eui, image: bytes) -> None:
        raise CannotArrange("this User sends no firmware")

    def update_meter(self, meter: Eui, image: bytes) -> None:
        raise CannotArrange("this User sends no firmware")

    def deliver_again(self, request: str) -> None:
        self._delivery.submit_command(self._records[request].device, self._commands[request])

    def local_command(self, request: str) -> bytes:
        return self._commands.get(request, b"")

    def certification_request(self, request: str) -> bytes:
        raise Unsupported(f"request {request}: this User tops up, and asks for no keys")

    def certificate_issued(self, certificate: bytes) -> None:
        self._others.enter_issued(certificate)

    def bring_back(self, response: bytes) -> None:
        self._settle(response, "hht")

    def record(self, request: str) -> RequestRecord:
        return self._records[request]

    def _ask(self, identity: RequestId, variant: int, srv: str, body: RequestBody) -> None:
        pair = self._own.own("xml_signing")
        issuer, serial = pair.certificate.issuer.rfc4514_string(), pair.certificate.serial_number
        document = signature.sign(to_xml(Request(identity, variant, srv, body)), pair.private, issuer, serial)
        self._duis.send(roles.DCC_USER, roles.DCC, document)

    def _from_dcc(self, _: str, document: bytes) -> None:
        try:
            verified = signature.verify(document, self._others.by_serial)
            answer = from_xml(document)
        except ProtocolError:
            return
        if isinstance(answer, Request) or not signature.entitled(verified, answer):
            return
        match answer.body:
            case LocalCommand(command) if answer.request_id is not None:
                self._commands[str(answer.request_id)] = command
                if self._ways[str(answer.request_id)] is Way.HHT:
                    return  # for the engineer to take along
                self._delivery.submit_command(answer.request_id.target, command)
            case GbcsPayload(response):
                self._settle(response, "wan")

    def _from_avenue(self, message: Message) -> None:
        if isinstance(message, CommandResponse):
            self._settle(message.response, "avenue")

    def _settle(self, octets: bytes, by: str) -> None:
        try:
            response = decode(octets)
            peer = self._others.public_key(response.originator, "agreement")
            crypto.verify_mac(response, self._own.own("agreement").private, peer)
            success = prepayment.outcome_of(response).success
        except ProtocolError:
            return
        identity = RequestId(*response.command_key)
        record = self._records.get(str(identity))
        if record is None or record.outcome not in (Outcome.PENDING, Outcome.UNKNOWN):
            return
        self._records[record.request] = replace(
            record,
            outcome=Outcome.DELIVERED_VERIFIED if success else Outcome.REFUSED_VERIFIED,
            settled_at=self._clock.now(),
            verified_by=by,
            credits=int(success),
            settlements=1,
        )
        if by in ("avenue", "hht"):
            back = RequestId(self.eui, self._dcc, self._counter)
            self._ask(back, 8, "8.13", ReturnLocalCommandResponse(identity, octets))
