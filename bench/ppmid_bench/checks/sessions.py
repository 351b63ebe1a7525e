"""What the delivery service does under sessions of the Supplier's app."""

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.evidence import Log


@check(
    "session-refused",
    judges="delivery-service",
    needs=("avenue",),
    reasons=("sent-on",),
    requirements=("REQ-011",),
    threats=("I1e",),
)
def session_refused(log: Log) -> Finding:
    """A UTRN that is entered under a session which is over, or of another home than its meter, is sent to no PPMID."""
    entered = log.of("app", "entered")
    if not entered:
        return inconclusive("nothing-entered", "nothing has been entered in the Supplier's app")
    last = entered[-1]
    sent = log.of("avenue", "submit-utrn", utrn=last.fields["utrn"])
    if sent:
        return failed("sent-on", "the delivery service sent it on", last, *sent)
    return passed(f"nothing of it was sent on: {last.fields['refused']}", last)
