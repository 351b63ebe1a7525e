"""DCC Users with one fault each."""

from dataclasses import replace

from ppmid_devices.dcc_user.ask import Ask, body_for
from ppmid_devices.dcc_user.contract import Outcome, RequestRecord, Way
from ppmid_devices.dcc_user.exchange import Exchange
from ppmid_devices.dcc_user.outcomes import Event, News
from ppmid_devices.dcc_user.simulated import BY_AVENUE, BY_HHT, SimulatedDccUser
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message, decode
from ppmid_protocols.utrn import Utrn


class BelievesAnyResponse(SimulatedDccUser):
    """Takes whatever comes as a Response at its word.

    Breaks: a Response counts once its MAC or signature and its header have been verified (GBCS 4.3).
    """

    def _verified(self, exchange: Exchange, octets: bytes, by: str) -> Message:  # noqa: ARG002 - that is the fault
        return decode(octets)


class SendsACommandInstead(SimulatedDccUser):
    """Has a whole Command delivered where it was to send a UTRN.

    Breaks the alternative solution: only the twenty digits travel, and Commands stay with the DCC (REQ-029).
    """

    def send_utrn(self, meter: Eui, utrn: Utrn) -> str:
        return self.top_up(meter, utrn.amount, Way.LOCAL)


class SettlesTwice(SimulatedDccUser):
    """Settles a request, and books its credit, with every answer that comes.

    Breaks: the Responses to the two copies of one Command are one outcome (Command Variants 3 and 7, DUIS schema 5.4).
    """

    def _after(self, record: RequestRecord, news: News) -> RequestRecord:
        answered = news.event is not Event.NO_ANSWER
        return super()._after(replace(record, outcome=Outcome.PENDING) if answered else record, news)


class KeepsResponses(SimulatedDccUser):
    """Never returns to the DCC what the avenue brought.

    Breaks: a Response that came by local delivery is handed to the DCC (SRV 8.13, ReturnLocalCommandResponse).
    """

    def _return_to_dcc(self, ask: Ask, exchange: Exchange, octets: bytes) -> None:  # noqa: ARG002 - that is the fault
        ask.returned = True


class TakesSilenceForSuccess(SimulatedDccUser):
    """Calls a request delivered and verified when its time-out has passed without an answer.

    Breaks: no answer is no success; a duplicate UTRN, too, may be met by silence.
    """

    def _give_up(self, ask: Ask) -> None:
        booked = int(ask.vended is not None)
        self._take(ask, News(event=Event.DELIVERED, at=self._clock.now(), by=BY_AVENUE, credits=booked))


class ResendsQuarantined(SimulatedDccUser):
    """Asks for a top-up again, with a new UTRN, as soon as the DCC says that it is quarantined.

    Breaks: the DCC may still release the first, and the meter would credit both.
    """

    _resent = False  # once is enough: what is sent again may be quarantined too

    def _take_quarantine(self, ask: Ask, detail: str) -> None:
        super()._take_quarantine(ask, detail)
        if not self._resent and ask.vended is not None:
            self._resent = True
            self.top_up(ask.record.device, ask.vended.utrn.amount, ask.way)


class ResendsBlindly(SimulatedDccUser):
    """Vends and sends a top-up anew when it has heard nothing of it.

    Breaks: what is not known may have been done; a second code is a second credit.
    """

    def _give_up(self, ask: Ask) -> None:
        super()._give_up(ask)
        if ask.vended is None or ask.record.outcome is not Outcome.UNKNOWN:
            return
        meter, amount = ask.record.device, ask.vended.utrn.amount
        if ask.exchange is None:
            self.send_utrn(meter, self.vend(meter, amount))
        else:
            self.top_up(meter, amount, ask.way)


class TakesABalanceForProof(SimulatedDccUser):
    """Asks for the balance of a meter where it does not know of a top-up, and takes what stands there for that top-up.

    Breaks: a balance moves by adjustments and by other codes; only the meter's log proves a top-up (REQ-034).
    """

    def _read_back(self, ask: Ask) -> None:
        ask.read_back = True
        read = self._to_dcc.ask("4.18", ask.record.device, Way.WAN, body_for("4.18", None))
        self._reads = {**getattr(self, "_reads", {}), read.record.request: ask}

    def _take(self, ask: Ask, news: News) -> None:
        super()._take(ask, news)
        top_up = getattr(self, "_reads", {}).get(ask.record.request)
        if top_up is not None and news.balance is not None:
            self._take(top_up, News(event=Event.LOGGED, at=news.at, by="balance", credits=1))


class WaitsWithoutARoute(SimulatedDccUser):
    """Waits for an answer although it was told that nothing can be sent.

    Breaks: whoever has an In-Home Display alone is told at once what remains (REQ-023).
    """

    def _take_no_route(self, ask: Ask, detail: str) -> None:
        self._note(ask, detail)


class NeverReadsBack(SimulatedDccUser):
    """Leaves a top-up open without asking the meter.

    Breaks: a Supplier gets an answer by read-back where a route is up (REQ-034).
    """

    def _read_back(self, ask: Ask) -> None:
        ask.read_back = True


class TakesTheProxyForProof(SimulatedDccUser):
    """Takes a balance that it reads at the gas proxy for the outcome of every gas top-up that is open.

    Breaks: those figures are up to half an hour old and bear no time of their source (SECMP0015, REQ-034).
    """

    def _take(self, ask: Ask, news: News) -> None:
        super()._take(ask, news)
        open_ones = [one for one in self._book.deliveries.values() if one.vended is not None]
        for top_up in open_ones:
            elsewhere = ask.record.device != top_up.record.device
            if news.balance is not None and elsewhere and top_up.vended is not None:
                risen = news.balance >= top_up.vended.utrn.amount
                event, credits = (Event.DELIVERED, 1) if risen else (Event.REFUSED, 0)
                super()._take(top_up, News(event=event, at=news.at, by="proxy", credits=credits))


class ResendsAtAStaleBalance(SimulatedDccUser):
    """Sends a gas top-up anew, with a new code, where the gas proxy's balance has not risen by it.

    Breaks as TakesTheProxyForProof: the meter would credit both.
    """

    _resent = False

    def _take(self, ask: Ask, news: News) -> None:
        super()._take(ask, news)
        for top_up in tuple(self._book.deliveries.values()):
            if self._resent or news.balance is None or top_up.vended is None:
                continue
            if ask.record.device != top_up.record.device and news.balance < top_up.vended.utrn.amount:
                self._resent = True
                self.top_up(top_up.record.device, top_up.vended.utrn.amount, Way.WAN)


class TakesAnyAnswerOfTheDevice(SimulatedDccUser):
    """Takes a Response that is brought from a home for the answer to whatever it has asked of that device.

    Breaks: a Response answers the Command whose Originator Counter it bears, and no other (GBCS 4.3).
    """

    _last: Ask

    def _take_local_command(self, ask: Ask, exchange: Exchange, octets: bytes) -> None:
        super()._take_local_command(ask, exchange, octets)
        self._last = ask

    def bring_back(self, response: bytes) -> None:
        if decode(response).originator == self._last.record.device:
            self._take(self._last, News(event=Event.DELIVERED, at=self._clock.now(), by=BY_HHT))
        super().bring_back(response)
