"""What comes of a join of PPMID and gas meter, by which each is given the other's certificate (CS03C)."""

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import asks_a_meter, han_responses
from ppmid_bench.evidence import Log
from ppmid_devices import roles

_JOIN_BY_CERTIFICATE = "00AF"


@check(
    "join-put-to-use",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("not-sent",),
    requirements=("REQ-026",),
)
def join_put_to_use(log: Log) -> Finding:
    """A PPMID that has said that it is joined with the gas meter sends it what it is asked to."""
    said = [
        entry
        for entry in han_responses(log, roles.PPMID, roles.HUB)
        if entry.fields["gbcs"]["code"] == _JOIN_BY_CERTIFICATE and entry.fields["gbcs"].get("success")
    ]
    if not said:
        return inconclusive("not-joined", "the PPMID has not said that it is joined with the gas meter")
    asked = [entry for entry in log.arrived("avenue", "submit-utrn") if entry.n > said[0].n]
    if not asked:
        return inconclusive("nothing-asked", "no UTRN has reached the PPMID since it was joined", said[0])
    sent = [entry for entry in log.of("han") if entry.n > asked[0].n and asks_a_meter(entry)]
    if not sent:
        return failed("not-sent", "it said that it was joined, and sent the gas meter nothing", said[0], *asked)
    return passed("it sent the UTRN to the gas meter", said[0], *asked, *sent)
