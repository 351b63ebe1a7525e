"""DCC Users with one fault each."""

from dataclasses import replace

from ppmid_devices.dcc_user.ask import Ask
from ppmid_devices.dcc_user.contract import Outcome, RequestRecord
from ppmid_devices.dcc_user.exchange import Exchange
from ppmid_devices.dcc_user.outcomes import Event, News
from ppmid_devices.dcc_user.simulated import BY_AVENUE, SimulatedDccUser
from ppmid_protocols.gbcs.message import Message, decode


class BelievesAnyResponse(SimulatedDccUser):
    """Takes whatever comes as a Response at its word.

    Breaks: a Response counts once its MAC or signature and its header have been verified (GBCS 4.3).
    """

    def _verified(self, exchange: Exchange, octets: bytes, by: str) -> Message:  # noqa: ARG002 - that is the fault
        return decode(octets)


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
        booked = int(ask.utrn_counter is not None)
        self._take(ask, News(event=Event.DELIVERED, at=self._clock.now(), by=BY_AVENUE, credits=booked))
