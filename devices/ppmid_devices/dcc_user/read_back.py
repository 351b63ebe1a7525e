"""What the meter's own log of top-ups proves of one whose outcome is not known (SRV 4.4.5).

Only that a top-up is in the log is proof. That it is not proves nothing: the Command may still wait in a hub, in the
DCC's queue or for the meter to wake, and the log holds the last few alone. The balance (SRV 4.18) proves nothing
either way: it moves by what is used, by debt and by other top-ups.
"""

from collections.abc import Iterable, Sequence

from ppmid_devices.dcc_user.ask import Ask
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.dcc_user.outcomes import SETTLED, Event, News
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.dcc_user.to_dcc import ToDcc
from ppmid_devices.dcc_user.vending import Vended, Vendor
from ppmid_devices.ports import DAY, SECOND, Clock
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.prepayment.credit_log import Credit, read_credit_log
from ppmid_protocols.transforms.ask import seconds_2000

SRV, _FROM_LOG = "4.4.5", "log"
_LATEST = 7 * DAY
"""How far ahead the log is asked for: longer than a Command waits anywhere."""


def body(since: int, now: int) -> ServiceBody:
    """The body of the Request for the log from ``since`` on, and whatever comes till it is read (ns)."""
    whole = since - since % SECOND
    period = {"StartDateTime": whole, "EndDateTime": now - now % SECOND + _LATEST}
    return ServiceBody.of("RetrieveBillingDataLogPrepaymentCredits", {"ReadLogPeriod": period})


def proves(log: Sequence[Credit], top_up: Vended, since: int, others: Iterable[Vended]) -> bool:
    """Whether the log shows that ``top_up``, which was sent at ``since`` (ns) at the earliest, was credited.

    A gas meter's log has the code itself. An electricity meter's has time and amount: there must be more entries of
    this amount since then than ``others`` could have made, the other codes that may have been credited since then.
    """
    if any(one.digits is not None for one in log):
        return any(one.digits == top_up.utrn.digits for one in log)
    amount = top_up.utrn.amount
    fitting = sum(one.amount == amount and one.at >= seconds_2000(since) for one in log)
    return fitting > sum(other.utrn.amount == amount for other in others)


def news(top_up: Ask, log: Sequence[Credit], vendor: Vendor, since: int, at: int) -> News | None:
    """What a verified log that came at ``at`` tells of a top-up; None where it tells nothing new."""
    if top_up.vended is None:
        return None
    others = [one for one in vendor.open_codes(top_up.record.device, since) if one != top_up.vended]
    if proves(log, top_up.vended, since, others):
        return News(event=Event.LOGGED, at=at, by=_FROM_LOG, credits=1, detail="the meter's log shows it")
    if top_up.record.outcome in SETTLED:
        return None
    return News(event=Event.NOT_LOGGED, at=at, by=_FROM_LOG, detail="the meter's log does not show it")


class TopUpLogs:
    """The User's questions for meters' logs of top-ups, and what the answers tell."""

    def __init__(self, clock: Clock, to_dcc: ToDcc, vendor: Vendor, settings: DccUserSettings) -> None:
        self._clock, self._to_dcc, self._vendor, self._settings = clock, to_dcc, vendor, settings

    def ask(self, top_up: Ask) -> None:
        """Ask for the meter's log, by every way that the top-up itself could have gone, and by the SM WAN.

        It is what a Supplier does in the place of sending the top-up again, which could credit it twice.
        """
        if not self._settings.read_back:
            return
        top_up.read_back = True
        way = Way.WAN if top_up.exchange is None else Way.BOTH  # a PPMID that takes UTRNs may not take Commands
        wanted = body(self._since(top_up), self._clock.now())
        self._to_dcc.ask(SRV, top_up.record.device, way, wanted).reads_back = top_up

    def news(self, top_up: Ask, response: Message) -> News | None:
        """What a verified Response with the log tells of a top-up; None where it tells nothing new."""
        return news(top_up, read_credit_log(response), self._vendor, self._since(top_up), self._clock.now())

    def _since(self, top_up: Ask) -> int:
        return top_up.record.asked_at - self._settings.meter_clock_slack_s * SECOND
