"""A simulated DCC User: vends, asks, signs, has Commands delivered, and believes only what it has verified."""

from collections.abc import Mapping
from dataclasses import replace

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.dcc_user import dcc_alerts, hearsay, outcomes, read_back
from ppmid_devices.dcc_user.ask import NON_DEVICE, SIGNED_VARIANTS, TRANSFORM, VARIANTS, Ask
from ppmid_devices.dcc_user.book import Book
from ppmid_devices.dcc_user.contract import Outcome, RequestRecord, UserSituation, Way
from ppmid_devices.dcc_user.exchange import Exchange, MadeForTheBroker
from ppmid_devices.dcc_user.hearsay import WORTH_NOTING, words_of
from ppmid_devices.dcc_user.outcomes import AT_REST, Event, News
from ppmid_devices.dcc_user.seals import Seals
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.dcc_user.vending import UtrnCounters, Vendor
from ppmid_devices.delivery_service.contract import Deliveries
from ppmid_devices.inventory import inventory
from ppmid_devices.links.link import Link
from ppmid_devices.ports import MILLISECOND, SECOND, Clock
from ppmid_protocols.duis.answers import FutureDatedAlert
from ppmid_protocols.duis.bodies import (
    DccAlert,
    DeviceAlert,
    GbcsPayload,
    LocalCommand,
    PreCommand,
    RequestBody,
    ReturnLocalCommandResponse,
    TopUpDevice,
)
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS
from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment.credit_log import read_credit_log
from ppmid_protocols.gbcs.responses import outcome_of
from ppmid_protocols.local_interface import CommandResponse, Status, UtrnResult
from ppmid_protocols.local_interface import Message as AvenueMessage
from ppmid_protocols.utrn import Utrn
from ppmid_protocols.zigbee.ota import read_head

OVER_WAN, BY_AVENUE, BY_HHT, FROM_DCC = "wan", "avenue", "hht", "dcc"

RETURN_SRV, UPDATE_PPMID_SRV = "8.13", "11.4"


class SimulatedDccUser:
    """A Supplier (``dcc_user.contract.DccUser``).

    It holds its signing, key agreement, prepayment and XML-signing keys. The record of a UTRN that was sent to the
    PPMID has an empty ``srv``, and is named by the delivery service's request id.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        duis: Link,
        delivery: Deliveries,
        dcc: Eui,
        devices: Mapping[Eui, str],
        settings: DccUserSettings,
        situation: UserSituation | None = None,
    ) -> None:
        settings = settings.under(situation)
        self._clock, self._duis, self._delivery = clock, duis, delivery
        self._dcc, self._settings = dcc, settings
        self._devices = inventory(devices, directory)
        meters = [device for device, role in devices.items() if role in roles.METERS]
        self._eui = credentials.eui
        self._seals = Seals(credentials, directory, unsigned_errors=settings.unsigned_errors)
        self._vendor = Vendor(
            supplier=credentials.eui,
            prepayment=credentials.own("prepayment"),
            directory=directory,
            meters=meters,
            first=UtrnCounters(settings.utrn_counter_start, settings.utrn_counter_used),
            least=(lambda: clock.now() // SECOND) if settings.utrn_counters == "epoch" else int,
        )
        by_clock = settings.originator_counters == "epoch"
        self._counter = clock.now() // MILLISECOND if by_clock else settings.originator_counter_start
        self._book = Book(clock, settings, self._devices, lambda ask: self._give_up(ask))
        self._alerts: list[tuple[Eui, int, int]] = []

    @property
    def eui(self) -> Eui:
        return self._eui

    @property
    def alerts(self) -> tuple[tuple[Eui, int, int], ...]:
        """Verified Alerts of the meters, oldest first: meter, alert code, time of arrival (ns)."""
        return tuple(self._alerts)

    @property
    def dropped(self) -> tuple[str, ...]:
        """Why documents and Alerts that belong to no request were dropped, oldest first."""
        return tuple(self._book.dropped)

    def start(self) -> None:
        self._duis.attach(roles.DCC_USER, self._from_dcc)
        self._delivery.listen(self._from_avenue)

    # What a scenario asks for

    def vend(self, meter: Eui, amount: int) -> Utrn:
        if self._settings.refuse_unreadable_codes:
            self._vendor.counters(meter).require_readable()
        return self._vendor.vend(meter, amount).utrn

    def top_up(self, meter: Eui, amount: int, way: Way) -> str:
        vended = self._vendor.vend(meter, amount)
        ask = self._ask("2.2", meter, way, vended.originator_counter, TopUpDevice(vended.utrn))
        ask.vended, ask.copies = vended, 2 if way is Way.BOTH else 1
        return ask.record.request

    def request(self, srv: str, device: Eui, way: Way, body: ServiceBody | None = None) -> str:
        known = SERVICE_REQUESTS.get(srv)
        if known is None or known.non_device or known.body is TopUpDevice:
            raise Unsupported(f"SRV {srv}: expected a Service Request to a device, and for a top-up to be vended")
        if body is not None and body.name != known.body_name:
            raise Malformed("Request/Body", f"expected {known.body_name} for SRV {srv}, found {body.name}")
        return self._ask(srv, device, way, self._next_counter(), body or known.body()).record.request

    def send_utrn(self, meter: Eui, utrn: Utrn) -> str:
        self._vendor.counters(meter)
        name = self._delivery.submit_utrn(meter, utrn.digits)
        ask = self._book.deliveries[name] = self._book.open(name, "", meter, Way.LOCAL, None)
        ask.vended = self._vendor.vended(meter, utrn)
        return name

    def update_ppmid(self, ppmid: Eui, image: bytes) -> None:
        version = f"{read_head(image).file_version:08X}"
        plain = {"FirmwareImage": image, "FirmwareVersion": version, "DeviceIDList": (ppmid,)}
        body = ServiceBody.of("UpdatePPMIDFirmware", plain)
        identity = RequestId(self._eui, self._dcc, self._next_counter())
        self._send(Request(identity, NON_DEVICE, UPDATE_PPMID_SRV, body))

    def deliver_again(self, request: str) -> None:
        ask = self._book.asked(request)
        if not ask.command:
            raise Unsupported(f"request {request}: the DCC has given no Command for local delivery")
        ask.copies += 1
        self._deliver(ask)

    def local_command(self, request: str) -> bytes:
        return self._book.asked(request).command

    def bring_back(self, response: bytes) -> None:
        ask = self._book.by_header(response)
        if ask is not None and ask.exchange is not None:
            self._take_response(ask, ask.exchange, response, BY_HHT)

    def record(self, request: str) -> RequestRecord:
        return self._book.asked(request).record

    def _next_counter(self) -> int:
        counter, self._counter = self._counter, self._counter + 1
        return counter

    # Requests to the DCC

    def _ask(self, srv: str, device: Eui, way: Way, counter: int, body: RequestBody) -> Ask:
        if device not in self._devices:
            raise Malformed("device", f"expected a device of this User's customers, found {device}")
        identity = RequestId(self._eui, device, counter)
        variant = TRANSFORM if SERVICE_REQUESTS[srv].critical else VARIANTS[way]
        exchange = Exchange.of(Request(identity, variant, srv, body), self._dcc, self._devices)
        ask = self._book.open(str(identity), srv, device, way, exchange)
        self._send(exchange.request)
        return ask

    def _send(self, request: Request) -> None:
        self._duis.send(roles.DCC_USER, roles.DCC, self._seals.document(request))

    def _from_dcc(self, sender: str, frame: bytes) -> None:
        try:
            document = self._seals.answer(frame)
            if isinstance(document.body, DeviceAlert | FutureDatedAlert):
                self._take_alert(document.body)
                return
            if isinstance(document.body, DccAlert):
                self._take_dcc_alert(document.body)
                return
        except ProtocolError as problem:
            self._book.dropped.append(f"from {sender}: {problem}")
            return
        ask = self._book.find(str(document.request_id))
        if ask is not None and ask.exchange is not None:
            self._take_answer_of_dcc(ask, ask.exchange, document)
        elif document.request_id in self._book.returns and document.code.startswith("E"):
            self._note(
                self._book.returns[document.request_id], f"the DCC refused the returned Response: {document.code}"
            )

    def _take_answer_of_dcc(self, ask: Ask, exchange: Exchange, answer: Response) -> None:
        match answer.body:
            case PreCommand(gbcs=octets):
                self._sign(ask, exchange, octets)
            case LocalCommand(gbcs=octets):
                self._take_local_command(ask, exchange, octets)
            case GbcsPayload(gbcs=octets):
                self._take_response(ask, exchange, octets, OVER_WAN)
            case _ if answer.code.startswith("E"):
                detail = f"the DCC answered {answer.code} ({answer.code.meaning or 'meaning not published'})"
                self._take(ask, News(event=Event.NO_ANSWER, at=self._clock.now(), by=FROM_DCC, detail=detail))

    def _sign(self, ask: Ask, exchange: Exchange, octets: bytes) -> None:
        """Sign a Pre-Command that is what was asked for, and send it with the RequestID it was asked for by."""
        try:
            body = self._seals.signed(exchange, octets, self._moments_since(ask.record.asked_at))
        except ProtocolError as problem:
            self._note(ask, f"Pre-Command not signed: {problem}")
            return
        asked = exchange.request
        self._send(Request(asked.request_id, SIGNED_VARIANTS[ask.way], asked.srv, body))

    def _moments_since(self, asked_at: int) -> range:
        """A moment of every second from a request till now, in which the DCC may have issued what it came to."""
        slack, now = self._settings.clock_slack_s * SECOND, self._clock.now()
        return range(asked_at - slack, now + slack + SECOND, SECOND)

    # Local delivery

    def _take_local_command(self, ask: Ask, exchange: Exchange, octets: bytes) -> None:
        try:
            exchange.read(octets, Cra.COMMAND)
        except ProtocolError as problem:
            self._note(ask, f"Command not delivered: {problem}")
            return
        if ask.record.outcome is Outcome.QUARANTINED:
            self._take(ask, News(event=Event.RELEASED, at=self._clock.now(), by=FROM_DCC, detail="released"))
            self._book.wait_anew(ask)
        ask.command = octets
        if ask.way is not Way.HHT:
            self._deliver(ask)

    def _deliver(self, ask: Ask) -> None:
        self._book.deliveries[self._delivery.submit_command(ask.record.device, ask.command)] = ask

    def _from_avenue(self, message: AvenueMessage) -> None:
        ask = self._book.deliveries.get(message.request_id.hex())
        match message:
            case CommandResponse(response=octets):
                ask = ask or self._book.by_header(octets)
                if ask is not None and ask.exchange is not None:
                    self._take_response(ask, ask.exchange, octets, BY_AVENUE)
            case UtrnResult() if ask is not None and ask.exchange is None:
                self._take_report(ask, message)
            case Status(state=state) if ask is not None and state in WORTH_NOTING:
                self._note(ask, words_of(message))

    def _take_report(self, ask: Ask, result: UtrnResult) -> None:
        news = hearsay.news_of(result, self._clock.now(), BY_AVENUE)
        if news is None:
            self._note(ask, words_of(result))
        else:
            self._take(ask, news)

    # Outcomes

    def _take_response(self, ask: Ask, exchange: Exchange, octets: bytes, by: str) -> None:
        try:
            response = self._verified(exchange, octets, by)
            readings = self._seals.opened(response)
            said = outcome_of(response, readings)
        except ProtocolError as problem:
            ask.record = outcomes.unverifiable(ask.record, f"a Response by {by} does not hold: {problem}")
            if isinstance(problem, MadeForTheBroker) and not ask.returned:
                self._return_to_dcc(ask, exchange, octets)
            return
        self._take(ask, ask.news_of(said, readings, self._clock.now(), by))
        if ask.reads_back is not None and said.success:
            self._take_log(ask.reads_back, response)
        if by in (BY_AVENUE, BY_HHT) and not ask.returned:
            self._return_to_dcc(ask, exchange, octets)

    def _verified(self, exchange: Exchange, octets: bytes, by: str) -> Message:
        """The device's Response to this request. Raises ProtocolError when it is not that, or nobody can tell.

        One made for the Access Control Broker has been verified by the DCC that brings it over the SM WAN (assumed).
        """
        response = exchange.read(octets, Cra.RESPONSE)
        if by != OVER_WAN or response.target != self._dcc:
            self._seals.authenticate(exchange, response)
        return response

    def _return_to_dcc(self, ask: Ask, exchange: Exchange, octets: bytes) -> None:
        original = exchange.request.request_id
        identity = RequestId(self._eui, self._dcc, self._next_counter())
        self._book.returns[identity] = ask
        ask.returned = True
        self._send(Request(identity, NON_DEVICE, RETURN_SRV, ReturnLocalCommandResponse(original, octets)))

    def _give_up(self, ask: Ask) -> None:
        self._take(ask, News(event=Event.NO_ANSWER, at=self._clock.now(), detail="no answer in time"))

    def _take(self, ask: Ask, news: News) -> None:
        ask.record = self._after(ask.record, news)
        if ask.record.outcome in AT_REST:
            ask.patience.cancel()
        if ask.record.credits and ask.vended is not None:
            proven = ask.record.settled_at if ask.record.outcome is Outcome.DELIVERED_VERIFIED else None
            self._vendor.credited(ask.record.device, ask.vended.counter, proven)
        if ask.record.outcome is Outcome.UNKNOWN and ask.vended is not None and not ask.read_back:
            self._read_back(ask)

    def _after(self, record: RequestRecord, news: News) -> RequestRecord:
        return outcomes.after(record, news)

    # Top-ups of which it does not know

    def _read_back(self, ask: Ask) -> None:
        """Ask for the meter's log of top-ups, by every way that the top-up itself could have gone, and by the SM WAN.

        It is what a Supplier does in the place of sending the top-up again, which could credit it twice.
        """
        if not self._settings.read_back:
            return
        ask.read_back = True
        way = Way.WAN if ask.exchange is None else Way.BOTH  # a PPMID that takes UTRNs may not take Commands
        body = read_back.body(self._read_back_since(ask), self._clock.now())
        self._ask(read_back.SRV, ask.record.device, way, self._next_counter(), body).reads_back = ask

    def _take_log(self, top_up: Ask, response: Message) -> None:
        """What the meter's log, which is verified, tells of a top-up."""
        news = read_back.news(top_up, read_credit_log(response), self._vendor, self._read_back_since(top_up))
        if news is not None:
            self._take(top_up, replace(news, at=self._clock.now()))

    def _read_back_since(self, top_up: Ask) -> int:
        return top_up.record.asked_at - self._settings.meter_clock_slack_s * SECOND

    def _note(self, ask: Ask, text: str) -> None:
        ask.record = outcomes.note(ask.record, text)

    def _take_dcc_alert(self, alert: DccAlert) -> None:
        """What the DCC tells of a request, which is never sent again because of it."""
        activation = dcc_alerts.activation_of(alert)
        if activation is not None:
            self._alerts.append((*activation, self._clock.now()))
            return
        ask = self._book.find(dcc_alerts.request_of(alert))
        if ask is None:
            raise Malformed("DCC alert", "expected one of a request of this User")
        if dcc_alerts.quarantines(alert):
            self._take_quarantine(ask, dcc_alerts.words_of(alert))
        else:
            self._note(ask, dcc_alerts.words_of(alert))

    def _take_quarantine(self, ask: Ask, detail: str) -> None:
        self._take(ask, News(event=Event.QUARANTINED, at=self._clock.now(), by=FROM_DCC, detail=detail))

    def _take_alert(self, alert: DeviceAlert | FutureDatedAlert) -> None:
        message = self._seals.alert(alert)
        self._alerts.append((message.originator, alert.alert_code, self._clock.now()))
