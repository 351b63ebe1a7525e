"""What the meter's own log of top-ups proves of one whose outcome is not known (SRV 4.4.5).

Only that a top-up is in the log is proof. That it is not proves nothing: the Command may still wait in a hub, in the
DCC's queue or for the meter to wake, and the log holds the last few alone. The balance (SRV 4.18) proves nothing
either way: it moves by what is used, by debt and by other top-ups.
"""

from collections.abc import Iterable, Sequence

from ppmid_devices.dcc_user.ask import Ask
from ppmid_devices.dcc_user.outcomes import SETTLED, Event, News
from ppmid_devices.dcc_user.vending import Vended, Vendor
from ppmid_devices.ports import DAY, SECOND
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.gbcs.prepayment.credit_log import Credit
from ppmid_protocols.transforms.ask import seconds_2000

SRV, FROM_LOG = "4.4.5", "log"
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


def news(top_up: Ask, log: Sequence[Credit], vendor: Vendor, since: int) -> News | None:
    """What a verified log tells of a top-up, without its time; None where it tells nothing new."""
    if top_up.vended is None:
        return None
    others = [one for one in vendor.open_codes(top_up.record.device, since) if one != top_up.vended]
    if proves(log, top_up.vended, since, others):
        return News(event=Event.LOGGED, at=0, by=FROM_LOG, credits=1, detail="the meter's log shows it")
    if top_up.record.outcome in SETTLED:
        return None
    return News(event=Event.NOT_LOGGED, at=0, by=FROM_LOG, detail="the meter's log does not show it")
