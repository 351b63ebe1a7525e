"""A simulated DCC User: vends, asks, signs, has Commands delivered, and believes only what it has verified."""

from collections.abc import Mapping

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.dcc_user import dcc_alerts, hearsay, outcomes
from ppmid_devices.dcc_user import exchange as exchanges
from ppmid_devices.dcc_user.ask import Ask, body_for
from ppmid_devices.dcc_user.book import Book
from ppmid_devices.dcc_user.contract import Outcome, RequestRecord, UserSituation, Way
from ppmid_devices.dcc_user.exchange import Exchange, MadeForTheBroker
from ppmid_devices.dcc_user.hearsay import WHAT_REMAINS, WORTH_NOTING, words_of
from ppmid_devices.dcc_user.outcomes import AT_REST, Event, News
from ppmid_devices.dcc_user.read_back import TopUpLogs
from ppmid_devices.dcc_user.seals import Seals
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.dcc_user.to_dcc import ToDcc
from ppmid_devices.dcc_user.vending import Vendor
from ppmid_devices.delivery_service.contract import Deliveries
from ppmid_devices.inventory import inventory
from ppmid_devices.links.link import Link
from ppmid_devices.ports import Clock
from ppmid_protocols.duis.answers import FutureDatedAlert
from ppmid_protocols.duis.bodies import (
    DccAlert,
    DeviceAlert,
    GbcsPayload,
    LocalCommand,
    PreCommand,
    TopUpDevice,
)
from ppmid_protocols.duis.documents import Response
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.responses import outcome_of
from ppmid_protocols.local_interface import CommandResponse, Reason, Status, UtrnResult
from ppmid_protocols.local_interface import Message as AvenueMessage
from ppmid_protocols.utrn import Utrn

OVER_WAN, BY_AVENUE, BY_HHT, FROM_DCC = "wan", "avenue", "hht", "dcc"


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
        self._eui, self._dcc, self._directory = credentials.eui, dcc, directory
        meters = [device for device, role in devices.items() if role in roles.METERS]
        self._seals = Seals(credentials, directory, unsigned_errors=settings.unsigned_errors)
        self._vendor = Vendor(
            credentials=credentials, directory=directory, meters=meters, clock=clock, settings=settings
        )
        known = inventory(devices, directory)
        self._book = Book(clock, settings, known, lambda ask: self._give_up(ask))
        self._to_dcc = ToDcc(
            clock=clock,
            duis=duis,
            seals=self._seals,
            book=self._book,
            user=credentials.eui,
            dcc=dcc,
            devices=known,
            settings=settings,
        )
        self._logs = TopUpLogs(clock, self._to_dcc, self._vendor, settings)
        self._alerts: list[tuple[Eui, int, int]] = []

    @property
    def eui(self) -> Eui:
        return self._eui

    @property
    def alerts(self) -> tuple[tuple[Eui, int, int], ...]:
        """Verified Alerts of the meters, oldest first: meter, alert code, time of arrival (ns)."""
        return tuple(self._alerts)

    @property
    def findings(self) -> tuple[str, ...]:
        """What those who run this Supplier's systems should look into, a sentence each, oldest first."""
        return self._vendor.warnings

    @property
    def dropped(self) -> tuple[str, ...]:
        """Why documents and Alerts that belong to no request were dropped, oldest first."""
        return tuple(self._book.dropped)

    def start(self) -> None:
        self._duis.attach(roles.DCC_USER, self._from_dcc)
        self._delivery.listen(self._from_avenue)

    # What a scenario asks for

    def vend(self, meter: Eui, amount: int) -> Utrn:
        return self._vendor.printed(meter, amount)

    def top_up(self, meter: Eui, amount: int, way: Way) -> str:
        vended = self._vendor.vend(meter, amount)
        ask = self._to_dcc.ask("2.2", meter, way, TopUpDevice(vended.utrn), vended.originator_counter)
        ask.vended, ask.copies = vended, 2 if way is Way.BOTH else 1
        return ask.record.request

    def request(self, srv: str, device: Eui, way: Way, body: ServiceBody | None = None) -> str:
        return self._to_dcc.ask(srv, device, way, body_for(srv, body)).record.request

    def send_utrn(self, meter: Eui, utrn: Utrn) -> str:
        self._vendor.counters(meter)
        name = self._delivery.submit_utrn(meter, utrn.digits)
        ask = self._book.deliveries[name] = self._book.open(name, "", meter, Way.LOCAL, None)
        ask.vended = self._vendor.vended(meter, utrn)
        return name

    def tell_dcc(self, srv: str, body: ServiceBody) -> str:
        return self._to_dcc.tell(srv, body)

    def update_ppmid(self, ppmid: Eui, image: bytes) -> None:
        self._to_dcc.update("11.4", ppmid, image)

    def update_meter(self, meter: Eui, image: bytes) -> None:
        self._to_dcc.update("11.1", meter, image)

    def deliver_again(self, request: str) -> None:
        ask = self._book.asked(request)
        if not ask.command:
            raise Unsupported(f"request {request}: the DCC has given no Command for local delivery")
        ask.copies += 1
        self._deliver(ask)

    def local_command(self, request: str) -> bytes:
        return self._book.asked(request).command

    def certification_request(self, request: str) -> bytes:
        return self._book.asked(request).certification_request

    def certificate_issued(self, certificate: bytes) -> None:
        self._directory.enter_issued(certificate)

    def bring_back(self, response: bytes) -> None:
        ask = self._book.by_header(response)
        if ask is not None and ask.exchange is not None:
            self._take_response(ask, ask.exchange, response, BY_HHT)

    def record(self, request: str) -> RequestRecord:
        return self._book.asked(request).record

    # What comes of the DCC

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
        ask, returned = self._book.find(str(document.request_id)), self._book.handed_back(document.request_id)
        if ask is not None and ask.exchange is not None:
            self._take_answer_of_dcc(ask, ask.exchange, document)
        elif returned is not None and document.code.startswith("E"):
            self._note(returned, f"the DCC refused the returned Response: {document.code}")

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
        try:
            self._to_dcc.sign(ask, exchange, octets)
        except ProtocolError as problem:
            self._note(ask, f"Pre-Command not signed: {problem}")

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
            case Status(reason=Reason.NO_PPMID) if ask is not None and ask.way is Way.LOCAL:
                self._take_no_route(ask, words_of(message))
            case Status(state=state) if ask is not None and state in WORTH_NOTING:
                self._note(ask, words_of(message))

    def _take_no_route(self, ask: Ask, detail: str) -> None:
        """Told at once, with what remains; of a request that goes by the SM WAN as well it is no more than a note."""
        self._take(ask, News(event=Event.NO_ROUTE, at=self._clock.now(), detail=f"{detail}; {WHAT_REMAINS}"))

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
        if said.success:
            ask.certification_request = exchanges.certification_request(response)
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
        self._to_dcc.hand_back(ask, exchange, octets)

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

    def _read_back(self, ask: Ask) -> None:
        self._logs.ask(ask)

    def _take_log(self, top_up: Ask, response: Message) -> None:
        if (news := self._logs.news(top_up, response)) is not None:
            self._take(top_up, news)

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
